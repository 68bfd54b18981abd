"""Charts of single values: limits from the ordinary step between neighbours (Wheeler, Making Sense of Data)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sqrt

import polars as pl

from measures.capability.chart import Chart
from measures.capability.screening import with_ranges

# Wheeler, Making Sense of Data, appendix: for moving ranges of two values.
LIMIT = {"mean": 2.660, "median": 3.145}
RANGE_LIMIT = {"mean": 3.268, "median": 3.865}
HOUR = 1 / 24  # a day's hour: what is added before a logarithm, so that a need met at once has one
WEIBULL = 3.6  # times between rare events to this root are nearly normal (Nelson 1994, J. Quality Technology 26(3))


@dataclass(frozen=True)
class Scale:
    """Another scale on which skewed values are nearly normal; the figures people read are turned back.

    Attributes:
        there: from the value to the scale. `back`: from the scale to the value; below nought stays below nought.
        refused: which values have no place on it. `why`: that in words.
    """

    there: Callable[[pl.Expr], pl.Expr]
    back: Callable[[pl.Expr], pl.Expr]
    refused: Callable[[pl.Expr], pl.Expr]
    why: str


LOG = Scale(
    there=lambda days: (days + HOUR).clip(lower_bound=1e-12).log(),  # a limit of one's own below 0 is no limit
    back=lambda x: x.exp() - HOUR,
    refused=lambda days: days < 0,
    why="an end-to-end time is never below 0: check which moment came first",
)
ROOT = Scale(
    there=lambda time: time.sign() * time.abs() ** (1 / WEIBULL),
    back=lambda x: x.sign() * x.abs() ** WEIBULL,
    refused=lambda time: time <= 0,
    why="a t chart plots the time between one event and the next, which is above 0: measure it in a finer unit "
    "(hours for days), or count the cases between events on a g chart",
)


def average(chart: Chart) -> pl.Expr:
    """The mean or the median of the points that set the limits."""
    points = pl.when("_sets").then("_x")
    return (points.median() if chart.centre == "median" else points.mean()).over("_group")


def natural(work: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    """Natural process limits of an individuals chart, from the moving ranges (Wheeler)."""
    work = with_ranges(work, chart, pl.col("_x"))
    half = LIMIT[chart.range] * pl.col("_range_centre")
    return work.with_columns(
        (pl.col("_centre") - half).alias("_lower"),
        (pl.col("_centre") + half).alias("_upper"),
        (RANGE_LIMIT[chart.range] * pl.col("_range_centre")).alias("_range_upper"),
    )


def half_averages(work: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    """A straight line through the averages of the first and the second half of the points that set the limits.

    The middle one of an odd number belongs to neither half (Wheeler, Making Sense of Data, page 179). Missing points
    keep their place in time. The limits are as wide as without a trend: 2.66 times the mean range of the values.
    """
    place = pl.int_range(pl.len()).over("_group").cast(pl.Float64)
    number = pl.col("_sets").cast(pl.Int64).cum_sum().over("_group")
    half = pl.col("_sets").sum().over("_group").cast(pl.Int64) // 2
    count = pl.col("_sets").sum().over("_group").cast(pl.Int64)
    work = work.with_columns(
        place.alias("_place"),
        (pl.col("_sets") & (number <= half)).alias("_first"),
        (pl.col("_sets") & (number > count - half)).alias("_second"),
    )
    means = [
        pl.when(f"_{half_of}").then(what).mean().over("_group").alias(f"{what}_{half_of}")
        for half_of in ("first", "second")
        for what in ("_x", "_place")
    ]
    work = work.with_columns(means)
    slope = (pl.col("_x_second") - pl.col("_x_first")) / (pl.col("_place_second") - pl.col("_place_first"))
    return work.with_columns((pl.col("_x_first") + slope * (pl.col("_place") - pl.col("_place_first"))).alias("_line"))


def line(chart: Chart) -> pl.Expr:
    """The trend at each point; with a single point, that point."""
    return pl.coalesce(pl.col("_line"), pl.when("_sets").then("_x").mean().over("_group"))


def plot_ranges(work: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    """Plot the steps between neighbours instead of the values."""
    work = with_ranges(work, chart, pl.col("_x"))
    return work.with_columns(
        pl.col("_range").alias("value"),
        pl.col("_range").alias("_x"),
        pl.col("_range").is_not_null().alias("_known"),
        pl.col("_range_sets").alias("_sets"),
    )


def range_average(chart: Chart) -> pl.Expr:
    """The mean or median step, as an xmr chart uses it: the two charts must agree."""
    return pl.col("_range_centre")


def of_ranges(work: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    """How large a step may be. No step is below 0."""
    upper = RANGE_LIMIT[chart.range] * pl.col("_centre")
    return work.with_columns(
        pl.when(pl.col("_centre").is_not_null()).then(0.0).alias("_lower"),
        upper.alias("_upper"),
        upper.alias("_range_upper"),
    )


def with_denominators(work: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    """Single values that rest on more or less each: big periods get narrower limits (Taylor's I′ chart).

    Each step is turned into the standard deviation of one unit, √(π/2)·|Δr| ÷ √(1/n + 1/n before), and the mean of
    these, screened like moving ranges, sets limits of 3·mean ÷ √n.
    """
    work = with_ranges(work, Chart(screening=chart.screening), pl.col("_x"), weights=pl.col("_n"))
    half = 3 * sqrt(pi / 2) * pl.col("_range_centre") / pl.col("_n").sqrt()
    return work.with_columns(
        (pl.col("_centre") - half).alias("_lower"), (pl.col("_centre") + half).alias("_upper")
    ).drop("_range", "_range_centre")  # a step per root of a unit is no figure for a reader
