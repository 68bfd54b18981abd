"""How much of the care people may have do they need, and for how long."""

from __future__ import annotations

import polars as pl

from measures.facts import by_source
from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.survival import share_by

DAYS = ("instant", "minute", "day")  # precisions that belong to a day


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row an activity that somebody was entitled to so much of: what was delivered over what could have been.

    Nobody wrote down how much was delivered, or it is less than nothing: unknown. `days` and `met` are how long it went on,
    and whether it has ended; `days` is null where it ends before it begins, or nobody trusts its end.
    """
    sources = records.scan("sources", options.as_of).select("source", "seen_day").collect()
    entitled, given = pl.col("entitled_quantity"), pl.col("quantity")
    rows = (
        records.scan("activities", options.as_of)
        .filter(pl.col("started_day").is_not_null() & pl.col("started_precision").is_in(DAYS).fill_null(True) & (entitled > 0))
        .select(
            "activity_id", "source", "service", "agency", "team", "person_key", "quantity", "entitled_quantity",
            "ended_day", "end_doubtful", day="started_day",
        )
        .with_columns(by_source(sources, "seen_day"))
    )  # fmt: skip
    known = (given >= 0).fill_null(False)
    ended = (pl.col("ended_day") <= pl.col("seen_day")).fill_null(False)
    doubtful = pl.col("end_doubtful").fill_null(False) | (pl.col("ended_day") < pl.col("day")).fill_null(False)
    until = pl.when(ended).then("ended_day").otherwise("seen_day")
    return rows.select(
        "day", "source", "service", "agency", "team", "person_key",
        numerator=pl.when(known).then(given).otherwise(0.0),
        denominator=pl.when(known).then(entitled).otherwise(0.0),
        weight=pl.lit(1.0),
        unknown=~known,
        mature_day=pl.max_horizontal("day", pl.when(ended & ~doubtful).then("ended_day")),
        record_id="activity_id",
        days=pl.when(~doubtful).then((until - pl.col("day")).cast(pl.Float64)),
        met=ended & ~doubtful,
    )  # fmt: skip


def curve(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Of care begun, the share that had ended by each number of days; what goes on is at risk until its source stops seeing."""
    return share_by(observations.lazy().filter(pl.col("days") >= 0))


MEASURE = Measure(
    name="care_used",
    title="Care used, of the care people could have had",
    question="Do people need all the care they are entitled to, and for how long?",
    purpose="To see whether people get well enough to need less care, rather than whether the hours were filled.",
    why_it_matters="Buurtzorg's patients use just 40 per cent of the care that they are entitled to, and half of them receive "
    "care for less than three months.",
    definition="What was delivered ÷ what people were entitled to, of all care begun, in its own units (hours, visits).",
    unit="of the care people could have had",
    kind="rate",
    better="neither",
    readings=("series", "curve", "breakdown"),
    chart="i_prime",
    report_lines=(738,),
    tags=("care",),
    observe=observe,
    curve=curve,
    splits=("source", "service", "agency", "team"),
    periods=("month", "quarter", "year"),
    caveat="Less care used is good only where people are well: read it beside how they rate their own condition. Care whose end "
    "comes before its beginning is left out of how long it went on.",
)
