"""The four result shapes, and the caveats that travel with them. Charts, tables and exports read these frames."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

Schema = dict[str, pl.DataType | type[pl.DataType]]

COMMON: Schema = {"measure": pl.String, "n": pl.Int64, "people": pl.Int64, "people_in": pl.Int64}

SERIES: Schema = {
    "period_start": pl.Date,
    "period_end": pl.Date,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "value": pl.Float64,
    "open": pl.Int64,
    "mature": pl.Boolean,
    "phase": pl.Int32,
    "excluded": pl.Boolean,
    "centre": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "moving_range": pl.Float64,
    "range_centre": pl.Float64,
    "range_upper": pl.Float64,
    "signals": pl.List(pl.String),
}
BREAKDOWN: Schema = {"value": pl.Float64, "lower": pl.Float64, "upper": pl.Float64, "source": pl.String}
CURVE: Schema = {
    "x": pl.Float64,
    "value": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "at_risk": pl.Int64,
    "events": pl.Int64,
}


@dataclass(frozen=True)
class Caveat:
    """Something a reader must know beside the figure: a code that is stable, and a sentence for people."""

    code: str
    text: str
