"""How much people ask for what the service exists to do."""

from __future__ import annotations

import polars as pl

from measures.facts import CLASS, heard
from measures.model.measure import SPLITS, Measure, Options
from measures.model.records import Records


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a demand: 1 where it was classified as value; a demand nobody could classify counts as unknown."""
    classed = pl.col("class")
    known = ((classed == "value") | (classed == "failure")).fill_null(False)
    return heard(records, options, CLASS).with_columns(
        numerator=(known & (classed == "value")).fill_null(False).cast(pl.Float64),
        denominator=known.cast(pl.Float64),
        weight=pl.col("weight").fill_null(1.0),
        unknown=~known,
        mature_day="day",
        record_id="demand_id",
    )


MEASURE = Measure(
    name="value_demand",
    title="Value demand",
    question="How much do people ask us for what we exist to do?",
    purpose="To see the demand the service should be designed to meet, and that it is stable.",
    why_it_matters="Studies find underlying demand both predictable and stable; what rises is failure demand.",
    definition="Demands classified as value, counted when they were received.",
    unit="demands",
    kind="count",
    better="neither",
    readings=("series", "breakdown"),
    chart="xmr",
    report_lines=(290, 294),
    tags=("demand",),
    observe=observe,
    phrase="value demands arrive in any {period}",
    splits=tuple(name for name in SPLITS if name != "team"),
)
