"""Dates without numbers: each is one event. Rare ones are charted by the time between them, others counted by period."""

from __future__ import annotations

import polars as pl

from measures.capability.choice import RARE

BETWEEN = "between"
EACH = {
    BETWEEN: "The days from one to the next",
    "1d": "How many there were each day",
    "1w": "How many there were each week",
    "1mo": "How many there were each month",
}
NAMES = {"1d": "day", "1w": "week", "1mo": "month"}


def usual(frame: pl.DataFrame) -> str:
    """Weekly counts where there are at least two a week; below that, the time between says more."""
    span = int((frame["day"].max() - frame["day"].min()).days) if frame.height else 0  # type: ignore[operator]
    return "1w" if span >= 28 and frame.height / (span / 7) >= RARE else BETWEEN


def ordered(first: str) -> dict[str, str]:
    """What may be made of the dates, the usual first."""
    return {first: EACH[first]} | EACH


def made(frame: pl.DataFrame, each: str) -> tuple[pl.DataFrame, str]:
    """The points, and what was done in a sentence.

    Args:
        frame: a row an event in order of time: `day`, `minute`, `line`, `value` and `of` (both null).
        each: of `EACH`.
    """
    events = f"There are dates alone, so each is taken for one event: {frame.height:,} event{'s' * (frame.height != 1)}"
    if each == BETWEEN:
        at = pl.col("day").cast(pl.Int32) + pl.col("minute") / 1440
        between = frame.with_columns(value=at.diff()).slice(1)
        return between, f"{events}, {between.height:,} time{'s' * (between.height != 1)} between them."
    counted = frame.group_by(day=pl.col("day").dt.truncate(each)).agg(
        value=pl.len().cast(pl.Float64), line=pl.col("line").min()
    )
    every = (
        pl.select(day=pl.date_range(counted["day"].min(), counted["day"].max(), each)) if counted.height else counted
    )
    whole = every.join(counted, on="day", how="left").sort("day").with_columns(pl.col("value").fill_null(0.0))
    name, ends = NAMES[each], ""
    if each != "1d":  # the dates may begin or end inside them, and half a week of counts looks like a fall
        whole, ends = whole[1:-1], f" The first and the last {name} are left out: they may not be whole."
    points = whole.with_columns(pl.col("line").fill_null(0), of=pl.lit(None, pl.Float64))
    return points, f"{events}, counted by {name}; a {name} without any is 0.{ends}"
