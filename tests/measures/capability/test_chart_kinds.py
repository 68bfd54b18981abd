"""Each further kind of chart on figures small enough to check by hand."""

from itertools import pairwise
from math import exp, log, pi, sqrt

import polars as pl
import pytest

from measures.capability import Chart, limits

VALUES = [9.0, 11.0, 9.0, 11.0, 10.0, 13.0, 8.0, 12.0]


def read(kind, values=None, chart=None, **columns):
    frame = pl.DataFrame({"value": VALUES if values is None else values, **columns})
    return limits(frame, chart or Chart(kind)).points


def test_xmr_log_draws_the_geometric_mean_and_what_follows_from_it():
    days = [0.0, 2.0, 9.0, 30.0]
    points = read("xmr_log", days)
    logs = [log(day + 1 / 24) for day in days]
    middle = sum(logs) / 4
    step = sum(abs(b - a) for a, b in pairwise(logs)) / 3
    assert points["value"].to_list() == days
    assert points["centre"][0] == pytest.approx(exp(middle) - 1 / 24)
    assert points["upper"][0] == pytest.approx(exp(middle + 2.66 * step) - 1 / 24)
    assert points["lower"].to_list() == [0.0] * 4
    assert points["no_lower_limit"].all()


def test_the_range_chart_shows_the_same_ranges_and_limits_as_xmr():
    for chart in (Chart(), Chart(screening=False), Chart(range="median")):
        xmr, mr = read("xmr", chart=chart), read("mr", chart=Chart("mr", range=chart.range, screening=chart.screening))
        assert mr["value"].to_list() == xmr["moving_range"].to_list()
        assert mr["centre"].to_list() == xmr["range_centre"].to_list()
        assert mr["upper"].to_list() == pytest.approx(xmr["range_upper"].to_list())


def test_only_a_point_outside_its_limit_signals_on_the_range_chart():
    values = [10.0, 11.0] * 12 + [10.0, 30.0] + [31.0, 33.0] * 6
    for rules in ("wheeler", "nhs", "western_electric", "nelson"):
        found = read("mr", values, Chart("mr", rules))["signals"].to_list()
        assert [row for row, names in enumerate(found) if names] == [25]
        assert found[25] == ["outside_limits"]


def test_a_trend_goes_through_both_half_averages():
    even = read("xmr_trended", [1.0, 3.0, 2.0, 5.0, 7.0, 6.0])["centre"]
    assert (even[1], even[4]) == (pytest.approx(2.0), pytest.approx(6.0))
    odd = read("xmr_trended", [1.0, 3.0, 2.0, 90.0, 5.0, 7.0, 6.0])["centre"]  # the middle one belongs to neither half
    assert (odd[1], odd[5]) == (pytest.approx(2.0), pytest.approx(6.0))
    gap = read("xmr_trended", [1.0, 3.0, 2.0, None, None, 5.0, 7.0, 6.0])["centre"]  # missing points keep their place
    assert (gap[1], gap[6]) == (pytest.approx(2.0), pytest.approx(6.0))


def test_trended_limits_are_as_wide_as_the_steps_of_the_values_make_them():
    values = [1.0, 3.0, 2.0, 5.0, 7.0, 6.0]
    points = read("xmr_trended", values)
    half = 2.66 * (2 + 1 + 3 + 2 + 1) / 5
    assert (points["upper"] - points["centre"]).to_list() == pytest.approx([half] * 6)
    assert points["range_centre"][0] == pytest.approx(9 / 5)


def test_i_prime_weighs_each_step_by_what_it_rests_on():
    points = read("i_prime", [10.0, 30.0, 8.0], of=[10, 20, 5])
    one, two = sqrt(pi / 2) * 0.5 / sqrt(1 / 10 + 1 / 20), sqrt(pi / 2) * 0.1 / sqrt(1 / 20 + 1 / 5)
    assert points["centre"].to_list() == pytest.approx([48 / 35] * 3)
    for row, of in enumerate([10, 20, 5]):
        assert points["upper"][row] - points["centre"][row] == pytest.approx(3 * (one + two) / 2 / sqrt(of))
    assert points["moving_range"].to_list() == [None] * 3


def test_i_prime_may_be_negative_and_over_one():
    points = read("i_prime", [-10.0, 30.0, 80.0], of=[10, 20, 5])
    assert points["lower"][0] < -1
    assert points["upper"][2] > 16


def test_g_draws_the_median_and_takes_its_limits_from_the_mean():
    points = read("g", [1, 2, 3, 30])
    assert points["centre"][0] == 2.5
    assert points["upper"][0] == pytest.approx(9 + 3 * sqrt(9 * 10))
    assert points["lower"][0] == 0.0


def test_t_is_an_xmr_of_the_root_turned_back():
    days = [3.0, 9.0, 40.0, 1.0, 12.0]
    roots = [day ** (1 / 3.6) for day in days]
    xmr, t = read("xmr", roots), read("t", days)
    assert t["value"].to_list() == days
    assert t["centre"][0] == pytest.approx(xmr["centre"][0] ** 3.6)
    assert t["upper"][0] == pytest.approx(xmr["upper"][0] ** 3.6)
    assert xmr["lower"][0] < 0
    assert t["lower"][0] == 0.0
    assert t["signals"].to_list() == xmr["signals"].to_list()


