"""Faults seen in established software, one test each; ours must not have them."""

import math
import subprocess
import sys

import polars as pl
import pytest

from measures.capability import RULE_SETS, Change, Chart, judge_changes, limits, sentence
from measures.capability.kinds import KINDS as EVERY_KIND

KINDS = [kind for kind, about in EVERY_KIND.items() if not about.needs_subgroup and kind not in ("t", "xmr_log")]


def read(values, chart=None, **columns):
    return limits(pl.DataFrame({"value": values, **columns}), chart or Chart()).points


def silent(points):
    return points["signals"].list.len().sum() == 0


def test_screening_does_not_depend_on_how_the_package_is_imported():
    values = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
    assert read(values)["upper"][0] == pytest.approx(4.604444, abs=1e-5)
    assert read(values, Chart(screening=False))["upper"][0] == pytest.approx(6.951, abs=2e-3)
    code = (
        "import measures.capability.engine as e, measures.capability.chart as c, polars as pl;"
        f"print(e.limits(pl.DataFrame({{'value': {values}}}), c.Chart()).points['upper'][0])"
    )
    alone = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(alone.stdout) == read(values)["upper"][0]


@pytest.mark.parametrize("value", [0.1, 0.0, 7.0, 100.0, 1e-7, 1e9])
@pytest.mark.parametrize("count", [2, 7, 10, 26, 52])
def test_a_constant_series_has_limits_without_width_and_no_signal(value, count):
    points = read([value] * count)
    assert points["upper"].to_list() == pytest.approx([value] * count)
    assert points["lower"].to_list() == pytest.approx([value] * count)
    assert silent(points)
    assert silent(read([value] * count, Chart("run")))


@pytest.mark.parametrize("kind", ["p", "p_prime"])
@pytest.mark.parametrize(("top", "bottom"), [(1, 10), (0, 10), (10, 10), (3, 30), (1, 3)])
def test_one_in_ten_for_ever_gives_no_signal(kind, top, bottom):
    points = read([top] * 26, Chart(kind), of=[bottom] * 26)
    assert silent(points)
    uneven = [bottom * (1 + i % 4) for i in range(26)]
    assert silent(read([top * (1 + i % 4) for i in range(26)], Chart(kind), of=uneven))


@pytest.mark.parametrize("kind", ["c", "xmr", "run"])
def test_all_zero_gives_no_signal(kind):
    points = read([0] * 30, Chart(kind))
    assert silent(points)
    assert points["centre"].to_list() == [0.0] * 30


def test_a_hundred_per_cent_for_ever_is_not_shown_as_failing():
    points = read([50] * 20, Chart("p"), of=[50] * 20)
    assert points["lower"].to_list() == points["upper"].to_list() == [1.0] * 20
    said = sentence(points, title="Stayed met", unit="of needs", kind="share", better="higher")
    assert "always 100%" in said
    assert "worse" not in said


def test_the_median_chart_uses_the_constant_of_the_median():
    values = [10.0, 12.0, 11.0, 30.0, 9.0, 12.0, 10.0, 11.0]  # ranges 2 1 19 21 3 2 1: median 2
    points = read(values, Chart(centre="median", range="median"))
    assert points["centre"][0] == 11.0
    assert points["upper"][0] == pytest.approx(11.0 + 3.145 * 2)
    assert points["range_upper"][0] == pytest.approx(3.865 * 2)


def test_nothing_is_rounded_before_a_comparison():
    # Centre 10, limits 10 ± 0.00532: a signal that three decimals would hide.
    steady = [9.999, 10.001] * 6
    marks = [True] * 12 + [False]
    assert read([*steady, 10.00533], baseline=marks)["signals"].to_list()[-1] == ["outside_limits"]
    assert read([*steady, 10.00531], baseline=marks)["signals"].to_list()[-1] == []


