"""However rows lie, each person is counted once a period."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.summary import _in_order, _people

people = st.one_of(st.none(), st.integers(-3, 9))
seen = st.lists(st.tuples(people, st.integers(0, 4)), max_size=60)


def by_hand(rows: list[tuple]) -> dict[int, int]:
    weeks = {week for person, week in rows if person is not None}
    return {week: len({person for person, other in rows if other == week and person is not None}) for week in weeks}


def counted(rows: list[tuple]) -> dict[int, int]:
    frame = pl.DataFrame(rows, schema={"person_key": pl.Int64, "start": pl.Int32}, orient="row")
    return dict(_people(frame.lazy(), ["start"], "people").rows())


@given(seen)
def test_in_any_order(rows):
    assert counted(rows) == by_hand(rows)


@given(seen, st.lists(st.tuples(people, st.integers(0, 4)), max_size=8))
def test_in_order_with_some_behind(rows, behind):
    ordered = sorted(rows, key=lambda row: (row[0] is not None, row[0] or 0, row[1]))
    assert counted(ordered + behind) == by_hand(ordered + behind)


@pytest.mark.parametrize(
    ("rows", "how_many"),
    [
        ([], 0),
        ([(1, 1)], 1),
        ([(1, 1), (1, 1), (1, 2), (2, 0)], 4),
        ([(1, 1), (1, 0), (2, 5)], 1),
        ([(2, 1), (1, 9)], 1),
    ],
)
def test_how_far_the_order_holds(rows, how_many):
    frame = pl.DataFrame(rows, schema={"person_key": pl.Int64, "start": pl.Int32}, orient="row")
    assert _in_order(frame, ["person_key", "start"]) == how_many
