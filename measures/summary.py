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
COUNTED = ("people", "people_in")
GLANCE = 1_000  # rows: a frame in no order mostly shows it so early
SCATTERED = 0.8  # of rows in order; where fewer are, looking for those who stand behind them as well gains nothing
# what a period's sums are made of, as far as the observations or their tally have it
SUMMED = ("day", "person_key", "above", "below", "counted", "counts_in", "unknown", "young", "waits", "days", "met")


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


def periods(
    rows: pl.LazyFrame, period: Period, kind: Kind, quantile: float, split: str | None, people: bool = True
) -> pl.DataFrame:
    """One row a series and period: Σ weight·numerator ÷ Σ weight·denominator over mature observations.

    A count is Σ weight·numerator; a duration the quantile of all who asked, by Kaplan–Meier, open ones included.

    Args:
        rows: observations with `mature`, or a tally of them.
        period: into which days fall.
        kind: the measure's.
        quantile: which one, of a duration.
        split: a column; one series a value.
        people: whether different people are counted; a tally cannot, and null then says so.
    """
    keys = ["start"] if split is None else ["series", "start"]
    lines = _tallied(rows) if "above" in rows.collect_schema() else _observed(rows, kind)
    named = {} if split is None else {"series": pl.col(split).cast(pl.String).fill_null(NOT_RECORDED)}
    start = period_start(pl.col("day"), period).cast(pl.Int32)
    have = [name for name in SUMMED if name in lines.collect_schema()]
    told = lines.select(*have, **named, start=start).collect()
    sums = told.lazy().group_by(keys).agg(
        numerator=pl.col("above").sum(),
        denominator=pl.col("below").sum(),
        n=pl.col("counted").sum().cast(pl.Int64),
        unknown=pl.col("unknown").sum().cast(pl.Int64),
        young=pl.col("young").sum().cast(pl.Int64),
        open=pl.col("waits").sum().cast(pl.Int64) if kind == "duration" else pl.lit(None, dtype=pl.Int64),
        first_day=pl.col("day").min(),
        last_day=pl.col("day").max(),
    ).collect()  # fmt: skip
    if people:
        sums = _with_people(sums, told, keys)
    else:
        sums = sums.with_columns(people=pl.lit(None, pl.Int64), people_in=pl.lit(None, pl.Int64))
    if split is None:
        sums = sums.with_columns(series=pl.lit(ALL))
    if kind == "duration":
        waits = quantiles(told.lazy(), (quantile,), tuple(keys)).collect()
        return sums.join(waits.rename({waits.columns[-1]: "value"}), on=keys, how="left")
    if kind == "count":
        untold = (pl.col("n") == 0) & (pl.col("unknown") > 0)  # nobody classified any of them: that is no zero
        return sums.with_columns(value=pl.when(~untold).then("numerator"), denominator=pl.lit(None, dtype=pl.Float64))
    return sums.with_columns(value=pl.when(pl.col("denominator") > 0).then(pl.col("numerator") / pl.col("denominator")))


def _observed(observations: pl.LazyFrame, kind: Kind) -> pl.LazyFrame:
    """Observations as a period sums them: what is left out counts as nothing, so that sums need no second look."""
    mature, weight = pl.col("mature"), pl.col("weight")
    counted = mature & (pl.col("denominator") > 0)
    waits = [pl.col("result").is_null().alias("waits")] if kind == "duration" else []
    return observations.with_columns(
        *waits,
        above=pl.when(mature).then(weight * pl.col("numerator")).otherwise(0.0),
        below=pl.when(mature).then(weight * pl.col("denominator")).otherwise(0.0),
        counted=counted,
        counts_in=counted & (pl.col("numerator") > 0),
        unknown=pl.col("unknown") & mature,
        young=~mature,
    )


def _tallied(days: pl.LazyFrame) -> pl.LazyFrame:
    """A tally's days likewise: those not yet mature count as young, and as nothing else."""
    mature = pl.col("mature")
    return days.with_columns(
        *(pl.when(mature).then(name).otherwise(0).alias(name) for name in ("above", "below", "counted", "unknown")),
        young=pl.when(mature).then(0).otherwise("rows"),
    )


