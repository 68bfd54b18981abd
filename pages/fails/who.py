"""Who the system fails most: how few stand for how much, whose lives many agencies are in, and what it costs in all."""

from __future__ import annotations

import streamlit as st

from measures.request import Request
from pages.desk import apart, session, states
from pages.fails import equality, lasting
from pages.fails.sections import HEADINGS, ROWS, SECTIONS
from pages.flow import section
from pages.review.head import asked

head = asked(2.6)
request = Request("concentration", where=head.where)

with st.spinner("Reading the records…"):
    first_of_all = section.read(request, "concentration", "curve")
with head.top:
    st.title("Who the system fails most")
    states.line(head.service_name)
unknown = "These records do not tell how demand spreads over people."
states.sentence(unknown if section.empty(first_of_all) else first_of_all.sentence)
states.lines_of(head.standing.fresh(), apart.left_out(head.where))
states.paragraph(
    "Nobody is ranked here. The few who ask most are where to begin to study: what did they need the first time, and what did "
    "we do instead?"
)
said: set[str] = set()
untold: list[str] = []
for measure, shape in SECTIONS:
    section.draw(
        request,
        measure,
        shape,
        head.standing,
        heading=HEADINGS.get((measure, shape)),
        rows=ROWS.get(measure),
        said=said,
        untold=untold,
    )
    if (measure, shape) == ("concentration", "series"):
        lasting.draw(request)
equality.draw(request, head.standing, said)
section.ask(untold)
states.footer(head.standing, session.version())
