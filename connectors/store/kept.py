"""Derived frames kept on disk: needs and the like, built once for the same records and read many times.

A file's name says what it holds, for which parameters, up to which import, after which entry of the audit, and its own
hash; it appears whole or not at all. Delete any of them and it is built again.

The entry of the audit is what tells times apart: where a database was restored from a backup, the numbers of imports and
judgements are given out anew, and a file built before must not be taken for what they mean now. A chain that holds the
entry holds everything written before it.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from connectors.store.audit import Entry
from connectors.store.parts import sha256, sound, sync_folder
from measures.model.records import Kept

DIGITS = 20  # of the hash of what a frame depends on
FORM = "2"  # of the files' names: those of another form are not read
MOST_OF_A_NAME = 16  # files of one name, whatever they depend on: the newest stay
MOST_KEPT = 2  # builds of the same name and key: the one in use, and the one a page may still be reading


@dataclass(frozen=True)
class Shelf:
    """Where kept files lie, and which of them are of the store's own past.

    Attributes:
        folder: the files.
        head: the newest entry of the audit when the records were looked at, which a new file's name tells.
        holds: whether the store's audit holds an entry.
    """

    folder: Path
    head: Entry
    holds: Callable[[Entry], bool]


def keep(
    shelf: Shelf, name: str, key: tuple[str, ...], import_id: int, build: Callable[[Kept | None], pl.LazyFrame]
) -> pl.LazyFrame:
    """The frame built for these records, from its file or built now.

    Args:
        shelf: where kept files lie.
        name: what the frame is.
        key: what it depends on besides the records.
        import_id: the newest import it holds.
        build: makes it, given the newest earlier build or None.
    """
    stem = _stem(name, key)
    file = _newest(shelf, stem, import_id, import_id)
    if file is None:
        earlier = _newest(shelf, stem, 0, import_id - 1)
        before = None if earlier is None else Kept(_scan(earlier), _import_of(earlier))
        file = _write(shelf, stem, import_id, build(before))
        _forget(shelf, stem, name)
    return _scan(file)


def find(shelf: Shelf, name: str, key: tuple[str, ...], import_id: int) -> pl.LazyFrame | None:
    """The frame already built for exactly these records, or None."""
    file = _newest(shelf, _stem(name, key), import_id, import_id)
    return None if file is None else _scan(file)


def _stem(name: str, key: tuple[str, ...]) -> str:
    return f"{name}-{hashlib.sha256(repr((FORM, name, key)).encode()).hexdigest()[:DIGITS]}"


def _newest(shelf: Shelf, stem: str, first: int, last: int) -> Path | None:
    for file in sorted(shelf.folder.glob(f"{stem}-*.parquet"), key=_import_of, reverse=True):
        if first <= _import_of(file) <= last:
            if shelf.holds(_entry_of(file)) and sound(file, file.stem.rpartition("-")[2]):
                return file
            file.unlink(missing_ok=True)
    return None


def _import_of(file: Path) -> int:
    return int(file.stem.rsplit("-", 4)[1])


def _entry_of(file: Path) -> Entry:
    number, digest = file.stem.rsplit("-", 4)[2:4]
    return Entry(int(number), digest)


def _write(shelf: Shelf, stem: str, import_id: int, rows: pl.LazyFrame) -> Path:
    folder, head = shelf.folder, shelf.head
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f"{uuid.uuid4().hex}.tmp"
    try:
        rows.sink_parquet(temporary, compression="lz4")
        with temporary.open("rb") as handle:
            os.fsync(handle.fileno())
        file = folder / f"{stem}-{import_id}-{head.number}-{head.digest}-{sha256(temporary)[:32]}.parquet"
        os.replace(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(folder)
    return file


def _forget(shelf: Shelf, stem: str, name: str) -> None:
    """Keep the newest builds of the store's own past; of one import, two processes may each have left one."""
    folder = shelf.folder
    files = []
    for file in folder.glob(f"{stem}-*.parquet"):
        if shelf.holds(_entry_of(file)):
            files.append(file)
        else:
            file.unlink(missing_ok=True)
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
