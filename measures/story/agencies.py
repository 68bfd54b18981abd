"""How many agencies were involved with one person, ever and lately. "agencies … continued to grow", report line 512."""

from __future__ import annotations

from datetime import date

import polars as pl

from measures.model.time import day_date, day_number, period_end, period_start
from measures.story.lines import is_in_sequence

YEAR_DAYS = 365
LONG_YEARS = 8  # a longer story is read by year

SCHEMA: dict[str, type[pl.DataType]] = {
    "at": pl.Int32, "from": pl.Date, "to": pl.Date, "ever": pl.Int32, "lately": pl.Int32, "new": pl.String,
}  # fmt: skip


def agencies_over_time(rows: pl.DataFrame, until: date | None = None) -> tuple[str, pl.DataFrame]:
    """The period it is read by (`year`, `month` or `place`), and a row for each.

    Args:
        rows: `lines.LINES`.
        until: how far the records see; None: to the last record.

    Returns:
        Columns `at` (number of the row, or place in the story), `from` and `to` (dates, null in a sequence), `ever`
        (distinct agencies so far), `lately` (distinct in the 12 months to `to`; null in a sequence, where nobody can
        tell), `new` (their names). Counted is the coded agency without blank, `all` and `unstated`.
    """
    if rows.is_empty():
        return "month", pl.DataFrame(schema=SCHEMA)
    if is_in_sequence(rows):
        return "place", _by_place(rows)
    period = _period(rows)
    begun = pl.DataFrame({"day": _days(rows, until)}, schema={"day": pl.Int32})
    spans = begun.select(start=period_start(pl.col("day"), period)).unique().sort("start")  # type: ignore[arg-type]
    spans = spans.with_columns(end=period_end(pl.col("start"), period))  # type: ignore[arg-type]
    seen = rows.filter("counted").select("day", "agency")
    first = seen.group_by("agency").agg(pl.col("day").min()).sort("day", "agency")
    made = []
    for number, (start, end) in enumerate(spans.iter_rows()):
        recent = seen.filter(pl.col("day").is_between(day_number(_year_before(day_date(end))) + 1, end))
        new = first.filter(pl.col("day").is_between(start, end))["agency"].to_list()
        ever = first.filter(pl.col("day") <= end).height
        made.append((number, day_date(start), day_date(end), ever, recent["agency"].n_unique(), ", ".join(new)))
    return period, pl.DataFrame(made, schema=SCHEMA, orient="row")


def _by_place(rows: pl.DataFrame) -> pl.DataFrame:
    first = rows.filter("counted").group_by("agency").agg(pl.col("place").min())
    places = rows.select(at=pl.col("place").unique().sort())
    new = first.sort("place", "agency").group_by("place").agg(new=pl.col("agency").str.join(", "), more=pl.len())
    joined = places.join(new, left_on="at", right_on="place", how="left").sort("at")
    return joined.select(
        "at", pl.lit(None, pl.Date).alias("from"), pl.lit(None, pl.Date).alias("to"),
        pl.col("more").fill_null(0).cum_sum().cast(pl.Int32).alias("ever"),
        pl.lit(None, pl.Int32).alias("lately"), pl.col("new").fill_null(""),
    )  # fmt: skip


def _period(rows: pl.DataFrame) -> str:
    """By year where a date is known to the year only, or the story is long; else by month."""
    days = rows["day"].drop_nulls().to_list()
    long = max(days) - min(days) > LONG_YEARS * 366
    return "year" if long or (rows["precision"] == "year").any() else "month"


def _days(rows: pl.DataFrame, until: date | None) -> list[int]:
    days = rows["day"].drop_nulls().to_list()
    first, last = min(days), max(days)
    seen = last if until is None else max(last, day_number(until))
    # a year after the last record nothing more can be active: later periods would only repeat that
    return [*range(first, min(seen, last + YEAR_DAYS) + 1, 27), last]


def _year_before(day: date) -> date:
    """The same date a year before, so that a calendar year is one in leap years too; 29 February becomes the 28th."""
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def years(rows: pl.DataFrame) -> tuple[int, int] | None:
    """The first and the last year a record carries; None where none does. A place in an order is no year."""
    days = rows.filter(pl.col("precision") != "sequence")["day"].drop_nulls()
    told = days.cast(pl.Date).dt.year().to_list()
    return (min(told), max(told)) if told else None
