"""A breakdown: one row a category, the largest first, a dot with its interval or a bar, and the figure in words."""

from __future__ import annotations

import altair as alt
import polars as pl

from pages.charts import words
from pages.charts.frame import SHARE, Drawn, finish
from pages.charts.palette import PAGE, Palette

NAMES = {
    "open": "still waiting",
    "closed_unmet": "closed, not met",
    "met_in_part": "met in part",
    "moved": "moved away",
}
ROW = 30  # pixels a category


def bars_chart(
    breakdown: pl.DataFrame,
    category: str,
    *,
    title: str,
    kind: str,
    unit: str,
    most: int = 20,
    ordered: bool = False,
    palette: Palette = PAGE,
    drawn: Drawn = Drawn(),  # noqa: B008
) -> alt.LayerChart:
    """Draw `results.BREAKDOWN` columns: dots with intervals where there are intervals, bars where there are none.

    Args:
        breakdown: the category column, `value`, `lower`, `upper`, and `n` where known.
        category: the column whose values are the rows.
        title: what is broken down, for the text alternative.
        kind: how figures read.
        unit: the words under the axis.
        most: at most so many rows; the page says how many are left out.
        ordered: the rows have an order of their own (1, 2, 3 or more), which is kept.
        palette: CSS variables for a page, LIGHT for a picture.
        drawn: the size; the height follows the rows.
    """
    rows = ranked(breakdown, category, most, ordered)
    counts = kind == "count" or (kind != "share" and "n" in rows and (rows["value"] == rows["n"]).all())
    figures = [
        f"{words.figure(row['value'], kind)}"
        + (f" · n={row['n']:,}" if row.get("n") is not None and not counts else "")
        for row in rows.iter_rows(named=True)
    ]
    rows = rows.with_columns(said=pl.Series(figures, dtype=pl.String), start=pl.lit(0.0))
    order = rows["label"].to_list()
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=210, domain=False, ticks=False))
    x = alt.X("value:Q", title=unit, scale=alt.Scale(zero=True, nice=True), axis=alt.Axis(
        format=SHARE if kind == "share" else ",~r", tickMinStep=0.01 if kind == "share" else alt.Undefined, tickCount=5,
        grid=True))  # fmt: skip
    base = alt.Chart(rows.select("label", "value", "lower", "upper", "said", "start"))
    if rows["lower"].null_count() == rows.height:
        layers = [base.mark_bar(color=palette.line, height=14).encode(y=y, x=x)]
        anchor = "value:Q"
    else:
        layers = [
            base.mark_rule(strokeWidth=3, color=palette.limit, opacity=0.6).encode(
                y=y, x=alt.X("lower:Q", title=unit), x2="upper:Q"
            ),
            base.mark_point(shape="circle", size=80, filled=True, opacity=1, color=palette.line).encode(y=y, x=x),
        ]
        anchor = "upper:Q"
    layers.append(
        base.mark_text(align="left", dx=8, fontSize=13, color=palette.text).encode(y=y, x=anchor, text="said:N")
    )
    return finish(
        alt.layer(*layers),
        palette=palette,
        drawn=drawn,
        description=bars_words(breakdown, category, title, kind, ordered),
    )


def ranked(breakdown: pl.DataFrame, category: str, most: int, ordered: bool = False) -> pl.DataFrame:
    """The rows to draw, the largest first, equal ones by name, or in their own order; an unknown category is named so."""
    plain = pl.col(category).cast(pl.String).replace(NAMES).str.replace_all("_", " ")
    named = breakdown.with_columns(label=plain.fill_null("not known"))
    known = named.filter(pl.col("value").is_not_null())
    if ordered and known.height <= most:
        return known
    return known.sort("value", "label", descending=[True, False]).head(most)


def height(breakdown: pl.DataFrame, category: str, most: int = 20) -> int:
    """Pixels a breakdown needs: a row a category, and its axis."""
    return ROW * max(ranked(breakdown, category, most).height, 1) + 70


def bars_words(
    breakdown: pl.DataFrame, category: str, title: str, kind: str, ordered: bool = False, most: int = 6
) -> str:
    """The text alternative of a breakdown: its rows in order, or the largest, and how many there are in all."""
    few = ordered and breakdown.height <= 2 * most
    rows = ranked(breakdown, category, 2 * most if few else most, few)
    said = "; ".join(f"{row['label']} {words.figure(row['value'], kind)}" for row in rows.iter_rows(named=True))
    if not said:
        return f"{title}. Nothing to show."
    more = breakdown.height - rows.height
    return f"{title}{'' if few else ', the largest first'}: {said}{f'; and {more} more' if more > 0 else ''}."
