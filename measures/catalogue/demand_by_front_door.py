"""Through which doors people come."""

from __future__ import annotations

import polars as pl

from measures.facts import heard
from measures.model.measure import SPLITS, Measure, Options
from measures.model.records import Records


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a demand, counted once at the door where it was made."""
    return heard(records, options).with_columns(
        numerator=pl.lit(1.0),
        denominator=pl.lit(1.0),
        weight=pl.lit(1.0),
        unknown=pl.lit(False),
        mature_day="day",
        record_id="demand_id",
    )


MEASURE = Measure(
    name="demand_by_front_door",
    title="Demand by front door",
    question="Through how many doors do people have to come, and where do they knock most?",
    purpose="To see where expertise must stand for people to be helped where they ask.",
    why_it_matters="In one small town demand could come in through any one of 130 front doors.",
    definition="Demands received, counted by the front door at which they were made.",
    unit="demands",
    kind="count",
    better="neither",
    readings=("breakdown", "series"),
    chart="xmr",
    rules="recurring",
    report_lines=(209, 213),
    tags=("demand",),
    observe=observe,
    phrase="demands arrive in any {period}",
    splits=("front_door", *(name for name in SPLITS if name not in ("team", "front_door"))),
)
