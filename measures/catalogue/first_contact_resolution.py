"""How often one contact is enough."""

from __future__ import annotations

import polars as pl

from measures.building import TEAM
from measures.facts import begun, needs
from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.needs import ALONE, EARLY_DAYS
from measures.survival import share_by

WINDOWS = (7, 28, 90)  # days


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need: 1 where its first demand was the last within w days; it matures w days after it was made.

    `days` and `met` are the time to the second demand, for the curve over w. Where nobody is known, nobody can be seen
    coming back: unknown.
    """
    window = pl.lit(options.window_days) if options.window_days is not None else pl.col("reopen_days")
    if options.line == "early":
        window = pl.lit(EARLY_DAYS)
    again = pl.col("next_day") - pl.col("day")
    so_far = pl.col("seen_day") - pl.col("day")
    alone = pl.col("found") == ALONE
    rows = needs(records, options) if TEAM in options.columns else begun(records, options)
    return rows.with_columns(
        numerator=(~alone & (again.is_null() | (again > window))).cast(pl.Float64),
        denominator=(~alone).cast(pl.Float64),
        weight=pl.lit(1.0),
        unknown=alone,
        mature_day=(pl.col("day") + window).cast(pl.Int32),
        record_id="need_id",
        days=pl.coalesce(again, so_far).cast(pl.Float64),
        met=again.is_not_null(),
    )


def curve(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """FCR(w): of needs started, the share whose person had not asked again within w days, for every w."""
    return share_by(observations.lazy().filter((pl.col("days") >= 0) & ~pl.col("unknown")), happened=False)


def says(curve: pl.DataFrame) -> str:
    """How many had no second contact, the longer we wait for one."""
    everyone = curve["at_risk"][0]
    if not everyone:
        return "Nobody who asked can be told apart from others, so nobody can be seen coming back."
    longest = curve["x"][-1]
    within = [window for window in WINDOWS if window <= longest] or [longest]
    *most, last = [f"{curve.filter(pl.col('x') <= days)['value'][-1]:.0%} within {days:.0f}" for days in within]
    shares = f"{', '.join(most)} and {last}" if most else last
    return f"Of {everyone:,} needs begun, so many were not asked about again: {shares} days."


MEASURE = Measure(
    name="first_contact_resolution",
    title="Resolved at first contact",
    question="How often is one contact enough?",
    purpose="To meet the need where and when the person first asks.",
    why_it_matters="A community health trust resolved less than 1 per cent of demand at the first point of contact; "
    "redesigned, a housing service went from 30 to 80 per cent.",
    definition="Needs whose first demand was also the last within the window, out of needs started.",
    unit="of needs",
    kind="share",
    better="higher",
    readings=("series", "curve", "breakdown"),
    chart="p_prime",
    report_lines=(256, 665),
    tags=("flow", "core"),
    observe=observe,
    phrase="of needs begun in any {period} are resolved at first contact",
    curve=curve,
    curve_says=says,
    windows=WINDOWS,
    lines=("resolved", "early"),
    caveat="The longer we wait for people to come back, the lower and truer the figure: read it with its curve.",
)
