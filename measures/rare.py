"""Rare events: how long, or how many cases, from one to the next. A count of none or one a week says nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import polars as pl

from measures.model.measure import Measure
from measures.summary import ALL, NOT_RECORDED

OTHER_WAY: dict[str, Literal["lower", "higher", "neither"]] = {
    "lower": "higher",
    "higher": "lower",
    "neither": "neither",
}
UNITS = {"t": "days from one to the next", "g": "others between one and the next"}


def between(observations: pl.LazyFrame, kind: str, split: str | None) -> pl.DataFrame:
    """One row an event (t: a day with at least one), from the second on, in the columns of a series of periods.

    A row's period runs from its event to the day before the next one.

    Args:
        observations: with `mature`; what is not old enough to judge is left out.
        kind: `t`: `value` is the days since the event before; `g`: the cases that were none, between the two.
        split: a column; one series a value.
    """
    named = pl.lit(ALL) if split is None else pl.col(split).cast(pl.String).fill_null(NOT_RECORDED)
    cases = (
        observations.filter(pl.col("mature") & (pl.col("denominator") > 0))
        .select("day", "record_id", "numerator", series=named)
        .collect()
        .sort("series", "day", "record_id")
    )
    if kind == "t":
        events = cases.filter(pl.col("numerator") > 0).group_by("series", "day").len("n").sort("series", "day")
        step = pl.col("day").diff().over("series")
    else:
        placed = cases.with_columns(place=pl.int_range(pl.len()).over("series"), n=pl.lit(1))
        events = placed.filter(pl.col("numerator") > 0)
        step = pl.col("place").diff().over("series") - 1
    start = pl.col("day").cast(pl.Int32)
    end = pl.max_horizontal(start, pl.col("day").shift(-1).over("series") - 1).cast(pl.Int32)
    return (
        events.with_columns(value=step.cast(pl.Float64), end=end)
        .filter(pl.col("value").is_not_null())
        .select(
            "series", "value", start=start, end="end", numerator=pl.col("n").cast(pl.Float64),
            denominator=pl.lit(None, pl.Float64), n=pl.col("n").cast(pl.Int64), unknown=pl.lit(0, pl.Int64),
            young=pl.lit(0, pl.Int64), open=pl.lit(None, pl.Int64), people=pl.lit(None, pl.Int64),
            people_in=pl.lit(None, pl.Int64), period_start=start.cast(pl.Date), period_end=pl.col("end").cast(pl.Date),
            mature=pl.lit(True),
        )
    )  # fmt: skip


def measure_between(measure: Measure, kind: str) -> Measure:
    """The measure as such a chart reads it: in days or cases, and longer is better where fewer was."""
    return replace(
        measure, kind="count", unit=UNITS[kind], better=OTHER_WAY[measure.better], phrase=None, inferred_phrase=None
    )
