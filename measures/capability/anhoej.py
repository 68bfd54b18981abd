"""Anhøj's two tests of a run chart: an unusually long run, or unusually few crossings of the centre.

Anhøj & Olesen 2014, PLoS ONE 9(11): e113825. Points on the centre, missing and excluded points are not useful: they are
left out before runs and crossings are counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import exp, floor, lgamma, log, log2, sqrt

import numpy as np
import polars as pl

from measures.capability.rules import Found, Lengths
from measures.capability.runs import Flags, Numbers, place_and_length
from measures.capability.standard import Standard


@lru_cache(maxsize=4096)
def longest_run_allowed(useful: int) -> int:
    """The longest run that chance explains: round(log2 n) + 3. A longer one is a signal."""
    return round(log2(useful)) + 3 if useful > 0 else 0


@lru_cache(maxsize=4096)
def fewest_crossings_allowed(useful: int) -> int:
    """The fewest crossings that chance explains: the 5th percentile of Binomial(n − 1, ½). Fewer are a signal."""
    steps = useful - 1
    if steps < 1:
        return 0
    crossings = max(0, floor(steps / 2 - 10 * sqrt(steps)))  # below this the probability is nothing at all
    chance = exp(lgamma(steps + 1) - lgamma(crossings + 1) - lgamma(steps - crossings + 1) - steps * log(2))
    total = chance
    while total < 0.05:
        chance *= (steps - crossings) / (crossings + 1)
        crossings += 1
        total += chance
    return crossings


@dataclass(frozen=True)
class Useful:
    """The points off the centre, one after another, and the phases they belong to.

    Attributes:
        at: where each stands among all points. `place`, `length`: in its run.
        phase: the number of its phase, counting only phases with a useful point. `last`: it is the last of its phase.
        group, useful, longest, crossings: one entry a phase.
    """

    at: Numbers
    place: Numbers
    length: Numbers
    phase: Numbers
    last: Flags
    group: Numbers
    useful: Numbers
    longest: Numbers
    crossings: Numbers


def useful_points(points: Standard) -> Useful:
    """Runs and crossings of the points off the centre."""
    at = np.flatnonzero(points.side)
    side, group = points.side[at], points.group[at]
    opens = np.ones(len(at), np.bool_)
    opens[1:] = group[1:] != group[:-1]
    begins = opens.copy()
    begins[1:] |= side[1:] != side[:-1]
    place, length = place_and_length(begins)
    starts = np.flatnonzero(opens)
    last = np.ones(len(at), np.bool_)
    last[:-1] = opens[1:]
    runs = np.add.reduceat(begins.astype(np.int64), starts) if len(at) else np.zeros(0, np.int64)
    return Useful(
        at=at,
        place=place,
        length=length,
        phase=np.cumsum(opens) - 1,
        last=last,
        group=group[starts],
        useful=np.diff(np.append(starts, len(at))),
        longest=np.maximum.reduceat(length, starts) if len(at) else np.zeros(0, np.int64),
        crossings=runs - 1,
    )


def runs_by_group(points: Standard) -> pl.DataFrame:
    """One row a phase: `group, useful, longest_run, longest_run_max, crossings, crossings_min`."""
    found = useful_points(points)
    return pl.DataFrame(
        {
            "group": found.group,
            "useful": found.useful,
            "longest_run": found.longest,
            "longest_run_max": _allowed(found.useful, longest_run_allowed),
            "crossings": found.crossings,
            "crossings_min": _allowed(found.useful, fewest_crossings_allowed),
        }
    )


def long_run(points: Standard, lengths: Lengths) -> Found:
    """Points of a run longer than chance explains; the points that complete it are those beyond the allowed length."""
    found = useful_points(points)
    allowed = _allowed(found.useful, longest_run_allowed)[found.phase]
    return _found(points, found.at[found.place > allowed], found.at[found.length > allowed])


def few_crossings(points: Standard, lengths: Lengths) -> Found:
    """All useful points of a phase that crosses its centre too seldom; its last useful point completes it."""
    found = useful_points(points)
    too_few = (found.crossings < _allowed(found.useful, fewest_crossings_allowed))[found.phase]
    return _found(points, found.at[too_few & found.last], found.at[too_few])


def _allowed(useful: Numbers, allowed: Callable[[int], int]) -> Numbers:
    different, which = np.unique(useful, return_inverse=True)
    return np.array([allowed(int(count)) for count in different], np.int64)[which]


def _found(points: Standard, completes: Numbers, members: Numbers) -> Found:
    marks = np.zeros((2, len(points.side)), np.bool_)
    marks[0, completes] = True
    marks[1, members] = True
    return Found(marks[0], marks[1])
