"""Is this file what it says it is? Looked at before a single row is read; otherwise one sentence, and nothing is taken."""

from __future__ import annotations

import codecs
import csv
import difflib
from collections.abc import Iterable, Sequence

from connectors.refusal import ImportRefused

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
# First bytes of what is not delimited text, with what to do about it. https://en.wikipedia.org/wiki/List_of_file_signatures
SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (
        b"PK\x03\x04",
        "a zip archive or an Excel workbook",
        "send the .xlsx under its own name, or save the sheet as CSV",
    ),
    (b"PK\x05\x06", "an empty zip archive", "export the table again"),
    (b"%PDF", "a PDF document", "ask for the table behind it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel (.xls) or Access file", "save it as .xlsx or CSV"),
    (b"PAR1", "a Parquet file", "give it the ending .parquet"),
    (b"SQLite format 3", "an SQLite database", "declare it as an SQL source in sources.toml"),
    (b"{\\rtf", "a rich-text document", "save it as plain text"),
)
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
ENCODINGS = ("utf-8", "cp1252", "utf-16-le", "utf-16-be")


def check_start(start: bytes, name: str) -> None:
    """Refuse a file whose first bytes show that it is not a table of text."""
    if not start.strip():
        raise ImportRefused(f"{name} is empty; export it again.")
    for signature, what, advice in SIGNATURES:
        if start.startswith(signature):
            raise ImportRefused(f"{name} is {what}, not delimited text; {advice}.")
    head = start.removeprefix(codecs.BOM_UTF8).lstrip()[:512].lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head")):
        raise ImportRefused(
            f"{name} is a web page, perhaps a login page saved in place of the export; sign in and export it again."
        )
    if head.startswith(b"<?xml"):
        raise ImportRefused(f"{name} is XML, not delimited text; export the table as CSV.")
    if head.startswith((b'{"', b'[{"', b"[\n", b"{\n")):
        raise ImportRefused(f"{name} is JSON, not delimited text; export the table as CSV.")


def encoding_of(start: bytes, declared: str | None, name: str) -> tuple[str, int]:
    """The file's encoding and the length of its byte-order mark: the mark wins, else what is declared, else UTF-8."""
    for mark, encoding in BOMS:
        if start.startswith(mark):
            return encoding, len(mark)
    encoding = (declared or "utf-8").lower().replace("windows-1252", "cp1252").replace("utf8", "utf-8")
    if encoding not in ENCODINGS:
        raise ImportRefused(f'{name}: encoding = "{declared}" is not one of {", ".join(ENCODINGS)}.')
    return encoding, 0


def check_text(block: bytes, first_line: int, name: str) -> None:
    """Refuse bytes that are not the text they are read as, naming the line."""
    if b"\0" in block:
        line = first_line + block.count(b"\n", 0, block.index(b"\0"))
        raise ImportRefused(
            f"{name} holds a NUL byte on line {line}: it is a binary file, damaged, or UTF-16 without a byte-order mark "
            f'(then declare encoding = "utf-16-le").'
        )
    if block.isascii():
        return
    try:
        block.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = first_line + block.count(b"\n", 0, problem.start)
        byte = block[problem.start]
        raise ImportRefused(
            f"line {line} of {name} is not UTF-8 (byte 0x{byte:02X}); if it was saved on Windows, "
            f'declare encoding = "cp1252" in the mapping\'s [file].'
        ) from None


def check_line_ends(start: bytes, name: str) -> None:
    """Refuse the line ends of old Macintosh exports, which most readers take for a file without rows."""
    if b"\n" not in start and b"\r" in start.rstrip(b"\r"):
        raise ImportRefused(
            f"the lines of {name} end in carriage returns only; save it again with Windows or Unix line ends."
        )


def header_of(record: str, delimiter: str, name: str) -> tuple[str, ...]:
    """The column names of a header record, none of them twice."""
    try:
        columns = tuple(column.strip() for column in next(csv.reader([record], delimiter=delimiter, strict=True), []))
    except csv.Error:
        raise ImportRefused(f"the header of {name} has a quote that does not close; export it again.") from None
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise ImportRefused(f"{name} has the column {twice[0]!r} twice; rename one, so that nobody has to guess.")
    return columns


def choose_delimiter(record: str, declared: str | None, needed: Iterable[str], name: str) -> str:
    """The declared delimiter, or the one under which the header holds every column the mapping names.

    Not a guess: a delimiter is taken because the contract is met under it.
    """
    needed = set(needed)
    if declared:
        columns = header_of(record, declared, name)
        if needed <= set(columns) or not needed:
            return declared
        for other, word in DELIMITERS.items():
            if other != declared and needed <= {c.strip() for c in record.split(other)}:
                raise ImportRefused(
                    f"{name} is separated by {word}, and the mapping declares {DELIMITERS.get(declared, declared)!s}; "
                    f"declare delimiter = {json_text(other)}."
                )
        return declared
    counts = {d: len(next(csv.reader([record], delimiter=d), [])) for d in DELIMITERS}
    for delimiter in sorted(DELIMITERS, key=lambda d: -counts[d]):
        there = {c.strip() for c in next(csv.reader([record], delimiter=delimiter), [])}
        if needed and needed <= there:
            return delimiter
    return max(DELIMITERS, key=lambda d: counts[d])


def json_text(text: str) -> str:
    """A string as TOML and JSON write it."""
    import json

    return json.dumps(text, ensure_ascii=False)


def check_columns(columns: Sequence[str], needed: Iterable[str], name: str) -> None:
    """Refuse a table that lacks a column the mapping names, offering the nearest there are."""
    for column in needed:
        if column in columns:
            continue
        lower = {c.lower(): c for c in columns}
        near = [lower[c] for c in difflib.get_close_matches(column.lower(), list(lower), n=3, cutoff=0.5)]
        hint = f"nearest: {', '.join(map(repr, near))}" if near else f"it has {', '.join(map(repr, columns[:8]))}"
        raise ImportRefused(f"{name} has no column {column!r} that the mapping names ({hint}); correct the mapping.")
