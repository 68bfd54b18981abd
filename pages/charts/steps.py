"""Lines that go up or down in steps: how many agencies so far, what was spent so far."""

from __future__ import annotations

from datetime import date

import altair as alt
import polars as pl

from pages.charts import words
from pages.charts.frame import Drawn, finish, months, time_scale
from pages.charts.palette import PAGE, Palette

DASHES = ([1, 0], [6, 4], [2, 3])  # lines are told apart by their dashes and by the words at their ends
ROOM = Drawn(right=12)
LONG = 8  # years beyond which the axis names years only


def steps_chart(
    rows: pl.DataFrame,
    *,
    title: str,
    x_title: str | None = None,
    money: bool = False,
    palette: Palette = PAGE,
    drawn: Drawn = ROOM,
) -> alt.LayerChart:
    """Draw step lines with their names and last values at their ends.

    Args:
        rows: `x` (a date or a number), `series`, `value`; lines in the order they first come.
        title: what is shown, for the text alternative.
        x_title: the words under the axis, where it is no time.
        money: whether values are pounds.
        palette: CSS variables for a page, LIGHT for a picture.
        drawn: the size.
    """
    names = rows["series"].unique(maintain_order=True).to_list()
    x = _axis(rows, x_title)
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=True, nice=True), axis=alt.Axis(
        labelExpr=f"'{'£' * money}' + format(datum.value, ',~r')", tickCount=5, tickMinStep=1, grid=True))  # fmt: skip
    layers = [
        alt.Chart(rows.filter(pl.col("series") == name))
        .mark_line(
            interpolate="step-after", strokeWidth=2 if not at else 1.5, strokeDash=DASHES[at % 3],
            color=palette.line if not at else palette.limit,
        )
        .encode(x=x, y=y)
        for at, name in enumerate(names)
    ]  # fmt: skip
    layers.append(
        alt.Chart(_ends(rows, money))
        .mark_text(align="left", dx=6, fontSize=13, fontWeight=600, color=palette.text)
        .encode(x="x:Q" if rows.schema["x"].is_numeric() else "x:T", y="spot:Q",
                text=alt.Text("said:N"))
    )  # fmt: skip
    return finish(alt.layer(*layers), palette=palette, drawn=drawn, description=steps_words(rows, title, money))


def _ends(rows: pl.DataFrame, money: bool) -> pl.DataFrame:
    """The words at the ends of the lines, far enough apart to be read."""
    ends = rows.group_by("series", maintain_order=True).last().sort("value")
    apart = float(rows["value"].max() or 1) * 0.09  # type: ignore[arg-type]
    spots: list[float] = []
    for value in ends["value"]:
        spots.append(max(float(value), spots[-1] + apart) if spots else float(value))
    said = [f"{name} {figure(value, money)}" for name, value in ends.select("series", "value").iter_rows()]
    latest = pl.lit(rows["x"].max())
    return ends.with_columns(spot=pl.Series(spots, dtype=pl.Float64), said=pl.Series(said, dtype=pl.String), x=latest)


def figure(value: float, money: bool) -> str:
    """A number as it reads: £1,204, or 7."""
    return f"£{value:,.0f}" if money else words.figure(value, "count")


def _axis(rows: pl.DataFrame, x_title: str | None) -> alt.X:
    first, last = rows["x"].min(), rows["x"].max()
    if isinstance(first, date) and isinstance(last, date):
        if last.year - first.year > LONG:
            step = 2 if last.year - first.year <= 2 * LONG + 2 else 5
            years = [alt.DateTime(year=year, month=1, date=1) for year in range(first.year, last.year + 1, step)]
            axis = alt.Axis(values=years, format="%Y", labelAngle=0, labelOverlap="greedy", labelSeparation=8)
            return alt.X("x:T", title=x_title, axis=axis, scale=time_scale(first, last))
        return alt.X("x:T", title=x_title, axis=months(first, last), scale=time_scale(first, last))
    ticks = alt.Axis(tickCount=8, tickMinStep=1, labelOverlap="greedy", format=",~r")
    return alt.X("x:Q", title=x_title, scale=alt.Scale(nice=False, zero=True), axis=ticks)


def steps_words(rows: pl.DataFrame, title: str, money: bool = False) -> str:
    """The lines in words: where each began, its highest, and where it ends."""
    if rows.is_empty():
        return f"{title}. Nothing to show."
    told = [
        f"{name} from {figure(part['value'][0], money)} to {figure(part['value'][-1], money)}"
        f", at most {figure(part['value'].max(), money)}"  # type: ignore[arg-type]
        for (name,), part in rows.group_by("series", maintain_order=True)
    ]
    return f"{title}: {'; '.join(told)}."
