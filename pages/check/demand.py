"""What people ask for: what we exist to do, and what we only hear because we failed them before."""

from __future__ import annotations

import streamlit as st

from measures.reading import Reading
from pages.charts.stack import FAILURE, KEY
from pages.check.demand_asked import asked
from pages.check.demand_parts import (
    doors_words,
    gap_words,
    headline,
    highest,
    periods_of,
    single_table,
    split_table,
    totals,
)
from pages.check.demand_section import Placed, behind_series, broken_down, over_time
from pages.desk import session, states
from pages.desk.shown import told
from pages.review import welcome

store = session.store()
standing = session.standing()
if standing.empty:
    welcome.draw(store)
    st.stop()

head = st.container()
with st.container(key="noprint_filters"):
    filters = asked()


def read(measure: str, shape: str = "series", split: str | None = None) -> Reading:
    """A reading under the page's filters."""
    return session.reading(filters.request(measure, shape, split))


def broken(split: str) -> tuple[Reading, Reading, Reading]:
    """All, value and failure demand by one column."""
    return tuple(read(name, "breakdown", split) for name in ("demand_by_front_door", "value_demand", "failure_demand"))  # type: ignore[return-value]


with st.spinner("Reading the records…"):
    by_door = broken("front_door")
    doors = split_table(*by_door)
    held = totals(doors)
with head:
    st.title("Demand", anchor=False)
    states.sentence(headline(held))
    states.line(
        "Value demand is what people ask that we exist to do. Failure demand is what they ask only because something "
        "was not done, or not done right, before."
    )
    states.tools()
if not held.all:
    if filters.since and filters.until and filters.since > filters.until:
        states.notice("The first day lies after the last one; choose an earlier “From”.")
    else:
        states.notice("No records match these filters. Choose a wider one, or all services.")
    states.footer(standing, session.version())
    st.stop()

if held.classified:
    value, failure = read("value_demand"), read("failure_demand")
    spans = periods_of(value.table, failure.table)
    st.header("Value demand and failure demand over the same time", anchor=False)
    for name, reading in (("value", value), ("failure", failure)):
        st.subheader(reading.title, anchor=False)
        over_time(name, reading, Placed(spans, tall=230, caveats=False))
    states.legend()
    states.lines(list(dict.fromkeys((*told(value), *told(failure)))))
    behind_series("value", value, standing)
    behind_series("failure", failure, standing)
else:
    everything = read("demand_by_front_door")
    st.header("All demand", anchor=False)
    over_time("all", everything)
    states.legend()
    states.notice(
        "To see value and failure demand, somebody has to listen to what people ask, and classify a sample of it."
    )
    behind_series("all", everything, standing)

st.header("How much of it is failure, seen two ways", anchor=False)
coded, twin = read("failure_demand_share"), read("structural_failure_share")
if meaning := gap_words(coded, twin):
    states.paragraph(meaning)
together = Placed(
    periods_of(coded.table, twin.table) if held.classified else None, highest(coded.table, twin.table), tall=320
)
left, right = st.columns(2, gap="large")
with left:
    st.subheader("As people here classified it", anchor=False)
    if held.classified:
        over_time("coded", coded, together)
        behind_series("coded", coded, standing)
    else:
        states.paragraph("Nothing has been classified, so there is nothing to show here yet.")
with right:
    st.subheader("By the records alone: demands that return", anchor=False)
    over_time("twin", twin, together)
    behind_series("twin", twin, standing)

if held.failure:
    st.header("What failure demand is about", anchor=False)
    types = read("failure_demand", "breakdown", "failure_type")
    kinds = single_table(types)
    broken_down("types", types, kinds, standing, title="Failure demand by type", plural="types", parts=(FAILURE,),
                sentence="By type, in the words used here.")  # fmt: skip
    causes = read("failure_demand", "breakdown", "caused_by_agency")
    st.subheader("Whose failure it was", anchor=False)
    broken_down("causes", causes, single_table(causes), standing, title="Failure demand by the agency that caused it",
                sentence="Failure caused elsewhere is still failure for the person. Where no agency is recorded, it is "
                "this service's own or nobody asked.", plural="agencies", parts=(FAILURE,))  # fmt: skip

st.header("Where people ask", anchor=False)
states.line(KEY)
broken_down("doors", by_door[0], doors, standing, title="Demand by front door", plural="doors",
            sentence=doors_words(doors, "front door", "front doors"))  # fmt: skip
st.header("What people ask about", anchor=False)
by_issue = broken("issue")
issues = split_table(*by_issue)
states.line(KEY)
broken_down("issues", by_issue[0], issues, standing, title="Demand by issue", plural="issues",
            sentence=doors_words(issues, "issue", "issues"))  # fmt: skip

st.header("New or already known", anchor=False)
known = read("known_share")
over_time("known", known)
behind_series("known", known, standing)
states.footer(standing, session.version())
