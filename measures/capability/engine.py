"""The one function every chart, table and export reads its limits from."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from measures.capability.anhoej import runs_by_group
from measures.capability.caveats import caveats_by_series, caveats_of
from measures.capability.chart import Chart, Limited
from measures.capability.kinds import Kind
from measures.capability.points import arrange, check_chart, check_points
from measures.capability.rule_sets import find_signals
from measures.capability.standard import standardise
from measures.capability.subgroups import gather

FIGURES = ("value", "centre", "lower", "upper", "moving_range", "range_centre", "range_upper")


def limits(points: pl.DataFrame, chart: Chart) -> Limited:
    """What the next person can predictably expect, and where something changed.

    Reads any number of series and phases at once; limits, moving ranges and rule windows restart with each phase.

    Args:
        points: one row a point, in time order within a series: `value` (the numerator for p, p_prime, np, u, u_prime,
            whose denominator is `of`); optionally `series`, `at`, `phase`, `baseline` (marked points alone set the
            limits of their phase; a phase with none uses all its own) and `excluded` (stays visible, sets nothing,
            signals nothing). Other columns pass through; names that begin with an underscore are ours.
        chart: the kind, the rules and the averages.

    Returns:
        The same rows in the same order with `value` as plotted, `centre, lower, upper` (clipped to what can happen;
        `no_lower_limit` and `no_upper_limit` say where), `moving_range, range_centre, range_upper, phase`, `signals`
        (names of the rules of whose patterns the point is a member), `completes` (of those, the patterns it
        completes) and `limits_from` (how many points set the limits). Rules use unclipped limits.

    Raises:
        ValueError: one sentence that shows the value and says what to do.

    >>> import polars as pl
    >>> limits(pl.DataFrame({"value": [3, 5]}), Chart(kind="xmr")).points["upper"].round(2).to_list()
    [9.32, 9.32]
    """
    shown, work, kind = _signalled(points, chart)
    return Limited(shown, caveats_of(work, chart, kind))


def limits_each(points: pl.DataFrame, chart: Chart) -> dict[str, Limited]:
    """Each series as `limits` reads it alone, with caveats of its own, in one pass for all; by the name of the series.

    Args:
        points: as for `limits`, with a column `series` of text that is never empty.
        chart: as for `limits`.

    Raises:
        ValueError: as `limits`; one series that cannot be read refuses them all.
    """
    shown, work, kind = _signalled(points, chart)
    caveats = caveats_by_series(work, chart, kind)
    parts = shown.partition_by("series", as_dict=True, maintain_order=True)
    return {str(key[0]): Limited(part, caveats[str(key[0])]) for key, part in parts.items()}


def stacked(sheets: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Series of their own one above another, named "0", "1" and so on, to be read in one pass."""
    return pl.concat([sheet.with_columns(series=pl.lit(str(place))) for place, sheet in enumerate(sheets)])


def limited_points(points: pl.DataFrame, chart: Chart, *, signals: bool = True) -> pl.DataFrame:
    """The points of `limits` without its caveats, and without looking for signals where nobody asks for them."""
    return _signalled(points, chart, signals=signals)[0]


def _signalled(points: pl.DataFrame, chart: Chart, *, signals: bool = True) -> tuple[pl.DataFrame, pl.DataFrame, Kind]:
    """The points as shown, as they were worked on, and the kind of their chart."""
    kind = check_chart(chart)
    rows = _checked(points, chart, kind)
    work = _limited(rows, chart, kind)
    if signals:
        work = find_signals(work, chart, kind)
    else:
        none = pl.lit([], dtype=pl.List(pl.String))
        work = work.with_columns(none.alias("signals"), none.alias("completes"))
    return _shown(work, rows, chart, kind), work, kind


