"""What the measures of work and of people read in the town is what was planted there, told a second time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest
from town_records import as_records, with_register

from connectors.demo.town import demo_town
from connectors.demo.truth import PERIODS, Truth, work_truths
from connectors.demo.worked import WORKED
from measures.model.principal import LOCAL
from measures.reading import Request, read

# what is planted under a name of its own is a line of a measure, or something in its breakdown or curve
LINES = {
    "cycles opened a need": ("cycles_per_need", "opened"),
    "demands after assessment, of those back": ("demands_after_assessment", "those who came back"),
    "teams a person": ("agencies_per_person", "teams"),
}
BY_YEAR = ("demands_per_person", "agencies_per_person", "continuity", "multi_service_households")
CALENDAR = {"before": 2022, "after": 2024}
Reader = Callable[[Truth], float]


@pytest.fixture(scope="module")
def figure() -> Reader:
    """Each planted figure as a page reads it; a series is read once for all its periods and services."""
    town = demo_town()
    records = as_records(town)
    registered = with_register(records, town.frames["people"])

    @cache
    def series(measure: str, window: int | None, line: str | None, split: str | None) -> pl.DataFrame:
        request = Request(
            measure, shape="series", period="year" if measure in BY_YEAR else "week", split=split, window_days=window, line=line,
            people=False,
        )  # fmt: skip
        return read(registered if measure == "multi_service_households" else records, request, LOCAL).table

    def of(planted: Truth) -> float:
        since, until = (date.fromisoformat(day) for day in planted.days)
        where = (("service", planted.service),)
        if planted.measure == "helped by":
            rows = read(
                records,
                Request("time_to_first_value_work", shape="curve", where=where, since=since, until=until),
                LOCAL,
            ).table.sort("x")
            return float(rows.filter(pl.col("x") <= planted.window_days)["value"][-1])
        if planted.measure == "a dozen cycles or more":
            request = Request(
                "cycles_per_need", shape="breakdown", line="opened", where=where, since=since, until=until
            )
            rows = read(records, request, LOCAL).table.filter(pl.col("cycles") != "still open")
            return float(rows.filter(cycles="12 or more")["value"].sum() / rows["value"].sum())
        measure, line = LINES.get(planted.measure, (planted.measure, None))
        split = None if planted.service == "all" else "service"
        table = series(measure, planted.window_days, line, split)
        if split:
            table = table.filter(series=planted.service)
        if measure in BY_YEAR:
            rows = table.filter(pl.col("period_start").dt.year() == CALENDAR[planted.period])
        else:
            rows = table.filter(pl.col("period_start").is_between(since, until))
            assert rows.height == PERIODS[planted.period][1] - PERIODS[planted.period][0] + 1
        assert rows["mature"].all()
        if measure == "repeated_work":
            return float(rows["value"].mean())
        return float(rows["numerator"].sum() / rows["denominator"].sum())

    return of


@pytest.mark.parametrize(
    "planted", work_truths(), ids=lambda t: f"{t.measure}-{t.window_days or ''}-{t.service}-{t.period}"
)
def test_a_measure_of_work_or_people_recovers_what_was_planted(planted: Truth, figure: Reader) -> None:
    estimate = figure(planted)
    assert planted.holds(estimate), f"read {estimate:.4f}, planted {planted.value:.4f} ± {planted.standard_error:.4f}"


def test_the_redesign_moves_every_figure_that_should_move() -> None:
    # the control: were the standard errors so wide that anything held, before and after would hold for each other
    before = {(t.measure, t.service, t.window_days): t for t in work_truths() if t.period == "before"}
    moved = [(before[t.measure, t.service, t.window_days], t) for t in work_truths() if t.period == "after"]
    assert len(moved) > 20
    assert not [t.measure for old, t in moved if old.holds(t.value) or t.holds(old.value)]


@pytest.mark.slow
def test_the_work_told_again_gives_the_table() -> None:
    from town_retold import retell
    from work_estimates import work_estimates
    from work_retold import retell_work

    told = []
    for seed in range(2001, 2007):
        demands, needs = retell(seed)
        told.append(work_estimates(demands, needs, *retell_work(seed, demands, needs)))
    for *key, value, error in WORKED:
        mean = np.mean([t[tuple(key)] for t in told])
        assert abs(mean - value) <= 4 * error * (1 / 6 + 1 / 40) ** 0.5, (key, mean, value)
