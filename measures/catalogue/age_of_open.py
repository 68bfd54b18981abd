"""How long those have waited who are still waiting."""

from __future__ import annotations

import polars as pl

from measures.facts import needs
from measures.model.measure import Measure, Options
from measures.model.records import Records

BANDS = (7, 28, 90, 180, 365)


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need that is still open as far as its source sees: its age in days so far."""
    return (
        needs(records, options)
        .filter(pl.col("result").is_null() & ~pl.col("lifelong") & (pl.col("seen_day") >= pl.col("day")))
        .with_columns(
            numerator=pl.lit(1.0),
            denominator=pl.lit(1.0),
            weight=pl.lit(1.0),
            unknown=pl.lit(False),
            mature_day="day",
            record_id="need_id",
        )
    )


def curve(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Of those still waiting, the share who have waited longer than each number of days."""
    n = observations.height
    ages = observations.select(x=pl.col("days").floor()).group_by("x").agg(events=pl.len().cast(pl.Int64)).sort("x")
    older = n - pl.col("events").cum_sum()
    return ages.select(
        "x",
        value=older / n,
        lower=pl.lit(None, pl.Float64),
        upper=pl.lit(None, pl.Float64),
        at_risk=(older + pl.col("events")).cast(pl.Int64),
        events="events",
    )


def breakdown(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """How many have waited how long."""
    edges = (0, *BANDS)
    labels = [f"{low} to {high} days" for low, high in zip(edges, BANDS, strict=False)] + [
        f"more than {BANDS[-1]} days"
    ]
    band = pl.lit(len(BANDS), dtype=pl.Int32)
    for place, edge in reversed(list(enumerate(BANDS))):
        band = pl.when(pl.col("days") <= edge).then(place).otherwise(band)
    counted = (
        observations.with_columns(band=band.cast(pl.Int32))
        .group_by("band")
        .agg(n=pl.len().cast(pl.Int64), people=pl.col("person_key").drop_nulls().n_unique().cast(pl.Int64))
    )
    every = pl.DataFrame(
        {"band": range(len(labels)), "waiting": labels}, schema={"band": pl.Int32, "waiting": pl.String}
    )
    return (
        every.join(counted, on="band", how="left")
        .sort("band")
        .select(
            "waiting", value=pl.col("n").fill_null(0).cast(pl.Float64), lower=pl.lit(None, pl.Float64),
            upper=pl.lit(None, pl.Float64), source=pl.lit(None, pl.String), n=pl.col("n").fill_null(0),
            people=pl.col("people").fill_null(0), people_in=pl.col("people").fill_null(0),
        )
    )  # fmt: skip


MEASURE = Measure(
    name="age_of_open",
    title="Still waiting, and how long",
    question="How long have those waited who are still waiting?",
    purpose="To keep in sight the people whom figures about finished cases leave out.",
    why_it_matters="Counting only what was closed understates the wait: on real municipal records by three quarters.",
    definition="Needs not yet ended, by the time since the person first asked.",
    unit="needs",
    kind="count",
    better="lower",
    readings=("breakdown", "curve"),
    chart="xmr",
    report_lines=(84, 310),
    tags=("flow",),
    observe=observe,
    curve=curve,
    breakdown=breakdown,
)
