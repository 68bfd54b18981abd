"""Funnels: the published steps, written out a second time one unit at a time; their edges; and exact counts."""

import json
import math
import re
from pathlib import Path
from statistics import NormalDist

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from measures.capability import Chart
from measures.capability.exact_poisson import count_limits
from measures.capability.funnel import FUNNEL_LIMITS, Funnel, funnel

VECTORS = Path(__file__).parents[3].parent / "shared" / "vectors"
EVERY = [Funnel("pr"), Funnel("sr", "shmi"), Funnel("sr", "cqc"), Funnel("rc")]
TOWN = {"value": [0, 1, 2, 5, 9, 12, 30, 1, 60, 90], "of": [4, 3, 10, 20, 31, 40, 90, 12, 100, 101]}


def ids(which):
    return f"{which.ratio}-{which.sr_method}" if which.ratio == "sr" else which.ratio


def ask(columns, which=EVERY[0], **chart):
    return funnel(pl.DataFrame(columns), Chart(**chart), which)


# --- the published steps, one unit at a time


def quantile(numbers, share):
    numbers = sorted(numbers)
    place = share * (len(numbers) - 1)
    low = math.floor(place)
    high = min(low + 1, len(numbers) - 1)
    return numbers[low] + (place - low) * (numbers[high] - numbers[low])


def transformed(y, n, target, which):
    """How far a unit lies from the target on its scale, and the variance of chance there."""
    if which.ratio == "pr":
        return math.asin(math.sqrt(y / n)) - math.asin(math.sqrt(target)), 1 / (4 * n)
    if which.ratio == "rc":
        return math.log((y + 0.5) / (n + 0.5) / target), y / (y + 0.5) ** 2 + n / (n + 0.5) ** 2
    if which.sr_method == "cqc":
        return math.sqrt(y / n) - 1, 1 / (4 * n)
    return (math.log(y / n) if y else -math.inf), 1 / n


def between(ys, ns, target, which):
    """The variance between units: DerSimonian and Laird."""
    scored = [
        (away / math.sqrt(s2), s2)
        for away, s2 in (transformed(y, n, target, which) for y, n in zip(ys, ns, strict=True))
    ]
    zs = [z for z, _ in scored]
    if which == Funnel("sr", "shmi"):
        kept = []
        for z, s2 in scored:
            rank = sum(other < z for other in zs) + (sum(other == z for other in zs) + 1) / 2
            tenth = math.floor(rank * 10 / (len(zs) + 1) + 1e-9)
            if 0 < tenth < 9 and z > -math.inf:
                kept.append((z, s2))
    else:
        low, high = quantile(zs, 0.1), quantile(zs, 0.9)
        kept = [(min(max(z, low), high), s2) for z, s2 in scored]
    if len(kept) < 2:
        return 0.0
    weights = [1 / s2 for _, s2 in kept]
    below = sum(weights) - sum(w * w for w in weights) / sum(weights)
    return max(0.0, (sum(z * z for z, _ in kept) - (len(kept) - 1)) / below)


def limit(n, target, which, z, tau2):
    """One limit by its scale, `z` standard deviations up (or down, negative). Not for a limit beyond 0 or 1 of pr."""
    if which.ratio == "pr":
        return math.sin(math.asin(math.sqrt(target)) + z * math.sqrt(1 / (4 * n) + tau2)) ** 2
    if which.ratio == "rc":
        expected = n * target
        s2 = expected / (expected + 0.5) ** 2 + n / (n + 0.5) ** 2
        return target * math.exp(z * math.sqrt(s2 + tau2))
    if which.sr_method == "cqc":
        return max(0.0, 1 + z * math.sqrt(1 / (4 * n) + tau2)) ** 2
    return math.exp(z * math.sqrt(1 / n + tau2))


def naive(ys, ns, which):
    target = 1.0 if which.ratio == "sr" else sum(ys) / sum(ns)
    tau2 = between(ys, ns, target, which)
    table = {}
    for level, tail in (("95", 0.025), ("998", 0.001)):
        z = NormalDist().inv_cdf(1 - tail)
        for side, sign in (("lower", -1), ("upper", 1)):
            table[f"od_{side}{level}"] = [limit(n, target, which, sign * z, tau2) for n in ns]
            if which.ratio != "sr":
                table[f"{side}{level}"] = [limit(n, target, which, sign * z, 0.0) for n in ns]
    return target, tau2, table


