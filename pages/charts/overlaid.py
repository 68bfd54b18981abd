"""A split drawn as lines in one chart: at most six, each with its own shape, dash and colour, and its name at its end."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import polars as pl

from pages.charts import words
from pages.charts.capability import value_range
from pages.charts.frame import SHARE, Drawn, finish, months, time_scale, value_axis
from pages.charts.palette import PAGE, Palette

MOST = 6  # lines that can still be told apart
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
SIGNS = ("●", "■", "▲", "◆", "✚", "▼")  # the shapes in words of the page, where a phone has no room for names
DASHES = ([1, 0], [6, 3], [2, 2], [10, 3], [8, 3, 2, 3], [4, 4])
NAME = 0.055  # of the height: how far apart the names at the right are kept
LONG = 22  # letters of a name


def overlaid_chart(
    points: pl.DataFrame,
    *,
    title: str,
    kind: str,
    unit: str,
    every: str,
    names: Mapping[str, str],
    palette: Palette = PAGE,
    drawn: Drawn = Drawn(),  # noqa: B008
) -> alt.LayerChart:
    """Draw the largest series of a split together, without limits: limits are each line's own, on small charts.

    Args:
        points: `results.SERIES` columns with `series`.
        title: the measure's.
        kind: the measure's kind, which decides how figures read.
        unit: the words on the vertical axis.
        every: the period.
        names: each series as people say it.
        palette: CSS variables for a page, LIGHT for a picture.
        drawn: the size.
    """
    order = largest(points)
    rows = words.known(points).filter(pl.col("series").is_in(order)).sort("series", "period_start")
    first, last = points["period_start"].min(), points["period_end"].max()
    low, high = value_range(rows.with_columns(lower=None, upper=None, centre=None), kind)
    colours = (palette.line, palette.better, palette.worse, palette.signal, palette.limit, palette.text)
    x = alt.X("at:T", title=None, scale=time_scale(first, last), axis=months(first, last))
    tick = SHARE if kind == "share" else ",~r" if high > 5 else ",.1~f"
    scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    y = alt.Y("value:Q", title=unit, scale=scale, axis=value_axis(low, high, tick))
    ends = _ends(rows, order, names, low, high)
    layers: list[alt.Chart] = []
    for place, series in enumerate(order):
        one = _pieces(rows.filter(pl.col("series") == series), every, kind, names[series])
        base = alt.Chart(one)
        tooltip = [alt.Tooltip("name:N", title="Line"), alt.Tooltip("when:N", title=every.capitalize()),
                   alt.Tooltip("words:N", title="Value")]  # fmt: skip
        thick = 1.8 if one.height <= 80 else 1
        crowd = alt.expr(f"clamp(width / {max(one.height, 1) * 9}, 0.25, 1) * 36")
        layers += [
            base.mark_line(strokeWidth=thick, strokeDash=DASHES[place], color=colours[place]).encode(x=x, y=y, detail="piece:O"),
            base.mark_point(
                shape=SHAPES[place], size=crowd, filled=True, opacity=1, color=colours[place]
            ).encode(x=x, y=y, tooltip=tooltip),
        ]  # fmt: skip
        end = ends.filter(pl.col("series") == series)
        if end.height:
            layers += _name(end, SHAPES[place], colours[place], palette)
    return finish(
        alt.layer(*layers), palette=palette, drawn=drawn, description=overlaid_words(points, title, kind, every, names)
    )


def largest(points: pl.DataFrame) -> list[str]:
    """The series drawn, the largest first."""
    sizes = points.group_by("series").agg(pl.col("n").sum()).sort("n", "series", descending=[True, False])
    return sizes.head(MOST)["series"].to_list()


def overlaid_words(points: pl.DataFrame, title: str, kind: str, every: str, names: Mapping[str, str]) -> str:
    """The text alternative: each line's last known value."""
    order = largest(points)
    said = "; ".join(
        f"{names[series]}: {words.last_value(points.filter(pl.col('series') == series), kind=kind, every=every)}"
        for series in order
    )
    more = points["series"].n_unique() - len(order)
    return f"{title} by {words.PERIODS[every]}, {len(order)} lines in one chart. {said}" + (
        f" {more} smaller lines are not drawn." if more else ""
    )


def _pieces(one: pl.DataFrame, every: str, kind: str, name: str) -> pl.DataFrame:
    gap = (pl.col("period_start") - pl.col("period_end").shift(1)).dt.total_days() > 1
    return one.select(
        "value", at="period_start", piece=gap.fill_null(True).cum_sum(), name=pl.lit(name),
        when=pl.Series([words.period(day, every) for day in one["period_start"]], dtype=pl.String),
        words=pl.Series([words.figure(value, kind) for value in one["value"]], dtype=pl.String),
    )  # fmt: skip


def _ends(rows: pl.DataFrame, order: list[str], names: Mapping[str, str], low: float, high: float) -> pl.DataFrame:
    """Where each name stands at the right: at its line's end, pushed apart from its neighbours."""
    apart = (high - low) * NAME
    found = [
        {"series": series, "value": rows.filter(pl.col("series") == series)["value"][-1]}
        for series in order if (rows["series"] == series).any()
    ]  # fmt: skip
    found.sort(key=lambda row: row["value"])
    for place, row in enumerate(found):
        row["stands"] = max(row["value"], found[place - 1]["stands"] + apart) if place else max(row["value"], low)
    over = (found[-1]["stands"] - high) if found else 0
    if over > 0:
        for place in range(len(found) - 1, -1, -1):
            above = found[place + 1]["stands"] - apart if place + 1 < len(found) else high
            found[place]["stands"] = min(found[place]["stands"], above)
    for row in found:
        name = names[row["series"]]
        row["name"] = name if len(name) <= LONG else f"{name[: LONG - 1]}…"
    schema = {"series": pl.String, "value": pl.Float64, "stands": pl.Float64, "name": pl.String}
    return pl.DataFrame(found, schema=schema)


def _name(end: pl.DataFrame, shape: str, colour: str, palette: Palette) -> list[alt.Chart]:
    base = alt.Chart(end)
    return [
        base.mark_point(shape=shape, size=60, filled=True, opacity=1, color=colour, x=alt.expr("width + 10")).encode(
            y="stands:Q"
        ),
        base.mark_text(
            x=alt.expr("width + 20"), align="left", baseline="middle", fontSize=13, color=palette.text,
            text=alt.expr("width < 420 ? '' : datum.name"),
        ).encode(y="stands:Q"),
    ]  # fmt: skip