def runs_analysis(points: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    """Anhøj's figures, for whoever wants to check them: how long the longest run is, and how long it may be.

    Returns:
        One row a series and phase: `series` (if given), `phase, useful, longest_run, longest_run_max, crossings,
        crossings_min, signal`.
    """
    kind = check_chart(chart)
    work = _limited(_checked(points, chart, kind), chart, kind)
    names = [name for name in ("series", "phase") if name in work.columns]
    groups = work.group_by("_group", maintain_order=True).agg(pl.col(names).first())
    analysis = runs_by_group(standardise(work)).rename({"group": "_group"})
    rows = groups.join(analysis, on="_group", how="left", maintain_order="left").drop("_group")
    long, few = pl.col("longest_run") > pl.col("longest_run_max"), pl.col("crossings") < pl.col("crossings_min")
    return rows.with_columns((long | few).fill_null(value=False).alias("signal"))


def _limited(points: pl.DataFrame, chart: Chart, kind: Kind) -> pl.DataFrame:
    work = arrange(points, chart, kind)
    if kind.prepare is not None:
        work = kind.prepare(work, chart)
    given = {name for name in ("_fixed_centre", "_fixed_lower", "_fixed_upper") if name in work.columns}
    centre = kind.centre(chart)
    if "_fixed_centre" in given:
        centre = pl.coalesce("_fixed_centre", centre)
    work = kind.limits(work.with_columns(centre.alias("_centre")), chart)
    own = [
        pl.coalesce(f"_fixed_{name}", f"_{name}").alias(f"_{name}")
        for name in ("lower", "upper")
        if f"_fixed_{name}" in given
    ]
    return _scaled(work.with_columns(own) if own else work, chart.multiply if kind.scale is None else 1.0)


def _checked(points: pl.DataFrame, chart: Chart, kind: Kind) -> pl.DataFrame:
    """The rows that are points: those given, or one a subgroup."""
    check_points(points, chart, kind)
    return gather(points) if kind.needs_subgroup else points


def _scaled(work: pl.DataFrame, multiply: float) -> pl.DataFrame:
    names = ("value", "_x", "_centre", "_lower", "_upper", "_range", "_range_centre", "_range_upper")
    absent = [pl.lit(None, pl.Float64).alias(name) for name in names if name not in work.columns]
    work = work.with_columns(absent) if absent else work
    return work if multiply == 1.0 else work.with_columns(pl.col(names) * multiply)


def _shown(work: pl.DataFrame, points: pl.DataFrame, chart: Chart, kind: Kind) -> pl.DataFrame:
    floor = chart.floor if chart.floor is not None else kind.floor
    cap = chart.cap if chart.cap is not None else (None if kind.cap is None else kind.cap * chart.multiply)
    centre, lower, upper = pl.col("_centre"), pl.col("_lower"), pl.col("_upper")
    if kind.scale is not None:
        centre, lower, upper = (kind.scale.back(line) * chart.multiply for line in (centre, lower, upper))
        work = work.with_columns(pl.col("value") * chart.multiply)
    no = pl.lit(value=False)
    shown = work.with_columns(
        centre.alias("centre"),
        (lower if floor is None else lower.clip(lower_bound=floor)).alias("lower"),
        (upper if cap is None else upper.clip(upper_bound=cap)).alias("upper"),
        pl.col("_range").alias("moving_range"),
        pl.col("_range_centre").alias("range_centre"),
        pl.col("_range_upper").alias("range_upper"),
        (no if floor is None else (lower < floor).fill_null(value=False)).alias("no_lower_limit"),
        (no if cap is None else (upper > cap).fill_null(value=False)).alias("no_upper_limit"),
        pl.col("_sets").sum().over("_group").cast(pl.Int64).alias("limits_from"),
    )
    added = [*FIGURES[1:], "phase", "signals", "completes", "no_lower_limit", "no_upper_limit", "limits_from"]
    mine = [name for name in points.columns if name not in ("_spread", "_size")]
    columns = [*mine, *(name for name in added if name not in mine)]
    if not work["_row"].is_sorted():
        shown = shown.sort("_row")
    return shown.select(columns)