units = st.lists(
    st.tuples(st.integers(1, 60), st.integers(120, 900)), min_size=1, max_size=40, unique_by=lambda unit: unit[1]
)


@pytest.mark.parametrize("which", EVERY, ids=ids)
@settings(max_examples=30, deadline=None)
@given(units)
def test_the_steps_one_unit_at_a_time_give_the_same_limits(which, drawn):
    ys, ns = [y for y, _ in drawn], [n for _, n in drawn]
    if which.ratio == "sr":  # about as many as were expected
        ns = [n / 8 for n in ns]
    target, tau2, table = naive(ys, ns, which)
    points = ask({"value": ys, "of": [round(n, 3) for n in ns]}, which).points
    assert points["centre"].to_list() == pytest.approx([target] * len(ys))
    if which.ratio == "pr":  # far from 0 and 1 only: beyond, the scale ends
        middle, reach = math.asin(math.sqrt(target)), 3.1 * math.sqrt(1 / (4 * min(ns)) + tau2)
        if not reach < middle < math.pi / 2 - reach:
            return
    rounded = which == Funnel("sr", "shmi") and any(round(n, 2) != n for n in ns)
    for name, wanted in table.items():
        assert points[name].to_list() == pytest.approx(wanted, rel=2e-2 if rounded else 1e-9), name


@pytest.mark.shared
@pytest.mark.skipif(not VECTORS.is_dir(), reason=f"no reference results in {VECTORS}")
@pytest.mark.parametrize("path", sorted(VECTORS.glob("funnel_*.json")), ids=lambda path: path.stem)
def test_reference_results_agree(path):
    case = json.loads(path.read_text())
    given, want = case["input"], case["expect"] | case.get("recommended", {})
    which = Funnel(given["data_type"].lower(), given["sr_method"].lower())
    points = ask({"value": given["y"], "of": given["n"]}, which).points
    assert points["centre"].to_list() == pytest.approx([want["target"]] * len(given["y"]))
    for name in FUNNEL_LIMITS:
        for row, (ours, theirs) in enumerate(zip(points[name], want[name], strict=True)):
            assert abs(ours - theirs) <= case["abs_tol"] * max(1.0, abs(theirs)), f"{name}[{row}]: {ours} {theirs}"
    outside = [row for row, names in enumerate(points["signals"].to_list()) if names]
    assert outside == want["signals"]["outside_od_998" if want["tau2"] > 0 else "outside_998"]


def test_units_that_differ_widen_the_limits_and_those_in_force_say_so():
    alike = ask({"value": [20, 21, 19, 20, 22, 18, 20, 21, 19, 20], "of": [100] * 10})
    assert alike.points["lower"].to_list() == alike.points["lower998"].to_list()
    assert "overdispersed" not in {caveat.code for caveat in alike.caveats}
    unlike = ask({"value": [5, 35, 10, 30, 15, 25, 20, 40, 2, 18], "of": [100] * 10})
    assert unlike.points["lower"].to_list() == unlike.points["od_lower998"].to_list()
    assert (unlike.points["od_upper95"] > unlike.points["upper95"]).all()
    assert "overdispersed" in {caveat.code for caveat in unlike.caveats}


def test_the_unit_looked_for_does_not_hide_itself_by_widening_the_limits():
    ours = ask({"value": [20] * 19 + [70], "of": [100] * 20}).points
    assert [row for row, names in enumerate(ours["signals"].to_list()) if names] == [19]


def test_adjusted_limits_of_a_root_are_no_narrower_than_chance():
    """FunnelPlotR leaves the square out, and its adjusted limits come out inside the exact ones."""
    points = ask({"value": [50, 49, 51, 52, 48], "of": [50.0] * 5}, Funnel("sr", "cqc")).points
    assert points["od_upper95"][0] == pytest.approx((1 + 1.959964 / (2 * math.sqrt(50))) ** 2, rel=1e-6)
    assert points["od_upper95"][0] == pytest.approx(points["upper95"][0], rel=0.05)


def test_limits_of_a_ratio_of_counts_hold_what_chance_does():
    """5,000 pairs of Poisson counts with the same ratio: about 5% lie outside, however wide they are said to be."""
    random = np.random.default_rng(7)
    size = random.poisson(400, 5000)
    points = ask({"value": random.poisson(400, 5000), "of": size}, Funnel("rc")).points
    outside = points.select(
        ((pl.col("value") > pl.col("upper95")) | (pl.col("value") < pl.col("lower95"))).mean()
    ).item()
    assert outside == pytest.approx(0.05, abs=0.012)


