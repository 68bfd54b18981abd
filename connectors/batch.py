"""What flows from a source to the store: batches of text from a connector, then batches of mapped records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

ROWS_SCHEMA = {"line": pl.Int64, "source_key": pl.String, "content_hash": pl.Int64}
REJECTS_SCHEMA = {"line": pl.Int64, "field": pl.String, "reason": pl.String, "key_hash": pl.String}


@dataclass(frozen=True)
class Batch:
    """A block of source rows, every cell text (or null), as a connector read them.

    Attributes:
        rows: all columns String, named as in the source.
        lines: the source line (or row number) of each row.
        cursor: where the connector got to, as text; saved with the rows.
        refused: lines that could not be read as rows at all (REJECTS_SCHEMA).
    """

    rows: pl.DataFrame
    lines: pl.Series
    cursor: str | None = None
    refused: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTS_SCHEMA))


@dataclass(frozen=True)
class MappedBatch:
    """A block after mapping and gates: one row of `rows` an accepted source row, its records in `frames`.

    Attributes:
        rows: ROWS_SCHEMA; the source row's line, its key and a hash of everything mapped from it.
        frames: a canonical frame a name; columns of `FRAMES[name].columns`, plus `line` (which source row made it) and,
            where the mapping says `known = "as it happened"`, `recorded_at`.
        rejects: REJECTS_SCHEMA; one row a refused source row. No row text, ever.
        read: source rows seen in this block, accepted and refused.
        flags: what was accepted with a remark, counted (`end_doubtful`, `ambiguous_time`).
        cursor: where the connector got to.
        refused_keys: the source keys of `rejects`, as far as they have one. Never stored: a whole extract that holds a
            row, though it cannot be read, does not lack it.
        key_hash: makes the keyed hash of a source key, for rows that are refused only once they meet the store.
    """

    rows: pl.DataFrame
    frames: dict[str, pl.DataFrame]
    rejects: pl.DataFrame
    read: int
    flags: dict[str, int] = field(default_factory=dict)
    cursor: str | None = None
    refused_keys: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.String))
    key_hash: Callable[[str], str] | None = None


@dataclass(frozen=True)
class SourceInfo:
    """What the store remembers of a source besides its rows.

    Attributes:
        name: short and stable; part of every record's identity.
        title: for people.
        timezone: the IANA zone of its naive times.
        extracted_at: UTC microseconds up to which this extract sees; None: the import's time.
        proxy: `place` where a place and type stands for a person.
        warnings: what this source cannot say, in sentences.
        asked: whether its ends are people's own answers.
        snapshot: whether each extract is the whole of the source.
    """

    name: str
    title: str
    timezone: str
    extracted_at: int | None = None
    proxy: str | None = None
    warnings: tuple[str, ...] = ()
    asked: bool = False
    snapshot: bool = False


@dataclass(frozen=True)
class ImportReport:
    """How an import fell: `read = accepted + unchanged + superseded + rejected`, always.

    `accepted` rows are new, `superseded` rows replaced an earlier version of themselves, `unchanged` rows were known
    already. `held` means nothing changed and a person must approve; `reason` says why in one sentence.
    """

    import_id: int
    source: str
    read: int
    accepted: int
    unchanged: int
    superseded: int
    rejected: int
    held: bool = False
    reason: str | None = None
    flags: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
