"""How often one contact is enough: the need's first demand was its last within w days."""

import pytest
from hand_tables import demand, figures, matures, observed, reading, told


def first_contacts(seen: float = 1000):
    """Six needs: when, if ever, the person asked a second time."""
    again = {"a": None, "b": 0, "c": 7, "d": 8, "e": 28, "f": 180, "g": 181}
    first = [demand(name, 0, person=name) for name in again]
    second = [demand(f"{name}2", day, person=name) for name, day in again.items() if day is not None]
    return told(*first, *second, seen=seen)


@pytest.mark.parametrize(
    ("window", "resolved"),
    [
        (0, {"a", "c", "d", "e", "f", "g"}),  # b asked twice on the first day
        (7, {"a", "d", "e", "f", "g"}),  # the seventh day counts as coming back
        (28, {"a", "f", "g"}),
        (None, {"a", "g"}),  # 180 days, as for needs: day 181 is a new need
    ],
)
def test_by_hand(window, resolved):
    rows = figures("first_contact_resolution", first_contacts(), window_days=window)
    assert {name for name, share in rows.items() if share and name in "abcdefg"} == resolved
    assert set(rows) == {"a", "b", "c", "d", "e", "f", "g", "g2"}  # one row a need; g came back with a new one


def test_the_early_line_is_the_window_of_28_days():
    rows = figures("first_contact_resolution", first_contacts(), line="early")
    assert rows == figures("first_contact_resolution", first_contacts(), window_days=28)
    assert matures("first_contact_resolution", first_contacts(), line="early")["a"] == 28


def test_it_matures_with_its_window():
    assert matures("first_contact_resolution", first_contacts())["a"] == 180
    assert matures("first_contact_resolution", first_contacts(), window_days=7)["a"] == 7
    assert matures("first_contact_resolution", told(demand("a", 5, issue=None)))["a"] == 5 + 56


def test_the_curve_over_the_window_agrees_with_each_window():
    records = first_contacts()
    curve = reading("first_contact_resolution", records, shape="curve").table
    for window in (0, 7, 8, 28, 180):
        upto = curve.filter(curve["x"] <= window)["value"][-1]
        # day 181 opens g2, so that the last step of the curve is of a need begun later
        share = figures("first_contact_resolution", records, window_days=window)
        assert upto == pytest.approx(sum(share.values()) / len(share))


def test_the_curve_says_the_figure_at_each_window_as_far_as_anybody_was_watched():
    records = told(*(demand(name, 0, person=name) for name in "abcd"), demand("a2", 5, person="a"), seen=40)
    assert reading("first_contact_resolution", records, shape="curve").sentence == (
        "Of 4 needs begun, so many were not asked about again: 75% within 7 and 75% within 28 days."
    )
    young = told(demand("a", 0, person="a"), demand("a2", 1, person="a"), demand("b", 0, person="b"), seen=3)
    assert reading("first_contact_resolution", young, shape="curve").sentence.endswith(
        "asked about again: 50% within 3 days."
    )
    nobody = told(demand("a", 0, person=None), seen=3)
    assert reading("first_contact_resolution", nobody, shape="curve").sentence.startswith(
        "Nobody who asked can be told apart"
    )
    door = reading("first_contact_resolution", records, shape="curve", split="service")
    assert door.sentence == reading("first_contact_resolution", records, shape="curve").sentence


def test_those_whose_window_is_not_over_still_count_while_they_are_watched():
    records = told(demand("a", 0, person="a"), demand("a2", 10, person="a"), demand("b", 15, person="b"), seen=20)
    curve = reading("first_contact_resolution", records, shape="curve").table
    # at day 10 only a is watched (b was last seen on its fifth day): all of those watched came back
    assert curve.select("x", "value", "at_risk").rows() == [(0.0, 1.0, 2), (10.0, 0.0, 1)]


def test_nobody_known_cannot_be_seen_coming_back():
    rows = observed("first_contact_resolution", told(demand("a", 0, person=None), demand("b", 0)))
    assert (rows["a"]["denominator"], rows["a"]["unknown"]) == (0, True)
    assert (rows["b"]["denominator"], rows["b"]["unknown"]) == (1, False)


def test_two_needs_in_one_call_are_each_resolved():
    records = told(demand("a", 0, contact_key="1"), demand("b", 0, issue="rent", contact_key="1"))
    assert figures("first_contact_resolution", records) == {"a": 1, "b": 1}