@pytest.mark.parametrize("which", EVERY, ids=ids)
def test_order_names_and_a_second_funnel_beside_it_change_nothing(which):
    alone = ask(TOWN, which).points
    backwards = ask({name: column[::-1] for name, column in TOWN.items()}, which).points
    assert_frame_equal(backwards.select(FUNNEL_LIMITS).reverse(), alone.select(FUNNEL_LIMITS))
    both = pl.concat(
        [
            pl.DataFrame(TOWN).with_columns(series=pl.lit("b"), row=pl.int_range(pl.len()) * 2),
            pl.DataFrame(TOWN).with_columns(pl.col("of") * 7, series=pl.lit("a"), row=pl.int_range(pl.len()) * 2 + 1),
        ]
    ).sort("row")
    mixed = funnel(both, Chart(), which).points
    assert mixed["series"].to_list() == ["b", "a"] * 10
    assert_frame_equal(mixed.filter(pl.col("series") == "b").select(FUNNEL_LIMITS), alone.select(FUNNEL_LIMITS))


def test_limits_of_the_smallest_units_do_not_turn_back():
    sizes = list(range(1, 60))
    points = ask({"value": [0] * 58 + [20], "of": sizes}).points
    for level in ("95", "998"):
        lower, upper = points[f"lower{level}"].to_list(), points[f"upper{level}"].to_list()
        assert lower == sorted(lower)
        assert upper == sorted(upper, reverse=True)
    whole = ask({"value": [30, 30, 30, 31], "of": [31, 32, 32, 31]}).points
    assert max(whole["upper998"]) <= 1.0


@pytest.mark.parametrize("which", EVERY, ids=ids)
def test_units_without_people_and_without_figures_have_no_point(which):
    points = ask({"value": [3, 0, None, 5, 9], "of": [10, 0, 10, 12, None]}, which)
    assert points.points["value"].to_list()[1:3] == [None, None]
    assert points.points["upper95"].to_list()[1] is None
    assert points.points["upper95"].to_list()[2] is not None  # what could be expected there is known
    assert "no_denominator" in {caveat.code for caveat in points.caveats}


@pytest.mark.parametrize("which", EVERY, ids=ids)
@pytest.mark.parametrize(
    "columns",
    [
        {"value": [], "of": []},
        {"value": [3], "of": [10]},
        {"value": [0, 0, 0], "of": [10, 20, 30]},
        {"value": [10, 20], "of": [10, 20]},
        {"value": [None, None], "of": [None, None]},
        {"value": [0, 0], "of": [0, 0]},
        {"value": [1, 0], "of": [0.001, 1e9]},
    ],
    ids=["none", "one", "nothing counted", "all of all", "nothing known", "nobody", "tiny and huge"],
)
def test_little_or_nothing_is_a_result(which, columns):
    if which.ratio == "pr" and columns["value"] == [1, 0]:
        columns = {"value": [0.001, 0], "of": columns["of"]}
    frame = pl.DataFrame(columns, schema={"value": pl.Float64, "of": pl.Float64})
    points = funnel(frame, Chart(), which).points
    assert points.height == frame.height
    for name in (*FUNNEL_LIMITS, "value", "centre", "lower", "upper"):
        assert points[name].is_nan().sum() == 0
        assert points[name].is_infinite().sum() == 0


def test_units_that_counted_nothing_are_said_and_do_not_break_a_logarithm():
    told = ask({"value": [0, 0, *[9, 10, 11] * 4], "of": [8.0] * 2 + [10.0] * 12}, Funnel("sr"))
    assert all(math.isfinite(upper) for upper in told.points["od_upper998"])
    assert "2 units counted nothing" in " ".join(caveat.text for caveat in told.caveats)


def test_expected_counts_are_rounded_for_the_shmi_and_it_says_so():
    exactly, nearly = (
        ask({"value": [5, 6], "of": [5.25, 6.5]}, EVERY[1]),
        ask({"value": [5, 6], "of": [5.2512, 6.5]}, EVERY[1]),
    )
    assert nearly.points["upper95"][0] == exactly.points["upper95"][0]
    assert nearly.points["value"][0] == 5 / 5.2512
    assert "expected_rounded" in {caveat.code for caveat in nearly.caveats}
    assert "expected_rounded" not in {caveat.code for caveat in exactly.caveats}
    assert ask({"value": [5, 0], "of": [5.25, 0.001]}, EVERY[1]).points["upper95"][1] is not None


