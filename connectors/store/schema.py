"""The store's tables, made from the canonical records: one table a frame, one a judgement, and the books kept on them.

A *source row* is one row of a source under its key; each version of it has a `row_id` of its own, and every record made
from that version carries it. `record_no` numbers the rows of a table in the order they were written, so that an
import's rows are one range.
"""

from __future__ import annotations

import polars as pl
import sqlalchemy as sa

from measures.model.records import FRAMES, JUDGEMENT_KEYS, JUDGEMENTS

LARGE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # an INTEGER key is SQLite's own row number
TYPES: dict[type[pl.DataType], type[sa.types.TypeEngine]] = {
    pl.String: sa.Text,
    pl.Int64: sa.BigInteger,
    pl.Int32: sa.Integer,
    pl.Float64: sa.Double,
    pl.Boolean: sa.Boolean,
}

METADATA = sa.MetaData()

# What the store adds to a record, in its table. The source is the import's: one import, one source.
KEPT_WITH_RECORDS = {
    "source_key": pl.String,
    "import_id": pl.Int64,
    "record_version": pl.Int32,
    "recorded_at": pl.Int64,
    "row_id": pl.Int64,
}
SUPERSEDED: dict[str, type[pl.DataType]] = {
    "row_id": pl.Int64,
    "import_id": pl.Int64,
    "by_import": pl.Int64,
    "superseded_at": pl.Int64,
}


def _number(name: str) -> sa.Column:
    return sa.Column(name, LARGE, primary_key=True, autoincrement=False)


def _columns(schema: dict[str, type[pl.DataType]], required: tuple[str, ...] = ()) -> list[sa.Column]:
    return [sa.Column(name, TYPES[kind](), nullable=name not in required) for name, kind in schema.items()]


RECORDS = {
    name: sa.Table(
        name,
        METADATA,
        _number("record_no"),
        *_columns({**frame.columns, **KEPT_WITH_RECORDS}, tuple(KEPT_WITH_RECORDS)),
    )
    for name, frame in FRAMES.items()
}
JUDGED = {
    name: sa.Table(
        f"judged_{name}",
        METADATA,
        _number("judgement_id"),
        *_columns(
            {column: kind for column, kind in schema.items() if column != "judgement_id"},
            ("author", "judged_at", "version"),
        ),
        *([sa.Index(f"judged_{name}_key", *JUDGEMENT_KEYS[name])] if JUDGEMENT_KEYS[name] != ("judgement_id",) else []),
    )
    for name, schema in JUDGEMENTS.items()
}

sources = sa.Table(
    "sources",
    METADATA,
    sa.Column("source_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("proxy", sa.Text),
    sa.Column("warnings", sa.Text, nullable=False),
    sa.Column("asked", sa.Boolean, nullable=False),
    sa.Column("snapshot", sa.Boolean, nullable=False),
    sa.Column("cursor", sa.Text),
)
source_rows = sa.Table(
    "source_rows",
    METADATA,
    _number("row_id"),
    sa.Column("source_id", sa.Integer, nullable=False),
    sa.Column("source_key", sa.Text, nullable=False),
    sa.Column("content_hash", sa.BigInteger),  # null: the row has vanished from a declared snapshot
    sa.Column("record_version", sa.Integer, nullable=False),
    sa.Column("import_id", sa.BigInteger, nullable=False),
    sa.Column("recorded_at", sa.BigInteger, nullable=False),
    sa.Index("source_rows_key", "source_id", "source_key", unique=True),
)
superseded = sa.Table("superseded", METADATA, _number("record_no"), *_columns(SUPERSEDED, tuple(SUPERSEDED)))

imports = sa.Table(
    "imports",
    METADATA,
    _number("import_id"),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("imported_at", sa.BigInteger, nullable=False),
    sa.Column("extracted_at", sa.BigInteger, nullable=False),
    sa.Column("as_it_happened", sa.Boolean, nullable=False),
    sa.Column("last_event_at", sa.BigInteger),
    sa.Column("file_name", sa.Text),
    sa.Column("file_hash", sa.Text),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("read", sa.BigInteger, nullable=False),
    sa.Column("accepted", sa.BigInteger, nullable=False),
    sa.Column("unchanged", sa.BigInteger, nullable=False),
    sa.Column("superseded", sa.BigInteger, nullable=False),
    sa.Column("rejected", sa.BigInteger, nullable=False),
    sa.Column("vanished", sa.BigInteger, nullable=False),
    sa.Column("reasons", sa.Text, nullable=False),
    sa.Column("flags", sa.Text, nullable=False),
    sa.CheckConstraint("read = accepted + unchanged + superseded + rejected", name="every_row_is_accounted_for"),
    sa.CheckConstraint("state in ('open', 'done', 'held', 'failed')", name="a_known_state"),
)
quarantine = sa.Table(
    "quarantine",
    METADATA,
    sa.Column("import_id", sa.BigInteger, nullable=False),
    sa.Column("line", sa.BigInteger, nullable=False),
    sa.Column("field", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("key_hash", sa.Text),
    sa.Index("quarantine_import", "import_id"),
)
parts = sa.Table(
    "parts",
    METADATA,
    sa.Column("file", sa.Text, primary_key=True),
    sa.Column("frame", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("first_row", sa.BigInteger, nullable=False),
    sa.Column("last_row", sa.BigInteger, nullable=False),
    sa.Column("first_import", sa.BigInteger, nullable=False),
    sa.Column("last_import", sa.BigInteger, nullable=False),
    sa.Column("concerns", sa.Text, nullable=False),
    sa.Column("retired_at", sa.BigInteger),
)
audit = sa.Table(
    "audit",
    METADATA,
    _number("audit_id"),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
counters = sa.Table(
    "counters",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)
meta = sa.Table(
    "meta", METADATA, sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False)
)


def part_schema(frame: str) -> dict[str, type[pl.DataType]]:
    """The columns of a frame's Parquet parts: what a scan delivers, and `row_id` for records."""
    if frame in FRAMES:
        return {**FRAMES[frame].schema, "row_id": pl.Int64}
    return SUPERSEDED if frame == "superseded" else JUDGEMENTS[frame]


def part_table(frame: str) -> sa.Table:
    """The table a frame's parts are made from."""
    if frame in RECORDS:
        return RECORDS[frame]
    return superseded if frame == "superseded" else JUDGED[frame]
