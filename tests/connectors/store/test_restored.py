"""After a database is restored from a backup, no file of the time that was given up is read."""

import shutil
from pathlib import Path

import polars as pl
from by_chance import MONDAY, Row, demand, load
from store_by_hand import HOUR

from connectors.store import Store, open_store
from measures.facts import heard, needs
from measures.model.measure import Options
from measures.model.principal import LOCAL
from measures.model.records import Kept
from measures.model.time import DAY


class Restored:
    """A SQLite store that can go back to the copy that was made of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = self._open()

    def back_up(self) -> None:
        self.store.close()
        for file in self.folder.glob("s.db*"):
            shutil.copy(file, self.folder / f"copy of {file.name}")

    def restore(self) -> None:
        self.store.close()
        for file in self.folder.glob("s.db*"):
            file.unlink()
        for file in self.folder.glob("copy of s.db*"):
            shutil.copy(file, self.folder / file.name.removeprefix("copy of "))
        self.store = self._open()

    def _open(self) -> Store:
        return open_store(f"sqlite:///{self.folder}/s.db", self.folder)


def found(store: Store) -> set[str]:
    return set(needs(store.records(LOCAL), Options()).collect()["need_id"])


def rows(letter: str, count: int) -> list[Row]:
    return [demand(f"{letter}{n}", MONDAY) for n in range(count)]


def test_needs_are_those_of_the_records_that_are_there(tmp_path: Path) -> None:
    desk = Restored(tmp_path)
    load(desk.store, rows("a", 5))
    assert len(found(desk.store)) == 5
    desk.back_up()
    for _ in range(3):
        load(desk.store, rows("b", 3), at=50 * HOUR)
        load(desk.store, rows("x", 3), at=60 * HOUR)
        found(desk.store)
        desk.restore()
        assert found(desk.store) == {f"a{n}" for n in range(5)}
        # The same number, the same time and as many rows: only the rows differ.
        load(desk.store, rows("c", 3), at=50 * HOUR)
        assert found(desk.store) == {row.key for row in rows("a", 5) + rows("c", 3)}
        load(desk.store, rows("d", 50), at=60 * HOUR)
        assert found(desk.store) == {row.key for row in rows("a", 5) + rows("c", 3) + rows("d", 50)}
        demands = desk.store.records(LOCAL).scan("demands").collect()["demand_id"]
        assert set(demands) == found(desk.store)
        assert desk.store.verify(LOCAL) == []
        desk.restore()
    desk.store.close()


def test_a_build_goes_on_from_one_of_its_own_past(tmp_path: Path) -> None:
    desk = Restored(tmp_path)
    before: list[int | None] = []

    def build(kept: Kept | None) -> pl.LazyFrame:
        before.append(None if kept is None else kept.import_id)
        return pl.LazyFrame({"x": [1]})

    def keep() -> None:
        desk.store.records(LOCAL).keep("thing", (), build)

    load(desk.store, rows("a", 1))
    keep()
    desk.store.record_action(LOCAL, "export", {"part": "records"})
    keep()
    desk.back_up()
    load(desk.store, rows("b", 1))
    keep()
    desk.restore()
    load(desk.store, rows("c", 1))
    load(desk.store, rows("d", 1))
    keep()
    assert before == [None, 1, 1], "b's build is passed over, a's is not"
    desk.store.close()


def test_judgements_are_those_that_were_made_since(tmp_path: Path) -> None:
    desk = Restored(tmp_path)
    load(desk.store, rows("a", 2_100))
    desk.back_up()

    def judged(*words: str) -> set[str]:
        for word in words:
            all_of_them = pl.DataFrame({"demand_id": [row.key for row in rows("a", 2_100)], "class": [word] * 2_100})
            desk.store.judge_many(LOCAL, "classification", all_of_them)
        records = desk.store.records(LOCAL)
        base = records.judged("classification").base.collect()
        needs(records, Options()).collect()
        told = heard(records, Options(), "class").collect()
        assert told.height == base.height == 2_100
        return {*base["class"], *told["class"].cast(pl.String)}

    assert judged("value", "failure") == {"failure"}
    desk.restore()
    assert judged("failure", "value") == {"value"}
    desk.store.close()


def test_imports_that_only_see_further_are_told_apart_too(tmp_path: Path) -> None:
    desk = Restored(tmp_path)
    load(desk.store, rows("a", 1), seen=MONDAY, at=10 * HOUR)
    desk.back_up()

    def seen(day: int) -> int:
        load(desk.store, rows("a", 1), seen=day, at=90 * HOUR)
        records = desk.store.records(LOCAL)
        return records.keep("seen", (), lambda _: records.scan("sources")).collect()["seen_at"].item()

    assert seen(MONDAY + 2) == (MONDAY + 2) * DAY
    desk.restore()
    assert seen(MONDAY + 1) == (MONDAY + 1) * DAY
    desk.store.close()
