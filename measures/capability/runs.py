"""Counting along a line of points without a loop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Numbers = NDArray[np.integer]


def place_and_length(begins: Flags) -> tuple[Numbers, Numbers]:
    """For each point: its place in its run, counted from 1, and how many points the run holds in all.

    Args:
        begins: whether a new run begins at a point; the first point begins one in any case.

    >>> [column.tolist() for column in place_and_length(np.array([True, False, False, True]))]
    [[1, 2, 3, 1], [3, 3, 3, 1]]
    """
    if not len(begins):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    starts = np.flatnonzero(begins)
    starts = starts if len(starts) and starts[0] == 0 else np.concatenate(([0], starts))
    lengths = np.diff(np.append(starts, len(begins)))
    return np.arange(1, len(begins) + 1) - np.repeat(starts, lengths), np.repeat(lengths, lengths)


def latest(flags: Flags) -> Numbers:
    """The place of the last flag at or before each point; −1 before the first.

    >>> latest(np.array([False, True, False, True])).tolist()
    [-1, 1, 1, 3]
    """
    places = np.where(flags, np.arange(len(flags), dtype=np.int32), np.int32(-1))
    return np.maximum.accumulate(places) if len(places) else places


def unbroken(flags: Flags, window: int) -> Flags:
    """Whether so many points in a row, up to and with this one, are all flagged.

    >>> unbroken(np.array([True, True, True, False, True]), 2).tolist()
    [False, True, True, False, False]
    """
    found, reach = flags.copy(), 1
    while reach < window:  # each pass doubles how far back every point has looked
        step = min(reach, window - reach)
        seen = found.copy()
        found[step:] &= seen[: max(0, len(seen) - step)]
        found[:step] = False
        reach += step
    return found


def count_in_last(flags: Flags, window: int) -> Numbers:
    """How many of the last so many points are flagged; fewer points where the line has only begun.

    >>> count_in_last(np.array([True, False, True, True]), 3).tolist()
    [1, 1, 2, 2]
    """
    count = flags.astype(np.int8)
    total = count.copy()
    for back in range(1, min(window, len(flags))):
        total[back:] += count[:-back]
    return total


def spread_back(flags: Flags, window: int) -> Flags:
    """Flag the points of every window that ends at a flag.

    >>> spread_back(np.array([False, False, False, True]), 3).tolist()
    [False, True, True, True]
    """
    found, ends = flags.copy(), np.flatnonzero(flags)  # flags are few: touching those alone is quicker
    for back in range(1, window):
        found[ends[ends >= back] - back] = True
    return found
