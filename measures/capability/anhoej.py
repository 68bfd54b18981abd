"""Anhøj's two tests of a run chart: an unusually long run, or unusually few crossings of the centre.

Anhøj & Olesen 2014, PLoS ONE 9(11): e113825. Points on the centre, missing and excluded points are not useful: they are
left out before runs and crossings are counted.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, floor, lgamma, log, log2, sqrt

import polars as pl

from measures.capability.runs import place_and_length


@lru_cache(maxsize=4096)
def longest_run_allowed(useful: int) -> int:
    """The longest run that chance explains: round(log2 n) + 3. A longer one is a signal."""
    return round(log2(useful)) + 3 if useful > 0 else 0


@lru_cache(maxsize=4096)
def fewest_crossings_allowed(useful: int) -> int:
    """The fewest crossings that chance explains: the 5th percentile of Binomial(n − 1, ½). Fewer are a signal."""
    steps = useful - 1
    if steps < 1:
        return 0
    crossings = max(0, floor(steps / 2 - 10 * sqrt(steps)))  # below this the probability is nothing at all
    chance = exp(lgamma(steps + 1) - lgamma(crossings + 1) - lgamma(steps - crossings + 1) - steps * log(2))
    total = chance
    while total < 0.05:
        chance *= (steps - crossings) / (crossings + 1)
        crossings += 1
        total += chance
    return crossings


def runs_by_group(points: pl.DataFrame) -> pl.DataFrame:
    """One row a phase: `group, useful, longest_run, longest_run_max, crossings, crossings_min`.

    Args:
        points: standardised points (`rules.standardise`).
    """
    useful = _useful(points)
    groups = useful.group_by("group", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("useful"),
        pl.col("length").max().alias("longest_run"),
        (pl.col("begins").sum().cast(pl.Int64) - 1).alias("crossings"),
    )
    return groups.with_columns(
        pl.col("useful").replace_strict(_table(groups["useful"], longest_run_allowed)).alias("longest_run_max"),
        pl.col("useful").replace_strict(_table(groups["useful"], fewest_crossings_allowed)).alias("crossings_min"),
    )


def _useful(points: pl.DataFrame) -> pl.DataFrame:
    useful = points.with_row_index("index").filter(pl.col("side") != 0).select("index", "group", "side")
    begins = useful.select(
        pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift()) for c in ("group", "side")).alias("begins")
    ).to_series()
    place, length = place_and_length(pl.repeat(value=True, n=useful.height, eager=True), begins)
    return useful.with_columns(begins, place.alias("place"), length.alias("length"))


def _table(numbers: pl.Series, allowed: object) -> dict[int, int]:
    return {number: allowed(number) for number in numbers.unique()}  # type: ignore[operator]


def long_run(points: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Points of a run longer than chance explains; the points that complete it are those beyond the allowed length."""
    useful = _with_analysis(points)
    allowed = pl.col("longest_run_max")
    return _marks(points, useful, pl.col("place") > allowed, pl.col("length") > allowed)


def few_crossings(points: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """All useful points of a phase that crosses its centre too seldom; its last useful point completes it."""
    useful = _with_analysis(points)
    too_few = pl.col("crossings") < pl.col("crossings_min")
    last = pl.col("group").ne_missing(pl.col("group").shift(-1))
    return _marks(points, useful, too_few & last, too_few)


def _with_analysis(points: pl.DataFrame) -> pl.DataFrame:
    return _useful(points).join(runs_by_group(points), on="group", how="left", maintain_order="left")


def _marks(
    points: pl.DataFrame, useful: pl.DataFrame, completes: pl.Expr, members: pl.Expr
) -> tuple[pl.Series, pl.Series]:
    found = useful.select("index", completes.alias("completes"), members.alias("members"))
    every = points.with_row_index("index").select("index").join(found, on="index", how="left", maintain_order="left")
    return every["completes"].fill_null(value=False), every["members"].fill_null(value=False)
