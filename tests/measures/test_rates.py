"""So much for each of something: a rate has no interval of a share, and leaves for a protected role in round figures."""

from datetime import date

import polars as pl
import pytest

from measures.catalogue import MEASURES
from measures.disclosure import Policy, protect
from measures.model.measure import Options
from measures.summary import categories
from measures.tally import holds
from measures.wording import unknowns


def test_a_breakdown_of_a_rate_has_no_interval():
    rows = pl.LazyFrame(
        {"door": ["desk", "desk", "web"], "person_key": [1, 2, 3], "numerator": [5.0, 2.0, 1.0], "weight": [1.0] * 3,
         "denominator": [1.0, 1.0, 0.0], "mature": [True] * 3}
    )  # fmt: skip
    table = categories(rows, "rate", "door", 0.5)
    assert table.select("door", "value", "lower", "upper", "n").rows() == [("desk", 3.5, None, None, 2)]


def rate(people: int) -> pl.DataFrame:
    return pl.DataFrame(
        {"value": [11.38], "numerator": [239.0], "denominator": [21.0], "n": [21], "people": [people], "people_in": [people],
         "start": [date(2026, 1, 1)]}
    )  # fmt: skip


def test_a_rate_leaves_in_two_figures_and_its_parts_with_it():
    (row,) = protect(rate(21), Policy(protects=True), share=False, rate=True).to_dicts()
    assert row["value"] == 11
    assert row["denominator"] == 21
    assert row["numerator"] == pytest.approx(row["value"] * row["denominator"])


def test_a_rate_of_few_people_does_not_leave():
    (row,) = protect(rate(7), Policy(protects=True), share=False, rate=True).to_dicts()
    assert (row["value"], row["numerator"], row["denominator"]) == (None, None, None)


def test_a_rate_has_no_bounds_and_a_share_weighs_unknowns_by_what_its_rows_stand_for():
    whole = pl.DataFrame({"unknown": [2], "n": [4], "numerator": [16.0], "denominator": [18.0]})
    assert "they are left out" in unknowns(whole, "rate")[0].text
    (told,) = unknowns(whole, "share")
    assert "2 of 20" in told.text
    assert "between 80% and 90%" in told.text


def test_what_is_counted_over_a_year_is_never_read_from_sums_by_day():
    assert holds(MEASURES["demand_by_front_door"], Options())
    assert not holds(MEASURES["front_doors"], Options())
