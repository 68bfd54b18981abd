"""Met in good time, and it held: the person did not have to come back."""

from __future__ import annotations

import polars as pl

from measures.facts import needs
from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.needs import ALONE, EARLY_DAYS

DEFAULT_WINDOW = 28


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need: 1 where it was met within w days and nobody asked again within `reopen_days` of that end.

    It matures on first-demand day + w + `reopen_days`; after that the point cannot move (late records apart). The line
    `early` waits 28 days in place of `reopen_days`: it reads high, and shows change sooner. Where nobody is known,
    nobody can be seen coming back: unknown.
    """
    window = options.window(DEFAULT_WINDOW)
    end, patience = pl.col("held_day"), pl.col("reopen_days")
    if options.line == "early":
        end, patience = pl.col("early_day"), pl.lit(EARLY_DAYS)
    alone = pl.col("found") == ALONE
    return (
        needs(records, options)
        .filter(~pl.col("lifelong"))
        .with_columns(
            numerator=(~alone & (end - pl.col("day") <= window)).fill_null(False).cast(pl.Float64),
            denominator=(~alone).cast(pl.Float64),
            weight=pl.lit(1.0),
            unknown=alone,
            mature_day=(pl.col("day") + window + patience).cast(pl.Int32),
            record_id="need_id",
        )
    )


MEASURE = Measure(
    name="stayed_met",
    title="Met and stayed met",
    inferred_title="Closed in time and did not come back",
    inferred_definition="Needs closed within the window whose person did not come back, out of all who asked; nobody asked "
    "them whether it was met.",
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
