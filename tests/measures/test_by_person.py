"""Rows in order of person and day: as polars sorts them by two columns, and with the last day of contact beside them."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as some

from measures.building import ORDER, by_person, previous_contact

FULL = 2**63
PEOPLE = some.none() | some.sampled_from([0, 1, -1, FULL - 1, -FULL + 1]) | some.integers(-FULL + 1, FULL - 1)
DAYS = some.integers(-3, 3) | some.sampled_from([-(2**31), 2**31 - 1])


def frame(rows):
    schema = {"person_key": pl.Int64, "day": pl.Int32}
    return pl.DataFrame(rows, schema=schema, orient="row").with_row_index("row")


@given(some.lists(some.tuples(PEOPLE, DAYS), max_size=60))
def test_it_is_the_order_of_a_sort_by_two_columns(rows):
    told = frame(rows)
    assert by_person(told.lazy()).collect().equals(told.sort(*ORDER, maintain_order=True))


@given(some.lists(some.tuples(some.sampled_from([None, 1, 2, -7]), some.integers(-3, 3)), max_size=40))
def test_the_last_contact_is_the_last_earlier_day_of_the_same_person(rows):
    found = by_person(frame(rows).lazy()).with_columns(before=previous_contact()).collect()
    for row in found.iter_rows(named=True):
        earlier = [day for person, day in rows if person == row["person_key"] and day < row["day"]]
        assert row["before"] == (None if row["person_key"] is None else max(earlier, default=None))
