"""What counts as a signal. A rule is a function over standardised points; `rule_sets` lists which are read together.

Every inequality is strict: beyond means beyond by more than 1e-9 × max(1, |centre|, half-width). A point on the centre
is skipped in a run: it neither counts nor breaks it. A missing or excluded point ends a run and a window: nothing is
bridged. A signal is a question, not a verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from measures.capability.runs import Flags, ahead, count_in_last, place_and_length, spread_back, streak
from measures.capability.standard import Figures, Standard

ALTERNATING, INSIDE, OUTSIDE = 14, 15, 8  # Nelson 1984, J. Quality Technology 16(4): tests four, seven and eight


@dataclass(frozen=True)
class Found:
    """Where a rule was met: the points that complete a pattern, and every point that belongs to one."""

    completes: Flags
    members: Flags


@dataclass(frozen=True)
class Lengths:
    """How many points on one side make a run, and how many that only rise or only fall a trend."""

    run: int
    trend: int


Rule = Callable[[Standard, Lengths], Found]


def _beyond(points: Standard, part: float) -> tuple[Flags, Flags]:
    """Which points lie beyond a part of the way from the centre to the upper limit, and to the lower."""
    return (
        points.away - part * points.up > points.margin,
        -points.away - part * points.down > points.margin,
    )


def outside_limits(points: Standard, lengths: Lengths) -> Found:
    """A point beyond a limit: something particular happened here (Wheeler's rule one)."""
    above, below = _beyond(points, 1.0)
    return Found(above | below, above | below)


def range_outside_limit(points: Standard, lengths: Lengths) -> Found:
    """A step from one point to the next too large to be routine (Wheeler's rule one, on the moving ranges)."""
    out = points.range_away > points.range_margin
    return Found(out, out)


def run(points: Standard, lengths: Lengths) -> Found:
    """So many successive points on one side of the centre: the system has moved (Wheeler's rule two)."""
    counted = np.flatnonzero(points.side)
    side, stretch = points.side[counted], np.cumsum(points.begins)[counted]
    begins = np.ones(len(counted), np.bool_)
    begins[1:] = (side[1:] != side[:-1]) | (stretch[1:] != stretch[:-1])
    place, length = place_and_length(begins)
    return Found(
        _at(points, counted[place >= lengths.run]),
        _at(points, counted[length >= lengths.run]),
    )


def near_limit(points: Standard, lengths: Lengths) -> Found:
    """Three of four successive points beyond halfway to the same limit (Wheeler's rule three); all four belong to it."""
    completes, members = _nowhere(points), _nowhere(points)
    for near in _beyond(points, 0.5):
        met = (count_in_last(near, 4) >= 3) & (points.place >= 4)
        completes |= met & (near | (points.place == 4))
        members |= spread_back(met, 4)
    return Found(completes, members)


def two_in_three(points: Standard, lengths: Lengths) -> Found:
    """Two of three successive points beyond two thirds of the way to the same limit (Western Electric; Nelson)."""
    return _some_of(points, _beyond(points, 2 / 3), 2, 3)


def two_in_three_one_side(points: Standard, lengths: Lengths) -> Found:
    """Two of three between two thirds of the way and the limit, with all three on one side (NHS Making Data Count)."""
    near, out = _beyond(points, 2 / 3), _beyond(points, 1.0)
    hits = near[0] & ~out[0], near[1] & ~out[1]
    windows = count_in_last(points.side > 0, 3) == 3, count_in_last(points.side < 0, 3) == 3
    return _some_of(points, hits, 2, 3, windows)


def four_in_five(points: Standard, lengths: Lengths) -> Found:
    """Four of five successive points beyond a third of the way to the same limit (Western Electric; Nelson)."""
    return _some_of(points, _beyond(points, 1 / 3), 4, 5)


def trend(points: Standard, lengths: Lengths) -> Found:
    """So many successive points that only rise, or only fall; equal neighbours end it."""
    way = _way(points)
    begins = points.begins.copy()
    begins[1:] |= way[1:] != way[:-1]
    place, length = place_and_length(begins)
    moving = way != 0
    steps = lengths.trend - 1
    completes = moving & (place >= steps)
    return Found(completes, _with_before(moving & (length >= steps), 1))


def alternating(points: Standard, lengths: Lengths) -> Found:
    """Fourteen successive points alternately up and down: perhaps two sources taken in turn (Nelson's fourth)."""
    way = _way(points)
    turns = np.zeros(len(way), np.bool_)
    turns[1:] = way[1:] * way[:-1] == -1
    place, length = streak(turns, points.begins)
    needed = ALTERNATING - 2
    return Found(place >= needed, _with_before(length >= needed, 2))


def fifteen_inside(points: Standard, lengths: Lengths) -> Found:
    """Fifteen successive points within a third of the way to the limits: limits too wide for the data (Nelson's seventh)."""
    third = 1 / 3
    inside = (third * points.up - points.away > points.margin) & (third * points.down + points.away > points.margin)
    place, length = streak(inside, points.begins)
    return Found(place >= INSIDE, length >= INSIDE)


def eight_outside(points: Standard, lengths: Lengths) -> Found:
    """Eight successive points on both sides, none within a third of the way: two systems mixed (Nelson's eighth)."""
    above, below = _beyond(points, 1 / 3)
    place, _ = streak(above | below, points.begins)
    high = count_in_last(above, OUTSIDE)
    met = (place >= OUTSIDE) & (high > 0) & (high < OUTSIDE)
    return Found(met, spread_back(met, OUTSIDE))


def _some_of(
    points: Standard, sides: tuple[Flags, Flags], least: int, window: int, allowed: tuple[Flags, Flags] | None = None
) -> Found:
    """So many hits in a window of successive points on one side. The hits belong to it; the last of them completes it."""
    completes, members = _nowhere(points), _nowhere(points)
    for number, hits in enumerate(sides):
        met = (count_in_last(hits, window) >= least) & (points.place >= window)
        if allowed is not None:
            met &= allowed[number]
        members |= hits & spread_back(met, window)
        later = _nowhere(points)  # a hit stands between this point and the end of the window
        for back in range(window):
            completes |= hits & ahead(met, back) & ~later
            later |= ahead(hits, back + 1)
    return Found(completes, members)


def _way(points: Standard) -> np.ndarray:
    """+1 where a point is above the one before it in its stretch, −1 below, 0 equal or first."""
    step: Figures = np.zeros(len(points.value))
    step[1:] = np.diff(points.value)
    way = (step > points.margin).astype(np.int8) - (step < -points.margin)
    way[points.begins | ~points.known] = 0
    return way


def _with_before(flags: Flags, count: int) -> Flags:
    """The flagged points and so many before each row of them."""
    return spread_back(flags, count + 1)


def _nowhere(points: Standard) -> Flags:
    return np.zeros(len(points.value), np.bool_)


def _at(points: Standard, places: np.ndarray) -> Flags:
    found = _nowhere(points)
    found[places] = True
    return found
