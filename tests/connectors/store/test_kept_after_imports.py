"""What measures keep between imports equals what they would build from nothing."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from by_chance import MONDAY, Desk, Row, demand, load

from connectors.store import Store, compacting, open_store
from measures.facts import CLASS, CONTACT, PLACED, heard, needs
from measures.model.measure import Options
from measures.model.principal import LOCAL


def told(store: Store) -> list[pl.DataFrame]:
    """Both frames, every column, in one order; needs first, for once they are built demands are read as kept."""
    records, options = store.records(LOCAL), Options()
    frames = (needs(records, options), heard(records, options, PLACED, CLASS, CONTACT))
    return [
        frame.with_columns(pl.col(pl.Categorical).cast(pl.String)).collect().sort("demand_id", "need_id")
        for frame in frames
    ]


def assert_as_from_nothing(store: Store) -> None:
    """Build on what is kept, then delete it and build anew: the same."""
    after = told(store)
    shutil.rmtree(store.home / "kept")
    anew = told(store)
    for one, other in zip(after, anew, strict=True):
        assert one.columns == other.columns
        differ = [name for name in one.columns if not one[name].equals(other[name], null_equal=True)]
        assert one.equals(other, null_equal=True), (differ, one.select("demand_id", *differ), other.select(differ))


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(f"sqlite:///{tmp_path}/s.db", tmp_path / "s")
    yield opened
    opened.close()


@pytest.mark.parametrize("seed", [5, 6, 21])
def test_small_imports_one_after_another_leave_what_one_build_would(store: Store, seed: int) -> None:
    desk = Desk(seed)
    for _ in range(6):
        load(store, desk.extract())
        assert_as_from_nothing(store)


@pytest.mark.parametrize("seed", [100, 104])
def test_builds_upon_builds_do_not_drift(store: Store, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compacting, "MOST_PARTS", 4)
    desk = Desk(seed)
    for _ in range(10):
        load(store, desk.extract(5))
        told(store)
    assert_as_from_nothing(store)


def test_a_source_that_is_now_asked_or_stands_for_places_is_read_anew(store: Store) -> None:
    rows = [demand(f"d{n}", MONDAY + n, place="here", issue="roof", need_id="n1" if n == 2 else None) for n in range(4)]
    rows.append(Row("n1", {"source_needs": [
        {"need_id": "n1", "first_demand_day": MONDAY, "end_day": MONDAY + 30, "end_kind": "met"}]}))  # fmt: skip
    seen = []
    for terms in ({}, {"proxy": "place"}, {"proxy": "place", "asked": True}, {}):
        load(store, rows, **terms)
        assert_as_from_nothing(store)
        told(store)
        seen.append(told(store)[0])
    assert not seen[0].equals(seen[1])
    assert not seen[1].equals(seen[2])
    assert seen[0].equals(seen[3])


def test_an_activity_answers_another_persons_demand_whichever_is_known_first(store: Store) -> None:
    close = Row("a1", {"activities": [
        {"activity_id": "a1", "kind": "close", "outcome": "closed", "started_day": MONDAY + 9, "person_id": "ann",
         "demand_id": "d2", "team": "east"}]})  # fmt: skip
    for rows in (
        [demand("d1", MONDAY, person_id="ann")],
        [close],
        [demand("d2", MONDAY + 1, person_id="bob")],
        [demand("d3", MONDAY + 2, person_id="bob")],
        [demand("d2", MONDAY + 1, person_id="cid")],
    ):
        load(store, rows)
        told(store)
        assert_as_from_nothing(store)
    ended = {row["demand_id"]: row["end_day"] for row in told(store)[0].iter_rows(named=True)}
    assert ended == {"d1": None, "d2": MONDAY + 9, "d3": None}


def test_what_people_answer_is_read_at_once_whatever_was_kept_before(store: Store) -> None:
    """One answer, another on a later day, one about another need, that one changed and taken back; records in between."""
    rows = [demand(f"d{n}", MONDAY + n, person_id=who) for n, who in enumerate(("ann", "bob"))]
    load(store, rows)
    answers = (
        ("ann", 5, "not", False), ("ann", 9, "met", False), ("bob", 9, "met", False), ("bob", 9, "met_in_part", False),
        ("bob", 9, "met_in_part", True),
    )  # fmt: skip
    names = dict(zip(("ann", "bob"), told(store)[0]["need_id"], strict=True))
    said = []
    for who, after, answer, withdrawn in answers:
        store.judge(LOCAL, "outcome", {
            "need_id": names[who], "asked_on_day": MONDAY + after, "answer": answer, "withdrawn": withdrawn})  # fmt: skip
        said.append(dict(zip(("ann", "bob"), told(store)[0]["end_kind"], strict=True)))
        assert_as_from_nothing(store)
    assert [(one["ann"], one["bob"]) for one in said] == [
        ("open", "open"), ("met", "open"), ("met", "met"), ("met", "met_in_part"), ("met", "open"),
    ]  # fmt: skip
    load(store, [*rows, demand("d9", MONDAY + 20, person_id="ann")])
    told(store)
    assert_as_from_nothing(store)
