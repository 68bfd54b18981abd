"""How often one person has to ask in a year, and where."""

from __future__ import annotations

import polars as pl

from measures.facts import heard
from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.yearly import year_of

BY = ("source", "service", "agency", "front_door", "channel", "place", "made_by", "issue")


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a person, agency and calendar year: the demands there; the person counts below the line once a year.

    Where it is split or filtered by something else, the person counts once for each value. A demand of nobody known is
    unknown.
    """
    by = tuple(name for name in BY if name in options.columns)
    cut = tuple(dict.fromkeys(("agency", *by)))
    rows = heard(records, options).select("demand_id", "day", "person_key", *BY, year=year_of())
    rest = [pl.col(name).first() for name in BY if name not in cut]
    known = rows.filter(pl.col("person_key").is_not_null())
    asked = known.group_by("year", "person_key", *cut).agg(
        pl.col("day").min(), *rest, numerator=pl.len().cast(pl.Float64), record_id=pl.col("demand_id").min()
    )
    once = ("person_key", "year", *by)
    first = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in once)
    counted = asked.sort(*once, "day").with_columns(denominator=first.cast(pl.Float64), unknown=pl.lit(False))
    nobody = rows.filter(pl.col("person_key").is_null()).with_columns(
        numerator=pl.lit(0.0), denominator=pl.lit(0.0), unknown=pl.lit(True), record_id="demand_id"
    )
    columns = [name for name in nobody.collect_schema().names() if name != "demand_id"]
    return pl.concat([counted.select(columns), nobody.select(columns)]).with_columns(
        weight=pl.lit(1.0), mature_day="day"
    )


def breakdown(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Demands at each agency, for each person who asked anywhere that year."""
    known = observations.filter(~pl.col("unknown"))
    everybody = known["denominator"].sum()
    none = pl.lit(None, pl.Float64)
    people = pl.col("person_key").n_unique().cast(pl.Int64)
    return (
        known.group_by("agency")
        .agg(value=pl.col("numerator").sum() / everybody, n=pl.col("numerator").sum().cast(pl.Int64), people=people)
        .select(
            pl.col("agency").cast(pl.String).fill_null("not recorded"), "value", lower=none, upper=none,
            source=pl.lit(None, pl.String), n="n", people="people", people_in="people",
        )
        .sort("value", "agency", descending=[True, False])
    )  # fmt: skip


MEASURE = Measure(
    name="demands_per_person",
    title="Demands a person",
    question="How often does one person have to ask in a year, and where?",
    purpose="To see how often the same people ask, and at how many agencies at once.",
    why_it_matters="21 people with health needs made 79 demands on acute care, 75 on GPs, 55 on district nurses and 30 on "
    "adult social care.",
    definition="Demands in the calendar year ÷ different people who made one. Broken down: demands at each agency ÷ all "
    "people who asked anywhere, each counted once a year.",
    unit="demands a person",
    kind="rate",
    better="lower",
    readings=("series", "breakdown"),
    chart="u_prime",
    report_lines=(296,),
    tags=("demand", "people"),
    observe=observe,
    breakdown=breakdown,
    splits=BY,
    periods=("year",),
)
