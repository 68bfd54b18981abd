"""Moving ranges: how much one point differs from the one before it, and which of them may set the limits."""

from __future__ import annotations

import polars as pl

from measures.capability.chart import Chart

SCREEN = 3.267  # D4 for two values: ranges above this many means are outliers. Nelson 1982, J. Quality Technology 14(3)


def with_ranges(work: pl.DataFrame, chart: Chart, of: pl.Expr, weights: pl.Expr | None = None) -> pl.DataFrame:
    """Add the ordinary step from one point to the next.

    A range is taken between neighbours of one phase; one that touches a missing or excluded point is dropped, never
    bridged. Only ranges between two points that set the limits count in the average. One screening pass keeps ranges
    up to 3.267 times their mean; it is skipped where it would leave a mean of zero although the values differ.

    Args:
        work: arranged points (see `points.arrange`).
        chart: which average, and whether to screen.
        of: what the ranges are taken of: the values themselves, or their z-scores.
        weights: how much each value rests on; a range is then divided by √(1/weight + 1/weight before).

    Returns:
        `work` with `_range`, `_range_centre`, `_screened` (this range was left out) and `_unscreened` (screening was
        skipped in this phase).
    """
    neighbour = pl.col("_group") == pl.col("_group").shift()
    step = (pl.col("_of_range") - pl.col("_of_range").shift()).abs()
    if weights is not None:
        step = step / (1 / weights + 1 / weights.shift()).sqrt()
    work = work.with_columns(of.alias("_of_range")).with_columns(
        pl.when(neighbour).then(step).alias("_range"),
        (pl.col("_sets") & pl.col("_sets").shift() & neighbour).fill_null(value=False).alias("_range_sets"),
    )
    counted = pl.when("_range_sets").then("_range")
    no = pl.lit(value=False)
    if chart.range == "median":
        return work.with_columns(
            counted.median().over("_group").alias("_range_centre"), no.alias("_screened"), no.alias("_unscreened")
        )
    work = work.with_columns(counted.mean().over("_group").alias("_mean_range"))
    if not chart.screening:
        return work.with_columns(
            pl.col("_mean_range").alias("_range_centre"), no.alias("_screened"), no.alias("_unscreened")
        )
    kept = pl.when(pl.col("_range") <= SCREEN * pl.col("_mean_range")).then(counted)
    work = work.with_columns(kept.mean().over("_group").alias("_kept_mean"), kept.is_not_null().alias("_kept"))
    vanishes = (pl.col("_kept_mean") <= 1e-9 * pl.col("_mean_range")) & (pl.col("_mean_range") > 0)
    return work.with_columns(
        pl.when(vanishes).then("_mean_range").otherwise("_kept_mean").alias("_range_centre"),
        (pl.col("_range_sets") & ~pl.col("_kept") & ~vanishes).fill_null(value=False).alias("_screened"),
        vanishes.fill_null(value=False).alias("_unscreened"),
    )
