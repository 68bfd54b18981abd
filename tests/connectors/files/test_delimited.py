"""Delimited text: what common readers do in silence, ours must not (connectors.md)."""

import csv
import gzip
import io

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.files import delimited
from connectors.files.delimited import open_delimited
from connectors.refusal import ImportRefused


def opened(content: bytes, **how):
    return open_delimited(lambda: io.BytesIO(content), "requests.csv", size=len(content), **how)


def read(content: bytes, *wanted: str, **how):
    """Rows, the lines they stand on, and what was refused as (line, reason)."""
    source = opened(content, **how)
    batches = list(source.read(wanted or source.columns))
    return (
        [row for batch in batches for row in batch.rows.rows()],
        [line for batch in batches for line in batch.lines],
        [(line, reason) for batch in batches for line, _, reason, _ in batch.refused.iter_rows()],
    )


@pytest.mark.parametrize("content", [
    b"id,when\n0012345,03/04/2026\n12345,x\n",
    b"id,when\r\n0012345,03/04/2026\r\n12345,x\r\n",
    b"\xef\xbb\xbfid,when\n0012345,03/04/2026\n12345,x",
    b"id;when\n0012345;03/04/2026\n12345;x\n",
    b"id\twhen\n0012345\t03/04/2026\n12345\tx\n",
    "id,when\n0012345,03/04/2026\n12345,x\n".encode("utf-16"),
    gzip.compress(b"id,when\n0012345,03/04/2026\n12345,x\n"),
], ids=["lf", "crlf", "bom", "semicolons", "tabs", "utf-16", "gzip"])  # fmt: skip
def test_cells_stay_the_text_they_were(content):
    rows, lines, refused = read(content, needed=["id", "when"])
    assert rows == [("0012345", "03/04/2026"), ("12345", "x")]
    assert lines == [2, 3]
    assert refused == []


def test_short_long_and_cut_rows_are_refused_by_line_and_none_is_padded():
    rows, lines, refused = read(b"a,b,c\n1,2,3\n4,5\n\n6,7,8,9\n7,8,9\n1,2")
    assert rows == [("1", "2", "3"), ("7", "8", "9")]
    assert lines == [2, 6]
    assert refused == [(3, "wrong_number_of_fields"), (5, "wrong_number_of_fields"), (7, "wrong_number_of_fields")]


def test_a_short_row_beside_a_long_one_does_not_cancel_out_where_few_columns_are_read():
    rows, _, refused = read(b"a,b,c\n1,2\n3,4,5,6\n7,8,9\n", "a")
    assert rows == [("7",)]
    assert [line for line, _ in refused] == [2, 3]


def test_quoted_delimiters_and_line_ends_belong_to_their_cell_and_lines_are_counted_on():
    rows, lines, refused = read(b'a,b\n1,"x,\ny"\n2,"he said ""no"""\n3,z\n')
    assert rows == [("1", "x,\ny"), ("2", 'he said "no"'), ("3", "z")]
    assert lines == [2, 4, 5]
    assert refused == []


def test_a_stray_quote_spoils_its_own_row_only():
    rows, lines, refused = read(b'a,b,c\n1,5" pipe,3\n4,"5",6\n"un,2,3\n7,8,9\n8,"x"y,9\n9,9,9\n')
    assert rows == [("4", "5", "6"), ("7", "8", "9"), ("9", "9", "9")]
    assert lines == [3, 5, 7]
    assert refused == [(2, "broken_quotes"), (4, "broken_quotes"), (6, "broken_quotes")]


def test_a_stray_quote_changes_nothing_about_the_rows_around_it():
    stray, others = '3,5" by 6" pipe,2024-01-03\n', '1,"line one\nline two",pipe,2024-01-01\n2,ok,2024-01-02\n'
    alone = read(f"ref,note,asked\n{others}".encode())
    assert alone == ([("2", "ok", "2024-01-02")], [4], [(2, "wrong_number_of_fields")])
    rows, lines, refused = read(f"ref,note,asked\n{stray}{others}".encode())
    assert (rows, lines) == (alone[0], [5])
    assert refused == [(2, "broken_quotes"), (3, "wrong_number_of_fields")]


@pytest.mark.parametrize("before", [996, 997, 998, 999, 1000])
def test_a_cell_of_two_lines_stays_whole_wherever_it_stands_below_a_stray_quote(before):
    content = 'a,b\n1,5" pipe\n' + "1,x\n" * before + '2,"first\nsecond"\n3,z\n'
    rows, _, refused = read(content.encode())
    assert rows[before:] == [("2", "first\nsecond"), ("3", "z")]
    assert refused == [(2, "broken_quotes")]


