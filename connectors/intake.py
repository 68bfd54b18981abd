"""From a source to the store: open it, survey what needs the whole of it, map, gate, write. Pages, command line, schedule.

Reading and mapping run in a thread of their own, a few blocks ahead of the writing.
"""

from __future__ import annotations

import hashlib
import queue
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from connectors import survey as surveys
from connectors.batch import REJECTS_SCHEMA, Batch, ImportReport, MappedBatch, SourceInfo
from connectors.identifying import identifying
from connectors.mapping import Mapping, load
from connectors.opened import Opened
from connectors.pseudonyms import Pseudonyms, find_key
from connectors.refusal import ImportCancelled, ImportRefused, MappingError
from connectors.shape import Mapper
from connectors.store import Store
from connectors.times import parse
from measures.model.principal import Principal
from measures.model.time import DAY, SECOND

AHEAD = 3  # mapped blocks waiting to be written
ROOM = 3  # an import takes up to about this many times its file: database, part and the log of both
WORKBOOKS, PARQUET = (".xlsx", ".xlsm"), (".parquet",)

Progress = Callable[[float | None], None]


@dataclass(frozen=True)
class Preview:
    """What an import would do, before anything is kept.

    Attributes:
        columns: the source's columns.
        rows: the first rows as text.
        frames: the records that would be made, by frame.
        rejects: REJECTS_SCHEMA; the rows that would be refused.
        read, accepted, rejected: rows tried. flags: remarks on accepted rows.
        remarks: what a person should know about the source itself (a hidden sheet).
    """

    columns: tuple[str, ...]
    rows: pl.DataFrame
    frames: dict[str, pl.DataFrame]
    rejects: pl.DataFrame
    read: int
    accepted: int
    rejected: int
    flags: dict[str, int]
    remarks: tuple[str, ...] = ()


def open_file(path: Path, mapping: Mapping | None = None, *, needed: tuple[str, ...] = ()) -> Opened:
    """A file as a table of text, by what it is.

    Raises:
        ImportRefused: it is not there, or not what it says; one sentence.
    """
    if not path.is_file():
        raise ImportRefused(f"there is no file {path}; check its name.")
    file = mapping.file if mapping else None
    kind = (file.kind if file else None) or _kind(path)
    if kind == "workbook":
        from connectors.files.workbook import open_workbook

        return open_workbook(path, sheet=file.sheet if file else None, needed=needed)
    if kind == "parquet":
        from connectors.files.parquet import open_parquet

        return open_parquet(path, needed=needed)
    from connectors.files.delimited import open_delimited

    return open_delimited(
        lambda: path.open("rb"),
        path.name,
        size=path.stat().st_size,
        needed=needed,
        delimiter=file.delimiter if file else None,
        encoding=file.encoding if file else None,
    )


def _kind(path: Path) -> str:
    suffix = path.suffix.lower()
    return "workbook" if suffix in WORKBOOKS else "parquet" if suffix in PARQUET else "delimited"


