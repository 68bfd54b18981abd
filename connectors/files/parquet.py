"""Parquet as a table of text: every value exactly as it would be written, read by handle and never by a pattern."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from connectors.batch import Batch
from connectors.files.gate import check_columns, check_headings
from connectors.files.refused import refused
from connectors.opened import Opened, Progress
from connectors.refusal import ImportRefused

ROWS = 100_000
# Up to here a decimal is told from its neighbours: fifteen digits of a long one, as in a spreadsheet; 24 bits of a short one.
EXACT, EXACT_SHORT = 10.0**15, 2.0**24


def open_parquet(path: Path, *, needed: Sequence[str] = ()) -> Opened:
    """Look at a Parquet file and be ready to read it.

    Raises:
        ImportRefused: it is not Parquet, is damaged, or lacks a column the mapping names, has it twice or holds in it
            what cannot be written as text.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as handle:
            file = pq.ParquetFile(handle)
            columns, total = tuple(file.schema_arrow.names), file.metadata.num_rows
            nested = [field.name for field in file.schema_arrow if pa.types.is_nested(field.type)]
    except (pa.ArrowException, OSError):
        raise ImportRefused(f"{path.name} is not a Parquet file, or is cut; fetch it again.") from None
    check_headings(columns, needed, path.name)
    check_columns(columns, needed, path.name)
    listed = [name for name in needed if name in nested]
    if listed:
        raise ImportRefused(f"the column {listed[0]!r} of {path.name} holds lists; flatten it to one value a row.")
    progress = Progress(0, total)

    def read(wanted: Sequence[str]) -> Iterator[Batch]:
        progress.done = 0
        for rows in _parts(path, wanted):
            lines = pl.Series("line", range(progress.done + 1, progress.done + 1 + rows.height), dtype=pl.Int64)
            progress.done += rows.height
            texts = pl.DataFrame([_told(rows[name], path.name) for name in wanted])
            places = [(lines[at], name) for name in wanted for at in _lost_digits(rows[name])]
            if not places:
                yield Batch(texts, lines)
                continue
            aside = refused(places, "digits_lost").unique("line", keep="first").sort("line")
            sound = ~lines.is_in(aside["line"].to_list())
            yield Batch(texts.filter(sound), lines.filter(sound), refused=aside)

    return Opened(columns, read, progress)


def _parts(path: Path, wanted: Sequence[str]) -> Iterator[pl.DataFrame]:
    """The rows in blocks, none of them handed on before its bytes are found to be what the file says they are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as handle:
            for part in pq.ParquetFile(handle).iter_batches(ROWS, columns=list(wanted)):
                part.validate(full=True)
                yield pl.DataFrame(part)
    except (pa.ArrowException, OSError):
        raise ImportRefused(f"{path.name} is damaged: some of its rows cannot be read; fetch it again.") from None


def _told(values: pl.Series, file: str) -> pl.Series:
    try:
        return as_text(values)
    except pl.exceptions.PolarsError:
        raise ImportRefused(
            f"the column {values.name!r} of {file} holds values that are no text and cannot be written as such "
            f"({values.dtype}); make it a column of text, numbers or dates."
        ) from None


def _lost_digits(values: pl.Series) -> list[int]:
    """Where a decimal is too great to keep all its digits: 123456789012345678.0 is also its neighbour."""
    dtype = values.dtype
    if not dtype.is_float():
        return []
    limit = EXACT if dtype == pl.Float64 else EXACT_SHORT
    return (values.fill_nan(None).abs() >= limit).fill_null(value=False).arg_true().to_list()


def as_text(values: pl.Series) -> pl.Series:
    """Values as text: whole numbers without a point, times in ISO with their zone, true and false as words.

    What is no number (NaN) is how many programs write an empty cell, and is one here.
    """
    dtype = values.dtype
    if dtype == pl.String:
        return values
    if isinstance(dtype, pl.Datetime):
        return values.dt.to_string("%Y-%m-%d %H:%M:%S%.6f" + ("%:z" if dtype.time_zone else ""))
    if dtype.is_float():
        values = values.fill_nan(None)
        plain = values.cast(pl.Int64, strict=False)
        whole = (values == values.round(0)) & plain.is_not_null()
        return plain.cast(pl.String).zip_with(whole.fill_null(value=False), values.cast(pl.String))
    return values.cast(pl.String)
