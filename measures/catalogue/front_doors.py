"""How many doors there are to come to, and how many each person has to try."""

from __future__ import annotations

import polars as pl

from measures.facts import heard
from measures.model.measure import SPLITS, Measure, Options
from measures.model.records import Records
from measures.sentences_of_rows import FEW, figures_of
from measures.yearly import year_of

MANY = 5  # doors a person in a year; so many and more stand together
WHO = pl.col("person_key").fill_null(-(2**63))  # nobody known stands before everybody
COLUMNS = tuple(name for name in SPLITS if name not in ("team", "front_door"))


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a person, door and year, dated on their first use; the first person at a door that year counts it.

    A door is counted once a year, and once for each value of what the figure is split or filtered by. A demand that names
    no door is unknown. Demands of nobody known stand together as one at each door.
    """
    by = [name for name in COLUMNS if name in options.columns]
    rows = heard(records, options).select("demand_id", "day", "front_door", "person_key", *COLUMNS, year=year_of())
    rest = [pl.col(name).first() for name in COLUMNS if name not in by]
    used = rows.group_by("year", "front_door", "person_key", *by).agg(
        pl.col("day").min(), *rest, demands=pl.len().cast(pl.Int64), record_id=pl.col("demand_id").min()
    )
    named = pl.col("front_door").is_not_null()
    door = ["year", "front_door", *by]
    opened = pl.col("day") == pl.col("day").min()
    firsts = used.group_by(door).agg(first_day=pl.col("day").min(), first=WHO.filter(opened).min())
    first = (pl.col("day") == pl.col("first_day")) & (WHO == pl.col("first"))
    return (
        used.join(firsts, on=door, how="left", nulls_equal=True)
        .with_columns(
            numerator=(named & first).cast(pl.Float64),
            denominator=named.cast(pl.Float64),
            weight=pl.lit(1.0),
            unknown=~named,
            mature_day="day",
        )
        .drop("first_day", "first")
    )


def breakdown(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """How many people came to how many doors: a person counts once in each calendar year in which they asked."""
    known = observations.lazy().filter(pl.col("front_door").is_not_null() & pl.col("person_key").is_not_null())
    doors = known.group_by("year", "person_key").agg(doors=pl.col("front_door").n_unique().clip(upper_bound=MANY))
    counted = doors.group_by(pl.col("doors").cast(pl.Int32)).agg(
        n=pl.len().cast(pl.Int64), people=pl.col("person_key").n_unique().cast(pl.Int64)
    )
    names = {1: "1 door", **{n: f"{n} doors" for n in range(2, MANY)}, MANY: f"{MANY} doors or more"}
    every = pl.LazyFrame({"doors": list(names)}, schema={"doors": pl.Int32}).join(counted, on="doors", how="left")
    nothing = pl.lit(None, pl.Float64)
    return (
        every.sort("doors")
        .with_columns(pl.col("n", "people").fill_null(0))
        .select(
            doors_a_person=pl.col("doors").replace_strict(names, return_dtype=pl.String),
            value=pl.col("n").cast(pl.Float64), lower=nothing, upper=nothing, source=pl.lit(None, pl.String),
            n="n", people="people", people_in="people",
        )
        .collect()
    )  # fmt: skip


def breakdown_says(table: pl.DataFrame) -> str:
    """How many people needed one door only, and how many very many."""
    told = figures_of(table)
    if told is None:
        return FEW
    everybody, many = sum(told.values()), f"{MANY} doors or more"
    if not everybody:
        return "Nobody known came to a door that is named."
    one, several = (f"{told[name] / everybody:.0%}" for name in ("1 door", many))
    return f"In a year {one} of people came to one door only, and {several} to {many}."


MEASURE = Measure(
    name="front_doors",
    title="Doors people come to",
    question="How many different doors do people come to in a year, and how many does one person have to try?",
    purpose="To see how many places people must find before somebody helps, and which doors could be one.",
    why_it_matters="In one small town demand could come in through any one of 130 front doors.",
    definition="Different front doors at which at least one demand was made in the calendar year. Broken down: people in "
    "each calendar year, by how many different doors they came to in it.",
    unit="doors",
    kind="count",
    better="neither",
    readings=("series", "breakdown"),
    chart="xmr",
    report_lines=(209, 213),
    tags=("demand", "people"),
    observe=observe,
    breakdown=breakdown,
    breakdown_says=breakdown_says,
    splits=("source", "service", "agency", "channel", "place", "made_by", "issue"),
    periods=("year",),
    caveat="A door counts once a year, however many people come to it; doors of two services are counted for each.",
    of_people=False,
)
