"""A curve: what share had happened by a time, as a step line with its interval."""

from __future__ import annotations

import altair as alt
import polars as pl

from pages.charts import words
from pages.charts.frame import Drawn, days_axis, days_scale, finish
from pages.charts.palette import PAGE, Palette

STEPS = 1_000  # of a line's height and width, that a screen can tell apart
LONG = 28  # days beyond which waiting is read on a log axis


def curve_chart(
    curve: pl.DataFrame,
    *,
    title: str,
    x_title: str,
    kind: str = "share",
    waits: bool = False,
    palette: Palette = PAGE,
    drawn: Drawn = Drawn(),  # noqa: B008
) -> alt.LayerChart:
    """Draw `results.CURVE` columns: a step after each time, its interval behind it, a value at the end.

    Args:
        curve: `x, value, lower, upper`, one line; a `series` column draws a line a value with its name at the end.
        title: what the curve shows, for the text alternative.
        x_title: the words under the horizontal axis, with the unit.
        kind: how figures read.
        waits: whether x is how long people waited: from a day to years, so on a log axis once it is long.
        palette: CSS variables for a page, LIGHT for a picture.
        drawn: the size.
    """
    rows = curve.with_columns(
        series=pl.col("series").fill_null("all").cast(pl.String) if "series" in curve.columns else pl.lit("all")
    )
    rows = (
        rows.filter(pl.col("value").is_not_null()).sort("series", "x").select("series", "x", "value", "lower", "upper")
    )
    rows = thinned(rows)
    top = 1.0 if kind == "share" else None
    longest = float(rows["x"].max() or 0)  # type: ignore[arg-type]
    if waits and longest > LONG:
        x = alt.X("x:Q", title=f"{x_title}, log axis", scale=days_scale(0, longest), axis=days_axis(0, longest))
    else:
        ticks = alt.Axis(tickCount=8, tickMinStep=1, labelOverlap="greedy")
        x = alt.X("x:Q", title=x_title, scale=alt.Scale(nice=False, zero=True), axis=ticks)
    scale = alt.Scale(domain=[0, top]) if top else alt.Scale(zero=True)
    y = alt.Y(
        "value:Q", title=None, scale=scale, axis=alt.Axis(format=".0%" if kind == "share" else ",~r", tickCount=5)
    )
    layers = []
    if rows["lower"].null_count() < rows.height:
        layers.append(
            alt.Chart(rows.filter(pl.col("lower").is_not_null()))
            .mark_area(interpolate="step-after", color=palette.band, opacity=0.9)
            .encode(x=x, y=alt.Y("lower:Q", scale=scale), y2="upper:Q", detail="series:N")
        )
    layers.append(
        alt.Chart(rows).mark_line(interpolate="step-after", strokeWidth=2, color=palette.line)
        .encode(x=x, y=y, detail="series:N")
    )  # fmt: skip
    ends = rows.group_by("series").last().sort("series")
    ends = ends.with_columns(
        said=pl.Series([_end(row, kind, ends.height) for row in ends.iter_rows(named=True)], dtype=pl.String)
    )
    layers.append(
        alt.Chart(ends).mark_text(align="left", dx=8, fontSize=13, fontWeight=600, color=palette.text)
        .encode(x="x:Q", y="value:Q", text="said:N")
    )  # fmt: skip
    return finish(
        alt.layer(*layers), palette=palette, drawn=drawn, description=curve_words(curve, title, x_title, kind)
    )


def thinned(rows: pl.DataFrame) -> pl.DataFrame:
    """As many steps of each line as can be told apart: the first of those that stand at one height, and the last of all.

    Args:
        rows: `series, x, value`, in order.
    """
    if rows.height <= STEPS:
        return rows
    low, high = rows["value"].min(), rows["value"].max()
    height = ((pl.col("value") - low) / ((high - low) or 1.0) * STEPS).floor()  # type: ignore[operator]
    another = height.ne_missing(height.shift(1)) | pl.col("series").ne_missing(pl.col("series").shift(1))
    last = pl.col("series").ne_missing(pl.col("series").shift(-1))
    return rows.filter(another | last)


def curve_words(curve: pl.DataFrame, title: str, x_title: str, kind: str = "share", stops: int = 5) -> str:
    """The text alternative of a curve: its value at a few even stops and at its end."""
    rows = curve.filter(pl.col("value").is_not_null())
    if "series" in rows.columns and rows["series"].n_unique() > 1:
        ends = rows.sort("x").group_by("series", maintain_order=True).last().sort("series")
        said = "; ".join(f"{row['series']} {words.figure(row['value'], kind)}" for row in ends.iter_rows(named=True))
        return f"{title}. At the end of each line: {said}."
    rows = rows.sort("x")
    if rows.is_empty():
        return f"{title}. Nothing to show."
    last = rows["x"].max()
    at = [rows.filter(pl.col("x") <= last * (step + 1) / stops) for step in range(stops)]
    said = "; ".join(
        f"by {words.figure(part['x'][-1], 'count')} {words.figure(part['value'][-1], kind)}"
        for part in at
        if part.height
    )
    return f"{title}, against {x_title}: {said}."


def _end(row: dict, kind: str, number: int) -> str:
    value = words.figure(row["value"], kind)
    return value if number == 1 else f"{row['series'][:14]} {value}"