def test_excluded_units_are_seen_but_set_nothing():
    without = ask({"value": TOWN["value"][:-1], "of": TOWN["of"][:-1]}).points
    put_aside = ask(TOWN | {"excluded": [False] * 9 + [True]}).points
    assert put_aside["centre"][0] == without["centre"][0]
    assert put_aside["od_upper95"][:9].to_list() == pytest.approx(without["od_upper95"].to_list())
    assert put_aside["signals"][9].to_list() == []


@pytest.mark.parametrize("which", EVERY, ids=ids)
def test_a_target_of_ones_own_and_a_multiplier(which):
    plain = ask(TOWN | {"fixed_centre": [0.5] * 10}, which).points
    assert plain["centre"].to_list() == [0.5] * 10
    assert all(low < 0.5 < high for low, high in zip(plain["od_lower95"], plain["od_upper95"], strict=True))
    times = ask(TOWN | {"fixed_centre": [50.0] * 10}, which, multiply=100).points
    for name in (*FUNNEL_LIMITS, "value", "centre", "lower", "upper"):
        assert times[name].to_list() == pytest.approx([100 * one for one in plain[name]])
    assert times["signals"].to_list() == plain["signals"].to_list()


def test_without_rules_there_is_no_signal():
    far = {"value": [20] * 19 + [70], "of": [100] * 20}
    assert ask(far, rules="none").points["signals"].list.len().sum() == 0
    assert ask(far, rules="nelson").points["signals"].list.len().sum() == 1


@pytest.mark.parametrize(
    ("columns", "which", "says"),
    [
        ({"value": [1]}, "pr", "column 'of'"),
        ({"value": [12], "of": [10]}, "pr", "12 is above 'of' 10"),
        ({"value": [-1], "of": [10]}, "rc", "-1"),
        ({"value": [1], "of": [10], "fixed_lower": [0.1]}, "pr", "'fixed_lower' is given"),
        ({"value": [1], "of": [10], "fixed_centre": [-0.1]}, "sr", "-0.1"),
        ({"value": [1], "of": [10], "fixed_centre": [1.5]}, "pr", "1.5"),
    ],
)
def test_one_sentence_shows_the_value(columns, which, says):
    with pytest.raises(ValueError, match=re.escape(says)) as refused:
        ask(columns, Funnel(which))
    assert "\n" not in str(refused.value)


# --- exact counts


def poisson_below(most, rate):
    """The chance of at most so many."""
    return sum(math.exp(n * math.log(rate) - rate - math.lgamma(n + 1)) for n in range(most + 1))


@pytest.mark.parametrize("tail", [0.025, 0.001])
@pytest.mark.parametrize("count", [1, 2, 7, 40, 99, 100, 101, 180])
def test_exact_limits_leave_the_tail_they_should(count, tail):
    low, high = (float(side[0]) for side in count_limits(np.array([float(count)]), tail))
    assert 1 - poisson_below(count - 1, low) == pytest.approx(tail, rel=1e-6)
    assert poisson_below(count, high) == pytest.approx(tail, rel=1e-6)


def test_exact_limits_go_on_without_a_step_where_the_method_changes():
    sizes = np.array([1e-9, 1e-3, 0.5, 3.999, 4.0, 99.999, 100.0, 100.001, 1e4, 1e8])
    for tail in (0.025, 0.001):
        low, high = count_limits(sizes, tail)
        assert np.all(np.diff(low) >= 0)
        assert np.all(np.diff(high) > 0)
        assert np.all((low < sizes) & (sizes < high))
        assert low[6] - low[5] == pytest.approx(low[7] - low[6], rel=1e-3)
        assert high[6] - high[5] == pytest.approx(high[7] - high[6], rel=1e-3)


def test_exact_limits_as_published():
    """Garwood 1936 by way of Breslow & Day 1987, table 2.10: 95% limits of 1, 10 and 100 cases."""
    low, high = count_limits(np.array([1.0, 10.0, 100.0]), 0.025)
    assert low == pytest.approx([0.0253, 4.795, 81.36], rel=1e-3)
    assert high == pytest.approx([5.572, 18.39, 121.6], rel=5e-4)
