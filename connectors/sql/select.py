"""Any SELECT through SQLAlchemy, read as text: one statement, bound values, a cursor on the server, nothing written."""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl
import sqlalchemy as sa

from connectors.batch import Batch
from connectors.files.gate import check_columns
from connectors.opened import Opened, Progress
from connectors.refusal import ImportRefused, MappingError, SourceFailed

ROWS = 20_000
TIMEOUT_SECONDS = 600
_WORDS = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)

# wherever it stands: what is a string to one server is none to another, where backslashes escape quotes
_EXECUTED = re.compile(r"/\*(?:!|\+|M!)")

_TEXT = re.compile(r" with text '.*", re.DOTALL)  # SQLite's, of bytes that are not UTF-8
DATA = "22"  # the class of PostgreSQL's errors about values, which its messages show


def check_statement(statement: str) -> str:
    """The statement, if it is one SELECT and nothing else.

    Raises:
        ImportRefused: it is several statements, or does something other than read.
    """
    if _EXECUTED.search(statement):
        raise ImportRefused("the query holds a comment that some servers execute (/*! or /*+); leave it out.")
    bare = _WORDS.sub(" ", statement).strip().rstrip(";").strip()
    if ";" in bare:
        raise ImportRefused("the query holds several statements; give a single SELECT.")
    first = bare.split(None, 1)[0].lower() if bare else ""
    if first not in ("select", "with"):
        raise ImportRefused(f"the query begins with {first!r}; only a SELECT is read here.")
    if re.search(r"\b(insert|update|delete|merge|drop|alter|create|truncate|grant|into)\b", bare, re.IGNORECASE):
        raise ImportRefused("the query would change something; only a SELECT is read here.")
    return statement.strip().rstrip(";").rstrip()


def open_select(
    url: str,
    statement: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    needed: Sequence[str] = (),
    timeout_seconds: int = TIMEOUT_SECONDS,
) -> Opened:
    """Be ready to read what a SELECT gives.

    Args:
        url: any SQLAlchemy URL (`postgresql+psycopg://`, `mysql+pymysql://`, `sqlite:///`); use a role that only reads.
        statement: a single SELECT, with `:name` for bound values.
        parameters: the bound values.
        needed: columns the mapping names.
        timeout_seconds: after how long the server gives up.

    Raises:
        ImportRefused: the statement is not a single SELECT, or a column is missing or there twice.
        MappingError: the URL is none. SourceFailed: the server does not answer, or not this.
    """
    text = check_statement(statement)
    try:
        engine = sa.create_engine(_only_read(sa.make_url(url)), hide_parameters=True, poolclass=sa.NullPool)
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ModuleNotFoundError, ValueError) as problem:
        raise MappingError(
            f"the source's URL cannot be used ({type(problem).__name__}); write one such as "
            "postgresql+psycopg://reader@host/database, and install its driver."
        ) from None
    progress = Progress()

    def rows(statement: str) -> Generator[tuple[tuple[str, ...], list[Sequence[Any]]], None, None]:
        try:
            with engine.connect() as connection:
                _read_only(connection, timeout_seconds)
                with connection.execution_options(stream_results=True, yield_per=ROWS).execute(
                    sa.text(statement), dict(parameters or {})
                ) as result:
                    columns = tuple(result.keys())
                    for part in result.partitions(ROWS):
                        yield columns, list(part)
                    yield columns, []
        except sa.exc.SQLAlchemyError as problem:
            raise SourceFailed(f"the source did not answer the query: {_reason(problem)}") from None

    # MySQL's driver reads an abandoned result to its end: ask it for the header alone
    mysql = engine.dialect.name in ("mysql", "mariadb")
    with closing(rows(f"select * from ({text}) as header limit 0" if mysql else text)) as first:
        columns = next(first)[0]
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise ImportRefused(
            f"the query gives the column {twice[0]!r} twice; name one with `as`, so that nobody has to guess."
        )
    check_columns(columns, needed, "the query")

    def read(wanted: Sequence[str]) -> Iterator[Batch]:
        progress.done = 0
        for names, part in rows(text):
            if not part:
                continue
            places = [names.index(column) for column in wanted]
            table = {names[at]: [as_text(row[at]) for row in part] for at in places}
            lines = pl.Series("line", range(progress.done + 1, progress.done + 1 + len(part)), dtype=pl.Int64)
            progress.done += len(part)
            yield Batch(pl.DataFrame(table, schema=dict.fromkeys(wanted, pl.String)), lines)

    return Opened(columns, read, progress)


def _only_read(url: sa.URL) -> sa.URL:
    """A database in a file is opened for reading: SQLite would make an empty one where there is none."""
    if url.get_backend_name() != "sqlite" or url.host or not url.database or url.database.startswith(("file:", ":")):
        return url
    if not Path(url.database).is_file():
        raise SourceFailed(f"there is no database file {url.database}; check the source's URL.")
    address = f"file:{quote(url.database)}"
    return url.set(database=address, query={**url.query, "mode": "ro", "uri": "true"})


def _read_only(connection: sa.Connection, timeout_seconds: int) -> None:
    """Ask the server to refuse any writing, and to give up in time."""
    match connection.dialect.name:
        case "postgresql":
            connection.execute(sa.text("SET TRANSACTION READ ONLY"))
            connection.execute(sa.text(f"SET LOCAL statement_timeout = {timeout_seconds * 1000}"))
        case "mysql" | "mariadb":
            connection.execute(sa.text("SET SESSION TRANSACTION READ ONLY"))
            mariadb = getattr(connection.dialect, "is_mariadb", False)
            limit = (
                f"max_statement_time = {timeout_seconds}"
                if mariadb
                else f"max_execution_time = {timeout_seconds * 1000}"
            )
            connection.execute(sa.text(f"SET SESSION {limit}"))
            connection.commit()  # the transaction that reads begins after what was set
        case "sqlite":
            connection.execute(sa.text("PRAGMA query_only = ON"))
            ends = time.monotonic() + timeout_seconds
            handle: Any = connection.connection.dbapi_connection
            handle.set_progress_handler(lambda: int(time.monotonic() > ends), 100_000)


def _reason(problem: Exception) -> str:
    """What the server said, in its first line, without the value it stumbled over: that may be a person's name."""
    original = getattr(problem, "orig", None) or problem
    said = _TEXT.sub("", str(original)).strip()
    if (getattr(original, "sqlstate", None) or "").startswith(DATA):
        said = said.partition(":")[0]
    lines = said.splitlines()
    return f"{lines[0].rstrip('.')}." if lines else f"{type(original).__name__}."


def as_text(value: Any) -> str | None:
    """A value exactly as its source holds it.

    >>> as_text(Decimal("12.50")), as_text(datetime(2026, 5, 4, 9, 30)), as_text(True)
    ('12.50', '2026-05-04 09:30:00', 'true')
    """
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 10**15 else repr(value)
        case Decimal():
            return format(value, "f")
        case bytes():
            return value.hex()
    return str(value)
