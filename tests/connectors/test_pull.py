"""Sources declared once and pulled again: from where the last pull got to, with an overlap, and nothing twice."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from connectors.refusal import MappingError, SourceFailed
from connectors.sources import _newest, before, declared, pull
from connectors.store import open_store
from measures.model.principal import LOCAL
from measures.model.time import instant

MAPPING = """
name = "repairs"
timezone = "Europe/London"
key = ["id"]
[[demand]]
id = "id"
received = "opened"
service = { value = "repairs" }
"""


@pytest.fixture
def place(tmp_path: Path):
    """A folder with somebody's database, a mapping, and where sources.toml will be."""
    (tmp_path / "repairs.toml").write_text(MAPPING)
    with sqlite3.connect(tmp_path / "theirs.db") as theirs:
        theirs.execute("create table requests (id text, opened text, changed text)")
    theirs.close()
    return tmp_path


def declare(place: Path, more: str = "") -> Path:
    where = place / "sources.toml"
    where.write_text(
        f'[[source]]\nname = "repairs"\nmap = "repairs.toml"\nurl = "sqlite:///{place}/theirs.db"\n'
        'query = "select id, opened, changed from requests where changed >= :cursor"\n'
        f'cursor = "changed"\ninitial = "2026-01-01"\n{more}\n'
    )
    return where


def write(place: Path, *rows: tuple[str, str, str]) -> None:
    theirs = sqlite3.connect(place / "theirs.db")
    with theirs:
        theirs.executemany("insert into requests values (?, ?, ?)", rows)
    theirs.close()


@pytest.fixture
def store(tmp_path):
    ours = open_store(f"sqlite:///{tmp_path}/ours/store.db", tmp_path / "ours")
    yield ours
    ours.close()


def fell(report):
    return report.read, report.accepted, report.unchanged, report.superseded


def test_a_second_pull_reads_only_what_came_since_and_the_rows_beside_it(place, store):
    where = declare(place)
    # the newest change does not stand last
    write(place, ("2", "2026-02-03", "2026-02-04 10:00:00"), ("1", "2026-02-01", "2026-02-01 09:00:00"))
    assert [fell(report) for report in pull(store, LOCAL, where)] == [(2, 2, 0, 0)]
    assert store.cursor(LOCAL, "repairs") == "2026-02-04 10:00:00"
    write(place, ("3", "2026-02-05", "2026-02-05 08:00:00"))
    assert [fell(report) for report in pull(store, LOCAL, where)] == [(2, 1, 1, 0)]
    assert [fell(report) for report in pull(store, LOCAL, where, ["repairs"])] == [(1, 0, 1, 0)]


def test_a_row_written_late_comes_with_the_overlap(place, store):
    where = declare(place, 'overlap = "2 days"')
    write(place, ("1", "2026-02-01", "2026-02-04 10:00:00"))
    pull(store, LOCAL, where)
    write(place, ("late", "2026-02-01", "2026-02-03 10:00:00"), ("too late", "2026-01-30", "2026-02-01 10:00:00"))
    assert [fell(report) for report in pull(store, LOCAL, where)] == [(2, 1, 1, 0)]


def test_a_file_is_read_again_whole_and_changes_nothing(place, store):
    (place / "requests.csv").write_text("id,opened\n1,2026-02-01\n2,2026-02-02\n")
    where = place / "sources.toml"
    where.write_text('[[source]]\nname = "repairs"\nmap = "repairs.toml"\nfile = "requests.csv"\n')
    assert [fell(report) for report in pull(store, LOCAL, where)] == [(2, 2, 0, 0)]
    assert [fell(report) for report in pull(store, LOCAL, where)] == [(2, 0, 2, 0)]


def test_the_overlap_is_taken_from_numbers_and_times():
    assert before("1200", "") == 1200
    assert before("1200", "200") == 1000
    assert before("2026-03-01 00:00:00", "1 day") == "2026-02-28 00:00:00"
    with pytest.raises(MappingError, match="give a number"):
        before("1200", "2 days")
    with pytest.raises(MappingError, match='write "2 days"'):
        before("2026-03-01", "a while")


@pytest.mark.parametrize(("text", "sentence"), [
    ('[[source]]\nname = "a"\n', "needs map"),
    ('[[source]]\nname = "a"\nmap = "a.toml"\n', "needs either file, or url and query"),
    ('[[source]]\nname = "a"\nmap = "a.toml"\nfile = "a"\nurl = "b"\nquery = "c"\n', "needs either file"),
    ('[[source]]\nname = "a"\nmap = "a.toml"\nurl = "b"\n', "needs a query"),
    ('[[source]]\nname = "a"\nmap = "a.toml"\nurl_from = "NOT_SET_ANYWHERE"\n', "has no NOT_SET_ANYWHERE"),
    ('[[source]]\nname = "a"\nmap = "a.toml"\nfiel = "a"\n', "holds 'fiel'"),
    ("[[source", "not valid TOML"),
    ("", "declares no source; begin one with"),
    ('[[sources]]\nname = "a"\n', "holds 'sources'; it may hold"),
    ('[source]\nname = "a"\n', "in two brackets"),
    ('source = ["a"]\n', "in two brackets"),
    ('[[source]]\nname = 3\nmap = "a.toml"\nfile = "a"\n', "name of a .* is text"),
    ('[[source]]\nname = "a"\nmap = 3\nfile = "a"\n', "map of a .* is text"),
    ('[[source]]\nname = "a"\nmap = "a.toml"\nurl = 3\nquery = "c"\n', "url of a .* is text"),
    ('[[source]]\nname = "a"\nmap = "a.toml"\nfile = "a"\ntimeout_seconds = "abc"\n', "timeout_seconds of .* whole number"),
    ('[[source]]\nname = "a"\nmap = "a.toml"\nfile = "a"\ntimeout_seconds = true\n', "timeout_seconds of .* whole number"),
])  # fmt: skip
def test_a_declaration_that_means_nothing_is_refused_in_one_sentence(tmp_path, text, sentence):
    where = tmp_path / "sources.toml"
    where.write_text(text)
    with pytest.raises(MappingError, match=sentence):
        declared(where)


