"""A file that somebody sends to be charted: its text, or a sheet of it as text. It is read and let go, never kept."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import BinaryIO

from connectors.files import gate
from connectors.files.workbook import open_workbook
from connectors.refusal import ImportRefused
from pages.data.uploads import plain_name

KINDS = ["csv", "tsv", "txt", "xlsx"]
MEGABYTES = 60  # about two million lines of a date and a number
MOST = MEGABYTES * 1_048_576  # bytes


class NotRead(ValueError):
    """One sentence that says why nothing in the file can be charted."""


def sheets_of(sent: BinaryIO, name: str) -> list[str]:
    """The sheets of a workbook; none for a file of text."""
    if not name.lower().endswith(".xlsx"):
        return []
    import fastexcel

    try:
        return list(fastexcel.read_excel(_bytes(sent, name)).sheet_names)
    except fastexcel.FastExcelError:
        raise NotRead(f"{plain_name(name)} is not an Excel workbook (.xlsx), or is damaged; save it again.") from None


def text_of(sent: BinaryIO, name: str, sheet: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The file as text, and what to know of it.

    Raises:
        NotRead: it is not what it says, or too large.
    """
    data, plain = _bytes(sent, name), plain_name(name)
    try:
        return _sheet(data, plain, sheet) if plain.lower().endswith(".xlsx") else _text(data, plain)
    except ImportRefused as refused:
        raise NotRead(str(refused)) from None


def _bytes(sent: BinaryIO, name: str) -> bytes:
    sent.seek(0)
    data = sent.read(MOST + 1)
    if len(data) > MOST:
        raise NotRead(
            f"{plain_name(name)} is larger than {MEGABYTES} MB: add the figures up by week or month first, or send a part."
        )
    return data


def _text(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    gate.check_start(data[:4096], name)
    encoding, mark = gate.encoding_of(data, None, name)
    try:
        return data[mark:].decode(encoding), ()
    except UnicodeDecodeError:
        remark = f"{name} is not written in UTF-8: it was read as saved on Windows, which changes no number or date."
        return data.decode("cp1252", "replace"), (remark,)


def _sheet(data: bytes, name: str, sheet: str | None) -> tuple[str, tuple[str, ...]]:
    """A sheet as lines with tabs, its first row first; `open_workbook` takes that row for headings."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        opened = open_workbook(path, sheet=sheet)
        out = io.StringIO()
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        writer.writerow(opened.columns)
        unread = 0
        at = 2
        for batch in opened.read(opened.columns):
            for line, row in zip(batch.lines, batch.rows.iter_rows(), strict=True):
                out.write("\n" * (line - at))  # a blank row keeps its place, so that lines are the sheet's rows
                writer.writerow(" ".join(cell.split()) if cell else "" for cell in row)
                at = line + 1
            unread += batch.refused.height if batch.refused is not None else 0
    more = (f"{unread:,} rows of {name} hold a spreadsheet error such as #N/A and are left out.",) if unread else ()
    return out.getvalue(), (*opened.remarks, *more)
