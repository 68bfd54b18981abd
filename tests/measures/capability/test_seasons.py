"""The season taken out: factors by month and by weekday, against a plain loop, and what is refused or said."""

from datetime import date, timedelta
from math import isclose
from statistics import median

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.capability import Chart, limits
from measures.capability.seasons import LEAST, NAMES, without_season

SEASON = (1.4, 0.8, 0.9, 1.0, 1.1, 1.0, 0.7, 0.6, 1.0, 1.1, 1.2, 1.2)


def months(values, *, since=date(2020, 1, 1), **columns) -> pl.DataFrame:
    start = since.year * 12 + since.month - 1
    days = [date((start + i) // 12, (start + i) % 12 + 1, 1) for i in range(len(values))]
    return pl.DataFrame({"at": days, "value": values, **columns}, schema_overrides={"value": pl.Float64})


def codes(found) -> list[str]:
    return [caveat.code for caveat in found.caveats]


def scaled(factors: dict[int, float], divides: bool) -> dict[int, float]:
    """Factors that average 1, or 0 where they are subtracted."""
    mean = sum(factors.values()) / len(factors)
    if divides and mean == 0:
        return dict.fromkeys(factors, 0.0)
    return {name: factor / mean if divides else factor - mean for name, factor in factors.items()}


def plainly(rows: list[dict], every: str) -> tuple[list[float | None], dict[tuple[str, int], float]]:
    """The same by loops: one series after another, one cycle after another."""
    length = {"month": 12, "weekday": 7}[every]
    step = {"month": lambda day: day.year * 12 + day.month - 1, "weekday": lambda day: (day - date(1970, 1, 1)).days}[
        every
    ]
    season = {"month": lambda day: day.month - 1, "weekday": lambda day: day.weekday()}[every]
    out: list[float | None] = [row["value"] for row in rows]
    told = {}
    for series in sorted({row["series"] for row in rows}):
        mine = [(place, row) for place, row in enumerate(rows) if row["series"] == series]
        cycles = []
        for phase in sorted({row["phase"] for _, row in mine}):
            known = [
                row for _, row in mine if row["phase"] == phase and row["value"] is not None and not row["excluded"]
            ]
            if not known:
                continue
            first = min(step(row["at"]) for row in known)
            held: dict[int, list[dict]] = {}
            for row in known:
                held.setdefault((step(row["at"]) - first) // length, []).append(row)
            cycles += [rows_of for rows_of in held.values() if len(rows_of) == length]
        if len(cycles) < 2:
            continue
        means = [sum(row["value"] for row in cycle) / length for cycle in cycles]
        lowest = min(row["value"] for _, row in mine if row["value"] is not None and not row["excluded"])
        divides, factors = lowest >= 0 and min(means) > 0, {}
        if divides:
            for cycle, mean in zip(cycles, means, strict=True):
                for row in cycle:
                    factors.setdefault(season(row["at"]), []).append(row["value"] / mean)
            factors = scaled({name: median(each) for name, each in factors.items()}, True)
            divides = min(factors.values()) >= LEAST
        if not divides:
            factors = {}
            for cycle, mean in zip(cycles, means, strict=True):
                for row in cycle:
                    factors.setdefault(season(row["at"]), []).append(row["value"] - mean)
            factors = scaled({name: median(each) for name, each in factors.items()}, False)
        for place, row in mine:
            if row["value"] is not None:
                factor = factors[season(row["at"])]
                out[place] = row["value"] / factor if divides else row["value"] - factor
        told |= {(series, name): factor for name, factor in factors.items()}
    return out, told


@st.composite
def files(draw) -> tuple[str, list[dict]]:
    every = draw(st.sampled_from(["month", "weekday"]))
    rows = []
    for series in draw(st.sampled_from([["a"], ["a", "b"]])):
        since = date(2019, draw(st.integers(1, 12)), 1) if every == "month" else date(2026, 1, draw(st.integers(1, 28)))
        low, phase = draw(st.sampled_from([0, 0, -20])), 0
        for i in range(draw(st.integers(0, 60))):
            month = since.year * 12 + since.month - 1 + i
            day = date(month // 12, month % 12 + 1, 1) if every == "month" else since + timedelta(days=i)
            known = draw(st.integers(0, 20)) > 0
            phase += draw(st.integers(0, 40)) == 0
            value = float(draw(st.integers(low, 200))) if known else None
            rows.append(
                {"series": series, "at": day, "value": value, "phase": phase, "excluded": draw(st.integers(0, 40)) == 0}
            )
    return every, rows


@given(files())
@settings(max_examples=120, deadline=None)
def test_a_plain_loop_finds_the_same(file):
    every, rows = file
    schema = {"series": pl.String, "at": pl.Date, "value": pl.Float64, "phase": pl.Int32, "excluded": pl.Boolean}
    found = without_season(pl.DataFrame(rows, schema=schema), every)
    expected, factors = plainly(rows, every)
    assert [value is None for value in found.points["value"]] == [value is None for value in expected]
    numbers = [value for value in expected if value is not None]
    assert found.points["value"].drop_nulls().to_list() == pytest.approx(numbers, rel=1e-9, abs=1e-9)
    assert found.points["unadjusted"].to_list() == [row["value"] for row in rows]
    shown = {(row["series"], NAMES[every].index(row["season"])): row["factor"] for row in found.factors.to_dicts()}
    assert shown == pytest.approx(factors, rel=1e-9, abs=1e-9)


def test_a_pure_season_leaves_a_straight_line_and_its_factors_are_the_season():
    found = without_season(months([200 * factor for factor in SEASON] * 3), "month")
    assert found.points["value"].to_list() == pytest.approx([200.0] * 36)
    assert found.factors["factor"].to_list() == pytest.approx(SEASON)
    assert found.factors["season"].to_list() == list(NAMES["month"])
    assert set(found.factors["n"]) == {3}
    assert codes(found) == ["season", "season_rough"]
    assert "from 0.60 for August to 1.40 for January; 3 full years" in found.caveats[0].text


def test_what_a_season_hides_is_found_once_it_is_out():
    values = [200 * factor for factor in SEASON] * 6
    values[65] *= 1.3  # one odd June among ordinary years
    wobble = [value * (1 + 0.01 * (place % 3 - 1)) for place, value in enumerate(values)]
    before = limits(months(wobble), Chart()).points["signals"].to_list()
    after = limits(without_season(months(wobble), "month").points, Chart()).points["signals"].to_list()
    assert "outside_limits" not in before[65]
    assert [place for place, names in enumerate(after) if "outside_limits" in names] == [65]


def test_two_full_cycles_are_needed_and_then_enough():
    short = without_season(months([5.0, 7.0] * 11 + [5.0]), "month")
    assert short.points["value"].to_list() == [5.0, 7.0] * 11 + [5.0]
    assert short.points["season_factor"].null_count() == 23
    assert codes(short) == ["season_short"]
    assert "and there is 1" in short.caveats[0].text
    assert codes(without_season(months([5.0, 7.0] * 12), "month")) == ["season", "season_rough"]


def test_a_cycle_with_a_gap_or_a_point_left_out_is_not_full():
    gap = months([5.0] * 30 + [None] + [5.0] * 5)
    out = months([5.0] * 36, excluded=[place == 14 for place in range(36)])
    assert set(without_season(gap, "month").factors["n"]) == {2}
    assert set(without_season(out, "month").factors["n"]) == {2}


def test_a_new_point_moves_no_factor_until_its_cycle_is_full():
    values = [200 * factor for factor in SEASON] * 2
    two, more = (without_season(months([*values, *late]), "month").factors for late in ([], [900.0] * 11))
    assert more.equals(two)


def test_a_change_of_level_between_phases_is_no_season():
    values = [100 * factor for factor in SEASON] * 2 + [300 * factor for factor in SEASON] * 2
    found = without_season(months(values, since=date(2020, 7, 1), phase=[1] * 24 + [2] * 24), "month")
    assert found.points["value"].to_list() == pytest.approx([100.0] * 24 + [300.0] * 24)


def test_weekdays_begin_on_any_day_and_days_of_the_week_have_their_names():
    since = date(2026, 5, 7)  # a Thursday
    days = [since + timedelta(days=i) for i in range(28)]
    points = pl.DataFrame({"at": days, "value": [20.0 if day.weekday() == 0 else 10.0 for day in days]})
    found = without_season(points, "weekday")
    assert found.factors["season"].to_list() == list(NAMES["weekday"])
    assert found.factors["factor"][0] == pytest.approx(20 / (80 / 7))
    assert found.points["value"].to_list() == pytest.approx([80 / 7] * 28)


@pytest.mark.parametrize(
    "values",
    [[-3.0, *[5.0] * 11] * 2, [0.0, *[5.0] * 11] * 2, [0.0] * 24, [0.01, *[5.0] * 11] * 2],
    ids=["below nought", "a month of nothing", "nothing at all", "a month of next to nothing"],
)
def test_what_cannot_be_divided_is_subtracted_and_never_on_a_log_scale(values):
    found = without_season(months(values), "month")
    assert set(found.factors["how"]) == {"subtracted"}
    assert found.points["value"].to_list() == pytest.approx([sum(values) / 24] * 24)
    assert sum(found.factors["factor"]) == pytest.approx(0, abs=1e-9)
    left = without_season(months(values), "month", divide_only=True)
    assert left.points["value"].to_list() == values
    assert codes(left) == ["season_short"]


def test_factors_average_one():
    found = without_season(months([float(7 + (place * 37) % 23) for place in range(60)]), "month")
    assert isclose(found.factors["factor"].mean(), 1, rel_tol=1e-12)


def test_a_constant_series_stays_constant_and_signals_nothing():
    found = without_season(months([0.1] * 48), "month")
    points = limits(found.points, Chart()).points
    assert not any(points["signals"].to_list())


def test_each_series_has_factors_of_its_own_and_one_too_short_is_named():
    points = pl.concat(
        [
            months([200 * factor for factor in SEASON] * 5).with_columns(series=pl.lit("long")),
            months([5.0] * 20).with_columns(series=pl.lit("short")),
        ]
    )
    found = without_season(points, "month")
    assert set(found.factors["series"]) == {"long"}
    assert codes(found) == ["season_short", "season"]
    assert "The season of short is left in" in found.caveats[0].text


def test_no_points_at_all():
    found = without_season(months([]), "month")
    assert found.points.height == 0
    assert codes(found) == []


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (pl.DataFrame({"value": [1.0]}), "needs to know when each point was"),
        (months([1.0, 2.0]).with_columns(at=pl.lit(date(2026, 5, 4))), "two points in May 2026"),
    ],
)
def test_what_would_be_a_guess_is_refused_in_one_sentence(points, said):
    with pytest.raises(ValueError, match=said):
        without_season(points, "month")


@pytest.mark.parametrize(("cycles", "most"), [(2, 0.065), (5, 0.03), (10, 0.015)])
def test_how_often_newer_points_signal_by_chance_falls_with_the_cycles(cycles, most):
    """Where the sentence on rough factors comes from: 1 point in 20 with 2 full years, 1 in 50 with 5, 1 in 115 with 10."""
    import random

    chance, series = random.Random(cycles), 300
    points = pl.concat(
        months([(100 + chance.gauss(0, 8)) * SEASON[place % 12] for place in range(12 * cycles + 11)]).with_columns(
            series=pl.lit(str(one)), newer=pl.int_range(pl.len()) >= 12 * cycles
        )
        for one in range(series)
    )
    limited = limits(without_season(points, "month").points, Chart()).points.filter("newer")
    share = limited.select(pl.col("signals").list.contains("outside_limits").mean()).item()
    assert most / 3 < share < most
