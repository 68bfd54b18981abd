"""Met within w days, and nobody asked again: read at one fixed age, after which it cannot change."""

import pytest
from hand_tables import act, answered, closed, demand, figures, gone, matures, observed, owned, reading, told


def test_by_hand():
    records = told(
        demand("a", 0, person="a"),  # closed on the last day that counts
        demand("b", 0, person="b"),  # closed a day late
        demand("c", 0, person="c"), demand("c2", 190, person="c"),  # back on the last day of patience
        demand("d", 0, person="d"), demand("d2", 191, person="d"),  # back a day later: another need, it stayed met
        demand("e", 0, person="e"),  # screened out at once
        demand("f", 0, person="f"),  # never closed
        demand("g", 0, person="g"), demand("g2", 20, person="g"),  # came back before the closure that held
        demand("h", 0, person="h"),  # died before anybody could tell whether it held
        demand("i", 0, person="i", need_id="N-i"),  # long-term care
        activities=[
            closed(28, person="a"), closed(29, person="b"), closed(10, person="c"), closed(10, person="d"),
            closed(1, person="e", outcome="screened_out"), closed(5, person="g"), closed(25, person="g"),
            closed(10, person="h"), closed(10, person="d2"),
        ],
        people=[gone("h", 30)],
        source_needs=[owned("N-i", 0, lifelong=True)],
    )  # fmt: skip
    assert figures("stayed_met", records) == {
        "a": 1, "b": 0, "c": 0, "c2": 0, "d": 1, "d2": 0, "e": 0, "f": 0, "g": 1, "h": 0,
    }  # fmt: skip


@pytest.mark.parametrize(("window", "count"), [(0, 1), (7, 2), (28, 3), (90, 4)])
def test_windows(window, count):
    days = {"a": 0, "b": 7, "c": 28, "d": 90, "e": 91}
    records = told(
        *(demand(name, 0, person=name) for name in days), activities=[closed(day, name) for name, day in days.items()]
    )
    assert sum(figures("stayed_met", records, window_days=window).values()) == count


def test_the_early_line_waits_28_days():
    records = told(
        demand("a", 0, person="a"), demand("a2", 38, person="a"),  # back 28 days after the closure
        demand("b", 0, person="b"), demand("b2", 39, person="b"),  # back 29 days after: early calls it met
        activities=[closed(10, person="a"), closed(10, person="b")],
    )  # fmt: skip
    assert figures("stayed_met", records, line="early") == {"a": 0, "b": 1}
    assert figures("stayed_met", records) == {"a": 0, "b": 0}  # and so early reads high


def test_a_death_within_the_patience_is_not_met_on_either_line():
    records = told(demand("a", 0), activities=[closed(10)], people=[gone("ann", 20)])
    assert figures("stayed_met", records) == {"a": 0}
    assert figures("stayed_met", records, line="early") == {"a": 0}


def test_it_matures_when_it_can_no_longer_change():
    records = told(demand("a", 0), demand("b", 3, issue=None))
    assert matures("stayed_met", records, window_days=7) == {"a": 187, "b": 3 + 7 + 56}
    assert matures("stayed_met", records, window_days=28, line="early") == {"a": 56, "b": 3 + 56}
    assert matures("stayed_met", records, window_days=28, reopen_days=90) == {"a": 118, "b": 3 + 118}


@pytest.mark.parametrize("line", ["stayed met", "early"])
@pytest.mark.parametrize("later", [closed(300), act("reopen", 300), closed(300, outcome="nfa")], ids=str)
def test_what_is_written_down_after_it_matured_does_not_move_it(later, line):
    first = told(demand("a", 0), activities=[closed(10)])
    again = told(demand("a", 0), activities=[closed(10), later])
    assert figures("stayed_met", first, line=line) == figures("stayed_met", again, line=line) == {"a": 1}


def test_nobody_known_cannot_be_seen_coming_back():
    records = told(demand("a", 0, person=None), activities=[closed(3, person=None, demand_id="a")])
    row = observed("stayed_met", records)["a"]
    assert (row["denominator"], row["unknown"]) == (0, True)


def test_the_person_s_answer_decides():
    records = told(
        demand("a", 0), demand("b", 0, person="bob"), demand("b2", 40, person="bob"),
        activities=[closed(3)],
        outcome=[answered("a", 50, "not"), answered("b", 60, "met", met_on=20)],  # bob asked again on day 40
    )  # fmt: skip
    assert figures("stayed_met", records) == {"a": 0, "b": 0}


def test_titles():
    closures = told(demand("a", 0), activities=[closed(3)])
    assert reading("stayed_met", closures).title.startswith("Closed in time and did not come back")
    asked = told(demand("a", 0), outcome=[answered("a", 60, "met", met_on=20)])
    assert reading("stayed_met", asked).title.startswith("Met and stayed met")
