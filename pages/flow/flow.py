"""Flow: what happens to a hundred people who ask, and where their time goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import streamlit as st

from measures.catalogue import MEASURES
from measures.model.records import ACTIVITY_KINDS
from measures.paths import Paths, follows, paths, waits
from measures.reading import Reading
from measures.request import Request
from pages.charts import matrix
from pages.charts.bars import bars_chart, height
from pages.charts.curve import curve_chart
from pages.charts.paths import paths_chart
from pages.check import downloads, taken
from pages.check.demand_asked import span
from pages.check.figures import category, curve_title
from pages.desk import apart, session, states
from pages.desk.shown import told
from pages.flow.words import STAGES, headline, paths_table, stage_words, steps_table
from pages.review import welcome

TALL = 440
# Charts of the page after the paths: measure, shape; those that the catalogue does not have are left out.
CURVES = (
    "first_contact_resolution",
    "end_to_end_time",
    "time_to_first_value_work",
    "time_to_screened_in",
    "screened_out_returned",
)

store = session.store()
standing = session.standing()
if standing.empty:
    welcome.draw(store)
    st.stop()

several = apart.several()
top, *first, second, third, tools = st.columns([2.0, *([1] if several else []), 1, 1, 1.2], vertical_alignment="bottom")
with tools:
    states.tools()
with first[0] if first else second:
    sources = apart.source_asked()
with second:
    service = session.choose("Service", "service", {"": "All services", **session.values("service")})
with third:
    years = range(span()[0].year, span()[1].year + 1)
    asked_in = session.choose("First asked in", "year", {"": "Any year", **{str(year): str(year) for year in years}})
where = (*sources, *((("service", service),) if service else ()))
request = Request(
    "end_to_end_time", shape="curve", where=where,
    since=date(int(asked_in), 1, 1) if asked_in else None, until=date(int(asked_in), 12, 31) if asked_in else None,
)  # fmt: skip

with st.spinner("Reading the records…"):
    found: Paths = session.kept("paths", lambda: paths(session.records(), request, session.principal()), request)  # type: ignore[assignment]
with top:
    st.title("Flow")
    states.line(f"{session.label(service) if service else 'All services'} · {asked_in or 'all years'}")
states.sentence(headline(found))
states.lines_of(standing.fresh(), apart.left_out(where))
if not found.needs or not found.shown:
    states.footer(standing, session.version())
    st.stop()

parts = {stage.column: found.of_hundred(stage.column) for stage in STAGES}
said = [stage_words(stage.column, parts[stage.column]) for stage in STAGES]
spec = session.kept(
    "paths chart", lambda: paths_chart(found.table, STAGES, description=" ".join(said)).to_dict(), request
)
states.line(
    f"{found.needs:,} needs, each as wide as its share of 100. Blue ends are met, orange dashed ones are people turned away."
)
states.chart(spec, "paths", TALL)  # type: ignore[arg-type]
states.lines(said)
with st.expander("Every path as a table"):
    states.table(paths_table(found), "How needs went, the commonest way first.", numbers=("Needs", "Of 100"), limit=60)


def read(name: str, shape: str) -> Reading:
    """A reading under the page's filters."""
    return session.reading(replace(request, measure=name, shape=shape))  # type: ignore[arg-type]


def behind(name: str, reading: Reading) -> None:
    """What is taken away of a chart, and what to know of it."""
    states.lines(told(reading))
    with st.expander("Take it away"):
        downloads.draw(store, taken.of(reading), standing, name)


if "cycles_per_need" in MEASURES:
    st.header("How often people are taken through the same circle", anchor=False)
    reading = read("cycles_per_need", "breakdown")
    states.paragraph(reading.sentence)
    name = category(reading.table)
    chart = bars_chart(reading.table, name, title=reading.title, kind="count", unit="needs")
    states.chart(chart.to_dict(), "cycles", height(reading.table, name))
    behind("cycles", reading)

pairs = session.kept("follows", lambda: follows(session.records(), request, session.principal()), request)
if isinstance(pairs, pl.DataFrame) and pairs.height:
    st.header("What follows what", anchor=False)
    states.paragraph("Read along a row: after this kind of work, of 100 times something followed, what came next.")
    kinds = [kind for kind in ACTIVITY_KINDS if kind in set(pairs["before"]) | set(pairs["after"])]
    drawn = matrix.matrix_chart(pairs, kinds, title="What followed what")
    states.chart(drawn.to_dict(), "matrix", matrix.height(kinds))

steps = session.kept("waits", lambda: waits(session.records(), request, session.principal()), request)
if isinstance(steps, pl.DataFrame) and steps.height:
    st.header("Where the time goes", anchor=False)
    states.paragraph("Days from one step to the next of another kind, for the same need. The clock never pauses.")
    states.table(steps_table(steps), "The steps that hold most of the waiting.",
                 numbers=("Times", "Of all waiting"), cards=True)  # fmt: skip

for name in (name for name in CURVES if name in MEASURES):
    measure = MEASURES[name]
    if measure.curve is None:
        continue
    reading = read(name, "curve")
    if reading.table.is_empty() or reading.table["value"].null_count() == reading.table.height:
        continue
    st.header(reading.title, anchor=False)
    states.paragraph(reading.sentence)
    curve = curve_chart(
        reading.table, title=reading.title, x_title=curve_title(measure), waits=measure.kind == "duration"
    )
    states.chart(curve.to_dict(), name, 300)
    behind(name, reading)
states.footer(standing, session.version())
