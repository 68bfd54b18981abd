"""How much of all demand, or of all cost, is that of the few people with most."""

from __future__ import annotations

import numpy as np
import polars as pl

from measures.concentrated import in_top, lorenz
from measures.facts import by_source, heard
from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.residents import residents
from measures.yearly import covered_from, tells_its_year, year_end, year_of

# line: (what is added up, of which share of residents)
LINES = {
    "demands, top 1%": ("demands", 0.01),
    "demands, top 5%": ("demands", 0.05),
    "demands, top 10%": ("demands", 0.10),
    "cost, top 1%": ("cost", 0.01),
    "cost, top 5%": ("cost", 0.05),
}
BY = ("source", "service")
PERCENTS = np.arange(101)


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a person and calendar year: how much of what they asked (or cost) is that of the top share of residents.

    Cost is counted in the cost of that year's average activity, so that an activity of nobody known weighs as one. A year
    that the records do not cover from its first week is left out. Activities and demands of nobody known are unknown, each
    by itself; so is everything where nobody knows how many people live there.
    """
    what, share = LINES[options.line or next(iter(LINES))]
    by = tuple(name for name in BY if name in options.columns)
    rows = _asked(records, options) if what == "demands" else _paid(records, options)
    years = rows.select(pl.col("year").unique()).collect()["year"]
    people = residents(records, options, years).years.lazy()
    person = ("year", "person_key", *by)
    totals = (
        rows.filter(pl.col("person_key").is_not_null())
        .group_by(person)
        .agg(
            pl.col("amount").sum(), pl.col("day").min(), pl.col("record_id").min(),
            *(pl.col(name).first() for name in BY if name not in by),
            events=pl.len(),
        )
        .filter(pl.col("amount") > 0)
        .join(people, on="year", how="left")
    )  # fmt: skip
    groups = ("year", *by)
    ranked = in_top(totals, share, groups)
    known = pl.col("residents").is_not_null()
    unit = (pl.col("amount").sum() / pl.col("events").sum()).over(groups)  # 1 for demands
    linked = ranked.with_columns(weighed=pl.when(known).then(pl.col("amount") / unit).otherwise(0.0))
    nobody = rows.filter(pl.col("person_key").is_null()).select(
        "year", "person_key", "day", "record_id", "amount", *BY,
        residents=pl.lit(None, pl.Int64), inside=pl.lit(None, pl.Float64), weighed=pl.lit(0.0),
    )  # fmt: skip
    columns = nobody.collect_schema().names()
    return (
        pl.concat([linked.select(columns), nobody])
        .with_columns(
            numerator=(pl.col("weighed") * pl.col("inside")).fill_null(0.0),
            denominator="weighed",
            weight=pl.lit(1.0),
            unknown=pl.col("weighed") == 0,
            mature_day=year_end(),
        )
        .drop("weighed")
    )


def _asked(records: Records, options: Options) -> pl.LazyFrame:
    """A row a demand."""
    rows = heard(records, options).select(
        "person_key", "day", *BY, record_id="demand_id", amount=pl.lit(1, pl.Int64), year=year_of()
    )
    return _covered(rows)


def _paid(records: Records, options: Options) -> pl.LazyFrame:
    """A row an activity that cost something, in pence as recorded: a year's shares need no price base."""
    rows = (
        records.scan("activities", options.as_of)
        .filter(tells_its_year("started") & (pl.col("cost_pence") > 0))
        .select(
            "person_key", *(pl.col(name).cast(pl.Categorical) for name in BY),
            day="started_day", record_id="activity_id", amount="cost_pence", year=year_of("started_day"),
        )
    )  # fmt: skip
    return _covered(rows)


def _covered(rows: pl.LazyFrame) -> pl.LazyFrame:
    """What falls in years that the records cover from their first week."""
    began = rows.group_by(pl.col("source").cast(pl.String)).agg(since=covered_from(pl.col("day").min())).collect()
    return rows.filter(pl.col("year") >= by_source(began, "since"))


def curve(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """What the first 1, 2, 3 … per cent of residents hold, those with most first, in the newest year seen whole."""
    known = observations.filter(~pl.col("unknown"))
    whole = known.filter("mature") if known["mature"].any() else known
    newest = whole.filter(pl.col("year") == pl.col("year").max())
    if newest.is_empty():
        steps = lorenz(pl.Series([1.0]), 1, PERCENTS).clear()
    else:
        persons = newest.group_by("person_key").agg(pl.col("amount").sum(), pl.col("residents").first())
        steps = lorenz(persons["amount"], int(persons["residents"][0]), PERCENTS)
    none = pl.lit(None, pl.Float64)
    return steps.select("x", "value", lower=none, upper=none, at_risk="at_risk", events="events")


def says(curve: pl.DataFrame) -> str:
    """The first thing the curve says."""
    held = dict(curve.select("x", "value").rows())
    if not held:
        return "Nobody knows how many people live there, so no share of residents can be told."
    return (
        f"In the newest whole year the 1% of residents with most stand for {held[1]:.0%} of all, 5% for {held[5]:.0%} and "
        f"10% for {held[10]:.0%}."
    )


def beside(records: Records, options: Options) -> str:
    """Of how many residents, and who says so."""
    newest = pl.Series([records.newest if options.as_of is None else options.as_of], dtype=pl.Int64)
    year = (newest // 86_400_000_000).cast(pl.Int32).to_frame("day").select(year=year_of())["year"]
    return residents(records, options, year).sentence


MEASURE = Measure(
    name="concentration",
    title="How much is that of the few",
    question="How much of all demand, or of all cost, is that of the few people with most?",
    purpose="To know with whom to start studying: what would have helped these few people, and when.",
    why_it_matters="In one place 1 per cent of people stood for half of all consumption, and elsewhere 5 per cent did.",
    definition="Demands of the 1% of residents who asked most in the calendar year, out of all demands linked to a person. "
    "Residents are all who live there, those who never asked included. Other lines: the top 5% and 10%, and cost.",
    unit="of all demand",
    kind="share",
    better="neither",
    readings=("series", "curve", "breakdown"),
    chart="p_prime",
    report_lines=(223, 677),
    tags=("people",),
    observe=observe,
    curve=curve,
    curve_says=says,
    curve_axis="per cent of residents, those with most first",
    lines=tuple(LINES),
    splits=BY,
    periods=("year",),
    beside=beside,
    caveat="Before anything is built for these few, see how many of them were among the few the year before.",
    amounts=True,
    of_people=False,
)
