"""How many agencies, teams and workers one person has to do with."""

from __future__ import annotations

import polars as pl

from measures.involved import OF, involved
from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.sentences_of_rows import FEW, figures_of, joined
from measures.yearly import year_end

SO_FAR = " so far"
LINES = tuple(f"{name}{more}" for name in OF for more in ("", SO_FAR))
BY = ("source", "service")


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a person and calendar year in which anything happened: how many different ones they had to do with.

    Of the line's kind, in the year or from the first record on. What happened to nobody known is unknown.
    """
    by = tuple(name for name in BY if name in options.columns)
    line = options.line or LINES[0]
    return involved(records, options, by).with_columns(
        numerator=pl.when("unknown").then(0.0).otherwise(pl.col(line.replace(" ", "_")).cast(pl.Float64)),
        denominator=(~pl.col("unknown")).cast(pl.Float64),
        weight=pl.lit(1.0),
        mature_day=year_end(),
    )


def breakdown(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Agencies, teams and workers a person, in a year and so far: means over people, each once in each calendar year."""
    known = observations.filter(~pl.col("unknown"))
    people, none = known["person_key"].n_unique(), pl.lit(None, pl.Float64)
    means = known.select(pl.col(line.replace(" ", "_")).mean().alias(line) for line in LINES)
    return means.unpivot(variable_name="had_to_do_with", value_name="value").select(
        "had_to_do_with", pl.col("value").cast(pl.Float64), lower=none, upper=none, source=pl.lit(None, pl.String),
        n=pl.lit(known.height, pl.Int64), people=pl.lit(people, pl.Int64), people_in=pl.lit(people, pl.Int64),
    )  # fmt: skip


def breakdown_says(table: pl.DataFrame) -> str:
    """With how many a person has to do in a year, and has had since the records begin."""
    told = figures_of(table)
    if told is None:
        return FEW
    year, so_far = (joined([f"{told[f'{name}{more}']:.1f} {name}" for name in OF]) for more in ("", SO_FAR))
    return (
        f"In a year in which anything happens a person has to do with {year}; since their first record, with {so_far}."
    )


MEASURE = Measure(
    name="agencies_per_person",
    title="Agencies a person",
    question="How many agencies, teams and workers does one person have to do with?",
    purpose="To see how many people somebody in need must tell their story to, and who could lead for all of them.",
    why_it_matters="Around one child the number of agencies kept growing; eight people met nearly 500 workers, and Ruth 36 teams.",
    definition="Different agencies that a person asked, or that did something for them, in the calendar year ÷ people for "
    "whom there was one. Other lines: teams, workers, and each counted from the first record on.",
    unit="a person",
    kind="rate",
    better="lower",
    readings=("series", "breakdown"),
    chart="i_prime",
    report_lines=(300, 512, 560),
    tags=("people",),
    observe=observe,
    breakdown=breakdown,
    breakdown_says=breakdown_says,
    lines=LINES,
    splits=BY,
    periods=("year",),
    caveat="An agency that somebody was referred to counts as one they had to do with.",
)
