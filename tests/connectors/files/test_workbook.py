"""Workbooks: what a spreadsheet shows, without what it destroyed taken for true."""

from datetime import datetime, time
from pathlib import Path

import pytest
import xlsxwriter

from connectors.files import workbook
from connectors.files.workbook import open_workbook
from connectors.refusal import ImportRefused


def book(path: Path, *rows: tuple, sheet: str = "Requests", hidden: bool = False) -> Path:
    with xlsxwriter.Workbook(path) as made:
        page = made.add_worksheet(sheet)
        date = made.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        clock = made.add_format({"num_format": "hh:mm"})
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, datetime):
                    page.write_datetime(line, column, value, date)
                elif isinstance(value, time):
                    page.write_datetime(line, column, value, clock)
                elif isinstance(value, str) and value.startswith("="):
                    page.write_formula(line, column, value, None, "#N/A")
                elif isinstance(value, str):
                    page.write_string(line, column, value)
                elif value is not None:
                    page.write(line, column, value)
        if hidden:
            made.add_worksheet("Lookups").hide()
    return path


def read(opened, *wanted):
    batches = list(opened.read(wanted or opened.columns))
    return [row for batch in batches for row in batch.rows.rows()], [
        row for batch in batches for row in batch.refused.rows()
    ]


def test_text_keeps_its_leading_zeros_and_whole_numbers_gain_no_point(tmp_path):
    opened = open_workbook(book(tmp_path / "a.xlsx", ("id", "n"), ("0012345", 7), ("12345", 8.5)))
    assert read(opened)[0] == [("0012345", "7"), ("12345", "8.5")]


def test_a_column_of_dates_is_days_and_one_midnight_among_times_keeps_its_hour(tmp_path):
    opened = open_workbook(
        book(
            tmp_path / "a.xlsx",
            ("day", "time"),
            (datetime(2026, 5, 4), datetime(2026, 5, 4, 13, 30)),
            (datetime(2026, 5, 5), datetime(2026, 5, 5)),
        )
    )
    assert read(opened)[0] == [("2026-05-04", "2026-05-04 13:30:00"), ("2026-05-05", "2026-05-05 00:00:00")]


def test_a_number_longer_than_fifteen_digits_is_refused_and_the_same_as_text_is_not(tmp_path):
    rows = (("a", "b"), (1234567890123456789, "1234567890123456789"), (5, "6"))
    accepted, refused = read(open_workbook(book(tmp_path / "a.xlsx", *rows)))
    assert accepted == [("5", "6")]
    assert refused == [(2, "a", "digits_lost", None)]


def test_a_long_number_is_refused_cell_by_cell_whatever_text_stands_in_its_column(tmp_path):
    whos = (12345678901234567, 12345678901234568, "AB1", 1.2345678901234567e21, "1234567890123456789", 7, "1.5E+10")
    rows = (("ref", "who"), *((f"r{n}", who) for n, who in enumerate(whos)))
    accepted, refused = read(open_workbook(book(tmp_path / "a.xlsx", *rows)))
    assert accepted == [("r2", "AB1"), ("r4", "1234567890123456789"), ("r5", "7"), ("r6", "1.5E+10")]
    assert refused == [(line, "who", "digits_lost", None) for line in (2, 3, 5)]


def test_a_word_among_dates_leaves_them_days_and_one_hour_leaves_them_times(tmp_path):
    opened = open_workbook(
        book(
            tmp_path / "a.xlsx",
            ("closed", "asked"),
            (datetime(2024, 2, 1), datetime(2024, 2, 1)),
            ("N/A", "N/A"),
            (datetime(2024, 2, 2), "2024-02-02 09:30"),
        )
    )
    assert read(opened)[0] == [
        ("2024-02-01", "2024-02-01 00:00:00"),
        ("N/A", "N/A"),
        ("2024-02-02", "2024-02-02 09:30"),
    ]


def test_a_time_of_day_gets_no_date_the_cell_never_had(tmp_path):
    rows = (("when", "day"), (time(9, 30), datetime(2024, 2, 1)), (datetime(2024, 2, 1, 9, 30), time(0, 0)))
    opened = open_workbook(book(tmp_path / "a.xlsx", *rows))
    assert read(opened)[0] == [("09:30:00", "2024-02-01"), ("2024-02-01 09:30:00", "00:00:00")]


def test_blank_rows_above_and_among_the_rows_are_counted_as_the_spreadsheet_counts_them(tmp_path):
    rows = ((), (), (), ("id", "when"), ("1", "x"), (), ("2", "=NA()"), (1234567890123456789, "y"), ("3", "z"))
    (batch,) = open_workbook(book(tmp_path / "a.xlsx", *rows)).read(["id", "when"])
    assert batch.lines.to_list() == [5, 9]
    assert [row[:3] for row in batch.refused.rows()] == [(7, "when", "cell_error"), (8, "id", "digits_lost")]


def test_a_sheet_without_a_single_cell_is_empty(tmp_path):
    with pytest.raises(ImportRefused, match=r"sheet 'Requests' of a\.xlsx is empty"):
        open_workbook(book(tmp_path / "a.xlsx"))


def test_a_cell_with_an_error_keeps_its_row_aside_only_where_the_column_is_read(tmp_path):
    path = book(tmp_path / "a.xlsx", ("id", "when"), ("1", "=NA()"), ("2", "x"))
    assert read(open_workbook(path)) == ([("2", "x")], [(2, "when", "cell_error", None)])
    assert read(open_workbook(path), "id") == ([("1",), ("2",)], [])


def test_a_hidden_sheet_is_named_and_not_read(tmp_path):
    opened = open_workbook(book(tmp_path / "a.xlsx", ("id",), ("1",), hidden=True))
    assert opened.columns == ("id",)
    assert "'Lookups'" in opened.remarks[0]


def test_a_full_sheet_is_refused_because_the_rest_may_have_been_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "ROW_LIMIT", 3)
    with pytest.raises(ImportRefused, match="is full: the format ends at row 3; export as CSV"):
        open_workbook(book(tmp_path / "a.xlsx", ("id",), ("1",), ("2",)))


def test_a_sheet_that_is_not_there_is_answered_with_those_that_are(tmp_path):
    with pytest.raises(ImportRefused, match="no sheet 'Cases'; it has 'Requests'"):
        open_workbook(book(tmp_path / "a.xlsx", ("id",), ("1",)), sheet="Cases")


def test_a_heading_twice_and_a_missing_column_are_refused(tmp_path):
    with pytest.raises(ImportRefused, match="the column 'id' twice"):
        open_workbook(book(tmp_path / "a.xlsx", ("id", "id"), ("1", "2")))
    with pytest.raises(ImportRefused, match=r"no column 'opened_at' .*nearest: 'opened'"):
        open_workbook(book(tmp_path / "b.xlsx", ("opened",), ("1",)), needed=["opened_at"])


def test_a_text_file_called_xlsx_is_no_workbook(tmp_path):
    (tmp_path / "a.xlsx").write_text("id,when\n1,2\n")
    with pytest.raises(ImportRefused, match="not an Excel workbook"):
        open_workbook(tmp_path / "a.xlsx")


def test_a_long_sheet_comes_in_blocks_with_its_own_line_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "ROWS", 2)
    opened = open_workbook(book(tmp_path / "a.xlsx", ("id",), ("1",), ("2",), ("3",)))
    assert [batch.lines.to_list() for batch in opened.read(["id"])] == [[2, 3], [4]]
    assert opened.progress.share == 1
