"""How long people have to ask until they are taken on."""

from hand_tables import LONG, act, at, demand, observed, reading, told


def five_who_asked():
    return told(
        *(demand(name, 0, name) for name in "abcd"), demand("nobody", 0, None),
        demand("a2", 100, "a"),  # the same need: its clock runs from the first time
        activities=[
            act("screen", 1, "a", outcome="screened_out"), act("screen", 101, "a", outcome="screened_in"),
            act("decide", 4, "b", outcome="screened_in"), act("screen", 9, "b", outcome="screened_in"),
            act("screen", 1, "c", outcome="screened_out"),  # never
            act("do", 2, "d", work="value"),  # helped, and never screened
            act("screen", 3, None, outcome="screened_in"),  # whose, nobody can tell
        ],
    )  # fmt: skip


def test_by_hand():
    rows = observed("time_to_screened_in", five_who_asked())
    assert {name: (row["met"], row["days"]) for name, row in rows.items()} == {
        "a": (True, 101), "b": (True, 4), "c": (False, LONG), "d": (False, LONG), "nobody": (False, LONG),
    }  # fmt: skip


def test_whoever_was_never_screened_in_is_waiting():
    told_by = reading("time_to_screened_in", five_who_asked())
    assert told_by.table.row(0, named=True)["open"] == 3
    assert told_by.table["value"].to_list()[0] is None
    assert told_by.sentence.startswith("Fewer than half of the 5 needs have been screened in.")
    curve = reading("time_to_screened_in", five_who_asked(), shape="curve").table
    assert curve.select("x", "at_risk", "events").rows() == [(0, 5, 0), (4, 5, 1), (101, 4, 1), (1000, 3, 0)]


def test_where_nobody_writes_down_who_was_screened_in_nobody_can_tell():
    records = told(demand("a", 0), activities=[act("screen", 1, outcome="screened_out")])
    assert observed("time_to_screened_in", records)["a"]["unknown"]
    assert reading("time_to_screened_in", records, shape="curve").table["events"].sum() == 0


def test_as_of_it_had_not_happened_yet():
    rows = observed("time_to_screened_in", five_who_asked(), as_of=at(50))
    assert (rows["a"]["met"], rows["a"]["days"]) == (False, 50)
