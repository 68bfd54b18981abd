"""Whether the store is sound: parts match their hashes, the ledger matches the rows, the audit is whole."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connectors.store import audit, parts, reading
from connectors.store.schema import imports, part_table, source_rows, superseded


def problems(connection: Connection, folder: Path) -> list[str]:
    """What is wrong, one sentence each."""
    return [
        *_damaged_file(connection),
        *_damaged_parts(connection, folder),
        *_ledger(connection),
        *audit.problems(connection),
    ]


def _damaged_file(connection: Connection) -> list[str]:
    if connection.dialect.name != "sqlite":
        return []
    found = [row[0] for row in connection.exec_driver_sql("PRAGMA quick_check(5)")]
    return [] if found == ["ok"] else [f"The database file is damaged ({found[0]}); restore it from a backup."]


def _damaged_parts(connection: Connection, folder: Path) -> list[str]:
    found = []
    for listed in reading.take_snapshot(connection).parts.values():
        for part in listed:
            if parts.damaged(folder, part):
                found.append(f"Part {part.file} is missing or damaged; the next reading makes it again from SQL.")
            table = part_table(part.frame)
            number = next(iter(table.primary_key.columns))
            rows = connection.execute(
                sa.select(sa.func.count()).select_from(table).where(number.between(part.first_row, part.last_row))
            ).scalar_one()
            if rows != part.rows:
                found.append(
                    f"The database holds {rows} rows of {part.frame} where {part.rows} were written for {part.file}; "
                    "restore it from a backup."
                )
    return found


def _ledger(connection: Connection) -> list[str]:
    """Every row an import let in is there still, as the newest version or as a replaced one."""
    newest = _by_import(connection, source_rows.c.import_id, source_rows.c.content_hash.is_not(None))
    replaced = _by_import(connection, superseded.c.import_id, sa.true())
    found = []
    for row in connection.execute(sa.select(imports).where(imports.c.state == "done").order_by(imports.c.import_id)):
        kept = newest.get(row.import_id, 0) + replaced.get(row.import_id, 0)
        if kept != row.accepted + row.superseded:
            found.append(
                f"Import {row.import_id} let in {row.accepted + row.superseded} rows and {kept} of them are kept; "
                "restore the store from a backup."
            )
    return found


def _by_import(connection: Connection, number: sa.Column, where: sa.ColumnElement[bool]) -> dict[int, int]:
    query = sa.select(number, sa.func.count()).where(where).group_by(number)
    return dict(connection.execute(query).all())
