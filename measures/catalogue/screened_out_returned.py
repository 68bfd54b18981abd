"""How many of those turned away come back, at whatever door."""

from __future__ import annotations

import polars as pl

from measures.building import kept_heard
from measures.decisions import first_decisions
from measures.model.measure import SPLITS, Measure, Options
from measures.model.records import Records
from measures.survival import HALF, share_by

DEFAULT_WINDOW = 365


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need first decided out: 1 where the person asked again, about anything and at any door, within the window.

    On the day of that decision; it matures a window later. `days` and `met` are the time to the next demand on a later day,
    for the curve. Where nobody is known, nobody can be seen coming back: unknown. The person is whom the first demand or the
    decision names: who is named only by a later demand would be known because they came back, and all such needs would count
    as returned.
    """
    window = options.window(DEFAULT_WINDOW)
    proxied = records.scan("sources", options.as_of).filter(pl.col("proxy") == "place").select("source").collect()
    named = pl.col("person_key").is_not_null() | pl.col("source").cast(pl.String).is_in(proxied["source"].implode())
    out = (
        first_decisions(records, options)
        .filter("out")
        .with_columns(
            unit=pl.coalesce(pl.when(named).then("unit"), "decided_unit"),
            person_key=pl.coalesce("person_key", "decided_person"),
        )
    )
    who = out.select(pl.col("unit").drop_nulls().unique()).collect()["unit"]
    asked = (
        kept_heard(records, options)
        .filter(pl.col("unit").is_in(who.implode()))
        .select("unit", decided_day="day", back_day="day")
    )
    nobody = pl.col("unit").is_null()
    rows = out.sort("decided_day").join_asof(
        asked.sort("decided_day"), on="decided_day", by="unit", strategy="forward", allow_exact_matches=False,
        check_sortedness=False,
    )  # fmt: skip
    after = pl.when(~nobody).then(pl.col("back_day") - pl.col("decided_day"))
    so_far = pl.col("seen_day") - pl.col("decided_day")
    judged = rows.with_columns(
        day="decided_day",
        numerator=(~nobody & (after <= window)).fill_null(False).cast(pl.Float64),
        denominator=(~nobody).cast(pl.Float64),
        weight=pl.lit(1.0),
        unknown=nobody,
        mature_day=(pl.col("decided_day") + window).cast(pl.Int32),
        record_id="need_id",
        days=pl.coalesce(after, so_far).cast(pl.Float64),
        met=after.is_not_null(),
    )
    return judged.drop("out", "decided_day", "back_day", "decided_unit", "decided_person")


def curve(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Of those turned away, the share who had asked again within w days, for every w."""
    return share_by(observations.lazy().filter((pl.col("days") >= 0) & ~pl.col("unknown")))


def curve_says(curve: pl.DataFrame) -> str:
    """When half of them were back."""
    half = curve.filter(pl.col("value") >= 0.5 - HALF)
    if half.is_empty():
        return (
            f"Fewer than half of those turned away have been seen to ask again: {curve['value'][-1]:.0%} at the most."
        )
    return f"Half of those turned away had asked again within {half['x'][0]:,.0f} days."


MEASURE = Measure(
    name="screened_out_returned",
    title="Turned away, and back again",
    question="How many of those we turn away have to ask again?",
    purpose="To see whether turning people away makes demand go away, or only moves it to another door.",
    why_it_matters="When a problem is not resolved, the person re-enters the system through another of many doors: demand "
    "does not go away because it is screened out.",
    definition="Needs whose first decision was out or closed and whose person asked again within the window, about anything and "
    "at any door, out of all needs first decided so and linked to a person.",
    unit="of needs turned away",
    kind="share",
    better="lower",
    readings=("series", "curve", "breakdown"),
    chart="p_prime",
    report_lines=(274, 276),
    tags=("decisions",),
    observe=observe,
    phrase="of needs turned away in any {period} bring the person back in time",
    curve=curve,
    curve_says=curve_says,
    default_window=DEFAULT_WINDOW,
    windows=(28, 90, 365),
    splits=SPLITS,
)
