"""Where the records of a block of delimited bytes begin and end, and how many fields each has. Never a guess."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

QUOTE, NEWLINE, RETURN = 0x22, 0x0A, 0x0D
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Structure:
    """The records of a block, in order.

    Attributes:
        ends: offset just after each record's line end.
        fields: the number of fields of each record; 0 for a blank line.
        lines: the line of the block (from 0) on which each record begins.
        sound: whether every quote opens and closes a whole field. If not, nothing above may be trusted.
    """

    ends: Ints
    fields: Ints
    lines: Ints
    sound: bool

    @property
    def starts(self) -> Ints:
        """Offset of each record's first byte."""
        return np.concatenate([np.zeros(1, np.int64), self.ends[:-1]]) if len(self.ends) else self.ends


def structure(block: bytes, delimiter: bytes) -> Structure:
    r"""Find the complete records of a block; what follows the last one belongs to the next block.

    >>> structure(b'a,b\n"c\n,c",d\n5', b",").fields.tolist()
    [2, 2]
    """
    cells = np.frombuffer(block, np.uint8)
    line_ends = np.flatnonzero(cells == NEWLINE)
    delimiters = np.flatnonzero(cells == delimiter[0])
    quotes = np.flatnonzero(cells == QUOTE) if b'"' in block else np.zeros(0, np.int64)
    inner = np.searchsorted(quotes, line_ends) % 2 == 1
    ends = line_ends[~inner]
    if not len(ends):
        return Structure(ends, ends, ends, True)
    if len(quotes):
        delimiters = delimiters[np.searchsorted(quotes, delimiters) % 2 == 0]
        quotes = quotes[quotes < ends[-1]]
    counts = np.diff(np.searchsorted(delimiters, ends), prepend=0) + 1
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])
    length = ends - starts
    blank = (length == 0) | ((length == 1) & (cells[starts] == RETURN))
    lines = np.concatenate([np.zeros(1, np.int64), np.flatnonzero(~inner)[:-1] + 1])
    whole = cells[: ends[-1] + 1]
    sound = _quotes_enclose_fields(whole, quotes, delimiter[0]) and _returns_end_lines(whole, block, quotes)
    return Structure(ends + 1, np.where(blank, 0, counts), lines, sound)


def _quotes_enclose_fields(cells: npt.NDArray[np.uint8], quotes: Ints, delimiter: int) -> bool:
    """Whether opening quotes follow a delimiter or line end and closing ones precede one, save where doubled."""
    if not len(quotes):
        return True
    opening, closing = quotes[0::2], quotes[1::2]
    before, after = cells[opening - 1], cells[closing + 1]  # a whole block ends with a line end: closing + 1 exists
    opens = (opening == 0) | (before == delimiter) | (before == NEWLINE)
    opens[1:] |= opening[1:] == closing[:-1] + 1
    closes = np.isin(after, (delimiter, NEWLINE, RETURN))
    closes[:-1] |= opening[1:] == closing[:-1] + 1
    return bool(opens.all() and closes.all())


def _returns_end_lines(cells: npt.NDArray[np.uint8], block: bytes, quotes: Ints) -> bool:
    """Whether a carriage return stands only before a line end, or inside a quoted field."""
    if b"\r" not in block:
        return True
    returns = np.flatnonzero(cells == RETURN)
    bare = returns[cells[returns + 1] != NEWLINE]  # a whole block ends with a line end: returns + 1 exists
    return bool((np.searchsorted(quotes, bare) % 2 == 1).all())
