"""The chart kinds, one line each: a centre function and a limits function.

Each function reads arranged points (`points.arrange`): `_x` the plotted value, `_y` and `_n` its top and bottom,
`_sets` the points that set the limits, `_group` one number a series and phase. Limits leave here unclipped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import polars as pl

from measures.capability.chart import Chart
from measures.capability.screening import with_ranges

# Wheeler, Making Sense of Data, appendix: for moving ranges of two values.
LIMIT = {"mean": 2.660, "median": 3.145}
RANGE_LIMIT = {"mean": 3.268, "median": 3.865}
D2 = 2 / sqrt(3.141592653589793)  # 1.128: the mean range of two values, in standard deviations

Centre = Callable[[Chart], pl.Expr]
Limits = Callable[[pl.DataFrame, Chart], pl.DataFrame]


@dataclass(frozen=True)
class Kind:
    """One kind of chart.

    Attributes:
        centre: the expression of the line in the middle.
        limits: adds `_lower` and `_upper`, and where there are ranges `_range, _range_centre, _range_upper`.
        needs_of: points need a denominator `of`. `ratio`: the plotted value is value ÷ of.
        counts: values are never negative. `share`: value is part of `of`.
        floor: the least value that can happen. `cap`: the greatest, before `multiply`.
        rules: the rule set this kind insists on.
    """

    centre: Centre
    limits: Limits
    needs_of: bool = False
    ratio: bool = False
    counts: bool = False
    share: bool = False
    floor: float | None = None
    cap: float | None = None
    rules: str | None = None


def _set_by(column: str) -> pl.Expr:
    return pl.when("_sets").then(column)


def average(chart: Chart) -> pl.Expr:
    """The mean or the median of the points that set the limits."""
    points = _set_by("_x")
    return (points.median() if chart.centre == "median" else points.mean()).over("_group")


def median(chart: Chart) -> pl.Expr:
    """The middle point."""
    return _set_by("_x").median().over("_group")


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


def no_limits(work: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    """A run chart: a middle, no limits."""
    empty = pl.lit(None, pl.Float64)
    return work.with_columns(empty.alias("_lower"), empty.alias("_upper"))


def natural(work: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    """Natural process limits of an individuals chart, from the moving ranges (Wheeler)."""
    work = with_ranges(work, chart, pl.col("_x"))
    half = LIMIT[chart.range] * pl.col("_range_centre")
    return work.with_columns(
        (pl.col("_centre") - half).alias("_lower"),
        (pl.col("_centre") + half).alias("_upper"),
        (RANGE_LIMIT[chart.range] * pl.col("_range_centre")).alias("_range_upper"),
    )


def _binomial() -> pl.Expr:
    share = pl.col("_centre")
    return ((share * (1 - share)).clip(lower_bound=0.0) / pl.col("_n")).sqrt()


def _binomial_count() -> pl.Expr:
    count = pl.col("_centre")
    return (count * (1 - count / pl.col("_n"))).clip(lower_bound=0.0).sqrt()


def _poisson() -> pl.Expr:
    return pl.col("_centre").sqrt()


def _poisson_rate() -> pl.Expr:
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


KINDS: dict[str, Kind] = {
    "run": Kind(median, no_limits, rules="anhoej"),
    "xmr": Kind(average, natural),
    "c": Kind(mean, theoretical(_poisson), counts=True, floor=0.0),
    "c_prime": Kind(mean, laney(_poisson), counts=True, floor=0.0),
    "np": Kind(pooled_count, theoretical(_binomial_count), needs_of=True, counts=True, share=True, floor=0.0),
    "p": Kind(pooled, theoretical(_binomial), needs_of=True, ratio=True, counts=True, share=True, floor=0.0, cap=1.0),
    "p_prime": Kind(pooled, laney(_binomial), needs_of=True, ratio=True, counts=True, share=True, floor=0.0, cap=1.0),
    "u": Kind(pooled, theoretical(_poisson_rate), needs_of=True, ratio=True, counts=True, floor=0.0),
    "u_prime": Kind(pooled, laney(_poisson_rate), needs_of=True, ratio=True, counts=True, floor=0.0),
}
