"""How many of those turned away come back, at whatever door."""

from random import Random

import pytest
from hand_tables import MONDAY, act, at, demand, figures, matures, observed, reading, told
from hypothesis import given, settings
from hypothesis import strategies as st


def out(who: str | None, day: int, **more) -> dict:
    return act("screen", day, who, outcome="screened_out", **more)


def six_turned_away(seen: float = 1000):
    """Each asks on day 0 and is turned away on day 1; the comment says when they come back."""
    return told(
        *(demand(name, 0, name, front_door="desk") for name in "abcdef"),
        demand("a2", 20, "a", issue="rent", front_door="surgery"),  # about something else, at another door
        demand("b2", 1, "b"), demand("b3", 366, "b"),  # the same day does not count; the 365th day does
        demand("c2", 367, "c"),  # a day too late
        # d never
        demand("e2", 30, "e"),
        demand("nobody", 0, None),
        activities=[
            out("a", 1), out("b", 1), out("c", 1), out("d", 1),
            act("screen", 1, "e", outcome="screened_in"), out("e", 5),  # taken on first: not turned away
            # f: nothing decided
            out(None, 1, demand_id="nobody"),  # nobody known can be seen coming back
        ],
        seen=seen,
    )  # fmt: skip


def test_by_hand():
    assert figures("screened_out_returned", six_turned_away()) == {"a": 1, "b": 1, "c": 0, "d": 0}
    rows = observed("screened_out_returned", six_turned_away())
    assert rows["nobody"]["unknown"]
    assert {name: row["day"] - MONDAY for name, row in rows.items()} == dict.fromkeys([*"abcd", "nobody"], 1)
    assert {name: row["days"] for name, row in rows.items() if row["met"]} == {"a": 19, "b": 365, "c": 366}


def test_it_matures_with_its_window():
    assert set(matures("screened_out_returned", six_turned_away()).values()) == {366}
    assert set(matures("screened_out_returned", six_turned_away(), window_days=28).values()) == {29}
    assert figures("screened_out_returned", six_turned_away(), window_days=28) == {"a": 1, "b": 0, "c": 0, "d": 0}


def test_the_share_back_by_each_day():
    told_by = reading("screened_out_returned", six_turned_away(), shape="curve")
    assert told_by.table.select("x", "value", "at_risk").rows() == [
        (0, 0, 4), (19, pytest.approx(0.25), 4), (365, pytest.approx(0.5), 3), (366, pytest.approx(0.75), 2),
        (999, pytest.approx(0.75), 1),
    ]  # fmt: skip
    assert told_by.sentence == "Half of those turned away had asked again within 365 days."
    few = reading("screened_out_returned", six_turned_away(), shape="curve", as_of=at(100))
    assert few.sentence == "Fewer than half of those turned away have been seen to ask again: 25% at the most."


def test_what_is_too_young_to_judge_is_not_yet_in_the_figure():
    assert not reading("screened_out_returned", six_turned_away(seen=100)).table["mature"].any()
    assert figures("screened_out_returned", six_turned_away(), as_of=at(10)) == dict.fromkeys("abcd", 0)


def test_who_is_named_only_when_they_come_back_is_not_known_from_the_start():
    records = told(
        demand("a", 0, None, need_id="A"), demand("a2", 9, "a", need_id="A"),  # named by coming back: may not count
        demand("b", 0, None, need_id="B"), demand("b2", 9, "b", need_id="B"),  # the decision knew who it was
        demand("c", 0, None, need_id="C"),  # so it did here, and nobody came back
        demand("d", 0, "d", need_id="D"), demand("d2", 9, None, need_id="D"),  # their need tells who asked again
        activities=[
            out(None, 1, need_id="A"), out("b", 1, need_id="B"), out("c", 1, need_id="C"), out("d", 1, need_id="D"),
        ],
    )  # fmt: skip
    assert figures("screened_out_returned", records) == {"B": 1, "C": 0, "D": 1}
    assert observed("screened_out_returned", records)["A"]["unknown"]


@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 60))
def test_as_a_loop_counts_them(chance: Random, window: int):
    asked = [(chance.randint(0, 100), chance.choice("abc"), chance.choice(("roof", "rent"))) for _ in range(9)]
    demands = [demand(f"d{n}", day, who, issue, need_id=f"N{n}") for n, (day, who, issue) in enumerate(asked)]
    turned = {n: day + chance.randint(0, 5) for n, (day, *_) in enumerate(asked) if chance.random() < 0.7}
    acts = [out(asked[n][1], day, need_id=f"N{n}", name=f"{n}") for n, day in turned.items()]
    expected = {
        f"N{n}": float(any(who == asked[n][1] and turned[n] < day <= turned[n] + window for day, who, _ in asked))
        for n in turned
    }
    assert figures("screened_out_returned", told(*demands, activities=acts), window_days=window) == expected
