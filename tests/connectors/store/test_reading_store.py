"""What measures read from the store: as of a moment, for one person, in one form."""

import random
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from store_by_hand import HOUR, SMALL, batch, load

from connectors.batch import SourceInfo
from connectors.store import Store, StoreDenied, StoreError
from measures.model.principal import LOCAL, Principal
from measures.model.records import FRAMES, JUDGEMENTS, SOURCES

FRAMES_READ = ("demands", "activities", "sources", "classification")


def everything(store: Store, as_of: int) -> dict[str, pl.DataFrame]:
    records = store.records(LOCAL)
    keys = {
        "demands": ["demand_id", "source"], "activities": ["activity_id", "source"], "sources": ["source"],
        "classification": ["judgement_id"],
    }  # fmt: skip
    return {name: records.scan(name, as_of=as_of).sort(keys[name]).collect() for name in FRAMES_READ}


def test_every_frame_has_its_schema_though_nothing_is_there(store: Store) -> None:
    records = store.records(LOCAL)
    for name, frame in FRAMES.items():
        assert records.scan(name).collect_schema() == pl.Schema(frame.schema), name
    for name, schema in JUDGEMENTS.items():
        assert records.scan(name).collect_schema() == pl.Schema(schema), name
    assert records.scan("sources").collect_schema() == pl.Schema(SOURCES)
    assert records.scan("sources").collect().is_empty()
    assert records.newest == 0


def test_frames_have_their_schemas_with_rows_replaced_rows_and_merged_parts(store: Store) -> None:
    load(store, batch([("a", 2, HOUR)]))
    load(store, batch([("a", 4, HOUR)]))
    for name in ("demands", "activities"):
        rows = store.records(LOCAL).scan(name)
        assert rows.collect_schema() == pl.Schema(FRAMES[name].schema)
        assert rows.collect().height == 1


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("own_times", [False, True], ids=["known at import", "known as it happened"])
def test_as_of_equals_a_store_loaded_only_with_what_was_known(
    store_at, tmp_path: Path, seed: int, own_times: bool
) -> None:
    """A random history of imports, corrections and judgements, cut at a random moment."""
    chance = random.Random(seed)
    history = []
    for step in range(1, 9):
        at = step * 100 * HOUR
        keys = chance.sample("abcdefgh", chance.randint(1, 6))
        # A row may report events of any time, also ones a source writes down in advance.
        rows = [(key, chance.randint(1, 4), chance.randint(1, 900) * HOUR) for key in sorted(keys)]
        if own_times:  # a history loaded late: a row once told does not change when it happened
            rows = [(key, content, (ord(key) - 96) * 80 * HOUR) for key, content, _ in rows]
        source = SourceInfo(chance.choice(["desk", "counter"]), "", "UTC", extracted_at=at - HOUR)
        judged = [(chance.choice("abcdefgh"), chance.choice(["value", "failure"])) for _ in range(chance.randint(0, 2))]
        history.append((at, rows, source, judged))

    def told(name: str, until: int) -> Store:
        store = store_at(f"sqlite:///{tmp_path}/{name}.db", tmp_path)
        for at, rows, source, judged in history:
            if at > until:
                break
            load(store, batch(rows), source=source, at=at)
            for demand, verdict in judged:
                row = pl.DataFrame({"demand_id": [demand], "class": [verdict], "judged_at": [at + 50 * HOUR]})
                store.judge_many(LOCAL, "classification", row.filter(pl.col("judged_at") <= until))
        return store

    if own_times:
        _history_loaded_late(store_at, tmp_path, history, chance)
        return
    whole = told("whole", 10_000 * HOUR)
    for cut in sorted(chance.sample(range(50, 1_000), 4)):
        assert_same(everything(whole, cut * HOUR), everything(told(f"until{cut}", cut * HOUR), cut * HOUR))


def _history_loaded_late(store_at, tmp_path: Path, history: list, chance: random.Random) -> None:
    """Loaded at once but known as it happened: as of a moment, later records are not there."""
    rows = {row[0]: row for _, told, _, _ in history for row in told}
    store = store_at(f"sqlite:///{tmp_path}/late.db", tmp_path)
    load(store, batch(sorted(rows.values()), own_times=True), at=50_000 * HOUR)
    for cut in chance.sample(range(50, 800), 4):
        known = [row for row in rows.values() if row[2] <= cut * HOUR]
        seen = store.records(LOCAL).scan("demands", as_of=cut * HOUR).collect()
        assert set(seen["demand_id"]) == {row[0] for row in known}
        closed = store.records(LOCAL).scan("activities", as_of=cut * HOUR).collect()
        assert set(closed["demand_id"]) == {row[0] for row in known if row[1] % 2 == 0 and row[2] + HOUR <= cut * HOUR}
        sources = store.records(LOCAL).scan("sources", as_of=cut * HOUR).collect()
        assert sources["seen_at"].to_list() == [cut * HOUR]


def assert_same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> None:
    for name, frame in one.items():
        assert_frame_equal(frame, other[name])


def test_a_correction_of_a_history_is_not_known_before_what_it_corrects(store: Store) -> None:
    load(store, batch([("a", 1, HOUR)]), at=100 * HOUR)
    load(store, batch([("a", 3, HOUR)], own_times=True), at=200 * HOUR)
    assert store.records(LOCAL).scan("demands", as_of=50 * HOUR).collect().is_empty()
    assert store.records(LOCAL).scan("demands", as_of=150 * HOUR).collect()["issue"].to_list() == ["issue 3"]


