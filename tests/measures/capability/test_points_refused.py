"""What cannot be read is refused in one sentence that shows the value; little or nothing is still a result."""

import re
from datetime import date

import polars as pl
import pytest

from measures.capability import RULE_SETS, Chart, limits
from measures.capability.kinds import KINDS

REFUSED = {
    "no value": ({"count": [1]}, Chart(), "column 'value'; found count"),
    "no denominator": ({"value": [1]}, Chart("p"), "column 'of'"),
    "text": ({"value": ["12", "many"]}, Chart(), "'12'"),
    "dates": ({"value": [date(2026, 5, 4)]}, Chart(), "not numbers"),
    "text below": ({"value": [1], "of": ["ten"]}, Chart("p"), "'ten'"),
    "negative count": ({"value": [3, -2]}, Chart("c"), "-2"),
    "a middle below 0": ({"value": [3, 2], "fixed_centre": [None, -3.0]}, Chart("c"), "'fixed_centre' holds -3"),
    "negative denominator": ({"value": [0], "of": [-5]}, Chart("p"), "-5"),
    "over 100%": ({"value": [3, 12], "of": [10, 10]}, Chart("p_prime"), "12 is above 'of' 10 in row 2"),
    "some of none": ({"value": [3, 2], "of": [10, 0]}, Chart("p"), "2 is above 'of' 0 in row 2"),
    "infinite": ({"value": [1.0, float("inf")]}, Chart(), "infinite"),
    "unsorted": (
        {"value": [1, 2], "at": [date(2026, 5, 4), date(2026, 4, 27)]},
        Chart(),
        "2026-05-04 back to 2026-04-27",
    ),
    "phase comes back": ({"value": [1, 2, 3], "phase": [1, 2, 1]}, Chart(), "phase 1 comes back"),
    "marks in words": ({"value": [1], "excluded": ["yes"]}, Chart(), "'excluded'"),
    "unknown kind": ({"value": [1]}, Chart("imr"), "'imr' is not known; choose one of run, xmr"),
    "unknown rules": ({"value": [1]}, Chart(rules="westgard"), "'westgard'"),
    "unknown centre": ({"value": [1]}, Chart(centre="mode"), "'mode'"),
    "a run of one": ({"value": [1]}, Chart(run_length=1), "at least 2"),
    "a trend of two": ({"value": [1]}, Chart(trend_length=2), "at least 3"),
    "no subgroup": ({"value": [1]}, Chart("xbar"), "column 'subgroup'"),
    "nameless subgroup": (
        {"value": [1, 2], "subgroup": ["a", None]},
        Chart("s"),
        "'subgroup' is empty in 1 rows, first in row 2",
    ),
    "no time between": (
        {"value": [3.0, 0.0]},
        Chart("t"),
        "'value' holds 0 in row 2; a t chart plots the time between",
    ),
    "time backwards": (
        {"value": [-1.0]},
        Chart("xmr_log"),
        "'value' holds -1 in row 1; an end-to-end time is never below 0",
    ),
    "negative cases between": ({"value": [4, -1]}, Chart("g"), "-1"),
    "negative of on i": ({"value": [4], "of": [-2]}, Chart("i_prime"), "-2"),
    "own limits in words": ({"value": [4], "fixed_upper": ["high"]}, Chart(), "'fixed_upper' holds String"),
    "own limits crossed": (
        {"value": [4, 5], "fixed_lower": [1, 9], "fixed_upper": [7, 7]},
        Chart(),
        "'fixed_lower' 9 is above 'fixed_upper' 7 in row 2",
    ),
    "own centre outside": (
        {"value": [4], "fixed_centre": [8], "fixed_upper": [7]},
        Chart(),
        "'fixed_centre' 8 is above",
    ),
    "days in words and out of order": (
        {"value": [1, 2], "at": ["2026-05", "2026-04"]},
        Chart(),
        "2026-05 back to 2026-04",
    ),
    "times nothing": ({"value": [1]}, Chart(multiply=0), "above 0"),
}


@pytest.mark.parametrize(("columns", "chart", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_one_sentence_shows_the_value(columns, chart, says):
    with pytest.raises(ValueError, match=re.escape(says)) as refused:
        limits(pl.DataFrame(columns), chart)
    assert "\n" not in str(refused.value)


def frame_of(values, **columns):
    schema = {"value": pl.Float64, "of": pl.Int64, "subgroup": pl.Int64}
    given = {"value": values, "of": [10] * len(values), "subgroup": list(range(len(values)))}
    return pl.DataFrame(given, schema=schema).with_columns(**columns)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("values", [[], [3], [None], [None, None, None], [None, 3, None]])
def test_little_or_nothing_is_a_result_without_limits(kind, values):
    for rules in RULE_SETS:
        points = limits(frame_of(values), Chart(kind, rules)).points
        assert points.height == len(values)
        assert points["upper"].null_count() == len(values)
        assert points["signals"].list.len().sum() == 0
        assert points["centre"].is_nan().sum() == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rules", RULE_SETS)
@pytest.mark.parametrize("value", [0.1, 1.0, 7.0])
def test_a_constant_series_signals_nothing_on_any_chart_with_any_rules(kind, rules, value):
    frame = frame_of([value] * 40).with_columns(subgroup=pl.int_range(pl.len()) // 4)
    points = limits(frame, Chart(kind, rules)).points
    # What never moves at all lies suspiciously well inside limits that expect chance: Nelson's seventh test says so.
    chance_expected = rules == "nelson" and kind in ("c", "np", "p", "u", "g")
    assert points["signals"].list.set_difference(["fifteen_inside"] if chance_expected else []).list.len().sum() == 0
    assert points["value"].is_nan().sum() == points["upper"].fill_null(0.0).is_nan().sum() == 0


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind].needs_of])
def test_denominators_of_nought_only_are_points_without_figures(kind):
    points = limits(pl.DataFrame({"value": [0, 0, 0], "of": [0, 0, 0]}), Chart(kind)).points
    assert points["value"].null_count() == points["centre"].null_count() == points["upper"].null_count() == 3


@pytest.mark.parametrize("kind", ["xmr", "c", "p", "p_prime"])
def test_two_points_are_enough_for_the_engine(kind):
    points = limits(pl.DataFrame({"value": [3, 5], "of": [10, 10]}), Chart(kind)).points
    assert points["upper"].null_count() == 0


def test_people_who_share_a_day_stay_two_points():
    day = date(2026, 5, 4)
    points = limits(pl.DataFrame({"at": [day, day, day], "value": [3.0, 5.0, 4.0]}), Chart()).points
    assert points["moving_range"].to_list() == [None, 2.0, 1.0]


def test_a_column_of_nulls_without_a_type_is_read_as_unknown():
    assert limits(pl.DataFrame({"value": [None, None]}), Chart()).points["centre"].to_list() == [None, None]


def test_points_at_one_time_are_said():
    day = date(2026, 5, 4)
    frame = pl.DataFrame(
        {"at": [day, day, date(2026, 5, 5), day], "series": ["a", "a", "a", "b"], "value": [3.0, 5.0, 4.0, 1.0]}
    )
    said = {caveat.code: caveat.text for caveat in limits(frame, Chart()).caveats}
    assert said["same_time"] == "1 point at the same time as the one before: drawn in the order given (a)"


def test_a_time_that_is_excluded_may_be_nought_on_a_t_chart():
    frame = pl.DataFrame({"value": [3.0, 0.0, 5.0, 4.0], "excluded": [False, True, False, False]})
    assert limits(frame, Chart("t")).points["value"].to_list() == [3.0, 0.0, 5.0, 4.0]
