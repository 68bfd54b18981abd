"""How often the first decision is that a person is not for us."""

from random import Random

import pytest
from hand_tables import act, at, demand, figures, matures, observed, reading, told
from hypothesis import given, settings
from hypothesis import strategies as st
from of_every_kind import KINDS

PEOPLE = "abcdefghij"


def ten_who_asked():
    """Ten ask on day 0; what is decided first, and what after it."""
    return told(
        *(demand(name, 0, name, service="care") for name in PEOPLE),
        demand("nobody", 0, None),
        activities=[
            act("screen", 1, "a", outcome="screened_out"), act("screen", 9, "a", outcome="screened_in"),
            act("screen", 1, "b", outcome="screened_in"), act("close", 8, "b", outcome="closed"),  # taken on first
            act("assess", 7, "c", outcome="refused", team="duty"),
            act("decide", 8, "d", outcome="nfa"),
            act("close", 9, "e"),  # closed at this point, whatever was written beside it
            act("do", 2, "f"), act("close", 3, "f", outcome="closed"),  # helped without a decision: taken on
            act("close", 3, "g", outcome="done"),  # closed because it was done
            act("screen", 1, "h"), act("assess", 2, "h", outcome="other"), act("visit", 3, "h"),  # nothing decided
            act("screen", 1, "i", outcome="advice_only"),  # a decision that turns nobody away
            # j: nothing was done at all
            act("screen", 4, None, name="loose", outcome="screened_out"),  # whose, nobody can tell
            act("do", 4, None, name="kind"),  # no decision, and nobody's
        ],
    )  # fmt: skip


def test_by_hand():
    assert figures("screened_out", ten_who_asked()) == {
        "a": 1, "b": 0, "c": 1, "d": 1, "e": 1, "f": 0, "g": 0, "i": 0,
    }  # fmt: skip
    rows = observed("screened_out", ten_who_asked())
    assert {name for name, row in rows.items() if row["unknown"]} == {"h", "j", "nobody", "loose"}


def test_it_belongs_to_the_day_of_the_decision_and_stands_from_then_on():
    days = matures("screened_out", ten_who_asked())
    assert (days["a"], days["c"], days["f"]) == (1, 7, 2)
    assert (days["j"], days["loose"]) == (0, 4)  # undecided: the day they asked
    table = reading("screened_out", ten_who_asked()).table
    assert table.select("numerator", "denominator").rows() == [(1, 5), (3, 3)]  # decided on days 0 to 6, and 7 to 13


def test_the_team_is_that_of_the_decision():
    rows = reading("screened_out", ten_who_asked(), shape="breakdown", split="team").table
    assert rows.select("team", "value", "n").rows() == [("duty", 1.0, 1), ("not recorded", 3 / 7, 7)]


def test_before_it_was_decided():
    assert set(figures("screened_out", ten_who_asked(), as_of=at(6))) == {"a", "b", "f", "g", "i"}


def test_above_one_in_twenty_the_unknown_bound_the_share():
    caveats = {caveat.code: caveat.text for caveat in reading("screened_out", ten_who_asked()).caveats}
    assert "between 33% and 67%" in caveats["unknown"]  # 4 of 12, or 8 of 12


OUTCOMES = ("screened_in", "screened_out", "refused", "nfa", "closed", "done", "other", None)


@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False))
def test_as_a_loop_counts_them(chance: Random):
    acts = [
        act(chance.choice(KINDS), day, chance.choice("ab"), name=f"{day}", outcome=chance.choice(OUTCOMES))
        for day in range(1, chance.randint(2, 12))
    ]
    expected = {}
    for done in acts:
        kind, outcome, who = done["kind"], done["outcome"], done["person_id"]
        judged = kind in {"screen", "assess", "decide"} and outcome not in {None, "other"}
        if who not in expected and (judged or kind in {"close", "do"}):
            turned = outcome in {"screened_out", "refused", "nfa", "closed"}
            expected[who] = float(turned if judged else kind == "close" and outcome != "done")
    assert figures("screened_out", told(demand("a", 0, "a"), demand("b", 0, "b"), activities=acts)) == expected


@pytest.mark.parametrize("outcome", ["screened_out", "refused", "nfa", "closed"])
def test_each_way_of_saying_no(outcome):
    assert figures("screened_out", told(demand("a", 0), activities=[act("screen", 1, outcome=outcome)])) == {"a": 1}
