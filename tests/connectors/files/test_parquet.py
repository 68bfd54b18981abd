"""Parquet: a value becomes the text it would be written as, or is refused; never another value's text."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.files.parquet import open_parquet
from connectors.refusal import ImportRefused


def table(path: Path, **columns) -> Path:
    pq.write_table(pa.table(columns), path, compression="none")
    return path


def read(path: Path, *wanted: str):
    opened = open_parquet(path, needed=wanted)
    batches = list(opened.read(wanted or opened.columns))
    return (
        [row for batch in batches for row in batch.rows.rows()],
        [line for batch in batches for line in batch.lines],
        [row[:3] for batch in batches for row in batch.refused.rows()],
    )


def test_a_decimal_too_great_for_its_digits_is_refused_by_line_where_its_column_is_read(tmp_path):
    who = pa.array([123456789012345678.0, 999999999999999.0, 1e20, float("inf"), -1e15, 7.5])
    path = table(tmp_path / "a.parquet", ref=pa.array(range(6)), who=who)
    rows, lines, refused = read(path, "ref", "who")
    assert rows == [("1", "999999999999999"), ("5", "7.5")]
    assert lines == [2, 6]
    assert refused == [(line, "who", "digits_lost") for line in (1, 3, 4, 5)]
    assert len(read(path, "ref")[0]) == 6


def test_a_short_decimal_keeps_fewer_digits_still(tmp_path):
    who = pa.array([16777217.0, 16777215.0], pa.float32())
    rows, _, refused = read(table(tmp_path / "a.parquet", who=who), "who")
    assert rows == [("16777215",)]
    assert refused == [(1, "who", "digits_lost")]


def test_what_is_no_number_is_an_empty_cell(tmp_path):
    path = table(tmp_path / "a.parquet", who=pa.array([float("nan"), None, 12345.0]))
    assert read(path, "who") == ([(None,), (None,), ("12345",)], [1, 2, 3], [])


@pytest.mark.parametrize(
    "values",
    [pa.array([timedelta(hours=2)]), pa.array([b"\xff\xfe"]), pa.array([timedelta(0)], pa.duration("ns"))],
    ids=["duration", "bytes", "nanoseconds"],
)
def test_a_column_that_cannot_be_written_as_text_refuses_the_file_where_it_is_read(tmp_path, values):
    path = table(tmp_path / "a.parquet", ref=pa.array([1]), odd=values)
    with pytest.raises(ImportRefused, match=r"^the column 'odd' of a\.parquet holds values that are no text .*\.$"):
        read(path, "odd")
    assert read(path, "ref")[0] == [("1",)]


def test_two_columns_of_one_name_are_refused(tmp_path):
    both = pa.Table.from_arrays([pa.array([1]), pa.array(["p"]), pa.array(["q"])], names=["ref", "who", "who"])
    pq.write_table(both, tmp_path / "a.parquet")
    with pytest.raises(ImportRefused, match=r"a\.parquet has the column 'who' twice"):
        read(tmp_path / "a.parquet", "ref", "who")


def test_damage_anywhere_is_told_in_one_sentence_or_does_no_harm(tmp_path):
    path = table(tmp_path / "a.parquet", ref=pa.array(range(400)), who=pa.array([f"é{n}" for n in range(400)]))
    whole = path.read_bytes()
    told = set()
    for at in range(4, len(whole) - 8, 41):
        path.write_bytes(whole[:at] + bytes(byte ^ 0xA5 for byte in whole[at : at + 3]) + whole[at + 3 :])
        try:
            read(path, "ref", "who")
        except ImportRefused as refused:
            told.add(str(refused))
    assert any("is damaged: some of its rows cannot be read" in sentence for sentence in told)
    assert all(sentence.startswith("a.parquet ") and "\n" not in sentence for sentence in told)
