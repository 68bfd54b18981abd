"""Bank holidays on a chart of counts: a short tick at the foot of the plot, named beneath it, said in words and tabled."""

from __future__ import annotations

import altair as alt
import polars as pl

from pages.charts import words
from pages.charts.palette import Palette

TALL = 9  # pixels of a tick
BELOW = 40  # pixels from the axis to the line that says what a tick is: under the names of the months
NAMED = 3  # holidays named in the text alternative; the table has them all


def holiday_marks(points: pl.DataFrame, palette: Palette, every: str = "week") -> list[alt.Chart]:
    """A tick at the foot of the plot where a bank holiday falls, and a line beneath the axis that says so.

    Args:
        points: `period_start` and, where they are marked, `holiday` (`measures.holidays.marked`); else nothing is drawn.
        palette: the colours.
        every: how long a point is, for the words.
    """
    held = _held(points)
    if held.is_empty():
        return []
    ticks = held.select(at="period_start", holiday="holiday", when=_named(held, every))
    foot, head = alt.expr("height"), alt.expr(f"height - {TALL}")
    tick = (
        alt.Chart(ticks)
        .mark_rule(strokeWidth=2.5, color=palette.text, y=foot, y2=head)
        .encode(x="at:T", tooltip=[alt.Tooltip("when:N", title=every.capitalize()),
                                   alt.Tooltip("holiday:N", title="Bank holiday")])
    )  # fmt: skip
    what = "bank holiday" if every == "day" else f"{every} with a bank holiday"
    key = [
        alt.Chart(alt.InlineData(values=[{}]))
        .mark_text(
            text=text, x=x, y=alt.expr(f"height + {BELOW}"), align="left", baseline="middle", fontSize=13,
            fontWeight=weight, color=colour,
        )
        .encode()
        for text, x, weight, colour in (("|", 0, 700, palette.text), (what, 8, 400, palette.muted))
    ]  # fmt: skip
    return [tick, *key]


def holidays_said(points: pl.DataFrame, every: str) -> str:
    """The marks in words, for the text alternative: in how many periods a holiday falls, and the latest of them.

    Empty where nothing is marked.
    """
    held = _held(points)
    if held.is_empty():
        return ""
    latest = "; ".join(
        f"{words.period(row['period_start'], every)}, {row['holiday']}"
        for row in held.tail(NAMED).reverse().iter_rows(named=True)
    )
    rest = f"; and {held.height - NAMED} earlier" if held.height > NAMED else ""
    unit = words.PERIODS[every]
    which = f"1 {unit} has" if held.height == 1 else f"{held.height} {unit}s have"
    return f"{which} a bank holiday: {latest}{rest}."


def _held(points: pl.DataFrame) -> pl.DataFrame:
    """The points in which a holiday falls, each period once, in order of time."""
    if "holiday" not in points.columns:
        return points.head(0)
    return points.filter(pl.col("holiday").is_not_null()).unique("period_start").sort("period_start")


def _named(held: pl.DataFrame, every: str) -> pl.Series:
    return pl.Series([words.period(start, every) for start in held["period_start"]], dtype=pl.String)
