"""The vectorised engine and a plain loop give the same figures and signals on whatever Hypothesis can think of."""

import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_limits import naive_limits

from measures.capability import RULE_SETS, Chart, limits
from measures.capability.kinds import KINDS

COLUMNS = {
    "series": pl.String,
    "phase": pl.Int32,
    "subgroup": pl.Int32,
    "value": pl.Float64,
    "of": pl.Float64,
    "baseline": pl.Boolean,
    "excluded": pl.Boolean,
    "fixed_centre": pl.Float64,
    "fixed_lower": pl.Float64,
    "fixed_upper": pl.Float64,
}
AVERAGE = st.sampled_from(["mean", "median"])
RULES = st.sampled_from(list(RULE_SETS))
OUT_OF = ("p", "p_prime", "np")


def make_rows(choose, size, kind):
    """Interleaved series in phases, with gaps, exclusions, baselines, ties, empty denominators, shifts and drifts."""
    names = [choose("aaab") for _ in range(size)]
    if choose([True, False]):
        names.sort()
    marking, fixing, drift = choose([True, False]), choose([False, False, True]), choose([0, 0, 0.25])
    phases, levels, moods, rows = {}, {}, {}, []
    for place, name in enumerate(names):
        phases[name] = phases.get(name, 1) + choose([0] * 39 + [1])
        levels[name] = abs(levels.get(name, 0) - choose([0] * 15 + [4])) + drift
        of = choose([0, 3, 20, 20, 40, 40, 400])
        moods[name] = choose([moods.get(name, "any")] * 19 + ["any", "calm", "saw", "climb"])
        value = (
            levels[name]
            + {
                "any": choose([0, 0.1, 1, 1, 2, 2.25, 3] * 2 + [9]),
                "calm": choose([1, 1.1, 1.2]),
                "saw": [0.5, 2.5][place % 2] + choose([0, 0.1]),
                "climb": place % 12 * 0.4 + choose([0] * 19 + [0.9]),
            }[moods[name]]
        )
        if kind in OUT_OF:
            value = min(int(value), of)
        if kind == "t":
            value += 0.5
        own = choose([0.5, 3.0, 8.0]) if fixing and choose([True, False]) else None
        rows.append(
            {
                "series": name,
                "phase": phases[name],
                "subgroup": place // 4,
                "value": choose([value] * 30 + [None]),
                "of": of,
                "baseline": marking and choose([True, False]),
                "excluded": choose([False] * 30 + [True]),
                "fixed_centre": own,
                "fixed_lower": own if own is None else own - 0.5,
                "fixed_upper": None if own is None else choose([own + 2.5, None]),
            }
        )
    return rows


@st.composite
def few_points(draw, kind):
    """Small cases that shrink."""
    size = draw(st.integers(1, 12))
    return make_rows(lambda options: draw(st.sampled_from(options)), size, kind)


@st.composite
def many_points(draw, kind):
    """Cases long enough for runs, which Hypothesis alone seldom draws."""
    dice = random.Random(draw(st.integers(0, 2**32)))
    return make_rows(dice.choice, draw(st.integers(20, 150)), kind)


def several_series(kind):
    return many_points(kind) | few_points(kind)


def near(figure):
    return None if figure is None else pytest.approx(figure, rel=1e-9, abs=1e-9)


def agree(rows, chart):
    given = [row for row in rows if chart.kind not in ("xbar", "s")] or rows
    columns = [name for name in COLUMNS if not (name.startswith("fixed_") and chart.kind in ("xbar", "s"))]
    frame = pl.DataFrame(given, schema=COLUMNS).select(columns)
    ours = limits(frame, chart).points.to_dicts()
    theirs = naive_limits(
        rows, chart.kind, rules=chart.rules, centre=chart.centre, span=chart.range, screening=chart.screening,
        run=chart.run_length, trend=chart.trend_length,
    )  # fmt: skip
    ranged = ["moving_range"] if chart.kind in ("xmr", "xmr_trended", "xmr_log", "t", "mr") else []
    for place, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        for name in ("value", "centre", "lower", "upper", *ranged):
            assert mine[name] == near(other[name]), f"{name} of row {place}"
        assert set(mine["signals"]) == other["signals"], f"signals of row {place}"
        assert set(mine["completes"]) == other["completes"], f"completes of row {place}"
        assert set(mine["completes"]) <= set(mine["signals"])


@pytest.mark.parametrize("kind", list(KINDS))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_kind_with_any_rules(kind, data):
    chart = Chart(
        kind=kind,
        rules=data.draw(RULES),
        centre=data.draw(AVERAGE),
        range=data.draw(AVERAGE),
        screening=data.draw(st.booleans()),
    )
    agree(data.draw(several_series(kind)), chart)


@pytest.mark.parametrize("rules", list(RULE_SETS))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_rule_set_on_xmr_with_any_lengths(rules, data):
    lengths = st.none() | st.integers(3, 9)
    chart = Chart(rules=rules, run_length=data.draw(lengths), trend_length=data.draw(lengths))
    agree(data.draw(many_points("xmr")), chart)


@settings(max_examples=30, deadline=None)
@given(several_series("xmr"), RULES)
def test_series_do_not_touch_each_other(rows, rules):
    frame = pl.DataFrame(rows, schema=COLUMNS)
    together = limits(frame, Chart(rules=rules)).points
    for name in frame["series"].unique():
        alone = limits(frame.filter(pl.col("series") == name), Chart(rules=rules)).points
        assert alone.equals(together.filter(pl.col("series") == name))
