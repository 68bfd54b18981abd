"""Parquet parts: the files that measures scan. They are copies of what SQL holds: delete them and nothing is lost.

A part is written beside its place, synced, and moved there just before the transaction that lists it is committed; its
SHA-256 stands in the ledger. A missing or damaged part is made again from SQL under a name that carries its own hash.
"""

from __future__ import annotations

import hashlib
import os
import queue
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from connectors.store.schema import part_schema

ROW_GROUP = 131_072
COMPRESSION = "zstd"
_verified: dict[str, tuple[int, int, int]] = {}  # path -> (changed, size, inode) of the file whose hash was right


@dataclass(frozen=True)
class Part:
    """One file of a frame: which rows of its table it holds, and from which imports."""

    file: str
    frame: str
    sha256: str
    rows: int
    first_row: int
    last_row: int
    first_import: int
    last_import: int
    concerns: str = "[]"


@dataclass(frozen=True)
class Written:
    """A finished file that no transaction lists yet."""

    frame: str
    file: str
    sha256: str
    rows: int


class PartWriter:
    """Writes the parts of one transaction in a thread of its own while the database is busy with the same rows."""

    def __init__(self, folder: Path, label: str) -> None:
        self._folder = folder
        self._label = f"{label}-{uuid.uuid4().hex[:12]}"
        self._waiting: queue.Queue[tuple[str, pl.DataFrame] | None] = queue.Queue(maxsize=2)
        self._failure: BaseException | None = None
        self._written: list[Written] = []
        self._thread: threading.Thread | None = None

    def put(self, frame: str, rows: pl.DataFrame) -> None:
        """Hand over rows of a frame; waits while two blocks are still to be written."""
        if self._thread is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._thread = threading.Thread(target=self._write_all, name="store-parts", daemon=True)
            self._thread.start()
        self._raise_failure()
        self._waiting.put((frame, rows))

    def finish(self) -> list[Written]:
        """Wait until every file is whole and on the disk, under its temporary name."""
        self._stop()
        self._raise_failure()
        return self._written

    def publish(self) -> None:
        """Give the files their names: called right before the commit that lists them."""
        for written in self._written:
            os.replace(self._folder / f"{written.file}.tmp", self._folder / written.file)
        if self._written:
            sync_folder(self._folder)

    def discard(self) -> None:
        """Forget everything written."""
        self._stop()
        for file in self._folder.glob(f"*-{self._label}.parquet*"):
            file.unlink(missing_ok=True)

    def _stop(self) -> None:
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _write_all(self) -> None:
        files: dict[str, _File] = {}
        try:
            while (job := self._waiting.get()) is not None:
                frame, rows = job
                if self._failure is None:
                    if frame not in files:
                        files[frame] = _File(self._folder / f"{frame}-{self._label}.parquet.tmp", frame)
                    files[frame].add(rows)
                del job, rows
        except BaseException as error:
            self._failure = error
            while self._waiting.get() is not None:  # let the importing thread reach its next check
                pass
        for frame, file in files.items():  # every one is closed, though the disk be full for the first
            try:
                file.close()
                self._written.append(Written(frame, file.path.name.removesuffix(".tmp"), sha256(file.path), file.rows))
            except BaseException as error:
                self._failure = self._failure or error


class _File:
    """One Parquet file being written, in row groups of about the same size."""

    def __init__(self, path: Path, frame: str) -> None:
        import pyarrow.parquet as pq

        self.path, self.rows = path, 0
        self._schema = part_schema(frame)
        self._arrow = _arrow(pl.DataFrame(schema=self._schema)).schema
        self._waiting: list[pl.DataFrame] = []
        self._handle = path.open("wb")
        self._writer = pq.ParquetWriter(self._handle, self._arrow, compression=COMPRESSION)

    def add(self, rows: pl.DataFrame) -> None:
        self._waiting.append(rows)
        self.rows += rows.height
        if sum(block.height for block in self._waiting) >= ROW_GROUP:
            self._flush()

    def close(self) -> None:
        try:
            self._flush()
            self._writer.close()
            self._handle.flush()
            os.fsync(self._handle.fileno())
        finally:
            with suppress(Exception):  # what stopped it is raised already; nothing may be left to the collector
                self._writer.close()
            self._handle.close()

    def _flush(self) -> None:
        if self._waiting:
            table = _arrow(pl.concat(self._waiting).select(list(self._schema)).cast(pl.Schema(self._schema)))
            self._waiting = []
            self._writer.write_table(table.cast(self._arrow), row_group_size=2 * ROW_GROUP)


