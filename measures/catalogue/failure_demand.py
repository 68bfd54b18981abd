"""How many demands exist only because the service failed people before."""

from __future__ import annotations

import polars as pl

from measures.model.measure import SPLITS, Measure, Options
from measures.model.records import Records
from measures.observing import classified


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a demand: 1 where it was classified as failure; a demand nobody could classify counts as unknown."""
    return classified(records, options, "failure")


MEASURE = Measure(
    name="failure_demand",
    title="Failure demand, counted",
    question="How many demands reach us only because we did not do the right thing before?",
    purpose="To see whether demand is truly rising, or only what the service brings on itself.",
    why_it_matters="What is rising is failure demand: people asking again, chasing, or putting right what went wrong.",
    definition="Demands classified as failure, counted when they were received.",
    unit="demands",
    kind="count",
    better="lower",
    readings=("series", "breakdown"),
    chart="xmr",
    rules="recurring",
    report_lines=(290, 292),
    tags=("demand",),
    observe=observe,
    phrase="failure demands arrive in any {period}",
    splits=(*(name for name in SPLITS if name != "team"), "failure_type", "caused_by_agency"),
)
