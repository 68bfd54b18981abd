"""Parquet as a table of text: every value exactly as it would be written, read by handle and never by a pattern."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from connectors.batch import Batch
from connectors.files.gate import check_columns
from connectors.opened import Opened, Progress
from connectors.refusal import ImportRefused

ROWS = 100_000


def open_parquet(path: Path, *, needed: Sequence[str] = ()) -> Opened:
    """Look at a Parquet file and be ready to read it.

    Raises:
        ImportRefused: it is not Parquet, or lacks a column the mapping names.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as handle:
            file = pq.ParquetFile(handle)
            columns, total = tuple(file.schema_arrow.names), file.metadata.num_rows
            nested = [field.name for field in file.schema_arrow if pa.types.is_nested(field.type)]
    except (pa.ArrowInvalid, OSError):
        raise ImportRefused(f"{path.name} is not a Parquet file, or is cut; fetch it again.") from None
    check_columns(columns, needed, path.name)
    listed = [name for name in needed if name in nested]
    if listed:
        raise ImportRefused(f"the column {listed[0]!r} of {path.name} holds lists; flatten it to one value a row.")
    progress = Progress(0, total)

    def read(wanted: Sequence[str]) -> Iterator[Batch]:
        progress.done = 0
        with path.open("rb") as handle:
            for part in pq.ParquetFile(handle).iter_batches(ROWS, columns=list(wanted)):
                rows = pl.DataFrame(part)
                lines = pl.Series("line", range(progress.done + 1, progress.done + 1 + rows.height), dtype=pl.Int64)
                progress.done += rows.height
                yield Batch(rows.select(as_text(rows[name]) for name in wanted), lines)

    return Opened(columns, read, progress)


def as_text(values: pl.Series) -> pl.Series:
    """Values as text: whole numbers without a point, times in ISO with their zone, true and false as words."""
    dtype = values.dtype
    if dtype == pl.String:
        return values
    if isinstance(dtype, pl.Datetime):
        return values.dt.to_string("%Y-%m-%d %H:%M:%S%.6f" + ("%:z" if dtype.time_zone else ""))
    if dtype.is_float():
        whole = (values == values.round(0)) & values.is_finite()
        plain = values.cast(pl.Int64, strict=False).cast(pl.String)
        return plain.zip_with(whole.fill_null(value=False), values.cast(pl.String))
    return values.cast(pl.String)
