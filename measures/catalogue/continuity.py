"""How much of their contact people have with one and the same worker."""

from __future__ import annotations

import polars as pl

from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.sentences_of_rows import FEW, figures_of
from measures.yearly import tells_its_year, year_end, year_of

BY = ("source", "service", "agency", "team", "place")
MET_WITH = ("screen", "assess", "do", "visit", "meet")  # where a worker and the person met or spoke
FEWEST = 2  # contacts: one contact is always with one worker, and says nothing of continuity
BANDS = ((1, "1 worker"), (2, "2 workers"), (3, "3 workers"), (4, "4 or 5 workers"), (6, "6 workers or more"))


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a person and calendar year: contacts with the worker they saw most, out of all their contacts.

    A contact is a screening, assessment, visit, meeting or piece of work that names its worker. Whoever had one contact
    that year counts neither above nor below. A contact of nobody known, or with nobody known, is unknown.
    """
    by = tuple(name for name in BY if name in options.columns)
    rows = (
        records.scan("activities", options.as_of)
        .filter(tells_its_year("started") & pl.col("kind").is_in(MET_WITH))
        .select(
            "activity_id", "person_key", pl.col("worker_id").hash(), day="started_day",
            year=year_of("started_day"), named=pl.col("worker_id").is_not_null(),
            **{name: pl.col(name).cast(pl.Categorical) for name in BY},
        )
    )  # fmt: skip
    told = pl.col("person_key").is_not_null() & pl.col("named")
    rest = [name for name in BY if name not in by]
    person = ("year", "person_key", *by)
    each = rows.filter(told).group_by(*person, "worker_id").agg(
        pl.col("day").min(), *(pl.col(name).first() for name in rest), seen=pl.len(), record_id=pl.col("activity_id").min()
    )  # fmt: skip
    persons = each.group_by(person).agg(
        pl.col("day").min(), pl.col("record_id").min(), *(pl.col(name).first() for name in rest),
        most=pl.col("seen").max().cast(pl.Float64), contacts=pl.col("seen").sum().cast(pl.Float64),
        workers=pl.len().cast(pl.Int64),
    )  # fmt: skip
    counts = pl.col("contacts") >= FEWEST
    counted = persons.with_columns(
        numerator=pl.when(counts).then("most").otherwise(0.0),
        denominator=pl.when(counts).then("contacts").otherwise(0.0),
        unknown=pl.lit(False),
    )
    untold = rows.filter(~told).select(
        *person, "day", *rest, record_id="activity_id", workers=pl.lit(None, pl.Int64), numerator=pl.lit(0.0),
        denominator=pl.lit(0.0), unknown=pl.lit(True),
    )  # fmt: skip
    columns = untold.collect_schema().names()
    return pl.concat([counted.select(columns), untold]).with_columns(weight=pl.lit(1.0), mature_day=year_end())


def breakdown(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """How many different workers people saw: the share of people, each counted once in each calendar year with a contact."""
    known = observations.filter(~pl.col("unknown"))
    everybody = known["person_key"].n_unique()
    band = pl.lit(0, pl.Int32)
    for place, (fewest, _) in enumerate(BANDS):
        band = pl.when(pl.col("workers") >= fewest).then(pl.lit(place, pl.Int32)).otherwise(band)
    counted = known.group_by(band=band).agg(
        n=pl.len().cast(pl.Int64), people_in=pl.col("person_key").n_unique().cast(pl.Int64)
    )
    names = pl.DataFrame(
        {"band": range(len(BANDS)), "workers_a_person": [name for _, name in BANDS]},
        schema_overrides={"band": pl.Int32},
    )
    none = pl.lit(None, pl.Float64)
    return names.join(counted, on="band", how="left").sort("band").with_columns(pl.col("n", "people_in").fill_null(0)).select(
        "workers_a_person", value=pl.col("n") / max(known.height, 1), lower=none, upper=none,
        source=pl.lit(None, pl.String), n="n", people=pl.lit(everybody, pl.Int64), people_in="people_in",
    )  # fmt: skip


def breakdown_says(table: pl.DataFrame) -> str:
    """How many people saw one worker only, and how many very many."""
    told = figures_of(table)
    if told is None:
        return FEW
    one, many = BANDS[0][1], BANDS[-1][1]
    return f"In a year {told[one]:.0%} of people who saw anybody saw {one} only, and {told[many]:.0%} saw {many}."


MEASURE = Measure(
    name="continuity",
    title="Contacts with the worker people know best",
    question="How often do people see the worker they know best?",
    purpose="To let people be helped by somebody who knows them, so that nobody has to tell their story again.",
    why_it_matters="Where every visit brings another worker, people tell their story each time, and nobody sees the whole.",
    definition="Contacts with the worker whom the person saw most in the calendar year, out of all contacts of people who had "
    "two or more. Broken down: people by how many different workers they saw in the year.",
    unit="of contacts",
    kind="share",
    better="higher",
    readings=("series", "breakdown"),
    chart="p_prime",
    report_lines=(406, 521),
    tags=("people",),
    observe=observe,
    breakdown=breakdown,
    breakdown_says=breakdown_says,
    splits=BY,
    periods=("year",),
    caveat="Contacts are counted by the person. No figure is made of any one worker.",
    amounts=True,
)
