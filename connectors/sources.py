"""The sources of an installation, declared in sources.toml, and pulling what is new from them."""

from __future__ import annotations

import os
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from connectors.batch import Batch, ImportReport
from connectors.mapping import Mapping, load
from connectors.opened import Opened
from connectors.refusal import ImportRefused, MappingError
from connectors.store import Store, StoreError
from connectors.times import parse
from measures.model.principal import Principal
from measures.model.time import DAY

WORDS = ("name", "map", "file", "url", "url_from", "query", "cursor")  # text, and nothing else
KNOWN = {*WORDS, "initial", "overlap", "extracted_at", "timeout_seconds"}
NUMBER = r"^-?\d+$"
UNITS = {"day": "days", "days": "days", "hour": "hours", "hours": "hours", "minute": "minutes", "minutes": "minutes"}


@dataclass(frozen=True)
class Source:
    """Where a source's rows are.

    Attributes:
        name: as the mapping names it. mapping: a TOML file or `preset:NAME`.
        file: a path; or url and query: a SELECT. `url_from` names an environment variable that holds the URL.
        cursor: the column that grows; the query asks for `column >= :cursor`. initial: its value before the first pull.
        overlap: how far behind the last value seen a pull begins again, for rows written late (and otherwise unchanged):
            `2 days` for a time, `1000` for a number.
        timeout_seconds: after how long the server gives up.
    """

    name: str
    mapping: str
    file: str | None = None
    url: str | None = None
    query: str | None = None
    cursor: str | None = None
    initial: str | int = ""
    overlap: str = ""
    extracted_at: str | None = None
    timeout_seconds: int = 600


def declared(path: Path) -> list[Source]:
    """The sources a file declares.

    Raises:
        MappingError: the file is not there, or says something that means nothing.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise MappingError(f"there is no {path}; declare sources there (docs/how-to/import-a-file.md).") from None
    except UnicodeDecodeError:
        raise MappingError(f"{path} is not UTF-8 text; save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as problem:
        raise MappingError(f"{path} is not valid TOML: {problem}.") from None
    strange = sorted(set(table) - {"source"})
    if strange:
        raise MappingError(f"{path} holds {strange[0]!r}; it may hold [[source]] and nothing else.")
    given = table.get("source", [])
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise MappingError(f"{path}: a source begins with [[source]], in two brackets.")
    if not given:
        raise MappingError(f"{path} declares no source; begin one with [[source]] (docs/how-to/import-a-file.md).")
    return [_source(one, path) for one in given]


def _source(given: dict[str, Any], path: Path) -> Source:
    strange = sorted(set(given) - KNOWN)
    if strange:
        raise MappingError(f"{path}: a [[source]] holds {strange[0]!r}; it may hold {', '.join(sorted(KNOWN))}.")
    for needed in ("name", "map"):
        if needed not in given:
            raise MappingError(f"{path}: a [[source]] needs {needed}.")
    for word in WORDS:
        if not isinstance(given.get(word, ""), str):
            raise MappingError(f"{path}: {word} of a [[source]] is text; put it in quotation marks.")
    seconds = given.get("timeout_seconds", 600)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 1:
        raise MappingError(f"{path}: timeout_seconds of the source {given['name']!r} is a whole number, 1 or more.")
    url = given.get("url")
    if "url_from" in given:
        url = os.environ.get(given["url_from"])
        if url is None:
            raise MappingError(f"{path}: the environment has no {given['url_from']}; set it to the source's URL.")
    if (given.get("file") is None) == (url is None):
        raise MappingError(f"{path}: the source {given['name']!r} needs either file, or url and query.")
    if url is not None and "query" not in given:
        raise MappingError(f"{path}: the source {given['name']!r} needs a query.")
    return Source(
        given["name"], given["map"], given.get("file"), url, given.get("query"), given.get("cursor"),
        _plain(given.get("initial", "")), str(given.get("overlap", "")),
        str(given["extracted_at"]) if "extracted_at" in given else None, seconds,
    )  # fmt: skip


def _plain(value: Any) -> str | int:
    """A number stays one; anything else is text, so that TOML's own dates are as ISO writes them."""
    return value if isinstance(value, int) and not isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Failed:
    """A source that could not be taken, and why."""

    source: str
    problem: Exception


