"""What several measures say alike of one demand: what counts, what it counts among, and what cannot be told."""

from __future__ import annotations

import polars as pl

from measures.facts import CLASS, heard
from measures.model.measure import Options
from measures.model.records import Records


def demands(rows: pl.LazyFrame, *, counted: pl.Expr, among: pl.Expr) -> pl.LazyFrame:
    """One observation a demand.

    Args:
        rows: demands from `heard`.
        counted: whether it counts above the line; never where it is not below it.
        among: whether it can be told at all; a demand that cannot is unknown, and shown to be.
    """
    return rows.with_columns(
        numerator=(among & counted).fill_null(False).cast(pl.Float64),
        denominator=among.cast(pl.Float64),
        unknown=~among,
        mature_day="day",
        record_id="demand_id",
    )


def classified(records: Records, options: Options, counted: str) -> pl.LazyFrame:
    """One observation a demand: whether people classified it as this, among those they could classify.

    A sampled demand stands for as many as it was drawn from.
    """
    told = pl.col("class")
    known = ((told == "value") | (told == "failure")).fill_null(False)
    rows = heard(records, options, CLASS).with_columns(weight=pl.col("weight").fill_null(1.0))
    return demands(rows, counted=told == counted, among=known)