def _arrow(rows: pl.DataFrame):  # type: ignore[no-untyped-def]
    return rows.to_arrow(compat_level=pl.CompatLevel.oldest())


def sha256(file: Path) -> str:
    """The hash of a file's bytes."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Make renames in a folder outlast a power cut."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sound(file: Path, expected: str) -> bool:
    """Whether a file is there with the right hash; read once a process unless the file changes."""
    try:
        state = file.stat()
        mark = (state.st_mtime_ns, state.st_size, state.st_ino)
        if _verified.get(str(file)) == mark:
            return True
        if not sha256(file).startswith(expected):
            return False
    except OSError:
        return False
    _verified[str(file)] = mark
    return True


def look_over(folder: Path, wanted: Sequence[Part]) -> None:
    """Read through several parts' files at once, so that `path_of` finds each of them looked at already."""
    new = [part for part in wanted if str(folder / part.file) not in _verified]
    if len(new) > 1:
        with ThreadPoolExecutor() as readers:
            list(readers.map(lambda part: sound(folder / part.file, part.sha256), new))


def path_of(folder: Path, part: Part, again: Callable[[Part], Iterable[pl.DataFrame]]) -> Path:
    """Where the part's file is; a missing or damaged one is made again from SQL first.

    Args:
        folder: where the parts lie.
        part: which one.
        again: the part's rows from SQL, in blocks.
    """
    file = folder / part.file
    if sound(file, part.sha256):
        return file
    for remade in sorted(folder.glob(f"{file.stem}~*.parquet")):
        if sound(remade, remade.stem.rpartition("~")[2]):
            return remade
        remade.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f"{file.stem}-{uuid.uuid4().hex[:12]}.remade"
    try:
        writing = _File(temporary, part.frame)
        for block in again(part):
            writing.add(block)
        writing.close()
        remade = folder / f"{file.stem}~{sha256(temporary)[:32]}.parquet"
        os.replace(temporary, remade)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(folder)
    file.unlink(missing_ok=True)
    sound(remade, remade.stem.rpartition("~")[2])
    return remade


def damaged(folder: Path, part: Part) -> bool:
    """Whether neither the part nor one made again from SQL is whole, reading every byte."""
    file = folder / part.file
    for candidate, expected in [
        (file, part.sha256),
        *((remade, remade.stem.rpartition("~")[2]) for remade in folder.glob(f"{file.stem}~*.parquet")),
    ]:
        _verified.pop(str(candidate), None)
        if sound(candidate, expected):
            return False
    return True


def sweep(folder: Path, listed: set[str]) -> None:
    """Remove files that no transaction lists. Only while nobody else writes."""
    stems = {file.removesuffix(".parquet") for file in listed}
    for file in folder.glob("*"):
        if file.suffix == ".remade":
            continue  # a reader may be writing it; it removes it itself
        if file.suffix == ".tmp" or file.stem.partition("~")[0] not in stems:
            file.unlink(missing_ok=True)


def scan(files: list[Path], frame: str) -> pl.LazyFrame:
    """The rows of these files, with exactly the part's columns."""
    schema = part_schema(frame)
    if not files:
        return pl.LazyFrame(schema=schema)
    return pl.scan_parquet(
        files, schema=schema, missing_columns="insert", extra_columns="ignore", glob=False, hive_partitioning=False
    ).select(list(schema))
