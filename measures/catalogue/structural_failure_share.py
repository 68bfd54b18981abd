"""Failure demand seen without anybody classifying it: how many demands did not open a new need."""

from __future__ import annotations

import polars as pl

from measures.facts import PLACED, heard
from measures.model.measure import SPLITS, Measure, Options
from measures.model.records import Records
from measures.needs import ALONE
from measures.observing import demands


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a demand: 1 where it returns to a need already begun, 0 where it opens one; unlinked is unknown."""
    linked = pl.col("found").is_null() | (pl.col("found") != ALONE)
    rows = heard(records, options, PLACED).with_columns(weight=pl.lit(1.0))
    return demands(rows, counted=~pl.col("starts"), among=linked)


MEASURE = Measure(
    name="structural_failure_share",
    title="Demands that return to the same need",
    question="If nobody classified anything, how much demand would the records themselves show to be repeats?",
    purpose="A twin of failure demand that needs no coder; a gap between the two is a question about the coding.",
    why_it_matters="The report's five cycles a need and its 80 per cent failure demand are the same number where each "
    "cycle opens with a demand.",
    definition="One less needs started over demands received, in the same period.",
    unit="of demand",
    kind="share",
    better="lower",
    readings=("series", "breakdown"),
    chart="p_prime",
    report_lines=(286, 294),
    tags=("demand", "core"),
    observe=observe,
    phrase="of demand in any {period} returns to a need already begun",
    splits=tuple(name for name in SPLITS if name != "team"),
    caveat="Holds when demand is steady: where records begin, returns look like new needs.",
)
