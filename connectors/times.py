"""Times as sources write them: text in a declared format, in the source's zone, at the precision it was written with.

A format is a contract on the text: `%d/%m/%Y` takes 05/01/2020 and refuses 5/1/2020, which most readers accept in silence.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import cache

import polars as pl

ISO = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M:%S%.f%z", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M%z", "%Y-%m-%d", "%Y-%m", "%Y",
)  # fmt: skip
# What `infer` may find. Each pair differs only in which of day and month comes first.
ORDERS = tuple(
    (f"%d{mark}%m{mark}%Y{clock}", f"%m{mark}%d{mark}%Y{clock}")
    for mark in "/-."
    for clock in ("", " %H:%M", " %H:%M:%S")
)
_TOKENS = {
    "%d": r"\d{2}", "%-d": r"\d{1,2}", "%m": r"\d{2}", "%-m": r"\d{1,2}", "%Y": r"\d{4}", "%y": r"\d{2}",
    "%H": r"\d{2}", "%-H": r"\d{1,2}", "%I": r"\d{2}", "%-I": r"\d{1,2}", "%M": r"\d{2}", "%S": r"\d{2}",
    "%.f": r"\.\d{1,9}", "%f": r"\d{1,9}", "%p": r"[AaPp][Mm]", "%b": r"[A-Za-z]{3}", "%B": r"[A-Za-z]{3,9}",
    "%z": r"(?:Z|[+-]\d{2}:?\d{2})", "%j": r"\d{3}", "%%": "%",
}  # fmt: skip
# What each directive reads on the first of January 2001, a little after one in the morning: to try a format on.
_EXAMPLES = {
    "%d": "01", "%-d": "1", "%m": "01", "%-m": "1", "%Y": "2001", "%y": "01", "%H": "01", "%-H": "1", "%I": "01",
    "%-I": "1", "%M": "01", "%S": "01", "%.f": ".5", "%f": "5", "%p": "AM", "%b": "Jan", "%B": "January", "%z": "+00:00",
    "%j": "001", "%%": "%",
}  # fmt: skip
_TOKEN = re.compile(r"%(?:\.f|-?[A-Za-z]|%)")
OLDEST_YEAR, LATEST_YEAR = 1850, 2200  # the oldest person in any record, and a plan nobody will keep


@dataclass(frozen=True)
class Format:
    """A declared format: the text it admits, how to parse it, how precise it is."""

    text: str
    pattern: str
    parse: str
    suffix: str
    precision: str
    aware: bool


@cache
def format_of(text: str) -> Format:
    """Understand one format.

    >>> format_of("%d/%m/%Y").precision
    'day'

    Raises:
        ValueError: a directive this project does not read.
    """
    pattern, at = "", 0
    for token in _TOKEN.finditer(text):
        if token.group() not in _TOKENS:
            raise ValueError(f"the date format {text!r} holds {token.group()}, which is not read here")
        pattern += re.escape(text[at : token.start()]) + _TOKENS[token.group()]
        at = token.end()
    pattern += re.escape(text[at:])
    has = {token.group().replace("-", "") for token in _TOKEN.finditer(text)}
    if not has & {"%Y", "%y"}:
        raise ValueError(f"the date format {text!r} holds no year")
    day = bool(has & {"%d", "%j"})
    month = bool(has & {"%m", "%b", "%B", "%j"})
    if "%d" in has and not month:
        raise ValueError(f"the date format {text!r} holds a day and no month")
    clock = bool(has & {"%H", "%I"})
    precision = (
        "instant" if clock and "%S" in has
        else "minute" if clock and "%M" in has
        else "day" if day
        else "month" if month
        else "year"
    )  # fmt: skip
    # a month or a year stands on its first day
    suffix, parse = "", text.replace("%-", "%")
    if not day:
        suffix, parse = ("-01", parse + "-%d") if month else ("-01-01", parse + "-%m-%d")
    return Format(text, f"^{pattern}$", parse, suffix, precision, "%z" in has)


def try_format(text: str) -> None:
    """Read one time with a format, so that one nothing can be read with is answered before any row is.

    Raises:
        ValueError: a directive this project does not read, or directives that make no time together.
    """
    format_of(text)
    example = _TOKEN.sub(lambda token: _EXAMPLES[token.group()], text)
    try:
        with warnings.catch_warnings(action="ignore", category=pl.exceptions.ChronoFormatWarning):
            sound = parse(pl.Series([example]), (text,), "UTC")["problem"][0] is None
    except pl.exceptions.PolarsError:
        sound = False
    if not sound:
        raise ValueError(
            f"the date format {text!r} makes no time: an hour needs its %M, %I and %p go together, and %M is minutes"
        )


def expand(formats: tuple[str, ...]) -> tuple[str, ...]:
    """The formats with `iso` written out."""
    return tuple(f for given in formats for f in (ISO if given == "iso" else (given,)))


def parse(values: pl.Series, formats: tuple[str, ...], zone: str) -> pl.DataFrame:
    """Read a column of times.

    Args:
        values: text, null where absent.
        formats: tried in order; each row takes the first whose text it matches.
        zone: the source's zone, for times that name none.

    Returns:
        A row each: `at` (UTC microseconds), `day` (local day number), `precision`, `problem` (a reason code, null if
        sound) and `ambiguous` (the clock showed this time twice; the earlier was taken).
    """
    name = "text"
    frame = values.rename(name).to_frame().with_columns(
        pl.lit(None, pl.Datetime("us")).alias("local"), pl.lit(None, pl.Datetime("us")).alias("utc"),
        pl.lit(None, pl.String).alias("precision"), pl.lit(False).alias("matched"),
    )  # fmt: skip
    for text in expand(formats):
        left = frame.height - frame["matched"].sum() - frame[name].null_count()
        if not left:
            break
        frame = _try(frame, format_of(text), name, zone)
    year = pl.col("local").dt.year()
    present = pl.col(name).is_not_null()
    sound = pl.col("local").is_not_null() & year.is_between(OLDEST_YEAR, LATEST_YEAR)
    frame = frame.with_columns(
        pl.when(present & ~pl.col("matched")).then(pl.lit("time_not_in_format"))
        .when(present & ~sound.fill_null(value=False)).then(pl.lit("impossible_date")).alias("problem")
    )  # fmt: skip
    return _to_utc(frame, zone)


def _try(frame: pl.DataFrame, format_: Format, name: str, zone: str) -> pl.DataFrame:
    text = pl.col(name)
    matches = (~pl.col("matched") & text.str.contains(format_.pattern)).fill_null(value=False)
    written = pl.when("now").then(text + format_.suffix if format_.suffix else text)
    frame = frame.with_columns(matches.alias("now"))
    if not frame["now"].any():
        return frame
    if format_.aware:
        read = written.str.replace("Z$", "+00:00").str.to_datetime(
            format_.parse, time_unit="us", time_zone="UTC", strict=False
        )
        frame = frame.with_columns(read.alias("read"))
        local = pl.col("read").dt.convert_time_zone(zone).dt.replace_time_zone(None)
        utc = pl.col("read").dt.replace_time_zone(None)
    else:
        if "%H" in format_.parse or "%I" in format_.parse:
            read = written.str.to_datetime(format_.parse, time_unit="us", strict=False)
        else:
            read = written.str.to_date(format_.parse, strict=False).cast(pl.Datetime("us"))
        frame = frame.with_columns(read.alias("read"))
        local, utc = pl.col("read"), pl.lit(None, pl.Datetime("us"))
    return frame.with_columns(
        pl.when("now").then(local).otherwise("local").alias("local"),
        pl.when("now").then(utc).otherwise("utc").alias("utc"),
        pl.when("now").then(pl.lit(format_.precision)).otherwise("precision").alias("precision"),
        (pl.col("matched") | pl.col("now")).alias("matched"),
    )


def _to_utc(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Put local times on the world's clock, and say which could not be put there or could be put twice."""
    coarse = ~pl.col("precision").is_in(["instant", "minute"])
    if zone == "UTC":
        frame = frame.with_columns(pl.col("utc").fill_null(pl.col("local")), pl.lit(False).alias("ambiguous"))
    else:
        local = pl.col("local")
        earliest = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        latest = local.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null")
        # where midnight itself does not exist (Cairo in spring), the day begins an hour later
        later = (local + pl.duration(hours=1)).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        frame = frame.with_columns(earliest.alias("earliest"), latest.alias("latest"))
        if frame["earliest"].null_count() > frame["local"].null_count():
            frame = frame.with_columns(
                pl.when(coarse).then(pl.coalesce("earliest", later)).otherwise("earliest").alias("earliest")
            )
        naive = pl.col("utc").is_null()
        frame = frame.with_columns(
            (naive & ~coarse & (pl.col("earliest") != pl.col("latest"))).fill_null(value=False).alias("ambiguous"),
            pl.col("utc").fill_null(pl.col("earliest").dt.convert_time_zone("UTC").dt.replace_time_zone(None)),
        )  # fmt: skip
    missing = pl.col("local").is_not_null() & pl.col("utc").is_null() & pl.col("problem").is_null()
    frame = frame.with_columns(
        pl.when(missing).then(pl.lit("time_does_not_exist")).otherwise("problem").alias("problem")
    )
    sound = pl.col("problem").is_null()
    return frame.select(
        pl.when(sound).then(pl.col("utc").dt.epoch("us")).alias("at"),
        pl.when(sound).then(pl.col("local").dt.date().cast(pl.Int32)).alias("day"),
        pl.when(sound & pl.col("local").is_not_null()).then(pl.col("precision")).alias("precision"),
        "problem",
        "ambiguous",
    )


@dataclass
class Orders:
    """Which orders of day and month a column still admits, as its values go by."""

    possible: tuple[str, ...] = (*(f for pair in ORDERS for f in pair), "iso")
    example: str | None = None

    def see(self, values: pl.Series) -> None:
        """Strike out the formats that do not read every value."""
        distinct = values.drop_nulls().unique()
        if not distinct.len():
            return
        if self.example is None:
            self.example = str(distinct.sort()[0])
        self.possible = tuple(
            f for f in self.possible if not parse(distinct, (f,), "UTC")["problem"].is_not_null().any()
        )
