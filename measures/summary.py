"""From observations to periods and categories: the one place where a period's value is computed."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from measures.facts import by_source
from measures.model.measure import Kind
from measures.model.time import Period, period_end, period_start
from measures.survival import quantiles, wilson

ALL = "all"
NOT_RECORDED = "not recorded"


@dataclass(frozen=True)
class Span:
    """The days that records cover.

    Attributes:
        began: the first day of record. ended: the last day anything could have been recorded.
        seen: the last day the sources have seen whole.
    """

    began: int
    ended: int
    seen: int


def with_maturity(observations: pl.LazyFrame, seen: pl.DataFrame) -> pl.LazyFrame:
    """Adds `mature`: whether the source has seen past the day after which the observation cannot change."""
    return observations.with_columns(mature=(pl.col("mature_day") <= by_source(seen, "seen_day")).fill_null(False))


def periods(observations: pl.LazyFrame, period: Period, kind: Kind, quantile: float, split: str | None) -> pl.DataFrame:
    """One row a series and period: Σ weight·numerator ÷ Σ weight·denominator over mature observations.

    A count is Σ weight·numerator; a duration the quantile of all who asked, by Kaplan–Meier, open ones included.
    """
    by = pl.lit(ALL) if split is None else pl.col(split).cast(pl.String).fill_null(NOT_RECORDED)
    keyed = observations.with_columns(series=by, start=period_start(pl.col("day"), period).cast(pl.Int32))
    keys = ["start"] if split is None else ["series", "start"]
    counted = pl.col("mature") & (pl.col("denominator") > 0)
    rows = keyed.with_columns(
        counted=counted,
        below=pl.when(counted).then("person_key"),
        above=pl.when(counted & (pl.col("numerator") > 0)).then("person_key"),
    )
    sums = rows.group_by(keys).agg(
        numerator=(pl.col("weight") * pl.col("numerator")).filter(pl.col("mature")).sum(),
        denominator=(pl.col("weight") * pl.col("denominator")).filter(pl.col("mature")).sum(),
        n=pl.col("counted").sum().cast(pl.Int64),
        people=_distinct("below"),
        people_in=_distinct("above"),
        unknown=(pl.col("unknown") & pl.col("mature")).sum().cast(pl.Int64),
        young=(~pl.col("mature")).sum().cast(pl.Int64),
        open=pl.col("result").is_null().sum().cast(pl.Int64) if kind == "duration" else pl.lit(None, dtype=pl.Int64),
        first_day=pl.col("day").min(),
        last_day=pl.col("day").max(),
    ).collect()  # fmt: skip
    if split is None:
        sums = sums.with_columns(series=pl.lit(ALL))
    if kind == "duration":
        durations = keyed.select(*keys, "days", "met")
        waits = quantiles(durations, (quantile,), tuple(keys)).collect()
        return sums.join(waits.rename({waits.columns[-1]: "value"}), on=keys, how="left")
    if kind == "count":
        return sums.with_columns(value="numerator", denominator=pl.lit(None, dtype=pl.Float64))
    return sums.with_columns(value=pl.when(pl.col("denominator") > 0).then(pl.col("numerator") / pl.col("denominator")))


def _distinct(column: str) -> pl.Expr:
    """How many different people, nobody left out of the count."""
    return (pl.col(column).n_unique() - pl.col(column).has_nulls().cast(pl.UInt32)).cast(pl.Int64)


def complete(sums: pl.DataFrame, period: Period, kind: Kind, span: Span) -> pl.DataFrame:
    """Every period between the first and the last, in order: a week in which nobody asked is a zero or a gap.

    A period that the sources have not seen whole is not mature; nor is a count of one that the records hold in part.
    """
    if sums.is_empty():
        return sums.with_columns(
            period_start=pl.lit(None, pl.Date), period_end=pl.lit(None, pl.Date), mature=pl.lit(None, pl.Boolean)
        )
    low, high = int(sums["start"].min()), int(sums["start"].max())  # type: ignore[arg-type]
    grid = (
        pl.DataFrame({"day": range(low, high + 1)}, schema={"day": pl.Int32})
        .select(start=period_start(pl.col("day"), period).cast(pl.Int32))
        .unique()
        .join(sums.select("series").unique(), how="cross")
    )
    nothing = 0.0 if kind == "count" else None
    whole = grid.join(sums, on=["series", "start"], how="left").with_columns(
        end=period_end(pl.col("start"), period).cast(pl.Int32),
        value=pl.col("value").fill_null(nothing) if kind == "count" else pl.col("value"),
        **{name: pl.col(name).fill_null(0) for name in ("n", "people", "people_in", "unknown", "young")},
    )
    cut = (pl.col("start") < span.began) | (pl.col("end") > span.ended)  # a share does not suffer from half a week
    partial = cut if kind == "count" else pl.lit(False)
    return whole.with_columns(
        period_start=pl.col("start").cast(pl.Date),
        period_end=pl.col("end").cast(pl.Date),
        mature=(pl.col("young") == 0) & (pl.col("end") <= span.seen) & ~partial,
    ).sort("series", "start")


def categories(observations: pl.LazyFrame, kind: Kind, by: str, quantile: float) -> pl.DataFrame:
    """One row a category: its value over all mature observations, with Wilson's interval on a share."""
    mature = observations.filter("mature")
    rows = mature.with_columns(
        below=pl.when(pl.col("denominator") > 0).then("person_key"),
        above=pl.when((pl.col("denominator") > 0) & (pl.col("numerator") > 0)).then("person_key"),
    )
    named = pl.col(by).cast(pl.String).fill_null(NOT_RECORDED)
    sums = (
        rows.group_by(by)
        .agg(
            numerator=(pl.col("weight") * pl.col("numerator")).sum(),
            denominator=(pl.col("weight") * pl.col("denominator")).sum(),
            n=(pl.col("denominator") > 0).sum().cast(pl.Int64),
            people=_distinct("below"),
            people_in=_distinct("above"),
        )
        .with_columns(category=named)
        .collect()
    )
    nothing = pl.lit(None, dtype=pl.Float64)
    if kind == "count":
        valued = sums.filter(pl.col("numerator") > 0).with_columns(value="numerator", lower=nothing, upper=nothing)
    elif kind == "duration":
        waits = quantiles(mature.select(named.alias("category"), "days", "met"), (quantile,), ("category",)).collect()
        valued = sums.join(waits.rename({waits.columns[-1]: "value"}), on="category", how="left")
        valued = valued.with_columns(lower=nothing, upper=nothing)
    else:
        share = pl.col("numerator") / pl.col("denominator")
        low, high = wilson(share * pl.col("n"), pl.col("n").cast(pl.Float64))
        valued = sums.filter(pl.col("denominator") > 0).with_columns(value=share, lower=low, upper=high)
    return valued.sort("value", "category", descending=[True, False], nulls_last=True).select(
        pl.col("category").alias("source_name" if by == "source" else by), "value", "lower", "upper",
        pl.lit(None, pl.String).alias("source"), "n", "people", "people_in",
    )  # fmt: skip
