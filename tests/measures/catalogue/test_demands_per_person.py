"""How often one person asks in a calendar year: demands over different people, at each agency and in all."""

from collections import Counter

import pytest
from hand_tables import at, demand, observed, reading, told
from hypothesis import given, settings
from hypothesis import strategies as st

NEXT = 361  # 1 January 2027; day 0 is Monday 5 January 2026


def asking():
    return told(
        demand("a1", 0, person="ann", agency="council"), demand("a2", 9, person="ann", agency="council"),
        demand("a3", 9, person="ann", agency="clinic"),
        demand("b1", 30, person="bob", agency="clinic"),
        demand("n1", 40, person=None, agency="clinic"),  # nobody knows who
        demand("b2", NEXT - 1, person="bob", agency=None),  # New Year's Eve, nobody knows where
        demand("b3", NEXT, person="bob", agency="clinic"),
        seen=NEXT + 400,
    )  # fmt: skip


def by_year(records, **request) -> dict:
    rows = reading("demands_per_person", records, shape="series", **request).table
    return {(row["series"], row["period_start"].year): row["value"] for row in rows.to_dicts()}


def test_by_hand():
    assert by_year(asking()) == {("all", 2026): 2.5, ("all", 2027): 1}  # five demands of two people; one of one
    rows = reading("demands_per_person", asking(), shape="series").table
    assert rows.select("n", "people", "unknown").row(0) == (2, 2, 1)


def test_nobody_known_is_unknown():
    assert [name for name, row in observed("demands_per_person", asking()).items() if row["unknown"]] == ["n1"]


def test_at_each_agency_out_of_all_who_asked_anywhere():
    rows = reading("demands_per_person", asking(), shape="breakdown", as_of=at(NEXT - 1)).table
    assert rows.select("agency", "value", "n", "people").rows() == [
        ("clinic", 1.0, 2, 2), ("council", 1.0, 2, 1), ("not recorded", 0.5, 1, 1),
    ]  # fmt: skip


def test_of_one_agency_out_of_those_who_asked_there():
    assert by_year(asking(), where=(("agency", "council"),)) == {("all", 2026): 2}
    assert by_year(asking(), split="agency")["clinic", 2026] == 1


def test_the_21_people_of_the_report():
    """79 demands on acute care, 75 on GPs, 55 on district nurses and 30 on adult social care: 239, 11.38 each."""
    where = {"acute care": 79, "GPs": 75, "district nurses": 55, "adult social care": 30}
    asked = [(agency, n) for agency, times in where.items() for n in range(times)]
    records = told(*(demand(f"d{n}", n, person=f"p{n % 21}", agency=agency) for n, (agency, _) in enumerate(asked)))
    (value,) = by_year(records).values()
    assert value == pytest.approx(239 / 21)
    assert round(value, 2) == 11.38
    rows = reading("demands_per_person", records, shape="breakdown").table
    assert dict(rows.select("agency", "n").rows()) == where
    assert rows["value"].to_list() == pytest.approx([times / 21 for times in where.values()])
    assert "11.38" not in reading("demands_per_person", records).definition  # what is printed is computed here


asked = st.tuples(
    st.integers(0, 720), st.sampled_from((None, "ann", "bob", "cyd")), st.sampled_from((None, "x", "y")),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(asked, min_size=1, max_size=25))
def test_against_a_loop(history):
    records = told(*(demand(f"d{n}", day, person=who, agency=at_) for n, (day, who, at_) in enumerate(history)))
    times = Counter(2026 + (day >= NEXT) for day, who, _ in history if who)
    people = {year: {who for day, who, _ in history if who and 2026 + (day >= NEXT) == year} for year in times}
    found = {year: value for (_, year), value in by_year(records).items() if value is not None}
    assert found == pytest.approx({year: count / len(people[year]) for year, count in times.items()})
