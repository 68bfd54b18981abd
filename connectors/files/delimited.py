"""Delimited text under our own strict contract: every cell stays the text it was, and no row is mended in silence.

Blocks of 8 MB are cut where a record ends; polars reads each with every column a string. A row with too few or too many
fields, a cut last row, or a quote that does not close is refused by line; the rows around it are taken.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, cast

import numpy as np
import polars as pl

from connectors.batch import REJECTS_SCHEMA, Batch
from connectors.files import gate
from connectors.files.block import structure
from connectors.opened import Opened, Progress
from connectors.refusal import ImportRefused

BLOCK = 8 << 20
LONGEST_RECORD = 1 << 20  # a record longer than this is an unclosed quote


def open_delimited(
    handle: Callable[[], BinaryIO],
    name: str,
    *,
    size: int = 0,
    needed: Sequence[str] = (),
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Opened:
    """Look at a delimited file and be ready to read it.

    Args:
        handle: opens the file's bytes anew each time it is called.
        name: what to call the file in sentences.
        size: its length in bytes, for progress.
        needed: columns the mapping names; a missing one refuses the file.
        delimiter: declared, or None: the one under which the header holds every needed column.
        encoding: declared, or None for UTF-8; a byte-order mark wins.

    Raises:
        ImportRefused: one sentence, when the file is not what it says.
    """
    with handle() as source, _plain(source, name) as raw:  # a gzip reader leaves the file beneath it open
        start = _read(raw, 256 << 10, name)
    gate.check_start(start, name)
    encoding, mark = gate.encoding_of(start, encoding, name)
    text = _first_text(start[mark:], encoding, name)
    gate.check_line_ends(text, name)
    gate.check_text(text[: text.rfind(b"\n") + 1] or text, 1, name)
    record, header_bytes, header_lines = _header_record(text)
    chosen = gate.choose_delimiter(record, delimiter, needed, name)
    columns = gate.header_of(record, chosen, name)
    gate.check_columns(columns, needed, name)
    progress = Progress(0, size)

    def read(wanted: Sequence[str]) -> Iterator[Batch]:
        with handle() as source, _plain(source, name) as raw:
            _read(raw, mark, name)
            chunks = _utf8_chunks(raw, encoding, name)
            yield from _batches(chunks, name, chosen, columns, wanted, header_bytes, header_lines, progress, source)

    return Opened(columns, read, progress)


def _plain(raw: BinaryIO, name: str) -> BinaryIO:
    """The bytes themselves, unpacked where the file is gzip."""
    start = raw.read(2)
    raw.seek(0)
    return cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if start == b"\x1f\x8b" else raw


def _read(raw: BinaryIO, size: int, name: str) -> bytes:
    try:
        return raw.read(size)
    except (EOFError, gzip.BadGzipFile, OSError) as problem:
        if isinstance(problem, OSError) and not isinstance(problem, gzip.BadGzipFile):
            raise ImportRefused(f"{name} could not be read: {problem.strerror or problem}; try again.") from None
        raise ImportRefused(f"{name} is a damaged or cut gzip file; fetch it again.") from None


def _first_text(start: bytes, encoding: str, name: str) -> bytes:
    if encoding == "utf-8":
        return start
    try:
        return codecs.getincrementaldecoder(encoding)().decode(start).encode()
    except UnicodeDecodeError:
        raise ImportRefused(f"{name} is not the {encoding} it is declared to be; correct the encoding.") from None


def _header_record(text: bytes) -> tuple[str, int, int]:
    """The header as text, its length in bytes and in lines (blank lines above it included)."""
    found = structure(text if text.endswith(b"\n") else text + b"\n", b",")
    filled = np.flatnonzero(found.fields > 0)
    first = int(filled[0]) if len(filled) else 0
    if not len(found.ends):
        return text.decode("utf-8", "replace").strip("\r\n"), len(text), 1
    start, end = int(found.starts[first]), int(found.ends[first])
    return text[start:end].decode().strip("\r\n"), min(end, len(text)), text[:end].count(b"\n") or 1


def _utf8_chunks(raw: BinaryIO, encoding: str, name: str) -> Iterator[bytes]:
    decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)()
    while chunk := _read(raw, BLOCK, name):
        if decoder is None:
            yield chunk
            continue
        try:
            yield decoder.decode(chunk).encode()
        except UnicodeError:
            raise ImportRefused(f"{name} is not the {encoding} it is declared to be; correct the encoding.") from None
    if decoder is not None and decoder.getstate()[0]:
        raise ImportRefused(f"{name} ends in the middle of a letter; it was cut, fetch it again.")


def _batches(
    chunks: Iterator[bytes],
    name: str,
    delimiter: str,
    columns: tuple[str, ...],
    wanted: Sequence[str],
    header_bytes: int,
    header_lines: int,
    progress: Progress,
    source: BinaryIO,
) -> Iterator[Batch]:
    rest, line, skip = b"", header_lines + 1, header_bytes
    for chunk in chunks:
        block = rest + chunk[skip:] if skip < len(chunk) else rest
        skip = max(0, skip - len(chunk))
        batch, rest, line = _take(block, line, name, delimiter, columns, wanted, last=False)
        progress.done = source.tell()
        if batch is not None:
            yield batch
    if rest.strip(b"\r\n"):
        batch, rest, line = _take(rest, line, name, delimiter, columns, wanted, last=True)
        if batch is not None:
            yield batch


def _take(
    block: bytes, line: int, name: str, delimiter: str, columns: tuple[str, ...], wanted: Sequence[str], *, last: bool
) -> tuple[Batch | None, bytes, int]:
    """The batch of a block's complete records, the bytes after them, and the line those begin on."""
    if last and not block.endswith(b"\n"):
        block += b"\n"
    found = structure(block, delimiter.encode())
    cut = int(found.ends[-1]) if len(found.ends) else 0
    unclosed = len(block) - cut > LONGEST_RECORD + BLOCK or (last and cut < len(block))
    if not found.sound or unclosed:
        return _take_slowly(block, line, name, delimiter, columns, wanted, last=last)
    if not cut:
        return None, block, line
    gate.check_text(block[:cut], line, name)
    good = found.fields == len(columns)
    wrong = np.flatnonzero(~good & (found.fields > 0))
    text = block[:cut] if good.all() else _only(block, found.starts, found.ends, good)
    rows = _parse(text, delimiter, columns, wanted, int(good.sum()))
    if rows is None:
        return _take_slowly(block, line, name, delimiter, columns, wanted, last=last)
    refused = _refused([line + int(found.lines[i]) for i in wrong], "wrong_number_of_fields")
    lines = pl.Series("line", line + found.lines[good], dtype=pl.Int64)
    return Batch(rows, lines, refused=refused), block[cut:], line + block.count(b"\n", 0, cut)


