"""Charts of counts, shares and rates: limits from what chance alone would do, or from how much more there is."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import polars as pl

from measures.capability.chart import Chart
from measures.capability.screening import with_ranges

D2 = 2 / sqrt(3.141592653589793)  # 1.128: the mean range of two values, in standard deviations

Limits = Callable[[pl.DataFrame, Chart], pl.DataFrame]


def _set_by(column: str) -> pl.Expr:
    return pl.when("_sets").then(column)


def mean(chart: Chart) -> pl.Expr:
    """The mean count."""
    return _set_by("_x").mean().over("_group")


def pooled(chart: Chart) -> pl.Expr:
    """All that was counted over all there was to count: big periods weigh more."""
    bottom = _set_by("_n").sum().over("_group")
    return pl.when(bottom > 0).then(_set_by("_y").sum().over("_group") / bottom)


def pooled_count(chart: Chart) -> pl.Expr:
    """The count to expect from each period's own denominator."""
    return pooled(chart) * pl.col("_n")


def binomial() -> pl.Expr:
    """The standard deviation of a share."""
    share = pl.col("_centre")
    return ((share * (1 - share)).clip(lower_bound=0.0) / pl.col("_n")).sqrt()


def binomial_count() -> pl.Expr:
    """The standard deviation of a count out of so many."""
    count = pl.col("_centre")
    return (count * (1 - count / pl.col("_n"))).clip(lower_bound=0.0).sqrt()


def poisson() -> pl.Expr:
    """The standard deviation of a count."""
    return pl.col("_centre").sqrt()


def poisson_rate() -> pl.Expr:
    """The standard deviation of a rate."""
    return (pl.col("_centre") / pl.col("_n")).sqrt()


def theoretical(sigma: Callable[[], pl.Expr]) -> Limits:
    """Three standard deviations of what chance alone would do."""

    def limits(work: pl.DataFrame, chart: Chart) -> pl.DataFrame:
        enough = pl.col("_sets").sum().over("_group") >= 2
        half = pl.when(enough).then(3 * sigma())
        return work.with_columns(
            (pl.col("_centre") - half).alias("_lower"),
            (pl.col("_centre") + half).alias("_upper"),
        )

    return limits


def laney(sigma: Callable[[], pl.Expr]) -> Limits:
    """Limits of chance times how much more the points really differ: σz = mean |Δz| ÷ 1.128 (Laney 2002)."""

    def limits(work: pl.DataFrame, chart: Chart) -> pl.DataFrame:
        work = work.with_columns(sigma().alias("_sigma"))
        z = pl.when(pl.col("_sigma") > 0).then((pl.col("_x") - pl.col("_centre")) / pl.col("_sigma"))
        still = pl.when(pl.col("_known") & (pl.col("_sigma") == 0)).then(0.0)
        work = with_ranges(work, Chart(screening=chart.screening), pl.coalesce(z, still))
        work = work.with_columns((pl.col("_range_centre") / D2).alias("_sigma_z"))
        half = 3 * pl.col("_sigma") * pl.col("_sigma_z")
        return work.with_columns(
            (pl.col("_centre") - half).alias("_lower"), (pl.col("_centre") + half).alias("_upper")
        ).drop("_range", "_range_centre")  # ranges of z-scores are no figure for a reader

    return limits


def geometric(work: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    """Cases between rare events: limits from the mean m, m ± 3√(m(m+1)), though the median is drawn (Benneyan 2001)."""
    enough = pl.col("_sets").sum().over("_group") >= 2
    m = pl.when(enough).then(mean(chart))
    half = 3 * (m * (m + 1)).sqrt()
    return work.with_columns((m - half).alias("_lower"), (m + half).alias("_upper"))
