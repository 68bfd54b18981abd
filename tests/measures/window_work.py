"""Work over windows, once for every engine: cycles of assess–do–refer, and medians that keep those still waiting.

Written against narwhals lazy frames of integers, as `measures.needs` is. The tests run it on polars and DuckDB, and
`benchmarks/pyspark_check.py` on PySpark: the engines must agree before a heavier measure is built in this way.
"""

from __future__ import annotations

import narwhals as nw

SCREEN, ASSESS, DO, REFER, SIGNPOST, CLOSE, DECIDE, VISIT = range(8)
COMPLETING = (DO, REFER, SIGNPOST, CLOSE, DECIDE)
NEARLY_NOTHING = 1e-300  # stands for no survivors: some engines refuse the logarithm of zero


def cycles(activities: nw.LazyFrame) -> nw.LazyFrame:
    """Assess–do–refer cycles of each need and team: `need, team, opened, completed`.

    A cycle opens at a screen or an assess, unless it is an assess directly after that team's screen; what follows up to
    the next opening belongs to it, and it is complete once something was done, referred, signposted, closed or decided.

    Args:
        activities: `need, team, pos` (order of time) and `kind` as numbered above.
    """
    within = ("need", "team")
    before = nw.col("kind").shift(1).over(*within, order_by="pos")
    follows_screen = (nw.col("kind") == ASSESS) & ~before.is_null() & (before == SCREEN)
    opening = activities.with_columns(
        opens=nw.when(nw.col("kind").is_in([SCREEN, ASSESS]) & ~follows_screen).then(1).otherwise(0)
    )
    numbered = opening.with_columns(cycle=nw.col("opens").cum_sum().over(*within, order_by="pos"))
    completes = nw.when(nw.col("kind").is_in(COMPLETING)).then(1).otherwise(0)
    each = (
        numbered.filter(nw.col("cycle") > 0)
        .with_columns(completes=completes)
        .group_by(*within, "cycle")
        .agg(done=nw.col("completes").max())
    )
    return each.group_by(*within).agg(opened=nw.len(), completed=nw.col("done").sum())


def quantiles(rows: nw.LazyFrame, quantile: float) -> nw.LazyFrame:
    """By when this share of everyone who asked in a week was met: `week, quantile`, without weeks that never got there.

    Args:
        rows: `week, days` and `met` (1 or 0), one row a need, those still waiting included.
    """
    moments = rows.group_by("week", "days").agg(events=nw.col("met").sum(), leaving=nw.len())
    counted = moments.with_columns(
        gone=nw.col("leaving").cum_sum().over("week", order_by="days"), everyone=nw.col("leaving").sum().over("week")
    ).with_columns(at_risk=nw.col("everyone") - nw.col("gone") + nw.col("leaving"))
    staying = 1.0 - nw.col("events") / nw.col("at_risk")
    logged = counted.with_columns(
        step=nw.when(nw.col("events") < nw.col("at_risk")).then(staying).otherwise(NEARLY_NOTHING).log()
    )
    return (
        logged.with_columns(survival=nw.col("step").cum_sum().over("week", order_by="days").exp())
        .filter((nw.col("survival") <= 1.0 - quantile + 1e-9) & (nw.col("events") > 0))
        .group_by("week")
        .agg(quantile=nw.col("days").min())
    )
