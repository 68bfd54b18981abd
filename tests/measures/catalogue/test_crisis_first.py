"""How many people are first heard of only in a crisis: by the kind of the need's first door."""

from random import Random

import pytest
from hand_tables import at, demand, figures, observed, reading, told
from hypothesis import given, settings
from hypothesis import strategies as st

DOORS = [
    {"front_door": "999", "kind": "crisis"},
    {"front_door": "police desk", "kind": "crisis"},
    {"front_door": "surgery", "kind": "front"},
    {"front_door": "custody", "kind": "back"},
    {"front_door": "new hall", "kind": None},
]


def seven_who_asked():
    return told(
        demand("a", 0, "a", front_door="999"), demand("a2", 5, "a", front_door="surgery"),  # a crisis, then the surgery
        demand("b", 0, "b", front_door="surgery"), demand("b2", 5, "b", front_door="999"),  # not first in a crisis
        demand("c", 0, "c", front_door="custody"),  # a back door is no crisis door
        demand("d", 0, "d", front_door=None),  # nobody wrote down the door
        demand("e", 0, "e", front_door="new hall"), demand("f", 0, "f", front_door="kiosk"),  # nor of what kind it is
        demand("g", 0, None, front_door="999"),  # nobody knows whose it is: it may be somebody's second
        demand("b3", 300, "b", front_door="police desk"),  # a new need of b's, still open
        front_doors=DOORS,
    )  # fmt: skip


def test_by_hand():
    assert figures("crisis_first", seven_who_asked()) == {"a": 1, "b": 0, "c": 0, "b3": 1}
    rows = observed("crisis_first", seven_who_asked())
    assert {name for name, row in rows.items() if row["unknown"]} == {"d", "e", "f", "g"}


def test_the_register_may_be_another_sources():
    records = told(
        demand("a", 0, "a", front_door="desk", source="one"), demand("b", 0, "b", front_door="line", source="one"),
        demand("c", 0, "c", front_door="line", source="two"),
        front_doors=[
            {"front_door": "desk", "kind": "crisis", "source": "register"},
            {"front_door": "line", "kind": "front", "source": "one"},
            {"front_door": "line", "kind": "crisis", "source": "register"},
        ],
    )  # fmt: skip
    # what a source says of its own doors comes first; where others differ, nobody can tell
    assert figures("crisis_first", records) == {"a": 1, "b": 0}
    assert observed("crisis_first", records)["c"]["unknown"]


def test_by_week_and_door():
    assert reading("crisis_first", seven_who_asked()).table["value"].to_list()[0] == pytest.approx(1 / 3)
    rows = reading("crisis_first", seven_who_asked(), shape="breakdown", split="front_door").table
    assert dict(rows.select("front_door", "value").rows()) == {
        "999": 1, "police desk": 1, "surgery": 0, "custody": 0,
    }  # fmt: skip


def test_before_the_crisis_was_known():
    assert figures("crisis_first", seven_who_asked(), as_of=at(10)) == {"a": 1, "b": 0, "c": 0}


@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False))
def test_as_a_loop_counts_them(chance: Random):
    doors = [chance.choice(("999", "surgery", None)) for _ in range(12)]
    who = [chance.choice(("a", "b", "c")) for _ in doors]
    rows = [demand(f"d{day}", day, who[day], front_door=door) for day, door in enumerate(doors)]
    first = {name: doors[who.index(name)] for name in set(who)}
    expected = {f"d{who.index(name)}": float(door == "999") for name, door in first.items() if door}
    assert figures("crisis_first", told(*rows, front_doors=DOORS)) == expected
