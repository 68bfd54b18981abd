"""What a sound record is, letter by letter, for the few places where records are not read a block at a time.

A field stands in quotes as a whole, with quotes inside it doubled, or holds no quote at all (RFC 4180, section 2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

LONGEST_RECORD = 1 << 20  # a record longer than this is an unclosed quote
QUOTED = rb'"[^"]*+(?:""[^"]*+)*+"'


@dataclass(frozen=True)
class Sound:
    """The sound records of a block that also holds others.

    Attributes:
        text: the sound records, one after the other.
        lines: for each line of `text`, the line of the block (from 0) it stood on.
        broken: the lines of the block that belong to no sound record.
        end: offset after the last line decided on; what follows may be completed by the next block.
    """

    text: bytes
    lines: npt.NDArray[np.int64]
    broken: list[int]
    end: int


@cache
def _patterns(delimiter: str) -> tuple[re.Pattern[bytes], re.Pattern[bytes], re.Pattern[bytes]]:
    """One field; as many sound records as follow each other; a record whose quote is still open at the end."""
    mark = re.escape(delimiter.encode())
    field = QUOTED + rb'|[^"\r\n' + mark + rb"]*+"
    records = rb"(?:(?:" + field + rb")(?:" + mark + rb"(?:" + field + rb"))*+\r?\n)*+"
    unfinished = rb"(?:(?:" + field + rb")" + mark + rb')*+"[^"]*+(?:""[^"]*+)*+"?\r?\n?\Z'
    return re.compile(field), re.compile(records), re.compile(unfinished)


def fields(record: str, delimiter: str) -> list[str] | None:
    """The fields of a single record; None where a quote opens or closes within one.

    >>> fields('1,"a ""b"", c"', ","), fields('1, "b"', ",")
    (['1', 'a "b", c'], None)
    """
    field, _, _ = _patterns(delimiter)
    text, mark, at = record.encode(), delimiter.encode(), 0
    found: list[str] = []
    while True:
        match = field.match(text, at)
        assert match is not None  # an empty field matches anywhere
        cell, at = match.group().decode(), match.end()
        found.append(cell[1:-1].replace('""', '"') if cell.startswith('"') else cell)
        if at == len(text):
            return found
        if text[at : at + 1] != mark:
            return None
        at += 1


def sound_records(block: bytes, delimiter: str, *, last: bool) -> Sound:
    """The sound records of a block, whole, and the lines that belong to none.

    Args:
        block: it begins where a record begins.
        delimiter: one character.
        last: whether nothing follows; then an open quote is a broken one.
    """
    _, records, unfinished = _patterns(delimiter)
    texts: list[bytes] = []
    lines: list[npt.NDArray[np.int64]] = []
    broken: list[int] = []
    at = line = 0
    while at < len(block):
        match = records.match(block, at)
        if match is not None and match.end() > at:
            texts.append(match.group())
            count = texts[-1].count(b"\n")
            lines.append(np.arange(line, line + count))
            at, line = match.end(), line + count
            continue
        line_end = block.find(b"\n", at)
        if line_end < 0 or (not last and len(block) - at < LONGEST_RECORD and unfinished.match(block, at)):
            break
        broken.append(line)
        at, line = line_end + 1, line + 1
    return Sound(b"".join(texts), np.concatenate([np.zeros(0, np.int64), *lines]), broken, at)
