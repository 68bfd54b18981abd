"""Demand by door, issue, type or cause: a row a category with its name above its bar, cut into what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import polars as pl

from pages.charts.frame import Drawn, finish
from pages.charts.palette import PAGE, Palette

ROW = 46  # pixels a category: a line of words and its bar
EDGE = Drawn(right=12)  # nothing stands at the right of these bars


@dataclass(frozen=True)
class Part:
    """One part of every bar: its column, and its words in the text alternative."""

    column: str
    words: str


FAILURE = Part("failure", "failure")
VALUE = Part("value", "value")
UNKNOWN = Part("unknown", "unclear or not classified")
# Filled, outlined, dashed: the three are told apart without their colours.
KEY = "■ failure demand   □ value demand   ┄ unclear or not classified"


def stack_chart(
    rows: pl.DataFrame,
    *,
    title: str,
    unit: str,
    parts: Sequence[Part] = (FAILURE, VALUE, UNKNOWN),
    most: int = 12,
    palette: Palette = PAGE,
    drawn: Drawn = EDGE,
) -> alt.LayerChart:
    """Draw the first rows of a table, in its order.

    Args:
        rows: `label`, `said` (the figures in words), `short` (for a phone), and a number a part; the largest first.
        title: what is broken down, for the text alternative.
        unit: the words under the axis.
        parts: what a bar is made of, from the left.
        most: at most so many rows; the page says how many are left out.
        palette: CSS variables for a page, LIGHT for a picture.
        drawn: the size; the height follows the rows.
    """
    shown = (
        rows.head(most)
        .with_row_index("at")
        .with_columns(pl.concat_str("label", pl.lit("  "), figures).alias(figures) for figures in ("said", "short"))
    )
    pieces = _pieces(shown, parts)
    x = alt.X("from:Q", title=unit, axis=alt.Axis(format=",~r", tickCount=5, grid=True))
    order = alt.Y("at:O", title=None, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    looks = {
        "failure": {"fill": palette.worse, "stroke": palette.worse, "strokeWidth": 1.5},
        "value": {"fill": palette.band, "stroke": palette.better, "strokeWidth": 1.5},
        "unknown": {"fill": palette.page, "stroke": palette.unknown, "strokeWidth": 1.5, "strokeDash": [3, 3]},
    }
    bars = [
        alt.Chart(pieces.filter(pl.col("part") == part.column))
        .mark_bar(height=16, yOffset=10, **looks.get(part.column, {"fill": palette.line}))
        .encode(
            y=order, x=x, x2="to:Q",
            tooltip=[alt.Tooltip("label:N", title="Row"), alt.Tooltip("part_words:N", title="Part"),
                     alt.Tooltip("number:Q", title="Demands", format=",")],
        )
        for part in parts
    ]  # fmt: skip
    names = (
        alt.Chart(shown.select("at", "said", "short"))
        .mark_text(
            align="left", baseline="middle", dy=-11, dx=1, fontSize=13, color=palette.text, x=0,
            text=alt.expr("width < 420 ? datum.short : datum.said"), limit=alt.expr("width"),
        )
        .encode(y=order)
    )  # fmt: skip
    return finish(alt.layer(*bars, names), palette=palette, drawn=drawn, description=stack_words(rows, title, parts))


def height(rows: pl.DataFrame, most: int = 12) -> int:
    """Pixels such a chart needs: a row a category, and its axis."""
    return ROW * max(min(rows.height, most), 1) + 64


def stack_words(rows: pl.DataFrame, title: str, parts: Sequence[Part], most: int = 6) -> str:
    """The text alternative: the largest rows with what they are made of, and how many there are in all."""
    if rows.is_empty():
        return f"{title}. Nothing to show."
    said = "; ".join(
        f"{row['label']} "
        + ", ".join(f"{row[part.column]:,.0f} {part.words}" for part in parts if row[part.column] or len(parts) == 1)
        for row in rows.head(most).iter_rows(named=True)
    )
    more = rows.height - most
    return f"{title}, the largest first: {said}{f'; and {more} more' if more > 0 else ''}."


def _pieces(rows: pl.DataFrame, parts: Sequence[Part]) -> pl.DataFrame:
    """One row a piece of a bar: from where to where."""
    found = []
    before = pl.lit(0.0)
    for part in parts:
        number = pl.col(part.column).cast(pl.Float64)
        found.append(
            rows.select(
                "at", "label", part=pl.lit(part.column), part_words=pl.lit(part.words), number=number,
                **{"from": before, "to": before + number},
            )
        )  # fmt: skip
        before = before + number
    return pl.concat(found).filter(pl.col("number") > 0).sort("at", "from")
