"""Points as the rules read them: how far from the centre, how far the limits, and where counting starts anew."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from measures.capability.runs import Flags, Numbers, latest

Figures = NDArray[np.float64]


@dataclass(frozen=True)
class Standard:
    """One entry a point; not-a-number where nothing is known.

    Attributes:
        group: one number a series and phase.
        known: there is a figure, and it is not excluded.
        value: as plotted. `away`: value − centre. `up`, `down`: from the centre to each limit.
        margin: what is close enough to be equal: 1e-9 × max(1, |centre|, half-width).
        side: +1 above the centre, −1 below, 0 on it or unknown.
        begins: a stretch of known points of one phase, or of unknown ones, begins here.
        place: how many points of its stretch a point is, from 1. A pattern never reaches beyond its stretch.
        range_away, range_margin: the moving range beyond its own limit, and what is close enough there.
    """

    group: Numbers
    known: Flags
    value: Figures
    away: Figures
    up: Figures
    down: Figures
    margin: Figures
    side: NDArray[np.int8]
    begins: Flags
    place: Numbers
    range_away: Figures
    range_margin: Figures

    @cached_property
    def above(self) -> NDArray[np.int8]:
        """How many thirds of the way from the centre to the upper limit a point lies beyond: 0 to 3."""
        return _thirds(self.away, self.up, self.margin)

    @cached_property
    def below(self) -> NDArray[np.int8]:
        """How many thirds of the way from the centre to the lower limit a point lies beyond: 0 to 3."""
        return _thirds(-self.away, self.down, self.margin)

    @cached_property
    def way(self) -> NDArray[np.int8]:
        """+1 where a point is above the one before it in its stretch, −1 below, 0 equal or first."""
        step = np.zeros(len(self.value))
        step[1:] = np.diff(self.value)
        way = (step > self.margin).astype(np.int8) - (step < -self.margin)
        way[self.begins | ~self.known] = 0
        return way


def _thirds(away: Figures, whole: Figures, margin: Figures) -> NDArray[np.int8]:
    past = away - margin
    found = (past > whole / 3).astype(np.int8)
    found += past > whole * (2 / 3)
    found += past > whole
    return found


def standardise(work: pl.DataFrame) -> Standard:
    """Read limited points (`engine.limits`, before they are shown) for the rules."""

    def figures(name: str) -> Figures:
        if name not in work.columns:
            return np.full(work.height, np.nan)
        return work[name].cast(pl.Float64).fill_null(np.nan).to_numpy()

    centre, value = figures("_centre"), figures("_x")
    up, down = figures("_upper") - centre, centre - figures("_lower")
    range_upper = figures("_range_upper")
    away = value - centre
    margin = 1e-9 * np.fmax(np.fmax(1.0, np.abs(centre)), np.fmax(np.abs(up), np.abs(down)))
    known, group = work["_known"].to_numpy(), work["_group"].to_numpy()
    begins = np.ones(work.height, np.bool_)
    begins[1:] = (group[1:] != group[:-1]) | (known[1:] != known[:-1])
    return Standard(
        group=group,
        known=known,
        value=value,
        away=away,
        up=up,
        down=down,
        margin=margin,
        side=(away > margin).astype(np.int8) - (away < -margin),
        begins=begins,
        place=np.arange(1, work.height + 1, dtype=np.int32) - latest(begins),
        range_away=figures("_range") - range_upper,
        range_margin=1e-9 * np.fmax(1.0, range_upper),
    )
