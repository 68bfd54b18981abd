"""Delimited text under our own strict contract: every cell stays the text it was, and no row is mended in silence.

Blocks of 8 MB are cut where a record ends; polars reads each with every column a string. A row with too few or too many
fields, a cut last row, or a quote that does not close is refused by line; the rows around it are taken.
"""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, cast

import numpy as np
import polars as pl

from connectors.batch import Batch
from connectors.files import gate
from connectors.files.block import structure
from connectors.files.record import LONGEST_RECORD, fields, sound_records
from connectors.files.refused import refused
from connectors.opened import Opened, Progress
from connectors.refusal import ImportRefused

BLOCK = 8 << 20
START = 256 << 10  # of a file, to know it by


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
        start = _read(raw, START, name)
    gate.check_start(start, name)
    encoding, mark = gate.encoding_of(start, encoding, name)
    text = _first_text(start[mark:], encoding, name)
    gate.check_start(text, name)
    gate.check_line_ends(text, name)
    gate.check_text(text[: text.rfind(b"\n") + 1] or text, 1, name)
    record, header_bytes, header_lines = _header_record(text, name)
    gate.check_line_ends(text[header_bytes:], name)
    chosen = gate.choose_delimiter(record, delimiter, needed, name)
    columns = gate.header_of(record, chosen, name)
    gate.check_headings(columns, needed, name)
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
    except (EOFError, zlib.error, OSError) as problem:
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


def _header_record(text: bytes, name: str) -> tuple[str, int, int]:
    """The header as text, its length in bytes and in lines (blank lines above it included)."""
    found = structure(text if text.endswith(b"\n") else text + b"\n", b",")
    filled = np.flatnonzero(found.fields > 0)
    first = int(filled[0]) if len(filled) else 0
    start, end = (int(found.starts[first]), int(found.ends[first])) if len(found.ends) else (0, len(text))
    if end >= START:
        raise ImportRefused(
            f"the first line of {name} does not end within {START >> 10} KB, so it holds no headings; export it again."
        )
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
    text, at, aside = block[:cut], found.lines, refused([], "broken_quotes")
    if not found.sound or unclosed:
        sound = sound_records(block, delimiter, last=last)
        found = structure(sound.text, delimiter.encode())
        cut, text, at = sound.end, sound.text, sound.lines[found.lines]
        aside = _broken(block, sound.broken, line)
    if not cut:
        return None, block, line
    gate.check_text(block[:cut], line, name)
    good = found.fields == len(columns)
    wrong = np.flatnonzero(~good & (found.fields > 0))
    text = text if good.all() else _only(text, found.starts, found.ends, good)
    rows = _parse(text, delimiter, columns, wanted, int(good.sum()))
    aside = pl.concat([aside, refused([(line + int(at[i]), None) for i in wrong], "wrong_number_of_fields")])
    lines = pl.Series("line", line + at[good], dtype=pl.Int64)
    return Batch(rows, lines, refused=aside.sort("line")), block[cut:], line + block.count(b"\n", 0, cut)


def _broken(block: bytes, lines: list[int], first: int) -> pl.DataFrame:
    """The lines that belong to no sound record, and why: a quote astray, or a line end of another kind."""
    if not lines:
        return refused([], "broken_quotes")
    texts = block.split(b"\n")
    quotes = [(first + at, None) for at in lines if b'"' in texts[at]]
    returns = [(first + at, None) for at in lines if b'"' not in texts[at]]
    return pl.concat([refused(quotes, "broken_quotes"), refused(returns, "mixed_line_ends")])


def _only(block: bytes, starts: np.ndarray, ends: np.ndarray, good: np.ndarray) -> bytes:
    """The block without its bad and blank records, copied in runs."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], good.astype(np.int8), [0]])))
    runs = zip(edges[0::2], edges[1::2] - 1, strict=True)
    return b"".join(block[starts[first] : ends[last]] for first, last in runs)


def _parse(text: bytes, delimiter: str, columns: tuple[str, ...], wanted: Sequence[str], height: int) -> pl.DataFrame:
    """Read so many sound records, each with a field a column; one by one where polars counts them otherwise."""
    places = [i for i, column in enumerate(columns) if column in set(wanted)]
    if not height:
        return pl.DataFrame(schema={columns[i]: pl.String for i in places})
    try:
        rows = pl.read_csv(
            io.BytesIO(text),
            has_header=False,
            schema=dict.fromkeys(columns, pl.String),
            columns=places,
            separator=delimiter,
            quote_char='"' if b'"' in text else None,
        )
        if rows.height == height:
            return rows
    except pl.exceptions.ComputeError:
        pass
    found = structure(text, delimiter.encode())
    texts = (text[start:end].decode().rstrip("\r\n") for start, end in zip(found.starts, found.ends, strict=True))
    kept = [fields(each, delimiter) or [] for each in texts]
    return pl.DataFrame({columns[i]: pl.Series([row[i] or None for row in kept], dtype=pl.String) for i in places})