def test_a_source_sees_as_far_as_its_newest_extract_known_by_then(store: Store) -> None:
    load(store, batch([("a", 1, HOUR)]), source=SourceInfo("desk", "", "UTC", extracted_at=90 * HOUR), at=100 * HOUR)
    load(store, batch([("b", 1, HOUR)]), source=SourceInfo("desk", "", "UTC", extracted_at=190 * HOUR), at=200 * HOUR)
    records = store.records(LOCAL)

    def seen(as_of: int | None) -> list[int]:
        return records.scan("sources", as_of=as_of).collect()["seen_at"].to_list()

    assert records.newest == 190 * HOUR
    assert seen(None) == [190 * HOUR]
    assert seen(150 * HOUR) == [90 * HOUR]
    assert seen(50 * HOUR) == []
    assert records.scan("sources").collect()["seen_day"].to_list() == [190 // 24 - 1]


def test_a_snapshot_stands_still_while_others_import(store: Store) -> None:
    load(store, batch([("a", 1, HOUR)]))
    records = store.records(LOCAL)
    load(store, batch([("a", 3, HOUR), ("b", 1, HOUR)]))
    store.judge(LOCAL, "classification", {"demand_id": "a", "class": "value"})
    assert records.scan("demands").collect()["issue"].to_list() == ["issue 1"]
    assert records.scan("classification").collect().is_empty()


def test_changed_names_whom_later_imports_wrote_or_replaced(store: Store) -> None:
    load(store, batch([("a", 1, HOUR), ("b", 1, HOUR), ("c", 1, HOUR)]))
    moved = batch([("b", 3, HOUR), ("d", 1, HOUR)])
    moved.frames["demands"] = moved.frames["demands"].with_columns(person_key=pl.Series([777, 888]))
    load(store, moved)
    changed = store.records(LOCAL).changed(1).collect()
    assert set(changed["person_key"]) == {777, 888, ord("b")}, "the person b was taken from is touched too"
    assert set(changed["demand_id"]) == {"b", "d"}
    assert store.records(LOCAL).changed(2).collect().is_empty()


def test_fifty_one_small_imports_become_one_part_and_read_the_same(store: Store) -> None:
    for nth in range(52):
        load(store, batch([(f"k{nth}", 1, HOUR), ("again", nth, HOUR)]), at=(nth + 1) * HOUR)
    records = store.records(LOCAL)
    assert len(records.snapshot.parts["demands"]) < 10
    assert records.scan("demands").collect().height == 53
    assert records.scan("demands", as_of=10 * HOUR).collect().height == 11
    assert records.scan("demands").filter(pl.col("demand_id") == "again").collect()["issue"].to_list() == ["issue 51"]
    assert records.changed(50).collect().height > 0
    assert store.verify(LOCAL) == []


def test_a_person_with_a_scope_sees_only_rows_of_their_services(store: Store) -> None:
    load(store, batch([("a", 2, HOUR, "housing"), ("b", 2, HOUR, "benefits"), ("c", 2, HOUR, None)]))
    for demand in "abc":
        store.judge(LOCAL, "classification", {"demand_id": demand, "class": "value"})
    records = store.records(Principal("t", "team", ("housing",)))
    assert records.scan("demands").collect()["demand_id"].to_list() == ["a"]
    assert records.scan("activities").collect()["demand_id"].to_list() == ["a"]
    assert records.scan("classification").collect()["demand_id"].to_list() == ["a"]
    assert records.judged("classification").tail["demand_id"].to_list() == ["a"]


def test_words_people_said_stay_with_the_team(store: Store) -> None:
    load(store, batch([("a", 2, HOUR)]))
    words = {
        role: store.records(Principal("x", role)).scan("demands").collect()["verbatim"].to_list()
        for role in ("team", "local", "leader")
    }
    assert words == {"team": ['"a", said\nso'], "local": ['"a", said\nso'], "leader": [None]}


@pytest.mark.parametrize("role", ["steward", "regulator"])
@pytest.mark.parametrize("frame", ["demands", "activities", "people", "source_needs", "classification", "outcome"])
def test_stewards_and_regulators_get_no_rows_about_people(store: Store, role: str, frame: str) -> None:
    records = store.records(Principal("x", role))
    with pytest.raises(StoreDenied, match=role):
        records.scan(frame)
    with pytest.raises(StoreDenied):
        records.changed(0)
    if frame in JUDGEMENTS:
        with pytest.raises(StoreDenied):
            store.judgements(Principal("x", role), frame)
    assert records.scan("sources").collect().is_empty()


@pytest.mark.parametrize("role", ["team", "leader", "regulator"])
def test_only_stewards_keep_house(store: Store, role: str) -> None:
    other = Principal("x", role)
    for refused in (
        lambda: store.begin_import(other, SMALL).__enter__(),
        lambda: store.quarantine(other, 1),
        lambda: store.cursor(other, "desk"),
        lambda: store.verify(other),
        lambda: store.audit_trail(other),
    ):
        with pytest.raises(StoreDenied, match="steward"):
            refused()
    assert store.ledger(LOCAL).is_empty()


def test_unknown_records_are_named(store: Store) -> None:
    with pytest.raises(StoreError, match="'demandz'"):
        store.records(LOCAL).scan("demandz")
