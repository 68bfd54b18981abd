"""One import, one transaction: source rows are told apart by key and content, and everything becomes visible at once."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connectors.batch import REJECTS_SCHEMA, ImportReport, MappedBatch, SourceInfo
from connectors.store import audit, bulk
from connectors.store.database import Database, roomy
from connectors.store.errors import StoreError, advised
from connectors.store.gate import reason_to_hold
from connectors.store.parts import Part, PartWriter, Written
from connectors.store.schema import (
    RECORDS,
    SUPERSEDED,
    counters,
    imports,
    parts,
    quarantine,
    source_rows,
    sources,
    superseded,
)  # fmt: skip
from measures.model.memory import EVENT_TIMES
from measures.model.principal import Principal
from measures.model.records import FRAMES

SOURCE_ROW = {
    "row_id": pl.Int64, "source_id": pl.Int64, "source_key": pl.String, "content_hash": pl.Int64,
    "record_version": pl.Int64, "import_id": pl.Int64, "recorded_at": pl.Int64,
}  # fmt: skip
KNOWN: dict[str, type[pl.DataType]] = {
    "row_id": pl.Int64, "content_hash": pl.Int64, "record_version": pl.Int64, "import_id": pl.Int64,
    "recorded_at": pl.Int64,
}  # fmt: skip
MOST_KEPT_REJECTS = 200_000  # of a held import: enough to see what is wrong with it


@dataclass(frozen=True)
class Terms:
    """What an import was begun with."""

    principal: Principal
    source: SourceInfo
    file_name: str | None
    file_hash: str | None
    approve: bool
    at: int


class _Undo(Exception):
    """Roll back."""


class Import:
    """An import under way. Leaving the block without `finish`, or by an exception, keeps nothing of it."""

    def __init__(self, database: Database, writer: Callable[[str], PartWriter], terms: Terms) -> None:
        self._database, self._new_writer, self._terms = database, writer, terms
        self._counts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._flags: Counter[str] = Counter()
        self._concerns: Counter[int] = Counter()
        self._rejects: list[pl.DataFrame] = []
        self._refused_keys: list[pl.Series] = []  # of a whole extract: what it holds though it cannot be read
        self._last_event: int | None = None
        self._known_refused = 0  # rows known before that a whole extract holds and that were refused
        self._cursor: str | None = None
        self._as_it_happened = False
        self._seen: Any = None  # which rows of earlier imports this one has met, by row_id
        self._open = False
        self._next: dict[str, int] = {}
        self._first: dict[str, int] = {}
        self.import_id = 0

    # Begin and end

    def __enter__(self) -> Import:
        self._stack = ExitStack()
        try:
            self._connection = self._stack.enter_context(self._database.writing(importing=True))
            self._begin()
        except BaseException:
            self._undo()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if not self._open:
            return
        self._undo()
        name = f" ({kind.__name__})" if kind else ""
        try:
            self._write_off("failed", f"The import stopped before its end{name}; nothing of it was kept.", Counter())
        except StoreError:
            if error is None:  # otherwise the error that stopped the import says more
                raise

    def _begin(self) -> None:
        connection, source = self._connection, self._terms.source
        if self._database.is_sqlite:
            self._stack.enter_context(roomy(connection))
        self._at = _import_time(connection, self._terms.at)
        self.import_id = _next(connection, imports.c.import_id)
        row = connection.execute(sa.select(sources).where(sources.c.name == source.name)).mappings().first()
        self._known_source = dict(row) if row else None
        self._source_id = row["source_id"] if row else _next(connection, sources.c.source_id)
        self._extracted_at = self._extract_time(connection)
        self._first_row = self._next_row = _next(connection, source_rows.c.row_id)
        self._expect_new = not connection.execute(
            sa.select(source_rows.c.row_id).where(source_rows.c.source_id == self._source_id).limit(1)
        ).first()
        self._parts = self._new_writer(f"{self.import_id}")
        self._open = True

    def _extract_time(self, connection: Connection) -> int:
        if self._terms.source.extracted_at is not None:
            return self._terms.source.extracted_at
        if self._terms.file_hash is None:
            return self._at
        # The very same file sees no further than it did the first time.
        earlier = connection.execute(
            sa.select(sa.func.min(imports.c.extracted_at)).where(
                imports.c.source == self._terms.source.name,
                imports.c.file_hash == self._terms.file_hash,
                imports.c.state == "done",
            )
        ).scalar()
        return self._at if earlier is None else earlier

    def _undo(self) -> None:
        self._open = False
        try:
            self._stack.__exit__(_Undo, _Undo(), None)
        except (_Undo, StoreError, sa.exc.SQLAlchemyError):
            pass
        finally:
            if hasattr(self, "_parts"):
                self._parts.discard()

    # Rows

    def add(self, batch: MappedBatch) -> None:
        """Take a block of mapped rows: new, unchanged, replacing an earlier version, or in conflict within the file.

        Raises:
            StoreError: the block does not add up, or the database refused it.
        """
        if not self._open:
            raise StoreError("This import has ended; begin another for further rows.")
        if batch.read != batch.rows.height + batch.rejects.height:
            raise StoreError(
                f"A block of {batch.read} rows holds {batch.rows.height} accepted and {batch.rejects.height} refused "
                "ones; every row read must be one or the other."
            )
        with advised(self._database.place):
            self._refuse(batch.rejects)
            if self._terms.source.snapshot and not batch.refused_keys.is_empty():
                self._refused_keys.append(batch.refused_keys)
            if not batch.rows.is_empty():
                decided = self._decide(self._timed(batch))
                self._count(decided, batch.key_hash)
                self._write(decided, batch.frames)
        self._counts["read"] += batch.read
        self._flags.update(batch.flags)
        self._cursor = batch.cursor or self._cursor

    def _refuse(self, rejects: pl.DataFrame) -> None:
        if rejects.is_empty():
            return
        rows = rejects.select(list(REJECTS_SCHEMA)).with_columns(import_id=pl.lit(self.import_id, dtype=pl.Int64))
        bulk.insert(self._connection, quarantine.name, rows)
        if sum(block.height for block in self._rejects) < MOST_KEPT_REJECTS:
            self._rejects.append(rows)
        self._counts["rejected"] += rows.height
        self._reasons.update(dict(rows.group_by("reason").len().iter_rows()))

    def _timed(self, batch: MappedBatch) -> pl.DataFrame:
        """The rows, each with the time from which it was known: the import's, or that of its earliest record."""
        own = [frame.select("line", "recorded_at") for frame in batch.frames.values() if "recorded_at" in frame.columns]
        at = pl.lit(self._at, dtype=pl.Int64)
        if not own:
            return batch.rows.with_columns(recorded_at=at)
        self._as_it_happened = True
        earliest = pl.concat(own).group_by("line").agg(pl.col("recorded_at").cast(pl.Int64).min())
        rows = batch.rows.join(earliest, on="line", how="left", maintain_order="left")
        return rows.with_columns(recorded_at=pl.min_horizontal("recorded_at", at))

    def _decide(self, rows: pl.DataFrame) -> pl.DataFrame:
        """A fate for each source row: new, again (it had vanished), superseded, unchanged or conflict."""
        distinct = rows["source_key"].n_unique() == rows.height
        if self._expect_new and distinct and self._claim(rows):
            return rows.with_columns(
                fate=pl.lit("new"),
                row_id=pl.int_range(self._next_row - rows.height, self._next_row, dtype=pl.Int64),
                record_version=pl.lit(1, dtype=pl.Int64),
                known_row=pl.lit(None, dtype=pl.Int64),
                known_import=pl.lit(None, dtype=pl.Int64),
                floor=pl.lit(None, dtype=pl.Int64),
                claimed=pl.lit(True),
            )
        known = bulk.match(
            self._connection, source_rows.name, rows.select("source_key").unique(), KNOWN,
            where=f"t.source_id = {int(self._source_id)}",
        ).rename({"row_id": "known_row", "content_hash": "known_hash", "record_version": "known_version",
                  "import_id": "known_import", "recorded_at": "floor"})  # fmt: skip
        self._expect_new = known.is_empty() and distinct
        known = known.with_columns(met=self._met(known["known_row"]))
        same = pl.col("content_hash") == pl.when(pl.col("met")).then("known_hash").otherwise("first_hash")
        decided = (
            rows.join(known, on="source_key", how="left", maintain_order="left")
            .with_columns(
                met=pl.col("met").fill_null(False),
                nth=pl.int_range(pl.len()).over("source_key"),
                first_hash=pl.col("content_hash").first().over("source_key"),
            )
            .with_columns(
                fate=pl.when(pl.col("met") | (pl.col("nth") > 0))
                .then(pl.when(same).then(pl.lit("unchanged")).otherwise(pl.lit("conflict")))
                .when(pl.col("known_row").is_null()).then(pl.lit("new"))
                .when(pl.col("known_hash").is_null()).then(pl.lit("again"))
                .when(pl.col("known_hash") == pl.col("content_hash")).then(pl.lit("unchanged"))
                .otherwise(pl.lit("superseded"))
            )
            .with_columns(written=pl.col("fate").is_in(["new", "again", "superseded"]))
            .with_columns(
                row_id=pl.when("written").then(self._next_row - 1 + pl.col("written").cum_sum().cast(pl.Int64)),
                record_version=pl.col("known_version").fill_null(0) + 1,
                # No correction is known before what it corrects.
                recorded_at=pl.max_horizontal("recorded_at", "floor"),
                claimed=pl.lit(False),
            )
        )  # fmt: skip
        self._next_row += int(decided["written"].sum())
        self._meet(known["known_row"])
        return decided

    def _claim(self, rows: pl.DataFrame) -> bool:
        """Write keys that are most likely all new; undone where one was known after all."""
        claimed = self._source_rows(rows, self._next_row, pl.lit(1))
        written = bulk.insert(self._connection, source_rows.name, claimed, ignore_conflicts=True)
        if written < rows.height:
            self._connection.execute(sa.delete(source_rows).where(source_rows.c.row_id >= self._next_row))
            self._expect_new = False
            return False
        self._next_row += rows.height
        return True

    def _source_rows(self, rows: pl.DataFrame, first: int, version: pl.Expr) -> pl.DataFrame:
        return rows.select(
            row_id=pl.int_range(first, first + pl.len(), dtype=pl.Int64),
            source_id=pl.lit(self._source_id, dtype=pl.Int64),
            source_key="source_key",
            content_hash="content_hash",
            record_version=version.cast(pl.Int64),
            import_id=pl.lit(self.import_id, dtype=pl.Int64),
            recorded_at="recorded_at",
        )

    def _met(self, known_rows: pl.Series) -> pl.Series:
        """Which of these rows this import has met before: written by itself, or found unchanged."""
        mine = known_rows >= self._first_row
        if self._seen is None:
            return mine
        earlier = known_rows.clip(upper_bound=self._first_row).to_numpy()
        return mine | pl.Series(self._seen[earlier], dtype=pl.Boolean)

    def _meet(self, known_rows: pl.Series) -> None:
        import numpy as np

        if self._seen is None:
            self._seen = np.zeros(self._first_row + 1, dtype=bool)
        self._seen[known_rows.filter(known_rows < self._first_row).to_numpy()] = True

    def _count(self, decided: pl.DataFrame, key_hash: Callable[[str], str] | None) -> None:
        fates = dict(decided.group_by("fate").len().iter_rows())
        self._counts["accepted"] += fates.get("new", 0) + fates.get("again", 0)
        self._counts["unchanged"] += fates.get("unchanged", 0)
        self._counts["superseded"] += fates.get("superseded", 0)
        if fates.get("conflict"):
            conflicts = decided.filter(pl.col("fate") == "conflict")
            hashes = [None if key_hash is None else key_hash(key) for key in conflicts["source_key"]]
            self._refuse(
                conflicts.select(
                    "line",
                    field=pl.lit("source_key"),
                    reason=pl.lit("conflicting_duplicate"),
                    key_hash=pl.Series(hashes, dtype=pl.String),
                )
            )

    def _write(self, decided: pl.DataFrame, frames: dict[str, pl.DataFrame]) -> None:
        written = decided.filter(pl.col("row_id").is_not_null())
        if written.is_empty():
            return
        self._write_source_rows(written)
        for name, frame in frames.items():
            rows = self._made(name, frame, written)
            if not rows.is_empty():
                self._write_records(name, rows)

    def _made(self, name: str, frame: pl.DataFrame, written: pl.DataFrame) -> pl.DataFrame:
        """The frame's records of the rows that are written, with where they came from."""
        schema = FRAMES[name].columns
        unknown = sorted(set(frame.columns) - set(schema) - {"line", "recorded_at"})
        if unknown:
            raise StoreError(
                f"{name} have no column {unknown[0]!r}; see docs/reference/records.md for those they have."
            )
        have = [column for column in schema if column in frame.columns]
        recorded = at = pl.lit(self._at, dtype=pl.Int64)
        if "recorded_at" in frame.columns:  # never after the import, nor before what it corrects
            own = pl.col("recorded_at").cast(pl.Int64).fill_null(self._at)
            recorded = pl.max_horizontal(pl.min_horizontal(own, at), "floor")
        origin = written.select("line", "source_key", "record_version", "row_id", "floor")
        if written.height == frame.height and frame["line"].equals(written["line"]):
            joined = frame.drop("line").hstack(origin.drop("line"))
        else:
            joined = frame.join(origin, on="line", how="inner", maintain_order="left")
        return joined.select(
            *(pl.col(column).cast(schema[column]) for column in have),
            "source_key",
            import_id=pl.lit(self.import_id, dtype=pl.Int64),
            record_version=pl.col("record_version").cast(pl.Int32),
            recorded_at=recorded,
            row_id="row_id",
        )

    def _write_source_rows(self, written: pl.DataFrame) -> None:
        if written["claimed"].all():
            return
        replaced = written.filter(pl.col("known_row").is_not_null())
        bulk.delete(self._connection, source_rows.name, "row_id", replaced["known_row"])
        rows = self._source_rows(written, 0, pl.col("record_version"))
        bulk.insert(self._connection, source_rows.name, rows.with_columns(written["row_id"]))
        self._supersede(
            replaced.filter(pl.col("fate") == "superseded").select(
                row_id="known_row", import_id="known_import", superseded_at="recorded_at"
            )
        )

    def _supersede(self, rows: pl.DataFrame) -> None:
        if rows.is_empty():
            return
        rows = rows.with_columns(by_import=pl.lit(self.import_id, dtype=pl.Int64)).select(list(SUPERSEDED))
        self._concerns.update(dict(rows.group_by("import_id").len().iter_rows()))
        self._insert("superseded", rows)
        self._parts.put("superseded", rows)

    def _write_records(self, name: str, rows: pl.DataFrame) -> None:
        if name in EVENT_TIMES and f"{EVENT_TIMES[name]}_at" in rows.columns:
            newest = rows[f"{EVENT_TIMES[name]}_at"].max()
            if newest is not None:
                self._last_event = max(self._last_event or int(newest), int(newest))  # type: ignore[arg-type]
        lacking = [
            pl.lit(None, dtype=kind).alias(column)
            for column, kind in FRAMES[name].columns.items()
            if column not in rows.columns
        ]
        self._parts.put(name, rows.with_columns(*lacking, source=pl.lit(self._terms.source.name)))
        self._insert(name, rows)

    def _insert(self, name: str, rows: pl.DataFrame) -> None:
        table = RECORDS.get(name, superseded)
        if name not in self._next:
            self._first[name] = self._next[name] = _next(self._connection, table.c.record_no)
        first = self._next[name]
        numbered = rows.with_columns(record_no=pl.int_range(first, first + pl.len(), dtype=pl.Int64))
        bulk.insert(self._connection, table.name, numbered)
        self._next[name] = first + rows.height

    # The end

    def finish(self) -> ImportReport:
        """Pass the batch gate and make everything visible at once, or hold it and keep nothing but the ledger row.

        Raises:
            StoreError: the database or the disk refused; nothing was kept.
        """
        if not self._open:
            raise StoreError("This import has ended already; its report was given then.")
        with advised(self._database.place):
            vanished = self._vanished() if self._terms.source.snapshot else None
            reason = None if self._terms.approve else self._reason_to_hold(vanished)
            if reason is not None:
                self._undo()
                return self._write_off("held", reason, self._counts, 0 if vanished is None else vanished.height)
            if vanished is not None:
                self._drop_vanished(vanished)
            written = self._parts.finish()
            changed = self._changed(vanished)
            self._database.lock_chain(self._connection)
            self._keep_books(written, changed, 0 if vanished is None else vanished.height)
            self._parts.publish()
            self._open = False
            try:
                self._stack.close()
            except BaseException:
                self._parts.discard()
                raise
        return self._report(self.import_id, self._counts)

    def _vanished(self) -> pl.DataFrame:
        """The rows known before that this whole extract lacks. One that it holds and that was refused is not lacking."""
        query = sa.select(
            source_rows.c.row_id, source_rows.c.source_key, source_rows.c.record_version, source_rows.c.import_id
        ).where(
            source_rows.c.source_id == self._source_id,
            source_rows.c.content_hash.is_not(None),
            source_rows.c.row_id < self._first_row,
        )
        schema = {name: SOURCE_ROW[name] for name in ("row_id", "source_key", "record_version", "import_id")}
        blocks = [block.filter(~self._met(block["row_id"])) for block in bulk.stream(self._connection, query, schema)]
        unmet = pl.concat([pl.DataFrame(schema=schema), *blocks])
        if not self._refused_keys:
            return unmet
        refused = pl.concat(self._refused_keys).to_frame("source_key")
        vanished = unmet.join(refused, on="source_key", how="anti", maintain_order="left")
        self._known_refused = unmet.height - vanished.height
        return vanished

    def _reason_to_hold(self, vanished: pl.DataFrame | None) -> str | None:
        last = known = None
        if vanished is not None:
            last = self._connection.execute(
                sa.select(imports.c.read)
                .where(imports.c.source == self._terms.source.name, imports.c.state == "done")
                .order_by(imports.c.import_id.desc())
                .limit(1)
            ).scalar()
            met = 0 if self._seen is None else int(self._seen.sum())
            # Rows replaced in this import have left the table but were met: all these were known before.
            known = vanished.height + met + self._known_refused
        return reason_to_hold(
            self._counts["read"], self._counts["rejected"], last, known or 0, 0 if vanished is None else vanished.height
        )

    def _drop_vanished(self, vanished: pl.DataFrame) -> None:
        bulk.delete(self._connection, source_rows.name, "row_id", vanished["row_id"])
        gone = vanished.select(
            "row_id",
            source_id=pl.lit(self._source_id, dtype=pl.Int64),
            source_key="source_key",
            record_version="record_version",
            import_id="import_id",
            recorded_at=pl.lit(self._at, dtype=pl.Int64),
        )
        bulk.insert(self._connection, source_rows.name, gone)
        self._supersede(vanished.select("row_id", "import_id", superseded_at=pl.lit(self._at, dtype=pl.Int64)))

    def _changed(self, vanished: pl.DataFrame | None) -> bool:
        """Whether any figure can differ after this import."""
        if self._counts["accepted"] or self._counts["superseded"] or (vanished is not None and vanished.height):
            return True
        source, known = self._terms.source, self._known_source
        if known is None or (source.timezone, source.proxy, source.asked) != (
            known["timezone"], known["proxy"], known["asked"]
        ):  # fmt: skip
            return True
        seen = self._connection.execute(
            sa.select(sa.func.max(imports.c.extracted_at)).where(
                imports.c.source == source.name, imports.c.state == "done"
            )
        ).scalar()
        return seen is None or self._extracted_at > seen

    def _keep_books(self, written: list[Written], changed: bool, vanished: int) -> None:
        connection = self._connection
        connection.execute(sa.insert(imports).values(**self._row(self.import_id, "done", None, self._counts, vanished)))
        for file in written:
            part = Part(
                file.file, file.frame, file.sha256, file.rows, self._first[file.frame], self._next[file.frame] - 1,
                self.import_id, self.import_id,
                json.dumps(sorted(self._concerns)) if file.frame == "superseded" else "[]",
            )  # fmt: skip
            connection.execute(sa.insert(parts).values(**vars(part)))
        self._keep_source()
        if changed:
            connection.execute(sa.update(counters).where(counters.c.name == "import_id").values(value=self.import_id))
        self._audit("import done", self.import_id, self._counts)

    def _keep_source(self) -> None:
        source = self._terms.source
        values = {
            "title": source.title, "timezone": source.timezone, "proxy": source.proxy,
            "warnings": json.dumps(list(source.warnings), ensure_ascii=False), "asked": source.asked,
            "snapshot": source.snapshot,
            "cursor": self._cursor or (self._known_source or {}).get("cursor"),
        }  # fmt: skip
        if self._known_source is None:
            new = {"source_id": self._source_id, "name": source.name, **values}
            self._connection.execute(sa.insert(sources).values(**new))
        else:
            self._connection.execute(sa.update(sources).where(sources.c.name == source.name).values(**values))

    def _write_off(self, state: str, reason: str, counts: Counter[str], vanished: int = 0) -> ImportReport:
        """A ledger row for an import of which nothing was kept, with what was refused and why."""
        with self._database.writing(importing=True) as connection:
            self._connection = connection
            number = _next(connection, imports.c.import_id)
            connection.execute(sa.insert(imports).values(**self._row(number, state, reason, counts, vanished)))
            if state == "held":
                for block in self._rejects:
                    numbered = block.with_columns(import_id=pl.lit(number, dtype=pl.Int64))
                    bulk.insert(connection, quarantine.name, numbered)
            self._database.lock_chain(connection)
            self._audit(f"import {state}", number, counts)
        return self._report(number, counts, reason)

    def _row(self, number: int, state: str, reason: str | None, counts: Counter[str], vanished: int) -> dict[str, Any]:
        terms = self._terms
        return {
            "import_id": number, "source": terms.source.name, "state": state, "reason": reason,
            "imported_at": self._at, "extracted_at": self._extracted_at, "as_it_happened": self._as_it_happened,
            "last_event_at": self._last_event, "file_name": terms.file_name, "file_hash": terms.file_hash,
            "subject": terms.principal.subject,
            **{name: counts[name] for name in ("read", "accepted", "unchanged", "superseded", "rejected")},
            "vanished": vanished,
            "reasons": json.dumps(self._reasons, sort_keys=True),
            "flags": json.dumps(self._flags, sort_keys=True),
        }  # fmt: skip

    def _audit(self, action: str, number: int, counts: Counter[str]) -> None:
        detail = {
            "import_id": number, "source": self._terms.source.name, "approved": self._terms.approve, **counts,
            # Two imports with the same number, before and after a backup was restored, are never taken for each other.
            "mark": uuid.uuid4().hex,
        }  # fmt: skip
        audit.append(self._connection, self._terms.principal, self._at, action, detail)

    def _report(self, number: int, counts: Counter[str], reason: str | None = None) -> ImportReport:
        return ImportReport(
            number, self._terms.source.name, counts["read"], counts["accepted"], counts["unchanged"],
            counts["superseded"], counts["rejected"], reason is not None, reason, dict(self._flags), dict(self._reasons),
        )  # fmt: skip


def _next(connection: Connection, column: sa.Column) -> int:
    return (connection.execute(sa.select(sa.func.max(column))).scalar() or 0) + 1


def _import_time(connection: Connection, at: int) -> int:
    """The import's time: never before an earlier import's, though a clock be set back."""
    last = connection.execute(sa.select(imports.c.imported_at).order_by(imports.c.import_id.desc()).limit(1)).scalar()
    return at if last is None else max(at, last + 1)