@pytest.mark.parametrize("rules", RULE_SETS)
@pytest.mark.parametrize("shift", [0.0, -5.0, -6.0, -20.0, -1000.0])
def test_signals_do_not_depend_on_the_sign_of_the_values(shift, rules):
    values = [5.0, 6.0, 5.0, 7.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 30.0, *[9.0] * 9]
    plain = read(values, Chart(rules=rules))
    moved = read([value + shift for value in values], Chart(rules=rules))
    assert plain["signals"].to_list() == moved["signals"].to_list()
    mirrored = read([-value for value in values], Chart(rules=rules))
    assert plain["signals"].to_list() == mirrored["signals"].to_list()


def test_a_trend_that_starts_with_nought_is_a_trend():
    for start in (0.0, -3.0, 5.0):
        rising = [start + i for i in range(7)]
        assert all("trend" in names for names in read(rising, Chart(rules="nhs"))["signals"])


def test_figures_that_three_decimals_would_make_equal_still_rise():
    rising = [1.0 + i * 1e-5 for i in range(7)]
    assert all("trend" in names for names in read(rising, Chart(rules="nhs"))["signals"])


def test_anhoej_does_not_signal_one_point_early():
    values = [1] * 7 + [9] * 3 + [1, 9] * 3 + [9] * 4  # 20 useful points: a run of 7 is allowed
    assert silent(read(values, Chart("run")))


@pytest.mark.parametrize("kind", ["p", "p_prime"])
def test_a_share_is_clipped_at_nought_and_a_hundred_per_cent_for_display_only(kind):
    high = read([19, 20, 18, 20, 19, 20, 20, 18], Chart(kind), of=[20] * 8)
    assert max(high["upper"]) == 1.0
    assert high["no_upper_limit"].all()
    assert not high["no_lower_limit"].any()
    low = read([1, 0, 2, 0, 1, 0, 0, 2], Chart(kind), of=[20] * 8)
    assert min(low["lower"]) == 0.0
    assert low["no_lower_limit"].all()
    assert silent(low)  # a point at nought is not beyond a limit below nought


def test_rules_use_unclipped_limits():
    # Counts 0..4 with centre 2: the lower limit is −2.24, halfway −0.12, so noughts are never near it.
    points = read([4, 0, 4, 0, 4, 0, 4, 0, 0, 0, 4, 4, 4, 0], Chart("c"))
    assert points["lower"].to_list() == [0.0] * 14
    assert not any("near_limit" in names for names in points["signals"])


def test_a_floor_is_shown_as_no_lower_limit():
    values = [20.0, 1.0, 40.0, 3.0, 25.0, 2.0, 30.0, 8.0]
    assert read(values)["lower"][0] < 0
    points = read(values, Chart(floor=0.0))
    assert points["lower"][0] == 0.0
    assert points["no_lower_limit"].all()


def test_nothing_is_guessed_from_the_type_of_a_column():
    whole = read([1, 2, 3, 2, 1, 2], Chart("xmr"))
    parts = read([1.0, 2.0, 3.0, 2.0, 1.0, 2.0], Chart("xmr"))
    assert whole.equals(parts)


def test_nulls_are_neither_bridged_nor_read_as_nought():
    points = read([10.0, 12.0, None, 30.0, 32.0])
    assert points["moving_range"].to_list() == [None, 2.0, None, None, 2.0]
    assert points["centre"][0] == 21.0
    assert points["value"][2] is None
    assert points["upper"][0] == pytest.approx(21 + 2.66 * 2)
    assert read([10.0, 12.0, math.nan, 30.0, 32.0])["upper"].to_list() == points["upper"].to_list()


def test_limits_between_rare_events_come_from_the_mean_not_the_median():
    points = read([1, 2, 3, 30], Chart("g"))
    assert points["centre"][0] == 2.5
    assert points["upper"][0] == pytest.approx(9 + 3 * math.sqrt(9 * 10))


