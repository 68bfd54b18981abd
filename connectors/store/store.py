"""The store: one database with the records, the judgements and the books, and the files that measures scan."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from connectors.batch import SourceInfo
from connectors.store import audit, bulk, compacting, judging, parts, permissions, reading, verifying
from connectors.store.database import Database, connect
from connectors.store.errors import StoreBusy, StoreError, advised
from connectors.store.importing import Import, Terms
from connectors.store.migrate import migrate
from connectors.store.parts import PartWriter
from connectors.store.reading import StoreRecords
from connectors.store.schema import imports, meta, quarantine, source_rows, sources
from connectors.store.schema import parts as parts_table
from measures.model.principal import Principal
from measures.model.records import JUDGEMENTS, DataVersion

DEFAULT_URL = "sqlite:///data/system_conditions.db"
KEYS_A_QUERY = 500
RETIRED_FOR = 3_600_000_000  # microseconds a merged part's file stays for pages that are reading it
LEDGER = {
    "import_id": pl.Int64, "source": pl.String, "state": pl.String, "reason": pl.String, "imported_at": pl.Int64,
    "extracted_at": pl.Int64, "last_event_at": pl.Int64, "file_name": pl.String, "file_hash": pl.String,
    "subject": pl.String, "read": pl.Int64, "accepted": pl.Int64, "unchanged": pl.Int64, "superseded": pl.Int64,
    "rejected": pl.Int64, "vanished": pl.Int64, "reasons": pl.String, "flags": pl.String,
}  # fmt: skip
SOURCE_COLUMNS = {
    "name": pl.String, "title": pl.String, "timezone": pl.String, "proxy": pl.String, "warnings": pl.String,
    "asked": pl.Boolean, "snapshot": pl.Boolean, "cursor": pl.String,
}  # fmt: skip
QUARANTINE = {"line": pl.Int64, "field": pl.String, "reason": pl.String, "key_hash": pl.String}


@dataclass(frozen=True)
class Store:
    """Where records are kept. Every read and every write takes the person it is for.

    Attributes:
        database: the SQL database that holds the truth.
        home: the folder of this store's files, all of which can be made again.
        store_id: which store this is, whatever its address.
    """

    database: Database
    home: Path
    store_id: str

    # Reading

    def records(self, principal: Principal) -> StoreRecords:
        """The records this person may see, as they stand now; later imports do not change what is handed out."""
        with self.database.reading() as connection:
            return StoreRecords(self.database, self.home / "parts", principal, reading.take_snapshot(connection))

    def data_version(self, principal: Principal) -> DataVersion:
        """Which records and judgements a reading would see now: one small query."""
        with self.database.reading() as connection:
            return reading.data_version(connection)

    def judgements(self, principal: Principal, name: str) -> pl.DataFrame:
        """The newest version of each judgement of one kind that this person may see, the oldest first."""
        return self.records(principal).scan(_known(name)).sort("judgement_id").collect()

    def sources(self, principal: Principal) -> pl.DataFrame:
        """One row a source: its title, zone, what it cannot say (`warnings`, JSON) and how fresh it is.

        `extracted_at` is how far it sees, `imported_at` when it was last imported, `rows` how many of its rows are known.
        """
        seen = (
            sa.select(
                imports.c.source,
                sa.func.max(imports.c.extracted_at).label("extracted_at"),
                sa.func.max(imports.c.imported_at).label("imported_at"),
                sa.func.max(imports.c.last_event_at).label("last_event_at"),
                sa.cast(sa.func.sum(imports.c.accepted - imports.c.vanished), sa.BigInteger).label("rows"),
            )
            .where(imports.c.state == "done")
            .group_by(imports.c.source)
            .subquery()
        )
        fresh = {name: pl.Int64 for name in ("extracted_at", "imported_at", "last_event_at", "rows")}
        query = (
            sa.select(*(sources.c[name] for name in SOURCE_COLUMNS), *(seen.c[name] for name in fresh))
            .join(seen, seen.c.source == sources.c.name, isouter=True)
            .order_by(sources.c.name)
        )
        return self._frame(query, {**SOURCE_COLUMNS, **fresh})

    def ledger(self, principal: Principal) -> pl.DataFrame:
        """One row an import, the newest first: its state, its counts, and `reasons` and `flags` as JSON."""
        return self._frame(
            sa.select(*(imports.c[name] for name in LEDGER)).order_by(imports.c.import_id.desc()), LEDGER
        )

    def newest_import(self, principal: Principal) -> int:
        """The number of the newest import, held and failed ones too; 0 where there is none: one small query."""
        with self.database.reading() as connection:
            return connection.execute(sa.select(sa.func.max(imports.c.import_id))).scalar() or 0

    def quarantine(self, principal: Principal, import_id: int) -> pl.DataFrame:
        """The rows an import refused: line, field, reason and a keyed hash; never a row's text."""
        permissions.may_keep_house(principal, "look at refused rows")
        query = (
            sa.select(*(quarantine.c[name] for name in QUARANTINE))
            .where(quarantine.c.import_id == import_id)
            .order_by(quarantine.c.line)
        )
        return self._frame(query, QUARANTINE)

    def cursor(self, principal: Principal, source: str) -> str | None:
        """How far the last import of a source got; None for a new one."""
        permissions.may_keep_house(principal, "read how far a source got")
        with self.database.reading() as connection:
            return connection.execute(sa.select(sources.c.cursor).where(sources.c.name == source)).scalar()

    def contents(self, principal: Principal, source: str, keys: list[str]) -> pl.DataFrame:
        """What is held of these rows of a source: `source_key, content_hash`; none for those that are not known."""
        permissions.may_keep_house(principal, "look at what an earlier import held")
        schema = {"source_key": pl.String, "content_hash": pl.Int64}
        held = [pl.DataFrame(schema=schema)]
        for at in range(0, len(keys), KEYS_A_QUERY):
            query = (
                sa.select(source_rows.c.source_key, source_rows.c.content_hash)
                .join(sources, sources.c.source_id == source_rows.c.source_id)
                .where(sources.c.name == source, source_rows.c.source_key.in_(keys[at : at + KEYS_A_QUERY]))
            )
            held.append(self._frame(query, schema))
        return pl.concat(held)

    # Writing

    @contextmanager
    def begin_import(
        self,
        principal: Principal,
        source: SourceInfo,
        file_name: str | None = None,
        file_hash: str | None = None,
        approve: bool = False,
        at: int | None = None,
    ) -> Iterator[Import]:
        """One import in one transaction: `add` its blocks, then `finish`.

        Args:
            principal: who imports.
            source: what the store is to remember of the source.
            file_name: as the ledger shows it.
            file_hash: of the file's bytes; the same file again sees no further than before.
            approve: let it in though the batch gate would hold it.
            at: the import's time, UTC microseconds; None: now. Never before an earlier import's.

        Raises:
            StoreBusy: another import is being written.
            StoreDenied: the role does not import.
        """
        permissions.may_keep_house(principal, "import records")
        terms = Terms(principal, source, file_name, file_hash, approve, now() if at is None else at)
        with Import(self.database, self._writer, terms) as importing:
            yield importing
        self._tidy()

    def judge(
        self, principal: Principal, name: str, judgement: Mapping[str, Any], expected_version: int | None = None
    ) -> int:
        """Write one judgement in this person's name.

        Args:
            principal: who judges.
            name: the kind, as in JUDGEMENTS.
            judgement: its columns; an id that is left out is made.
            expected_version: the version this person saw (0: none yet); None writes whatever stands there.

        Returns:
            The version that is in force now.

        Raises:
            StaleJudgement: somebody else wrote a version in between; it holds both.
            StoreError: an unknown column, or a word outside the vocabulary.
        """
        written = self._judge(principal, _known(name), judging.one(judgement, name), expected_version)
        return int(written["version"][0])

    def judge_many(self, principal: Principal, name: str, judgements: pl.DataFrame) -> int:
        """Write many judgements in one transaction; `judged_at` may say when each was made.

        Returns:
            How many were written.
        """
        if judgements.is_empty():
            return 0
        return self._judge(principal, _known(name), judgements, None).height

    def record_action(self, principal: Principal, action: str, detail: Mapping[str, Any]) -> None:
        """Note in the audit what somebody did (an export, a story opened): never a value of a person."""
        with self.database.writing() as connection:
            self.database.lock_chain(connection)
            audit.append(connection, principal, now(), action, dict(detail))

    # Keeping sound

    def verify(self, principal: Principal) -> list[str]:
        """What is wrong with the store, one sentence each; empty when parts, ledger and audit are sound."""
        permissions.may_keep_house(principal, "verify the store")
        with self.database.reading() as connection:
            return verifying.problems(connection, self.home / "parts")

    def audit_trail(self, principal: Principal) -> pl.DataFrame:
        """Who did what and when, the oldest first."""
        permissions.may_keep_house(principal, "read the audit")
        with self.database.reading() as connection:
            return audit.trail(connection)

    def close(self) -> None:
        """Let go of the database; the next call opens it again."""
        self.database.engine.dispose()

    def _frame(self, query: sa.Select, schema: dict[str, Any]) -> pl.DataFrame:
        with self.database.reading() as connection:
            return bulk.frame(connection.execute(query).fetchall(), schema)

    def _writer(self, label: str) -> PartWriter:
        return PartWriter(self.home / "parts", label)

    def _judge(self, principal: Principal, name: str, judgements: pl.DataFrame, expected: int | None) -> pl.DataFrame:
        permissions.may_judge(principal, name)
        rows = judging.checked(principal, name, judgements)
        self._refuse_other_peoples(principal, name, rows)
        writer, at = self._writer("judged"), now()
        try:
            with self.database.writing() as connection:
                self.database.lock_chain(connection)
                written = judging.write(connection, principal, name, rows, at, expected)
                judging.write_part(connection, name, written, writer)
                audit.append(connection, principal, at, "judged", judging.summary(name, written))
                writer.publish()
        except BaseException:
            writer.discard()
            raise
        return written

    def _refuse_other_peoples(self, principal: Principal, name: str, rows: pl.DataFrame) -> None:
        columns = judging.ABOUT.get(name)
        if columns is None or not principal.scope:
            return
        records = self.records(principal)
        own = [records.scan("demands").select(id="demand_id")]
        if name != "classification":  # a need carries its source's name for it, or that of the demand that opened it
            own += [records.scan(frame).select(id="need_id") for frame in ("demands", "source_needs")]
        for column in columns:
            others = rows.lazy().join(pl.concat(own), left_on=column, right_on="id", how="anti").collect()[column]
            if len(others):
                what = "Demand" if column == "demand_id" else "Need"
                raise permissions.StoreDenied(
                    f"{what} {others[0]!r} lies outside your services ({', '.join(principal.scope)})."
                )

    def _tidy(self) -> None:
        """After an import: the log into the database, small parts together. Nothing depends on it."""
        with suppress(StoreError), advised(self.database.place):
            if self.database.is_sqlite:
                _checkpoint(self.database)
            for _ in range(2):
                with self.database.reading() as connection:
                    crowded = compacting.crowded(reading.take_snapshot(connection))
                for frame in crowded:
                    self._compact(frame)
                if not crowded:
                    break

    def _compact(self, frame: str) -> None:
        writer = self._writer("merged")
        try:
            with self.database.writing(importing=True, wait=False) as connection:
                self.database.lock_chain(connection)
                snapshot = reading.take_snapshot(connection)
                if frame in compacting.crowded(snapshot):
                    compacting.compact(connection, self.home / "parts", frame, snapshot, now(), writer)
                    writer.publish()
        except StoreBusy:
            writer.discard()  # whoever holds the store will tidy after it
        except BaseException:
            writer.discard()
            raise


