"""What was spent on people, at one price base, and by whom."""

from __future__ import annotations

import polars as pl

from measures.costs import PRICE_YEAR, costed
from measures.model.measure import Measure, Options
from measures.model.records import Records


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row an activity: its cost in pounds at one price base.

    Unknown where nobody wrote the cost down, or where its price year cannot be brought to that of the others.
    """
    return costed(records, options).with_columns(
        numerator=pl.when("priced").then("pounds").otherwise(0.0),
        denominator=pl.col("priced").cast(pl.Float64),
        weight=pl.lit(1.0),
        unknown=~pl.col("priced"),
        mature_day="day",
        record_id="activity_id",
    ).drop("activity_id")  # fmt: skip


def breakdown(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Pounds by agency and calendar year, each price year alone where no index brings them together, and whose figures they are.

    `value` is null where a cost is not known; the last column says how many activities nobody wrote a cost down for.
    """
    known = pl.col("pounds").is_not_null()
    apart = observations.lazy().select(
        "agency", "person_key", "pounds", "cost_source",
        year=pl.col("day").cast(pl.Date).dt.year(),
        mixed=pl.when(known & ~pl.col("priced")).then(pl.col("price_year").fill_null("not recorded")),
        known=known,
    ).collect().lazy()  # fmt: skip
    by = ["agency", "year", "mixed"]
    figures = apart.group_by(*by, "cost_source").agg(
        total=pl.col("pounds").sum(), n=pl.col("known").sum().cast(pl.Int64), all=pl.len().cast(pl.Int64)
    )
    people = (
        apart.filter(pl.col("known") & pl.col("person_key").is_not_null())
        .group_by(by).agg(people=pl.col("person_key").n_unique().cast(pl.Int64))
    )  # fmt: skip
    sums = (
        figures.sort("cost_source")
        .group_by(by)
        .agg(pl.col("total", "n", "all").sum(), source=pl.col("cost_source").filter(pl.col("n") > 0).str.join(", "))
        .join(people, on=by, how="left", nulls_equal=True)
        .with_columns(
            pl.col("mixed").cast(pl.String),
            pl.col("people").fill_null(0),
            named=pl.col("agency").cast(pl.String).fill_null("agency not recorded"),
            value=pl.when(pl.col("n") > 0).then("total"),
            source=pl.when(pl.col("n") > 0).then("source"),
            not_costed=pl.col("all") - pl.col("n"),
        )
        .sort("named", "year", "mixed", nulls_last=True)
        .collect()
    )
    prices = pl.when(pl.col("mixed").is_null()).then(pl.lit("")).otherwise(
        pl.concat_str(pl.lit(", prices of "), pl.col("mixed"))
    )  # fmt: skip
    return sums.select(
        pl.concat_str(pl.col("named"), pl.lit(", "), pl.col("year"), prices).alias("agency_and_year"),
        "value", lower=pl.lit(None, pl.Float64), upper=pl.lit(None, pl.Float64),
        source="source", n="n", people="people", people_in="people",
        activities_without_cost="not_costed",
    )  # fmt: skip


def curve(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Pounds spent up to each day since the first activity; nothing where price years cannot be brought together."""
    priced = observations.filter("priced")
    if observations.filter(pl.col("pounds").is_not_null() & ~pl.col("priced")).height:
        priced = priced.head(0)
    days = priced.group_by("day").agg(spent=pl.col("numerator").sum(), events=pl.len().cast(pl.Int64)).sort("day")
    return days.select(
        x=(pl.col("day") - pl.col("day").min()).cast(pl.Float64),
        value=pl.col("spent").cum_sum(),
        lower=pl.lit(None, pl.Float64),
        upper=pl.lit(None, pl.Float64),
        at_risk=pl.lit(priced.height, pl.Int64) - pl.col("events").cum_sum() + pl.col("events"),
        events="events",
    )


def breakdown_says(table: pl.DataFrame) -> str:
    """Where most was spent, and how much of all that is."""
    known = table.filter(pl.col("value").is_not_null())
    if known.is_empty():
        return "Nobody wrote down what anything cost."
    name, most = known.sort("value").select("agency_and_year", "value").row(-1)
    mixed = known["agency_and_year"].str.contains("prices of").any()
    apart = " (at prices of several years, which nothing brings together)" if mixed else ""
    return f"Most was spent by {name}: £{most:,.0f} of £{known['value'].sum():,.0f} in all{apart}."


MEASURE = Measure(
    name="case_cost",
    title="What was spent",
    question="What did everything that was done cost, and who paid?",
    purpose="To see the cost of a whole case, which no single budget shows, beside what the person wanted.",
    why_it_matters="One family's dealings with the agencies cost £130,000 and things got worse; another person received "
    "£106,777 worth of services where what she wanted cost £20,760.",
    definition="The sum of what activities cost, in pounds at one price base; an activity without a cost of its own costs what "
    "the table of unit costs says.",
    unit="pounds",
    kind="count",
    better="neither",
    readings=("breakdown", "curve", "series"),
    chart="xmr",
    report_lines=(510, 566, 573),
    tags=("people", "cost"),
    observe=observe,
    curve=curve,
    breakdown=breakdown,
    breakdown_says=breakdown_says,
    splits=("source", "service", "agency", "team", PRICE_YEAR),
    periods=("year", "quarter", "month"),
    caveat="Costs of several price years are added only where a price index is loaded; without one each price year stands "
    "alone. An activity whose cost nobody wrote down counts as unknown, not as free; one dated "
    "only to a month or a year is left out.",
)
