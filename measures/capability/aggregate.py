"""Several rows of a file that make one point: the people of one week, the cases of one clinic."""

from __future__ import annotations

from typing import Literal

import polars as pl

How = Literal["mean", "median"]
KEYS = ("series", "phase", "subgroup")


def aggregate(points: pl.DataFrame, how: How = "mean", *, adds_up: bool = False) -> pl.DataFrame:
    """One row a subgroup, so that one person's odd day does not stand for the whole week.

    Args:
        points: `value` and `subgroup`; optionally `of`, `series`, `phase`, `excluded`, `baseline` and other columns.
        how: what the point shows of the values of its rows.
        adds_up: the values are counts: a point has the sum of its rows' counts, and of their denominators `of`. A row
            without its count or its denominator is left out of both.

    Returns:
        A row for each subgroup of a series and phase, in order of first appearance. Excluded rows stay out of their
        subgroup; one of which every row is excluded stays, as an excluded point. A subgroup with a marked baseline
        row is a baseline point. Other columns keep the first figure given.
    """
    keys = [name for name in KEYS if name in points.columns]
    out = pl.col("excluded").fill_null(value=False) if "excluded" in points.columns else pl.lit(value=False)
    all_out = out.all().over(keys) if "excluded" in points.columns else pl.lit(value=False)
    figures = [name for name in ("value", "of") if name in points.columns]
    number = {name: pl.col(name).cast(pl.Float64).fill_nan(None) for name in figures}
    counted = ~out | all_out
    if adds_up:
        counted &= pl.all_horizontal(each.is_not_null() for each in number.values())
    rows = points.with_columns(
        *(pl.when(counted).then(each).alias(name) for name, each in number.items()), all_out.alias("_all_out")
    )
    column = {name: pl.col(name).drop_nulls().first() for name in points.columns}
    column |= {name: _of_rows(name, how, adds_up=adds_up) for name in figures}
    if "baseline" in points.columns:
        column["baseline"] = pl.col("baseline").fill_null(value=False).any()
    if "excluded" in points.columns:
        column["excluded"] = pl.col("_all_out").first().alias("excluded")
    gathered = rows.group_by(keys, maintain_order=True).agg(column[name] for name in points.columns if name not in keys)
    return gathered.select(points.columns)


def _of_rows(name: str, how: How, *, adds_up: bool) -> pl.Expr:
    known = pl.col(name).count() > 0
    if adds_up:
        return pl.when(known).then(pl.col(name).sum()).alias(name)
    return pl.col(name).median() if how == "median" else pl.col(name).mean()
