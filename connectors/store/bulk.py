"""Many rows at once, within the transaction that is open: insert, look up, and read back.

Speeds on two cores are in docs and benchmarks: the driver's `executemany` over columns on SQLite and COPY on
PostgreSQL are two to three times as fast as the same through dictionaries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

BLOCK = 50_000


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
        marks = ", ".join("?" * filled.width)
        otherwise = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
        sql = f'INSERT INTO "{table}" ({names}) VALUES ({marks}){otherwise}'
        cursor = _driver(connection).executemany(sql, zip(*(column.to_list() for column in filled), strict=True))
        return cursor.rowcount
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
    schema = {**dict(wanted.schema), **fetch}
    names = ", ".join(f'"{name}"' for name in wanted.columns)
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql(f"CREATE TEMP TABLE wanted ({names})")
        marks = ", ".join("?" * wanted.width)
        _driver(connection).executemany(
            f"INSERT INTO wanted VALUES ({marks})", zip(*(column.to_list() for column in wanted), strict=True)
        )
    else:
        connection.exec_driver_sql(f'CREATE TEMP TABLE wanted ON COMMIT DROP AS SELECT {names} FROM "{table}" LIMIT 0')
        _copy(connection, f"wanted ({names})", wanted)
        connection.exec_driver_sql("ANALYZE wanted")
    on = " AND ".join(f't."{name}" = w."{name}"' for name in wanted.columns)
    columns = ", ".join([*(f'w."{name}"' for name in wanted.columns), *(f't."{name}"' for name in fetch)])
    # CROSS JOIN fixes SQLite's order: each wanted key is looked up in the table's index.
    join = f'wanted w CROSS JOIN "{table}" t WHERE {on} AND {where}'
    found = connection.exec_driver_sql(f"SELECT {columns} FROM {join}").fetchall()
    connection.exec_driver_sql("DROP TABLE wanted")
    return frame(found, schema)


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
    with connection.execution_options(stream_results=True, yield_per=BLOCK).execute(query) as result:
        for block in result.partitions(BLOCK):
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


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _copy(connection: Connection, target: str, rows: pl.DataFrame) -> None:
    # As CSV, an empty field is null and "" is empty text, which is how polars writes the two.
    with _driver(connection).cursor().copy(f"COPY {target} FROM STDIN (FORMAT csv)") as copy:
        for block in rows.iter_slices(BLOCK):
            copy.write(block.write_csv(include_header=False, quote_style="necessary").encode())
