"""Is this file what it says it is? Looked at before a single row is read; otherwise one sentence, and nothing is taken."""

from __future__ import annotations

import codecs
import difflib
import re
from collections.abc import Iterable, Sequence

from connectors.files.record import fields
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
HTML = (b"<!doctype html", b"<!--", *(b"<" + tag for tag in (b"html", b"head", b"body", b"meta", b"script", b"table")))
ENCODINGS = ("utf-8", "cp1252", "utf-16-le", "utf-16-be")


def check_start(start: bytes, name: str) -> None:
    """Refuse a file whose first bytes show that it is not a table of text."""
    if not start.removeprefix(codecs.BOM_UTF8).strip():
        raise ImportRefused(f"{name} is empty; export it again.")
    for signature, what, advice in SIGNATURES:
        if start.startswith(signature):
            raise ImportRefused(f"{name} is {what}, not delimited text; {advice}.")
    head = start.removeprefix(codecs.BOM_UTF8).lstrip()[:512].lower()
    if head.startswith(HTML):
        raise ImportRefused(
            f"{name} is a web page, perhaps a login page saved in place of the export; sign in and export it again as CSV."
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
    if b"\n" in start or b"\r" not in start.rstrip(b"\r"):
        return
    if b"\r" in re.sub(rb'"[^"]*("|\Z)', b"", start):  # within quotes it belongs to its cell
        raise ImportRefused(
            f"the lines of {name} end in carriage returns only; save it again with Windows or Unix line ends."
        )


def header_of(record: str, delimiter: str, name: str) -> tuple[str, ...]:
    """The column names of a header record."""
    columns = fields(record, delimiter)
    if columns is None:
        raise ImportRefused(f"a quote in the header of {name} does not enclose a whole name; export it again.")
    return tuple(column.strip() for column in columns)


def choose_delimiter(record: str, declared: str | None, needed: Iterable[str], name: str) -> str:
    """The declared delimiter, or the one under which the header holds every column the mapping names.

    Not a guess: a delimiter is taken because the contract is met under it.
    """
    needed = set(needed)
    if declared:
        if needed <= {column.strip() for column in fields(record, declared) or []} or not needed:
            return declared
        for other, word in DELIMITERS.items():
            if other != declared and needed <= {column.strip() for column in fields(record, other) or []}:
                raise ImportRefused(
                    f"{name} is separated by {word}, and the mapping declares {DELIMITERS.get(declared, declared)!s}; "
                    f"declare delimiter = {json_text(other)}."
                )
        return declared
    found = {d: [column.strip() for column in fields(record, d) or []] for d in DELIMITERS}
    by_count = sorted(DELIMITERS, key=lambda d: -len(found[d]))
    return next((d for d in by_count if needed and needed <= set(found[d])), by_count[0])


def json_text(text: str) -> str:
    """A string as TOML and JSON write it."""
    import json

    return json.dumps(text, ensure_ascii=False)


def check_headings(columns: Sequence[str], needed: Iterable[str], name: str) -> None:
    """Refuse a table whose headings do not tell its columns apart."""
    for place, column in enumerate(columns, 1):
        if column in columns[: place - 1]:
            if column and _are_headings(columns, needed) and not any(letter.isdigit() for letter in column):
                raise ImportRefused(f"{name} has the column {column!r} twice; rename one, so that nobody has to guess.")
            raise ImportRefused(
                f"{name} has the same heading, or none, over its columns {columns.index(column) + 1} and {place}; give "
                f"each its own, and look whether the first row holds the headings."
            )


def check_columns(columns: Sequence[str], needed: Iterable[str], name: str) -> None:
    """Refuse a table that lacks a column the mapping names, offering the nearest there are.

    A first row that holds none of the mapping's columns may be a person's: no more of it is told than what nearly is a
    name of the mapping's own.
    """
    needed = tuple(needed)
    sure = _are_headings(columns, needed)
    for column in needed:
        if column in columns:
            continue
        lower = {c.lower(): c for c in columns}
        close = difflib.get_close_matches(column.lower(), list(lower), n=3, cutoff=0.5 if sure else 0.75)
        near = _listed([lower[c] for c in close])
        if not near and not sure:
            raise ImportRefused(
                f"{name} has no column {column!r} that the mapping names, nor any other of them (columns: {len(columns)}); "
                "look whether its first row holds the headings, or correct the mapping."
            )
        hint = f"nearest: {near}" if near else f"it has {_listed(columns[:8])}"
        raise ImportRefused(f"{name} has no column {column!r} that the mapping names ({hint}); correct the mapping.")


def _listed(columns: Sequence[str]) -> str:
    """Names in a sentence, none so long that it would be the sentence."""
    return ", ".join(repr(column if len(column) <= 60 else f"{column[:59]}…") for column in columns)


def _are_headings(columns: Sequence[str], needed: Iterable[str]) -> bool:
    """Whether a first row surely holds headings: one of the mapping's is among them, or there is no mapping yet."""
    there = {column.lower() for column in columns}
    needed = [column.lower() for column in needed]
    return not needed or any(column in there for column in needed)
