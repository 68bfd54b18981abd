"""The town's extracts as records in memory, for tests that read measures without a store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl

from connectors.demo.town import EXTRACTED, Town
from measures.model.memory import MemoryRecords
from measures.model.records import FRAMES, Kept
from measures.model.time import instant

# extract, frame, its times; a date of the staffing is that of its week
EXTRACTS = (
    ("demands", "demands", ("received",)),
    ("activities", "activities", ("started", "ended")),
    ("needs", "source_needs", ("first_demand", "end")),
    ("front_doors", "front_doors", ()),
    ("staffing", "staffing", ("week",)),
)


@dataclass(frozen=True)
class KeepingRecords(MemoryRecords):
    """Records in memory that keep what was built from them, as the store does."""

    built: dict[tuple[str, tuple[str, ...]], pl.DataFrame] = field(default_factory=dict)

    def keep(self, name: str, key: tuple[str, ...], build: Callable[[Kept | None], pl.LazyFrame]) -> pl.LazyFrame:
        if (name, key) not in self.built:
            self.built[name, key] = build(None).collect()
        return self.built[name, key].lazy()


def as_records(town: Town) -> KeepingRecords:
    """The town's extracts as records in memory, with what the gates would refuse left out by hand."""
    frames = {}
    for extract, frame, times in EXTRACTS:
        if extract not in town.frames:
            continue
        rows = town.frames[extract].unique(FRAMES[frame].key)
        for time in times:
            moment = pl.col(time).str.slice(0, 10).str.to_date(strict=False)
            rows = rows.with_columns(moment.cast(pl.Int32).alias(f"{time}_day")).drop(time)
        if times:
            rows = rows.filter(~pl.col(FRAMES[frame].key).str.ends_with("x"))
        if "person" in rows.columns:
            rows = rows.rename({"person": "person_id", "household": "household_id"}, strict=False)
        schema = FRAMES[frame].columns
        rows = rows.select(pl.col(c).cast(schema[c]) for c in rows.columns if c in schema)
        frames[frame] = rows.with_columns(source=pl.lit("fenbridge"))
    frames["classification"] = town.classifications.with_columns(selection_prob=1.0)
    return KeepingRecords(frames, instant(datetime.fromisoformat(EXTRACTED)))


def with_register(records: KeepingRecords, people: pl.DataFrame) -> KeepingRecords:
    """The same records with the register of people: who lived where, and from which year until when."""
    register = people.select(
        person_id="person", household_id="household", from_day=pl.date(pl.col("from").cast(pl.Int32), 1, 1),
        to_day=pl.col("to").str.to_date(), source=pl.lit("fenbridge"),
    ).with_columns(pl.col("from_day", "to_day").cast(pl.Int32))  # fmt: skip
    return replace(records, frames={**records.frames, "people": register}, built={})
