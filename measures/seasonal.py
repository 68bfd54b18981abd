"""A measure over time without its season: where that can be done, and in one sentence why not where it cannot."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from measures.capability.seasons import KINDS, NAMES, Every, without_season
from measures.limiting import Chosen, named
from measures.model.measure import Measure
from measures.model.results import Caveat
from measures.request import Request

EVERY: dict[str, Every] = {"month": "month", "day": "weekday"}  # by the period of a point; a week or quarter has none
COLUMNS = ("unadjusted", "season", "season_factor", "season_n")


def refused(measure: Measure, period: str, kind: str) -> str:
    """Why the season of such a chart stays in; empty where it can be taken out, if enough is known."""
    if measure.kind in ("share", "rate"):
        return (
            f"The season is left in: a {measure.kind} is read out of its n, and divided by a factor it would be out of "
            "nothing; look at the count instead."
        )
    if period not in EVERY:
        return f"The season is left in: by {period} there is none to take out; choose months, or days."
    if kind not in KINDS and kind != "none":
        return (
            f"The season is left in: a {named(kind)} chart reads whole events, which a figure divided by a factor is "
            "not; choose xmr or run."
        )
    return ""


def seasonal(
    points: pl.DataFrame, chosen: Chosen, measure: Measure, request: Request, changes: pl.DataFrame
) -> tuple[pl.DataFrame, Chosen]:
    """The points with `plotted` without its season where that was asked for, and the choice with what must be said of it.

    Args:
        points: `series, at, plotted, ghost, mature`; young and excluded ones have no say in the factors.
        chosen: the chart.
        measure: what is read.
        request: what was asked.
        changes: cycles begin anew at each, so that what a change did is no season.
    """
    if not request.season:
        return points, chosen
    if why := refused(measure, request.period, chosen.kind):
        return points, replace(chosen, said=(*chosen.said, Caveat("season_unused", why)))
    if chosen.kind == "none" or points.is_empty():
        return points, chosen
    begun = [pl.col("at") >= day for day in changes["from_day"].to_list()]
    asked = points.select(
        "series", "at", value="plotted", excluded=pl.col("ghost") | ~pl.col("mature"),
        phase=pl.sum_horizontal(begun) if begun else pl.lit(0),
    )  # fmt: skip
    found = without_season(asked, EVERY[request.period], divide_only=chosen.kind == "xmr_log")
    told = points.with_columns(found.points.select(*COLUMNS, plotted="value"))
    return told, replace(chosen, said=(*chosen.said, *found.caveats))


def season_factors(table: pl.DataFrame) -> pl.DataFrame:
    """The factors in a reading's table, a row a series and season, in the order of the year or week; empty without any.

    Returns:
        `series, season, season_factor, season_n`.
    """
    columns = ("series", "season", "season_factor", "season_n")
    if "season_factor" not in table.columns:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.Null))
    order = {name: place for names in NAMES.values() for place, name in enumerate(names)}
    rows = table.filter(pl.col("season_factor").is_not_null()).select(columns).unique()
    return rows.sort("series", pl.col("season").replace_strict(order, default=None))


def season_sentence(table: pl.DataFrame) -> str:
    """That the figures on a chart are without their season; empty where they are not."""
    found = season_factors(table)
    if found.is_empty():
        return ""
    word = "month" if found["season"][0] in NAMES["month"] else "day of the week"
    return f"Figures on the chart are without their season: not as they happened, but as if every {word} were like the others."
