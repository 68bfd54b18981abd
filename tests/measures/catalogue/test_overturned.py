"""How often a decision does not stand when somebody appeals."""

from hand_tables import act, at, demand, figures, matures, reading, told


def appeals():
    return told(
        demand("a", 0), demand("b", 0, "bob"),
        activities=[
            act("decide", 3, name="1", outcome="overturned", team="benefits"),
            act("decide", 4, name="2", outcome="upheld", team="benefits"),
            act("decide", 5, None, name="3", outcome="overturned", team="lettings"),  # nobody knows whose: an appeal still
            act("decide", 12, "bob", name="4", outcome="overturned"),  # bob's need is open
            act("decide", 5, name="5", outcome="refused"),  # a first decision, no appeal
            act("decide", 6, name="6"),  # not decided yet
            act("close", 7, name="7", outcome="upheld"),  # a closure decides no appeal
            act("decide", 8, name="8", outcome="overturned", started_precision="year"),  # of no week
        ],
    )  # fmt: skip


def test_by_hand():
    assert figures("overturned", appeals()) == {"1": 1, "2": 0, "3": 1, "4": 1}
    assert matures("overturned", appeals())["4"] == 12


def test_by_week_and_by_team():
    table = reading("overturned", appeals()).table
    assert table.select("numerator", "denominator", "people").rows() == [(2, 3, 1), (1, 1, 1)]
    rows = reading("overturned", appeals(), shape="breakdown", split="team").table
    assert rows.select("team", "value", "n").rows() == [
        ("lettings", 1, 1),
        ("not recorded", 1, 1),
        ("benefits", 0.5, 2),
    ]


def test_what_was_decided_later_was_not_known():
    assert set(figures("overturned", appeals(), as_of=at(4))) == {"1", "2"}
