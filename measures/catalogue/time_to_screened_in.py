"""How long people ask until the service first takes them on."""

from __future__ import annotations

import polars as pl

from measures.first_time import curve, until_first
from measures.model.measure import Measure, Options
from measures.model.records import Records


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need: `days` until the first activity that ended in `screened_in`, else so far."""
    taken_on = pl.col("outcome") == "screened_in"
    return until_first(records, options, happened=taken_on, unclear=pl.lit(False))


MEASURE = Measure(
    name="time_to_screened_in",
    title="Time until screened in",
    question="How long do people have to ask until we take them on?",
    purpose="To see the harm that thresholds do to people who have to get worse before they are let in.",
    why_it_matters="A family that first asked its local authority for help in 1995 was finally screened into the system "
    "more than 13 years later.",
    definition="From first asking until the person is first screened in. The clock never pauses, and all who were never "
    "screened in are still waiting, however their need was closed.",
    unit="days",
    kind="duration",
    better="lower",
    readings=("series", "curve", "breakdown"),
    chart="run",
    report_lines=(308, 310),
    tags=("flow",),
    observe=observe,
    phrase="days is the middle wait to be screened in, of those who first ask in any {period}",
    curve=curve,
    reached="screened in",
    caveat="Where a service helps people without screening them, nobody is screened in: read the time until something helps.",
)
