"""How long those have waited who are still waiting."""

from hand_tables import closed, demand, observed, owned, reading, told


def waiting():
    """Seen to the end of day 400."""
    return told(
        demand("a", 400, person="a"),  # asked today: 0 days
        demand("b", 393, person="b"),  # 7 days
        demand("c", 392, person="c"),  # 8 days
        demand("d", 100, person="d"), demand("d2", 380, person="d"),  # two needs: 300 days and 20
        demand("e", 0, person="e"),  # 400 days
        demand("f", 10, person="f"),  # closed: not waiting as far as records tell
        demand("g", 10, person="g"),  # screened out: an end, though not a met one
        demand("h", 10, person="h", need_id="N-h"),  # long-term care
        demand("i", 10, person="i"), demand("i2", 30, person="i"),  # closed between the two: waiting since day 10
        activities=[closed(20, person="f"), closed(12, person="g", outcome="refused"), closed(20, person="i")],
        source_needs=[owned("N-h", 10, lifelong=True)],
        seen=400,
    )  # fmt: skip


def test_by_hand():
    ages = {name: row["days"] for name, row in observed("age_of_open", waiting()).items()}
    assert ages == {"a": 0, "b": 7, "c": 8, "d": 300, "d2": 20, "e": 400, "i": 390}


def test_bands_hold_their_upper_edge():
    rows = reading("age_of_open", waiting(), shape="breakdown").table
    assert rows.select("waiting", "n").rows() == [
        ("0 to 7 days", 2), ("7 to 28 days", 2), ("28 to 90 days", 0), ("90 to 180 days", 0),
        ("180 to 365 days", 1), ("more than 365 days", 2),
    ]  # fmt: skip


def test_the_curve_says_how_many_waited_longer():
    rows = reading("age_of_open", waiting(), shape="curve").table
    assert rows.select("x", "at_risk", "events").rows() == [
        (0.0, 7, 1), (7.0, 6, 1), (8.0, 5, 1), (20.0, 4, 1), (300.0, 3, 1), (390.0, 2, 1), (400.0, 1, 1),
    ]  # fmt: skip
    assert rows["value"].to_list()[-1] == 0


def test_at_an_earlier_date_others_were_waiting():
    from hand_tables import at

    assert set(observed("age_of_open", waiting(), as_of=at(15))) == {"e", "f", "i"}
