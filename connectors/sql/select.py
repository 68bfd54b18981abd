"""Any SELECT through SQLAlchemy, read as text: one statement, bound values, a cursor on the server, nothing written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import sqlalchemy as sa

from connectors.batch import Batch
from connectors.files.gate import check_columns
from connectors.opened import Opened, Progress
from connectors.refusal import ImportRefused

ROWS = 20_000
TIMEOUT_SECONDS = 600
_WORDS = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)


def check_statement(statement: str) -> str:
    """The statement, if it is one SELECT and nothing else.

    Raises:
        ImportRefused: it is several statements, or does something other than read.
    """
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
    url: str, statement: str, parameters: Mapping[str, Any] | None = None, *, needed: Sequence[str] = ()
) -> Opened:
    """Be ready to read what a SELECT gives.

    Args:
        url: any SQLAlchemy URL (`postgresql+psycopg://`, `mysql+pymysql://`, `sqlite:///`); use a role that only reads.
        statement: a single SELECT, with `:name` for bound values.
        parameters: the bound values.
        needed: columns the mapping names.

    Raises:
        ImportRefused: the statement is not a single SELECT, the server does not answer, or a column is missing.
    """
    text = check_statement(statement)
    engine = sa.create_engine(url, hide_parameters=True, pool_pre_ping=True)
    progress = Progress()

    def rows() -> Iterator[tuple[tuple[str, ...], list[Sequence[Any]]]]:
        try:
            with engine.connect() as connection:
                _read_only(connection)
                result = connection.execution_options(stream_results=True, yield_per=ROWS).execute(
                    sa.text(text), dict(parameters or {})
                )
                columns = tuple(result.keys())
                for part in result.partitions(ROWS):
                    yield columns, list(part)
                yield columns, []
        except sa.exc.SQLAlchemyError as problem:
            raise ImportRefused(f"the source did not answer the query: {_reason(problem)}") from None

    columns = next(_only_header(rows()))
    check_columns(columns, needed, "the query")

    def read(wanted: Sequence[str]) -> Iterator[Batch]:
        progress.done = 0
        for names, part in rows():
            if not part:
                continue
            places = [names.index(column) for column in wanted]
            table = {names[at]: [as_text(row[at]) for row in part] for at in places}
            lines = pl.Series("line", range(progress.done + 1, progress.done + 1 + len(part)), dtype=pl.Int64)
            progress.done += len(part)
            yield Batch(pl.DataFrame(table, schema=dict.fromkeys(wanted, pl.String)), lines)

    return Opened(columns, read, progress)


def _only_header(rows: Iterator[tuple[tuple[str, ...], list]]) -> Iterator[tuple[str, ...]]:
    for columns, _ in rows:
        yield columns
        return


def _read_only(connection: sa.Connection) -> None:
    """Ask the server to refuse any writing, and to give up in time."""
    match connection.dialect.name:
        case "postgresql":
            connection.execute(sa.text("SET TRANSACTION READ ONLY"))
            connection.execute(sa.text(f"SET LOCAL statement_timeout = '{TIMEOUT_SECONDS}s'"))
        case "mysql" | "mariadb":
            connection.execute(sa.text("SET TRANSACTION READ ONLY"))
        case "sqlite":
            connection.execute(sa.text("PRAGMA query_only = ON"))


def _reason(problem: Exception) -> str:
    original = getattr(problem, "orig", None) or problem
    lines = str(original).strip().splitlines()
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
