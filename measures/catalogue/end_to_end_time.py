"""How long it takes until the need is met, as the person sees it."""

from __future__ import annotations

import polars as pl

from measures.facts import needs
from measures.model.measure import Measure, Options
from measures.model.records import END_KINDS, Records
from measures.survival import share_by, wilson

SETTLING_DAYS = 90  # weeks are compared at one age, so that younger weeks do not look better or worse than they are


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need: `days` from first asking to met, or so far where it is not met; the clock never pauses.

    Long-term needs are never met and left out. Where nobody asked, the end is the last closure the person did not come
    back from, which is known only `reopen_days` later.
    """
    asked = (pl.col("met") & ~pl.col("inferred")).any() & ~(pl.col("met") & pl.col("inferred")).any()
    patience = pl.when(asked.over("source")).then(0).otherwise(pl.col("reopen_days"))
    return (
        needs(records, options)
        .filter(~pl.col("lifelong"))
        .with_columns(
            numerator=pl.col("met").cast(pl.Float64),
            denominator=pl.lit(1.0),
            weight=pl.lit(1.0),
            unknown=pl.lit(False),
            mature_day=(pl.col("day") + SETTLING_DAYS + patience).cast(pl.Int32),
            record_id="need_id",
        )
    )


def curve(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Of all who asked, the share whose need was met by each day."""
    return share_by(observations.lazy())


def breakdown(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Of 100 who asked: met, each other end, and still waiting."""
    n = pl.lit(observations.height, dtype=pl.Float64)
    low, high = wilson(pl.col("n").cast(pl.Float64), n)
    counted = observations.group_by("end_kind").agg(
        n=pl.len().cast(pl.Int64), people=pl.col("person_key").drop_nulls().n_unique()
    )
    every = pl.DataFrame({"end_kind": END_KINDS, "order": range(len(END_KINDS))})
    return (
        counted.join(every, on="end_kind", how="left")
        .sort("order")
        .with_columns(people=pl.col("people").cast(pl.Int64))
        .select(
            "end_kind", value=100.0 * pl.col("n") / n, lower=100 * low, upper=100 * high,
            source=pl.lit(None, pl.String), n="n", people="people", people_in="people",
        )
    )  # fmt: skip


MEASURE = Measure(
    name="end_to_end_time",
    title="Time to meet a need",
    inferred_title="Time until closed and did not come back",
    inferred_definition="From first asking until the last closure the person did not come back from: nobody asked whether "
    "the need was met. The clock never pauses, and those still waiting are counted.",
    question="How long does it take, from first asking, until people's need is met?",
    purpose="To meet the need as soon as the person would wish, counted as they live it.",
    why_it_matters="The counting only stops when the original need has been met, as perceived by the person and "
    "not by the organisation.",
    definition="From first asking until the person says the need is met. The clock never pauses, and those still "
    "waiting are counted.",
    unit="days",
    kind="duration",
    better="lower",
    readings=("series", "curve", "breakdown"),
    chart="xmr",
    report_lines=(84,),
    tags=("flow", "core"),
    observe=observe,
    phrase="days is the middle wait of those who first ask in any {period}",
    curve=curve,
    breakdown=breakdown,
)
