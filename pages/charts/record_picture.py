"""The record picture: a lane an agency, a mark a record, its kind in colour and in shape."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import altair as alt
import polars as pl

from pages.charts.frame import Drawn, finish, months
from pages.charts.palette import PAGE, Palette

NAME, LINE = 20, 14  # pixels of an agency: its name, and a line of marks beneath; a line a kind where they stand apart
# kind of record: shape, the role of its colour, and the sign that stands for the shape in a line of text
KINDS: dict[str, tuple[str, str, str]] = {
    "asked for help": ("circle", "better", "●"),
    "looked at": ("square", "signal", "■"),
    "something done": ("triangle-up", "line", "▲"),
    "passed on": ("triangle-right", "worse", "▶"),
    "decided or closed": ("diamond", "text", "◆"),
    "something happened": ("cross", "limit", "✚"),
    "paperwork": ("stroke", "muted", "▬"),
}
SMALL = "width < 420"
ROOM = Drawn(right=34)  # for the number beside the last mark


def record_picture(
    marks: pl.DataFrame,
    lanes: pl.DataFrame,
    *,
    title: str,
    said: str,
    dated: pl.DataFrame | None = None,
    years: bool = False,
    palette: Palette = PAGE,
    drawn: Drawn = ROOM,
) -> alt.LayerChart:
    """Draw the marks of a story.

    Args:
        marks: `lane, row, agency, family, x, n, alone, vague, when, words`; `x` a datetime, or a number: the place in the story.
        lanes: `lane, agency, n`, the first at the top.
        title: whose records, for the text alternative.
        said: what the picture says in words, for the text alternative.
        dated: of a story in order, `x, label` where a date is given.
        years: whether the axis names years, because some dates are known to the year only.
        palette: CSS variables for a page, LIGHT for a picture.
        drawn: the size; the height follows the lanes.
    """
    number = max(lanes.height, 1)
    in_order = marks.schema["x"].is_numeric() if marks.height else True
    x = _places(marks) if in_order else _dates(marks, years)
    lane = alt.Y("y:Q", scale=alt.Scale(domain=[0, number], reverse=True, nice=False), axis=None)
    tall = _lane(marks)
    placed = marks.with_columns(y=pl.col("lane") + (NAME + LINE * (pl.col("row") + 0.35)) / tall)
    edges = pl.DataFrame({"y": [float(at) for at in range(number + 1)]})
    layers = []
    if not in_order and years:
        layers.append(_bands(marks, palette))
    layers.append(alt.Chart(edges).mark_rule(color=palette.band, strokeWidth=1).encode(y=lane))
    names = lanes.select(y=pl.col("lane") + 9 / tall, name=pl.col("agency"))
    layers.append(
        alt.Chart(names)
        .mark_text(align="left", baseline="middle", fontSize=13, color=palette.muted, x=2)
        .encode(y=lane, text="name:N")
    )
    for family, (shape, role, _) in KINDS.items():
        for vague in (False, True):
            some = placed.filter((pl.col("family") == family) & (pl.col("vague") == vague))
            if some.height:
                layers.append(_marks(some, shape, getattr(palette, role), x, lane, hollow=vague, palette=palette))
    several = placed.filter(pl.col("n") > 1).select("x", "y", "n", "alone")
    if several.height:
        layers.append(
            alt.Chart(several)
            .mark_text(
                align="left", baseline="middle", dx=alt.expr(f"{SMALL} ? 5 : 8"), fontSize=13, fontWeight=600,
                color=palette.text, text=alt.expr(f"{SMALL} && (datum.n < 10 || !datum.alone) ? '' : format(datum.n, ',')"),
            )
            .encode(x=x, y=lane)
        )  # fmt: skip
    if dated is not None and dated.height:
        layers += _given(dated, x, palette)
    return finish(alt.layer(*layers), palette=palette, drawn=drawn, description=f"{title}. {said}")


def _lane(marks: pl.DataFrame) -> int:
    lines = int(marks["row"].max() or 0) + 1 if marks.height else 1  # type: ignore[call-overload]
    return NAME + LINE * lines


def height(marks: pl.DataFrame, lanes: pl.DataFrame, dated: bool = False) -> int:
    """Pixels the picture needs: its lanes, its axis, and a line of dates where a story in order gives some."""
    return _lane(marks) * max(lanes.height, 1) + 70 + 26 * dated


def _marks(rows: pl.DataFrame, shape: str, colour: str, x: alt.X, y: alt.Y, *, hollow: bool,
           palette: Palette) -> alt.Chart:  # fmt: skip
    looks = {"filled": True, "color": colour}
    if hollow:
        looks = {"filled": False, "fill": palette.page, "stroke": colour, "strokeWidth": 1.8}
    if shape == "stroke":
        looks = {"filled": False, "stroke": colour, "strokeWidth": 3}
    return (
        alt.Chart(rows.select("x", "y", "agency", "family", "when", "n", "words"))
        .mark_point(shape=shape, size=alt.expr(f"{SMALL} ? 46 : 80"), opacity=1, **looks)
        .encode(
            x=x, y=y,
            tooltip=[alt.Tooltip("agency:N", title="Agency"), alt.Tooltip("family:N", title="Kind"),
                     alt.Tooltip("when:N", title="When"), alt.Tooltip("n:Q", title="Records", format=","),
                     alt.Tooltip("words:N", title="Words")],
        )
    )  # fmt: skip


def _places(marks: pl.DataFrame) -> alt.X:
    last = float(marks["x"].max() or 1) if marks.height else 1.0  # type: ignore[arg-type]
    return alt.X(
        "x:Q", title="place in the story, first to last", scale=alt.Scale(domain=[0, last + 1], nice=False),
        axis=alt.Axis(tickCount=8, tickMinStep=1, labelOverlap="greedy", format=",d"),
    )  # fmt: skip


def _dates(marks: pl.DataFrame, years: bool) -> alt.X:
    first, last = marks["x"].min(), marks["x"].max()
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    if years:
        ends = (date(first.year, 1, 1), date(last.year + 1, 1, 1))
        ticks = [alt.DateTime(year=year, month=7, date=2) for year in range(first.year, last.year + 1)]
        axis = alt.Axis(values=ticks, format="%Y", labelAngle=0, ticks=False, labelOverlap="greedy", labelSeparation=6)
    else:
        air = timedelta(days=max((last - first).days, 7) * 0.02)
        ends = ((first - air).date(), (last + air).date() + timedelta(days=1))
        axis = months(first.date(), last.date())
    domain = [alt.DateTime(year=end.year, month=end.month, date=end.day) for end in ends]
    return alt.X("x:T", title=None, axis=axis, scale=alt.Scale(domain=domain, nice=False))


def _bands(marks: pl.DataFrame, palette: Palette) -> alt.Chart:
    """Every other year shaded: a year is a place, not a line."""
    first, last = marks["x"].min().year, marks["x"].max().year  # type: ignore[union-attr]
    spans = [(date(year, 1, 1), date(year + 1, 1, 1)) for year in range(first, last + 1, 2)]
    shaded = pl.DataFrame(spans, schema={"from": pl.Date, "to": pl.Date}, orient="row")
    return alt.Chart(shaded).mark_rect(color=palette.panel).encode(x="from:T", x2="to:T")


def _given(dated: pl.DataFrame, x: alt.X, palette: Palette) -> list[alt.Chart]:
    """In a story in order: a tick where a record has a date, and the date above it where there is room."""
    spots = dated["x"].to_list()
    across = max([*spots, 1.0])
    wide, narrow = (pl.Series(_rows(spots, across * share), dtype=pl.Float64) for share in (0.085, 0.27))
    rows = dated.with_columns(wide=wide, narrow=narrow)
    texts = []
    for name, shown in (("wide", f"{SMALL} ? '' : datum.label"), ("narrow", f"{SMALL} ? datum.label : ''")):
        for up in rows[name].drop_nulls().unique().sort():
            texts.append(
                alt.Chart(rows.filter(pl.col(name) == up).select("x", "label"))
                .mark_text(align="left", dx=-2, y=up, fontSize=12, color=palette.muted, text=alt.expr(shown))
                .encode(x=x)
            )
    return [alt.Chart(dated).mark_rule(color=palette.limit, strokeWidth=1, y=-5, y2=5).encode(x=x), *texts]


def _rows(spots: list[float], room: float) -> list[float | None]:
    """Which of two lines above the picture each date stands on; None where both are taken."""
    free = [-1e9, -1e9]
    lines: list[float | None] = []
    for spot in spots:
        at = next((line for line in (0, 1) if spot >= free[line]), None)
        lines.append(None if at is None else -10.0 - 16.0 * at)
        if at is not None:
            free[at] = spot + room
    return lines


def picture_words(marks: pl.DataFrame, lanes: pl.DataFrame) -> str:
    """The picture in words: how many records of each kind, and the agencies with the most."""
    kinds = marks.group_by("family").agg(pl.col("n").sum()).sort("n", "family", descending=[True, False])
    by_kind = ", ".join(f"{family} {n:,}" for family, n in kinds.iter_rows())
    most = lanes.sort("n", "lane", descending=[True, False]).head(5)
    named = ", ".join(f"{agency} {n:,}" for agency, n in most.select("agency", "n").iter_rows())
    return f"Records by kind: {by_kind}. Agencies with the most: {named}."
