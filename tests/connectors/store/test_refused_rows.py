"""What is refused is kept aside, with a hash of its key, and a record that is known already stays as it was."""

from pathlib import Path

from connectors.intake import import_file
from connectors.mapping import loads
from connectors.store import Store
from measures.model.principal import LOCAL

DESK = """
name = "desk"
timezone = "UTC"
key = ["id"]
snapshot = true
[times]
formats = ["iso"]
[person]
column = "person"
pseudonym = false
[[demand]]
id = "id"
received = "asked"
service = { value = "housing" }
"""
ROWS = [f"r{n},p{n},2026-01-{n + 1:02d}" for n in range(20)]


def bring(store: Store, folder: Path, rows: list[str], **terms):
    """Let a whole extract of these rows in, and say its line of the ledger."""
    file = folder / "desk.csv"
    file.write_text("\n".join(["id,person,asked", *rows]) + "\n")
    import_file(store, LOCAL, file, loads(DESK), **terms)
    return store.ledger(LOCAL).row(0, named=True)


def demands(store: Store) -> set[str]:
    return set(store.records(LOCAL).scan("demands").collect()["source_key"])


def test_a_row_of_a_whole_extract_that_is_refused_has_not_vanished(any_store: Store, tmp_path: Path) -> None:
    bring(any_store, tmp_path, ROWS)
    line = bring(any_store, tmp_path, ["r0,p0,not a date", *ROWS[1:19]])
    assert (line["rejected"], line["vanished"], line["unchanged"]) == (1, 1, 18)
    assert demands(any_store) == {f"r{n}" for n in range(19)}, "the last row is gone, the first could not be read"
    line = bring(any_store, tmp_path, ["r0,p0,2026-02-01", *ROWS[1:19]])
    assert (line["superseded"], line["unchanged"], line["vanished"]) == (1, 18, 0)
    assert any_store.verify(LOCAL) == []


def test_what_vanished_is_told_as_a_share_of_all_that_was_known(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, ROWS)
    line = bring(store, tmp_path, [f"r{n},p{n},not a date" for n in range(10)] + ROWS[10:15])
    assert line["reason"].startswith("5 of 20 known rows are missing")


def test_a_conflicting_duplicate_is_kept_with_the_hash_of_its_key(store: Store, tmp_path: Path) -> None:
    line = bring(store, tmp_path, ["a,p,2026-01-01", "a,p,2026-01-02", "b,p,not a date", "b,p,not a date"])
    hashes = store.quarantine(LOCAL, line["import_id"])["key_hash"].to_list()
    assert len({*hashes}) == 2
    assert None not in hashes
    again = bring(store, tmp_path, ["a,p,2026-01-01", "a,p,not a date"])
    assert store.quarantine(LOCAL, again["import_id"])["key_hash"].to_list() == hashes[:1], "as any refusal of it"
