"""How long people wait until something first happens for them: work of value, or being taken on at all."""

from __future__ import annotations

import polars as pl

from measures.acts import acts, need_number
from measures.building import NEEDS, kept_heard
from measures.events import MET
from measures.facts import by_source, waited
from measures.model.measure import Options
from measures.model.records import Records
from measures.survival import share_by

SETTLING_DAYS = 90  # as for the time to meet a need: weeks are compared at one age


def curve(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Of all who asked, the share for whom it had happened by each day."""
    return share_by(observations.lazy().filter(pl.col("days").is_not_null()))


def until_first(records: Records, options: Options, happened: pl.Expr, unclear: pl.Expr) -> pl.LazyFrame:
    """One observation a need: `days` from its first demand until it first happened, else so far; never is still waiting.

    However a need ended, whoever it did not happen to stays at risk as far as the source sees. What was done before anybody asked
    does not count. Unknown, with no `days`: what came first may or may not have been it; or nothing of the source ever
    tells of it.

    Args:
        records: what is known.
        options: for `as_of` and `reopen_days`.
        happened: of an activity: this is it. Null is no.
        unclear: of an activity: it may be, and nobody wrote down whether.
    """
    begun = kept_heard(records, options).filter("starts").select(NEEDS).with_columns(need=need_number())
    sure = happened.fill_null(False)
    may_be = acts(records, options).filter(pl.col("need").is_not_null() & (sure | unclear.fill_null(False)))
    first = (
        may_be.select("need", "day", "at", "precise", sure=sure)
        .join(begun.select("need", began="day", telling="source"), on="need", how="inner", maintain_order="left")
        .filter(pl.col("day") >= pl.col("began"))
        .filter(pl.col("need").ne_missing(pl.col("need").shift(1)))
        .collect()
    )
    telling = first.filter("sure")["telling"].cast(pl.String).unique()
    came = first.select("need", "sure", first_day="day", first_at="at", first_precise="precise")
    sources = records.scan("sources", options.as_of).select("source", "seen_at", "seen_day").collect()
    joined = begun.join(came.lazy(), on="need", how="left").with_columns(
        by_source(sources, "seen_at"), by_source(sources, "seen_day")
    )
    told = pl.col("source").cast(pl.String).is_in(telling.implode()) & pl.col("sure").fill_null(True)
    judged = joined.with_columns(unknown=~told, met=told & pl.col("sure").fill_null(False))
    return judged.with_columns(
        days=pl.when(~pl.col("unknown")).then(waited("first")),
        result=pl.when(pl.col("met") | pl.col("unknown")).then(pl.lit(MET, pl.Int8)),  # null: at risk
        numerator=pl.col("met").cast(pl.Float64),
        denominator=(~pl.col("unknown")).cast(pl.Float64),
        weight=pl.lit(1.0),
        mature_day=(pl.col("day") + SETTLING_DAYS).cast(pl.Int32),
        record_id="need_id",
    ).drop("need", "sure", "first_day", "first_at", "first_precise")
