"""Met in good time, and it held: the person did not have to come back."""

from __future__ import annotations

import polars as pl

from measures.facts import needs
from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.needs import EARLY_DAYS

DEFAULT_WINDOW = 28


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need: 1 where it was met within w days and nobody asked again within `reopen_days` of that end.

    It matures on first-demand day + w + `reopen_days`; after that the point cannot move (late records apart). The line
    `early` waits 28 days in place of `reopen_days`: it reads high, and shows change sooner.
    """
    window = options.window_days or DEFAULT_WINDOW
    held = pl.col("return_day").is_null() | (pl.col("return_day") - pl.col("end_day") > pl.col("reopen_days"))
    in_time = pl.col("end_day") - pl.col("day") <= window
    stayed, patience = pl.col("met") & in_time & held, pl.col("reopen_days")
    if options.line == "early":
        stayed, patience = pl.col("early_day") - pl.col("day") <= window, pl.lit(EARLY_DAYS)
    return (
        needs(records, options)
        .filter(~pl.col("lifelong"))
        .with_columns(
            numerator=stayed.fill_null(False).cast(pl.Float64),
            denominator=pl.lit(1.0),
            weight=pl.lit(1.0),
            unknown=pl.lit(False),
            mature_day=(pl.col("day") + window + patience).cast(pl.Int32),
            record_id="need_id",
        )
    )


MEASURE = Measure(
    name="stayed_met",
    title="Met and stayed met",
    inferred_title="Closed in time and did not come back",
    question="How often is a need met within four weeks, and stays met?",
    purpose="To solve the problem the first time, so that the person need not come back.",
    why_it_matters="When a problem is not resolved, the person re-enters the system through another door.",
    definition="Needs met within the window whose person did not ask again afterwards, out of all who asked.",
    unit="of needs",
    kind="share",
    better="higher",
    readings=("series", "breakdown"),
    chart="p_prime",
    report_lines=(84, 274),
    tags=("flow", "core"),
    observe=observe,
    phrase="of needs begun in any {period} are met in time and stay met",
    inferred_phrase="of needs begun in any {period} are closed in time and do not come back",
    default_window=DEFAULT_WINDOW,
    windows=(7, 28, 90),
    lines=("stayed met", "early"),
)
