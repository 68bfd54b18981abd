"""Faults: nothing lost, nothing half-visible, one sentence, and recovery by itself."""

import multiprocessing
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from store_by_hand import HOUR, SMALL, batch, load

from connectors.batch import SourceInfo
from connectors.store import Import, Store, StoreBusy, StoreError, StoreUnreachable, open_store
from measures.model.principal import LOCAL

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
# An importer in a process of its own: argv is url, folder, source, rows, a prefix for its keys.
IMPORTER = f"""
import sys, time
sys.path[:0] = [{str(ROOT)!r}, {str(HERE)!r}]
from connectors.batch import SourceInfo
from connectors.store import StoreBusy, open_store
from store_by_hand import HOUR, batch, load
url, folder, source, rows, prefix = sys.argv[1:]
blocks = [batch([(f"{{prefix}}{{n}}-{{m}}", n, HOUR) for n in range(50)], line=50 * m + 1) for m in range(int(rows) // 50)]
until = time.monotonic() + 60
while True:
    try:
        store = open_store(url, folder)
        load(store, *blocks, source=SourceInfo(source, source, "UTC"))
        break
    except StoreBusy:
        if time.monotonic() > until:
            raise
store.close()
"""


def importer(url: str, folder: Path, source: str, rows: int, prefix: str) -> subprocess.Popen:
    command = [sys.executable, "-c", IMPORTER, url, str(folder), source, str(rows), prefix]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/store.db" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")


def test_three_importers_at_once_each_come_through(url: str, tmp_path: Path, store_at) -> None:
    """They open a new store, of one source and of others, all in the same moment."""
    running = [importer(url, tmp_path, source, 500, prefix) for source, prefix in (("x", "a"), ("x", "b"), ("y", "a"))]
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    store = store_at(url, tmp_path)
    assert store.records(LOCAL).scan("demands").collect().height == 1_500
    assert sorted(store.ledger(LOCAL)["import_id"]) == [1, 2, 3]
    assert store.verify(LOCAL) == []


def test_a_second_importer_is_told_that_one_is_running(url: str, tmp_path: Path, store_at, monkeypatch) -> None:
    monkeypatch.setattr("connectors.store.database.BUSY_SECONDS", 0.2)
    one, two = store_at(url, tmp_path), store_at(url, tmp_path)
    with one.begin_import(LOCAL, SMALL) as importing:
        importing.add(batch([("a", 1, HOUR)]))
        with pytest.raises(StoreBusy, match="try again"):
            load(two, batch([("b", 1, HOUR)]))
        assert two.records(LOCAL).scan("demands").collect().is_empty(), "readers are not kept waiting"
        importing.finish()
    load(two, batch([("b", 1, HOUR)]))
    assert two.records(LOCAL).scan("demands").collect().height == 2


def test_a_store_that_cannot_be_reached_says_so_without_a_secret(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable, match="check that the database is running") as gone:
        open_store("postgresql+psycopg://me:hunter2@127.0.0.1:1/none", tmp_path)
    assert "hunter2" not in str(gone.value)
    (tmp_path / "text.db").write_text("this is no database, though it has enough characters to look like a file\n" * 20)
    with pytest.raises(StoreUnreachable, match="not a database"):
        open_store(f"sqlite:///{tmp_path}/text.db", tmp_path)


@pytest.mark.parametrize(
    "address", ["nonsense", "mysql+pymysql://x/y", "sqlite://", "sqlite:///:memory:", "oracle12://x"]
)
def test_an_address_that_is_none_is_refused_with_advice(address: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"sqlite:///|SQLite or PostgreSQL"):
        open_store(address, tmp_path)


@pytest.mark.servers
def test_a_database_that_goes_away_during_an_import_or_a_view_is_found_again(
    postgresql_url: str, postgresql_server: str, tmp_path: Path, store_at
) -> None:
    store = store_at(postgresql_url, tmp_path)
    load(store, batch([("a", 1, HOUR)]))

    def interrupted(rest: Callable[[Import], object]) -> None:
        with store.begin_import(LOCAL, SMALL) as importing:
            importing.add(batch([("b", 1, HOUR)]))
            hang_up(postgresql_server, postgresql_url)
            rest(importing)

    for rest in (
        lambda importing: importing.add(batch([("c", 1, HOUR)], line=2)),
        lambda importing: importing.finish(),
    ):
        with pytest.raises(StoreUnreachable):
            interrupted(rest)
    assert store.records(LOCAL).scan("demands").collect()["demand_id"].to_list() == ["a"]
    hang_up(postgresql_server, postgresql_url)
    assert store.data_version(LOCAL).import_id == 1
    load(store, batch([("b", 1, HOUR)]))
    assert store.records(LOCAL).scan("demands").collect().height == 2
    assert store.verify(LOCAL) == []


