"""Points as they come in: checked aloud, put beside their neighbours, and marked for what may set limits."""

from __future__ import annotations

import polars as pl

from measures.capability.chart import Chart
from measures.capability.kinds import KINDS, Kind
from measures.capability.rule_sets import RULE_SETS

GROUP = "_group"
FIXED = ("fixed_centre", "fixed_lower", "fixed_upper")


def check_chart(chart: Chart) -> Kind:
    """The kind asked for; a ValueError that lists what there is when a word is not known."""
    for word, known, what in (
        (chart.kind, KINDS, "chart kind"),
        (chart.rules, RULE_SETS, "rule set"),
        (chart.centre, ("mean", "median"), "centre"),
        (chart.range, ("mean", "median"), "range"),
    ):
        if word not in known:
            raise ValueError(f"{what} '{word}' is not known; choose one of {', '.join(known)}")
    if chart.run_length is not None and chart.run_length < 2:
        raise ValueError(f"run_length is {chart.run_length}; a run needs at least 2 points")
    if chart.trend_length is not None and chart.trend_length < 3:
        raise ValueError(f"trend_length is {chart.trend_length}; a trend needs at least 3 points")
    if not 0 < chart.multiply < float("inf"):
        raise ValueError(f"multiply is {chart.multiply}; give a number above 0")
    return KINDS[chart.kind]


def check_points(points: pl.DataFrame, chart: Chart, kind: Kind) -> None:
    """Refuse, in one sentence that shows the value, what could only be guessed at.

    Raises:
        ValueError: a column is missing or holds text, a count is negative, more were counted than there were to count.
    """
    needed = ["value", *(["of"] if kind.needs_of else []), *(["subgroup"] if kind.needs_subgroup else [])]
    for name in needed:
        if name not in points.columns:
            found = ", ".join(points.columns) or "no columns"
            raise ValueError(f"a {chart.kind} chart needs a column '{name}'; found {found}")
        if name == "subgroup":
            _check_filled(points[name])
        else:
            _check_numbers(points[name])
    _check_fixed(points)
    for name in ("baseline", "excluded"):
        if name in points.columns and points[name].dtype not in (pl.Boolean, pl.Null):
            raise ValueError(f"'{name}' holds {points[name].dtype}; mark each point true or false")
    value = points["value"].cast(pl.Float64)
    if kind.counts and (low := _least(value)) < 0:
        raise ValueError(f"'value' holds {low:g}, and a {chart.kind} chart counts things: no count is below 0")
    if (
        kind.counts
        and "fixed_centre" in points.columns
        and (low := _least(points["fixed_centre"].cast(pl.Float64))) < 0
    ):
        raise ValueError(f"'fixed_centre' holds {low:g}, and a {chart.kind} chart counts things: no middle is below 0")
    if kind.scale is not None:
        _check_scale(points, chart, kind)
    if not kind.needs_of:
        return
    of = points["of"].cast(pl.Float64)
    if (low := _least(of)) < 0:
        raise ValueError(f"'of' holds {low:g}; a denominator is never below 0")
    if kind.share:
        over = value > of * (1 + 1e-9)
        if over.any():
            row = over.fill_null(value=False).arg_max() or 0
            raise ValueError(
                f"'value' {value[row]:g} is above 'of' {of[row]:g} in row {row + 1}; "
                f"a share cannot be over 100%: give the numerator in 'value' and the denominator in 'of'"
            )


def _check_filled(column: pl.Series) -> None:
    if empty := column.null_count():
        row = (column.is_null().arg_max() or 0) + 1
        raise ValueError(f"'{column.name}' is empty in {empty} rows, first in row {row}; name each row's {column.name}")


def _check_fixed(points: pl.DataFrame) -> None:
    """Own limits are numbers, and lie in the order lower, centre, upper."""
    given = [name for name in FIXED if name in points.columns]
    for name in given:
        _check_numbers(points[name])
    for low, high in (("fixed_lower", "fixed_centre"), ("fixed_centre", "fixed_upper"), ("fixed_lower", "fixed_upper")):
        if low in given and high in given:
            wrong = (points[low].cast(pl.Float64) > points[high].cast(pl.Float64)).fill_null(value=False)
            if wrong.any():
                row = wrong.arg_max() or 0
                raise ValueError(
                    f"'{low}' {points[low][row]:g} is above '{high}' {points[high][row]:g} in row {row + 1}; "
                    "limits of your own go lower, centre, upper"
                )


def _check_scale(points: pl.DataFrame, chart: Chart, kind: Kind) -> None:
    scale = kind.scale
    if scale is None:
        return
    wrong = points.select((scale.refused(_number("value")) & ~_mark("excluded", points)).alias("wrong"))["wrong"]
    if wrong.any():
        row = wrong.fill_null(value=False).arg_max() or 0
        raise ValueError(f"'value' holds {points['value'][row]:g} in row {row + 1}; {scale.why}")


