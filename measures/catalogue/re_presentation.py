"""How many people come back after they were assessed."""

from __future__ import annotations

import polars as pl

from measures.coming_back import COLUMNS, YEAR, assessed
from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.survival import share_by


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a person who was assessed: 1 where they asked again, at any door, within the window after that day.

    It matures at the end of the window. An assessment of nobody known is unknown. `days` and `met` are the time to the
    first later demand, for the curve: whoever has not come back stays in sight as far as the source sees.
    """
    window = options.window(YEAR)
    back = pl.col("later").list.first()
    known = pl.col("person_key").is_not_null()
    return assessed(records, options).with_columns(
        numerator=(known & (back <= window)).fill_null(False).cast(pl.Float64),
        denominator=known.cast(pl.Float64),
        weight=pl.lit(1.0),
        unknown=~known,
        mature_day=(pl.col("day") + window).cast(pl.Int32),
        days=pl.coalesce(back, pl.col("seen_day") - pl.col("day")).cast(pl.Float64),
        met=back.is_not_null(),
    )


def curve(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """The share of people assessed who had asked again by each day."""
    return share_by(observations.lazy().filter((pl.col("days") >= 0) & ~pl.col("unknown")))


def says(curve: pl.DataFrame) -> str:
    """The first thing the curve says."""
    reached = curve.filter(pl.col("x") <= YEAR)["value"].to_list()
    return f"Of 100 people who were assessed, {100 * max(reached, default=0.0):.0f} asked again within a year."


MEASURE = Measure(
    name="re_presentation",
    title="Back again after an assessment",
    question="How many people come back after we assessed them?",
    purpose="To see whether an assessment led to help, or only sent people on to ask again.",
    why_it_matters="Of people a police force had assessed as vulnerable, 87 per cent came back, on average 17 times.",
    definition="People who asked again, at any door, on a later day within the window after their first assessment on record, "
    "out of all people with one, in the period of that assessment.",
    unit="of people assessed",
    kind="share",
    better="lower",
    readings=("series", "curve", "breakdown"),
    chart="p_prime",
    report_lines=(336,),
    tags=("people",),
    observe=observe,
    phrase="of people first assessed in any {period} ask again",
    curve=curve,
    curve_says=says,
    curve_axis="days since the first assessment",
    windows=(28, 90, 365),
    default_window=YEAR,
    splits=COLUMNS,
    caveat="A person counts once, from the first assessment that the records tell of; later ones are part of coming back.",
)
