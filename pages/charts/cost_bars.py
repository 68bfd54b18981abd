"""What was spent against what was wanted: two bars, and a dashed end where "and/or" leaves a range."""

from __future__ import annotations

import altair as alt
import polars as pl

from pages.charts.frame import Drawn, finish
from pages.charts.palette import PAGE, Palette

ROW = 58  # pixels a bar with its words above it
EDGE = Drawn(right=16)


def cost_bars(
    received: float,
    low: float | None,
    high: float | None,
    *,
    title: str,
    spent: str,
    palette: Palette = PAGE,
    drawn: Drawn = EDGE,
) -> alt.LayerChart:
    """Draw pounds received, and pounds wanted where a price is known.

    Args:
        received: pounds spent on the person.
        low: what was wanted would have cost at the least; None where no price is known.
        high: and at the most.
        title: for the text alternative.
        spent: when and where it was spent, in words.
        palette: CSS variables for a page, LIGHT for a picture.
        drawn: the size.
    """
    rows = [(0.0, "Received", f"£{received:,.0f}", 0.0, received, "received")]
    if low is not None and high is not None:
        named = f"£{low:,.0f}" if low == high else f"£{low:,.0f} to £{high:,.0f}"
        rows.append((1.0, "Wanted", named, 0.0, low, "wanted"))
        if high > low:
            rows.append((1.0, "", "", low, high, "perhaps"))
    bars = pl.DataFrame(
        rows, schema={"at": pl.Float64, "label": pl.String, "said": pl.String, "from": pl.Float64, "to": pl.Float64,
                      "part": pl.String}, orient="row",
    )  # fmt: skip
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, 1 + (low is not None)], reverse=True, nice=False))
    x = alt.X("from:Q", title="pounds", axis=alt.Axis(format=",~r", tickCount=5, grid=True), scale=alt.Scale(zero=True))
    looks = {
        "received": {"fill": palette.line, "stroke": palette.line},
        "wanted": {"fill": palette.band, "stroke": palette.better, "strokeWidth": 2},
        "perhaps": {"fill": palette.page, "stroke": palette.better, "strokeWidth": 2, "strokeDash": [4, 3]},
    }
    placed = bars.with_columns(y=pl.col("at") + 0.7, words=pl.concat_str("label", pl.lit(":  "), "said"))
    layers = [
        alt.Chart(placed.filter(pl.col("part") == part).select("y", "from", "to"))
        .mark_bar(height=20, **look)
        .encode(y=y, x=x, x2="to:Q")
        for part, look in looks.items() if bars.filter(pl.col("part") == part).height
    ]  # fmt: skip
    layers.append(
        alt.Chart(placed.filter(pl.col("label") != "").select(y=pl.col("at") + 0.28, words="words"))
        .mark_text(
            align="left", baseline="middle", fontSize=13, color=palette.text, x=1, limit=alt.expr("width")
        )
        .encode(y=y, text="words:N")
    )  # fmt: skip
    told = f"{spent}: " + "; ".join(
        f"{label}: {said}" for label, said in bars.select("label", "said").iter_rows() if label
    )
    return finish(alt.layer(*layers), palette=palette, drawn=drawn, description=f"{title}. {told}.")


def height(wanted: bool) -> int:
    """Pixels it needs."""
    return ROW * (1 + wanted) + 64
