"""Records held in memory: hand-sized tables for tests, and series people paste. The same protocol as the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from measures.model.records import FRAMES, JUDGEMENT_KEYS, JUDGEMENTS, SOURCES, DataVersion, Kept
from measures.model.time import DAY, seen_through

EVENT_TIMES = {
    "demands": "received", "activities": "started", "documents": "created", "source_needs": "first_demand",
}  # fmt: skip


@dataclass(frozen=True)
class MemoryRecords:
    """Frames in memory, completed to their declared schemas.

    Attributes:
        frames: a frame a name; missing columns are null, `x_at` is filled from `x_day` at noon where absent.
        seen_at: UTC microseconds up to which every source sees.
        proxy: `place` where a place and type stands for a person.
    """

    frames: Mapping[str, pl.DataFrame]
    seen_at: int
    proxy: str | None = None
    data_version: DataVersion = field(default_factory=lambda: DataVersion(1, 1))

    @property
    def newest(self) -> int:
        """UTC microseconds up to which the records see."""
        return self.seen_at

    def scan(self, frame: str, as_of: int | None = None) -> pl.LazyFrame:
        """See `Records.scan`."""
        if frame == "sources":
            return self._sources(as_of)
        schema = FRAMES[frame].schema if frame in FRAMES else JUDGEMENTS[frame]
        rows = _complete(self.frames.get(frame), schema).lazy()
        if frame in JUDGEMENTS:
            if as_of is not None:
                rows = rows.filter(pl.col("judged_at").is_null() | (pl.col("judged_at") <= as_of))
            keys = JUDGEMENT_KEYS[frame]
            return rows.sort("judgement_id").unique(subset=list(keys), keep="last", maintain_order=True)
        if as_of is not None:
            rows = rows.filter(pl.col("recorded_at").is_null() | (pl.col("recorded_at") <= as_of))
            if frame in EVENT_TIMES:
                at = pl.col(f"{EVENT_TIMES[frame]}_at")
                rows = rows.filter(at.is_null() | (at <= as_of))
        return rows

    def changed(self, since_import: int) -> pl.LazyFrame:
        """Nothing changes in memory."""
        return pl.LazyFrame(schema={"person_key": pl.Int64, "need_key": pl.Int64, "place_key": pl.Int64})

    def keep(self, name: str, key: tuple[str, ...], build: Callable[[Kept | None], pl.LazyFrame]) -> pl.LazyFrame:
        """Build every time: there is nothing to keep."""
        return build(None).collect().lazy()

    def _sources(self, as_of: int | None) -> pl.LazyFrame:
        seen = self.seen_at if as_of is None else min(self.seen_at, as_of)
        names = {
            source
            for name, frame in self.frames.items()
            if name in FRAMES and "source" in frame.columns
            for source in frame["source"].unique()
        } or {"memory"}
        return pl.LazyFrame(
            {
                "source": sorted(names),
                "timezone": ["UTC"] * len(names),
                "proxy": [self.proxy] * len(names),
                "seen_at": [seen] * len(names),
                "seen_day": [seen_through(seen, "UTC")] * len(names),
                "asked": [False] * len(names),
            },
            schema=SOURCES,
        )


def _complete(frame: pl.DataFrame | None, schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """The frame with exactly the schema's columns: days become noon, text becomes keys, the rest is null."""
    if frame is None:
        return pl.DataFrame(schema=schema)
    have = set(frame.columns)
    unknown = sorted(have - set(schema))
    if unknown:
        raise ValueError(f"no such column in these records: {', '.join(unknown)}")
    columns = []
    for name, kind in schema.items():
        stem = name.removesuffix("_at").removesuffix("_key").removesuffix("_precision")
        if name in have:
            columns.append(pl.col(name).cast(kind))
        elif name.endswith("_at") and f"{stem}_day" in have:
            columns.append((pl.col(f"{stem}_day").cast(pl.Int64) * DAY + DAY // 2).alias(name))
        elif name.endswith("_precision") and f"{stem}_at" in have:
            columns.append(pl.lit("instant").alias(name))
        elif name.endswith("_precision") and f"{stem}_day" in have:
            columns.append(pl.lit("day").alias(name))
        elif name == "source":
            columns.append(pl.lit("memory").alias(name))
        elif name == "judgement_id":
            columns.append(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(name))
        elif name in ("person_key", "need_key", "issue_key", "place_key"):
            text = "issue" if name == "issue_key" else "place" if name == "place_key" else f"{stem}_id"
            columns.append(
                (pl.col(text).cast(pl.String).hash().cast(pl.Int64, strict=False, wrap_numerical=True) if text in have
                 else pl.lit(None, dtype=pl.Int64)).alias(name)
            )  # fmt: skip
            if text in have:
                columns[-1] = pl.when(pl.col(text).is_null()).then(None).otherwise(columns[-1]).alias(name)
        else:
            columns.append(pl.lit(None, dtype=kind).alias(name))
    completed = frame.select(columns) if frame.height else pl.DataFrame(schema=schema)
    if "received_at" in have and "received_day" not in have:
        completed = completed.with_columns(received_day=(pl.col("received_at") // DAY).cast(pl.Int32))
    if "started_at" in have and "started_day" not in have:
        completed = completed.with_columns(started_day=(pl.col("started_at") // DAY).cast(pl.Int32))
    return completed
