"""Derived frames kept on disk: needs and the like, built once for the same records and read many times.

A file's name says what it holds, for which parameters, up to which import, and its own hash; it appears whole or not at
all. Delete any of them and it is built again.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import polars as pl

from connectors.store.parts import sha256, sound, sync_folder
from measures.model.records import Kept

DIGITS = 20  # of the hash of what a frame depends on
MOST_OF_A_NAME = 16  # files of one name, whatever they depend on: the newest stay
MOST_KEPT = 2  # builds of the same name and key: the one in use, and the one a page may still be reading


def keep(
    folder: Path, name: str, key: tuple[str, ...], import_id: int, build: Callable[[Kept | None], pl.LazyFrame]
) -> pl.LazyFrame:
    """The frame built for these records, from its file or built now.

    Args:
        folder: where kept files lie.
        name: what the frame is.
        key: what it depends on besides the records.
        import_id: the newest import it holds.
        build: makes it, given the newest earlier build or None.
    """
    stem = _stem(name, key)
    file = _newest(folder, stem, import_id, import_id)
    if file is None:
        earlier = _newest(folder, stem, 0, import_id - 1)
        before = None if earlier is None else Kept(_scan(earlier), _import_of(earlier))
        file = _write(folder, stem, import_id, build(before))
        _forget(folder, stem, name)
    return _scan(file)


def find(folder: Path, name: str, key: tuple[str, ...], import_id: int) -> pl.LazyFrame | None:
    """The frame already built for exactly these records, or None."""
    file = _newest(folder, _stem(name, key), import_id, import_id)
    return None if file is None else _scan(file)


def _stem(name: str, key: tuple[str, ...]) -> str:
    return f"{name}-{hashlib.sha256(repr((name, key)).encode()).hexdigest()[:DIGITS]}"


def _newest(folder: Path, stem: str, first: int, last: int) -> Path | None:
    for file in sorted(folder.glob(f"{stem}-*.parquet"), key=_import_of, reverse=True):
        if first <= _import_of(file) <= last:
            if sound(file, file.stem.rpartition("-")[2]):
                return file
            file.unlink(missing_ok=True)
    return None


def _import_of(file: Path) -> int:
    return int(file.stem.rsplit("-", 2)[1])


def _write(folder: Path, stem: str, import_id: int, rows: pl.LazyFrame) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f"{uuid.uuid4().hex}.tmp"
    try:
        rows.sink_parquet(temporary, compression="lz4")
        with temporary.open("rb") as handle:
            os.fsync(handle.fileno())
        file = folder / f"{stem}-{import_id}-{sha256(temporary)[:32]}.parquet"
        os.replace(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(folder)
    return file


def _forget(folder: Path, stem: str, name: str) -> None:
    """Keep the newest builds; of one import, two processes may each have left one."""
    files = sorted(folder.glob(f"{stem}-*.parquet"), key=_import_of, reverse=True)
    imports = sorted({_import_of(file) for file in files}, reverse=True)[:MOST_KEPT]
    for file in files:
        if _import_of(file) not in imports:
            file.unlink(missing_ok=True)
    written = {}
    for file in folder.glob(f"{name}-{'?' * DIGITS}-*.parquet"):
        with suppress(FileNotFoundError):  # another process forgets too
            written[file] = file.stat().st_mtime_ns
    for file in sorted(written, key=written.__getitem__, reverse=True)[MOST_OF_A_NAME:]:
        file.unlink(missing_ok=True)


def _scan(file: Path) -> pl.LazyFrame:
    return pl.scan_parquet(file, glob=False, hive_partitioning=False)
