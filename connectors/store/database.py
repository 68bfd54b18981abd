"""One database by its URL: SQLite in a file, or PostgreSQL; transactions that are whole or nothing on both."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine

from connectors.store.errors import StoreBusy, StoreError, advised

BUSY_SECONDS = 10  # how long a writer waits for another before it says so
IMPORTS, CHAIN = 7_310_001, 7_310_002  # PostgreSQL advisory locks: one import at a time; one audit entry at a time


@dataclass(frozen=True)
class Database:
    """The engine and how to name it to people (never with a password)."""

    engine: Engine
    url: URL

    @property
    def is_sqlite(self) -> bool:
        """Whether the store is a file."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def place(self) -> str:
        """The store's address without a secret."""
        return self.url.database or "" if self.is_sqlite else self.url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view: every query inside sees the same imports and judgements."""
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with advised(self.place), self.engine.connect().execution_options(**options) as connection:
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self, *, importing: bool = False, wait: bool = True) -> Iterator[Connection]:
        """One transaction: all of it is committed, or none.

        Args:
            importing: also keep every other import out until it ends.
            wait: whether to wait a little for another writer.

        Raises:
            StoreBusy: another writer holds the store.
        """
        with advised(self.place), self.engine.connect().execution_options(writing=True, wait=wait) as connection:
            with connection.begin():
                if not self.is_sqlite:
                    connection.execute(sa.text(f"set local lock_timeout = '{BUSY_SECONDS}s'"))
                    if importing:
                        self._lock_imports(connection, wait)
                yield connection

    def lock_chain(self, connection: Connection) -> None:
        """Keep other writers from numbering judgements and audit entries until this transaction ends."""
        if not self.is_sqlite:
            connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": CHAIN})

    def _lock_imports(self, connection: Connection, wait: bool) -> None:
        if wait:
            connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": IMPORTS})
            return
        if not connection.execute(sa.text("select pg_try_advisory_xact_lock(:lock)"), {"lock": IMPORTS}).scalar():
            raise StoreBusy(f"Another import is being written to {self.place}; try again when it has finished.")


def connect(url: str) -> Database:
    """A database for this address, not yet opened.

    Raises:
        StoreError: the address is none, or of a kind the store does not know.
    """
    try:
        parsed = sa.make_url(url)
        backend = parsed.get_backend_name()
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ValueError):
        # what was written is not shown: a mistyped address may hold a password where nobody can tell
        raise StoreError(
            "What was given is no store's address; write sqlite:///folder/file.db or postgresql+psycopg://user@host/name."
        ) from None
    if backend == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        query = {"connect_timeout": "5", **parsed.query}
        engine = sa.create_engine(parsed.set(query=query), pool_pre_ping=True, hide_parameters=True)
        return _closing(Database(engine, parsed))
    if backend != "sqlite":
        raise StoreError(f"A store is kept in SQLite or PostgreSQL, not in {backend}; change the address.")
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError("A store needs a file, since other processes read it; write sqlite:///folder/file.db.")
    if parsed.host:
        raise StoreError("A store in SQLite is a file on this computer; write three slashes, sqlite:///folder/file.db.")
    with advised(parsed.database):
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return _closing(Database(engine, parsed))


def _closing(database: Database) -> Database:
    """Give the connections back when nobody holds the database any more."""
    weakref.finalize(database, database.engine.dispose)
    return database


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open or close transactions on its own: it would leave DDL outside of them.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA temp_store=MEMORY")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("writing"):
        connection.exec_driver_sql("BEGIN")
        return
    if options.get("wait", True):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


@contextmanager
def roomy(connection: Connection) -> Iterator[None]:
    """Room for a large import: a 128 MB page cache, and no checkpoint of the log in its middle."""
    connection.exec_driver_sql("PRAGMA cache_size=-131072")
    connection.exec_driver_sql("PRAGMA wal_autocheckpoint=100000")
    try:
        yield
    finally:
        if not connection.closed and not connection.invalidated:
            connection.exec_driver_sql("PRAGMA cache_size=-2000")
            connection.exec_driver_sql("PRAGMA wal_autocheckpoint=1000")
