"""Dates, periods and figures as people say them."""

from __future__ import annotations

from datetime import date

import polars as pl

from measures.model.time import day_date

PERIODS = ((1, 1, "day"), (7, 7, "week"), (28, 31, "month"), (89, 92, "quarter"), (365, 366, "year"))


def day_numbers(at: pl.Series) -> pl.Series:
    """Days since 1970, from dates, moments or day numbers."""
    if at.dtype.is_integer() or at.dtype == pl.Null:
        return at.cast(pl.Int64)
    if at.dtype in (pl.Date, pl.Datetime):
        return at.cast(pl.Date).cast(pl.Int64)
    raise ValueError(f"'at' holds {at.dtype}; give a date or a day number (days since 1970-01-01)")


def period_word(at: pl.Series) -> str | None:
    """The word for one point's period (day, week, month, quarter, year), read from the step between points."""
    if not (at.dtype.is_integer() or at.dtype in (pl.Date, pl.Datetime)):
        return None
    steps = day_numbers(at).head(1000).diff().drop_nulls()
    steps = steps.filter(steps > 0)
    if steps.is_empty():
        return None
    middle = steps.quantile(0.5, interpolation="lower") or 0
    return next((word for least, most, word in PERIODS if least <= middle <= most), None)


def day_words(day: int) -> str:
    """A day number as "4 May 2026"."""
    return date_words(day_date(day))


def date_words(day: date) -> str:
    """A date as "4 May 2026".

    >>> date_words(date(2026, 5, 4))
    '4 May 2026'
    """
    return f"{day.day} {day:%B %Y}"


def many(count: int, noun: str) -> str:
    """A count and its noun.

    >>> many(1, "week"), many(1200, "week")
    ('1 week', '1,200 weeks')
    """
    return f"{count:,} {noun if count == 1 else noun + 's'}"
