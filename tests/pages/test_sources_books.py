"""Uploads, imports that can be stopped, and the words for what was refused."""

import io
import os
import stat
import threading
import time
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from connectors.batch import ImportReport
from connectors.refusal import ImportCancelled, ImportRefused
from pages.data import books, uploads
from pages.data.jobs import Job
from pages.data.look import odd_letters
from pages.data.refusals import by_line, by_reason
from pages.data.running import counts, fell_words

REPORT = ImportReport(1, "calls", 10, 6, 1, 2, 1, reasons={"impossible_date": 1})


def test_an_upload_waits_where_only_this_account_can_read_it_and_goes_when_done(tmp_path):
    waiting = uploads.take(io.BytesIO(b"a,b\n1,2\n"), "../Housing calls.csv", 8, tmp_path)
    assert waiting.name == "Housing calls.csv"
    assert waiting.path.read_bytes() == b"a,b\n1,2\n"
    assert waiting.path.is_relative_to(tmp_path / "uploads")
    assert stat.S_IMODE(waiting.path.stat().st_mode) == 0o600
    uploads.drop(waiting)
    assert list((tmp_path / "uploads").iterdir()) == []


def test_a_file_of_the_machine_is_left_where_it_is(tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text("a\n")
    uploads.drop(uploads.Waiting(path, path.name, 2, ours=False))
    assert path.exists()


def test_forgotten_uploads_go_and_fresh_ones_stay(tmp_path):
    old = uploads.take(io.BytesIO(b"old"), "old.csv", 3, tmp_path)
    yesterday = time.time() - uploads.FORGOTTEN - 60
    os.utime(old.path.parent, (yesterday, yesterday))
    fresh = uploads.take(io.BytesIO(b"new"), "new.csv", 3, tmp_path)
    assert not old.path.exists()
    assert fresh.path.exists()


def test_a_full_disk_is_said_before_anything_is_written(tmp_path):
    with pytest.raises(uploads.NoRoomError, match="make room and send it again"):
        uploads.take(io.BytesIO(b"x"), "big.csv", 10**18, tmp_path)
    assert list((tmp_path / "uploads").iterdir()) == []


def test_an_import_can_be_stopped_and_then_tidies_up():
    tidied, begun = threading.Event(), threading.Event()

    def work(job: Job) -> ImportReport:
        begun.set()
        while not job.cancelled():
            time.sleep(0.01)
        raise ImportCancelled("stopped")

    job = Job()
    job.start(work, tidied.set)
    assert begun.wait(5)
    assert job.running
    job.cancel()
    job.wait(5)
    assert job.stopped
    assert tidied.is_set()
    assert job.problem is None
    assert not job.running


@pytest.mark.parametrize(
    ("error", "said"),
    [(ImportRefused("it is a PDF; ask for the table"), "it is a PDF"), (ZeroDivisionError("row 7: Ann"), "reference")],
)
def test_a_failed_import_ends_in_a_sentence_without_the_row(error, said):
    def work(job: Job) -> ImportReport:
        raise error

    job = Job()
    job.start(work, lambda: None)
    job.wait(5)
    assert said in job.problem
    assert "Ann" not in job.problem


def test_how_an_import_fell_is_said_and_adds_up():
    assert fell_words(REPORT) == "6 new rows are in, 2 replaced an earlier version, 1 was known already, 1 was refused."
    numbers = [int(text) for text in counts(REPORT).row(0)]
    assert numbers[0] == sum(numbers[1:])
    assert fell_words(ImportReport(2, "calls", 9, 0, 9, 0, 0)) == "Nothing changed: all 9 rows were known already."
    held = ImportReport(2, "calls", 90, 60, 0, 0, 30, held=True, reason="30 of 90 rows were refused.")
    assert fell_words(held).startswith("Nothing has changed yet")


def test_reasons_are_sentences_and_the_commonest_stands_first():
    table = by_reason({"missing_key": 1, "impossible_date": 4, "made_up_code": 2})
    assert table["Rows"].to_list() == ["4", "2", "1"]
    assert table["What is wrong"][0].startswith("There is no such date")
    assert table["What is wrong"][1] == "Made up code"
    assert by_reason({}).is_empty()


def test_a_refused_row_is_named_by_its_line_and_never_by_its_text():
    aside = pl.DataFrame({"line": [12, 7], "field": ["OPEN_DT", None], "reason": ["impossible_date", "missing_key"],
                          "key_hash": ["f00", "ba5"]})  # fmt: skip
    lines = by_line(aside)
    assert lines.columns == ["Line", "Field", "Why"]
    assert lines["Line"].to_list() == ["7", "12"]
    assert "f00" not in str(lines.rows())


def test_only_what_nothing_followed_waits_for_approval():
    ledger = pl.DataFrame({
        "import_id": [1, 2, 3, 4], "source": ["calls", "calls", "other", "other"],
        "state": ["held", "done", "done", "held"], "file_hash": ["a", "a", "b", "c"],
    })  # fmt: skip
    assert books.held(ledger)["import_id"].to_list() == [4]


def test_a_source_tells_how_far_it_sees_by_its_own_clock_and_names_it_where_the_page_has_another():
    sources = pl.DataFrame({
        "title": ["Boston"], "timezone": ["America/New_York"], "extracted_at": [1_427_845_080_000_000],
        "imported_at": [1_427_845_080_000_000], "rows": [1], "warnings": [None],
    })  # fmt: skip
    told = books.freshness(sources, ZoneInfo("America/New_York")).row(0, named=True)
    assert told["Sees as far as"] == told["Last imported"] == "31\u00a0March 2015, 19:38"
    told = books.freshness(sources, ZoneInfo("Europe/London")).row(0, named=True)
    assert told["Sees as far as"] == "31\u00a0March 2015, 19:38 (America/New_York)"
    assert told["Last imported"] == "1\u00a0April 2015, 00:38"
    ledger = pl.DataFrame({
        "import_id": [1], "source": ["boston"], "state": ["done"], "file_hash": ["a"], "rejected": [1],
        "imported_at": [1_427_845_080_000_000],
    })  # fmt: skip
    said = "One source, last imported 31\u00a0March 2015, 19:38. 1 row was refused, and waits here with its reason."
    assert books.sentence(sources, ledger) == said


def test_letters_of_windows_are_shown_to_ask_about(tmp_path):
    path = tmp_path / "calls.csv"
    path.write_bytes("when,café\n2026-05-04,£\n".encode("cp1252"))
    assert odd_letters(path) == "£é"
    path.write_bytes("when,café\n".encode())
    assert odd_letters(path) is None
