"""Where nothing ever changes, a chart should call as rarely as its rules do on pure chance: of value demand, and of every measure
by week or month that the town tells anything of, read as a page reads it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest
from town_records import as_records

from connectors.demo.law import Law, draw
from connectors.demo.town import demo_town, null, small
from measures.capability import Chart, limits
from measures.capability.prices import AGAIN_ONE_IN, PRICES
from measures.catalogue import MEASURES
from measures.model.principal import LOCAL
from measures.reading import Request, read_each

TOWNS, WEEKS = 200, 312
XMR = Chart(kind="xmr")
SMALL, SEEDS = small(Law(), 0.4), range(1, 13)
SETTLED = date(2021, 1, 4)  # records that open in the middle of needs take some of them for new: not in the first year
# Whoever is not helped asks again and again for months, so that in counts of what they ask, and of what is done, neighbouring
# weeks are alike: read with Wheeler's rules they would call three or four times too often, in any other order of weeks not.
ALIKE = ("failure_demand", "demand_by_front_door", "repeated_work")
# Half of all needs are ever screened in: a week's median wait is a few days or several years, and no bell of chance is so skew.
SKEW = "time_to_screened_in"
EVERY = (
    "assess_without_do", "crisis_first", "cycles_per_need", "demands_after_assessment", "failure_demand_share",
    "first_contact_resolution", "known_share", "needs_met_per_fte", "presented_and_underlying", "re_presentation",
    "screened_out", "screened_out_returned", "stayed_met", "structural_failure_share", "time_to_first_value_work",
    "unit_and_total_cost", "value_demand", *ALIKE, SKEW,
)  # fmt: skip
# What the redesign does not touch, or too little for a chart of so small a place, has no part in the control.
UNTOUCHED = ("crisis_first", "presented_and_underlying", "value_demand")
HARDLY = ("re_presentation", "unit_and_total_cost", SKEW)


def charts(seed: int, law: Law) -> dict[str, pl.DataFrame]:
    """The points old enough to judge, from the second year of record on, of every measure by week or month; and of some as they
    would be read if they were like the others."""
    records = as_records(demo_town(seed, law, messy=False))
    asked = {name: Request(name) for name in EVERY}
    asked |= {f"{name}, Wheeler": Request(name, rules="wheeler") for name in ALIKE}
    asked |= {f"{SKEW}, xmr": Request(SKEW, chart="xmr")}
    readings = read_each(records, [replace(request, since=SETTLED, people=False) for request in asked.values()], LOCAL)
    tables = (reading.table.filter(pl.col("mature") & pl.col("value").is_not_null()) for reading in readings)
    return dict(zip(asked, tables, strict=True))


def share_signalled(table: pl.DataFrame) -> float:
    return float((table["signals"].list.len() > 0).mean())


def usual_chart(name: str) -> Chart:
    """What its price is the price of: a run chart where that is its own, else a chart of single values with Wheeler's rules."""
    return Chart(kind="run") if MEASURES[name].chart == "run" else XMR


@cache
def price(points: int, chart: Chart = XMR) -> tuple[float, float]:
    """What the rules of a chart cost on as many independent normal points: the share that signals, and its standard error."""
    shares = signalled(np.random.default_rng(points).normal(100, 10, (400, points)), chart)
    return float(shares.mean()), float(shares.std(ddof=1) / shares.size**0.5)


@pytest.fixture(scope="module")
def quiet() -> list[dict[str, pl.DataFrame]]:
    return [charts(seed, null(SMALL)) for seed in SEEDS]


def over_towns(shares: list[float]) -> tuple[float, float]:
    return float(np.mean(shares)), float(np.std(shares, ddof=1) / len(shares) ** 0.5)


def points_a_chart(quiet: list[dict[str, pl.DataFrame]], name: str) -> int:
    return round(float(np.mean([town[name].height for town in quiet])))


def signalled(series: Iterable[np.ndarray], chart: Chart = XMR) -> np.ndarray:
    """Share of points that carry a signal, a number a series, by default on individuals charts with the default rules."""
    points = pl.concat(
        pl.DataFrame({"series": f"{at:04d}", "value": values.astype(float)}) for at, values in enumerate(series)
    )
    read = limits(points, chart).points
    shares = read.group_by("series").agg(share=(pl.col("signals").list.len() > 0).mean()).sort("series")
    return shares["share"].to_numpy()


