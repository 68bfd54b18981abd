"""How a file writes its dates, found from whole columns; where day and month could change places, a person is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from connectors.times import ISO, format_of, parse
from measures.model.time import DAY

CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %-H:%M", " %-H:%M:%S")
MARKS = ("/", "-", ".")
YEAR = (*ISO, *(f"%Y/%m/%d{clock}" for clock in CLOCKS))
NAMED = tuple(f"%d{mark}%b{mark}%Y{clock}" for mark in (" ", "-") for clock in CLOCKS) + tuple(
    f"%d %B %Y{clock}" for clock in CLOCKS
)
DAY_FIRST = tuple(
    f"{day}{mark}{month}{mark}{year}{clock}"
    for day, month in (("%d", "%m"), ("%-d", "%-m")) for year in ("%Y", "%y") for mark in MARKS for clock in CLOCKS
)  # fmt: skip
MONTH_FIRST = tuple(
    f"{month}{mark}{day}{mark}{year}{clock}"
    for day, month in (("%d", "%m"), ("%-d", "%-m")) for year in ("%Y", "%y") for mark in MARKS for clock in CLOCKS
)  # fmt: skip
ORDERS = {"year": (*YEAR, *NAMED), "day": (*NAMED, *DAY_FIRST), "month": MONTH_FIRST}
SURE = 0.05  # of the values: one order must read so many more than the other, or a person is asked
MOST = 2_000_000  # distinct texts looked at in a column


@dataclass(frozen=True)
class Written:
    """How one column's dates are written.

    Attributes:
        example: one of its texts.
        formats: by order (`year`, `day`, `month`), what reads it.
        reads: by order, the share of its distinct texts that this reads.
        texts: its distinct texts.
    """

    example: str
    formats: dict[str, tuple[str, ...]]
    reads: dict[str, float]
    texts: pl.Series

    @property
    def order(self) -> str | None:
        """Which order is meant; None where day and month could change places."""
        if self.reads["year"] >= max(self.reads["day"], self.reads["month"]):
            return "year"
        day, month = self.reads["day"], self.reads["month"]
        return None if abs(day - month) < SURE else "day" if day > month else "month"

    def newest(self, order: str, zone: str, before: int) -> int | None:
        """The newest time in it, UTC microseconds, that does not begin after `before`; a day counts to its end."""
        if not self.formats[order]:
            return None
        read = parse(self.texts, self.formats[order], zone)
        whole_day = pl.when(read["precision"] == "day").then(DAY - 1).otherwise(0)
        at = read.select(end=pl.col("at") + whole_day)["end"]
        found = at.filter(read["at"] <= before).max()
        return None if found is None else int(found)  # type: ignore[call-overload]


def written(columns: Iterable[pl.Series]) -> Written | None:
    """How the dates of a column are written, from all its blocks; None where it is empty."""
    distinct: pl.Series | None = None
    for block in columns:
        texts = block.drop_nulls().str.strip_chars().unique()
        distinct = texts if distinct is None else pl.concat([distinct, texts]).unique()
        if distinct.len() > MOST:
            break
    if distinct is None:
        return None
    distinct = distinct.filter(distinct.str.contains(r"\d")).sort()
    if distinct.is_empty():
        return None
    shapes = distinct.str.replace_all(r"\d", "9").str.replace_all(r"[A-Za-z]+", "a")
    groups = pl.DataFrame({"text": distinct, "shape": shapes}).partition_by("shape", as_dict=True)
    formats: dict[str, list[str]] = {order: [] for order in ORDERS}
    read = dict.fromkeys(ORDERS, 0)
    for group in groups.values():
        for order, candidates in ORDERS.items():
            chosen, number = _best(group["text"], candidates)
            read[order] += number
            if chosen and chosen not in formats[order]:
                formats[order].append(chosen)
    telling = distinct.filter(_halves_differ(distinct))
    return Written(
        (telling if telling.len() else distinct)[0], {order: tuple(found) for order, found in formats.items()},
        {order: number / distinct.len() for order, number in read.items()}, distinct,
    )  # fmt: skip


def _halves_differ(texts: pl.Series) -> pl.Series:
    """Whether the first two numbers of each text differ: 03/04 tells which is the day, 04/04 does not."""
    halves = texts.to_frame("text").select(
        first=pl.col("text").str.extract(r"^\D*(\d+)", 1).cast(pl.Int64, strict=False),
        second=pl.col("text").str.extract(r"^\D*\d+\D(\d+)", 1).cast(pl.Int64, strict=False),
    )
    return (halves["first"] != halves["second"]).fill_null(value=True)


def _best(texts: pl.Series, candidates: tuple[str, ...]) -> tuple[str | None, int]:
    """The format that reads most of texts of one shape, and how many."""
    best: tuple[str | None, int] = (None, 0)
    for text in candidates:
        if not any(re.fullmatch(format_of(text).pattern, example) for example in texts.head(20)):
            continue
        number = int(parse(texts, (text,), "UTC")["problem"].is_null().sum())
        if number > best[1]:
            best = (text, number)
    return best
