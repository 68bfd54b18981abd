"""What a reading's chart would say otherwise: without some points, a period ago, or split where the level moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from measures.capability import RULE_SETS, Chart
from measures.capability.anhoej import longest_run_allowed
from measures.capability.kinds import KINDS
from measures.capability.suggestions import RUN, Suggestion, suggest_splits
from measures.capability.what_if import limits_without
from measures.limiting import RARE, SPLIT_BY, chart_asked
from measures.reading import Reading


@dataclass(frozen=True)
class Lines:
    """One set of limits: the middle, the range to expect, how many points it rests on and how many signal."""

    centre: float | None
    lower: float | None
    upper: float | None
    n: int
    signals: int


def as_asked(reading: Reading) -> tuple[pl.DataFrame, Chart]:
    """The points of one series as the engine took them, phases as they were decided, and the chart.

    The same limits come out of it as stand in the reading's table: points on which old limits run on set none.
    """
    table = reading.table.sort("period_start")
    ratio = KINDS[reading.chart].ratio
    own = "extended_centre" in table.columns
    points = table.select(
        at=pl.col("period_start").cast(pl.Int32),
        value="numerator" if ratio else "value",
        excluded=pl.col("excluded").fill_null(False) | ~pl.col("mature").fill_null(True),
        phase="phase",
        **({"of": pl.col("denominator")} if ratio else {}),
        **({"baseline": pl.col("extended_centre").is_null()} if own else {}),
    )
    return points, chart_asked(reading.chart, reading.measure, reading.request)


def left_out(reading: Reading) -> list[int]:
    """The days on which points begin that people left out of the limits."""
    rows = reading.table.filter(pl.col("excluded").fill_null(False) & pl.col("mature").fill_null(True))
    return rows["period_start"].cast(pl.Int32).sort().to_list()


def with_and_without(reading: Reading, days: Sequence[int]) -> tuple[Lines, Lines] | None:
    """The limits in force with these points and without them; None where there are no limits, or no such point.

    Args:
        reading: one series, unsplit.
        days: on which the points begin; those left out already are put back in the first answer.
    """
    if reading.chart == "none" or not days:
        return None
    points, chart = as_asked(reading)
    here = pl.col("at").is_in(list(days))
    rows = points.select(here.arg_true())["at"].to_list()
    young = ~reading.table.sort("period_start")["mature"].fill_null(True)
    points = points.with_columns(excluded=pl.when(here).then(young).otherwise("excluded"))
    if not rows:
        return None
    try:
        row = limits_without(points, chart, rows).row(-1, named=True)
    except ValueError:  # a point put back that has no place on this chart
        return None
    names = ("centre", "lower", "upper", "n", "signals")
    return Lines(*(row[name] for name in names)), Lines(*(row[f"{name}_without"] for name in names))


def newest_known(reading: Reading) -> int | None:
    """The day on which the newest point begins that sets limits; None where there is none."""
    settled = reading.table.filter(
        pl.col("mature").fill_null(True) & ~pl.col("excluded").fill_null(False) & pl.col("value").is_not_null()
    )
    return None if settled.is_empty() else int(settled["period_start"].cast(pl.Int32).max())  # type: ignore[arg-type]


def suggested(reading: Reading) -> list[Suggestion]:
    """Where the level seems to have moved though nobody recorded a change there, oldest first."""
    if reading.chart == "none" or not (reading.request.period in SPLIT_BY or reading.chart in RARE):
        return []
    points, chart = as_asked(reading)
    try:
        found = suggest_splits(
            points.drop("baseline", strict=False), chart, run=_run_read_for(reading.rules, points.height)
        )
    except ValueError:
        return []
    days = points["at"].to_list()
    known = [_place(days, day) for day in reading.changes["from_day"].to_list()]
    return [one for one in found if all(abs(one.row - place) >= RUN for place in known)]


def _run_read_for(rules: str, points: int) -> int:
    """How long a run makes a new level worth trying: no shorter than one that the chart itself would call a signal."""
    if rules == "anhoej":  # the longer the chart, the longer the runs that chance makes on it
        return max(RUN, longest_run_allowed(points) + 1)
    return max(RUN, RULE_SETS[rules].run or RUN)


def _place(days: list[int], day: int) -> int:
    """The row of the first point on or after a day."""
    return next((row for row, at in enumerate(days) if at >= day), len(days))
