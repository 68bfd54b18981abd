"""How many households ask at several agencies in the same year."""

from __future__ import annotations

import polars as pl

from measures.events import DATED
from measures.facts import by_source
from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.sentences_of_rows import FEW, figures_of
from measures.yearly import covered_from, year_end, year_of

SEVERAL, MANY = 2, 4  # agencies in a year
HOME = pl.col("household_id").hash()  # households by number: text takes several times as long to group


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a household and calendar year: 1 where its demands that year came to two agencies or more.

    All households count below the line: those in the register of people, in every year in which one of them lived
    there, and those that asked. Years that a source does not cover from its first week are left out. A demand of no
    known household is unknown.
    """
    asked = records.scan("demands", options.as_of).filter(DATED).select(
        "household_id", "demand_id", "person_key", pl.col("source", "agency").cast(pl.Categorical), home=HOME,
        day="received_day", year=year_of("received_day"),
    )  # fmt: skip
    began = asked.group_by(pl.col("source").cast(pl.String)).agg(since=covered_from(pl.col("day").min()))
    seen = records.scan("sources", options.as_of).select("source", last=year_of("seen_day"))
    spans = began.join(seen, on="source").collect()
    covered = asked.filter(pl.col("year") >= by_source(spans, "since"))
    known = covered.filter(pl.col("household_id").is_not_null())
    told = pl.col("agency").n_unique().cast(pl.Int64) - (pl.col("agency").null_count() > 0).cast(pl.Int64)
    asking = known.group_by("home", "year").agg(
        pl.col("household_id").first(), pl.col("person_key").min(), pl.col("source").min(), agencies=told
    )
    listed = _listed(records, options, spans).with_columns(agencies=pl.lit(0, pl.Int64))
    counted = pl.concat([asking, listed.select(asking.collect_schema().names())]).group_by("home", "year").agg(
        pl.col("household_id").first(), pl.col("person_key").min(), pl.col("source").min(), pl.col("agencies").max()
    )  # fmt: skip
    rows = counted.select(
        "year", "source", "person_key", "agencies", day="year",
        record_id=pl.concat_str(pl.lit("household "), "household_id", pl.lit(" "), pl.col("year").cast(pl.String)),
        numerator=(pl.col("agencies") >= SEVERAL).fill_null(False).cast(pl.Float64), denominator=pl.lit(1.0),
        unknown=pl.lit(False),
    )  # fmt: skip
    nobody = covered.filter(pl.col("household_id").is_null()).select(
        "year", "source", "person_key", "day", record_id="demand_id", numerator=pl.lit(0.0), denominator=pl.lit(0.0),
        unknown=pl.lit(True),
    )  # fmt: skip
    return pl.concat([rows, nobody], how="diagonal").with_columns(
        service=pl.lit(None, pl.Categorical),
        weight=pl.lit(1.0),
        mature_day=year_end(),
    )


def _listed(records: Records, options: Options, spans: pl.DataFrame) -> pl.LazyFrame:
    """The households of the register of people, in each covered year in which one of them lived there.

    People of a household who came and went in the same years are one line before years are told apart.
    """
    years = spans.with_columns(
        year=pl.date_ranges(pl.col("since").cast(pl.Date), pl.col("last").cast(pl.Date), "1y").list.eval(
            pl.element().cast(pl.Int32)
        )
    ).filter(pl.col("since") <= pl.col("last"))
    return (
        records.scan("people", options.as_of)
        .filter(pl.col("household_id").is_not_null())
        .group_by(
            pl.col("source").cast(pl.Categorical),
            home=HOME,
            came=pl.max_horizontal(year_of("from_day"), pl.lit(spans["since"].min(), pl.Int32)),
            went=year_of("to_day"),
        )
        .agg(pl.col("household_id").first(), pl.col("person_key").min())
        .join(years.select(pl.col("source").cast(pl.Categorical), "year").explode("year").lazy(), on="source")
        .filter((pl.col("came") <= pl.col("year")).fill_null(True) & (pl.col("went") >= pl.col("year")).fill_null(True))
        .select("home", "year", "household_id", "person_key", "source")
    )


def breakdown(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """At how many agencies households asked: each household counts once in each calendar year."""
    known = observations.filter(~pl.col("unknown"))
    counted = known.group_by(asked=pl.col("agencies").clip(upper_bound=MANY)).agg(
        n=pl.len().cast(pl.Int64), people_in=pl.col("person_key").n_unique().cast(pl.Int64)
    )
    words = ["nobody", "1 agency", *(f"{n} agencies" for n in range(2, MANY)), f"{MANY} agencies or more"]
    names = pl.DataFrame(
        {"asked": range(MANY + 1), "households_that_asked": words}, schema_overrides={"asked": pl.Int64}
    )
    none, people = pl.lit(None, pl.Float64), known["person_key"].n_unique()
    table = (
        names.join(counted, on="asked", how="left").sort("asked").with_columns(pl.col("n", "people_in").fill_null(0))
    )
    return table.select(
        "households_that_asked", value=pl.col("n") / max(known.height, 1), lower=none, upper=none,
        source=pl.lit(None, pl.String), n="n", people=pl.lit(people, pl.Int64), people_in="people_in",
    )  # fmt: skip


def breakdown_says(table: pl.DataFrame) -> str:
    """How many households asked at several agencies."""
    told = figures_of(table)
    if told is None:
        return FEW
    several = sum(share for name, share in told.items() if name not in ("nobody", "1 agency"))
    return f"In a year {several:.0%} of households asked at {SEVERAL} agencies or more, and of {told['nobody']:.0%} nobody asked."


MEASURE = Measure(
    name="multi_service_households",
    title="Households asking several agencies",
    question="How many households have to ask at more than one agency in the same year?",
    purpose="To know for how many households one team that can do most things would be better than several services.",
    why_it_matters="Of 2,589 households in one area, 5 per cent were placing demands on multiple services.",
    definition="Households whose demands in the calendar year came to two agencies or more, out of all households that the "
    "register of people or the demands of that year know, those that asked nobody included. Broken down: households by how "
    "many agencies they asked.",
    unit="of households",
    kind="share",
    better="lower",
    readings=("series", "breakdown"),
    chart="p_prime",
    report_lines=(697,),
    tags=("people",),
    observe=observe,
    breakdown=breakdown,
    breakdown_says=breakdown_says,
    splits=("source",),
    periods=("year",),
    of_people=False,
)
