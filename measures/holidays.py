"""Bank holidays: the days on which doors are shut, so that a low week is not taken for a change.

A count of what arrives falls in a week with a holiday. Only counts by day or week carry the mark: a month nearly always
holds one, and a share or a waiting time does not fall because a door was shut.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import polars as pl

from measures.model.measure import Kind
from measures.model.time import EPOCH, Period

MARKED: tuple[Period, ...] = ("day", "week")
WEEKEND = 5  # Saturday and Sunday: no bank holiday of England and Wales falls there, its substitute day does
# the names that people in England and Wales know, where the calendar has others
NAMES = {
    "May Day": "Early May bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
}


def bank_holidays(first: date, last: date) -> dict[date, str]:
    """The bank holidays of England and Wales from one day to another, by date.

    Source: the package `holidays` (docs/decisions.md, 30); held by a test to the published list of 2019 to 2027.
    """
    years = (_of_year(year) for year in range(first.year, last.year + 1))
    return {day: name for year in years for day, name in year.items() if first <= day <= last}


def marked(points: pl.DataFrame, period: Period, kind: Kind) -> pl.DataFrame:
    """The points with `holiday`: the names of the bank holidays in each, null in a period without any.

    Args:
        points: `period_start` and `period_end`, dates, or `start` and `end`, days since 1970-01-01; other columns stay.
        period: how long each point is.
        kind: the measure's; only a count is marked.

    Returns:
        The same rows in the same order; the same frame, without the column, where no mark belongs.
    """
    if kind != "count" or period not in MARKED or points.is_empty():
        return points
    first, last = ("period_start", "period_end") if "period_start" in points.columns else ("start", "end")
    starts, ends = points[first].cast(pl.Int32), points[last].cast(pl.Int32)
    low, high = int(starts.min()), int(ends.max())  # type: ignore[arg-type]
    named = bank_holidays(_day(low), _day(high))
    told: dict[int, list[str]] = {}
    for day, name in named.items():
        number = (day - EPOCH).days
        start = number if period == "day" else (number + 3) // 7 * 7 - 3  # weeks begin on Monday
        told.setdefault(start, []).append(name)
    words = {start: ", ".join(names) for start, names in told.items()}
    return points.with_columns(
        holiday=starts.replace_strict(words, default=None, return_dtype=pl.String).rename("holiday")
    )


@cache
def _of_year(year: int) -> dict[date, str]:
    """One year's, in order of date."""
    import holidays

    days = holidays.country_holidays("GB", subdiv="ENG", years=year)
    kept = {day: str(name) for day, name in sorted(days.items()) if day.weekday() < WEEKEND and day.year == year}
    return {day: _plain(name) for day, name in kept.items()}


def _plain(name: str) -> str:
    whole = name.removesuffix(" (observed)")
    substitute = " (substitute day)" if whole != name else ""
    return f"{NAMES.get(whole, whole)}{substitute}"


def _day(number: int) -> date:
    return date.fromordinal(EPOCH.toordinal() + number)