def hang_up(server: str, url: str) -> None:
    """End every connection to a database, as a restart of its server does."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        ending = "select pg_terminate_backend(pid) from pg_stat_activity where datname = :name"
        connection.execute(sa.text(ending), {"name": sa.make_url(url).database})
    engine.dispose()


def test_a_sqlite_file_that_comes_back_is_read_again(store: Store, tmp_path: Path) -> None:
    load(store, batch([("a", 1, HOUR)]))
    store.close()
    for name in ("store.db", "store.db-wal", "store.db-shm"):
        if (tmp_path / name).exists():
            (tmp_path / name).rename(tmp_path / f"away-{name}")
    with pytest.raises(StoreUnreachable, match="lost its tables"):
        store.data_version(LOCAL)
    store.close()
    for file in tmp_path.glob("store.db*"):
        file.unlink()
    for file in tmp_path.glob("away-*"):
        file.rename(tmp_path / file.name.removeprefix("away-"))
    assert store.data_version(LOCAL).import_id == 1


def test_a_full_disk_keeps_nothing_and_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    load(store, batch([("a", 1, HOUR)]))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for place in ("connectors.store.parts._File._flush", "connectors.store.parts.os.replace"):
        with monkeypatch.context() as patch:
            patch.setattr(place, full)
            with pytest.raises(StoreUnreachable, match="No space left"):
                load(store, batch([("b", 1, HOUR)]))
        assert store.records(LOCAL).scan("demands").collect()["demand_id"].to_list() == ["a"]
        assert store.verify(LOCAL) == []
        assert len(list((store.home / "parts").iterdir())) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_an_import_killed_before_its_end_was_never_there(tmp_path: Path, store_at) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    load(store_at(url, tmp_path), batch([("a", 1, HOUR)]))
    child = multiprocessing.get_context("spawn").Process(target=die_before_commit, args=(url, str(tmp_path)))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    assert list(tmp_path.glob("*/parts/*x*")) or len(list(tmp_path.glob("*/parts/*"))) > 1, "its files were in place"
    store = store_at(url, tmp_path)
    assert store.records(LOCAL).scan("demands").collect()["demand_id"].to_list() == ["a"]
    assert len(list((store.home / "parts").iterdir())) == 1
    assert store.verify(LOCAL) == []


def die_before_commit(url: str, folder: str) -> None:
    """Be killed in the worst moment: the files have their names, the transaction is not committed."""
    from connectors.store import parts

    publish = parts.PartWriter.publish

    def killed(self: parts.PartWriter) -> None:
        publish(self)
        os.kill(os.getpid(), signal.SIGKILL)

    parts.PartWriter.publish = killed
    load(open_store(url, Path(folder)), batch([("x", 2, HOUR), ("a", 9, HOUR)]))


@pytest.mark.slow
@pytest.mark.parametrize("rounds", [40])
def test_an_import_killed_at_any_moment_is_whole_or_not_there(tmp_path: Path, store_at, rounds: int) -> None:
    """SIGKILL at random moments; a naive importer, killed in the same way, is seen half done."""
    url, chance = f"sqlite:///{tmp_path}/store.db", random.Random(4)
    load(store_at(url, tmp_path), batch([("first", 1, HOUR)]))
    began = time.monotonic()
    _, errors = (process := importer(url, tmp_path, "timing", 5_000, "t")).communicate()
    assert process.returncode == 0, errors
    usual = time.monotonic() - began
    outcomes = []
    for nth in range(rounds):
        process = importer(url, tmp_path, f"s{nth}", 5_000, f"k{nth}-")
        time.sleep(chance.uniform(0.4, 1.1) * usual)
        process.kill()
        process.communicate()
        store = store_at(url, tmp_path)
        count = store.records(LOCAL).scan("demands").filter(source=f"s{nth}").collect().height
        assert count in {0, 5_000}
        assert store.verify(LOCAL) == []
        assert not list((store.home / "parts").glob("*.tmp"))
        store.close()
        outcomes.append(count)
    assert 0 in outcomes, "killed early enough at least once"
    assert half_seen(tmp_path, chance), "the control, which commits row by row, must fail"


def half_seen(tmp_path: Path, chance: random.Random) -> bool:
    naive = (
        "import sqlite3, sys\nfile = sqlite3.connect(sys.argv[1])\nfile.execute('create table if not exists t (n)')\n"
        "for n in range(5000):\n    file.execute('insert into t values (?)', (n,))\n    file.commit()\n"
    )
    for nth in range(5):
        process = subprocess.Popen([sys.executable, "-c", naive, str(tmp_path / f"naive{nth}.db")])
        time.sleep(chance.uniform(0.3, 0.6))
        process.kill()
        process.wait()
        with sqlite3.connect(tmp_path / f"naive{nth}.db") as file:
            if file.execute("select count(*) from sqlite_master").fetchone()[0]:
                count = file.execute("select count(*) from t").fetchone()[0]
                if 0 < count < 5_000:
                    return True
        file.close()
    return False


def test_sources_are_kept_apart(store: Store) -> None:
    load(store, batch([("a", 1, HOUR)]), source=SourceInfo("one", "One", "UTC"))
    report = load(store, batch([("a", 5, HOUR)]), source=SourceInfo("two", "Two", "UTC", warnings=("No person.",)))
    assert (report.accepted, report.superseded) == (1, 0)
    known = store.sources(LOCAL)
    assert known.select("name", "title", "rows", "warnings").rows() == [
        ("one", "One", 1, "[]"), ("two", "Two", 1, '["No person."]'),
    ]  # fmt: skip
