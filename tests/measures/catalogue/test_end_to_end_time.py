"""Time to meet a need: everybody who asked counts, and the clock never pauses."""

import pytest
from hand_tables import LONG, answered, closed, demand, gone, matures, observed, owned, reading, told


def ten_who_asked(seen: float = LONG):
    """Ten people ask in one week; the comment says how it went, by day."""
    people = "abcdefghij"
    return told(
        *(demand(name, 0, person=name, need_id=f"N-{name}") for name in people),
        source_needs=[
            owned("N-a", 0, 2, "met", met_basis="asked"),
            owned("N-b", 0, 10, "met", met_basis="asked"),
            owned("N-c", 0, 20, "met", met_basis="asked"),
            owned("N-d", 0, 30, "met", met_basis="asked"),
            owned("N-e", 0, 1, "screened_out"),  # turned away on the first day: waiting still
            owned("N-f", 0, 5, "withdrew"),
            owned("N-g", 0, 6, "met_in_part", met_basis="asked"),  # nobody said it was enough
            owned("N-h", 0, lifelong=True),  # long-term care: never met, left out
            # N-i is open
        ],
        people=[gone("j", 7)],  # died waiting
        seen=seen,
    )


def test_only_met_is_met_and_everyone_else_waits_until_the_records_end():
    rows = observed("end_to_end_time", ten_who_asked())
    assert {name: (row["met"], row["days"]) for name, row in rows.items()} == {
        "N-a": (True, 2), "N-b": (True, 10), "N-c": (True, 20), "N-d": (True, 30),
        "N-e": (False, LONG), "N-f": (False, LONG), "N-g": (False, LONG), "N-i": (False, LONG), "N-j": (False, LONG),
    }  # fmt: skip


def test_the_share_met_by_a_day_is_of_all_who_asked():
    curve = reading("end_to_end_time", ten_who_asked(), shape="curve").table
    # nine asked: one met by day 2, two by day 10, three by 20, four by 30. Had the five who left been dropped, or
    # censored where they left, the curve would end far higher: at four in five, say
    assert curve.select("x", "value").rows() == [
        (0.0, 0.0), (2.0, pytest.approx(1 / 9)), (10.0, pytest.approx(2 / 9)),
        (20.0, pytest.approx(3 / 9)), (30.0, pytest.approx(4 / 9)), (1000.0, pytest.approx(4 / 9)),
    ]  # fmt: skip
    assert curve["at_risk"].to_list() == [9, 9, 8, 7, 6, 5]  # five still wait at the end


def test_fewer_than_half_is_no_number():
    told_by = reading("end_to_end_time", ten_who_asked(), shape="series")
    week = told_by.table.row(0, named=True)
    assert (week["value"], week["numerator"], week["n"], week["open"]) == (None, 4, 9, 1)
    assert "Fewer than half of the 9 needs have been met" in told_by.sentence
    assert reading("end_to_end_time", ten_who_asked(), quantile=0.25).table["value"][0] == 20  # the third of nine


def test_of_a_hundred_who_asked():
    rows = reading("end_to_end_time", ten_who_asked(), shape="breakdown").table
    share = dict(rows.select("end_kind", "value").rows())
    assert share == {
        "met": pytest.approx(400 / 9), "met_in_part": pytest.approx(100 / 9), "died": pytest.approx(100 / 9),
        "withdrew": pytest.approx(100 / 9), "screened_out": pytest.approx(100 / 9), "open": pytest.approx(100 / 9),
    }  # fmt: skip
    assert sum(share.values()) == pytest.approx(100)
    assert dict(rows.select("end_kind", "n").rows())["met"] == 4


def test_closed_only_would_tell_a_different_story():
    """Of four who asked, two are served at once and two wait: the median is of all four."""
    records = told(
        *(demand(name, 0, person=name) for name in "abcd"), activities=[closed(1, person="a"), closed(3, person="b")]
    )
    assert reading("end_to_end_time", records).table["value"].to_list() == [3.0]
    one_more = told(
        *(demand(name, 0, person=name) for name in "abcde"), activities=[closed(1, person="a"), closed(3, person="b")]
    )
    assert reading("end_to_end_time", one_more).table["value"].to_list() == [None]


def test_where_nobody_asked_the_title_does_not_say_met():
    closed_only = told(demand("a", 0), demand("b", 0, person="bob"), activities=[closed(3)])
    assert reading("end_to_end_time", closed_only).title == "Time until closed and did not come back"
    assert reading("end_to_end_time", ten_who_asked()).title == "Time to meet a need"


def test_one_answer_does_not_make_all_the_closures_met():
    records = told(
        *(demand(name, 0, person=name) for name in "abcd"),
        activities=[closed(3, person=name) for name in "abcd"],
        outcome=[answered("a", 60, "met", met_on=5)],
    )
    assert reading("end_to_end_time", records).title == "Time until closed and did not come back"


def test_a_need_is_old_enough_after_90_days_and_a_closure_after_its_patience_too():
    assert set(matures("end_to_end_time", ten_who_asked()).values()) == {90}
    closures = told(
        demand("a", 0), demand("b", 0, person="bob", issue=None), activities=[closed(3), closed(3, "bob", None)]
    )
    assert matures("end_to_end_time", closures) == {"a": 90 + 180, "b": 90 + 56}


def test_one_answer_does_not_make_inferred_ends_old_enough():
    records = told(
        demand("a", 0), demand("b", 0, person="bob"),
        activities=[closed(3), closed(3, person="bob")],
        outcome=[answered("a", 60, "met", met_on=5)],
    )  # fmt: skip
    assert matures("end_to_end_time", records) == {"a": 90 + 180, "b": 90 + 180}


def test_young_weeks_are_shown_and_left_out_of_the_limits():
    records = told(
        *(demand(f"{week}-{name}", 7 * week, person=f"{week}-{name}") for week in range(60) for name in "abc"),
        activities=[closed(7 * week + 2, person=f"{week}-{name}") for week in range(60) for name in "ab"],
        seen=60 * 7,
    )
    table = reading("end_to_end_time", records).table
    old = [week for week in range(60) if 7 * week + 90 + 180 <= 420]
    assert table["mature"].to_list() == [week in old for week in range(60)]
    assert table["value"].to_list() == [2.0] * 60
    assert table.filter("mature")["centre"].null_count() == 0
    assert table.filter(~table["mature"])["signals"].list.len().sum() == 0