def pull(
    store: Store, principal: Principal, path: Path, names: Sequence[str] = (), *, approve: bool = False
) -> list[ImportReport | Failed]:
    """Fetch what is new from the sources named, or from all of them; one that fails does not keep the next from its turn.

    Raises:
        MappingError: sources.toml means nothing, or a name is not declared in it.
    """
    sources = declared(path)
    unknown = [name for name in names if name not in {source.name for source in sources}]
    if unknown:
        there = ", ".join(source.name for source in sources)
        raise MappingError(f"{path} declares no source {unknown[0]!r}; it declares {there}.")
    chosen = [source for source in sources if not names or source.name in names]
    pulled: list[ImportReport | Failed] = []
    for source in chosen:
        try:
            pulled.append(_pull_one(store, principal, source, path.parent, approve=approve))
        except (ImportRefused, StoreError, OSError) as problem:
            pulled.append(Failed(source.name, problem))
    return pulled


def _pull_one(store: Store, principal: Principal, source: Source, folder: Path, *, approve: bool) -> ImportReport:
    from connectors.intake import import_file, import_opened

    where = source.mapping if source.mapping.startswith("preset:") else str(folder / source.mapping)
    mapping = load(where)
    if source.file is not None:
        return import_file(
            store, principal, folder / source.file, mapping, extracted_at=source.extracted_at, approve=approve
        )
    return import_opened(
        store, principal, _select(store, principal, source, mapping), mapping, name=f"query of {source.name}",
        extracted_at=source.extracted_at, approve=approve,
    )  # fmt: skip


def _select(store: Store, principal: Principal, source: Source, mapping: Mapping) -> Opened:
    """What the query gives, from where the last pull got to."""
    from connectors.sql.select import open_select

    if source.url is None or source.query is None:
        raise MappingError(f"the source {source.name!r} needs url and query.")
    column = source.cursor
    if column is None:
        return open_select(source.url, source.query, needed=mapping.columns, timeout_seconds=source.timeout_seconds)
    latest = time.time_ns() // 1000 + DAY
    saved = store.cursor(principal, mapping.name)
    # a cursor that an earlier version let run into the future is none: the pull begins anew
    reached = _newest(None, pl.Series([saved], dtype=pl.String), mapping.timezone, latest)
    since = before(reached, source.overlap) if reached is not None else source.initial
    opened = open_select(
        source.url, source.query, {"cursor": since}, needed=(*mapping.columns, column),
        timeout_seconds=source.timeout_seconds,
    )  # fmt: skip

    def read(wanted: Sequence[str]) -> Iterator[Batch]:
        newest = reached
        for batch in opened.read(tuple(dict.fromkeys((*wanted, column)))):
            newest = _newest(newest, batch.rows[column], mapping.timezone, latest, source.initial)
            yield replace(batch, cursor=newest)

    return replace(opened, read=read)


def before(cursor: str, overlap: str) -> str | int:
    """Where a pull begins: the last value seen, less the overlap.

    >>> before("2026-05-04 09:30:00", "2 days")
    '2026-05-02 09:30:00'
    >>> before("1200", "1000")
    200

    Raises:
        MappingError: the overlap cannot be taken from such a value.
    """
    if cursor.lstrip("-").isdigit():
        if overlap and not overlap.isdigit():
            raise MappingError(f"overlap = {overlap!r} cannot be taken from the number {cursor}; give a number.")
        return int(cursor) - int(overlap or 0)
    if not overlap:
        return cursor
    amount, _, unit = overlap.partition(" ")
    try:
        return str(datetime.fromisoformat(cursor) - timedelta(**{UNITS[unit]: int(amount)}))
    except (KeyError, ValueError, OverflowError):
        raise MappingError(
            f'overlap = "{overlap}" cannot be taken from the cursor {cursor!r}; write "2 days" or "6 hours" for a time.'
        ) from None


def _newest(reached: str | None, values: pl.Series, zone: str, latest: int, initial: str | int = "") -> str | None:
    """The greatest cursor value so far: as numbers, as times, or else as text.

    What was reached, or the initial value, or else the values themselves tell which. A time nobody can read, or one
    later than `latest` (UTC microseconds), is a slip of the pen: a pull that began there would never see a row again.
    """
    told = pl.concat([pl.Series([reached], dtype=pl.String), values.cast(pl.String)]).drop_nulls().unique().sort()
    like = pl.Series([reached or str(initial)], dtype=pl.String) if reached or initial != "" else told
    if like.len() and like.str.contains(NUMBER).all():
        return max(told.filter(told.str.contains(NUMBER)), key=int, default=None)
    if (parse(like, ("iso",), zone)["problem"].fill_null("") == "time_not_in_format").all():
        return told.to_list()[-1] if told.len() else None
    times = told.to_frame("told").with_columns(parse(told, ("iso",), zone)["at"]).filter(pl.col("at") <= latest)
    return str(times.sort("at", "told")["told"].item(-1)) if times.height else None
