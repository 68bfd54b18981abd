"""Many rows at once, within the transaction that is open: insert, look up, and read back.

Speeds are in docs/reference/speed.md: many rows a statement on SQLite and COPY on PostgreSQL are several times as fast as
the same through dictionaries. SQLite's driver gives up Python's lock at every statement and waits to have it back, behind
whatever else computes: a statement of hundreds of rows waits hundreds of times less often than `executemany`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

BLOCK = 50_000
LONGEST_LITERAL = 200
ROWS_A_STATEMENT, MOST_VALUES = 500, 32_000  # SQLite takes 32,766 values a statement


def insert(connection: Connection, table: str, rows: pl.DataFrame, *, ignore_conflicts: bool = False) -> int:
    """Append rows; columns that hold nothing at all are left out.

    Returns:
        How many were written: fewer than given only with `ignore_conflicts`.
    """
    if rows.is_empty():
        return 0
    empty = [name for name, nulls in zip(rows.columns, rows.null_count().row(0), strict=True) if nulls == rows.height]
    filled = rows.drop(empty)
    names = ", ".join(f'"{name}"' for name in filled.columns)
    if connection.dialect.name == "sqlite":
        literals = [_literal(column) for column in filled]
        values = f"({', '.join('?' if literal is None else literal for literal in literals)})"
        varying = [column for column, literal in zip(filled, literals, strict=True) if literal is None]
        otherwise = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
        if not varying:
            varying, values = [filled[:, 0]], values.replace(str(literals[0]), "?", 1)
        return _in_statements(connection, f'INSERT INTO "{table}" ({names})', values, varying, otherwise)
    if not ignore_conflicts:
        _copy(connection, f'"{table}" ({names})', filled)
        return filled.height
    connection.exec_driver_sql(f'CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {names} FROM "{table}" LIMIT 0')
    _copy(connection, f"incoming ({names})", filled)
    written = connection.exec_driver_sql(
        f'INSERT INTO "{table}" ({names}) SELECT {names} FROM incoming ON CONFLICT DO NOTHING'
    ).rowcount
    connection.exec_driver_sql("DROP TABLE incoming")
    return written


def match(
    connection: Connection, table: str, wanted: pl.DataFrame, fetch: dict[str, type[pl.DataType]], where: str = "true"
) -> pl.DataFrame:
    """The rows of a table whose key is wanted: one query for all of them.

    Args:
        connection: an open transaction.
        table: where to look.
        wanted: distinct keys, columns named as in the table.
        fetch: columns to bring besides the keys.
        where: a further condition on the table, named `t`.
    """
    keys = ", ".join(f'"{name}"' for name in wanted.columns)
    on = " AND ".join(f't."{name}" = w."{name}"' for name in wanted.columns)
    fetched = ", ".join(f't."{name}"' for name in fetch)
    # Only the place of a wanted key comes back, not its text. CROSS JOIN fixes SQLite's order: each wanted key is
    # looked up in the table's index.
    query = f'SELECT w.nth, {fetched} FROM wanted w CROSS JOIN "{table}" t WHERE {on} AND {where}'
    if connection.dialect.name == "sqlite":
        driver = _driver(connection)
        driver.execute(f"CREATE TEMP TABLE wanted (nth INTEGER PRIMARY KEY, {keys})")
        marks = f"({', '.join('?' * wanted.width)})"
        _in_statements(connection, f"INSERT INTO wanted ({keys})", marks, list(wanted))
        found = driver.execute(query).fetchall()
        driver.execute("DROP TABLE wanted")
    else:
        connection.exec_driver_sql(
            f'CREATE TEMP TABLE wanted ON COMMIT DROP AS SELECT 0::bigint AS nth, {keys} FROM "{table}" LIMIT 0'
        )
        _copy(connection, f"wanted (nth, {keys})", wanted.with_row_index("nth", offset=1))
        connection.exec_driver_sql("ANALYZE wanted")
        found = connection.exec_driver_sql(query).fetchall()
        connection.exec_driver_sql("DROP TABLE wanted")
    matched = frame(found, {"nth": pl.Int64, **fetch})
    return matched.hstack(wanted[matched["nth"] - 1]).drop("nth")


def delete(connection: Connection, table: str, key: str, values: pl.Series) -> None:
    """Remove the rows with these keys."""
    if values.is_empty():
        return
    if connection.dialect.name == "sqlite":
        _driver(connection).executemany(f'DELETE FROM "{table}" WHERE "{key}" = ?', zip(values.to_list()))
        return
    for block in values.to_frame().iter_slices(BLOCK):
        connection.exec_driver_sql(f'DELETE FROM "{table}" WHERE "{key}" = ANY(%s)', (block.to_series().to_list(),))


def stream(connection: Connection, query: sa.Select, schema: dict[str, type[pl.DataType]]) -> Iterator[pl.DataFrame]:
    """The rows of a query, a block at a time; memory holds one block."""
    if connection.dialect.name != "sqlite":
        with connection.execute(query.execution_options(yield_per=BLOCK)) as result:
            for block in result.partitions(BLOCK):
                yield frame(block, schema)
        return
    sql = query.compile(connection, compile_kwargs={"literal_binds": True})
    cursor = _driver(connection).execute(str(sql))
    while block := cursor.fetchmany(BLOCK):
        yield frame(block, schema)


def frame(rows: Sequence[Any], schema: dict[str, Any]) -> pl.DataFrame:
    """Database rows as a frame with this schema."""
    if not rows:
        return pl.DataFrame(schema=schema)
    columns = zip(*rows, strict=True)
    # SQLite knows no booleans: 0 and 1 come back, and are cast.
    return pl.DataFrame(
        [
            pl.Series(name, values, dtype=pl.Int8 if kind == pl.Boolean and _numbers(values) else kind).cast(kind)
            for (name, kind), values in zip(schema.items(), columns, strict=True)
        ]
    )


def _numbers(values: Sequence[Any]) -> bool:
    return any(isinstance(value, int) and not isinstance(value, bool) for value in values)


def _literal(column: pl.Series) -> str | None:
    """A value that is the same in every row, as it stands in SQL: it need not be handed over row by row."""
    if column.null_count() or column[0] != column[-1] or not (column.dtype.is_integer() or column.dtype == pl.String):
        return None
    if column.n_unique() > 1 or "\0" in str(column[0]) or len(str(column[0])) > LONGEST_LITERAL:
        return None
    return str(column[0]) if column.dtype.is_integer() else "'" + column[0].replace("'", "''") + "'"


def _in_statements(
    connection: Connection, insert: str, values: str, columns: Sequence[pl.Series], otherwise: str = ""
) -> int:
    """Insert the rows of these columns, hundreds to a statement; `values` is one row as it stands in SQL."""
    driver, written = _driver(connection), 0
    many = max(1, min(ROWS_A_STATEMENT, MOST_VALUES // len(columns)))
    rows = zip(*(column.to_list() for column in columns), strict=True)
    while given := list(chain.from_iterable(islice(rows, many))):
        statement = f"{insert} VALUES {', '.join([values] * (len(given) // len(columns)))}{otherwise}"
        written += driver.execute(statement, given).rowcount
    return written


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _copy(connection: Connection, target: str, rows: pl.DataFrame) -> None:
    # As CSV, an empty field is null and "" is empty text, which is how polars writes the two.
    with _driver(connection).cursor().copy(f"COPY {target} FROM STDIN (FORMAT csv)") as copy:
        for block in rows.iter_slices(BLOCK):
            copy.write(block.write_csv(include_header=False, quote_style="necessary").encode())
