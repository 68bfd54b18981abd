"""What measures read: the store's records for one principal, as they stood at one data version."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connectors.store import audit, bulk, kept, parts, permissions
from connectors.store.audit import Entry
from connectors.store.database import Database
from connectors.store.errors import StoreError
from connectors.store.kept import Shelf
from connectors.store.parts import Part
from connectors.store.schema import JUDGED, counters, imports, part_schema, part_table, sources
from connectors.store.schema import parts as parts_table
from measures.model.memory import EVENT_TIMES
from measures.model.principal import Principal
from measures.model.records import FRAMES, JUDGEMENT_KEYS, JUDGEMENTS, SOURCES, DataVersion, Judged, Kept
from measures.model.time import seen_through

CHANGED = {"person_key": pl.Int64, "need_key": pl.Int64, "place_key": pl.Int64, "demand_id": pl.String}


@dataclass(frozen=True)
class Snapshot:
    """What one query of the store's books found: the version, the parts, and how far each source sees."""

    data_version: DataVersion
    parts: dict[str, tuple[Part, ...]]
    sources: pl.DataFrame  # SOURCES, with every import's imported_at, extracted_at, as_it_happened
    head: Entry  # the newest entry of the audit: which past this is


@dataclass(frozen=True)
class StoreRecords:
    """The protocol `Records` over the store's parts, within what this principal may see."""

    database: Database
    folder: Path
    principal: Principal
    snapshot: Snapshot
    _told: dict[tuple[str, int | None], pl.DataFrame] = field(default_factory=dict, compare=False, repr=False)
    _held: dict[Entry, bool] = field(default_factory=dict, compare=False, repr=False)

    @property
    def data_version(self) -> DataVersion:
        """See `Records.data_version`."""
        return self.snapshot.data_version

    @property
    def newest(self) -> int:
        """See `Records.newest`; 0 in an empty store."""
        newest = self.snapshot.sources["extracted_at"].max()
        return 0 if newest is None else int(newest)  # type: ignore[arg-type]

    def scan(self, frame: str, as_of: int | None = None) -> pl.LazyFrame:
        """See `Records.scan`.

        Raises:
            StoreDenied: the principal sees no such rows.
        """
        if frame == "sources":
            return self._sources(as_of)
        if frame not in FRAMES and frame not in JUDGEMENTS:
            raise StoreError(f"There are no records called {frame!r}; see docs/reference/records.md.")
        permissions.may_read(self.principal, frame)
        return self._judgements(frame, as_of) if frame in JUDGEMENTS else self._records(frame, as_of)

    def changed(self, since_import: int) -> pl.LazyFrame:
        """See `Records.changed`."""
        permissions.may_read(self.principal, "demands")
        touched = []
        gone = self._superseded(None).filter(pl.col("by_import") > since_import)
        concerned = self._concerned(since_import)
        for frame in ("demands", "activities", "source_needs", "people", "documents", "clocks", "caseload"):
            keys = [pl.col(key) if key in part_schema(frame) else pl.lit(None, dtype=kind).alias(key)
                    for key, kind in CHANGED.items()]  # fmt: skip
            for part in self.snapshot.parts.get(frame, ()):
                rows = self._scan([part], frame)
                if part.last_import > since_import:
                    touched.append(rows.filter(pl.col("import_id") > since_import).select(keys))
                if any(part.first_import <= number <= part.last_import for number in concerned):
                    touched.append(rows.join(gone, on="row_id", how="semi").select(keys))
        return pl.concat(touched).unique() if touched else pl.LazyFrame(schema=CHANGED)

    def kept(self, name: str, key: tuple[str, ...]) -> pl.LazyFrame | None:
        """See `Records.kept`."""
        view = (*permissions.view(self.principal), "|", *key)
        return kept.find(self._shelf, name, view, self.data_version.import_id)

    def keep(self, name: str, key: tuple[str, ...], build: Callable[[Kept | None], pl.LazyFrame]) -> pl.LazyFrame:
        """See `Records.keep`. What the principal may see is part of the key: two principals never share a file."""
        view = (*permissions.view(self.principal), "|", *key)
        return kept.keep(self._shelf, name, view, self.data_version.import_id, build)

    def judged(self, name: str) -> Judged:
        """See `Records.judged`."""
        permissions.may_read(self.principal, name)
        base_id = self._base_id(name)
        base = self._within_scope(name, self._base(name), None)
        tail = self._within_scope(name, self._newest_tail(name, base_id).lazy(), None)
        return Judged(base, base_id, tail.collect())

    def judged_in_bulk(self, name: str) -> int:
        """See `Records.judged_in_bulk`."""
        permissions.may_read(self.principal, name)
        return self._base_id(name)

    @property
    def _shelf(self) -> Shelf:
        return Shelf(self.folder.parent / "kept", self.snapshot.head, self._holds)

    def _holds(self, entry: Entry) -> bool:
        """Whether this store's past has the entry: asked of the database once a snapshot, and not for its own."""
        if entry == self.snapshot.head:
            return True
        if entry not in self._held:
            with self.database.reading() as connection:
                self._held[entry] = audit.holds(connection, entry)
        return self._held[entry]

    # Records

    def _records(self, frame: str, as_of: int | None) -> pl.LazyFrame:
        rows = self._within_scope(frame, self._living(frame, as_of), as_of)
        hidden = permissions.hidden_words(self.principal, frame)
        if hidden:
            rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(column) for column in hidden)
        return rows.select(list(FRAMES[frame].schema))

    def _living(self, frame: str, as_of: int | None) -> pl.LazyFrame:
        """The newest version of each record known by then, whoever asks; only parts with replaced rows are joined."""
        concerned = self._concerned()
        whole: list[Part] = []
        replaced: list[Part] = []
        for part in self.snapshot.parts.get(frame, ()):
            touched = any(part.first_import <= number <= part.last_import for number in concerned)
            (replaced if touched else whole).append(part)
        pieces = [self._scan(whole, frame)] if whole or not replaced else []
        if replaced:
            gone = self._superseded(as_of)
            pieces.append(self._scan(replaced, frame).join(gone, on="row_id", how="anti", maintain_order="left"))
        rows = pl.concat(pieces)
        if as_of is not None:
            rows = rows.filter(pl.col("recorded_at") <= as_of)
            if frame in EVENT_TIMES:
                at = pl.col(f"{EVENT_TIMES[frame]}_at")
                rows = rows.filter(at.is_null() | (at <= as_of))
        return rows

    def _superseded(self, as_of: int | None) -> pl.LazyFrame:
        rows = self._scan(list(self.snapshot.parts.get("superseded", ())), "superseded")
        return rows if as_of is None else rows.filter(pl.col("superseded_at") <= as_of)

    def _concerned(self, since_import: int = -1) -> set[int]:
        """The imports of which some rows were replaced since."""
        return {
            number
            for part in self.snapshot.parts.get("superseded", ())
            if part.last_import > since_import
            for number in json.loads(part.concerns)
        }

    def _within_scope(self, frame: str, rows: pl.LazyFrame, as_of: int | None) -> pl.LazyFrame:
        """Only rows of the principal's services, or of people and demands that appear in them."""
        if not self.principal.scope:
            return rows
        columns = part_schema(frame)
        if "service" in columns:
            return rows.filter(pl.col("service").is_in(list(self.principal.scope)))
        if frame == "classification":
            return rows.join(self._own(("demands",), "demand_id", as_of), on="demand_id", how="semi")
        if frame not in permissions.PERSON_FRAMES:
            return rows
        key = "need_key" if "need_key" in columns else "person_key"
        return rows.join(self._own(("demands", "activities"), key, as_of), on=key, how="semi")

    def _own(self, frames: tuple[str, ...], key: str, as_of: int | None) -> pl.LazyFrame:
        mine = pl.col("service").is_in(list(self.principal.scope))
        return pl.concat([self._living(frame, as_of).filter(mine).select(key) for frame in frames]).drop_nulls()

    def _scan(self, wanted: list[Part], frame: str) -> pl.LazyFrame:
        parts.look_over(self.folder, wanted)
        files = [parts.path_of(self.folder, part, self._again) for part in wanted]
        return parts.scan(files, frame)

    def _again(self, part: Part) -> Iterator[pl.DataFrame]:
        """A part's rows from SQL: what is done when its file is missing or damaged."""
        with self.database.reading() as connection:
            yield from rows_of(connection, part.frame, part.first_row, part.last_row)

    # Judgements

    def _judgements(self, name: str, as_of: int | None) -> pl.LazyFrame:
        base_id = self._base_id(name)
        keys = list(JUDGEMENT_KEYS[name])
        if as_of is not None:
            base = self._scan(list(self.snapshot.parts.get(name, ())), name).filter(pl.col("judged_at") <= as_of)
            tail = self._tail(name, base_id).lazy().filter(pl.col("judged_at") <= as_of)
            newest = self._newest_judgements(name, tail).collect()
            if self._replacing(name):
                base = self._newest_judgements(name, base)
        else:
            base, newest = self._base(name), self._newest_tail(name, base_id)
        if base_id:
            base = base.join(newest.lazy().select(keys), on=keys, how="anti", nulls_equal=True)
            rows = pl.concat([base, newest.lazy()])
        else:
            rows = newest.lazy()
        return self._within_scope(name, rows, as_of)

    def _base(self, name: str) -> pl.LazyFrame:
        """What bulk judging wrote, newest version each; sorting that out is kept where any was replaced."""
        wanted = list(self.snapshot.parts.get(name, ()))
        if not self._replacing(name):
            return self._scan(wanted, name)
        return kept.keep(
            self._shelf, f"judged_{name}", (), self._base_id(name),
            lambda _: self._newest_judgements(name, self._scan(wanted, name)),
        )  # fmt: skip

    def _replacing(self, name: str) -> bool:
        """Whether a part holds later versions of what was judged before."""
        return any(json.loads(part.concerns) for part in self.snapshot.parts.get(name, ()))

    def _base_id(self, name: str) -> int:
        return max((part.last_row for part in self.snapshot.parts.get(name, ())), default=0)

    def _newest_judgements(self, name: str, rows: pl.LazyFrame) -> pl.LazyFrame:
        keys = list(JUDGEMENT_KEYS[name])
        return rows.sort("judgement_id").unique(subset=keys, keep="last", maintain_order=True)

    def _tail(self, name: str, after: int) -> pl.DataFrame:
        """Judgements newer than their parts: asked of the database once a snapshot, within which nothing changes."""
        if (name, after) not in self._told:
            with self.database.reading() as connection:
                rows = judgements_between(connection, name, after + 1, self.data_version.judgement_id)
            self._told[name, after] = rows
        return self._told[name, after]

    def _newest_tail(self, name: str, after: int) -> pl.DataFrame:
        """The newest version of each of them, sorted out once a snapshot."""
        if (f"newest {name}", after) not in self._told:
            newest = self._newest_judgements(name, self._tail(name, after).lazy()).collect()
            self._told[f"newest {name}", after] = newest
        return self._told[f"newest {name}", after]

    # Sources

    def _sources(self, as_of: int | None) -> pl.LazyFrame:
        if ("sources", as_of) not in self._told:
            self._told["sources", as_of] = self._seen(as_of)
        return self._told["sources", as_of].lazy()

    def _seen(self, as_of: int | None) -> pl.DataFrame:
        rows = self.snapshot.sources
        if as_of is not None:
            # A history loaded late was known as it happened; any other extract only once it was imported.
            rows = rows.filter(pl.col("as_it_happened") | (pl.col("imported_at") <= as_of))
        seen = rows.group_by("source", "timezone", "proxy", "asked").agg(seen_at=pl.col("extracted_at").max())
        if as_of is not None:
            seen = seen.with_columns(pl.col("seen_at").clip(upper_bound=as_of))
        days = [seen_through(at, zone) for at, zone in seen.select("seen_at", "timezone").iter_rows()]
        return seen.with_columns(seen_day=pl.Series(days, dtype=pl.Int32)).select(list(SOURCES)).sort("source")


