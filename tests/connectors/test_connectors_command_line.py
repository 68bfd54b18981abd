"""The command line of connectors: what it prints, and with which code it ends."""

import json
from pathlib import Path

import pytest

from connectors.__main__ import main
from connectors.batch import SourceInfo
from connectors.store import database, open_store
from measures.model.principal import LOCAL

MAPPING = """
name = "repairs"
timezone = "Europe/London"
key = ["ref"]

[times]
formats = ["%d/%m/%Y"]

[[demand]]
received = "asked"
service = { value = "Repairs" }
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a mapping and a small file, and a store of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", f"sqlite:///{tmp_path}/s.db")
    Path("repairs.toml").write_text(MAPPING)
    Path("repairs.csv").write_text("ref,asked\n1,05/01/2024\n2,06/01/2024\n")
    return tmp_path


def run(*words: str) -> int:
    return main(list(words))


def bring(file: str = "repairs.csv", *words: str) -> int:
    return run("import", file, "--map", "repairs.toml", *words)


def test_done_is_0_and_so_is_a_file_wholly_unchanged(place: Path, capsys: pytest.CaptureFixture) -> None:
    assert bring() == 0
    assert capsys.readouterr().out == "repairs: read=2 accepted=2 unchanged=0 superseded=0 rejected=0\n"
    assert bring("repairs.csv", "--json") == 0
    (report,) = json.loads(capsys.readouterr().out)
    assert (report["read"], report["unchanged"], report["held"], report["source"]) == (2, 2, False, "repairs")
    assert set(report) == {"import_id", "source", "read", "accepted", "unchanged", "superseded", "rejected", "held",
                           "reason", "flags", "reasons"}  # fmt: skip


def test_bad_arguments_are_2(place: Path, capsys: pytest.CaptureFixture) -> None:
    assert run("import", "repairs.csv", "--map", "preset:nothing") == 2
    assert "the shipped ones are municipal_311, servicenow_incidents." in capsys.readouterr().err
    Path("repairs.toml").write_text(MAPPING.replace("received", "recieved"))
    assert bring() == 2
    assert "'recieved', which means nothing there; did you mean 'received'?" in capsys.readouterr().err
    assert run("pull") == 2
    assert "sources.toml; declare sources there" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        run("import", "repairs.csv")
    assert ended.value.code == 2
    capsys.readouterr()


def test_another_import_is_3(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    store = open_store()
    with store.begin_import(LOCAL, SourceInfo("other", "Other", "UTC")) as importing:
        assert bring() == 3
        assert capsys.readouterr().err.startswith("Another import or change is being written to ")
        importing.finish()
    store.close()
    assert bring() == 0


def test_a_store_that_fails_is_4(place: Path, capsys: pytest.CaptureFixture) -> None:
    assert bring("repairs.csv", "--store", f"sqlite:///{place}") == 4
    assert "cannot be reached" in capsys.readouterr().err
    assert bring("repairs.csv", "--store", "mysql://somewhere/else") == 4
    assert "SQLite or PostgreSQL, not in mysql" in capsys.readouterr().err


def test_verify_says_what_is_wrong(place: Path, capsys: pytest.CaptureFixture) -> None:
    assert bring() == 0
    assert run("verify") == 0
    assert "Sound:" in capsys.readouterr().out
    (part,) = place.glob("*/parts/demands-*.parquet")
    part.write_bytes(part.read_bytes()[:-1] + b"?")
    assert run("verify", "--json") == 4
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem.startswith(f"Part {part.name} is missing or damaged")