def test_a_file_with_a_byte_order_mark_and_dates_of_toml_is_read(tmp_path):
    where = tmp_path / "sources.toml"
    text = '[[source]]\nname = "a"\nmap = "a.toml"\nfile = "a.csv"\nextracted_at = 2024-05-01\ninitial = 2024-01-01\n'
    where.write_bytes(b"\xef\xbb\xbf" + text.encode())
    (source,) = declared(where)
    assert (source.extracted_at, source.initial) == ("2024-05-01", "2024-01-01")
    where.write_bytes('[[source]]\nname = "Café"\n'.encode("cp1252"))
    with pytest.raises(MappingError, match="is not UTF-8 text"):
        declared(where)


def test_a_source_that_fails_does_not_keep_the_next_from_its_turn(place, store):
    (place / "requests.csv").write_text("id,opened\n1,2026-02-01\n")
    where = declare(place)
    where.write_text(
        '[[source]]\nname = "first"\nmap = "repairs.toml"\nfile = "requests.csv"\n'
        + where.read_text().replace("from requests", "from nowhere")
        + '[[source]]\nname = "third"\nmap = "nowhere.toml"\nfile = "requests.csv"\n'
        + '[[source]]\nname = "fourth"\nmap = "repairs.toml"\nfile = "requests.csv"\n'
    )
    first, second, third, fourth = pull(store, LOCAL, where)
    assert (fell(first), fell(fourth)) == ((1, 1, 0, 0), (1, 0, 1, 0))
    assert (second.source, type(second.problem)) == ("repairs", SourceFailed)
    assert "no such table: nowhere" in str(second.problem)
    assert (third.source, type(third.problem)) == ("third", MappingError)


def test_a_source_nobody_declared_is_answered_with_those_that_are(place, store):
    with pytest.raises(MappingError, match="no source 'housing'; it declares repairs"):
        pull(store, LOCAL, declare(place), ["housing"])


@pytest.mark.parametrize("slip", ["9999-12-31 00:00:00", "2199-01-01 00:00:00", "2024-02-30 00:00:00", "unknown"])
@pytest.mark.parametrize("after", [[], [("2", "2026-02-01", "2026-02-02 09:00:00")]], ids=["alone", "among others"])
def test_a_slip_in_the_cursor_column_does_not_end_the_pulling(place, store, slip, after):
    where = declare(place, 'overlap = "2 days"')
    write(place, ("1", "2026-01-31", slip), *after)
    pull(store, LOCAL, where)
    assert store.cursor(LOCAL, "repairs") == (after[0][2] if after else None)
    write(place, ("3", "2026-02-03", "2026-02-03 09:00:00"))
    (report,) = pull(store, LOCAL, where)
    assert report.accepted == 1
    assert store.cursor(LOCAL, "repairs") == "2026-02-03 09:00:00"


def test_a_cursor_that_ran_into_the_future_begins_anew(place, store):
    where = declare(place, 'overlap = "2 days"')
    write(place, ("1", "2026-01-31", "2026-02-01 09:00:00"))
    pull(store, LOCAL, where)
    with sqlite3.connect(place / "ours" / "store.db") as kept:
        kept.execute("update sources set cursor = '9999-12-31 00:00:00'")
    kept.close()
    assert [fell(report) for report in pull(store, LOCAL, where)] == [(1, 0, 1, 0)]
    assert store.cursor(LOCAL, "repairs") == "2026-02-01 09:00:00"


@pytest.mark.parametrize(("reached", "values", "initial", "newest"), [
    (None, ["9", "10", None], "", "10"),
    ("12", ["9", "x"], "", "12"),
    (None, ["x", "9"], 0, "9"),
    (None, ["a1", "a3", "a2"], "", "a3"),
    ("2026-05-04 10:00:00", ["2026-05-04T11:00:00+02:00", "2026-05-04T10:30:00Z"], "", "2026-05-04T10:30:00Z"),
    ("2026-05-04", [], "", "2026-05-04"),
    (None, [], "", None),
])  # fmt: skip
def test_the_newest_is_taken_among_numbers_times_or_words(reached, values, initial, newest):
    latest = instant(datetime(2026, 6, 1, tzinfo=UTC))
    assert _newest(reached, pl.Series(values, dtype=pl.String), "UTC", latest, initial) == newest
