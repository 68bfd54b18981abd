"""Did a change make a difference? Old limits stay in force until the evidence, or a person, says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from measures.capability.caveats import FEW
from measures.capability.chart import Chart
from measures.capability.engine import limited_points, limits, limits_each, stacked
from measures.capability.points import check_chart
from measures.capability.verdicts import phases_table
from measures.capability.words import day_numbers
from measures.model.results import Caveat

CANNOT_SPLIT = ["range_outside_limit", "few_crossings"]
ENOUGH = 12  # points after a change before its own limits can replace the old ones (design/capability.md)


@dataclass(frozen=True)
class Change:
    """Something a team tried, on a day.

    Attributes:
        day: days since 1970-01-01; the first day of the new way.
        label: in the team's words.
        confirmed: a person has said that the process before and after are two.
    """

    day: int
    label: str
    confirmed: bool = False


@dataclass(frozen=True)
class Judged:
    """A series with its changes drawn, and before and after side by side.

    Attributes:
        points: as from `limits`, with the limits in force at each point, and `extended_centre, extended_lower,
            extended_upper` where old limits run on past a change (drawn dashed).
        phases: one row a series and stretch between changes: `series, phase, name, from_day, to_day, centre, lower,
            upper, n, in_force, signal, state, verdict`. The figures are the stretch's own; `in_force` says whose
            limits govern the latest points; `state` is first, split, confirmed, waiting, no_difference,
            nothing_before or nothing_after; `verdict` says it in words.
        caveats: as from `limits`.
    """

    points: pl.DataFrame
    phases: pl.DataFrame
    caveats: tuple[Caveat, ...] = ()


def judge_changes(points: pl.DataFrame, chart: Chart, changes: Sequence[Change]) -> Judged:
    """Draw each change at once, and give it limits of its own only when it has earned them.

    The limits before a change are extended over the points after it and their rules run on, until there are twelve
    points after it and a signal against them completes there, or a person confirmed the split. Then the new phase gets
    limits of its own, and the next change is judged against those. Two signals split nothing: one large step is about
    two points, and too few crossings of a run chart is about a whole phase, on whichever side of the change it arose.

    Args:
        points: as for `limits`, with `at` (a date or a day number). A `phase` given restarts everything, as always.
        chart: as for `limits`.
        changes: in any order; every change holds for every series. Two on one day are one line with both labels.

    Raises:
        ValueError: as `limits`; or there is no `at`, or an empty one.
    """
    decided = _settled(points, chart, changes)
    final = limits(decided.points, chart)
    return Judged(_extended(final.points, decided.frame, points), decided.phases, final.caveats)


def judge_each(sheets: Sequence[pl.DataFrame], chart: Chart, changes: Sequence[Change]) -> list[Judged]:
    """Several series, each as `judge_changes` judges it alone, in one pass for all: what a review of many measures needs.

    Args:
        sheets: each the points of one series, all with the same columns.
        chart: as for `limits`.
        changes: as for `judge_changes`.

    Raises:
        ValueError: as `judge_changes`; one series that cannot be read refuses them all.
    """
    if len(sheets) < 2:
        return [judge_changes(sheet, chart, changes) for sheet in sheets]
    points = stacked(sheets)
    decided = _settled(points, chart, changes)
    out, begins = [], 0
    finals = limits_each(decided.points, chart)
    for place, sheet in enumerate(sheets):
        final = finals[str(place)]
        shown = _extended(final.points, decided.frame.slice(begins, sheet.height), sheet)
        phases = decided.phases.filter(pl.col("series") == str(place))
        begins += sheet.height
        shown = shown.with_columns(sheet["series"]) if "series" in sheet.columns else shown.drop("series")
        name = str(sheet["series"][0]) if "series" in sheet.columns else ""
        out.append(Judged(shown, phases.with_columns(series=pl.lit(name)), final.caveats))
    return out


@dataclass(frozen=True)
class _Settled:
    """The points with the phases decided and what sets their limits; how that came about; and the table of phases."""

    points: pl.DataFrame
    frame: pl.DataFrame
    phases: pl.DataFrame


def _settled(points: pl.DataFrame, chart: Chart, changes: Sequence[Change]) -> _Settled:
    if "at" not in points.columns:
        found = ", ".join(points.columns)
        raise ValueError(f"changes need to know when each point was: add a column 'at'; found {found}")
    if check_chart(chart).needs_subgroup:
        raise ValueError(
            f"changes are not judged on a {chart.kind} chart; judge them on a chart of the subgroups' means"
        )
    if points["at"].null_count():
        raise ValueError(f"'at' is empty in {points['at'].null_count()} rows; give every point its day")
    if "phase" in points.columns:
        limits(points, chart)  # refuses a phase that comes back, which below would go unseen
    dated = _dated(changes)
    frame = _stretched(points, dated)
    own = limited_points(_asked(frame, "_stretch", "_marked"), chart, signals=False)
    frame = frame.with_columns((own["value"].is_not_null() & ~pl.col("_excluded_here")).alias("_usable"))
    frame, decisions = _decide(frame, chart, dated)
    numbered = _numbered(points, frame)
    phases = phases_table(own, frame.with_columns(phase=numbered["phase"]), decisions, dated)
    return _Settled(numbered, frame, phases)


def _dated(changes: Sequence[Change]) -> list[Change]:
    days = sorted({change.day for change in changes})
    out = []
    for day in days:
        here = [change for change in changes if change.day == day]
        out.append(Change(day, "; ".join(change.label for change in here), any(change.confirmed for change in here)))
    return out


def _stretched(points: pl.DataFrame, changes: list[Change]) -> pl.DataFrame:
    """One row a point with `_key` (a series and given phase), `_stretch` (changes so far), `_marked` and `_day`."""

    def mark(name: str) -> pl.Expr:
        given = name in points.columns
        return pl.col(name).cast(pl.Boolean).fill_null(value=False) if given else pl.lit(value=False)

    frame = points.with_columns(
        pl.col("series").cast(pl.String) if "series" in points.columns else pl.lit("").alias("series"),
        pl.col("phase") if "phase" in points.columns else pl.lit(1).alias("phase"),
        day_numbers(points["at"]).alias("_day"),
        mark("baseline").alias("_marked"),
        mark("excluded").alias("_excluded_here"),
    )
    keys = frame.select("series", "phase").unique(maintain_order=True).with_row_index("_key")
    frame = frame.join(keys, on=["series", "phase"], how="left", maintain_order="left", nulls_equal=True)
    past = [(pl.col("_day") >= change.day).cast(pl.Int32) for change in changes]
    return frame.with_columns((pl.sum_horizontal(past) if past else pl.lit(0, pl.Int32)).alias("_stretch"))


def _asked(frame: pl.DataFrame, phase: str, baseline: str) -> pl.DataFrame:
    """The frame as `limits` reads it, with one of our columns as the phase and one as the baseline."""
    return frame.with_columns(
        pl.col("_key").alias("series"), pl.col(phase).alias("phase"), pl.col(baseline).alias("baseline")
    )


def _decide(frame: pl.DataFrame, chart: Chart, changes: list[Change]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add `_phase`, `_own` (the point belongs to the stretch its phase began with) and `_base` (it sets the limits).

    One pass a change, for all series at once. Also returns one row a key and stretch with how it was decided.
    """
    frame = frame.with_columns(pl.lit(None, pl.Int32).alias("_phase"), pl.lit(value=False).alias("_own"))
    decisions = []
    for k in range(len(changes) + 1):
        here = pl.col("_stretch") == k
        frame = frame.with_columns(pl.col("_phase").max().over("_key").alias("_in_force"))
        first = here & pl.col("_in_force").is_null()
        joined = here & pl.col("_in_force").is_not_null()
        frame = frame.with_columns(
            pl.when(first).then(0).when(joined).then("_in_force").otherwise("_phase").cast(pl.Int32).alias("_phase"),
            pl.when(here).then(first).otherwise("_own").alias("_own"),
        )
        frame = frame.with_columns(_base())
        trial = frame.filter(pl.col("_phase") == pl.max_horizontal("_in_force", pl.lit(0, pl.Int32)))
        decided = _decided(trial, chart, k, confirmed=k > 0 and changes[k - 1].confirmed)
        decisions.append(decided)
        split = decided.filter(pl.col("state").is_in(["split", "confirmed", "nothing_before"]))["_key"].implode()
        splits = joined & pl.col("_key").is_in(split)
        frame = frame.with_columns(
            pl.when(splits).then(pl.col("_phase") + 1).otherwise("_phase").alias("_phase"),
            (pl.col("_own") | splits).alias("_own"),
        )
    return frame.with_columns(_base()), pl.concat(decisions)


