"""Anybody's own figures, pasted or sent: the chart, its sentence, how it was computed, and a link. Nothing is imported."""

from __future__ import annotations

import streamlit as st

from pages.desk import states
from pages.own import asking, given, link, shown

title, tools = st.columns([3, 1], vertical_alignment="center")
title.title("Your own figures", anchor=False)
result = st.container()
text, remarks = given.text()
if text:
    st.query_params.pop(link.NAME, None)  # the address must not hold other figures than the page shows
    mark = given.mark_of(text)
    with result:
        found = asking.understood(text, mark)
    if found.figures is not None:
        shown.draw(found.figures, mark, None, result, tools)
    if found.figures is not None or found.columns:
        with result:
            asking.read_so(found, remarks, mark)
elif link.NAME in st.query_params:
    packed = st.query_params[link.NAME]
    try:
        figures, asked = link.unpack(packed)
    except link.LinkDamaged as damaged:
        with result:
            states.problem(str(damaged))
    else:
        shown.draw(figures, given.mark_of(packed), asked, result, tools)
else:
    with result:
        states.sentence("Paste dates and numbers, and see what is predictable and what has changed.")
        states.line(given.PRIVATE)
given.footer()
