"""Observations added up by day, so that a page of many measures reads a few thousand rows in place of millions.

A tally holds no answer: any period, range of days, service and source is read from it, and whether a day is old enough to
judge is asked anew each time. It is made after an import, and after somebody judged what the measure reads.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl

from measures.catalogue import MEASURES
from measures.model.measure import Measure, Options
from measures.model.programs import fingerprint
from measures.model.records import Kept, Records

BY = ("source", "service")
READ = ("classification", "outcome")  # the judgements that observations are made from


def holds(measure: Measure, options: Options) -> bool:
    """Whether a tally can tell what is asked: by service and source, as records stand now.

    What is counted over a year is mostly how many different there are (doors, households), and that cannot be added up
    from services: a door of two services is one door.
    """
    added = measure.kind in ("count", "share", "duration") and "week" in measure.periods
    return added and options.as_of is None and options.columns <= set(BY)


def tally(records: Records, measure: Measure, options: Options) -> pl.LazyFrame:
    """The measure's observations by day; of a duration each by itself, since waiting times cannot be added up.

    Returns:
        `source, service, day, mature_day`, and over the observations of that day: `above` (Σ weight·numerator), `below`
        (Σ weight·denominator), `counted` (how many have a denominator), `drawn` (how many of these stand for others too, by
        a sample), `unknown`, `rows` (all of them), `met` and `inferred` (how many needs were met, and of these only as far
        as a closure tells; 0 where nothing says). Of a duration also `days`, and `waits` (whether the need is open).
    """
    options = replace(options, columns=frozenset())  # one tally serves every service and source

    def build(_: Kept | None) -> pl.LazyFrame:
        rows = _narrow(measure.observe(records, options), measure.kind == "duration")
        return rows.sort("day") if measure.kind == "duration" else _added(rows).collect().lazy()

    judged = [records.judged(name) for name in READ]
    newest = [(each.base_id, each.tail["judgement_id"].max() or 0, each.tail.height) for each in judged]
    return records.keep(f"tally-{measure.name}", (_code(), repr(options), repr(newest)), build)


def _narrow(observations: pl.LazyFrame, waits: bool) -> pl.LazyFrame:
    have = set(observations.collect_schema().names())
    ends = {"met", "inferred"} <= have
    return observations.select(
        *BY,
        "day",
        "mature_day",
        *((pl.col("days"), pl.col("result").is_null().alias("waits")) if waits else ()),
        above=pl.col("weight") * pl.col("numerator"),
        below=pl.col("weight") * pl.col("denominator"),
        counted=pl.col("denominator") > 0,
        drawn=drawn(),
        unknown="unknown",
        rows=pl.lit(1, pl.UInt32),
        met=pl.col("met") if ends else pl.lit(False),
        inferred=pl.col("met") & pl.col("inferred") if ends else pl.lit(False),
    )


def drawn() -> pl.Expr:
    """Of observations: which count, and stand for others that were not drawn into the same sample."""
    return (pl.col("denominator") > 0) & (pl.col("weight") != 1.0)


def _added(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.group_by(*BY, "day", "mature_day").agg(
        pl.col("above", "below").sum(), pl.col("counted", "drawn", "unknown", "rows", "met", "inferred").sum()
    )


def covered(records: Records) -> pl.DataFrame:
    """Which services each source tells of, from which day to which: `source, service, first_day, last_day`."""
    days = tally(records, MEASURES["demand_by_front_door"], Options())
    spans = days.group_by(*BY).agg(first_day=pl.col("day").min(), last_day=pl.col("day").max())
    return spans.with_columns(pl.col(*BY).cast(pl.String)).sort(*BY).collect()


@cache
def _code() -> str:
    """What the definitions are made of: a tally made by other definitions is not read."""
    here = Path(__file__).parent
    return fingerprint((*here.glob("*.py"), *here.glob("catalogue/*.py")))
