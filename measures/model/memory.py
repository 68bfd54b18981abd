"""Records held in memory: hand-sized tables for tests, and series people paste. The same protocol as the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from measures.model.records import FRAMES, JUDGEMENT_KEYS, JUDGEMENTS, SOURCES, DataVersion, Judged, Kept
from measures.model.time import DAY, seen_through

EVENT_TIMES = {
    "demands": "received", "activities": "started", "documents": "created", "source_needs": "first_demand",
}  # fmt: skip
TEXT_OF_KEY = {"person_key": "person_id", "need_key": "need_id", "issue_key": "issue", "place_key": "place"}


@dataclass(frozen=True)
class MemoryRecords:
    """Frames in memory, completed to their declared schemas.

    Attributes:
        frames: a frame a name; missing columns are null, `x_at` is the beginning of `x_day` where absent.
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
        keys = {"person_key": pl.Int64, "need_key": pl.Int64, "place_key": pl.Int64, "demand_id": pl.String}
        return pl.LazyFrame(schema=keys)

    def judged(self, name: str) -> Judged:
        """Everything judged, as the tail."""
        return Judged(pl.LazyFrame(schema=JUDGEMENTS[name]), 0, self.scan(name).collect())

    def judged_in_bulk(self, name: str) -> int:
        """Nothing: all of it is the tail."""
        return 0

    def kept(self, name: str, key: tuple[str, ...]) -> pl.LazyFrame | None:
        """Nothing is kept in memory."""
        return None

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
    completed = frame.select(_column(name, kind, have) for name, kind in schema.items())
    for stem in ("received", "started"):
        if f"{stem}_at" in have and f"{stem}_day" not in have:
            completed = completed.with_columns((pl.col(f"{stem}_at") // DAY).cast(pl.Int32).alias(f"{stem}_day"))
    return completed


def _column(name: str, kind: type[pl.DataType], have: set[str]) -> pl.Expr:
    """One column of the schema, from what was given."""
    stem = name.removesuffix("_at").removesuffix("_key").removesuffix("_precision")
    text = TEXT_OF_KEY.get(name)
    if name in have:
        made = pl.col(name).cast(kind)
    elif name.endswith("_at") and f"{stem}_day" in have:
        made = pl.col(f"{stem}_day").cast(pl.Int64) * DAY
    elif name.endswith("_precision") and (f"{stem}_at" in have or f"{stem}_day" in have):
        made = pl.lit("instant" if f"{stem}_at" in have else "day")
    elif name == "source":
        made = pl.lit("memory")
    elif name == "judgement_id":
        made = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    elif text in have:
        number = pl.col(text).cast(pl.String).hash().cast(pl.Int64, strict=False, wrap_numerical=True)
        made = pl.when(pl.col(text).is_not_null()).then(number)
    else:
        made = pl.lit(None, dtype=kind)
    return made.alias(name)
