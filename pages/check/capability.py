"""One measure, large: what the next person can expect, what changed, and how the figure came to be."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import streamlit as st

from measures.catalogue import MEASURES
from measures.reading import Reading, ReadingError
from pages.charts import words
from pages.charts.bars import height
from pages.charts.sparkline import sparkline
from pages.check import changing, computed, downloads, gaps
from pages.check.asked import asked
from pages.check.drawing import before_and_after, chart_of, dots_chart, phase_cells, table_of
from pages.check.figures import category
from pages.desk import apart, session, states
from pages.desk.shown import shown, told
from pages.review import welcome

store = session.store()
standing = session.standing()
if standing.empty:
    welcome.draw(store)
    st.stop()

head = st.container()
with st.container(key="noprint_filters"):
    measure, request = asked()
try:
    with st.spinner("Reading the records…"):
        reading = session.reading(request)
except ReadingError as error:
    with head:
        st.title(measure.title)
        states.problem(f"{str(error).capitalize()}.")
    st.stop()

split = request.split is not None and reading.shape == "series"
with head:
    name, tools = st.columns([3, 1], vertical_alignment="center")
    with name:
        st.title(reading.title)
    with tools:
        states.tools()
    session.said()
    if not split:
        states.sentence(shown(reading).sentence if reading.shape == "series" else reading.sentence)
    states.lines_of(measure.question, reading.definition, apart.left_out(request.where))


def drawn(name: str, this: Reading, tall: int | None = None) -> None:
    """One chart of a reading, its specification kept by what was asked."""
    spec = session.kept("capability chart", lambda: chart_of(this).to_dict(), this.request)
    states.chart(spec, name, tall)


def over_time(this: Reading) -> None:
    """The large chart over time with its phases above it."""
    states.phases(phase_cells(this))
    drawn("series", this)


def end_to_end() -> None:
    """How long people waited: a dot each, the weekly median with its limits, and what held, beneath."""
    dots = session.dots(request)
    word = "met" if reading.title.startswith(measure.title) else "closed"
    if dots.height:
        met, waiting = int(dots["met"].sum()), int(dots["open"].sum())
        of_all = f" of {reading.rows_in:,}, evenly chosen" if dots.height < reading.rows_in else ""
        parts = ((met, f"{word} ●"), (waiting, "still open ○"), (dots.height - met - waiting, "ended another way +"))
        ends = ", ".join(f"{number:,} {what}" for number, what in parts if number)
        states.line(f"{dots.height:,} needs{of_all}: {ends}. The line: by then half were {word}.")
        spec = session.kept("dots chart", lambda: dots_chart(reading, dots).to_dict(), request)
        states.chart(spec, "dots")
    if not shown(reading).charted:
        as_a_curve()
        return
    st.header(f"Half are {word} within: by {request.period}, with its limits")
    over_time(reading)
    beneath("stayed_met", None)
    beneath("stayed_met", "early", "Early: reads high; use it to see change, not level")


def as_a_curve() -> None:
    """Too few periods for limits: what the same records say as a curve."""
    curve = session.reading(replace(request, shape="curve", period="week"))
    st.header("As a curve, because there are too few periods for limits")
    states.paragraph(curve.sentence)
    drawn("curve", curve)


def beneath(name: str, line: str | None, title: str = "") -> None:
    """A second measure under the first, with its own process limits, each week read at one fixed age."""
    other = session.reading(replace(request, measure=name, line=line, window_days=28, shape="series"))
    st.header(title or f"{other.title}: only {request.period}s old enough to tell")
    states.paragraph(shown(other).sentence)
    drawn(f"{name}_{line or 'main'}", other, 280)


def side_by_side() -> None:
    """A split: a row a value with its own small chart and its own sentence, the largest first."""
    sizes = reading.table.group_by("series").agg(pl.col("n").sum()).sort("n", "series", descending=[True, False])
    states.sentence(f"{sizes.height} lines, split by {str(request.split).replace('_', ' ')}, each with its own limits.")
    for row in sizes.head(24).iter_rows(named=True):
        one = shown(reading, row["series"])
        left, middle, right = st.columns([1.6, 2.6, 3], gap="medium")
        with left:
            states.paragraph(session.label(str(row["series"])))
            states.line(f"n={row['n']:,}")
        label = words.alternative(str(row["series"]), "", one.points, kind=measure.kind, every=request.period)
        with middle:
            st.markdown(sparkline(one.points, label=label, better=measure.better), unsafe_allow_html=True)
        with right:
            states.line(words.last_value(one.points, kind=measure.kind, every=request.period))
            states.line(words.signal_list(one.points, kind=measure.kind, every=request.period, most=2))
    if sizes.height > 24:
        states.line(f"The 24 largest of {sizes.height} are drawn; the table has them all.")


if reading.table.is_empty():
    states.notice("No records match these filters. Choose a wider one, or all services.")
elif split:
    side_by_side()
elif reading.shape == "breakdown":
    drawn("breakdown", reading, height(reading.table, category(reading.table)))
elif reading.shape == "curve":
    drawn("curve", reading)
elif measure.kind == "duration":
    end_to_end()
elif "curve" in measure.readings and not shown(reading).charted:
    as_a_curve()
else:
    over_time(reading)

if reading.shape == "series" and (split or shown(reading).charted):
    states.legend()
states.lines(told(reading))

with st.container(key="noprint_downloads"):
    downloads.draw(store, reading, standing)

if reading.shape == "series" and not split:
    if reading.phases.height > 1:
        st.header("Before and after")
        caption = "Each phase on its own figures, and whether the difference is a signal."
        states.table(before_and_after(reading), caption, numbers=("Middle", "Least", "Most", "n"))
    changing.draw(store, reading, {name: other.title for name, other in MEASURES.items()})

with st.expander("The figures as a table"):
    table, numbers = session.kept("table", lambda: table_of(reading), request)
    states.table(table, f"{reading.title}: the figures behind the chart.", numbers=numbers)
    if reading.shape == "series" and not split:
        states.line(words.alternative(reading.title, shown(reading).sentence, shown(reading).points, kind=measure.kind,
                                      every=request.period))  # fmt: skip
gaps.draw(reading)
with st.expander("How this was computed"):
    states.terms(computed.lines(reading, standing))
states.footer(standing, session.version())
