"""Observations added up by day, so that a page of many measures reads a few thousand rows in place of millions.

A tally holds no answer: any period, range of days, service and source is read from it, and whether a day is old enough to
judge is asked anew each time. It is made after an import, and after somebody judged what the measure reads.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import polars as pl

from measures.model.measure import Measure, Options
from measures.model.records import Kept, Records

BY = ("source", "service")
READ = ("classification", "outcome")  # the judgements that observations are made from
ADDED = ("above", "below", "counted", "unknown", "rows", "met", "inferred")


def holds(measure: Measure, options: Options) -> bool:
    """Whether a tally can tell what is asked: sums and shares by service and source, as records stand now."""
    return measure.kind in ("count", "share") and options.as_of is None and options.columns <= set(BY)


def tally(records: Records, measure: Measure, options: Options) -> pl.LazyFrame:
    """The measure's observations by day.

    Returns:
        `source, service, day, mature_day`, and over the observations of that day: `above` (Σ weight·numerator), `below`
        (Σ weight·denominator), `counted` (how many have a denominator), `unknown`, `rows` (all of them), `met` and
        `inferred` (how many needs were met, and of these only as far as a closure tells; 0 where nothing says).
    """

    def build(_: Kept | None) -> pl.LazyFrame:
        return _added(measure.observe(records, options)).collect().lazy()

    judged = [records.judged(name) for name in READ]
    newest = [(each.base_id, each.tail["judgement_id"].max() or 0, each.tail.height) for each in judged]
    return records.keep(f"tally-{measure.name}", (_code(), repr(options), repr(newest)), build)


def _added(observations: pl.LazyFrame) -> pl.LazyFrame:
    have = observations.collect_schema().names()
    met = pl.col("met") if {"met", "inferred"} <= set(have) else pl.lit(False)
    inferred = pl.col("met") & pl.col("inferred") if {"met", "inferred"} <= set(have) else pl.lit(False)
    return (
        observations.select(
            *BY,
            "day",
            "mature_day",
            above=pl.col("weight") * pl.col("numerator"),
            below=pl.col("weight") * pl.col("denominator"),
            counted=pl.col("denominator") > 0,
            unknown="unknown",
            rows=pl.lit(1, pl.UInt32),
            met=met,
            inferred=inferred,
        )
        .group_by(*BY, "day", "mature_day")
        .agg(pl.col("above", "below").sum(), pl.col("counted", "unknown", "rows", "met", "inferred").sum())
    )


@cache
def _code() -> str:
    """What the definitions are made of: a tally made by other definitions is not read."""
    files = sorted(Path(__file__).parent.glob("*.py")) + sorted(Path(__file__).parent.glob("catalogue/*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:20]
