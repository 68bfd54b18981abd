"""The ways a reading over time is drawn: one large chart, people one by one, a split side by side or in one chart."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import streamlit as st

from connectors.store import Store
from measures.limiting import RARE
from measures.model.measure import reached_by
from measures.reading import Reading
from pages.charts import words
from pages.charts.moving_range import KINDS as WITH_STEPS
from pages.charts.moving_range import steps_of
from pages.charts.overlaid import MOST, SIGNS, largest
from pages.charts.sparkline import sparkline
from pages.check import key, points, ruled, suggesting
from pages.check.drawing import (
    MOST_DRAWN,
    Marked,
    chart_of,
    counted,
    dots_chart,
    phase_cells,
    steps_chart,
    together_chart,
)
from pages.desk import session, states
from pages.desk.shown import shown

AS = {"": "One dot a need, and by period", "dots": "One dot a need", "periods": "By period"}
TOGETHER = 60  # points a line: beyond that lines in one chart hide one another
VIEWS = {"": "Side by side, each with its limits", "together": "As lines in one chart"}


def plain(name: str, reading: Reading, tall: int | None = None) -> None:
    """One chart of a reading, its specification kept by what was asked."""
    spec = session.kept("capability chart", lambda: chart_of(reading).to_dict(), reading.request, reading.chart)
    states.chart(spec, name, tall)


def over_time(store: Store, reading: Reading) -> None:
    """The large chart with its phases above it, the question it asks, its steps, and what people said of its points."""
    said = points.judged(store, reading)
    marked = Marked(said.marks, points.picked(), pick=True)
    states.phases(phase_cells(reading))
    if reading.table.height > MOST_DRAWN:
        states.line(
            f"The newest {MOST_DRAWN:,} of {counted(reading.table.height, reading)} are drawn; all are in the table and its files."
        )
    spec = session.kept(
        "capability chart", lambda: chart_of(reading, marked=marked).to_dict(), reading.request, reading.chart, marked
    )
    points.drawn(spec, "series", reading)
    if ruled.steps_wanted():
        _steps(reading)
    key.draw(reading)
    suggesting.draw(reading)
    points.draw(reading, said)


def _steps(reading: Reading) -> None:
    """The steps from one point to the next, where the limits come from them."""
    if reading.chart not in WITH_STEPS or steps_of(reading.table).is_empty():
        states.line("There are no steps to draw beneath: the limits of this chart come from elsewhere. xmr has them.")
        return
    point = "event" if reading.chart in RARE else words.PERIODS[reading.request.period]
    st.header(f"Steps from one {point} to the next")
    spec = session.kept("steps chart", lambda: steps_chart(reading).to_dict(), reading.request, reading.chart)
    states.chart(spec, "steps", 240)


def end_to_end(store: Store, reading: Reading) -> None:
    """How long people waited: a dot each, the weekly median with its limits, and what held, beneath."""
    every = reading.request.period
    word = reached_by(reading.measure, reading.title)
    with st.container(key="noprint_filters_as"), st.columns(3)[0]:
        way = session.choose("Draw", "as", AS)
    if way != "periods":
        _dots(reading, word)
    if way == "dots":
        return
    if not shown(reading).charted:
        as_a_curve(reading)
        return
    st.header(f"Half are {word} within: by {every}{'' if reading.chart == 'run' else ', with its limits'}")
    over_time(store, reading)
    beneath(reading, "stayed_met", None)
    beneath(reading, "stayed_met", "early", "Early: reads high; use it to see change, not level")


def _dots(reading: Reading, word: str) -> None:
    dots = session.dots(reading.request)
    if not dots.height:
        return
    met, waiting = int(dots["met"].sum()), int(dots["open"].sum())
    of_all = f" of {reading.rows_in:,}, evenly chosen" if dots.height < reading.rows_in else ""
    waits = "still open" if reading.measure.reached == "met" else "still waiting"
    parts = ((met, f"{word} ●"), (waiting, f"{waits} ○"), (dots.height - met - waiting, "ended another way +"))
    ends = ", ".join(f"{number:,} {what}" for number, what in parts if number)
    states.line(f"{dots.height:,} needs{of_all}: {ends}. The line: by then half were {word}.")
    spec = session.kept("dots chart", lambda: dots_chart(reading, dots).to_dict(), reading.request)
    states.chart(spec, "dots")


def as_a_curve(reading: Reading) -> None:
    """Too few periods for limits: what the same records say as a curve."""
    curve = session.reading(replace(reading.request, shape="curve", period="week"))
    st.header("As a curve, because there are too few periods for limits")
    states.paragraph(curve.sentence)
    plain("curve", curve)


def beneath(reading: Reading, name: str, line: str | None, title: str = "") -> None:
    """A second measure under the first, with its own usual limits, each week read at one fixed age."""
    asked = replace(reading.request, measure=name, line=line, window_days=28, shape="series", chart=None, centre="mean",
                    range="mean", screening=True)  # fmt: skip
    other = session.reading(asked)
    st.header(title or f"{other.title}: only {asked.period}s old enough to tell")
    states.paragraph(shown(other).sentence)
    plain(f"{name}_{line or 'main'}", other, 280)


def split(reading: Reading) -> None:
    """A split: a small chart a value with its own limits and sentence, the largest first; or lines in one chart."""
    request, kind = reading.request, reading.measure.kind
    sizes = reading.table.group_by("series").agg(pl.col("n").sum()).sort("n", "series", descending=[True, False])
    by = str(request.split).replace("_", " ")
    with st.container(key="noprint_filters_view"), st.columns(3)[0]:
        view = session.choose("Draw", "view", VIEWS)
    if view == "together":
        most = f", the {MOST} largest drawn" if sizes.height > MOST else ""
        states.sentence(f"{sizes.height} lines, split by {by}{most}. Limits are on the charts side by side.")
        longest = int(reading.table.group_by("series").len()["len"].max() or 0)  # type: ignore[arg-type]
        if longest > TOGETHER:
            states.line(f"{longest} {request.period}s a line are too many to tell lines apart: choose a longer period.")
        spec = session.kept("together chart", lambda: together_chart(reading).to_dict(), request, reading.chart)
        states.chart(spec, "together")
        named = zip(SIGNS, largest(reading.table), strict=False)
        states.line(" · ".join(f"{sign} {session.label(series)}" for sign, series in named))
        return
    states.sentence(f"{sizes.height} lines, split by {by}, each with its own limits.")
    for place, row in enumerate(sizes.head(24).iter_rows(named=True)):
        one = shown(reading, row["series"])
        with st.container(key=f"card_split_{place}"):
            left, middle, right = st.columns([1.6, 2.6, 3], gap="medium")
        with left:
            states.paragraph(session.label(str(row["series"])))
            states.line(f"n={row['n']:,}")
        label = words.alternative(str(row["series"]), "", one.points, kind=kind, every=request.period)
        with middle:
            st.markdown(sparkline(one.points, label=label, better=reading.measure.better), unsafe_allow_html=True)
        with right:
            states.line(words.last_value(one.points, kind=kind, every=request.period))
            states.line(words.signal_list(one.points, kind=kind, every=request.period, most=2))
    if sizes.height > 24:
        states.line(f"The 24 largest of {sizes.height} are drawn; the table has them all.")
    key.draw(reading)
