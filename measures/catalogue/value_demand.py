"""How much people ask for what the service exists to do."""

from __future__ import annotations

import polars as pl

from measures.model.measure import SPLITS, Measure, Options
from measures.model.records import Records
from measures.observing import classified


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a demand: 1 where it was classified as value; a demand nobody could classify counts as unknown."""
    return classified(records, options, "value")


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
