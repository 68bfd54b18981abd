"""A workbook whose numbers are numbers and whose dates are dates, and in which no cell can run as a formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from math import isfinite

import polars as pl

from pages.desk.export import neutral

LONGEST = 32_767  # characters that a cell holds
WIDEST, NARROWEST = 60, 9  # characters a column is wide


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, and a row a row of the frame under one row of headings.

    Attributes:
        name: at most 31 characters, without brackets or slashes.
        rows: text, numbers, dates, truths and lists of text; null is an empty cell.
        shares: columns of proportions, shown as percentages; the cell keeps the proportion.
        prose: a sheet to be read: its columns wrap, and nothing is frozen.
    """

    name: str
    rows: pl.DataFrame
    shares: Sequence[str] = ()
    prose: bool = False


def workbook(sheets: Sequence[Sheet], title: str) -> bytes:
    """The sheets as XLSX: no formula, no link, no hidden sheet, whatever the words in them are."""
    import xlsxwriter

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    held = BytesIO()
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"title": neutral(title), "comments": "Made by System Conditions."})
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "valign": "top"}),
            "date": book.add_format({"num_format": "d mmmm yyyy", "align": "left"}),
            "share": book.add_format({"num_format": "0.0%"}),
            "prose": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, formats)
    return held.getvalue()


def _write(page, sheet: Sheet, formats: dict) -> None:
    rows = sheet.rows
    for place, (name, kind) in enumerate(rows.schema.items()):
        page.write_string(0, place, neutral(name), formats["head"])
        write = _writer(page, kind, "prose" if sheet.prose else "share" if name in sheet.shares else "", formats)
        for line, value in enumerate(rows[name].to_list(), start=1):
            if value is not None:
                write(line, place, value)
        page.set_column(place, place, _wide(rows[name], name))
    if not sheet.prose:
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)


def _writer(page, kind: pl.DataType, style: str, formats: dict) -> Callable[[int, int, object], object]:
    """How a value of this type goes into a cell; an unknown type is refused rather than guessed."""
    look = formats.get(style)
    if kind.is_numeric():
        return lambda line, place, value: page.write_number(line, place, value, look) if isfinite(value) else None
    if kind == pl.Date:
        return lambda line, place, value: page.write_datetime(line, place, value, formats["date"])
    if kind == pl.Boolean:
        return page.write_boolean
    if kind == pl.List(pl.String):
        return lambda line, place, value: page.write_string(line, place, _safe(" ".join(value)), look)
    if kind in (pl.String, pl.Categorical):
        return lambda line, place, value: page.write_string(line, place, _safe(value), look)
    raise TypeError(f"a workbook has no cell for {kind}")


def _safe(text: str) -> str:
    return neutral(text)[:LONGEST]


def _wide(values: pl.Series, name: str) -> int:
    """Characters of the widest cell, within reason; a date is as long as it reads."""
    texts = [f"{value:%d %B %Y}" if isinstance(value, date) else _short(value) for value in values.drop_nulls()]
    return max(NARROWEST, min(WIDEST, max(map(len, [name, *texts]))) + 2)


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
