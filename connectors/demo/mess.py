"""The mess of real extracts, so that the loader's report has something to say. No planted truth is touched.

What is refused is always an extra, mis-keyed copy of a true row; what is dropped is who asked, never what was asked.
"""

from __future__ import annotations

import numpy as np
import polars as pl

NO_PERSON = 0.04  # demands without a person's id
TWICE = 0.02  # rows that stand there twice
IMPOSSIBLE = 0.01  # mis-keyed copies with a date that never was
BACKWARDS = 0.01  # activities that end before they start
NEVER = (
    "2021-02-30 10:15",
    "2022-13-04 09:00",
    "2023-06-31 14:20",
    "2024-03-31 01:30",
)  # the last: clocks went forward
AUTUMN = ("2020-10-25", "2021-10-31", "2022-10-30", "2023-10-29", "2024-10-27", "2025-10-26")
TWO_PEOPLE = ("00A", "0A")  # two people called "A"; a reader that tidies ids makes one of them


def spoil(frames: dict[str, pl.DataFrame], rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    """The same extracts as people really keep them."""
    demands = _hide_people(_autumn_nights(frames["demands"]), rng)
    acts = _end_early(frames["activities"], rng)
    renamed = _two_called_a(frames | {"demands": demands, "activities": acts})
    return renamed | {
        "demands": _twice(_never(renamed["demands"], "demand_id", "received", rng), rng),
        "activities": _twice(_never(renamed["activities"], "activity_id", "started", rng), rng),
    }


def _hide_people(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    seen = pl.Series(rng.random(rows.height) >= NO_PERSON)
    return rows.with_columns(pl.when(seen).then(pl.col(c)).alias(c) for c in ("person", "household"))


def _autumn_nights(rows: pl.DataFrame) -> pl.DataFrame:
    """Calls in the hour that comes twice, when the clocks go back."""
    night = pl.col("received").str.slice(0, 10).is_in(AUTUMN) & (pl.col("channel") == "phone")
    return rows.with_columns(
        received=pl.when(night).then(pl.col("received").str.slice(0, 10) + pl.lit(" 01:30")).otherwise("received")
    )


def _end_early(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    early = pl.Series(rng.random(rows.height) < BACKWARDS)
    before = pl.col("started").str.to_datetime("%Y-%m-%d %H:%M", strict=False) - pl.duration(days=1)
    return rows.with_columns(ended=pl.when(early).then(before.dt.strftime("%Y-%m-%d %H:%M")).otherwise("ended"))


def _never(rows: pl.DataFrame, key: str, column: str, rng: np.random.Generator) -> pl.DataFrame:
    chosen = rows.filter(pl.Series(rng.random(rows.height) < IMPOSSIBLE))
    dates = pl.Series(NEVER).gather(rng.integers(0, len(NEVER), chosen.height))
    copies = chosen.with_columns(pl.concat_str(key, pl.lit("x")).alias(key), dates.alias(column))
    return pl.concat([rows, copies])


def _twice(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    again = rows.filter(pl.Series(rng.random(rows.height) < TWICE))
    return pl.concat([rows, again])


def _two_called_a(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The first two people of the extract are both called "A" by those who write about them."""
    ids = sorted(frames["demands"]["person"].drop_nulls().unique().to_list())[: len(TWO_PEOPLE)]
    names = dict(zip(ids, TWO_PEOPLE, strict=False))
    return {
        name: rows.with_columns(pl.col("person").replace(names)) if "person" in rows.columns else rows
        for name, rows in frames.items()
    }
