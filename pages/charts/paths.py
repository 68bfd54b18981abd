"""Of a hundred who asked: how they were first answered, how often they asked again, how it stands, as one picture.

Three bars as wide as a hundred people, one under another, with ribbons between them: what a person's way was can be followed
from the first to the last. Numbers stand in the bars and names above them where there is room; the page says all of them in
words, so nothing hangs on a colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import altair as alt
import polars as pl

from pages.charts.frame import Drawn, finish
from pages.charts.palette import PAGE, Palette

BAR, GAP = 0.16, 0.84  # of the height from one stage to the next: the bar, and the ribbons beneath it
ABOVE = 0.1  # for the title of the first bar
STEPS = 14  # points along a ribbon's edge
NAMED, NUMBERED = 9.0, 2.5  # of a hundred: narrower places have no room for their name, or their number
EDGE = Drawn(right=8)


@dataclass(frozen=True)
class Stage:
    """One bar: its column, its title, and its places from the left; `bad` ones are those people were failed at."""

    column: str
    title: str
    places: Sequence[str]
    good: Sequence[str] = ()
    bad: Sequence[str] = ()


def paths_chart(
    table: pl.DataFrame, stages: Sequence[Stage], *, description: str, palette: Palette = PAGE, drawn: Drawn = EDGE
) -> alt.LayerChart:
    """Draw the paths.

    Args:
        table: a column a stage and `n`: a row a path.
        stages: the bars, from above.
        description: the text alternative: the page's own words.
        palette: CSS variables for a page, LIGHT for a picture.
        drawn: the size.
    """
    total = float(table["n"].sum())
    placed = _placed(table, stages, total)
    bars = pl.concat([_bar(placed, stage, level) for level, stage in enumerate(stages)])
    wide = alt.Scale(domain=[0, 100], nice=False)
    tall = alt.Scale(domain=[-ABOVE, len(stages) - 1 + BAR], reverse=True, nice=False)
    x, y = alt.X("from:Q", scale=wide, axis=None), alt.Y("top:Q", scale=tall, axis=None)
    looks = {"good": palette.better, "bad": palette.worse, "plain": palette.limit}
    layers: list[alt.Chart] = []
    for look, colour in looks.items():
        ribbons = _ribbons(placed, stages, look)
        if ribbons.height:
            layers.append(
                alt.Chart(ribbons).mark_area(orient="horizontal", color=colour, opacity=0.22, line=False)
                .encode(x=x, x2="to:Q", y=alt.Y("top:Q", scale=tall, axis=None), detail="path:N")
            )  # fmt: skip
    for look, colour in looks.items():
        dashed = {"strokeDash": [4, 3]} if look == "bad" else {}
        layers.append(
            alt.Chart(bars.filter(pl.col("look") == look))
            .mark_rect(fill=palette.panel if look == "plain" else palette.page, stroke=colour, strokeWidth=2, **dashed)
            .encode(x=x, x2="to:Q", y=y, y2="bottom:Q", tooltip=[alt.Tooltip("said:N", title="Of 100 who asked")])
        )
    titles = pl.DataFrame({"title": [stage.title for stage in stages], "top": [float(n) for n in range(len(stages))]})
    layers.append(
        alt.Chart(titles).mark_text(align="left", baseline="bottom", dy=-4, fontSize=13, color=palette.muted, x=0)
        .encode(y=y, text="title:N")
    )  # fmt: skip
    middle = bars.with_columns(
        middle=(pl.col("from") + pl.col("to")) / 2, centre=(pl.col("top") + pl.col("bottom")) / 2
    )
    at = alt.X("middle:Q", scale=wide, axis=None)
    rows = alt.Y("centre:Q", scale=tall, axis=None)
    layers += [
        alt.Chart(middle.filter(pl.col("width") >= NAMED)).mark_text(
            fontSize=13, color=palette.text, baseline="middle", align="center",
            text=alt.expr("width * datum.width / 100 < 7.4 * length(datum.said) + 14 ? datum.number : datum.said"),
            fontWeight=600,
        ).encode(x=at, y=rows),
        alt.Chart(middle.filter(pl.col("width").is_between(NUMBERED, NAMED, closed="left"))).mark_text(
            fontSize=12, color=palette.text, baseline="middle", align="center",
            text=alt.expr("width * datum.width / 100 < 7 * length(datum.number) + 4 ? '' : datum.number"),
        ).encode(x=at, y=rows),
    ]  # fmt: skip
    return finish(alt.layer(*layers), palette=palette, drawn=drawn, description=description)


def _placed(table: pl.DataFrame, stages: Sequence[Stage], total: float) -> pl.DataFrame:
    """Each path with its width of a hundred, and where it lies on each bar."""
    columns = [stage.column for stage in stages]
    rows = table.filter(pl.col("n") > 0).with_columns(
        *(pl.col(stage.column).cast(pl.String).replace_strict(
            list(stage.places), list(range(len(stage.places))), return_dtype=pl.Int32).alias(f"at_{stage.column}")
          for stage in stages),
        width=100 * pl.col("n") / total,
    ).with_row_index("path")  # fmt: skip
    for stage in stages:
        others = [f"at_{name}" for name in columns if name != stage.column]
        rows = rows.sort(f"at_{stage.column}", *others).with_columns(
            (pl.col("width").cum_sum() - pl.col("width")).alias(f"from_{stage.column}")
        )
    return rows.sort("path")


def _bar(placed: pl.DataFrame, stage: Stage, level: int) -> pl.DataFrame:
    bars = (
        placed.group_by(place=pl.col(stage.column).cast(pl.String))
        .agg(width=pl.col("width").sum(), **{"from": pl.col(f"from_{stage.column}").min()})
        .sort("from")
    )
    number = pl.col("width").round(0).cast(pl.Int32).cast(pl.String)
    few = pl.when(pl.col("width") < 0.5).then(pl.lit("under 1")).otherwise(number)
    return bars.with_columns(
        to=pl.col("from") + pl.col("width"), top=pl.lit(float(level)), bottom=pl.lit(level + BAR), number=few,
        look=_look(stage), said=pl.format("{} {}", "place", few),
    )  # fmt: skip


def _look(stage: Stage, column: str = "place") -> pl.Expr:
    place = pl.col(column).cast(pl.String)
    return (
        pl.when(place.is_in(list(stage.good))).then(pl.lit("good"))
        .when(place.is_in(list(stage.bad))).then(pl.lit("bad"))
        .otherwise(pl.lit("plain"))
    )  # fmt: skip


def _ribbons(placed: pl.DataFrame, stages: Sequence[Stage], look: str) -> pl.DataFrame:
    """The edges of the ribbons of the paths whose last place looks so, as points from above to below."""
    mine = placed.filter(_look(stages[-1], stages[-1].column) == look)
    share = pl.Series("share", [step / (STEPS - 1) for step in range(STEPS)])
    pieces = []
    for level, (upper, lower) in enumerate(pairwise(stages)):
        smooth = pl.col("share") ** 2 * (3 - 2 * pl.col("share"))
        here = pl.col(f"from_{upper.column}") + smooth * (
            pl.col(f"from_{lower.column}") - pl.col(f"from_{upper.column}")
        )
        pieces.append(
            mine.join(share.to_frame(), how="cross").select(
                path=pl.format("{}-{}", "path", pl.lit(level)),
                top=level + BAR + pl.col("share") * GAP,
                **{"from": here, "to": here + pl.col("width")},
            )
        )
    return pl.concat(pieces)