def test_a_quote_after_a_blank_is_astray_and_makes_nobody_another_person():
    rows, _, refused = read(b'ref,who\n1, "T2"\n2,"T2"\n3,"T2" \n')
    assert rows == [("2", "T2")]
    assert refused == [(2, "broken_quotes"), (4, "broken_quotes")]


def test_a_long_cell_beside_a_stray_quote_is_read():
    rows, _, refused = read(b"a,b\n1," + b"z" * 140_000 + b'\n2,5" x\n')
    assert [(row[0], len(row[1])) for row in rows] == [("1", 140_000)]
    assert refused == [(3, "broken_quotes")]


def test_a_row_with_a_carriage_return_in_it_says_so():
    rows, _, refused = read(b"a,b\n1,2\r3,4\r5,6\n7,8\n")
    assert rows == [("7", "8")]
    assert refused == [(2, "mixed_line_ends")]


def test_a_heading_of_two_lines_in_quotes_is_a_heading():
    rows, lines, _ = read(b'"ref","asked\non","no\nte"\n1,2024-01-01,x\n', needed=["ref", "asked\non"])
    assert (rows, lines) == ([("1", "2024-01-01", "x")], [4])


def test_a_last_row_cut_inside_a_quoted_cell_is_refused():
    rows, _, refused = read(b'a,b\n1,2\n3,"cut he')
    assert rows == [("1", "2")]
    assert refused == [(3, "broken_quotes")]


def test_blocks_end_where_records_end_whatever_their_size(monkeypatch):
    content = "a,b\n" + "".join(f'{n},"line\nof {n}, é"\n' for n in range(200))
    whole = read(content.encode())
    for size in (7, 64, 1000):
        monkeypatch.setattr(delimited, "BLOCK", size)
        assert read(content.encode()) == whole
    assert len(whole[0]) == 200


WHOLE = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n * 7919) for n in range(900)))
FLIPPED = WHOLE[:2000] + bytes(byte ^ 0xFF for byte in WHOLE[2000:2010]) + WHOLE[2010:]


@pytest.mark.parametrize(("content", "how", "sentence"), [
    (b"", {}, "requests.csv is empty; export it again"),
    (b"\n\n", {}, "is empty"),
    (b"<!DOCTYPE html><html><title>Sign in", {}, "is a web page, perhaps a login page"),
    (b"PK\x03\x04" + b"\0" * 30, {}, "is a zip archive or an Excel workbook"),
    (b"%PDF-1.7\n", {}, "is a PDF document"),
    (b"PAR1....", {}, "is a Parquet file"),
    (b'{"a": 1}', {}, "is JSON"),
    (b"a,b\r1,2\r3,4\r", {}, "carriage returns only"),
    (b"a,b\n1,\x002\n", {}, "NUL byte on line 2"),
    (b"a,b\n1,2\ncaf\xe9,2\n", {}, r'line 3 of requests.csv is not UTF-8 \(byte 0xE9\).*encoding = "cp1252"'),
    ("a,b\n1,2\n".encode("utf-16-le"), {}, "without a byte-order mark"),
    (b"a,b,a\n1,2,3\n", {}, "has the column 'a' twice"),
    (b"number;opened_at\n1;2\n", {"delimiter": ",", "needed": ["number", "opened_at"]},
     'separated by semicolons, and the mapping declares commas; declare delimiter = ";"'),
    (b"number,opened\n1,2\n", {"needed": ["number", "opened_at"]}, "no column 'opened_at' .*nearest: 'opened'"),
    (gzip.compress(b"a,b\n" + b"1,2\n" * 9)[:-9], {}, "damaged or cut gzip"),
    (b"a,b\n1,2\n", {"encoding": "latin-9"}, 'encoding = "latin-9" is not one of'),
    (b"\xef\xbb\xbf", {"needed": ["a"]}, "is empty"),
    (b"   \n  ", {"needed": ["a"]}, "is empty"),
    (b"<!-- made today -->\n<html>", {"needed": ["a"]}, "is a web page"),
    (b"<table><tr><td>ref</td></tr></table>", {"needed": ["a"]}, "is a web page"),
    (b"\n <script>var a = 1</script>", {"needed": ["a"]}, "is a web page"),
    (b"a,b\n1,2\r3,4\r", {}, "carriage returns only"),
    (b'a,"b\n1,2\n', {"needed": ["a"]}, "a quote in the header of requests.csv does not enclose"),
    (b'"a";"b"\n1;2\n', {"delimiter": ",", "needed": ["a", "b"]}, "separated by semicolons"),
    (b"a," + b"z" * 300_000, {"needed": ["a"]}, "does not end within 256 KB"),
    (b"a," + b"z" * 140_000 + b"\n1,2\n", {"needed": ["b"]}, "has no column 'b'"),
    (FLIPPED, {}, "damaged or cut gzip"),
], ids=["empty", "blank", "login", "zip", "pdf", "parquet", "json", "cr", "nul", "encoding", "utf16", "twice", "delimiter",
        "column", "cut-gzip", "unknown-encoding", "mark-only", "blanks", "comment", "table", "script", "cr-below",
        "open-header", "quoted-delimiter", "endless", "long-header", "flipped-gzip"])  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_refused_in_one_sentence(content, how, sentence):
    with pytest.raises(ImportRefused, match=sentence) as refused:
        read(content, **how)
    text = str(refused.value)
    assert text.endswith(".")
    assert "\n" not in text


