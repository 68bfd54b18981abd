"""How many needs are met with the people there are."""

from __future__ import annotations

import polars as pl

from measures.facts import by_source, needs
from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.model.time import period_start


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need met, with 1 above the line, and one row a team and week, with its full-time equivalents below.

    Both are dated on the Monday of their week, so that a week belongs whole to the month it begins in. A need whose team is
    not known, or has no staffing recorded for that week, is unknown: the same work stands behind it, and nobody says whose. A
    week of staffing that nothing was met in stands below the line all the same. A need that ended before it began is unknown.
    """
    staffed = _staffing(records, options).collect()
    owned = needs(records, options).filter(pl.col("met") & (pl.col("end_day") <= pl.col("seen_day")))
    weeks = staffed.lazy().filter(pl.col("denominator") > 0).select("team", "day", staffed=pl.lit(True)).unique()
    met = (
        owned.with_columns(
            began=pl.col("day"),
            day=period_start(pl.col("end_day"), "week").cast(pl.Int32),
            team=pl.col("team").cast(pl.String),
        )
        .join(weeks, on=["team", "day"], how="left")
        .with_columns(known=pl.col("staffed").fill_null(False) & (pl.col("end_day") >= pl.col("began")))
        .select(
            "day", "team", pl.col("source").cast(pl.String), "person_key",
            numerator=pl.col("known").cast(pl.Float64),
            denominator=pl.lit(0.0),
            unknown=~pl.col("known"),
            mature_day=pl.when("inferred").then(pl.col("end_day") + pl.col("reopen_days")).otherwise("end_day").cast(pl.Int32),
            record_id="need_id",
            met=pl.lit(True),
            inferred="inferred",
        )
    )  # fmt: skip
    return pl.concat([met, staffed.lazy()]).with_columns(weight=pl.lit(1.0))


def _staffing(records: Records, options: Options) -> pl.LazyFrame:
    """Weeks of staffing that have begun as far as their source sees, below the line."""
    sources = records.scan("sources", options.as_of).select("source", "seen_day").collect()
    equivalents = pl.col("full_time_equivalents")
    return (
        records.scan("staffing", options.as_of)
        .filter(pl.col("week_day").is_not_null() & (pl.col("week_day") <= by_source(sources, "seen_day")))
        .select(
            "team", "source",
            day=period_start(pl.col("week_day"), "week").cast(pl.Int32),
            person_key=pl.lit(None, pl.Int64),
            numerator=pl.lit(0.0),
            denominator=pl.max_horizontal(equivalents.fill_null(0.0), pl.lit(0.0)),
            unknown=equivalents.is_null() | (equivalents < 0),
            mature_day=(pl.col("week_day") + 6).cast(pl.Int32),
            record_id="team_week",
            met=pl.lit(False),
            inferred=pl.lit(False),
        )
        .select(
            "day", "team", "source", "person_key", "numerator", "denominator", "unknown", "mature_day", "record_id", "met",
            "inferred",
        )
    )  # fmt: skip


MEASURE = Measure(
    name="needs_met_per_fte",
    title="Needs met for each full-time week",
    inferred_title="Closed for good for each full-time week",
    inferred_definition="Needs closed whose person did not come back ÷ weeks of full-time staff of the same teams; nobody asked "
    "them whether it was met.",
    question="How many people's needs do we meet with the staff we have?",
    purpose="To see the room that solving problems the first time makes, without anybody working harder.",
    why_it_matters="When failure demand fell, one council could serve 33 per cent more demand and another 50 per cent more, with "
    "less resource.",
    definition="Needs met ÷ weeks of full-time staff of the same teams, in the week in which they were met.",
    unit="needs a full-time week",
    kind="rate",
    better="higher",
    readings=("series", "breakdown"),
    chart="i_prime",
    report_lines=(663,),
    tags=("capacity",),
    observe=observe,
    splits=("source", "team"),
    caveat="It is a figure of a system, never of a worker. Needs whose team has no staffing on record that week are left out and "
    "counted as unknown. A need counts for the team that first worked on it.",
    of_people=False,
)