@pytest.mark.parametrize("kind", ["xmr", "c", "p", "p_prime", "u", "u_prime", "i_prime"])
def test_the_table_of_phases_says_what_the_chart_shows(kind):
    frame = pl.DataFrame({"at": range(20577, 20577 + 224, 7), "value": [9, 11] * 10 + [2, 4] * 6, "of": [30] * 32})
    judged = judge_changes(frame, Chart(kind), [Change(20577 + 140, "New form", confirmed=True)])
    last = judged.points.group_by("phase", maintain_order=True).last()
    for name in ("centre", "lower", "upper"):
        assert judged.phases[name].to_list() == last[name].to_list()


@pytest.mark.parametrize("kind", [kind for kind, about in EVERY_KIND.items() if about.needs_of])
def test_a_zero_denominator_is_a_point_without_a_figure(kind):
    points = read([1, 0, 3, 2], Chart(kind), of=[10, 0, 12, 9])
    row = points.row(1, named=True)
    assert (row["value"], row["lower"], row["upper"]) == (None, None, None)
    assert points["centre"][0] == pytest.approx(10 * 6 / 31 if kind == "np" else 6 / 31)


def test_an_excluded_point_stays_visible_and_sets_nothing():
    values = [10.0, 12.0, 11.0, 90.0, 10.0, 12.0]
    points = read(values, excluded=[False, False, False, True, False, False])
    assert points["value"][3] == 90.0
    assert points["signals"].to_list()[3] == []
    assert points["moving_range"].to_list() == [None, 2.0, 1.0, None, None, 2.0]
    assert points["centre"].to_list() == [11.0] * 6
    share = read([5, 6, 9, 5], Chart("p"), of=[10, 10, 10, 10], excluded=[False, False, True, False])
    assert share["value"][2] == 0.9
    assert share["upper"][2] is not None
    assert share["centre"][0] == pytest.approx(16 / 30)


def test_a_baseline_sets_the_limits_of_its_phase_and_a_phase_without_uses_all():
    values = [9.0, 11.0, 9.0, 11.0, 50.0, 52.0, 1.0, 3.0, 1.0]
    points = read(values, phase=[1] * 6 + [2] * 3, baseline=[True] * 4 + [False] * 5)
    assert points["centre"].to_list() == [10.0] * 6 + [pytest.approx(5 / 3)] * 3
    assert points["limits_from"].to_list() == [4] * 6 + [3] * 3


def test_screening_is_skipped_where_it_would_leave_no_range_though_values_differ():
    values = [0.0] * 10 + [1.0] + [0.0] * 10
    asked = limits(pl.DataFrame({"value": values}), Chart())
    assert asked.points["range_centre"][0] == pytest.approx(0.1)
    assert "screening_skipped" in [caveat.code for caveat in asked.caveats]
    assert "screened" not in [caveat.code for caveat in asked.caveats]


def test_the_order_of_rows_and_other_columns_come_back_as_they_were():
    frame = pl.DataFrame(
        {"series": ["b", "a", "b", "a", "b", "a"], "value": [1.0, 10.0, 3.0, 12.0, 2.0, 11.0], "note": list("uvwxyz")}
    )
    points = limits(frame, Chart()).points
    assert points["note"].to_list() == list("uvwxyz")
    assert points["centre"].to_list() == [2.0, 11.0] * 3


@pytest.mark.parametrize("kind", KINDS)
def test_chart_and_multiples_agree(kind):
    frame = pl.DataFrame({"value": [3, 4, 1, 2, 5, 3, 4, 4, 2, 9], "of": [30, 40, 12, 25, 45, 30, 10, 38, 22, 31]})
    plain, thousand = limits(frame, Chart(kind)).points, limits(frame, Chart(kind, multiply=1000)).points
    for name in ("value", "centre", "lower", "upper"):
        expected = [None if figure is None else pytest.approx(1000 * figure) for figure in plain[name]]
        assert thousand[name].to_list() == expected
    assert plain["signals"].to_list() == thousand["signals"].to_list()
