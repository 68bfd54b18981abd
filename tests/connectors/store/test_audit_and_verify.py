"""The audit and the books notice what was changed behind the store's back."""

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from store_by_hand import HOUR, batch, load

from connectors.store import Store
from measures.model.principal import LOCAL


@pytest.fixture
def used(any_store: Store) -> Store:
    load(any_store, batch([("a", 1, HOUR), ("b", 2, HOUR)]))
    any_store.judge(LOCAL, "classification", {"demand_id": "a", "class": "value"})
    any_store.record_action(LOCAL, "exported", {"view": "capability"})
    return any_store


def alter(store: Store, statement: str) -> None:
    with store.database.writing() as connection:
        connection.execute(sa.text(statement))


def test_a_store_in_use_is_sound_and_says_who_did_what(used: Store) -> None:
    assert used.verify(LOCAL) == []
    trail = used.audit_trail(LOCAL)
    assert trail["action"].to_list() == ["import done", "judged", "exported"]
    assert set(trail["subject"]) == {"local"}


@pytest.mark.parametrize("entry", [1, 2, 3])
def test_a_removed_entry_is_noticed(used: Store, entry: int) -> None:
    alter(used, f"delete from audit where audit_id = {entry}")
    assert any("audit" in problem.lower() for problem in used.verify(LOCAL))


def test_a_changed_entry_is_noticed(used: Store) -> None:
    alter(used, "update audit set subject = 'somebody' where audit_id = 2")
    assert used.verify(LOCAL) == ["Audit entry 2 was changed after it was written; compare it with a backup."]


def test_a_removed_row_is_noticed(used: Store) -> None:
    alter(used, "delete from demands where demand_id = 'a'")
    assert ["1 rows of demands where 2" in problem for problem in used.verify(LOCAL)] == [True]
    alter(used, "delete from source_rows where source_key = 'b'")
    assert any("let in 2 rows and 1 of them are kept" in problem for problem in used.verify(LOCAL))


def test_the_database_refuses_a_ledger_row_that_does_not_add_up(store: Store, tmp_path: Path) -> None:
    load(store, batch([("a", 1, HOUR)]))
    with sqlite3.connect(tmp_path / "store.db") as file, pytest.raises(sqlite3.IntegrityError, match="accounted_for"):
        file.execute("update imports set rejected = 5")
    file.close()


def test_quarantine_and_audit_hold_no_text_of_a_row(used: Store) -> None:
    load(used, batch([("secret-key", 1, HOUR), ("secret-key", 2, HOUR)], refused=1))
    with used.database.reading() as connection:
        kept = str(connection.execute(sa.text("select * from quarantine")).fetchall())
        kept += str(connection.execute(sa.text("select * from audit")).fetchall())
    assert "secret" not in kept
    assert "said" not in kept
