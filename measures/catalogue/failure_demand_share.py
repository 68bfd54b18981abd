"""How much of what people ask exists only because the service failed them before."""

from __future__ import annotations

import polars as pl

from measures.model.measure import SPLITS, Measure, Options
from measures.model.records import Records
from measures.observing import classified


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a demand: 1 over 1 for failure, 0 over 1 for value; a demand nobody could classify counts as unknown."""
    return classified(records, options, "failure")


MEASURE = Measure(
    name="failure_demand_share",
    title="Failure demand",
    question="How much of what people ask us for exists only because we failed them before?",
    purpose="To see how much of the work the service makes for itself, so that it can be designed out.",
    why_it_matters="In health and social care about 80 per cent of demand was failure demand. It is the largest "
    "lever for improvement, and activity targets make it invisible.",
    definition="Demands classified as failure, out of those classified as value or failure, when they were received.",
    unit="of demand",
    kind="share",
    better="lower",
    readings=("series", "breakdown"),
    chart="p_prime",
    report_lines=(294, 677),
    tags=("demand", "core"),
    observe=observe,
    phrase="of demand in any {period} is failure demand",
    splits=(*(name for name in SPLITS if name != "team"), "failure_type", "caused_by_agency"),
)
