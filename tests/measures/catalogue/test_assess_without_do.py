"""How many assessments lead to nothing being done."""

from random import Random

from hand_tables import act, at, demand, figures, matures, observed, reading, told
from hypothesis import given, settings
from hypothesis import strategies as st


def assessments(seen: float = 1000):
    return told(
        *(demand(name, 0, name) for name in "abcdef"),
        activities=[
            act("assess", 1, "a", name="a1", team="duty"), act("refer", 2, "a"), act("assess", 50, "a", name="a2"),
            act("do", 92, "a"),  # 91 days after the first, 42 after the second
            act("assess", 1, "b", name="b1"), act("do", 91, "b"),  # the 90th day counts
            act("do", 1, "c"), act("assess", 5, "c", name="c1"),  # done before, nothing after
            act("assess", 3, "d", name="d1"), act("do", 3, "d"),  # the same day, known to the day: done after it
            act("do", 3, "e", name="e0", seq=1), act("assess", 3, "e", name="e1", seq=2),  # here somebody wrote the order
            act("assess", 4, None, name="loose"), act("do", 5, None),  # whose, nobody can tell
            act("assess", 4, "f", name="f1", started_precision="month"),  # of no day
            act("screen", 4, "f"), act("visit", 5, "f"),  # f is not assessed
        ],
        seen=seen,
    )  # fmt: skip


def test_by_hand():
    assert figures("assess_without_do", assessments()) == {"a1": 1, "a2": 0, "b1": 0, "c1": 1, "d1": 0, "e1": 1}
    assert observed("assess_without_do", assessments())["loose"]["unknown"]


def test_the_window_may_be_another():
    assert figures("assess_without_do", assessments(), window_days=28)["a2"] == 1
    assert figures("assess_without_do", assessments(), window_days=365)["a1"] == 0


def test_it_matures_when_its_window_is_over():
    assert matures("assess_without_do", assessments())["a2"] == 140
    young = reading("assess_without_do", assessments(seen=100)).table
    assert young["mature"].to_list() == [*[True] * 7, False]  # the last holds one made 50 days ago


def test_what_was_done_later_was_not_known():
    assert figures("assess_without_do", assessments(), as_of=at(60))["a2"] == 1


def test_by_team():
    rows = reading("assess_without_do", assessments(), shape="breakdown", split="team").table
    assert rows.select("team", "value", "n").rows() == [("duty", 1.0, 1), ("not recorded", 0.4, 5)]


@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 40))
def test_as_a_loop_counts_them(chance: Random, window: int):
    acts = [
        act(chance.choice(("assess", "do", "refer")), chance.randint(0, 50), chance.choice("ab"), name=f"{n}", seq=n)
        for n in range(12)
    ]
    when = {done["activity_id"]: (done["started_day"], done["seq"]) for done in acts}
    expected = {}
    for one in acts:
        if one["kind"] == "assess":
            after = [
                other["started_day"] - one["started_day"]
                for other in acts
                if other["kind"] == "do" and other["person_id"] == one["person_id"]
                if when[other["activity_id"]] > when[one["activity_id"]]
            ]
            expected[one["activity_id"]] = float(not after or min(after) > window)
    records = told(demand("a", 0, "a"), demand("b", 0, "b"), activities=acts)
    assert figures("assess_without_do", records, window_days=window) == expected
