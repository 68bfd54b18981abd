"""The vectorised engine and a plain loop give the same figures and signals on whatever Hypothesis can think of."""

import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_limits import naive_limits

from measures.capability import Chart, limits

COLUMNS = {
    "series": pl.String,
    "phase": pl.Int32,
    "value": pl.Float64,
    "of": pl.Float64,
    "baseline": pl.Boolean,
    "excluded": pl.Boolean,
}
AVERAGE = st.sampled_from(["mean", "median"])


def make_rows(choose, size, share):
    """Interleaved series in phases, with gaps, exclusions, baselines, ties, empty denominators and level shifts."""
    names = [choose("aaab") for _ in range(size)]
    if choose([True, False]):
        names.sort()
    marking, phases, levels, rows = choose([True, False]), {}, {}, []
    for name in names:
        phases[name] = phases.get(name, 1) + choose([0] * 39 + [1])
        levels[name] = abs(levels.get(name, 0) - choose([0] * 15 + [4]))
        of = choose([0, 3, 20, 20, 40, 40, 400])
        value = levels[name] + choose([0, 0.1, 1, 1, 2, 2.25, 3] * 2 + [9])
        rows.append(
            {
                "series": name,
                "phase": phases[name],
                "value": choose([min(int(value), of) if share else value] * 30 + [None]),
                "of": of,
                "baseline": marking and choose([True, False]),
                "excluded": choose([False] * 30 + [True]),
            }
        )
    return rows


@st.composite
def few_points(draw, share):
    """Small cases that shrink."""
    size = draw(st.integers(1, 12))
    return make_rows(lambda options: draw(st.sampled_from(options)), size, share)


@st.composite
def many_points(draw, share):
    """Cases long enough for runs, which Hypothesis alone seldom draws."""
    dice = random.Random(draw(st.integers(0, 2**32)))
    return make_rows(dice.choice, draw(st.integers(20, 150)), share)


def several_series(share):
    return many_points(share) | few_points(share)


def near(figure):
    return None if figure is None else pytest.approx(figure, rel=1e-9, abs=1e-9)


def agree(rows, chart):
    ours = limits(pl.DataFrame(rows, schema=COLUMNS), chart).points.to_dicts()
    theirs = naive_limits(
        rows, chart.kind, rules=chart.rules, centre=chart.centre, span=chart.range, screening=chart.screening,
        run_length=chart.run_length or 8,
    )  # fmt: skip
    for place, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        for name in ("value", "centre", "lower", "upper", *(["moving_range"] if chart.kind == "xmr" else [])):
            assert mine[name] == near(other[name]), f"{name} of row {place}"
        assert set(mine["signals"]) == other["signals"], f"signals of row {place}"
        assert set(mine["completes"]) == other["completes"], f"completes of row {place}"
        assert set(mine["completes"]) <= set(mine["signals"])


@settings(max_examples=100, deadline=None)
@given(
    several_series(share=False), st.sampled_from(["mean", "median"]), st.sampled_from(["mean", "median"]), st.booleans()
)
def test_xmr(rows, centre, span, screening):
    agree(rows, Chart(kind="xmr", centre=centre, range=span, screening=screening))


@settings(max_examples=60, deadline=None)
@given(several_series(share=False), st.integers(2, 9))
def test_c_with_any_run_length(rows, run_length):
    agree(rows, Chart(kind="c", run_length=run_length))


@settings(max_examples=100, deadline=None)
@given(several_series(share=True), st.sampled_from(["wheeler", "anhoej"]))
def test_p(rows, rules):
    agree(rows, Chart(kind="p", rules=rules))


@settings(max_examples=100, deadline=None)
@given(several_series(share=True), st.booleans())
def test_p_prime(rows, screening):
    agree(rows, Chart(kind="p_prime", screening=screening))


@settings(max_examples=100, deadline=None)
@given(several_series(share=False))
def test_run(rows):
    agree(rows, Chart(kind="run"))


@settings(max_examples=50, deadline=None)
@given(several_series(share=False))
def test_series_do_not_touch_each_other(rows):
    frame = pl.DataFrame(rows, schema=COLUMNS)
    together = limits(frame, Chart()).points
    for name in frame["series"].unique():
        alone = limits(frame.filter(pl.col("series") == name), Chart()).points
        assert alone.equals(together.filter(pl.col("series") == name))
