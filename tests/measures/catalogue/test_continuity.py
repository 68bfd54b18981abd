"""Contacts with the worker a person saw most that year, out of all contacts of people who had two or more."""

from collections import Counter

import pytest
from hand_tables import act, at, demand, observed, reading, told
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.model.principal import Principal

NEXT = 361  # 1 January 2027; day 0 is Monday 5 January 2026


def met(
    name: str, day: int, person: str | None = "ann", worker: str | None = "w1", kind: str = "visit", **more
) -> dict:
    return act(kind, day, person=person, name=name, worker_id=worker, **more)


def year():
    return told(
        demand("a", 0),
        activities=[
            met("a1", 0), met("a2", 5), met("a3", 9, worker="w2"), met("a4", 9, worker="w3"),  # two of four with w1
            met("b1", 5, person="bob", worker="w1"), met("b2", 7, person="bob", worker="w2"),  # equal: one of two
            met("c1", 8, person="cyd"),  # one contact says nothing
            met("x1", 9, worker=None), met("x2", 9, person=None),  # nobody knows with whom, or who
            met("k1", 9, worker="w9", kind="close"), met("k2", 9, worker="w9", kind="administer"),  # no contacts
            met("d1", NEXT, worker="w4"),  # the year after
        ],
        seen=NEXT + 400,
    )  # fmt: skip


def test_by_hand():
    rows = reading("continuity", year(), shape="series").table
    assert rows.select("numerator", "denominator", "n", "unknown").row(0) == (3, 6, 2, 2)
    assert rows["value"].to_list() == [0.5, None]
    assert rows["mature"].to_list() == [True, True]


def test_a_year_is_judged_when_it_is_over():
    assert reading("continuity", year(), shape="series", as_of=at(NEXT - 2)).table["mature"].to_list() == [False]


def test_unknown_contacts_are_set_against_contacts():
    (bounds,) = [
        caveat.text for caveat in reading("continuity", year(), shape="series").caveats if caveat.code == "unknown"
    ]
    assert "2 of 8" in bounds
    assert "between 38% and 62%" in bounds


def test_how_many_workers():
    rows = reading("continuity", year(), shape="breakdown", as_of=at(NEXT - 1)).table
    assert rows.filter(rows["n"] > 0).select("workers_a_person", "n").rows() == [
        ("1 worker", 1),
        ("2 workers", 1),
        ("3 workers", 1),
    ]
    assert rows["value"].sum() == pytest.approx(1)


def test_of_one_service_only_its_contacts():
    acts = [
        met("a1", 0, service="housing"),
        met("a2", 1, service="housing"),
        met("a3", 2, service="health", worker="w2"),
    ]
    records = told(demand("a", 0), activities=acts)
    assert reading("continuity", records, shape="series").table["value"].to_list() == [pytest.approx(2 / 3)]
    one = reading("continuity", records, shape="series", where=(("service", "housing"),)).table
    assert one["value"].to_list() == [1]


def test_no_worker_leaves_and_a_protected_role_reads_contacts_not_people():
    assert not any(
        "worker" in name and name != "workers" for row in observed("continuity", year()).values() for name in row
    )
    acts = [met(f"{n}-{k}", n, person=f"p{n}", worker=f"w{k % 3}") for n in range(20) for k in range(4)]
    rows = reading(
        "continuity", told(demand("a", 0), activities=acts), Principal("reg", "regulator"), shape="series"
    ).table
    assert rows["value"].to_list() == [0.5]


contact = st.tuples(
    st.integers(0, 720), st.sampled_from(("ann", "bob", None)), st.sampled_from(("w1", "w2", "w3", None))
)


@settings(max_examples=25, deadline=None)
@given(st.lists(contact, min_size=1, max_size=25))
def test_against_a_loop(contacts):
    acts = [met(f"a{n}", day, person=who, worker=worker) for n, (day, who, worker) in enumerate(contacts)]
    rows = reading("continuity", told(demand("a", 0), activities=acts), shape="series").table
    most, all_ = Counter(), Counter()
    for year_ in (2026, 2027):
        for who in ("ann", "bob"):
            seen = Counter(w for day, p, w in contacts if p == who and w and 2026 + (day >= NEXT) == year_)
            if seen.total() >= 2:
                most[year_] += max(seen.values())
                all_[year_] += seen.total()
    found = {row["period_start"].year: row["value"] for row in rows.to_dicts() if row["value"] is not None}
    assert found == pytest.approx({year_: most[year_] / count for year_, count in all_.items()})
