"""The coded sentences beside the figures."""

import polars as pl
import pytest

from measures.capability import Chart, limits


def said(frame, chart=None):
    return {caveat.code: caveat.text for caveat in limits(frame, chart or Chart()).caveats}


def test_trial_limits_under_twelve_points_and_few_under_six():
    assert said(pl.DataFrame({"value": [1.0, 2.0, 3.0] * 3})) == {"trial_limits": "trial limits: 9 points"}
    assert said(pl.DataFrame({"value": [1.0, 2.0, 3.0] * 4})) == {}
    assert said(pl.DataFrame({"value": [1.0, 2.0, 3.0, 1.0, 2.0]}))["few_points"].endswith("5 of the 6 needed")
    assert set(said(pl.DataFrame({"value": [1.0]}))) == {"no_limits"}


def test_small_denominators_are_counted_in_the_periods_of_the_chart():
    weeks = {"at": [20577 + 7 * i for i in range(20)], "value": [10] * 13 + [1] * 7, "of": [100] * 13 + [10] * 7}
    text = said(pl.DataFrame(weeks), Chart("p"))["small_denominators"]
    assert text == "denominators under 5 expected events in 7 of 20 weeks"


def test_overdispersion_is_said_with_its_size():
    swinging = pl.DataFrame({"value": [800, 500] * 10, "of": [1000] * 20})
    text = said(swinging, Chart("p_prime"))["overdispersed"]
    assert text.startswith("overdispersed: σz = ")
    assert text.endswith("p′ shown")
    assert "overdispersed" not in said(pl.DataFrame({"value": [50, 55] * 10, "of": [100] * 20}), Chart("p_prime"))


@pytest.mark.parametrize("kind", ["xmr", "p_prime"])
def test_screening_is_stated_and_can_be_switched_off(kind):
    frame = pl.DataFrame({"value": [1, 2, 1, 2, 60, 1, 2, 1, 2, 1, 2, 1, 2], "of": [100] * 13})
    assert "2 moving ranges" in said(frame, Chart(kind))["screened"]
    assert "screened" not in said(frame, Chart(kind, screening=False))


def test_empty_denominators_and_excluded_points_are_counted():
    frame = pl.DataFrame({"value": [0, 60, 50], "of": [0, 100, 100], "excluded": [False, True, False]})
    texts = said(frame, Chart("p"))
    assert texts["no_denominator"] == "nobody to count in 1 of 3 points: no value there"
    assert texts["excluded"] == "1 point shown, but left out of limits and rules"


def test_several_series_are_named_and_many_are_counted():
    few = pl.DataFrame({"series": ["housing"] * 7 + ["care"] * 12, "value": [1.0, 2.0] * 9 + [1.0]})
    assert said(few) == {"trial_limits": "trial limits: 7 points (housing)"}
    many = pl.DataFrame({"series": [f"s{i // 7}" for i in range(70)], "value": [1.0, 2.0] * 35})
    assert said(many)["trial_limits"].endswith("and 9 more like it")
    assert len(limits(many, Chart()).caveats) == 1


def test_limits_without_width_between_gaps_are_said():
    assert "zero_width" in said(pl.DataFrame({"value": [1.0, 1.0, None, 2.0, 2.0]}))
    assert "zero_width" not in said(pl.DataFrame({"value": [1.0] * 5}))


def test_limits_of_ones_own_are_said_and_are_not_called_trial():
    frame = pl.DataFrame({"value": [1.0, 2.0, 3.0] * 3, "fixed_lower": [0.0] * 9, "fixed_upper": [9.0] * 9})
    assert said(frame) == {"fixed_limits": "limits given by a person, not computed, at 9 of 9 points"}
    some = frame.with_columns(fixed_lower=pl.Series([None] * 5 + [0.0] * 4))
    assert set(said(some)) == {"fixed_limits", "trial_limits"}


def test_what_was_asked_for_and_means_nothing_here_is_said():
    frame = pl.DataFrame({"value": [3, 4, 5, 4] * 4})
    assert "centre 'median' changes nothing" in said(frame, Chart("c", centre="median"))["unused_option"]
    assert "trend_length 5" in said(frame, Chart(trend_length=5))["unused_option"]
    assert "run_length 7" in said(frame, Chart(rules="anhoej", run_length=7))["unused_option"]
    assert "rules 'nelson'" in said(frame, Chart("run", "nelson"))["unused_option"]
    for chart in (
        Chart("run"),
        Chart("run", "none"),
        Chart(rules="nhs", run_length=6, trend_length=5),
        Chart("mr", range="median"),
    ):
        assert "unused_option" not in said(frame, chart)


def test_subgroups_of_one_are_counted():
    frame = pl.DataFrame({"value": [1.0, 2.0, 3.0, 4.0, 6.0], "subgroup": [1, 1, 2, 3, 3]})
    assert said(frame, Chart("xbar"))["single_subgroups"] == "1 subgroup of one value: no spread there, and no limits"


def test_amounts_have_no_expected_events():
    frame = pl.DataFrame({"value": [0.5, 0.7] * 10, "of": [3] * 20})
    assert "small_denominators" in said(frame, Chart("u"))
    assert "small_denominators" not in said(frame, Chart("i_prime"))
