"""Different documents made about a person in a calendar year; the same content about the same person counts once."""

import pytest
from hand_tables import MONDAY, act, at, demand, observed, reading, told
from hypothesis import given, settings
from hypothesis import strategies as st

NEXT = 361  # 1 January 2027; day 0 is Monday 5 January 2026


def paper(name: str, day: int, person: str | None = "ann", content: str | None = None, **more) -> dict:
    return {
        "document_id": name, "person_id": person, "created_day": MONDAY + day, "content_hash": content, "kind": "letter",
        "agency": "council", **more,
    }  # fmt: skip


def files():
    return told(
        demand("a", 0),
        documents=[
            paper("d1", 1, content="c1"), paper("d2", 30, content="c1"),  # the same letter again
            paper("d3", 2, content=None, kind="report"), paper("d4", 2, content=None, kind="report"),  # nobody knows: each
            paper("d5", 3, person="bob", content="c1"),  # the same letter to somebody else
            paper("d6", 4, person=None, content="c2"),  # about nobody known
            paper("d7", NEXT, content="c1"),  # again, a year later: counted already
            paper("d8", NEXT + 1, content="c9", agency="clinic", activity_id="x"),
        ],
        activities=[act("do", 0, name="x", service="health")],
        seen=NEXT + 400,
    )  # fmt: skip


def by_year(records, **request) -> dict:
    rows = reading("documents_per_person", records, shape="series", **request).table
    return {row["period_start"].year: row["value"] for row in rows.to_dicts()}


def test_by_hand():
    assert by_year(files()) == {2026: 2, 2027: 1}  # four about two people, then one about one
    rows = reading("documents_per_person", files(), shape="series").table
    assert rows.select("numerator", "denominator", "unknown").row(0) == (4, 2, 1)
    assert rows["mature"].to_list() == [True, True]


def test_about_nobody_known_is_unknown_and_young_years_can_change():
    assert [name for name, row in observed("documents_per_person", files()).items() if row["unknown"]] == ["d6"]
    assert not reading("documents_per_person", files(), shape="series", as_of=at(40)).table["mature"].any()


def test_by_kind():
    rows = reading("documents_per_person", files(), shape="breakdown", as_of=at(NEXT - 1)).table
    assert rows.select("document", "value", "n", "people").rows() == [("letter", 1.0, 2, 2), ("report", 1.0, 2, 1)]


def test_a_document_belongs_to_the_service_of_what_it_was_made_for():
    assert by_year(files(), where=(("service", "health"),)) == {2027: 1}
    assert by_year(files(), where=(("agency", "clinic"),)) == {2027: 1}


def test_eight_people_and_800_documents_are_a_hundred_each():
    records = told(demand("a", 0), documents=[paper(f"d{n}", n % 300, person=f"p{n % 8}") for n in range(800)])
    assert by_year(records) == {2026: 100}


made = st.tuples(st.integers(0, 700), st.sampled_from(("ann", "bob", None)), st.sampled_from(("c1", "c2", "c3", None)))


@settings(max_examples=25, deadline=None)
@given(st.lists(made, min_size=1, max_size=20))
def test_against_a_loop(documents):
    records = told(
        demand("a", 0), documents=[paper(f"d{n}", d, person=p, content=c) for n, (d, p, c) in enumerate(documents)]
    )
    seen: set = set()
    times: dict[int, list] = {2026: [], 2027: []}
    for day, who, content in sorted(documents, key=lambda row: row[0]):
        if who is None or (content and (who, content) in seen):
            continue
        seen.add((who, content))
        times[2026 + (day >= NEXT)].append(who)
    found = {year: value for year, value in by_year(records).items() if value is not None}
    assert found == pytest.approx({year: len(whose) / len(set(whose)) for year, whose in times.items() if whose})