@pytest.mark.parametrize("row", [b"77,Jane Doe,9434765919", b"77,9434765919,9434765919", b"77,,"])
def test_a_first_row_that_may_be_a_persons_is_not_told(row):
    with pytest.raises(ImportRefused, match=r"look whether .*first row holds the headings") as refused:
        read(row + b"\n", needed=["ref", "name", "nhs"])
    assert not any(cell and cell in str(refused.value) for cell in row.decode().split(","))


def test_headings_are_told_once_one_of_them_is_the_mappings():
    with pytest.raises(ImportRefused, match=r"it has 'ref', 'when', 'z{59}…'"):
        read(b"ref,when," + b"z" * 9_000 + b"\n1,2,3\n", needed=["ref", "opened_at"])


def test_cp1252_is_read_only_where_it_is_declared():
    assert read("a,b\ncafé,€\n".encode("cp1252"), encoding="cp1252")[0] == [("café", "€")]


def test_a_byte_order_mark_wins_over_what_was_declared():
    assert read("a,b\né,2\n".encode("utf-16"), encoding="cp1252")[0] == [("é", "2")]


def test_an_encoding_fault_deep_in_the_file_names_its_line(monkeypatch):
    monkeypatch.setattr(delimited, "BLOCK", 1000)
    content = b"a,b\n" + b"1,2\n" * 100_000 + b"\xff,2\n"
    with pytest.raises(ImportRefused, match="line 100002 of"):
        read(content)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cs",)), max_size=12)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=30),
    mark=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    size=st.integers(5, 400),
)
def test_what_was_written_is_read(rows, mark, end, size):
    """Any text in any cell, under any delimiter, line end and block size; an empty cell is null."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=mark, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["first", "second", "third"])
    writer.writerows(rows)
    block, delimited.BLOCK = delimited.BLOCK, size
    try:
        got, _, refused = read(file.getvalue().encode(), needed=["first", "second", "third"])
    finally:
        delimited.BLOCK = block
    assert refused == []
    assert [tuple(cell or "" for cell in row) for row in got] == rows


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(cells, cells, st.booleans()), min_size=1, max_size=30),
    mark=st.sampled_from(",;\t|"),
    size=st.integers(5, 400),
)
def test_rows_among_stray_quotes_are_what_they_were_without_them(rows, mark, size):
    """The same at any block size: every sound record whole, every stray line refused alone."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=mark, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["first", "second"])
    strays = []
    for first, second, stray in rows:
        writer.writerow([first, second])
        if stray:
            strays.append(file.getvalue().count("\n") + 1)
            file.write(f'1{mark}5" by 6" pipe\n')
    block, delimited.BLOCK = delimited.BLOCK, size
    try:
        got, _, refused = read(file.getvalue().encode(), needed=["first", "second"])
    finally:
        delimited.BLOCK = block
    assert refused == [(line, "broken_quotes") for line in strays]
    assert [tuple(cell or "" for cell in row) for row in got] == [row[:2] for row in rows]


def test_columns_nobody_mapped_are_never_read():
    batch = next(iter(opened(b"a,name,c\n1,Ann,3\n").read(["c", "a"])))
    assert batch.rows.columns == ["a", "c"]
    assert batch.rows.schema == {"a": pl.String, "c": pl.String}
