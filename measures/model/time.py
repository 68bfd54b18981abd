"""Days as numbers. Weeks start on Monday; a week, month or quarter belongs to the local date in the source's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl

Period = Literal["day", "week", "month", "quarter", "year"]
PERIODS: tuple[Period, ...] = ("day", "week", "month", "quarter", "year")

SECOND = 1_000_000
DAY = 86_400 * SECOND  # microseconds
EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01. `day_number(date(1970, 1, 2))` is 1."""
    return (day - EPOCH).days


def day_date(number: int) -> date:
    """The date a day number stands for."""
    return EPOCH + timedelta(days=number)


def instant(moment: datetime) -> int:
    """UTC microseconds of a moment; one without a zone is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round((aware - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


def end_of_day(day: date, zone: str = "UTC") -> int:
    """UTC microseconds of the last moment of a local date: what `as_of` a date means."""
    return instant(datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))) - 1


def seen_through(seen_at: int, zone: str) -> int:
    """The last local day seen whole: a point that needs that day can no longer move.

    >>> from datetime import date
    >>> day_date(seen_through(end_of_day(date(2016, 1, 12)), "UTC")).isoformat()
    '2016-01-12'
    """
    moment = datetime.fromtimestamp((seen_at + 1) / SECOND, tz=UTC).astimezone(ZoneInfo(zone))
    return day_number(moment.date()) - 1


def period_start(day: pl.Expr, period: Period) -> pl.Expr:
    """The day number on which the period holding `day` begins."""
    if period == "day":
        return day
    if period == "week":
        return ((day + 3) // 7) * 7 - 3
    date = day.cast(pl.Date)
    if period == "quarter":
        return date.dt.truncate("1q").cast(pl.Int32)
    since = date.dt.day() if period == "month" else date.dt.ordinal_day()  # a third of the time that truncating takes
    return day - since.cast(pl.Int32) + 1


def period_end(start: pl.Expr, period: Period) -> pl.Expr:
    """The last day number of the period that begins on `start`."""
    if period == "day":
        return start
    if period == "week":
        return start + 6
    every = {"month": "1mo", "quarter": "3mo", "year": "1y"}[period]
    return start.cast(pl.Date).dt.offset_by(every).cast(pl.Int32) - 1
