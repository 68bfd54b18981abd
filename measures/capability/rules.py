"""What counts as a signal. A rule is a function over standardised points; `rule_sets` lists which are read together.

Every inequality is strict: beyond means beyond by more than 1e-9 × max(1, |centre|, half-width). A point on the centre
is skipped in a run: it neither counts nor breaks it. A missing or excluded point ends a run and a window: nothing is
bridged. A signal is a question, not a verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from measures.capability.runs import Flags, count_in_last, latest, spread_back, unbroken
from measures.capability.standard import Standard

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


def outside_limits(points: Standard, lengths: Lengths) -> Found:
    """A point beyond a limit: something particular happened here (Wheeler's rule one)."""
    out = (points.away - points.up > points.margin) | (-points.away - points.down > points.margin)
    return Found(out, out)


def range_outside_limit(points: Standard, lengths: Lengths) -> Found:
    """A step from one point to the next too large to be routine (Wheeler's rule one, on the moving ranges)."""
    out = points.range_away > points.range_margin
    return Found(out, out)


def run(points: Standard, lengths: Lengths) -> Found:
    """So many successive points on one side of the centre: the system has moved (Wheeler's rule two)."""
    counted = np.flatnonzero(points.side)
    side, stretch = points.side[counted], latest(points.begins)[counted]
    begins = np.ones(len(counted), np.bool_)
    begins[1:] = stretch[1:] != stretch[:-1]
    place = np.arange(1, len(counted) + 1) - latest(begins)
    met = (unbroken(side > 0, lengths.run) | unbroken(side < 0, lengths.run)) & (place >= lengths.run)
    return Found(_at(points, counted[met]), _at(points, counted[spread_back(met, lengths.run)]))


def near_limit(points: Standard, lengths: Lengths) -> Found:
    """Three of four successive points beyond halfway to the same limit (Wheeler's rule three); all four belong to it."""
    completes, members = _nowhere(points), _nowhere(points)
    halfway = points.away - points.up / 2 > points.margin, -points.away - points.down / 2 > points.margin
    for near in halfway:
        met = (count_in_last(near, 4) >= 3) & (points.place >= 4)
        completes |= met & (near | (points.place == 4))
        members |= spread_back(met, 4)
    return Found(completes, members)


def two_in_three(points: Standard, lengths: Lengths) -> Found:
    """Two of three successive points beyond two thirds of the way to the same limit (Western Electric; Nelson)."""
    return _some_of(points, (points.above >= 2, points.below >= 2), 2, 3)


def two_in_three_one_side(points: Standard, lengths: Lengths) -> Found:
    """Two of three between two thirds of the way and the limit, with all three on one side (NHS Making Data Count)."""
    one_side = unbroken(points.side > 0, 3), unbroken(points.side < 0, 3)
    return _some_of(points, (points.above == 2, points.below == 2), 2, 3, one_side)


def four_in_five(points: Standard, lengths: Lengths) -> Found:
    """Four of five successive points beyond a third of the way to the same limit (Western Electric; Nelson)."""
    return _some_of(points, (points.above >= 1, points.below >= 1), 4, 5)


def trend(points: Standard, lengths: Lengths) -> Found:
    """So many successive points that only rise, or only fall; equal neighbours end it."""
    steps = lengths.trend - 1
    met = unbroken(points.way > 0, steps) | unbroken(points.way < 0, steps)
    return Found(met, spread_back(met, lengths.trend))


def alternating(points: Standard, lengths: Lengths) -> Found:
    """Fourteen successive points alternately up and down: perhaps two sources taken in turn (Nelson's fourth)."""
    turns = np.zeros(len(points.way), np.bool_)
    turns[1:] = points.way[1:] * points.way[:-1] == -1
    met = unbroken(turns, ALTERNATING - 2)
    return Found(met, spread_back(met, ALTERNATING))


def fifteen_inside(points: Standard, lengths: Lengths) -> Found:
    """Fifteen successive points within a third of the way to the limits: limits too wide for the data (Nelson's seventh)."""
    inside = (points.away + points.margin < points.up / 3) & (-points.away + points.margin < points.down / 3)
    met = unbroken(inside, INSIDE) & (points.place >= INSIDE)
    return Found(met, spread_back(met, INSIDE))


def eight_outside(points: Standard, lengths: Lengths) -> Found:
    """Eight successive points on both sides, none within a third of the way: two systems mixed (Nelson's eighth)."""
    above, below = points.above >= 1, points.below >= 1
    one_side = unbroken(above, OUTSIDE) | unbroken(below, OUTSIDE)
    met = unbroken(above | below, OUTSIDE) & ~one_side & (points.place >= OUTSIDE)
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
        completes[latest(hits)[met]] = True
    return Found(completes, members)


def _nowhere(points: Standard) -> Flags:
    return np.zeros(len(points.value), np.bool_)


def _at(points: Standard, places: np.ndarray) -> Flags:
    found = _nowhere(points)
    found[places] = True
    return found
