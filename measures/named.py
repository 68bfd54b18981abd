"""Judgements of needs, under the names that the needs have now.

A need that its source does not name is called by its first demand, and a late record can be of an earlier one. What
somebody said of the need under its old name is then found by the demand that bears that name.
"""

from __future__ import annotations

import polars as pl

from measures.building import kept_heard
from measures.model.measure import Options
from measures.model.records import Records
from measures.needs import OWN, STRAND
from measures.standing import standing

STRANDS = ("unit", "issue_key")


def newest_answers(records: Records, options: Options) -> pl.DataFrame:
    """What the person said of each need when last asked: one row a need, columns of the judgement `outcome`, and `named`."""
    rows = under_needs(standing(records, "outcome", options.as_of).collect(), records, options)
    return rows.sort("asked_on_day", "judgement_id").unique("need_id", keep="last", maintain_order=True)


def under_needs(judged: pl.DataFrame, records: Records, options: Options) -> pl.DataFrame:
    """Judgements with the `need_id` of today: the need so called, else the need of the demand so called, else as it was.

    Args:
        judged: rows with `need_id`.
        records: where demands are.
        options: how needs are formed.

    Returns:
        The same rows in the same order, with `named`: the `need_id` as it was judged.
    """
    rows = judged.with_columns(named="need_id")
    names = rows["need_id"].drop_nulls().unique()
    if names.is_empty():
        return rows
    asked = kept_heard(records, options).select(
        "demand_id", "starts", "found", "need_id", "need_key", "day", *STRANDS
    )  # fmt: skip
    standing_now = asked.filter(pl.col("starts") & pl.col("need_id").is_in(names.implode())).select("need_id").collect()
    lost = names.filter(~names.is_in(standing_now["need_id"].implode()))
    if lost.is_empty():
        return rows
    moved = _needs_of(asked.filter(pl.col("demand_id").is_in(lost.implode())).collect(), asked.filter("starts"))
    return rows.join(moved, on="named", how="left", maintain_order="left").with_columns(
        need_id=pl.coalesce("now", "need_id")
    ).drop("now")  # fmt: skip


def _needs_of(demands: pl.DataFrame, openers: pl.LazyFrame) -> pl.DataFrame:
    """The need of each of a few demands: `named` (the demand), `now` (the need)."""
    keys = demands["need_key"].drop_nulls().unique()
    own = openers.filter((pl.col("found") == OWN) & pl.col("need_key").is_in(keys.implode()))
    begun = (
        openers.filter(pl.col("found") == STRAND)
        .join(demands.lazy().select(STRANDS).unique(), on=STRANDS, how="semi", nulls_equal=True)
        .select(pl.col("issue_key").fill_null(0), "unit", "day", by_strand="need_id")
    )
    return (
        demands.with_columns(pl.col("issue_key").fill_null(0), opened=pl.when("starts").then("need_id"))
        .join(own.select("need_key", by_key="need_id").collect(), on="need_key", how="left")
        .sort("day")
        .join_asof(begun.collect().sort("day"), on="day", by=list(STRANDS), strategy="backward", check_sortedness=False)
        .select(named="demand_id", now=pl.coalesce("opened", "by_key", "by_strand"))
    )
