"""The chart kinds, one line each: what is plotted, a centre function and a limits function.

Each function reads arranged points (`points.arrange`): `_x` the plotted value, `_y` and `_n` its top and bottom,
`_sets` the points that set the limits, `_group` one number a series and phase. Limits leave here unclipped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import polars as pl

from measures.capability import counts, individuals, subgroups
from measures.capability.chart import Chart

Prepare = Callable[[pl.DataFrame, Chart], pl.DataFrame]
Centre = Callable[[Chart], pl.Expr]
Limits = Callable[[pl.DataFrame, Chart], pl.DataFrame]


@dataclass(frozen=True)
class Kind:
    """One kind of chart.

    Attributes:
        centre: the expression of the line in the middle.
        limits: adds `_lower` and `_upper`, and where there are ranges `_range, _range_centre, _range_upper`.
        prepare: what to do before the centre can be drawn (take ranges, fit a line).
        scale: limits are computed on another scale than the one people read.
        needs_of: points need a denominator `of`. `ratio`: the plotted value is value ÷ of.
        needs_subgroup: the rows of a `subgroup` make one point.
        counts: values are never negative. `share`: value is part of `of`.
        floor: the least value that can happen. `cap`: the greatest, before `multiply`.
        rules: the rule set this kind insists on.
        outside_only: of the rules, only the one for a point outside its limits means anything here.
        averages: which of Chart's `centre` and `range` it listens to.
    """

    centre: Centre
    limits: Limits
    prepare: Prepare | None = None
    scale: individuals.Scale | None = None
    needs_of: bool = False
    ratio: bool = False
    needs_subgroup: bool = False
    counts: bool = False
    share: bool = False
    floor: float | None = None
    cap: float | None = None
    rules: str | None = None
    outside_only: bool = False
    averages: tuple[str, ...] = ()


def median(chart: Chart) -> pl.Expr:
    """The middle point."""
    return pl.when("_sets").then("_x").median().over("_group")


def no_limits(work: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    """A run chart: a middle, no limits."""
    empty = pl.lit(None, pl.Float64)
    return work.with_columns(empty.alias("_lower"), empty.alias("_upper"))


BOTH = ("centre", "range")

_rate = partial(Kind, needs_of=True, ratio=True, counts=True, floor=0.0)
_share = partial(_rate, share=True, cap=1.0)
KINDS: dict[str, Kind] = {
    "run": Kind(median, no_limits, rules="anhoej"),
    "xmr": Kind(individuals.average, individuals.natural, averages=BOTH),
    "xmr_log": Kind(individuals.average, individuals.natural, scale=individuals.LOG, floor=0.0, averages=BOTH),
    "mr": Kind(
        individuals.range_average,
        individuals.of_ranges,
        individuals.plot_ranges,
        outside_only=True,
        averages=("range",),
    ),
    "xmr_trended": Kind(individuals.line, individuals.natural, individuals.half_averages, averages=("range",)),
    "i_prime": Kind(counts.pooled, individuals.with_denominators, needs_of=True, ratio=True),
    "c": Kind(counts.mean, counts.theoretical(counts.poisson), counts=True, floor=0.0),
    "c_prime": Kind(counts.mean, counts.laney(counts.poisson), counts=True, floor=0.0),
    "np": Kind(
        counts.pooled_count,
        counts.theoretical(counts.binomial_count),
        needs_of=True,
        counts=True,
        share=True,
        floor=0.0,
    ),
    "p": _share(counts.pooled, counts.theoretical(counts.binomial)),
    "p_prime": _share(counts.pooled, counts.laney(counts.binomial)),
    "u": _rate(counts.pooled, counts.theoretical(counts.poisson_rate)),
    "u_prime": _rate(counts.pooled, counts.laney(counts.poisson_rate)),
    "xbar": Kind(subgroups.grand_mean, subgroups.limits_of_means, needs_subgroup=True),
    "s": Kind(subgroups.spread, subgroups.limits_of_spread, subgroups.plot_spread, needs_subgroup=True, floor=0.0),
    "g": Kind(median, counts.geometric, counts=True, floor=0.0),
    "t": Kind(individuals.average, individuals.natural, scale=individuals.ROOT, floor=0.0, averages=BOTH),
}
