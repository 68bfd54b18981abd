"""Bring a store's tables to the form this version knows: a copy first, then one transaction, or nothing."""

from __future__ import annotations

import sqlite3
import time
import uuid
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connectors.store.database import Database
from connectors.store.errors import StoreError

HEAD = "0002"  # the newest revision in migrations/versions; a test holds the two together
KNOWN = ("0001", "0002")
FOLDER = Path(__file__).parent / "migrations"


def revision(connection: Connection) -> str | None:
    """The revision the store is at, or None for a new one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("select version_num from alembic_version")).scalar()


def migrate(database: Database) -> None:
    """Create or upgrade the tables. Costs one query where nothing is to be done.

    Raises:
        StoreError: the store was written by a newer version of this program.
    """
    with database.reading() as connection:
        found = revision(connection)
    if found == HEAD:
        return
    _refuse_unknown(found, database.place)
    if found is not None and database.is_sqlite:
        back_up(Path(database.url.database or ""), found)
    with database.writing(importing=True) as connection:
        found = revision(connection)  # another process may have been first
        _refuse_unknown(found, database.place)
        if found != HEAD:
            _upgrade(connection)
        if connection.execute(sa.text("select count(*) from meta where name = 'store_id'")).scalar() == 0:
            connection.execute(
                sa.text("insert into meta (name, value) values ('store_id', :id)"), {"id": uuid.uuid4().hex}
            )


def back_up(file: Path, found: str) -> Path:
    """A copy of a SQLite store beside it, taken while others may read and write."""
    copy = file.with_name(f"{file.name}.before-{HEAD}-from-{found}-{time.strftime('%Y%m%dT%H%M%S')}")
    source, target = sqlite3.connect(file), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    return copy


def _refuse_unknown(found: str | None, place: str) -> None:
    if found is not None and found not in KNOWN:
        raise StoreError(
            f"The store at {place} is at revision {found!r}, which this version does not know; "
            "use the version of the program that wrote it, or a newer one."
        )


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
