"""Opening a store makes or upgrades its tables, in one transaction, with a copy taken first."""

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from store_by_hand import HOUR, batch, load

from connectors.store import Store, StoreError, migrate, open_store
from connectors.store.schema import METADATA
from measures.model.principal import LOCAL


def test_the_migrations_make_exactly_the_tables_the_program_knows(any_store: Store) -> None:
    with any_store.database.reading() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert differences == [], "a change of the records needs a revision of its own in connectors/store/migrations"


def test_the_newest_revision_is_the_one_the_program_asks_for() -> None:
    scripts = ScriptDirectory(str(migrate.FOLDER))
    assert scripts.get_heads() == [migrate.HEAD]
    assert {script.revision for script in scripts.walk_revisions()} == set(migrate.KNOWN)


def test_an_unknown_revision_is_refused_with_a_sentence(store: Store, tmp_path: Path) -> None:
    store.close()
    with sqlite3.connect(tmp_path / "store.db") as file:
        file.execute("update alembic_version set version_num = '9999'")
    file.close()
    with pytest.raises(StoreError, match="revision '9999', which this version does not know"):
        open_store(f"sqlite:///{tmp_path}/store.db", tmp_path)


def older(tmp_path: Path) -> Path:
    """A store at an earlier revision that only this test knows: one without the tables of this version's last step."""
    file = tmp_path / "store.db"
    with sqlite3.connect(file) as connection:
        connection.execute("create table alembic_version (version_num varchar(32) not null)")
        connection.execute("insert into alembic_version values ('0000')")
        connection.execute("create table kept_from_before (x)")
        connection.execute("insert into kept_from_before values (42)")
    connection.close()
    return file


def upgrade_from_0000(monkeypatch: pytest.MonkeyPatch, fail_at: int | None = None) -> list[str]:
    """Let the program know revision 0000, and count its statements; the one at `fail_at` fails."""
    statements: list[str] = []

    def upgrade(connection: sa.Connection) -> None:
        from alembic.operations import Operations

        @sa.event.listens_for(connection, "before_cursor_execute")
        def count(conn, cursor, statement, *rest) -> None:
            if fail_at is not None and len(statements) == fail_at:
                raise KeyboardInterrupt
            statements.append(statement)

        scripts = ScriptDirectory(str(migrate.FOLDER)).walk_revisions()
        with Operations.context(MigrationContext.configure(connection)):
            for script in reversed(list(scripts)):
                script.module.upgrade()
        connection.execute(sa.text(f"update alembic_version set version_num = '{migrate.HEAD}'"))

    monkeypatch.setattr(migrate, "KNOWN", ("0000", *migrate.KNOWN))
    monkeypatch.setattr(migrate, "_upgrade", upgrade)
    return statements


def test_an_existing_store_is_copied_before_it_is_upgraded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store_at
) -> None:
    older(tmp_path)
    upgrade_from_0000(monkeypatch)
    store = store_at(f"sqlite:///{tmp_path}/store.db", tmp_path)
    load(store, batch([("a", 1, HOUR)]))
    (copy,) = tmp_path.glob("store.db.before-*")
    with sqlite3.connect(copy) as connection:
        assert connection.execute("select x from kept_from_before").fetchall() == [(42,)]
        assert connection.execute("select version_num from alembic_version").fetchall() == [("0000",)]
        assert connection.execute("select count(*) from sqlite_master where name = 'demands'").fetchall() == [(0,)]
    connection.close()


def test_a_migration_that_dies_at_any_statement_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store_at
) -> None:
    file = older(tmp_path)
    with sqlite3.connect(file) as connection:
        before = connection.execute("select name from sqlite_master order by name").fetchall()
    connection.close()
    whole = tmp_path / "whole"
    whole.mkdir()
    older(whole)
    with monkeypatch.context() as patch:
        statements = upgrade_from_0000(patch)
        store_at(f"sqlite:///{whole}/store.db", whole)
    assert len(statements) > 30
    for fail_at in range(0, len(statements), 5):
        with monkeypatch.context() as patch:
            upgrade_from_0000(patch, fail_at)
            with pytest.raises(KeyboardInterrupt):
                open_store(f"sqlite:///{file}", tmp_path)
        with sqlite3.connect(file) as connection:
            assert connection.execute("select name from sqlite_master order by name").fetchall() == before
        connection.close()
    upgrade_from_0000(monkeypatch)
    assert store_at(f"sqlite:///{file}", tmp_path).verify(LOCAL) == []
