"""Who the system fails most: how few stand for how much, whose lives many agencies are in, and what it costs in all."""

from __future__ import annotations

import streamlit as st

from measures.request import Request
from pages.desk import apart, session, states
from pages.fails.sections import HEADINGS, ROWS, SECTIONS
from pages.flow import section
from pages.review import welcome

store = session.store()
standing = session.standing()
if standing.empty:
    welcome.draw(store)
    st.stop()

several = apart.several()
top, *first, second, tools = st.columns([2.6, *([1] if several else []), 1, 1.2], vertical_alignment="bottom")
with tools:
    states.tools()
with first[0] if first else second:
    sources = apart.source_asked()
with second:
    service = session.choose("Service", "service", {"": "All services", **session.values("service")})
where = (*sources, *((("service", service),) if service else ()))
request = Request("concentration", where=where)

with st.spinner("Reading the records…"):
    first_of_all = section.read(request, "concentration", "curve")
with top:
    st.title("Who the system fails most")
    states.line(session.label(service) if service else "All services")
unknown = "These records do not tell how demand spreads over people."
states.sentence(unknown if section.empty(first_of_all) else first_of_all.sentence)
states.lines_of(standing.fresh(), apart.left_out(where))
states.paragraph(
    "Nobody is ranked here. The few who ask most are where to begin to study: what did they need the first time, and what did "
    "we do instead?"
)
said: set[str] = set()
for measure, shape in SECTIONS:
    section.draw(
        request, measure, shape, standing, heading=HEADINGS.get((measure, shape)), rows=ROWS.get(measure), said=said
    )
states.footer(standing, session.version())
