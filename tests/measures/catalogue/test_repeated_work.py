"""Work of the same type for the same person and the same need, less than 24 months after the last."""

from datetime import date

from hand_tables import MONDAY, act, at, demand, figures, matures, observed, reading, told
from hypothesis import given, settings
from hypothesis import strategies as st


def work(
    name: str, day: int, person: str | None = "ann", type_: str | None = "course", kind: str = "do", **more
) -> dict:
    return act(kind, day, person=person, name=name, type=type_, **more)


def done():
    """Day 0 is 5 January 2026: 24 months later is 5 January 2028, day 730."""
    return told(
        demand("a", 0),
        activities=[
            work("a1", 0), work("a2", 729), work("a3", 729 + 731),  # again a day short of 24 months; then 24 months on
            work("b1", 0, person="bob"), work("b2", 730, person="bob"),  # exactly 24 months: not again
            work("c1", 5, person="cyd"), work("c2", 5, person="cyd"),  # twice on one day
            work("d1", 5, person="dee", need_id="n1"), work("d2", 6, person="dee", need_id="n2"),  # another need
            work("d3", 7, person="dee", need_id="n1", issue="rent"),  # the same need, whatever issue it is given
            work("e1", 5, person="eve", issue="roof"), work("e2", 6, person="eve", issue="rent"),  # no need named: the issue
            work("e3", 7, person="eve", issue="roof", type_="visit"),  # another type
            work("f1", 5, person="fay", kind="close"), work("f2", 6, person="fay", kind="close"),  # an end is no work
            work("n1", 5, person=None), work("n2", 5, type_=None),  # nobody knows for whom, or what
        ],
        seen=2000,
    )  # fmt: skip


def test_by_hand():
    assert figures("repeated_work", done()) == {"a2": 1, "c2": 1, "d3": 1}


def test_what_cannot_be_compared_is_unknown():
    assert [name for name, row in observed("repeated_work", done()).items() if row["unknown"]] == ["n1", "n2"]


def test_it_stands_on_its_day_and_was_not_known_before():
    assert matures("repeated_work", done())["a2"] == 729
    assert set(figures("repeated_work", done(), as_of=at(6))) == {"c2"}


def test_by_type_the_most_often_repeated_first():
    more = [work("g1", 1, type_="assessment"), work("g2", 2, type_="assessment"), work("g3", 3, type_="assessment")]
    acts = [*more, work("h1", 1), work("h2", 2), work("i1", 1, person="bob"), work("j1", 1, type_="visit")]
    rows = reading("repeated_work", told(demand("a", 0), activities=acts), shape="breakdown").table
    assert rows.select("type", "value", "people").rows() == [("assessment", 2.0, 1), ("course", 1.0, 1)]


def test_over_time():
    rows = reading("repeated_work", done(), shape="series", period="year").table
    assert dict(rows.select(rows["period_start"].dt.year(), "value").rows()) == {2026: 2, 2027: 0, 2028: 1}


def months_later(day: int) -> int:
    """The same date two years on, as a day of these tables."""
    first = date.fromordinal(date(1970, 1, 1).toordinal() + MONDAY + day)
    last = 28 if (first.month, first.day) == (2, 29) else first.day
    return first.replace(year=first.year + 2, day=last).toordinal() - date(1970, 1, 1).toordinal() - MONDAY


piece = st.tuples(
    st.sampled_from((0, 1, 365, 700, 729, 730, 731, 1400, 1460)), st.sampled_from(("ann", "bob", None)),
    st.sampled_from(("x", "y", None)), st.sampled_from(("n1", "n2", None)),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(piece, min_size=1, max_size=20))
def test_against_a_loop(pieces):
    acts = [
        work(f"w{n}", day, person=who, type_=type_, need_id=need) for n, (day, who, type_, need) in enumerate(pieces)
    ]
    last: dict = {}
    again = 0
    for day, who, type_, need in sorted(pieces, key=lambda row: row[0]):
        if who and type_:
            before = last.get((who, type_, need))
            again += before is not None and day < months_later(before)
            last[who, type_, need] = day
    assert sum(figures("repeated_work", told(demand("a", 0), activities=acts)).values()) == again
