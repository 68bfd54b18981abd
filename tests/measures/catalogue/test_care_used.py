"""What was delivered of what people were entitled to, and for how long care went on."""

from random import Random

import pytest
from hand_tables import MONDAY, act, observed, reading, told
from hypothesis import Phase, given, settings
from hypothesis import strategies as st


def care(name: str, day: int, given: float | None, entitled: float | None, end: int | None = None, **more) -> dict:
    ended = {} if end is None else {"ended_day": MONDAY + end}
    return act("do", day, name=name, quantity=given, entitled_quantity=entitled, **ended, **more)


def cared():
    """Seen to the end of day 200."""
    return told(
        activities=[
            care("a", 0, 40.0, 100.0, 50), care("b", 0, 20.0, 50.0, 90),
            care("c", 0, 0.0, 50.0, person=None),  # nobody known came for it; goes on
            care("d", 0, None, 30.0, 10),  # nobody wrote down how much
            care("e", 0, 5.0, None, 10), care("f", 0, 5.0, 0.0, 10),  # entitled to nothing on record
            care("g", 100, 60.0, 40.0, 90),  # more than entitled; ends before it begins
            care("h", 100, 8.0, 10.0, 150, end_doubtful=True),
            care("i", 190, 1.0, 10.0, 300),  # ends after its source stops seeing: goes on
            care("j", 0, -3.0, 10.0, 20),  # less than nothing
            care("k", 0, 5.0, 10.0, 20, started_precision="year"),  # on no day
        ],
        seen=200,
    )  # fmt: skip


def test_by_hand():
    rows = observed("care_used", cared())
    counted = {name: (row["numerator"], row["denominator"]) for name, row in rows.items() if not row["unknown"]}
    assert counted == {"a": (40, 100), "b": (20, 50), "c": (0, 50), "g": (60, 40), "h": (8, 10), "i": (1, 10)}
    assert {name for name, row in rows.items() if row["unknown"]} == {"d", "j"}


def test_how_long():
    days = {name: (row["days"], row["met"]) for name, row in observed("care_used", cared()).items()}
    assert days == {
        "a": (50, True), "b": (90, True), "c": (200, False), "d": (10, True), "g": (None, False), "h": (None, False),
        "i": (10, False), "j": (20, True),
    }  # fmt: skip


def test_the_share_that_had_ended():
    """Six whose end can be told: of 6, one by day 10; one leaves sight at day 10; then 4, of which one each on 20, 50, 90."""
    table = reading("care_used", cared(), shape="curve").table
    expected = [(0.0, 0.0), (10.0, 1 / 6), (20.0, 1 - 5 / 6 * 3 / 4), (50.0, 1 - 5 / 6 * 2 / 4), (90.0, 1 - 5 / 6 / 4)]
    expected.append((200.0, 1 - 5 / 6 / 4))
    assert table.select("x", "value").rows() == [(x, pytest.approx(value)) for x, value in expected]


def test_the_report_as_it_is_printed():
    """40 per cent of the care used; half receive it for less than three months (line 738)."""
    records = told(
        activities=[care(f"a{n}", 0, 4.0, 10.0, 80 if n < 5 else 150, person=f"p{n}") for n in range(10)], seen=200
    )
    table = reading("care_used", records, shape="series", period="year").table
    assert table["value"].to_list() == [pytest.approx(0.4)]
    by = dict(reading("care_used", records, shape="curve").table.select("x", "value").rows())
    assert by[80.0] == pytest.approx(0.5)


@settings(max_examples=5, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(seed=st.integers(0, 10**6))
def test_as_a_loop_says(seed):
    chance = Random(seed)
    rows = [
        (
            f"a{n}",
            chance.randint(0, 100),
            chance.choice((None, float(chance.randint(0, 9)))),
            float(chance.randint(1, 9)),
        )
        for n in range(40)
    ]
    given_all = sum(given for _, _, given, _ in rows if given is not None)
    entitled_all = sum(entitled for _, _, given, entitled in rows if given is not None)
    table = reading("care_used", told(activities=[care(*row) for row in rows]), shape="series", period="year").table
    assert table["numerator"].sum() == pytest.approx(given_all)
    assert table["denominator"].sum() == pytest.approx(entitled_all)
    assert table["unknown"].sum() == sum(given is None for _, _, given, _ in rows)
