"""One part of the Demand page: a chart with its sentence, and under it the table, the computation and the downloads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from textwrap import wrap

import altair as alt
import polars as pl
import streamlit as st

from measures.reading import Reading
from pages.charts import words
from pages.charts.frame import Drawn
from pages.charts.palette import LIGHT
from pages.charts.stack import FAILURE, UNKNOWN, VALUE, Part, height, stack_chart
from pages.check import computed, downloads, taken
from pages.check.demand_parts import rest_words
from pages.check.drawing import chart_of, phase_cells, table_of
from pages.check.taken import Taken
from pages.desk import session, states
from pages.desk.shown import Shown, shown, told

LABELS = 54  # pixels for figures on the vertical axis: the same on every chart, so that plots stand under each other
# An unseen word as wide as any limit's: without it a chart whose limits read shorter would be a little wider.
ROOM = {
    "data": {"values": [{}]},
    "mark": {
        "type": "text", "text": {"expr": "width < 420 ? '88.88' : 'no upper limit'"}, "x": {"expr": "width + 8"},
        "y": 0, "align": "left", "fontSize": 13, "fontWeight": 600, "opacity": 0,
    },
}  # fmt: skip
MOST = 12  # rows of a breakdown that are drawn; all are in the table
ALL_PARTS = (FAILURE, VALUE, UNKNOWN)
KEY = "Filled: failure demand. Outlined: value demand. Dashed: unclear or not classified."


@dataclass(frozen=True)
class Placed:
    """How a chart over time stands among others.

    Attributes:
        spans: `period_start, period_end` of the time axis it shares; None: its own.
        top: the upper end of the vertical axis it shares; None: its own.
        tall: pixels.
        caveats: whether its caveats are said under it, or by the page for several at once.
    """

    spans: pl.DataFrame | None = None
    top: float | None = None
    tall: int = 300
    caveats: bool = True


def over_time(name: str, reading: Reading, placed: Placed = Placed()) -> None:
    """A capability chart with its sentence and its phases, on a time axis shared with its neighbours."""
    held = shown(reading)
    states.paragraph(held.sentence)
    if held.known + held.waiting:
        states.phases(phase_cells(reading) if held.charted else [])
        if placed.spans is not None:
            edges = ["period_start", "period_end"]
            points = placed.spans.join(held.points, on=edges, how="left").select(held.points.columns)
            held = replace(held, points=points.sort("period_start"))
        spec = session.kept("demand chart", lambda: _placed(reading, held, placed.top), reading.request, _key(placed))
        states.chart(spec, name, placed.tall)  # type: ignore[arg-type]
    if placed.caveats:
        states.lines(told(reading))


def _placed(reading: Reading, held: Shown, top: float | None) -> dict:
    spec = chart_of(reading, held).to_dict()
    spec["config"].setdefault("axisY", {}).update(minExtent=LABELS, maxExtent=LABELS)
    spec["layer"].append(ROOM)
    for layer in spec["layer"] if top is not None else ():
        if scale := layer.get("encoding", {}).get("y", {}).get("scale"):
            scale["domain"] = [0.0, top]
    return spec


def _key(placed: Placed) -> tuple:
    spans = placed.spans
    ends = () if spans is None else (spans.height, spans["period_start"].min(), spans["period_end"].max())
    return (*ends, placed.top)


def behind_series(name: str, reading: Reading, standing: states.Standing) -> None:
    """What lies behind a chart over time."""
    held = shown(reading)
    if not held.known + held.waiting:
        return
    alternative = words.alternative(
        reading.title, held.sentence, held.points, kind=reading.measure.kind, every=reading.request.period
    )
    behind(name, taken.of(reading), standing, lambda: table_of(reading), alternative)


def broken_down(name: str, reading: Reading, table: pl.DataFrame, standing: states.Standing, *, title: str,
                sentence: str, plural: str, parts: Sequence[Part] = ALL_PARTS) -> None:  # fmt: skip
    """A breakdown: the largest rows drawn, how many more there are, and all of them in the table.

    Args:
        name: unique on the page.
        reading: what `table` was read from, for the explanation.
        table: `split_table` or `single_table`, the largest first.
        standing: freshness.
        title: what is broken down.
        sentence: what it says.
        plural: what the rows are, for "and 118 more doors".
        parts: what the bars are made of.
    """
    states.paragraph(sentence)
    if table.is_empty():
        return
    unit = "demands" if len(parts) > 1 else "failure demands"
    draw = partial(stack_chart, table, title=title, unit=unit, parts=parts, most=MOST)
    spec = session.kept("demand rows", lambda: draw().to_dict(), reading.request, name)
    states.chart(spec, name, height(table, MOST))  # type: ignore[arg-type]
    if rest := rest_words(table, plural, MOST):
        states.line(rest)
    asked = downloads.asked_in_words(reading)
    key = KEY if len(parts) > 1 else ""
    heading = (title, *wrap(f"{sentence} {key}", 120), f"{asked} · data version {reading.data_version}")

    def picture() -> alt.LayerChart:
        size = Drawn(width=900, height=height(table, MOST), heading=heading, right=20)
        return draw(palette=LIGHT, drawn=size)

    figures = table.drop("said", "short")
    away = Taken(
        reading, f"demand-{name}", title, sentence, lambda: figures, lambda: figures, picture, shares=("share",),
        key=key, also=("value_demand", "failure_demand") if key else (),
    )  # fmt: skip
    behind(name, away, standing, lambda: plain_rows(table, plural), str(spec["description"]))  # type: ignore[index]


def plain_rows(table: pl.DataFrame, plural: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """A breakdown's rows as they read, and which of the columns are numbers."""
    first = plural.removesuffix("s").capitalize()
    number = {
        "total": "Demands", "failure": "Failure", "value": "Value", "unknown": "Not classified",
        "share": "Failure, of classified",
    }  # fmt: skip
    if "total" not in table.columns:
        number = {"failure": "Failure demands", "share": "Share of them"}
    rows = [
        {first: row["label"]}
        | {
            title: words.figure(row[column], "share" if column == "share" else "count")
            if row[column] is not None
            else ""
            for column, title in number.items()
        }
        for row in table.iter_rows(named=True)
    ]
    return pl.DataFrame(rows), tuple(number.values())


def behind(
    name: str, away: Taken, standing: states.Standing, table: Callable[[], tuple[pl.DataFrame, tuple[str, ...]]],
    alternative: str,
) -> None:  # fmt: skip
    """What lies behind one chart, by its name on the page; computed and sent when somebody opens it."""
    opened = st.expander(
        f"{away.title}: table, how it was computed, downloads", key=f"behind_{name}", on_change="rerun"
    )
    if not opened.open:
        return
    with opened:
        plain, numbers = table()
        states.table(plain, f"{away.title}: the figures behind the chart.", numbers=numbers)
        states.line(alternative)
        st.subheader("How this was computed", anchor=False)
        states.terms(computed.lines(away.reading, standing))
        with st.container(key=f"noprint_{name}"):
            downloads.draw(session.store(), away, standing, f"{name}_")
