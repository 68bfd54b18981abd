"""How many people are first heard of only in a crisis."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from measures.facts import begun
from measures.model.measure import SPLITS, Measure, Options
from measures.model.records import Records
from measures.needs import ALONE

CRISIS = "crisis"  # a door's kind: 999, accident and emergency, police


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need: 1 where its first recorded demand came through a crisis door.

    Unknown: nobody wrote down the door or what kind it is, or nobody knows whose need it is, so that an earlier demand may be
    another of it.
    """
    rows = begun(records, replace(options, columns=options.columns | {"front_door"}))
    crisis = _crisis(records, options)
    told = pl.col("crisis").is_not_null() & (pl.col("found") != ALONE)
    judged = rows.join(crisis.lazy(), on=["source", "front_door"], how="left").with_columns(
        numerator=(told & pl.col("crisis")).fill_null(False).cast(pl.Float64),
        denominator=told.cast(pl.Float64),
        weight=pl.lit(1.0),
        unknown=~told,
        mature_day="day",
        record_id="need_id",
    )
    return judged.drop("crisis")


def _crisis(records: Records, options: Options) -> pl.DataFrame:
    """Which doors are for a crisis, for each source that may name them: its own word, else that on which all others agree."""
    doors = records.scan("front_doors", options.as_of).filter(pl.col("kind").is_not_null())
    named = doors.select("source", "front_door", crisis=pl.col("kind") == CRISIS).collect()
    own = named.group_by("source", "front_door").agg(own=pl.col("crisis").any())
    agreed = (
        named.group_by("front_door")
        .agg(agreed=pl.col("crisis").first(), several=pl.col("crisis").n_unique())
        .filter(pl.col("several") == 1)
    )
    sources = records.scan("sources", options.as_of).select("source").collect()
    every = sources.join(named.select("front_door").unique(), how="cross")
    return (
        every.join(own, on=["source", "front_door"], how="left")
        .join(agreed, on="front_door", how="left")
        .select(
            pl.col("source").cast(pl.Categorical), pl.col("front_door").cast(pl.Categorical),
            crisis=pl.coalesce("own", "agreed"),
        )
    )  # fmt: skip


MEASURE = Measure(
    name="crisis_first",
    title="First heard of in a crisis",
    question="How many people do we first hear of only when they are in a crisis?",
    purpose="To see whether people can get help before things fall apart.",
    why_it_matters="Some people only present because they have reached a crisis point, after asking in vain elsewhere "
    "or not being able to ask at all.",
    definition="Needs whose first recorded demand came through a crisis door (999, accident and emergency, police), out of "
    "needs whose first door is known.",
    unit="of needs",
    kind="share",
    better="lower",
    readings=("series", "breakdown"),
    chart="p_prime",
    report_lines=(312,),
    tags=("flow",),
    observe=observe,
    phrase="of needs begun in any {period} are first heard of in a crisis",
    splits=tuple(name for name in SPLITS if name != "team"),
    caveat="First means first on record: what people asked before the records begin, or elsewhere, is not seen.",
)
