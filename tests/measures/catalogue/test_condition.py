"""Do people say they are better? Their own latest rating against their first, one row a person."""

from random import Random

import pytest
from hand_tables import MONDAY, answered, demand, figures, observed, reading, told
from hypothesis import Phase, given, settings
from hypothesis import strategies as st


def rated(need: str, on: int, rating: int | None, by: str | None = "self", **more) -> dict:
    return answered(need, on, "not", rating=rating, rated_by=by, **more)


def asked():
    return told(
        demand("a", 0, person="a", service="housing"), demand("b", 0, person="b"), demand("c", 0, person="c"),
        demand("d", 0, person="d"),  # nobody asked
        demand("e", 0, person="e"),  # asked once
        demand("f", 0, person=None),  # nobody known: rated twice about one need
        demand("g", 0, person="g"), demand("g2", 300, person="g", service="health"),  # first about one need, last about another
        demand("h", 0, person="h"),  # the second rating is the nurse's
        demand("i", 0, person="i"), demand("j", 0, person="j"),
        outcome=[
            rated("a", 10, 2), rated("a", 50, 1), rated("a", 90, 4),  # down, then up: latest against first
            rated("b", 10, 3), rated("b", 90, 3), rated("c", 10, 3), rated("c", 90, 1), rated("e", 10, 3),
            rated("f", 10, 1), rated("f", 90, 2), rated("g", 10, 4), rated("g2", 320, 2),
            rated("h", 10, 1), rated("h", 90, 5, "nurse"),
            rated("i", 10, 1), rated("i", 90, 5, withdrawn=True),  # taken back
            rated("j", 10, 1), rated("j", 90, None),  # asked, and gave no rating
        ],
    )  # fmt: skip


def test_by_hand():
    assert figures("condition", asked()) == {"a": 1, "b": 0, "c": 0, "f": 1, "g": 0}
    rows = observed("condition", asked())
    assert {name for name, row in rows.items() if row["unknown"]} == {"d", "e", "h", "i", "j"}
    assert rows["g"]["service"] == "health"
    assert {name: rows[name]["day"] - MONDAY for name in "adg"} == {"a": 90, "d": 0, "g": 320}


def test_of_everybody():
    table = reading("condition", asked()).table
    assert table.select("condition", "value", "n").rows() == [
        ("better", pytest.approx(0.2), 10), ("the same", pytest.approx(0.1), 10), ("worse", pytest.approx(0.2), 10),
        ("not asked, or only once", pytest.approx(0.5), 10),
    ]  # fmt: skip


def test_two_answers_of_one_day_are_one():
    """The later answer of a day replaces the earlier: nobody gets better within a day."""
    records = told(demand("a", 0), outcome=[rated("a", 10, 1), rated("a", 10, 5)])
    assert figures("condition", records) == {}


def test_the_eight_people_of_the_report():
    """In each of eight cases the condition was unchanged or had worsened (line 300); which of the two is not printed."""
    people = [f"p{n}" for n in range(8)]
    records = told(
        *(demand(name, 0, person=name) for name in people),
        outcome=[rated(name, on, 3 - (n % 2) * (on > 50)) for n, name in enumerate(people) for on in (10, 90)],
    )
    told_by = dict(reading("condition", records).table.select("condition", "value").rows())
    assert told_by["better"] == 0
    assert told_by["the same"] + told_by["worse"] == 1


@settings(max_examples=4, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(seed=st.integers(0, 10**6))
def test_as_a_loop_says(seed):
    chance = Random(seed)
    given_by = {
        f"p{n}": {chance.randint(0, 60): chance.randint(1, 5) for _ in range(chance.randint(0, 4))} for n in range(30)
    }
    records = told(
        *(demand(name, 0, person=name) for name in given_by),
        outcome=[rated(name, day, rating) for name, days in given_by.items() for day, rating in days.items()],
    )
    expected = {
        name: float(days[max(days)] > days[min(days)]) for name, days in given_by.items() if len(days) >= 2
    }  # fmt: skip
    assert figures("condition", records) == expected


def test_a_rating_stays_with_its_need_where_a_late_record_moves_its_start():
    late = told(demand("a", 5), demand("b", 10), outcome=[rated("b", 15, 1), rated("b", 90, 3)])
    assert figures("condition", late) == {"a": 1.0}
