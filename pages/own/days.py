"""Dates as people and spreadsheets write them. Where day and month could change places, nobody guesses: a person is asked."""

from __future__ import annotations

import polars as pl

OLDEST, LATEST = 1850, 2200  # years: the oldest person in any record, and a plan nobody will keep
CLOCK = r"(?:[ T,]+(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?: ?([AaPp][Mm]))?(?:Z|[+-]\d{2}:?\d{2})?)?"
WEEKDAY = r"(?:(?:[Mm]on|[Tt]ue|[Ww]ed|[Tt]hu|[Ff]ri|[Ss]at|[Ss]un)[a-z]*,? )?"
NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
         "december")  # fmt: skip
MONTHS = {name: number for number, full in enumerate(NAMES, 1) for name in (full, full[:3])} | {"sept": 9}
# Each pattern names what its groups are; "a" and "b" are day and month in the order a person has to know.
PATTERNS: tuple[tuple[str, str], ...] = (
    ("ymd", rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){CLOCK}$"),
    ("aby", rf"^{WEEKDAY}(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d{{2}}){CLOCK}$"),
    ("dny", rf"^{WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th)?[ /-]+([A-Za-z]{{3,9}})\.?[ /,-]+(\d{{4}}|\d{{2}}){CLOCK}$"),
    ("ndy", rf"^{WEEKDAY}([A-Za-z]{{3,9}})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}){CLOCK}$"),
    ("ny", r"^([A-Za-z]{3,9})\.?[ '/-]+(\d{4}|\d{2})$"),
    ("ym", r"^(\d{4})-(\d{1,2})$"),
    ("my", r"^(\d{1,2})/(\d{4})$"),
    ("yq", r"^(\d{4})[ -]?[Qq]([1-4])$"),
    ("qy", r"^[Qq]([1-4])[ -](\d{4})$"),
)
UNSURE = PATTERNS[1][1]


def read(texts: pl.Series, month_first: bool = False) -> pl.DataFrame:
    """The day and the minute of the day of each text; a month or a quarter stands on its first day.

    Returns:
        `day` (Date) and `minute` (Int32), null where a text is no date. One row a text.

    >>> read(pl.Series(["04/05/2026", "12 May 2026", "soon"]))["day"].to_list()
    [datetime.date(2026, 5, 4), datetime.date(2026, 5, 12), None]
    """
    given = texts.cast(pl.String).str.strip_chars(" \u00a0\ufeff").rename("text").to_frame()
    distinct = given.drop_nulls().unique("text")
    found = [_by(distinct, parts, pattern, month_first) for parts, pattern in PATTERNS]
    days = pl.concat([part for part in found if part.height] or [_by(distinct.clear(), *PATTERNS[0], month_first)])
    return given.join(days, on="text", how="left", maintain_order="left").select("day", "minute")


def order_of(texts: pl.Series) -> tuple[str | None, str]:
    """Whether the day or the month comes first; None and an example where both could be.

    >>> order_of(pl.Series(["04/05/2026", "13/05/2026"])), order_of(pl.Series(["04/05/2026"]))
    (('day', '13/05/2026'), (None, '04/05/2026'))
    """
    told = texts.drop_nulls().cast(pl.String).str.strip_chars(" \u00a0\ufeff")
    told = told.filter(told.str.contains(UNSURE)).unique(maintain_order=True)
    if told.is_empty():
        return "day", ""
    by_day, by_month = read(told)["day"], read(told, month_first=True)["day"]
    only_day, only_month = (by_day.is_not_null() & by_month.is_null()), (by_month.is_not_null() & by_day.is_null())
    if only_day.any() != only_month.any():
        sure = only_day if only_day.any() else only_month
        return ("day" if only_day.any() else "month"), told.filter(sure)[0]
    if only_day.any():
        return None, told.filter(only_month)[0]
    differ = (by_day != by_month).fill_null(value=False)
    return (None, told.filter(differ)[0]) if differ.any() else ("day", "")


def _by(texts: pl.DataFrame, parts: str, pattern: str, month_first: bool) -> pl.DataFrame:
    """The texts of one pattern with their days."""
    mine = texts.filter(pl.col("text").str.contains(pattern))
    order = parts.replace("a", "m" if month_first else "d").replace("b", "d" if month_first else "m")
    group = {part: pl.col("text").str.extract(pattern, place) for place, part in enumerate(order, 1)}
    month = (
        group["n"].str.to_lowercase().replace_strict(MONTHS, default=None, return_dtype=pl.Int32) if "n" in group
        else (group["q"].cast(pl.Int32) - 1) * 3 + 1 if "q" in group
        else group["m"].cast(pl.Int32)
    )  # fmt: skip
    short = group["y"].str.len_chars() == 2
    year = group["y"].cast(pl.Int32) + pl.when(short).then(2000).otherwise(0)
    day = group["d"].cast(pl.Int32) if "d" in group else pl.lit(1, pl.Int32)
    minute = pl.lit(0, pl.Int32)
    if CLOCK in pattern:
        hour, past, half = (pl.col("text").str.extract(pattern, len(parts) + place) for place in (1, 2, 3))
        hour = hour.cast(pl.Int32)
        late, early = half.str.to_lowercase() == "pm", half.str.to_lowercase() == "am"
        hour = pl.when(late & (hour < 12)).then(hour + 12).when(early & (hour == 12)).then(0).otherwise(hour)
        minute = (hour * 60 + past.cast(pl.Int32)).fill_null(0)
    written = pl.format("{}-{}-{}", year, month, day)
    read = written.str.to_date("%Y-%m-%d", strict=False)
    in_time = year.is_between(OLDEST, LATEST) & minute.is_between(0, 1439)
    return mine.select("text", day=pl.when(in_time).then(read), minute=minute).filter(pl.col("day").is_not_null())