def open_store(url: str | None = None, folder: Path | str | None = None) -> Store:
    """Open the store at this address, and bring its tables up to date.

    Args:
        url: `sqlite:///folder/file.db` or `postgresql+psycopg://…`; None: the environment's SYSTEM_CONDITIONS_STORE,
            else SQLite in `data/`.
        folder: where its files lie; None: beside the SQLite file, else `data/`.

    Raises:
        StoreUnreachable: the database does not answer.
        StoreError: the address is none, or a newer version of the program wrote the store.
    """
    database = connect(url or os.environ.get("SYSTEM_CONDITIONS_STORE") or DEFAULT_URL)
    migrate(database)
    with database.reading() as connection:
        store_id = connection.execute(sa.select(meta.c.value).where(meta.c.name == "store_id")).scalar_one()
    if folder is None:
        folder = Path(database.url.database or "").parent if database.is_sqlite else Path("data")
    store = Store(database, Path(folder).absolute() / store_id, store_id)
    _sweep(store)
    return store


def now() -> int:
    """UTC microseconds."""
    return time.time_ns() // 1_000


def _known(name: str) -> str:
    if name not in JUDGEMENTS:
        raise StoreError(f"There are no judgements called {name!r}; there are {', '.join(JUDGEMENTS)}.")
    return name


