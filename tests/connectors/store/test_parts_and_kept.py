"""Files are copies: delete or damage them and nothing is lost, and no number is wrong."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from store_by_hand import HOUR, batch, load

from connectors.store import Store, StoreDenied
from measures.model.principal import LOCAL, Principal
from measures.model.records import Kept


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-40])


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 4
    file.write_bytes(content)


@pytest.mark.parametrize("damage", [Path.unlink, cut, flip], ids=["deleted", "cut", "one bit flipped"])
def test_a_damaged_part_is_made_again(any_store: Store, damage: Callable[[Path], None]) -> None:
    load(any_store, batch([("a", 2, HOUR), ("b", 1, HOUR), ("c", 4, HOUR)]))
    load(any_store, batch([("a", 6, HOUR), ("b", 3, HOUR)]))
    any_store.judge_many(LOCAL, "classification", many(2_000))
    names = ("demands", "activities", "classification")
    before = {name: ordered(any_store, name) for name in names}
    for file in (any_store.home / "parts").iterdir():
        damage(file)
    assert len(any_store.verify(LOCAL)) == 6, "two imports of two frames, what was replaced, and judgements"
    assert {name: ordered(any_store, name).height for name in names} == {name: before[name].height for name in names}
    for name in names:
        assert_frame_equal(ordered(any_store, name), before[name])
    assert any_store.verify(LOCAL) == []
    files = {file: file.stat().st_mtime_ns for file in (any_store.home / "parts").iterdir()}
    ordered(any_store, "demands")
    assert files == {file: file.stat().st_mtime_ns for file in (any_store.home / "parts").iterdir()}, "made once"


def test_a_part_made_again_may_be_damaged_too(store: Store) -> None:
    load(store, batch([("a", 1, HOUR)]))
    for damage in (Path.unlink, flip, cut, Path.unlink):
        for file in (store.home / "parts").iterdir():
            damage(file)
        assert ordered(store, "demands")["demand_id"].to_list() == ["a"]


def test_the_whole_folder_may_be_deleted(store: Store, tmp_path: Path, store_at) -> None:
    load(store, batch([("a", 2, HOUR)]))
    before = ordered(store, "demands")
    store.records(LOCAL).keep("needs", (), lambda _: pl.LazyFrame({"x": [1]}))
    for file in sorted(store.home.rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    assert_frame_equal(ordered(store_at(f"sqlite:///{tmp_path}/store.db", tmp_path), "demands"), before)
    assert store.records(LOCAL).keep("needs", (), lambda _: pl.LazyFrame({"x": [1]})).collect()["x"].to_list() == [1]


def test_a_kept_frame_is_built_once_and_then_read(store: Store) -> None:
    load(store, batch([("a", 1, HOUR)]))
    calls: list[Kept | None] = []
    for _ in range(2):
        kept = store.records(LOCAL).keep("needs", ("180",), builder(calls))
        assert kept.collect()["x"].to_list() == [1, 2]
    assert calls == [None]
    assert store.records(LOCAL).kept("needs", ("180",)).collect().height == 2
    assert store.records(LOCAL).kept("needs", ("56",)) is None


def test_the_next_build_gets_the_one_before_and_only_two_stay(store: Store) -> None:
    calls: list[Kept | None] = []
    for nth in range(1, 5):
        load(store, batch([(f"k{nth}", 1, HOUR)]))
        store.records(LOCAL).keep("needs", (), builder(calls))
        store.records(LOCAL).keep("needs", ("other",), builder([]))
    assert [None if kept is None else kept.import_id for kept in calls] == [None, 1, 2, 3]
    assert len(list((store.home / "kept").iterdir())) == 2 * 2


def test_a_damaged_kept_frame_is_built_again(store: Store) -> None:
    load(store, batch([("a", 1, HOUR)]))
    store.records(LOCAL).keep("needs", (), builder([]))
    flip(next((store.home / "kept").iterdir()))
    calls: list[Kept | None] = []
    assert store.records(LOCAL).keep("needs", (), builder(calls)).collect()["x"].to_list() == [1, 2]
    assert calls == [None]


def test_two_principals_never_share_a_kept_frame(store: Store) -> None:
    load(store, batch([("a", 1, HOUR, "housing"), ("b", 1, HOUR, "benefits")]))
    people = {
        "housing": Principal("one", "team", ("housing",)),
        "benefits": Principal("two", "team", ("benefits",)),
        "leader": Principal("three", "leader"),
        "local": LOCAL,
    }

    def seen(principal: Principal) -> list:
        records = store.records(principal)
        return (
            records.keep("all", (), lambda _: records.scan("demands")).sort("demand_id").collect()["verbatim"].to_list()
        )

    for _ in range(2):
        assert {name: seen(principal) for name, principal in people.items()} == {
            "housing": ['"a", said\nso'], "benefits": ['"b", said\nso'], "leader": [None, None],
            "local": ['"a", said\nso', '"b", said\nso'],
        }  # fmt: skip


@pytest.mark.parametrize("role", ["regulator", "steward"])
def test_what_others_built_of_rows_about_people_is_not_for_those_who_may_read_none(store: Store, role: str) -> None:
    load(store, batch([("a", 1, HOUR)]))
    records = store.records(Principal("x", role))
    for able in (Principal("l", "leader"), Principal("t", "team"), LOCAL):
        theirs = store.records(able)
        theirs.keep("heard", (), lambda _, theirs=theirs: theirs.scan("demands")).collect()
        assert records.kept("heard", ()) is None
    with pytest.raises(StoreDenied, match=role):
        records.keep("heard", (), lambda _: records.scan("demands"))
    for _ in range(2):
        assert records.keep("figures", (), lambda _: pl.LazyFrame({"x": [1]})).collect()["x"].to_list() == [1]
    assert records.kept("figures", ()) is not None


def test_many_may_build_at_once(store: Store) -> None:
    load(store, batch([("a", 1, HOUR)]))
    with ThreadPoolExecutor(8) as pool:
        built = list(pool.map(lambda _: store.records(LOCAL).keep("needs", (), builder([])).collect(), range(16)))
    assert all(frame["x"].to_list() == [1, 2] for frame in built)
    assert len(list((store.home / "kept").iterdir())) == 1


def test_what_a_killed_import_left_is_swept_at_the_next_opening(store: Store, store_at, tmp_path: Path) -> None:
    load(store, batch([("a", 1, HOUR)]))
    folder = store.home / "parts"
    left = [
        folder / "demands-2-cafe.parquet.tmp",
        folder / "demands-2-cafe.parquet",
        folder / "demands-2-cafe~1.parquet",
    ]
    for file in left:
        file.write_bytes(b"half")
    store_at(f"sqlite:///{tmp_path}/store.db", tmp_path)
    assert not any(file.exists() for file in left)
    assert store.verify(LOCAL) == []


def test_files_of_an_import_under_way_are_not_swept(store: Store, store_at, tmp_path: Path) -> None:
    with store.begin_import(LOCAL, source_of("other")) as importing:
        importing.add(batch([("z", 1, HOUR)]))
        other = store_at(f"sqlite:///{tmp_path}/store.db", tmp_path)
        importing.finish()
    assert ordered(other, "demands")["demand_id"].to_list() == ["z"]
    assert other.verify(LOCAL) == []


def source_of(name: str):
    from connectors.batch import SourceInfo

    return SourceInfo(name, name, "UTC")


def builder(calls: list[Kept | None]):
    def build(before: Kept | None) -> pl.LazyFrame:
        calls.append(before)
        assert before is None or before.frame.collect()["x"].to_list() == [1, 2]
        return pl.LazyFrame({"x": [1, 2]})

    return build


def many(count: int) -> pl.DataFrame:
    return pl.DataFrame({"demand_id": [f"d{n}" for n in range(count)], "class": ["value", "failure"] * (count // 2)})


def ordered(store: Store, name: str) -> pl.DataFrame:
    rows = store.records(LOCAL).scan(name).collect()
    return rows.sort([column for column in ("demand_id", "activity_id") if column in rows.columns])
