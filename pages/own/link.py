"""A picture of somebody's own figures as a few hundred characters of an address. Nothing is kept on the server for it.

The numbers, their dates, the choices, the title and the unit are written as JSON, compressed, and put into letters that
an address may hold. The compression carries a checksum, so a link that lost a letter is seen for what it is.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
import zlib
from datetime import date, timedelta
from itertools import pairwise

import polars as pl

from measures.capability.rule_sets import RULE_SETS
from pages.own.amounts import MOST
from pages.own.days import LATEST, OLDEST
from pages.own.meaning import OFFERED, SIZED, Asked
from pages.own.pasted import Figures

NAME = "f"  # of the figures in the address
LONGEST = 4_000  # characters: servers between a reader and us commonly take addresses of up to 8,000
MOST_POINTS = 5_000
UNPACKED = 300_000  # bytes a link may unpack to
TITLE, UNIT = 60, 30  # characters of the person's own words that a link may carry
VERSION = 1
NAMES_SOMEBODY = re.compile(r"@|(?:\d[ -]?){7}")  # an address, or as many digits as a telephone or a case number has
YEARS = re.compile(r"\b(?:19|20)\d\d ?[-–] ?(?:\d\d|(?:19|20)\d\d)\b")
START = date(1970, 1, 1)


class LinkDamaged(ValueError):
    """The address holds no figures that can be read; one sentence says what to do."""

    def __init__(self) -> None:
        super().__init__("This link is damaged or was cut short: ask for it again, or paste the figures below.")


def own_words(text: str, longest: int) -> str:
    r"""A person's own words as a link may carry them: one line, shortened.

    >>> own_words("  Calls\n a week ", 10)
    'Calls a we'
    """
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:longest].rstrip()


def pack(figures: Figures, asked: Asked) -> str:
    """The figures and what was asked of them as letters of an address; any length: see `LONGEST`."""
    days = figures.points["day"].cast(pl.Int32).to_list() if figures.dated else None
    steps = None if days is None else [days[0], *(after - before for before, after in pairwise(days))]
    flags = figures.percent + 2 * figures.events
    held = [
        VERSION, asked.what, asked.chart, asked.rules, asked.better, asked.per, flags, figures.currency,
        *_words(asked), steps, _numbers(figures.points["value"]), _numbers(figures.points["of"]) if figures.sized else None,
    ]  # fmt: skip
    text = json.dumps(held, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(zlib.compress(text, 9)).decode().rstrip("=")


def unpack(text: str) -> tuple[Figures, Asked]:
    """What `pack` put into an address.

    Raises:
        LinkDamaged: it holds anything else.
    """
    try:
        return _checked(json.loads(_opened(text), parse_constant=_no_number))
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error, zlib.error):
        raise LinkDamaged from None


def names_somebody(text: str) -> bool:
    """Whether words hold an electronic address, or as many digits in a row as a number that belongs to somebody."""
    return NAMES_SOMEBODY.search(YEARS.sub("", text)) is not None


def _words(asked: Asked) -> tuple[str, str]:
    title, unit = own_words(asked.title, TITLE), own_words(asked.unit, UNIT)
    return ("" if names_somebody(title) else title), ("" if names_somebody(unit) else unit)


def _numbers(column: pl.Series) -> list[float | int | None]:
    return [int(v) if v is not None and v.is_integer() and abs(v) < 1e15 else v for v in column.to_list()]


def _opened(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{8,20000}", text):
        raise ValueError
    unpacking = zlib.decompressobj()
    data = unpacking.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), UNPACKED)
    if not unpacking.eof or unpacking.unused_data:
        raise ValueError
    return data.decode()


def _no_number(_name: str) -> None:
    raise ValueError


def _checked(held: object) -> tuple[Figures, Asked]:
    version, what, chart, rules, better, per, flags, currency, title, unit, steps, value, of = held  # type: ignore[misc]
    count = len(value)
    _must(
        version == VERSION, what in OFFERED and chart in OFFERED[what], rules in RULE_SETS,
        better in ("lower", "higher", "neither"), type(per) is int and per in (1, 100, 1_000, 10_000, 100_000),
        type(flags) is int and flags in (0, 1, 2), currency in ("", "£", "$", "€"), 0 < count <= MOST_POINTS,
        isinstance(title, str) and own_words(title, TITLE) == title, isinstance(unit, str) and own_words(unit, UNIT) == unit,
        (of is not None) == (what in SIZED), any(number is not None for number in value),
    )  # fmt: skip
    columns = [value] if of is None else [value, of]
    for column in columns:
        _must(type(column) is list, len(column) == count, *(n is None or _sound(n) for n in column))
    at: list[date] = []
    if steps is not None:
        _must(len(steps) == count, *(type(step) is int for step in steps), *(step >= 0 for step in steps[1:]))
        for step in steps:
            at.append((at[-1] if at else START) + timedelta(days=step))
        _must(OLDEST <= at[0].year, at[-1].year <= LATEST)
    nothing = [None] * count
    points = pl.DataFrame(
        {"day": at or nothing, "value": value, "of": of or nothing, "line": range(1, count + 1)},
        schema={"day": pl.Date, "value": pl.Float64, "of": pl.Float64, "line": pl.UInt32},
        strict=False,
    )
    figures = Figures(points, steps is not None, of is not None, flags == 1, currency, flags == 2)
    return figures, Asked(what, chart, rules, better, per, title, unit)


def _must(*held: bool) -> None:
    if not all(held):
        raise ValueError


def _sound(number: object) -> bool:
    return type(number) in (int, float) and math.isfinite(number) and abs(number) <= MOST  # type: ignore[arg-type]