def take_snapshot(connection: Connection) -> Snapshot:
    """The version, the parts and the sources, seen at one moment."""
    listed: dict[str, list[Part]] = {}
    columns = [parts_table.c[name] for name in Part.__dataclass_fields__]
    for row in connection.execute(
        sa.select(*columns).where(parts_table.c.retired_at.is_(None)).order_by(parts_table.c.first_row)
    ):
        listed.setdefault(row.frame, []).append(Part(*row))
    seen = connection.execute(
        sa.select(
            sources.c.name, sources.c.timezone, sources.c.proxy, sources.c.asked,
            imports.c.imported_at, imports.c.extracted_at, imports.c.as_it_happened,
        )
        .join(imports, imports.c.source == sources.c.name)
        .where(imports.c.state == "done")
    ).fetchall()  # fmt: skip
    schema = {
        "source": pl.String, "timezone": pl.String, "proxy": pl.String, "asked": pl.Boolean,
        "imported_at": pl.Int64, "extracted_at": pl.Int64, "as_it_happened": pl.Boolean,
    }  # fmt: skip
    return Snapshot(
        data_version(connection), {name: tuple(found) for name, found in listed.items()}, bulk.frame(seen, schema),
        audit.head(connection),
    )  # fmt: skip


def data_version(connection: Connection) -> DataVersion:
    """The newest import that changed anything, and the newest judgement: one small query."""
    found = dict(connection.execute(sa.select(counters.c.name, counters.c.value)).all())
    return DataVersion(found["import_id"], found["judgement_id"])


def judgements_between(connection: Connection, name: str, first: int, last: int) -> pl.DataFrame:
    """Judgements of one kind by their numbers, every version."""
    table = JUDGED[name]
    query = (
        sa.select(*(table.c[column] for column in JUDGEMENTS[name]))
        .where(table.c.judgement_id.between(first, last))
        .order_by(table.c.judgement_id)
    )
    return bulk.frame(connection.execute(query).fetchall(), dict(JUDGEMENTS[name]))


def rows_of(connection: Connection, frame: str, first: int, last: int) -> Iterator[pl.DataFrame]:
    """A range of a table's rows in the form of its parts, a block at a time."""
    table, schema = part_table(frame), part_schema(frame)
    number = next(iter(table.primary_key.columns))
    columns = [table.c[name] if name != "source" else imports.c.source for name in schema]
    query = sa.select(*columns).where(number.between(first, last)).order_by(number)
    if "source" in schema:
        query = query.join(imports, imports.c.import_id == table.c.import_id)
    yield from bulk.stream(connection, query, schema)