SUBGROUPS = {"value": [8.0, 12.0, 10.0, 9.0, 15.0, 12.0, 7.0, 9.0, 8.0], "subgroup": list("aaabbbccc")}


def test_xbar_and_s_of_subgroups_of_three():
    xbar, s = (limits(pl.DataFrame(SUBGROUPS), Chart(kind)).points for kind in ("xbar", "s"))
    ordinary = (2.0 + 3.0 + 1.0) / 3
    assert xbar["value"].to_list() == [10.0, 12.0, 8.0]
    assert xbar["centre"].to_list() == [10.0] * 3
    assert xbar["upper"][0] == pytest.approx(10 + 1.954 * ordinary, abs=1e-3)  # A3 for 3, Montgomery appendix VI
    assert s["value"].to_list() == pytest.approx([2.0, 3.0, 1.0])
    assert s["upper"][0] == pytest.approx(2.568 * ordinary, abs=1e-3)  # B4 for 3
    assert s["lower"][0] == 0.0
    assert xbar["subgroup"].to_list() == list("abc")


def test_subgroups_of_different_size_pool_their_spread_and_each_has_limits_of_its_own():
    frame = pl.DataFrame({"value": [8.0, 12.0, 10.0, 9.0, 15.0, 7.0], "subgroup": list("aaabbc")})
    points = limits(frame, Chart("xbar")).points
    pooled = sqrt((2 * 4.0 + 1 * 18.0) / 3)
    assert points["centre"][0] == pytest.approx(61 / 6)
    assert points["upper"][0] - points["centre"][0] == pytest.approx(1.954 * pooled, abs=2e-3)
    assert points["upper"][1] - points["centre"][1] == pytest.approx(2.659 * pooled, abs=2e-3)  # A3 for 2
    assert points["upper"][2] is None


def test_subgroups_appear_where_they_first_appeared_and_excluded_rows_stay_out_of_them():
    frame = pl.DataFrame({"value": [5.0, 1.0, 7.0, 3.0, 99.0, 2.0, 4.0], "subgroup": list("bababcc")}).with_columns(
        excluded=pl.Series([False, False, False, False, True, True, True])
    )
    points = limits(frame, Chart("xbar")).points
    assert points["subgroup"].to_list() == ["b", "a", "c"]
    assert points["value"].to_list() == [6.0, 2.0, 3.0]
    assert points["excluded"].to_list() == [False, False, True]
    assert points["centre"].to_list() == [4.0] * 3


def test_limits_of_ones_own_are_used_as_they_are():
    given = {"fixed_centre": [20.0] * 8, "fixed_lower": [None] * 4 + [19.0] * 4, "fixed_upper": [21.0] * 8}
    points = read("xmr", **given)
    plain = read("xmr")
    assert points["centre"].to_list() == [20.0] * 8
    assert points["upper"].to_list() == [21.0] * 8
    assert points["lower"].to_list()[4:] == [19.0] * 4
    assert points["lower"][0] == pytest.approx(20 - (plain["upper"][0] - plain["centre"][0]))
    assert all("outside_limits" in names for names in points["signals"][4:])


@pytest.mark.parametrize("kind", ["t", "xmr_log", "p", "xmr", "c"])
def test_limits_of_ones_own_are_in_the_figures_shown(kind):
    own = {"fixed_centre": [50.0] * 3, "fixed_lower": [20.0] * 3, "fixed_upper": [80.0] * 3}
    points = read(kind, [1, 2, 1], Chart(kind, multiply=100), of=[4, 4, 4], **own)
    for line, figure in (("centre", 50), ("lower", 20), ("upper", 80)):
        assert points[line].to_list() == pytest.approx([figure] * 3)


def test_own_limits_give_signals_to_a_single_point():
    points = read("xmr", [30.0], fixed_centre=[10.0], fixed_lower=[0.0], fixed_upper=[20.0])
    assert points["signals"].to_list() == [["outside_limits"]]


def test_np_expects_more_of_more():
    points = read("np", [3, 6, 12], of=[10, 20, 40])
    assert points["centre"].to_list() == pytest.approx([3.0, 6.0, 12.0])
    assert points["upper"][2] == pytest.approx(12 + 3 * sqrt(12 * 0.7))


@pytest.mark.parametrize("kind", ["xmr_log", "t", "g", "u_prime", "i_prime"])
def test_figures_are_shown_times_what_was_asked(kind):
    frame = pl.DataFrame({"value": [3, 4, 1, 2, 5, 3], "of": [30, 40, 12, 25, 45, 30]})
    plain, hours = limits(frame, Chart(kind)).points, limits(frame, Chart(kind, multiply=24)).points
    for name in ("value", "centre", "lower", "upper"):
        assert hours[name].to_list() == pytest.approx([24 * figure for figure in plain[name]])
    assert plain["signals"].to_list() == hours["signals"].to_list()
