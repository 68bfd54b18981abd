"""One measure, large: what the next person can expect, what changed, and how the figure came to be."""

from __future__ import annotations

import streamlit as st

from measures.catalogue import MEASURES
from measures.reading import ReadingError
from pages.charts import words
from pages.charts.bars import height
from pages.check import acting, behind, changing, computed, downloads, gaps, otherwise, points, season, taken, ways
from pages.check.asked import asked
from pages.check.drawing import before_and_after, table_of
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
    acting.said()
    if not split:
        states.sentence(shown(reading).sentence if reading.shape == "series" else reading.sentence)
    states.lines_of(measure.question, reading.definition, apart.left_out(request.where))


changed = [caveat.text for caveat in reading.caveats if caveat.code == "chart_changed"]
for text in changed:
    states.notice(text)
if reading.table.is_empty():
    states.notice("No records match these filters. Choose a wider one, or all services.")
elif split:
    ways.split(reading)
elif reading.shape == "breakdown":
    ways.plain("breakdown", reading, height(reading.table, category(reading.table)))
elif reading.shape == "curve":
    ways.plain("curve", reading)
elif measure.kind == "duration":
    ways.end_to_end(store, reading)
elif "curve" in measure.readings and not shown(reading).charted:
    ways.as_a_curve(reading)
else:
    ways.over_time(store, reading)

if reading.shape == "series" and not split and reading.table.height:
    behind.draw(store, reading)
states.lines([text for text in told(reading) if text not in changed])

with st.container(key="noprint_downloads"):
    over_time = reading.shape == "series" and not split
    downloads.draw(store, taken.of(reading, points.judged(store, reading) if over_time else None), standing)

if reading.shape == "series" and not split:
    if reading.phases.height > 1:
        st.header("Before and after")
        caption = "Each phase on its own figures, and whether the difference is a signal."
        states.table(before_and_after(reading), caption, numbers=("Middle", "Least", "Most", "n"), cards=True)
    otherwise.draw(reading)
    changing.draw(store, reading, {name: other.title for name, other in MEASURES.items()})

with st.expander("The figures as a table"):
    table, numbers = session.kept("table", lambda: table_of(reading), request)
    states.table(table, f"{reading.title}: the figures behind the chart.", numbers=numbers)
    if reading.shape == "series" and not split:
        states.line(words.alternative(reading.title, shown(reading).sentence, shown(reading).points, kind=reading.measure.kind,
                                      every=reading.request.period))  # fmt: skip
season.draw(reading)
gaps.draw(reading)
with st.expander("How this was computed"):
    states.terms(computed.lines(reading, standing))
states.footer(standing, session.version())
