"""What it costs each time, how often people must ask, and what that comes to."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from measures.costs import PRICE_YEAR, costed
from measures.facts import PLACED, heard
from measures.model.measure import Measure, Options
from measures.model.records import Records

PARTS = ("cost each time asked", "times asked for each need", "needs", "total cost")
FEWEST_DAYS = 365 - 31  # of a year on record, for it to be set beside another


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row an activity with its cost in pounds, and one row a demand, which costs nothing itself.

    The demands are there for the breakdown: `starts` says whether one opened a need, and is null on an activity.
    """
    spent = costed(records, options).select(
        "day", "source", "service", "agency", "person_key", PRICE_YEAR,
        pl.lit(None, pl.Boolean).alias("starts"),
        numerator=pl.when("priced").then("pounds").otherwise(0.0),
        denominator=pl.col("priced").cast(pl.Float64),
        unknown=~pl.col("priced"),
        record_id="activity_id",
    )  # fmt: skip
    named = replace(options, columns=options.columns | {"agency"})
    asked = heard(records, named, PLACED).select(
        "day", "source", "service", "agency", "person_key",
        pl.lit(None, pl.Categorical).alias(PRICE_YEAR), "starts",
        numerator=pl.lit(0.0), denominator=pl.lit(0.0), unknown=pl.lit(False), record_id="demand_id",
    )  # fmt: skip
    return pl.concat([spent, asked]).with_columns(weight=pl.lit(1.0), mature_day="day")


def breakdown(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Year by year: cost each time asked × times asked for each need × needs = total cost, and each beside the first whole year.

    `against_first` is the value ÷ that of the first year on record as a whole; null where a cost cannot be told.
    """
    asks = pl.col("starts").is_not_null()
    years = (
        observations.group_by(year=pl.col("day").cast(pl.Date).dt.year())
        .agg(
            total=pl.col("numerator").sum(),
            asked=asks.sum(),
            needs=pl.col("starts").sum(),
            n=(pl.col("denominator") > 0).sum().cast(pl.Int64),
            unknown=pl.col("unknown").sum(),
            people=pl.col("person_key").drop_nulls().n_unique().cast(pl.Int64),
            days=pl.col("day").max() - pl.col("day").min() + 1,
        )
        .sort("year")
    )
    told = pl.when(pl.col("n") > 0).then(pl.col("total").cast(pl.Float64))
    times = pl.when(pl.col("needs") > 0).then(pl.col("asked") / pl.col("needs"))
    each = pl.when(pl.col("asked") > 0).then(told / pl.col("asked"))
    values = dict(zip(PARTS, (each, times, pl.col("needs").cast(pl.Float64), told), strict=True))
    none = pl.lit(None, pl.Float64)
    parts = []
    for part, value in values.items():
        figures = years.with_columns(value=value)
        first = figures.filter(pl.col("days") >= FEWEST_DAYS)["value"].first() if figures.height else None
        parts.append(
            figures.select(
                pl.concat_str(pl.col("year"), pl.lit(f": {part}")).alias("part"), "year", "value",
                lower=none, upper=none, source=pl.lit(None, pl.String), n="n", people="people", people_in="people",
                against_first=pl.col("value") / pl.lit(first or None, pl.Float64), without_cost="unknown",
            )
        )  # fmt: skip
    return pl.concat(parts).sort("year", maintain_order=True).drop("year")


MEASURE = Measure(
    name="unit_and_total_cost",
    title="Cost each time, and in all",
    question="Does it cost less in all, whatever it costs each time?",
    purpose="To judge a way of working by what it costs in all, and not by the price of one visit or call.",
    why_it_matters="Buurtzorg's visits cost up to 30-40 per cent more each, which a 50 per cent reduction in total demand more "
    "than makes up for.",
    definition="What activities cost in all, in pounds at one price base: the cost each time somebody asks × the times they ask "
    "for each need × the needs that begin.",
    unit="pounds",
    kind="count",
    better="lower",
    readings=("series", "breakdown"),
    chart="xmr",
    report_lines=(734,),
    tags=("cost",),
    observe=observe,
    breakdown=breakdown,
    splits=("source", "service", "agency"),
    periods=("month", "quarter", "year"),
    caveat="A total may also fall because people were turned away: read it beside how many needs were met. Costs of several "
    "price years are added only where a price index is loaded; without one they count as unknown.",
)
