"""What follows what: a row for each kind of work, and of a hundred times, how often each other kind came next."""

from __future__ import annotations

import altair as alt
import polars as pl

from pages.charts.frame import Drawn, finish
from pages.charts.palette import PAGE, Palette

ROW = 40  # pixels a row
LEAST = 0.005  # of a row: rarer than one in two hundred is in the table only
EDGE = Drawn(right=8)


def matrix_chart(
    follows: pl.DataFrame, order: list[str], *, title: str, palette: Palette = PAGE, drawn: Drawn = EDGE
) -> alt.LayerChart:
    """Draw a matrix of what directly followed what.

    Args:
        follows: `before, after, times`.
        order: the kinds, in the order of rows and columns.
        title: what follows what, for the text alternative.
        palette: CSS variables for a page, LIGHT for a picture.
        drawn: the size; the height follows the rows.
    """
    rows = shares(follows)
    shown = rows.filter(pl.col("share") >= LEAST)
    names = alt.Axis(
        labelAngle=-35, orient="top", domain=False, ticks=False, labelOverlap=False, title="… was followed by"
    )
    x = alt.X("after:N", sort=order, axis=names, scale=alt.Scale(domain=order))
    y = alt.Y(
        "before:N", sort=order, title=None, axis=alt.Axis(domain=False, ticks=False), scale=alt.Scale(domain=order)
    )
    base = alt.Chart(shown)
    cells = base.mark_rect(fill=palette.limit, stroke=palette.page, strokeWidth=2).encode(
        x=x, y=y, fillOpacity=alt.FillOpacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.06, 0.55]), legend=None),
        tooltip=[alt.Tooltip("before:N", title="After"), alt.Tooltip("after:N", title="came"),
                 alt.Tooltip("said:N", title="Of 100 times"), alt.Tooltip("times:Q", title="Times", format=",")],
    )  # fmt: skip
    figures = base.mark_text(fontSize=13, color=palette.text).encode(x=x, y=y, text="said:N")
    return finish(alt.layer(cells, figures), palette=palette, drawn=drawn, description=matrix_words(follows, title))


def shares(follows: pl.DataFrame) -> pl.DataFrame:
    """The pairs with `share` of the times that anything followed, and `said`: that of a hundred."""
    known = follows.filter(pl.col("before").is_not_null() & pl.col("after").is_not_null())
    share = pl.col("times") / pl.col("times").sum().over("before")
    said = (
        pl.when(100 * share < 0.5).then(pl.lit("<1")).otherwise((100 * share).round(0).cast(pl.Int32).cast(pl.String))
    )
    return known.with_columns(share=share).with_columns(said=said).sort("before", "share", descending=[False, True])


def height(order: list[str]) -> int:
    """Pixels such a matrix needs: a row a kind, and the names above."""
    return ROW * max(len(order), 1) + 110


def matrix_words(follows: pl.DataFrame, title: str) -> str:
    """The text alternative: of each kind, what most often came next."""
    rows = shares(follows)
    if rows.is_empty():
        return f"{title}. Nothing to show."
    firsts = rows.group_by("before", maintain_order=True).first().sort("times", descending=True)
    told = "; ".join(
        f"after {row['before']} came {row['after']}, {row['said']} of 100 times" for row in firsts.to_dicts()
    )
    return f"{title}: {told}."
