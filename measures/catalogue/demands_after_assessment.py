"""How many times people ask again after they were assessed."""

from __future__ import annotations

import polars as pl

from measures.coming_back import COLUMNS, YEAR, assessed, mean_cumulative
from measures.model.measure import Measure, Options
from measures.model.records import Records

EVERYBODY, RETURNED = "everybody assessed", "those who came back"


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a person who was assessed: how many later demands they made within the window after that day.

    Below the line stands everybody assessed, or only those who came back in the window. It matures at the end of the
    window; an assessment of nobody known is unknown.
    """
    window = options.window(YEAR)
    rows = assessed(records, options)
    times = pl.col("later").list.eval(pl.element() <= window).list.sum().fill_null(0).cast(pl.Float64)
    known = pl.col("person_key").is_not_null()
    return rows.with_columns(numerator=times).with_columns(
        denominator=(known & ((pl.col("numerator") > 0) | (options.line != RETURNED))).cast(pl.Float64),
        weight=pl.lit(1.0),
        unknown=~known,
        mature_day=(pl.col("day") + window).cast(pl.Int32),
    )


def curve(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """How many times a person has asked again by each day, on average, those assessed lately included as far as seen.

    Of those who came back only people seen for the whole window: the others are known to have come back only if they did
    so soon.
    """
    rows = observations.filter((pl.col("denominator") > 0) & (pl.col("seen_day") >= pl.col("day")))
    if options.line == RETURNED and "mature" in rows.columns:
        rows = rows.filter("mature")
    none = pl.lit(None, pl.Float64)
    steps = mean_cumulative(rows["later"], rows["seen_day"] - rows["day"])
    return steps.select("x", "value", lower=none, upper=none, at_risk="at_risk", events="events")


def says(curve: pl.DataFrame) -> str:
    """The first thing the curve says."""
    reached = max(curve.filter(pl.col("x") <= YEAR)["value"].to_list(), default=0.0)
    return f"Within a year of their first assessment people asked again {reached:.1f} times on average."


MEASURE = Measure(
    name="demands_after_assessment",
    title="Times people ask again after an assessment",
    question="How many times do people ask again after we assessed them?",
    purpose="To see how much demand is made by assessments that did not help.",
    why_it_matters="87 per cent of those a police force assessed came back, on average 17 times.",
    definition="Demands on later days within the window after a person's first assessment on record, at any door ÷ all people "
    "with one, in the period of that assessment. The other line divides by those who came back in the window.",
    unit="demands a person",
    kind="rate",
    better="lower",
    readings=("series", "curve", "breakdown"),
    chart="u_prime",
    report_lines=(336,),
    tags=("people",),
    observe=observe,
    curve=curve,
    curve_says=says,
    curve_axis="days since the first assessment",
    windows=(28, 90, 365),
    default_window=YEAR,
    lines=(EVERYBODY, RETURNED),
    splits=COLUMNS,
    caveat="The report does not say whether its 17 times are for everybody assessed or for those who came back: both are here.",
)