def _sweep(store: Store) -> None:
    """Remove what a killed import left behind, unless somebody is importing now."""
    folder = store.home / "parts"
    with store.database.reading() as connection:
        listed = _listed(connection)
    for abandoned in [*folder.glob("*.remade"), *(store.home / "kept").glob("*.tmp")]:
        with suppress(FileNotFoundError):  # whoever writes one needs minutes, not hours
            if abandoned.stat().st_mtime < time.time() - RETIRED_FOR / 1_000_000:
                abandoned.unlink()
    if not folder.is_dir() or not any(
        file.suffix != ".remade" and _stem(file) not in listed for file in folder.iterdir()
    ):
        return
    try:
        with store.database.writing(importing=True, wait=False) as connection:
            store.database.lock_chain(connection)
            old = parts_table.c.retired_at < now() - RETIRED_FOR
            connection.execute(sa.delete(parts_table).where(old))
            parts.sweep(folder, _listed(connection))
    except StoreBusy:
        pass  # the importer's files must stay; the next opening sweeps


def _listed(connection: sa.Connection) -> set[str]:
    kept = sa.or_(parts_table.c.retired_at.is_(None), parts_table.c.retired_at >= now() - RETIRED_FOR)
    return {
        file.removesuffix(".parquet")
        for file in connection.execute(sa.select(parts_table.c.file).where(kept)).scalars()
    }


def _stem(file: Path) -> str:
    return file.name if file.suffix == ".tmp" else file.stem.partition("~")[0]


def _checkpoint(database: Database) -> None:
    """Move the write-ahead log into the database now, rather than during somebody's page view."""
    raw = database.engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA busy_timeout=0")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        cursor.execute("PRAGMA busy_timeout=10000")
    finally:
        raw.close()
