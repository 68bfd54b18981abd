"""How many assessments lead to nothing being done."""

from __future__ import annotations

import polars as pl

from measures.acts import acts
from measures.model.measure import Measure, Options
from measures.model.records import Records

DEFAULT_WINDOW = 90
SPLITS = ("source", "service", "agency", "team", "place", "issue")


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row an assessment: 1 where nothing was done for the need within the window after it; it matures a window later.

    An assessment of no need that anybody can tell is unknown: nobody can see what followed it.
    """
    window = options.window(DEFAULT_WINDOW)
    kind, need = pl.col("kind"), pl.col("need")
    done = kind == "do"
    later = pl.when(done).then("day").backward_fill()  # rows lie in order of need, then of time
    theirs = pl.when(done).then("need").backward_fill() == need
    told = need.is_not_null()
    return (
        acts(records, options)
        .select(*SPLITS, "person_key", "day", "need", "kind", record_id="activity_id")
        .filter(kind.is_in(["assess", "do"]))
        .with_columns(after=pl.when(theirs).then(later - pl.col("day")))
        .filter(~done)
        .with_columns(
            numerator=(told & (pl.col("after").is_null() | (pl.col("after") > window))).cast(pl.Float64),
            denominator=told.cast(pl.Float64),
            weight=pl.lit(1.0),
            unknown=~told,
            mature_day=(pl.col("day") + window).cast(pl.Int32),
        )
        .drop("need", "kind", "after")
    )


MEASURE = Measure(
    name="assess_without_do",
    title="Assessed, and nothing done",
    question="How often do we assess people and then do nothing for them?",
    purpose="To stop assessments that lead nowhere, and let those who meet people do what is needed.",
    why_it_matters="In one police force 68 per cent of assessments of vulnerable people were simply logged and filed; much work "
    "is designed to assess and refer, not to assess and do.",
    definition="Assessments after which nothing was done for the same need within the window, out of all assessments whose "
    "window is over, when they were made.",
    unit="of assessments",
    kind="share",
    better="lower",
    readings=("series", "breakdown"),
    chart="p_prime",
    report_lines=(254, 336),
    tags=("activity",),
    observe=observe,
    phrase="of assessments made in any {period} lead to nothing being done",
    default_window=DEFAULT_WINDOW,
    windows=(28, 90, 365),
    splits=SPLITS,
)
