"""Workbooks: one sheet as a table of text. Dates become ISO, whole numbers lose no digit and gain no point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from connectors.batch import REJECTS_SCHEMA, Batch
from connectors.files.gate import check_columns
from connectors.opened import Opened, Progress
from connectors.refusal import ImportRefused

ROW_LIMIT = 1_048_576  # of the format: a sheet that reaches it was probably cut there
EXACT = 10**15  # beyond this a spreadsheet's numbers have lost digits (IEEE 754 doubles)
ERRORS = ("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")


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
    table = book.load_sheet(name, header_row=None, dtypes=None, dtype_coercion="coerce").to_polars()
    if table.height >= ROW_LIMIT:
        raise ImportRefused(
            f"sheet {name!r} of {path.name} is full: the format ends at row {ROW_LIMIT:,}; export as CSV."
        )
    texts = book.load_sheet(name, header_row=None, dtypes="string").to_polars()
    if texts.is_empty():
        raise ImportRefused(f"sheet {name!r} of {path.name} is empty; name another, or export it again.")
    columns = _header(texts, name, path.name)
    check_columns(columns, needed, f"sheet {name!r} of {path.name}")
    rows = texts.slice(1).rename(dict(zip(texts.columns, columns, strict=True)))
    remarks = tuple(f"{path.name} has a hidden sheet {other!r}, which was not read." for other in hidden)
    progress = Progress(0, rows.height)

    def read(wanted: Sequence[str]) -> Iterator[Batch]:
        progress.done = rows.height
        lines = pl.Series("line", range(2, rows.height + 2), dtype=pl.Int64)
        filled = rows.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
        chosen = rows.select(_plain(column) for column in wanted)
        broken = pl.Series([False] * rows.height)
        for column in wanted:
            broken |= chosen[column].is_in(ERRORS).fill_null(value=False)
        refused = pl.DataFrame(
            {"line": lines.filter(broken & filled), "reason": "cell_error"}, schema_overrides={"line": pl.Int64}
        ).with_columns(field=pl.lit(None, pl.String), key_hash=pl.lit(None, pl.String))
        sound = filled & ~broken
        yield Batch(chosen.filter(sound), lines.filter(sound), refused=refused.select(list(REJECTS_SCHEMA)))

    return Opened(columns, read, progress, remarks)


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
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise ImportRefused(f"sheet {sheet!r} of {file} has the column {twice[0]!r} twice; rename one.")
    return columns


def _plain(column: str) -> pl.Expr:
    """A cell's text without what the format adds: `12345.0` is 12345, a midnight date is its day."""
    text = pl.col(column)
    midnight = text.str.contains(r"^\d{4}-\d{2}-\d{2}[ T]00:00:00(\.0+)?$")
    whole = text.str.contains(r"^-?\d{1,15}\.0+$")
    return (
        pl.when(midnight).then(text.str.slice(0, 10)).when(whole).then(text.str.replace(r"\.0+$", "")).otherwise(text)
    ).alias(column)