def _base() -> pl.Expr:
    """The points that set their phase's limits: its own marked ones, or all its own where none is marked."""
    own = pl.col("_own") & pl.col("_usable")
    marked = own & pl.col("_marked")
    return (own & (pl.col("_marked") | ~marked.any().over("_key", "_phase"))).alias("_base")


def _decided(trial: pl.DataFrame, chart: Chart, k: int, *, confirmed: bool) -> pl.DataFrame:
    """One row a key that has points in stretch `k`: how the change that opened it stands against the old limits."""
    if k == 0:  # nothing came before that it could differ from
        read = trial.with_columns(pl.lit([], dtype=pl.List(pl.String)).alias("completes"))
    else:
        read = limited_points(_asked(trial, "_phase", "_base"), chart)
    here = pl.col("_stretch") == k
    signal = here & (pl.col("completes").list.set_difference(CANNOT_SPLIT).list.len() > 0)
    rows = (
        read.filter(here.any().over("_key"))
        .group_by("_key", maintain_order=True)
        .agg(
            pl.lit(k, pl.Int32).alias("_stretch"),
            (here & pl.col("_usable")).sum().cast(pl.Int64).alias("after"),
            (~here & pl.col("_own") & pl.col("_usable")).sum().cast(pl.Int64).alias("before"),
            (~here).any().alias("follows"),
            pl.col("_day").filter(signal).min().alias("signal_day"),
        )
    )
    signalled = pl.col("signal_day").is_not_null()
    state = (
        pl.when(~pl.col("follows"))
        .then(pl.lit("first"))
        .when(pl.lit(confirmed))
        .then(pl.lit("confirmed"))
        .when(pl.col("before") < FEW)
        .then(pl.lit("nothing_before"))
        .when(signalled & (pl.col("after") >= ENOUGH))
        .then(pl.lit("split"))
        .when(pl.col("after") >= ENOUGH)
        .then(pl.lit("no_difference"))
        .otherwise(pl.lit("waiting"))
    )
    return rows.with_columns(state.alias("state"))


def _numbered(points: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """The points given, with the phases decided, numbered from 1 in each series, and the points that set them."""
    series = pl.col("series")
    moves = pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift().over(series)) for c in ("_key", "_phase"))
    numbers = frame.select(moves.cum_sum().over(series).cast(pl.Int32).alias("phase"))
    return points.with_columns(numbers["phase"], frame["_base"].alias("baseline"))


def _extended(shown: pl.DataFrame, frame: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    shown = shown.with_columns(
        pl.when(~frame["_own"]).then(name).alias(f"extended_{name}") for name in ("centre", "lower", "upper")
    )
    if "baseline" in points.columns:
        return shown.with_columns(points["baseline"])
    return shown.drop("baseline")
