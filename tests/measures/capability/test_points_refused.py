"""What cannot be read is refused in one sentence that shows the value; little or nothing is still a result."""

import re
from datetime import date

import polars as pl
import pytest

from measures.capability import Chart, limits

REFUSED = {
    "no value": ({"count": [1]}, Chart(), "column 'value'; found count"),
    "no denominator": ({"value": [1]}, Chart("p"), "column 'of'"),
    "text": ({"value": ["12", "many"]}, Chart(), "'12'"),
    "dates": ({"value": [date(2026, 5, 4)]}, Chart(), "not numbers"),
    "text below": ({"value": [1], "of": ["ten"]}, Chart("p"), "'ten'"),
    "negative count": ({"value": [3, -2]}, Chart("c"), "-2"),
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
    "times nothing": ({"value": [1]}, Chart(multiply=0), "above 0"),
}


@pytest.mark.parametrize(("columns", "chart", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_one_sentence_shows_the_value(columns, chart, says):
    with pytest.raises(ValueError, match=re.escape(says)) as refused:
        limits(pl.DataFrame(columns), chart)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("kind", ["run", "xmr", "c", "p", "p_prime", "np", "u", "u_prime", "c_prime"])
@pytest.mark.parametrize("values", [[], [3], [None], [None, None, None], [None, 3, None]])
def test_little_or_nothing_is_a_result_without_limits(kind, values):
    frame = pl.DataFrame({"value": values, "of": [10] * len(values)}, schema={"value": pl.Float64, "of": pl.Int64})
    points = limits(frame, Chart(kind)).points
    assert points.height == len(values)
    assert points["upper"].null_count() == len(values)
    assert points["signals"].list.len().sum() == 0
    assert points["centre"].is_nan().sum() == 0


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
