"""What leaves as a file: plain CSV in which no cell can run as a formula."""

from __future__ import annotations

import unicodedata

import polars as pl

STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """Text that a spreadsheet takes for text: a leading quote where it would start a formula.

    >>> neutral("=1+1"), neutral("  ＝SUM(A1)"), neutral("ordinary")
    ("'=1+1", "'  ＝SUM(A1)", 'ordinary')
    """
    seen = unicodedata.normalize("NFKC", text)
    starts = seen.lstrip(" \u00a0\u200b\ufeff").startswith(STARTS)
    return f"'{text}" if starts else text


def csv(frame: pl.DataFrame) -> bytes:
    """The frame as UTF-8 CSV, dates as 2026-05-04, lists joined, formulas neutralised, headings included."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    lists = [name for name, kind in frame.schema.items() if kind == pl.List(pl.String)]
    plain = frame.with_columns(pl.col(name).list.join(" ") for name in lists)
    safe = plain.with_columns(
        pl.col(name).map_elements(neutral, return_dtype=pl.String, skip_nulls=True) for name in [*texts, *lists]
    )
    return safe.rename({name: neutral(name) for name in safe.columns}).write_csv().encode()
