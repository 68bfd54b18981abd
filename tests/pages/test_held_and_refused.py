"""What a page says of imports: one that waits and one that brought nothing but refusals are told at once."""

from pathlib import Path

import pytest

from connectors.intake import import_file
from connectors.mapping import loads
from connectors.store import open_store
from measures.model.principal import LOCAL
from pages.desk import session

DESK = """
name = "desk"
timezone = "UTC"
key = ["id"]
[times]
formats = ["iso"]
[person]
column = "id"
pseudonym = false
[[demand]]
id = "id"
received = "asked"
service = { value = "housing" }
"""
GOOD = [f"r{n},2026-01-01" for n in range(100)]


def test_held_imports_and_refused_rows_are_told_though_no_figure_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/s.db"
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", url)
    store = open_store(url)

    def told_after(rows: list[str]) -> tuple[int, int, int]:
        file = tmp_path / "desk.csv"
        file.write_text("\n".join(["id,asked", *rows]) + "\n")
        import_file(store, LOCAL, file, loads(DESK), extracted_at="2026-02-01")
        told = session.standing()
        return told.rows_in, told.rows_out, told.waiting

    assert told_after(GOOD) == (100, 0, 0)
    version = session.version()
    assert told_after([f"x{n},rubbish" for n in range(100)]) == (100, 0, 1)
    assert told_after([*GOOD, "q,rubbish"]) == (100, 1, 1)
    assert session.version() == version
    store.close()
