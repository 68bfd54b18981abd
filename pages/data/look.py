"""The first look at a file that waits: its columns, what is shipped or saved for it, how its dates are written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from connectors.intake import open_file
from connectors.mapping import PRESETS, FileFormat, Mapping, load
from connectors.mapping import times_of as times_of_frame
from connectors.opened import Opened
from connectors.refusal import ImportRefused
from pages.data.dates import Written, written
from pages.data.uploads import Waiting

SAMPLE = 2_000  # rows looked at for a first guess
OWN = "own"


@dataclass(frozen=True)
class Seen:
    """What a first look shows.

    Attributes:
        columns: the header. rows: the first rows, every cell text. remarks: what to know of the file.
    """

    columns: tuple[str, ...]
    rows: pl.DataFrame
    remarks: tuple[str, ...]


def opened(waiting: Waiting, file: FileFormat) -> Opened:
    """The file as a table of text.

    Raises:
        ImportRefused: it is not what it says; one sentence.
    """
    return open_file(waiting.path, Mapping("looked_at", waiting.name, "UTC", (), file=file))


def seen(waiting: Waiting, file: FileFormat) -> Seen:
    """The columns and the first rows."""
    table = opened(waiting, file)
    blocks, number = [], 0
    for batch in table.read(table.columns):
        blocks.append(batch.rows.head(SAMPLE - number))
        number += blocks[-1].height
        if number >= SAMPLE:
            break
    rows = pl.concat(blocks) if blocks else pl.DataFrame(schema=dict.fromkeys(table.columns, pl.String))
    return Seen(table.columns, rows, table.remarks)


def dates(waiting: Waiting, file: FileFormat, columns: tuple[str, ...]) -> dict[str, Written]:
    """How each of these columns writes its dates, from the whole file."""
    found = {}
    for column in columns:
        table = opened(waiting, file)
        how = written(batch.rows[column] for batch in table.read((column,)))
        if how is not None:
            found[column] = how
    return found


def event_columns(mapping: Mapping) -> tuple[str, ...]:
    """The columns that say when something happened; plans such as a deadline are not among them."""
    found: dict[str, None] = {}
    for rule in mapping.rules:
        for time in times_of_frame(rule.frame):
            spec = rule.field(time)
            if spec is not None and time not in ("expected_by", "deadline"):
                found.update(dict.fromkeys(spec.columns))
        found.update(dict.fromkeys(rule.recorded))
    return tuple(found)


def shipped(columns: tuple[str, ...], saved: Path) -> dict[str, Mapping]:
    """The mappings whose every column this file has: those of earlier imports first, then the shipped ones."""
    found: dict[str, Mapping] = {}
    files = [*sorted(saved.glob("*.toml")), *sorted(PRESETS.glob("*.toml"))]
    for path in files:
        try:
            mapping = load(path)
        except ImportRefused:
            continue
        if not mapping.canonical and set(mapping.columns) <= set(columns):
            found.setdefault(str(path), mapping)
    return found


def odd_letters(path: Path) -> str | None:
    """Of a file that is not UTF-8: the odd letters as Windows would write them, to ask a person about; else None."""
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as handle:
        start = handle.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return None
        block = start + handle.read(1 << 20)
        while block:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                odd = {byte for byte in block if byte > 0x7F}
                letters = bytes(sorted(odd)).decode("cp1252", "ignore")
                return "".join(letter for letter in letters if letter.isprintable())[:12]
            block = handle.read(1 << 20)
    return None
