"""How long people wait until somebody first does something that helps them."""

from __future__ import annotations

import polars as pl

from measures.first_time import curve, until_first
from measures.model.measure import Measure, Options
from measures.model.records import Records


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need: `days` until the first `do` that is value work, else so far. A `do` nobody classified may be the first."""
    does, work = pl.col("kind") == "do", pl.col("work")
    untold = work.is_null() | (work == "unclassified")
    return until_first(records, options, happened=does & (work == "value"), unclear=does & untold)


MEASURE = Measure(
    name="time_to_first_value_work",
    title="Time until something helps",
    question="How long do people wait until somebody first does something that helps them?",
    purpose="To start with what matters to the person, not with forms, checks and queues.",
    why_it_matters="The effect of rationing is that people keep asking until their problem is serious enough to be let in. "
    "Until then they are seen, assessed and referred, and nothing is done for them.",
    definition="From first asking until the first piece of work that is of value to the person. The clock never pauses, and "
    "all for whom nothing has been done are still waiting, however their need was closed.",
    unit="days",
    kind="duration",
    better="lower",
    readings=("series", "curve", "breakdown"),
    chart="xmr",
    report_lines=(308, 310),
    tags=("flow",),
    observe=observe,
    phrase="days is the middle wait for something that helps, of those who first ask in any {period}",
    curve=curve,
    reached="helped",
)