def _only(block: bytes, starts: np.ndarray, ends: np.ndarray, good: np.ndarray) -> bytes:
    """The block without its bad and blank records, copied in runs."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], good.astype(np.int8), [0]])))
    runs = zip(edges[0::2], edges[1::2] - 1, strict=True)
    return b"".join(block[starts[first] : ends[last]] for first, last in runs)


def _parse(
    text: bytes, delimiter: str, columns: tuple[str, ...], wanted: Sequence[str], height: int
) -> pl.DataFrame | None:
    """Read sound records; None where polars disagrees about how many there are."""
    schema = dict.fromkeys(columns, pl.String)
    if not height:
        return pl.DataFrame(schema={column: pl.String for column in columns if column in set(wanted)})
    try:
        rows = pl.read_csv(
            io.BytesIO(text),
            has_header=False,
            schema=schema,
            columns=[i for i, column in enumerate(columns) if column in set(wanted)],
            separator=delimiter,
            quote_char='"' if b'"' in text else None,
        )
    except pl.exceptions.ComputeError:
        return None
    return rows if rows.height == height else None


def _take_slowly(
    block: bytes, line: int, name: str, delimiter: str, columns: tuple[str, ...], wanted: Sequence[str], *, last: bool
) -> tuple[Batch | None, bytes, int]:
    """Read a block with a stray quote record by record: refuse the line that is wrong, go on with the next."""
    whole = block if last else block[: block.rfind(b"\n") + 1]
    gate.check_text(whole, line, name)
    texts = whole.decode().split("\n")[:-1]
    texts = [text + "\n" for text in texts]
    kept: list[list[str]] = []
    lines: list[int] = []
    wrong: list[int] = []
    broken: list[int] = []
    at = 0
    while at < len(texts):
        reader = csv.reader(iter(texts[at : at + 1000]), delimiter=delimiter, strict=True)
        begun = at
        try:
            for record in reader:
                after = begun + reader.line_num
                if record and len(record) == len(columns):
                    kept.append(record)
                    lines.append(line + at)
                elif record and after - at > 1:
                    break  # several lines and still not a row: its first line is at fault
                elif record:
                    wrong.append(line + at)
                at = after
            else:
                continue
            broken.append(line + at)
            at += 1
        except csv.Error:
            remaining = sum(map(len, texts[at:]))
            if not last and begun + reader.line_num >= len(texts) and remaining < LONGEST_RECORD:
                break  # the record may close in the next block
            broken.append(line + at)
            at += 1
    rest = "".join(texts[at:]).encode() + block[len(whole) :]
    positions = [i for i, column in enumerate(columns) if column in set(wanted)]
    rows = pl.DataFrame(
        {columns[i]: pl.Series([record[i] or None for record in kept], dtype=pl.String) for i in positions}
    )
    refused = pl.concat([_refused(wrong, "wrong_number_of_fields"), _refused(broken, "broken_quotes")])
    batch = Batch(rows, pl.Series("line", lines, dtype=pl.Int64), refused=refused.sort("line"))
    return batch, rest, line + at


def _refused(lines: list[int], reason: str) -> pl.DataFrame:
    nothing = [None] * len(lines)
    columns = {"line": lines, "field": nothing, "reason": [reason] * len(lines), "key_hash": nothing}
    return pl.DataFrame(columns, schema=REJECTS_SCHEMA)