@pytest.mark.slow
def test_null_towns_signal_as_often_as_the_rules_do_on_chance_alone() -> None:
    law = null(small(Law(), 0.4))
    weekly = sum(service.new_per_week for service in law.services)
    first_asked = []
    for seed in range(TOWNS):
        contacts = draw(law, np.random.default_rng(seed)).contacts.filter(nth=0)
        first_asked.append(np.bincount(contacts["day"].to_numpy() // 7, minlength=WEEKS))
    towns = signalled(first_asked)
    chance = signalled(np.random.default_rng(86).poisson(weekly, (1_000, WEEKS)))
    error = (towns.var(ddof=1) / towns.size + chance.var(ddof=1) / chance.size) ** 0.5
    assert abs(towns.mean() - chance.mean()) <= 3 * error, (towns.mean(), chance.mean(), error)


@pytest.mark.slow
def test_growth_that_is_planted_is_not_taken_for_chance() -> None:
    # the control: a tenth more value demand each year must be seen, or the test above could not fail
    grown = [np.random.default_rng(seed).poisson(24 * np.linspace(1, 1.6, WEEKS)) for seed in range(20)]
    chance = signalled(np.random.default_rng(86).poisson(24, (200, WEEKS)))
    assert signalled(grown).mean() > 3 * chance.mean()


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY)
def test_where_nothing_changes_a_measure_calls_as_often_as_chance_alone(
    name: str, quiet: list[dict[str, pl.DataFrame]]
) -> None:
    mean, error = over_towns([share_signalled(town[name]) for town in quiet])
    chance, of_chance = price(points_a_chart(quiet, name), usual_chart(name))
    print(f"{name}: {mean:.3f} ± {error:.3f} of points signal, chance {chance:.3f}")
    assert abs(mean - chance) <= 3 * (error**2 + of_chance**2) ** 0.5, (mean, chance, error)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*(f"{name}, Wheeler" for name in ALIKE), f"{SKEW}, xmr"])
def test_those_with_rules_or_a_chart_of_their_own_need_them(name: str, quiet: list[dict[str, pl.DataFrame]]) -> None:
    mean, error = over_towns([share_signalled(town[name]) for town in quiet])
    chance, of_chance = price(points_a_chart(quiet, name))
    print(f"{name}: {mean:.3f} ± {error:.3f} of points signal, chance {chance:.3f}")
    assert mean - chance > 3 * (error**2 + of_chance**2) ** 0.5  # once it keeps to the price, it may be as the others
    # the reason: the same weeks in an order that chance drew
    mixed = signalled(
        town[name]["value"].sample(fraction=1, shuffle=True, seed=seed).to_numpy() for seed, town in enumerate(quiet)
    )
    left = float(mixed.mean()) - chance
    bound = 3 * (mixed.var(ddof=1) / mixed.size + of_chance**2) ** 0.5
    assert left > bound if name.startswith(SKEW) else left <= bound, (mixed.mean(), chance)


@pytest.mark.slow
def test_the_price_of_the_rules_for_people_who_ask_again_is_as_printed(quiet: list[dict[str, pl.DataFrame]]) -> None:
    completes = pl.col("completes").list.set_difference(["range_outside_limit"]).list.len() > 0
    shares = [float(np.mean([town[name].select(completes.mean()).item() for name in ALIKE])) for town in quiet]
    mean, error = over_towns(shares)
    print(f"one point in {1 / mean:.0f} completes a signal")
    assert abs(mean - 1 / AGAIN_ONE_IN) <= 3 * error, (1 / mean, error)
    # what Wheeler's cost where points have nothing in common
    assert abs(mean - 1 / PRICES["wheeler"].one_in) <= 3 * error


@pytest.mark.slow
def test_a_redesign_is_seen_by_the_charts_it_should_move(quiet: list[dict[str, pl.DataFrame]]) -> None:
    # the control: charts that never called at all would pass as quiet
    changed = charts(1, SMALL)
    for name in sorted({*EVERY} - {*UNTOUCHED, *HARDLY}):
        shares = [share_signalled(town[name]) for town in quiet]
        assert share_signalled(changed[name]) > max(shares), (name, share_signalled(changed[name]), max(shares))
