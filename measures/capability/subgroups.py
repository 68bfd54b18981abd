"""Charts of several values a point: the mean of each subgroup (xbar) and the spread within it (s).

Montgomery, Statistical Quality Control, equations 6.27 to 6.31.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, lgamma, sqrt

import polars as pl

from measures.capability.chart import Chart

KEYS = ("series", "phase", "subgroup")


@lru_cache(maxsize=4096)
def c4(n: int) -> float | None:
    """How far the standard deviation of n values falls short of the true one, on average.

    >>> round(c4(5), 4), c4(1)
    (0.94, None)
    """
    if n < 2:
        return None
    return sqrt(2 / (n - 1)) * exp(lgamma(n / 2) - lgamma((n - 1) / 2))


def gather(points: pl.DataFrame) -> pl.DataFrame:
    """One row a subgroup, in order of first appearance: `value` the mean, `_spread` and `_size` of what it holds.

    Excluded rows stay out of their subgroup; one of which every row is excluded stays visible as an excluded point.
    Other columns keep their first value; a subgroup with a marked baseline row is a baseline point.
    """
    keys = [name for name in KEYS if name in points.columns]
    value = pl.col("value").cast(pl.Float64).fill_nan(None)
    marked = {name: pl.col(name).cast(pl.Boolean).fill_null(value=False) for name in ("excluded", "baseline")}
    out = marked["excluded"] if "excluded" in points.columns else pl.lit(value=False)
    all_out = out.all().over(keys) if "excluded" in points.columns else pl.lit(value=False)
    rows = points.with_columns(pl.when(~out | all_out).then(value).alias("value"), all_out.alias("_all_out"))
    column = {name: pl.col(name).first() for name in points.columns}
    column |= {name: pl.col(name).drop_nulls().first() for name in points.columns if name.startswith("fixed_")}
    column |= {"value": pl.col("value").mean(), "baseline": marked["baseline"].any()}
    column |= {"excluded": pl.col("_all_out").first().alias("excluded")}
    gathered = rows.group_by(keys, maintain_order=True).agg(
        pl.col("value").std().alias("_spread"),
        pl.col("value").count().cast(pl.Int64).alias("_size"),
        *(column[name] for name in points.columns if name not in keys),
    )
    return gathered.select(*points.columns, "_spread", "_size")


def grand_mean(chart: Chart) -> pl.Expr:
    """The mean of all values: big subgroups weigh more."""
    size = pl.when("_sets").then("_size").sum().over("_group")
    total = pl.when("_sets").then(pl.col("_x") * pl.col("_size")).sum().over("_group")
    return pl.when(size > 0).then(total / size)


def plot_spread(work: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    """Plot the spread within each subgroup; a subgroup of one has none."""
    known = pl.col("_x").is_not_null() & pl.col("_spread").is_not_null()
    return work.with_columns(
        pl.col("_spread").alias("value"),
        pl.when(known).then("_spread").alias("_x"),
        known.alias("_known"),
        (pl.col("_sets") & known).alias("_sets"),
    )


def spread(chart: Chart) -> pl.Expr:
    """The ordinary spread within a subgroup: the mean of them, or pooled where subgroups differ in size."""
    sets = pl.col("_sets") & pl.col("_spread").is_not_null()
    size, within = pl.when(sets).then("_size"), pl.when(sets).then("_spread")
    all_sizes = pl.when(~pl.col("_excluded") & (pl.col("_size") > 0)).then("_size")
    same = all_sizes.min().over("_group") == all_sizes.max().over("_group")
    free = (size - 1).sum().over("_group")
    pooled = pl.when(free > 0).then((((size - 1) * within**2).sum().over("_group") / free).sqrt())
    return pl.when(same).then(within.mean().over("_group")).otherwise(pooled)


def limits_of_means(work: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    """How far a subgroup's mean may lie from the grand mean: A3·s̄, with A3 = 3 ÷ (c4·√n)."""
    work = _with_c4(work)
    half = 3 / (pl.col("_c4") * pl.col("_size").sqrt()) * spread(chart)
    return work.with_columns((pl.col("_centre") - half).alias("_lower"), (pl.col("_centre") + half).alias("_upper"))


def limits_of_spread(work: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    """How large or small the spread within a subgroup may be: B3·s̄ and B4·s̄."""
    work = _with_c4(work)
    share = 3 * (1 - pl.col("_c4") ** 2).sqrt() / pl.col("_c4")
    centre = pl.col("_centre")
    return work.with_columns((centre * (1 - share)).alias("_lower"), (centre * (1 + share)).alias("_upper"))


def _with_c4(work: pl.DataFrame) -> pl.DataFrame:
    sizes = work["_size"].unique().to_list()
    table = {size: c4(size) for size in sizes}
    return work.with_columns(pl.col("_size").replace_strict(table, return_dtype=pl.Float64).alias("_c4"))