def _with_people(sums: pl.DataFrame, told: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The sums with how many different people count in each (`people`), and how many of them above the line."""
    below = _people(told.lazy().filter("counted"), keys, "people")
    if told["counts_in"].sum() == told["counted"].sum():  # whoever counts, counts above the line
        both = below.with_columns(people_in="people")
    else:
        above = _people(told.lazy().filter("counts_in"), keys, "people_in")
        both = below.join(above, on=keys, how="left", nulls_equal=True)
    found = sums.join(both, on=keys, how="left", nulls_equal=True)
    return found.with_columns(pl.col("people", "people_in").fill_null(0))


def _people(rows: pl.LazyFrame, keys: list[str], name: str) -> pl.DataFrame:
    """How many different people stand behind each group, nobody left out of the count.

    Kept frames lie in order of person and day, save what small imports added behind. As far as that order holds, another
    person or period is another line; people who stand behind it too, and rows in any other order, are counted the long way.
    """
    known = rows.filter(pl.col("person_key").is_not_null()).select("person_key", *keys).collect()
    lines = ["person_key", *keys]
    ordered = _in_order(known, lines)
    front, rest = (
        (known.head(ordered), known.slice(ordered)) if ordered > SCATTERED * known.height else (known[:0], known)
    )
    if front.height and rest.height:
        both = pl.col("person_key").is_in(rest["person_key"].unique().implode())
        front, rest = front.filter(~both), pl.concat([front.filter(both), rest])
    another = pl.any_horizontal(pl.col(line) != pl.col(line).shift(1) for line in lines).fill_null(True)
    counts = [
        front.lazy().select(*keys, another=another).group_by(keys).agg(pl.col("another").sum().cast(pl.Int64)),
        rest.lazy().group_by(keys).agg(another=pl.col("person_key").n_unique().cast(pl.Int64)),
    ]
    return pl.concat(counts).group_by(keys).agg(pl.col("another").sum().alias(name)).collect()


def _in_order(rows: pl.DataFrame, lines: list[str]) -> int:
    """How many rows rise by the first of these columns, where equal by the next, and so on, before one does not."""
    if rows.height > GLANCE and (found := _in_order(rows.head(GLANCE), lines)) < GLANCE:
        return found
    rises = pl.lit(True)
    for line in reversed(lines):
        value, before = pl.col(line), pl.col(line).shift(1)
        rises = (value > before) | ((value == before) & rises)
    falls = rows.select(~rises.fill_null(True)).to_series().arg_true()
    return rows.height if falls.is_empty() else int(falls[0])


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
    people = sums["people"].null_count() == 0  # else nobody counted them
    whole = grid.join(sums, on=["series", "start"], how="left").with_columns(
        end=period_end(pl.col("start"), period).cast(pl.Int32),
        value=pl.when(pl.col("n").is_null()).then(0.0).otherwise("value") if kind == "count" else pl.col("value"),
        **{name: pl.col(name).fill_null(0) for name in ("n", "unknown", "young", *(COUNTED if people else ()))},
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
    waits = ["days", "met"] if kind == "duration" else []
    counted = pl.col("denominator") > 0
    told = (
        observations.filter("mature")
        .select(
            by, "person_key", *waits,
            above=pl.col("weight") * pl.col("numerator"),
            below=pl.col("weight") * pl.col("denominator"),
            counted=counted,
            counts_in=counted & (pl.col("numerator") > 0),
        )
        .collect()
    )  # fmt: skip
    named = pl.col(by).cast(pl.String).fill_null(NOT_RECORDED)
    added = told.lazy().group_by(by).agg(
        numerator=pl.col("above").sum(),
        denominator=pl.col("below").sum(),
        n=pl.col("counted").sum().cast(pl.Int64),
    ).collect()  # fmt: skip
    sums = _with_people(added, told, [by]).with_columns(category=named)
    nothing = pl.lit(None, dtype=pl.Float64)
    if kind == "count":
        valued = sums.filter(pl.col("numerator") > 0).with_columns(value="numerator", lower=nothing, upper=nothing)
    elif kind == "duration":
        reached = quantiles(told.lazy().select("days", "met", category=named), (quantile,), ("category",)).collect()
        valued = sums.join(reached.rename({reached.columns[-1]: "value"}), on="category", how="left")
        valued = valued.with_columns(lower=nothing, upper=nothing)
    elif kind == "rate":
        each = pl.col("numerator") / pl.col("denominator")
        valued = sums.filter(pl.col("denominator") > 0).with_columns(value=each, lower=nothing, upper=nothing)
    else:
        share = pl.col("numerator") / pl.col("denominator")
        low, high = wilson(share * pl.col("n"), pl.col("n").cast(pl.Float64))
        valued = sums.filter(pl.col("denominator") > 0).with_columns(value=share, lower=low, upper=high)
    return valued.sort("value", "category", descending=[True, False], nulls_last=True).select(
        pl.col("category").alias("source_name" if by == "source" else by), "value", "lower", "upper",
        pl.lit(None, pl.String).alias("source"), "n", "people", "people_in",
    )  # fmt: skip
