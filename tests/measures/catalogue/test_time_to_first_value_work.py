"""How long people wait until somebody first does something that helps them."""

from random import Random

import pytest
from hand_tables import LONG, act, at, closed, demand, matures, observed, reading, told
from hypothesis import given, settings
from hypothesis import strategies as st


def value(who: str | None, day: int, **more) -> dict:
    return act("do", day, who, work="value", **more)


def eight_who_asked():
    """Eight ask on day 0; the comment says what came first."""
    return told(
        *(demand(name, 0, name) for name in "abcdefg"), demand("nobody", 0, None),
        activities=[
            act("screen", 1, "a"), act("do", 3, "a", work="waste"), value("a", 9), value("a", 20),  # on the ninth day
            value("b", 0), value("c", 40),  # at once; after forty days
            act("visit", 1, "d", work="value"), closed(5, "d"),  # no do: waiting still, however it was closed
            act("do", 2, "e"), value("e", 30),  # nobody classified what was done first: it may have been of value
            # f: nothing was ever done, the need is open
            value("g", -5), value("g", 12),  # what was done before g asked does not count
            value(None, 7), value(None, 8, demand_id="nobody"),  # of no need; and the need of nobody known is a need
        ],
    )  # fmt: skip


def test_by_hand():
    rows = observed("time_to_first_value_work", eight_who_asked())
    assert {name: (row["met"], row["days"]) for name, row in rows.items()} == {
        "a": (True, 9), "b": (True, 0), "c": (True, 40), "d": (False, LONG), "e": (False, None), "f": (False, LONG),
        "g": (True, 12), "nobody": (True, 8),
    }  # fmt: skip
    assert {name for name, row in rows.items() if row["unknown"]} == {"e"}
    assert set(matures("time_to_first_value_work", eight_who_asked()).values()) == {90}


def test_half_of_all_who_asked_the_unknown_left_out():
    week = reading("time_to_first_value_work", eight_who_asked()).table.row(0, named=True)
    assert (week["value"], week["n"], week["open"], week["unknown"]) == (12, 7, 2, 1)  # 0 8 9 12 40 and two waiting
    assert "12 days" in reading("time_to_first_value_work", eight_who_asked()).sentence
    assert reading("time_to_first_value_work", eight_who_asked(), quantile=0.75).table["value"].to_list() == [None]


def test_the_share_helped_by_each_day():
    told_by = reading("time_to_first_value_work", eight_who_asked(), shape="curve")
    assert told_by.table.select("x", "value").rows() == [
        *((x, pytest.approx(n / 7)) for n, x in enumerate((0, 8, 9, 12, 40), start=1)), (1000, pytest.approx(5 / 7)),
    ]  # fmt: skip
    assert told_by.sentence.endswith("fewer than three in four have been helped; 29 in 100 have not been.")


def test_by_the_minute_where_both_are_known():
    records = told(
        demand("a", 0, received_at=at(-1) + 1 + 9 * 3_600_000_000),
        activities=[value("ann", 0, started_at=at(-1) + 1 + 15 * 3_600_000_000)],
    )
    assert observed("time_to_first_value_work", records)["a"]["days"] == pytest.approx(0.25)


def test_a_source_that_never_tells_cannot_be_read():
    records = told(
        demand("a", 0, "a", source="one"), demand("b", 0, "b", source="two"), activities=[value("a", 3, source="one")]
    )
    rows = observed("time_to_first_value_work", records)
    assert {name: row["unknown"] for name, row in rows.items()} == {"a": False, "b": True}


def test_as_of_it_had_not_happened_yet():
    rows = observed("time_to_first_value_work", eight_who_asked(), as_of=at(10))
    assert (rows["c"]["met"], rows["c"]["days"], rows["a"]["days"]) == (False, 10, 9)


@settings(max_examples=5, deadline=None)
@given(st.randoms(use_true_random=False))
def test_as_a_loop_tells_it(chance: Random):
    acts = [
        act(chance.choice(("do", "do", "assess")), chance.randint(-3, 30), chance.choice("ab"), name=f"{n}", seq=n,
            work=chance.choice(("value", "waste", None)))
        for n in range(9)
    ]  # fmt: skip
    acts += [value("c", 4)]  # so that the source tells
    expected = {}
    for who in "abc":
        mine = [one for one in acts if one["person_id"] == who and one["kind"] == "do" and one["work"] != "waste"]
        mine = sorted(mine, key=lambda one: (one["started_day"], one.get("seq") or 99))
        first = next((one for one in mine if one["started_day"] >= at(-1) // 86_400_000_000 + 1), None)
        unknown = first is not None and first["work"] is None
        expected[who] = (first is not None and not unknown, unknown)
    rows = observed("time_to_first_value_work", told(*(demand(who, 0, who) for who in "abc"), activities=acts))
    assert {who: (row["met"], row["unknown"]) for who, row in rows.items()} == expected
