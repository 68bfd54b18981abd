"""`python -m connectors`: one line of counts, one sentence for what went wrong, and an exit code programs can trust."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from mapped_rows import HEADER, REPAIRS

from connectors.__main__ import main

HEAVY = ("polars", "sqlalchemy", "fastexcel", "pyarrow")
ROOT = Path(__file__).parents[2]
GOOD = "1,T1,04/05/2026 09:30,05/05/2026 10:00,damp\n2,T2,04/05/2026,,\n"


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", f"sqlite:///{tmp_path}/data/store.db")
    monkeypatch.delenv("SYSTEM_CONDITIONS_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "repairs.toml").write_text(REPAIRS)
    (tmp_path / "repairs.csv").write_text(HEADER + GOOD)
    return tmp_path


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    told = capsys.readouterr()
    return code, told.out, told.err


def test_an_import_is_one_line_of_counts_and_a_second_one_changes_nothing(place, capsys):
    code, out, err = run(capsys, "import", "repairs.csv", "--map", "repairs.toml")
    assert (code, err) == (0, "")
    assert "read=2 accepted=2 unchanged=0 superseded=0 rejected=0" in out
    assert "read=2 accepted=0 unchanged=2" in run(capsys, "import", "repairs.csv", "--map", "repairs.toml")[1]


def test_json_is_for_programs(place, capsys):
    (place / "repairs.csv").write_text(HEADER + GOOD + "3,T3,soon,,\n")
    code, out, _ = run(capsys, "import", "repairs.csv", "--map", "repairs.toml", "--json")
    (report,) = json.loads(out)
    assert code == 0
    assert report["read"] == report["accepted"] + report["unchanged"] + report["superseded"] + report["rejected"] == 3
    assert report["reasons"] == {"time_not_in_format": 1}


@pytest.mark.parametrize(("arguments", "code", "sentence"), [
    (("import", "nowhere.csv", "--map", "repairs.toml"), 1, "There is no file nowhere.csv"),
    (("import", "login.csv", "--map", "repairs.toml"), 1, "is a web page"),
    (("import", "other.csv", "--map", "repairs.toml"), 1, "no column 'id'"),
    (("import", "repairs.csv", "--map", "nowhere.toml"), 2, "There is no mapping file"),
    (("import", "repairs.csv", "--map", "preset:nothing"), 2, "There is no preset 'nothing'"),
    (("import", "repairs.csv", "--map", "repairs.toml", "--extracted-at", "soon"), 2, "'soon' is not a time"),
    (("import", "refused.csv", "--map", "repairs.toml"), 1, ""),
    (("pull",), 2, "declare sources there"),
    (("import", "repairs.csv", "--map", "repairs.toml", "--store", "sqlite:////proc/none/s.db"), 4, "."),
    (("verify",), 0, ""),
])  # fmt: skip
def test_what_went_wrong_is_one_sentence_and_a_code(place, capsys, arguments, code, sentence):
    (place / "login.csv").write_text("<!doctype html><title>Sign in</title>")
    (place / "other.csv").write_text("number;when\n1;2\n")
    (place / "refused.csv").write_text(HEADER + "1,T1,soon,,\n")
    told = run(capsys, *arguments)
    assert told[0] == code
    assert sentence in told[2]
    assert told[2].count("\n") <= 1
    assert "Traceback" not in told[2]


def test_a_pull_reports_every_source_and_ends_with_the_code_of_the_worst(place, capsys):
    sqlite3.connect(place / "theirs.db").close()
    file = '[[source]]\nname = "{}"\nmap = "repairs.toml"\nfile = "{}"\n'
    query = f'[[source]]\nname = "calls"\nmap = "repairs.toml"\nurl = "sqlite:///{place}/theirs.db"\nquery = "select * from none"\n'
    (place / "sources.toml").write_text(file.format("a", "repairs.csv") + query + file.format("b", "repairs.csv"))
    code, out, err = run(capsys, "pull")
    assert code == 4
    assert [line.split(" ")[1] for line in out.splitlines()] == ["read=2", "read=2"]
    assert err == "calls: the source did not answer the query: no such table: none.\n"
    code, out, err = run(capsys, "pull", "--json")
    assert code == 4
    assert [set(one) == {"source", "problem"} for one in json.loads(out)] == [False, True, False]
    assert json.loads(out)[1]["source"] == "calls"
    (place / "sources.toml").write_text(file.format("a", "nowhere.csv") + file.format("b", "repairs.csv"))
    code, out, err = run(capsys, "pull")
    assert (code, err) == (1, "a: there is no file nowhere.csv; check its name.\n")
    assert "read=2" in out


def test_a_name_that_begins_a_sentence_stays_as_it_is_written(place, capsys):
    (place / "f.csv").write_text("number,when\n1,2\n")
    assert run(capsys, "import", "f.csv", "--map", "repairs.toml")[2].startswith("f.csv has no column 'id'")


def test_a_held_import_says_how_to_let_it_in_and_approving_does(place, capsys):
    (place / "repairs.csv").write_text(HEADER + GOOD + "".join(f"b{n},T1,soon,,\n" for n in range(20)))
    code, out, err = run(capsys, "import", "repairs.csv", "--map", "repairs.toml")
    assert code == 5
    assert "read=22" in out
    assert "--approve" in err
    assert "20 refused: The text is not in a date format the mapping declares" in out
    assert run(capsys, "import", "repairs.csv", "--map", "repairs.toml", "--approve")[0] == 0


def test_a_file_it_may_not_read_is_one_sentence(place, capsys, monkeypatch):
    def locked(*_, **__):
        raise PermissionError(13, "Permission denied", "repairs.csv")

    monkeypatch.setattr(Path, "open", locked)
    code, _, err = run(capsys, "import", "repairs.csv", "--map", "preset:municipal_311")
    assert code in (1, 2, 4)
    assert err.count("\n") == 1
    assert "ermission denied" in err


def test_the_command_starts_without_its_heavy_parts():
    loaded = subprocess.run(
        [sys.executable, "-c", f"import connectors.__main__, sys; print([m for m in {HEAVY} if m in sys.modules])"],
        check=True, capture_output=True, text=True, cwd=ROOT,
    ).stdout  # fmt: skip
    assert loaded.strip() == "[]"