def import_file(
    store: Store,
    principal: Principal,
    path: Path | str,
    mapping: Mapping | str,
    *,
    extracted_at: int | str | None = None,
    approve: bool = False,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ImportReport:
    """Let a file's rows in through all gates, whole or not at all.

    Args:
        store: where to.
        principal: who imports.
        path: a delimited file (also `.gz`), a workbook or a Parquet file.
        mapping: how to read it, or where its TOML is (a path or `preset:NAME`).
        extracted_at: how far the extract sees: UTC microseconds, or text in the source's zone; None: now.
        approve: let it in though the batch gate would hold it.
        progress: told how much of the file is read.
        cancelled: asked between blocks; true stops and keeps nothing.

    Raises:
        ImportRefused: the file, the mapping or a column's dates as a whole; one sentence, nothing is kept.
        StoreError: the store.
    """
    path = Path(path)
    mapping = load(mapping) if isinstance(mapping, str) else mapping
    _check_room(path, store.home)
    opened, mapping = _opened(path, mapping)
    return import_opened(
        store, principal, opened, mapping, name=path.name, file_hash=_file_hash(path), extracted_at=extracted_at,
        approve=approve, progress=progress, cancelled=cancelled,
    )  # fmt: skip


def import_opened(
    store: Store,
    principal: Principal,
    opened: Opened,
    mapping: Mapping,
    *,
    name: str,
    file_hash: str | None = None,
    extracted_at: int | str | None = None,
    approve: bool = False,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ImportReport:
    """The same for any source that was opened: a file, or what a SELECT gives."""
    seen_at, latest = _sees(extracted_at, mapping)
    mapper = _mapper(store, opened, mapping, latest, principal)
    source = SourceInfo(
        mapping.name, mapping.title, mapping.timezone, extracted_at=seen_at, proxy=mapping.proxy,
        warnings=(*mapping.warnings, *opened.remarks), asked=mapping.asked, snapshot=mapping.snapshot,
    )  # fmt: skip
    with store.begin_import(principal, source, file_name=name, file_hash=file_hash, approve=approve) as importing:
        for batch in _ahead(_mapped(opened, mapper)):
            if cancelled is not None and cancelled():
                raise ImportCancelled("the import was stopped; nothing of it was kept.")
            importing.add(batch)
            if progress is not None:
                progress(opened.progress.share)
        report = importing.finish()
    return _remarked(store, principal, report)


def _remarked(store: Store, principal: Principal, report: ImportReport) -> ImportReport:
    """The report, with a remark where rows were replaced though the source was seen further than this extract sees."""
    if report.held or not report.superseded:
        return report
    seen = dict(
        store.ledger(principal)
        .filter(source=report.source, state="done")
        .select("import_id", "extracted_at")
        .iter_rows()
    )
    if seen[report.import_id] == max(seen.values()):
        return report
    return replace(report, flags={**report.flags, "older_extract": report.superseded})


def preview(
    path: Path | str, mapping: Mapping | str, *, rows: int | None = 200, extracted_at: int | str | None = None
) -> Preview:
    """What an import would accept and refuse, without keeping anything.

    Args:
        path: the file.
        mapping: how to read it.
        rows: how many rows to try; None: all of them.
        extracted_at: as for `import_file`.
    """
    mapping = load(mapping) if isinstance(mapping, str) else mapping
    opened, mapping = _opened(Path(path), mapping)
    _, latest = _sees(extracted_at, mapping)
    mapping, survey = _surveyed(opened, mapping, None)
    mapper = Mapper(mapping, Pseudonyms(b"a preview keeps nothing, so any key will do for it"), latest, survey)
    tried: list[MappedBatch] = []
    first: list[pl.DataFrame] = []
    left = rows
    for whole in opened.read(mapping.columns):
        batch = whole if left is None else Batch(whole.rows.head(left), whole.lines.head(left), refused=whole.refused)
        first.append(batch.rows.head(20))
        tried.append(mapper.map(batch))
        left = None if left is None else left - batch.rows.height
        if left is not None and left <= 0:
            break
    names = {name for batch in tried for name in batch.frames}
    frames = {
        name: pl.concat([batch.frames[name] for batch in tried if name in batch.frames], how="diagonal")
        for name in names
    }
    rejects = pl.concat([batch.rejects for batch in tried]) if tried else pl.DataFrame(schema=REJECTS_SCHEMA)
    flags: dict[str, int] = {}
    for done in tried:
        for flag, count in done.flags.items():
            flags[flag] = flags.get(flag, 0) + count
    read = sum(batch.read for batch in tried)
    shown = pl.concat(first).head(20) if first else pl.DataFrame()
    remarks = (*opened.remarks, *identifying(mapping))
    return Preview(opened.columns, shown, frames, rejects, read, read - rejects.height, rejects.height, flags, remarks)


def _sees(extracted_at: int | str | None, mapping: Mapping) -> tuple[int | None, int]:
    """How far an extract sees as UTC microseconds, and the latest time an event in it may have.

    Raises:
        MappingError: it is no time, or nobody can have seen so far yet: everything open would be old for years, and no
            later import could take that back.
    """
    now = time.time_ns() // 1000
    if extracted_at is None:
        return None, now + DAY
    seen_at = moment(extracted_at, mapping.timezone) if isinstance(extracted_at, str) else extracted_at
    if seen_at > now + DAY:
        to = datetime.fromtimestamp(seen_at / SECOND, tz=ZoneInfo(mapping.timezone))
        raise MappingError(
            f"an extract cannot see to {to:%Y-%m-%d %H:%M}, more than a day from now; correct how far it sees."
        )
    return seen_at, seen_at + DAY


def moment(text: str, zone: str) -> int:
    """UTC microseconds of a time as a person types it, in the source's zone; a date means its end.

    A month or a year is refused: an extract seldom sees to the end of one, and never only to its first day.

    Raises:
        MappingError: it is not a time.
    """
    read = parse(pl.Series([text.strip()]), ("iso",), zone).row(0, named=True)
    if read["problem"] is not None or read["at"] is None or read["precision"] in ("month", "year"):
        raise MappingError(f"{text!r} is not a time; write 2026-05-04 or 2026-05-04 17:30:00.")
    if read["precision"] in ("instant", "minute"):
        return int(read["at"])
    tomorrow = datetime.fromtimestamp(read["at"] / SECOND, tz=UTC).astimezone(ZoneInfo(zone)).date().toordinal() + 1
    following = datetime.fromordinal(tomorrow).replace(tzinfo=ZoneInfo(zone))
    return round(following.timestamp() * SECOND) - 1


def _opened(path: Path, mapping: Mapping) -> tuple[Opened, Mapping]:
    opened = open_file(path, mapping, needed=mapping.columns)
    settled = mapping.for_columns(opened.columns)
    if settled is not mapping:
        missing = [column for column in settled.columns if column not in opened.columns]
        if missing:
            raise ImportRefused(
                f"{path.name} has no column {missing[0]!r} that the mapping names; correct the mapping."
            )
    return opened, settled


def _mapper(store: Store, opened: Opened, mapping: Mapping, latest: int, principal: Principal) -> Mapper:
    settled, survey = _surveyed(opened, mapping, _known(store, mapping, principal) if mapping.group else None)
    earlier = partial(store.contents, principal, mapping.name)
    return Mapper(settled, Pseudonyms(find_key(store.home)), latest, survey, earlier)


def _surveyed(opened: Opened, mapping: Mapping, known: pl.DataFrame | None) -> tuple[Mapping, surveys.Survey | None]:
    needed = surveys.columns_needed(mapping)
    if not needed:
        return mapping, None
    return surveys.survey(mapping, opened.read(needed), known)


def _known(store: Store, mapping: Mapping, principal: Principal) -> pl.DataFrame:
    """The demands earlier imports made of this log, so that a group keeps its first row."""
    prefix = f"{mapping.name}:" if mapping.prefix else ""
    return (
        store.records(principal)
        .scan("demands")
        .filter(pl.col("source") == mapping.name)
        .select(group=pl.col("demand_id").str.strip_prefix(prefix), source_key="source_key")
        .collect()
    )


def _mapped(opened: Opened, mapper: Mapper) -> Iterator[MappedBatch]:
    for batch in opened.read(mapper.mapping.columns):
        yield mapper.map(batch)


def _ahead(batches: Iterator[MappedBatch]) -> Iterator[MappedBatch]:
    """The batches, made in a thread a few blocks ahead; what goes wrong there is raised here."""
    waiting: queue.Queue[MappedBatch | BaseException | None] = queue.Queue(AHEAD)
    stop = threading.Event()

    def put(item: MappedBatch | BaseException | None) -> bool:
        while not stop.is_set():
            try:
                waiting.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def work() -> None:
        try:
            for batch in batches:
                if not put(batch):
                    return
            put(None)
        except BaseException as problem:
            put(problem)

    thread = threading.Thread(target=work, name="mapping", daemon=True)
    thread.start()
    try:
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()
        thread.join()


def _file_hash(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _check_room(path: Path, folder: Path) -> None:
    """Refuse to begin what the disk cannot hold."""
    if not path.is_file():
        return
    folder = next(parent for parent in (folder, *folder.parents) if parent.exists())
    needed, free = path.stat().st_size * ROOM, shutil.disk_usage(folder).free
    if needed > free:
        raise ImportRefused(
            f"{path.name} may need {needed >> 20:,} MB in {folder} and {free >> 20:,} MB are free; make room first."
        )


__all__ = ["Preview", "import_file", "import_opened", "moment", "open_file", "preview"]
