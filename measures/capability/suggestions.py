"""Where the system seems to have become another one, though nobody recorded a change: "what happened here?".

The stable-shift test: limits rest on the first points of a phase; an unbroken run on one side tries new limits from its
first point; they are kept only where later points cannot take the shift back (the Stable Shift Algorithm, as the R
package autospc documents it). A suggestion is a question: a person accepts it, dates it and says why, or leaves it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from measures.capability.chart import Chart
from measures.capability.engine import limited_points
from measures.capability.kinds import KINDS
from measures.capability.points import check_chart, check_points
from measures.capability.runs import Flags, Numbers, place_and_length
from measures.capability.words import date_words, day_words, many

RUN = 8  # points on one side that make a new process worth trying
PERIOD = 21  # points that limits rest on, so that they hold still while the rest is judged
PLACE = "row_of_the_input"
LEAVE_OUT = 3  # points far outside that may be left out of those


@dataclass(frozen=True)
class Suggestion:
    """One place where a split is suggested.

    Attributes:
        series: which series. `at`: when the new level begins, as given in `at`; without one, the row. `row`: which row.
        run: how many points in a row from there lie on one side of the old centre. `higher`: on which.
        centre_before, centre_after: the two levels, as plotted.
        evidence: that in words.
    """

    series: str | None
    at: Any
    row: int
    run: int
    higher: bool
    centre_before: float
    centre_after: float
    evidence: str


def suggest_splits(
    points: pl.DataFrame, chart: Chart, *, run: int = RUN, period: int = PERIOD, leave_out: int = LEAVE_OUT
) -> list[Suggestion]:
    """Where each series seems to have moved to a new level and stayed there, in order of series and time.

    Args:
        points: as for `limits`. A `phase` given is searched on its own: splits a person made are not suggested again.
        chart: as for `limits`; its rules play no part here.
        run: points on one side that make a shift.
        period: points that limits rest on; fewer give no suggestion.
        leave_out: how many of those, outside their own limits, may be left out of them.

    Raises:
        ValueError: as `limits`; or the run or the period is too short to mean anything.
    """
    if run < 2 or period < run:
        raise ValueError(f"a run of {run} in a period of {period} shows nothing; a period holds a run, of at least 2")
    kind = check_chart(chart)
    if kind.needs_subgroup or kind.outside_only:
        raise ValueError(f"splits are not suggested on a {chart.kind} chart; ask for them on a chart of the values")
    check_points(points, chart, kind)
    found = []
    for series, part in _parts(points):
        found += [_suggestion(series, part, split, chart) for split in _splits(part, chart, run, period, leave_out)]
    return found


def _parts(points: pl.DataFrame) -> Iterator[tuple[str | None, pl.DataFrame]]:
    """Each series and phase given, in order of appearance, with `_row`, the row of the input."""
    names = [name for name in ("series", "phase") if name in points.columns]
    numbered = points.with_row_index(PLACE)
    if points.is_empty():
        return
    for part in numbered.partition_by(names, maintain_order=True) if names else [numbered]:
        yield (None if "series" not in names else part["series"][0]), part


@dataclass(frozen=True)
class _Level:
    """One set of limits held from a point on: where it began, its centre, and the side each later point lies on."""

    start: int
    centre: float
    side: np.ndarray
    member: Flags
    begins: Flags


def _splits(part: pl.DataFrame, chart: Chart, run: int, period: int, leave_out: int) -> list[_Split]:
    alone = part.drop("series", "phase", PLACE, strict=False)
    known = limited_points(alone, chart, signals=False)["value"].is_not_null()
    if "excluded" in alone.columns:
        known &= ~alone["excluded"].cast(pl.Boolean).fill_null(value=False)
    rows = known.to_numpy().nonzero()[0]
    gap = np.ones(len(rows), np.bool_)
    gap[1:] = np.diff(rows) > 1
    return _Search(alone, chart, run, period, leave_out, rows, gap).splits()


@dataclass(frozen=True)
class _Split:
    row: int
    run: int
    higher: bool
    before: float
    after: float


@dataclass(frozen=True)
class _Search:
    """One series and phase. Places count its known points only.

    Attributes:
        part: its points. `rows`: which of them are known. `gap`: a point that is not known stands before this one.
    """

    part: pl.DataFrame
    chart: Chart
    run: int
    period: int
    leave_out: int
    rows: Numbers
    gap: Flags

    def splits(self) -> list[_Split]:
        """The splits, oldest first."""
        if len(self.rows) < self.period + self.run:
            return []
        level = self.level(0)
        at, found = self.period, []
        while at + self.period <= len(self.rows):
            in_run = bool(level.member[at]) and self._still(level, at) >= self.run
            starts = [at] if in_run else [at + int(place) for place in np.flatnonzero(level.begins[at:])]
            if not starts or starts[0] + self.period > len(self.rows):
                break
            at = starts[0]
            higher = bool(level.side[at] > 0)
            tried = self.level(at)
            if self.reversible(tried, at, 1 if higher else -1):
                whole = bool(level.member[at : at + self.run].all())
                at = at + 1 if len(starts) < 2 or whole else starts[1]
                continue
            found.append(_Split(int(self.rows[at]), self._still(level, at), higher, level.centre, tried.centre))
            level, at = tried, at + self.period
        return found

    def level(self, start: int) -> _Level:
        """Limits from the points of one period, the furthest outside left out one after another, held to the end."""
        period = np.arange(start, min(start + self.period, len(self.rows)))
        out: list[int] = []
        while True:
            shown = self._limits([place for place in range(start, int(period[-1]) + 1) if place not in out])
            if len(out) >= self.leave_out:
                break
            beyond = np.fmax(shown["value"] - shown["upper"], shown["lower"] - shown["value"])[period]
            beyond[[place - start for place in out]] = np.nan
            if not (np.nan_to_num(beyond, nan=-1.0) > 0).any():
                break
            furthest = np.nanmax(beyond)
            out = [*out, *(start + np.flatnonzero(beyond == furthest)).tolist()][: self.leave_out]
        margin = 1e-9 * np.fmax(1.0, np.abs(shown["centre"]))
        away = shown["value"] - shown["centre"]
        side = (away > margin).astype(np.int8) - (away < -margin)
        side[:start] = 0
        member, begins = self._runs(side, start)
        return _Level(start, float(shown["centre"][period[-1]]), side, member, begins)

    def _limits(self, places: list[int]) -> dict[str, np.ndarray]:
        marks = np.zeros(self.part.height, np.bool_)
        marks[self.rows[places]] = True
        shown = limited_points(self.part.with_columns(baseline=pl.Series(marks)), self.chart, signals=False)
        return {
            name: shown[name].cast(pl.Float64).fill_null(np.nan).to_numpy()[self.rows]
            for name in ("value", "centre", "lower", "upper")
        }

    def _runs(self, side: np.ndarray, start: int) -> tuple[Flags, Flags]:
        """Points of runs long enough, and where such runs begin. A point on the centre is skipped, a gap ends a run."""
        counted = np.flatnonzero(side)
        stretch = np.cumsum(self.gap)
        new = np.ones(len(counted), np.bool_)
        new[1:] = (side[counted][1:] != side[counted][:-1]) | (stretch[counted][1:] != stretch[counted][:-1])
        _, length = place_and_length(new)
        member, begins = np.zeros(len(side), np.bool_), np.zeros(len(side), np.bool_)
        member[counted[length >= self.run]] = True
        begins[counted[new & (length >= self.run)]] = True
        return member, begins

    def _still(self, level: _Level, at: int) -> int:
        """How many points from here on lie on this side before one lies on the other, or a gap comes."""
        side, count = level.side[at], 0
        for place in range(at, len(self.rows)):
            if level.side[place] == -side or (place > at and self.gap[place]):
                break
            count += int(level.side[place] == side)
        return count

    def reversible(self, tried: _Level, at: int, way: int) -> bool:
        """Whether points may still take the shift back: a run the other way that begins inside the new period (and is
        not the way there), or a last stretch of it on the other side that nothing has ended yet.
        """  # noqa: D205
        end = min(at + self.period, len(self.rows))
        side = tried.side
        off = np.flatnonzero(side[at:] != 0) + at
        changes = off[1:][side[off[1:]] != side[off[:-1]]] if len(off) > 1 else off[:0]
        second = int(changes[0]) if len(changes) else len(self.rows)
        opposite = tried.member & (side == -way)
        if opposite[second:end].any():
            return True
        inside = off[off < end]
        if not len(inside) or side[inside[-1]] == way:
            return False
        return bool((side[off[off >= inside[-1]]] == -way).all())


def _suggestion(series: str | None, part: pl.DataFrame, split: _Split, chart: Chart) -> Suggestion:
    row = part.row(split.row, named=True)
    at = row.get("at", row[PLACE])
    return Suggestion(
        series=None if series is None else str(series),
        at=at,
        row=row[PLACE],
        run=split.run,
        higher=split.higher,
        centre_before=split.before,
        centre_after=split.after,
        evidence=_words(f"From {_when(at)} on" if "at" in row else f"From row {at + 1} on", split, chart),
    )


def _words(when: str, split: _Split, chart: Chart) -> str:
    level = "higher" if split.higher else "lower"
    before, after = (_figure(value, chart) for value in (split.before, split.after))
    return (
        f"{when}, {many(split.run, 'point')} in a row lie {level} than before (middle {after}, before {before}), "
        "and nothing since takes it back. What happened here?"
    )


def _when(at: Any) -> str:
    if isinstance(at, date):
        return date_words(at)
    return day_words(at) if isinstance(at, int) and at > 3650 else str(at)


def _figure(value: float, chart: Chart) -> str:
    share = KINDS[chart.kind].share and KINDS[chart.kind].ratio and chart.multiply == 1.0
    return f"{value * 100:.3g}%" if share else f"{value:,.4g}"
