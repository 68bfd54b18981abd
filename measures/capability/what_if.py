"""What a chart would say otherwise: without some points, or of two phases side by side."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from measures.capability.changes import Change, judge_changes
from measures.capability.chart import Chart
from measures.capability.engine import limited_points
from measures.capability.points import series_name
from measures.capability.words import day_numbers

LINES = ("centre", "lower", "upper")


def limits_without(points: pl.DataFrame, chart: Chart, without: Sequence[int]) -> pl.DataFrame:
    """What the limits would be without these points: both answers side by side, and which signals come and go.

    Args:
        points: as for `limits`. Points already excluded stay excluded in both answers.
        chart: as for `limits`; not xbar or s, whose points hold several rows.
        without: rows of `points`, counted from 0.

    Returns:
        One row a series and phase: `series, phase, n, centre, lower, upper, signals` as it stands, and
        `n_without, centre_without, lower_without, upper_without, signals_without`. Lines are those of the last point;
        signals count the points outside the ones left out that belong to a pattern.

    Raises:
        ValueError: as `limits`; or a row that is not there.
    """
    if chart.kind in ("xbar", "s"):
        raise ValueError(
            f"each point of a chart of kind {chart.kind} holds several rows; leave rows out in the table instead"
        )
    beyond = [row for row in without if not 0 <= row < points.height]
    if beyond:
        raise ValueError(f"there is no row {beyond[0]}; rows run from 0 to {points.height - 1}")
    chosen = pl.Series("left_out", [False] * points.height).scatter(list(without), True) if without else None
    left_out = chosen if chosen is not None else pl.Series("left_out", [False] * points.height, dtype=pl.Boolean)
    already = (
        points["excluded"].cast(pl.Boolean).fill_null(value=False)
        if "excluded" in points.columns
        else pl.Series([False] * points.height, dtype=pl.Boolean)
    )
    as_it_stands = _summary(limited_points(points, chart), left_out)
    otherwise = _summary(limited_points(points.with_columns(excluded=already | left_out), chart), left_out)
    renamed = otherwise.select(pl.col("n", *LINES, "signals").name.suffix("_without"))
    return pl.concat([as_it_stands, renamed], how="horizontal")


def _summary(shown: pl.DataFrame, left_out: pl.Series) -> pl.DataFrame:
    shown = shown.with_columns(left_out.alias("_left_out"))
    if "series" not in shown.columns:
        shown = shown.with_columns(pl.lit(None, pl.String).alias("series"))
    signalled = (pl.col("signals").list.len() > 0) & ~pl.col("_left_out")
    return shown.group_by(series_name(shown), "phase", maintain_order=True).agg(
        pl.col("limits_from").last().alias("n"),
        *(pl.col(line).drop_nulls().last() for line in LINES),
        signalled.sum().cast(pl.Int64).alias("signals"),
    )


def before_and_after(points: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    """The phases of each series side by side, and whether each differs from the one before by a signal.

    The limits of one phase are extended over the next; the difference is a signal where a pattern completes there.

    Args:
        points: as for `limits`, with `at` (a date or a day number) and `phase`.
        chart: as for `limits`.

    Returns:
        One row a series and phase, as `judge_changes` gives them: `series, phase, name, from_day, to_day, centre, lower,
        upper, n, in_force, signal, state, verdict`.

    Raises:
        ValueError: as `limits`; or there is no `at` or no `phase`.
    """
    for name in ("at", "phase"):
        if name not in points.columns:
            raise ValueError(f"phases side by side need a column '{name}'; found {', '.join(points.columns)}")
    limited_points(points, chart, signals=False)  # refuses what limits would refuse, a phase that comes back included
    dated = points.with_columns(_day=day_numbers(points["at"]))
    parts = dated.partition_by("series", maintain_order=True) if "series" in points.columns else [dated]
    sides = []
    for part in parts:
        starts = part.group_by("phase", maintain_order=True).agg(pl.col("_day").min())
        changes = [Change(row["_day"], f"Phase {row['phase']}", confirmed=True) for row in starts[1:].to_dicts()]
        sides.append(judge_changes(part.drop("_day", "phase"), chart, changes).phases)
    return pl.concat(sides)
