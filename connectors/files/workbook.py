"""Workbooks: one sheet as a table of text. Dates become ISO, whole numbers lose no digit and gain no point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from connectors.batch import Batch
from connectors.files.gate import check_columns, check_headings
from connectors.files.refused import refused
from connectors.opened import Opened, Progress
from connectors.refusal import ImportRefused

ROW_LIMIT = 1_048_576  # of the format: a sheet that reaches it was probably cut there
ROWS = 50_000
# A spreadsheet keeps 15 digits of a number ("Excel specifications and limits", support.microsoft.com).
LONG_NUMBER = r"^-?\d{16}|^-?\d(\.\d+)?[eE]\+?\d"
# What the format stores of a time of day is its distance from a day before its calendar begins.
TIME_ONLY = r"^1899-12-3[01][ T]"
DATED = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}"
MIDNIGHT = r"^\d{4}-\d{2}-\d{2}[ T]00:00(:00(\.0+)?)?$"


def open_workbook(path: Path, *, sheet: str | None = None, needed: Sequence[str] = ()) -> Opened:
    """Look at a workbook and be ready to read one of its sheets.

    Args:
        path: of an .xlsx file.
        sheet: its name; None where the workbook has only one sheet to see.
        needed: columns the mapping names.

    Raises:
        ImportRefused: it is no workbook, the sheet is not there or not named, a header is missing or stands twice, or
            the sheet reaches the format's row limit.
    """
    import fastexcel

    try:
        book = fastexcel.read_excel(str(path))
    except fastexcel.FastExcelError:
        raise ImportRefused(f"{path.name} is not an Excel workbook (.xlsx), or is damaged; save it again.") from None
    shown, hidden = _sheets(book)
    if sheet is None and len(shown) != 1:
        raise ImportRefused(f"{path.name} has the sheets {', '.join(map(repr, shown))}; name one as [file] sheet.")
    name = sheet or shown[0]
    if name not in book.sheet_names:
        raise ImportRefused(f"{path.name} has no sheet {name!r}; it has {', '.join(map(repr, book.sheet_names))}.")
    sheet_read = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    texts = sheet_read.to_polars()
    if texts.height >= ROW_LIMIT:
        raise ImportRefused(
            f"sheet {name!r} of {path.name} is full: the format ends at row {ROW_LIMIT:,}; export as CSV."
        )
    above = _blank_rows_above(texts)
    if above == texts.height:
        raise ImportRefused(f"sheet {name!r} of {path.name} is empty; name another, or export it again.")
    texts, first = texts.slice(above), above + 2  # the sheet's own row of the first record
    columns = _header(texts, name, path.name)
    check_headings(columns, needed, f"sheet {name!r} of {path.name}")
    check_columns(columns, needed, f"sheet {name!r} of {path.name}")
    texts = texts.rename(dict(zip(texts.columns, columns, strict=True)))
    wrong = pl.concat([_errors(sheet_read, columns, first), _lost_digits(book, name, texts, first)])
    rows = texts.slice(1).select(_plain(texts, column) for column in columns)
    remarks = tuple(f"{path.name} has a hidden sheet {other!r}, which was not read." for other in hidden)
    progress = Progress(0, rows.height)

    def read(wanted: Sequence[str]) -> Iterator[Batch]:
        bad = wrong.filter(pl.col("field").is_in(list(wanted))).unique("line", keep="first", maintain_order=True)
        for start in range(0, rows.height, ROWS):
            line = first + start
            part = rows.slice(start, ROWS).with_columns(line=pl.int_range(line, line + ROWS).head(pl.len()))
            filled = part.filter(pl.any_horizontal(pl.col(columns).is_not_null()) | pl.col("line").is_in(bad["line"]))
            sound = filled.join(bad, on="line", how="anti", maintain_order="left")
            aside = bad.filter(pl.col("line").is_between(line, line + part.height - 1)).sort("line")
            progress.done = start + part.height
            yield Batch(sound.select(wanted), sound["line"], refused=aside)

    return Opened(columns, read, progress, remarks)


def _blank_rows_above(texts: pl.DataFrame) -> int:
    """How many rows stand empty above the headings; all of them where the sheet holds nothing."""
    filled = texts.select(pl.any_horizontal(pl.all().is_not_null())).to_series() if texts.width else pl.Series([])
    first = filled.arg_true().head(1).to_list() if len(filled) else []
    return first[0] if first else texts.height


def _errors(sheet: Any, columns: tuple[str, ...], first: int) -> pl.DataFrame:
    """Cells that hold #N/A and its like; as text they would read as empty."""
    _, found = sheet.to_arrow_with_errors()
    places = [error.offset_position for error in found.errors] if found else []
    return refused([(row + 1, columns[column]) for row, column in places if row + 1 >= first], "cell_error")


def _lost_digits(book: Any, sheet: str, texts: pl.DataFrame, first: int) -> pl.DataFrame:
    """Numbers longer than a spreadsheet keeps: 1234567890123456789 comes back with other digits at its end.

    Decided cell by cell: a cell formatted as text kept its digits, whatever stands above and below it.
    """
    told = texts.slice(1)
    long = told.select(pl.all().str.contains(LONG_NUMBER).fill_null(value=False))
    suspects = [column for column in long.columns if long[column].any()]
    if not suspects:
        return refused([], "digits_lost")
    at = [texts.columns.index(column) for column in suspects]
    # read as yes or no, a number is one of them and a text is neither
    truths = book.load_sheet(sheet, header_row=None, skip_rows=0, use_columns=at, dtypes="boolean").to_polars()
    numbers = truths.slice(first - 1, told.height).select(pl.all().is_not_null())
    places = [
        (first + row, column)
        for column, is_number in zip(suspects, numbers.iter_columns(), strict=True)
        for row in (long[column] & is_number).arg_true().to_list()
    ]
    return refused(places, "digits_lost")


def _sheets(book: Any) -> tuple[list[str], list[str]]:
    """Sheets to see, and hidden ones."""
    shown: list[str] = []
    hidden: list[str] = []
    for name in book.sheet_names:
        sheet = book.load_sheet(name, n_rows=0, header_row=None)
        (shown if sheet.visible == "visible" else hidden).append(name)
    return shown, hidden


def _header(texts: pl.DataFrame, sheet: str, file: str) -> tuple[str, ...]:
    columns = tuple((value or "").strip() for value in texts.row(0))
    if not all(columns):
        place = columns.index("") + 1
        raise ImportRefused(f"sheet {sheet!r} of {file} has no heading over column {place}; give it one, or remove it.")
    return columns


def _plain(texts: pl.DataFrame, column: str) -> pl.Expr:
    """A column's text without what the format adds.

    `12345.0` is 12345, a time of day has no date, and where all dates of a column are at midnight they are days; a word
    among them is no date and decides nothing.
    """
    text = pl.col(column)
    told = texts.slice(1)[column]
    dated = told.filter(told.str.contains(DATED) & ~told.str.contains(TIME_ONLY))
    days = text.str.contains(MIDNIGHT) & dated.str.contains(MIDNIGHT).all()
    return (
        pl.when(text.str.contains(TIME_ONLY)).then(text.str.slice(11))
        .when(days).then(text.str.slice(0, 10))
        .when(text.str.contains(r"^-?\d{1,15}\.0+$")).then(text.str.replace(r"\.0+$", ""))
        .otherwise(text).alias(column)
    )  # fmt: skip