def _least(column: pl.Series) -> float:
    known = column.fill_nan(None).drop_nulls()
    return float(known[known.arg_min() or 0]) if len(known) else 0.0


def _check_numbers(column: pl.Series) -> None:
    if column.dtype == pl.Null or column.dtype.is_numeric():
        if column.dtype.is_float() and column.is_infinite().any():
            raise ValueError(f"'{column.name}' holds an infinite number; leave a point without a figure empty")
        return
    known = column.drop_nulls()
    shown = f" ({known[0]!r})" if len(known) else ""
    raise ValueError(f"'{column.name}' holds {column.dtype}{shown}, not numbers; convert it before asking for limits")


def arrange(points: pl.DataFrame, chart: Chart, kind: Kind) -> pl.DataFrame:
    """One row a point, each series' points together, marked with what it may do.

    Adds `_row` (place in the input), `_group` (one number a series and phase), `_x` (the plotted value, on the scale
    of its kind; null where missing or excluded), `_y` and `_n` (top and bottom), `_known`, `_sets` (this point sets
    the limits of its phase).

    Raises:
        ValueError: a series is not in time order, or a phase comes back after another has begun.
    """
    work = points.with_row_index("_row").with_columns(
        pl.col("series") if "series" in points.columns else pl.lit("").alias("_series"),
        pl.col("phase") if "phase" in points.columns else pl.lit(1, pl.Int32).alias("phase"),
        _number("value").alias("_y"),
        (_number("of") if kind.needs_of else pl.lit(None, pl.Float64)).alias("_n"),
        _mark("excluded", points).alias("_excluded"),
        _mark("baseline", points).alias("_baseline"),
    )
    work = _together(work)
    if "at" in points.columns:
        _check_order(work)
    bottom = pl.when(pl.col("_n") > 0).then(pl.col("_n"))
    plotted = pl.col("_y") / bottom if kind.ratio else pl.when(bottom.is_not_null() | (not kind.needs_of)).then("_y")
    work = work.with_columns(plotted.alias("value"), bottom.alias("_n"), (pl.col("_n") == 0).alias("_nobody"))
    work = work.with_columns(pl.when(~pl.col("_excluded")).then("value").alias("_x"), *_own_limits(points, chart, kind))
    if kind.scale is not None:
        work = work.with_columns(kind.scale.there(pl.col("_x")).alias("_x"))
    work = work.with_columns(pl.col("_x").is_not_null().alias("_known"))
    marked = pl.col("_baseline") & pl.col("_known")
    return work.with_columns((pl.col("_known") & (marked | ~marked.any().over(GROUP))).alias("_sets"))


def _own_limits(points: pl.DataFrame, chart: Chart, kind: Kind) -> list[pl.Expr]:
    """Limits a person gave, `_fixed_centre, _fixed_lower, _fixed_upper`, on the scale of `_x` before it is multiplied."""
    given = [(name, _number(name) / chart.multiply) for name in FIXED if name in points.columns]
    if kind.scale is not None:
        given = [(name, kind.scale.there(value)) for name, value in given]
    return [value.fill_nan(None).alias(f"_{name}") for name, value in given]


def _number(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64).fill_nan(None)


def _mark(name: str, points: pl.DataFrame) -> pl.Expr:
    return pl.col(name).cast(pl.Boolean).fill_null(value=False) if name in points.columns else pl.lit(value=False)


def series_name(frame: pl.DataFrame) -> str:
    """The column that tells one series from another."""
    return "series" if "series" in frame.columns else "_series"


def _together(work: pl.DataFrame) -> pl.DataFrame:
    """Bring each series' points together in the order given, and number the stretches of one series and phase."""
    name = series_name(work)
    numbered = _numbered(work, name)
    if not _comes_back(numbered, name):
        return numbered
    numbered = _numbered(work.sort(name, maintain_order=True), name)
    if (again := _comes_back(numbered, name)) is not None:
        raise ValueError(f"phase {again} comes back after another phase; number the phases of a series in order")
    return numbered


def _numbered(work: pl.DataFrame, name: str) -> pl.DataFrame:
    begins = pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift()) for c in (name, "phase"))
    return work.with_columns(begins.cum_sum().alias(GROUP))


def _comes_back(work: pl.DataFrame, name: str) -> str | None:
    starts = work.filter(pl.col(GROUP).ne_missing(pl.col(GROUP).shift())).select(name, "phase")
    again = starts.filter(starts.is_duplicated())
    return None if again.is_empty() else str(again["phase"][0])


def _check_order(work: pl.DataFrame) -> None:
    name = series_name(work)
    earlier = pl.col("at").shift()
    wrong = work.select(
        pl.col("at"),
        earlier.alias("earlier"),
        ((pl.col("at") < earlier) & pl.col(name).eq_missing(pl.col(name).shift())).alias("wrong"),
    ).filter("wrong")
    if not wrong.is_empty():
        raise ValueError(
            f"'at' goes from {wrong['earlier'][0]} back to {wrong['at'][0]}; sort each series by time first"
        )
