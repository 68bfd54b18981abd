"""Counting along a line of points without a loop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]


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


def streak(flags: Flags, begins: Flags) -> tuple[Numbers, Numbers]:
    """For each point: how many flagged points in a row end here, and how many the row holds; 0 where not flagged.

    Args:
        flags: what is counted.
        begins: where counting starts anew whatever stood before.

    >>> flags, begins = np.array([True, True, False, True, True]), np.array([True, False, False, False, True])
    >>> [column.tolist() for column in streak(flags, begins)]
    [[1, 2, 0, 1, 1], [2, 2, 0, 1, 1]]
    """
    changes = begins.copy()
    changes[1:] |= flags[1:] != flags[:-1]
    place, length = place_and_length(changes)
    return np.where(flags, place, 0), np.where(flags, length, 0)


def count_in_last(flags: Flags, window: int) -> Numbers:
    """How many of the last so many points are flagged; fewer points where the line has only begun.

    >>> count_in_last(np.array([True, False, True, True]), 3).tolist()
    [1, 1, 2, 2]
    """
    total = np.cumsum(flags, dtype=np.int64)
    total[window:] = total[window:] - total[:-window]
    return total


def ahead(flags: Flags, steps: int) -> Flags:
    """What is flagged so many points later.

    >>> ahead(np.array([False, False, True]), 2).tolist()
    [True, False, False]
    """
    found = np.zeros_like(flags)
    found[: max(0, len(flags) - steps)] = flags[steps:]
    return found


def spread_back(flags: Flags, window: int) -> Flags:
    """Flag the points of every window that ends at a flag.

    >>> spread_back(np.array([False, False, False, True]), 3).tolist()
    [False, True, True, True]
    """
    found = flags.copy()
    for back in range(1, window):
        found |= ahead(flags, back)
    return found
