"""What a chart says without its picture: figures with their unit, signals in words, and the whole text alternative."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

# Strongest first: a point that breaks two rules is drawn and named by the first.
SIGNALS = {
    "outside_limits": "outside the limits",
    "run": "part of a run on the same side of the middle",
    "trend": "part of a steady rise or fall",
    "near_limit": "one of three of four near the same limit",
    "two_in_three": "one of two of three near the same limit",
    "four_in_five": "one of four of five well off the middle",
    "eight_outside": "one of eight away from the middle on both sides",
    "alternating": "part of an up and down in turn",
    "fifteen_inside": "one of fifteen close to the middle",
    "long_run": "part of an unusually long run on one side of the middle",
    "few_crossings": "the line crosses its middle too seldom",
    "range_outside_limit": "a bigger jump from the point before than is usual",
}
PERIODS = {"day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year", "point": "point"}
MEASURED = "measured-"  # a kind: "measured-2" has two decimals, and may lie below nought


def day(value: date) -> str:
    """A date as people write it: 4 May 2026."""
    return f"{value.day} {value:%B %Y}"


def period(start: date, every: str) -> str:
    """A period by name: "week of 4 May 2026", "May 2026", "2026"; points without dates stand a day apart from 1970 on."""
    if every == "point":
        return f"point {(start - date(1970, 1, 1)).days:,}"
    if every == "month":
        return f"{start:%B %Y}"
    if every == "quarter":
        return f"{start:%B} to {date(start.year, start.month + 2, 1):%B %Y}"
    if every == "year":
        return str(start.year)
    return f"week of {day(start)}" if every == "week" else day(start)


def figure(value: float | None, kind: str) -> str:
    """A figure as it is read: a share as 62% (4.2% below ten), anything else with thousands apart, whole from twenty.

    A rate below one, such as demands a person, has two decimals.

    >>> figure(0.618, "share"), figure(0.042, "share"), figure(1204, "count"), figure(3.14, "rate"), figure(0.534, "rate")
    ('62%', '4.2%', '1,204', '3.1', '0.53')
    """
    if value is None:
        return "not known"
    if kind == "share":
        return f"{value:.1%}" if 0 < abs(value) < 0.0995 else f"{value:.0%}"
    if kind.startswith(MEASURED):
        decimals = int(kind.removeprefix(MEASURED))
        return f"{round(value, decimals) + 0.0:,.{decimals}f}"  # + 0.0: no minus before nought
    if kind == "rate" and 0 < abs(value) < 0.995:
        return f"{value:.2f}"
    whole = kind == "whole" or abs(value) >= 19.5 or abs(value - round(value)) < 0.05
    return f"{value:,.0f}" if whole else f"{value:,.1f}"


def side_by_side(values: Sequence[float | None], kind: str) -> list[str | None]:
    """Figures that are read together, such as a middle and its limits: whole, all of them, where the largest is.

    Not where that would make two of them one, or nought of something; None stays None.

    >>> side_by_side([27.2, 11.8, 42.4], "count"), side_by_side([0.09, 0.042, 0.14], "share"), side_by_side([30, 0.3], "duration")
    (['27', '12', '42'], ['9%', '4%', '14%'], ['30', '0.3'])
    """
    each = [None if value is None else figure(value, kind) for value in values]
    given = {value for value in values if value is not None}
    if not given or kind.startswith(MEASURED) or "." in figure(max(given, key=abs), kind):
        return each
    times, sign = (100, "%") if kind == "share" else (1, "")
    whole = {value: round(value * times) for value in given}
    if len(set(whole.values())) < len(given) or any(value and not whole[value] for value in given):
        return each
    return [None if value is None else f"{whole[value]:,}{sign}" for value in values]


def with_unit(value: float | None, kind: str, unit: str = "") -> str:
    """A figure with its unit where the figure does not carry one: 18 days, 62%."""
    if kind in ("duration", "median") and value is not None:
        return f"{figure(value, kind)} {unit if unit and unit != 'days' else 'days'}"
    return figure(value, kind)


def strongest(signals: Sequence[str] | None) -> str | None:
    """The signal a point is drawn by, the strongest of those it carries; None for a routine point."""
    return next((name for name in SIGNALS if name in (signals or ())), None)


def side(value: float, centre: float | None) -> str:
    """Which side of the middle a value lies: `higher` or `lower`."""
    return "higher" if centre is None or value >= centre else "lower"


def direction(value: float, centre: float | None, better: str) -> str:
    """Whether a value off the middle is `better` or `worse` for people; `signal` where no direction is stated."""
    if better not in ("higher", "lower"):
        return "signal"
    return "better" if side(value, centre) == better else "worse"


def known(points: pl.DataFrame) -> pl.DataFrame:
    """The points that can no longer move, are not excluded, and have a value, in order of time."""
    return points.filter(
        pl.col("mature").fill_null(True) & ~pl.col("excluded").fill_null(False) & pl.col("value").is_not_null()
    ).sort("period_start")


def signal_list(points: pl.DataFrame, *, kind: str, every: str, most: int = 12) -> str:
    """Every signal in words, the newest first; at most `most`, and then how many more."""
    signalled = [
        row for row in known(points).sort("period_start", descending=True).iter_rows(named=True)
        if strongest(row["signals"])
    ]  # fmt: skip
    if not signalled:
        return "No signals."
    said = "; ".join(
        f"{period(row['period_start'], every)}, {figure(row['value'], kind)}, {SIGNALS[str(strongest(row['signals']))]}"
        for row in signalled[:most]
    )
    more = f"; and {len(signalled) - most} earlier" if len(signalled) > most else ""
    return f"Signals: {said}{more}."


def last_value(points: pl.DataFrame, *, kind: str, every: str) -> str:
    """The last value that can no longer move, and how many later periods are not yet known."""
    settled = known(points)
    waiting = points.filter(~pl.col("mature").fill_null(True)).height
    later = f" {waiting} later {PERIODS[every]}{'s' if waiting != 1 else ''} not yet known." if waiting else ""
    if settled.is_empty():
        return f"No value is known yet.{later}"
    row = settled.row(-1, named=True)
    return f"Last known value: {figure(row['value'], kind)}, {period(row['period_start'], every)}.{later}"


def alternative(title: str, sentence: str, points: pl.DataFrame, *, kind: str, every: str) -> str:
    """The text alternative of a chart over time: its title and span, its sentence, its signals, its last value."""
    if points.is_empty():
        return f"{title}. No periods to show."
    first, last = points["period_start"].min(), points["period_start"].max()
    span = f"{title} by {PERIODS[every]}, {period(first, every)} to {period(last, every)}."
    return " ".join((
        span, sentence, signal_list(points, kind=kind, every=every), last_value(points, kind=kind, every=every),
    ))  # fmt: skip
