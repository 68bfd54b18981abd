"""Calendar years: what is counted over a year belongs to the year in which it happened, and to no other."""

from __future__ import annotations

import polars as pl

from measures.events import PRECISE
from measures.model.time import period_end, period_start

FIRST_DAYS = 7  # records that open within the first week of January cover the year: nobody asks on a bank holiday
YEARLY = (*PRECISE, "day", "month", "year")  # dates that at least tell their year


def year_of(day: str = "day") -> pl.Expr:
    """The day number of 1 January of the year that holds this day."""
    return period_start(pl.col(day), "year").cast(pl.Int32)


def year_end(year: str = "year") -> pl.Expr:
    """The day number of 31 December of a year told by its 1 January."""
    return period_end(pl.col(year), "year").cast(pl.Int32)


def tells_its_year(stem: str) -> pl.Expr:
    """Whether a record is dated well enough to belong to a year (`stem` is `received`, `started` or `created`)."""
    known = pl.col(f"{stem}_precision").is_in(YEARLY).fill_null(True)
    return pl.col(f"{stem}_day").is_not_null() & known


def covered_from(began: pl.Expr) -> pl.Expr:
    """The 1 January from which years are covered whole, of records that begin on this day."""
    first = period_start(began, "year")
    late = began - first >= FIRST_DAYS
    return pl.when(late).then(period_end(first, "year") + 1).otherwise(first).cast(pl.Int32)
