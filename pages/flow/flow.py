"""Flow: what happens to a hundred people who ask, and where their time goes."""

from __future__ import annotations

from datetime import date

import polars as pl
import streamlit as st

from measures.model.records import ACTIVITY_KINDS
from measures.paths import Paths, follows, paths, waits
from measures.request import Request
from pages.charts import matrix
from pages.charts.paths import paths_chart
from pages.check.demand_asked import span
from pages.desk import apart, session, states
from pages.flow import section
from pages.flow.words import STAGES, headline, paths_table, stage_words, steps_left, steps_table
from pages.review.head import asked

TALL = 440
# What happens when: a curve each.
CURVES = (
    "first_contact_resolution",
    "end_to_end_time",
    "time_to_first_value_work",
    "time_to_screened_in",
    "screened_out_returned",
)

head = asked(2.0, more=1)
with head.more[0]:
    years = range(span()[0].year, span()[1].year + 1)
    asked_in = session.choose("First asked in", "year", {"": "Any year", **{str(year): str(year) for year in years}})
request = Request(
    "end_to_end_time", shape="curve", where=head.where,
    since=date(int(asked_in), 1, 1) if asked_in else None, until=date(int(asked_in), 12, 31) if asked_in else None,
)  # fmt: skip

with st.spinner("Reading the records…"):
    found: Paths = session.kept("paths", lambda: paths(session.records(), request, session.principal()), request)  # type: ignore[assignment]
with head.top:
    st.title("Flow")
    states.line(f"{head.service_name} · {asked_in or 'all years'}")
states.sentence(headline(found))
states.lines_of(head.standing.fresh(), apart.left_out(head.where))
if not found.needs or not found.shown:
    states.footer(head.standing, session.version())
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


untold: list[str] = []
section.draw(request, "cycles_per_need", "breakdown", head.standing, line="opened",
             heading="How often people are taken through the same circle", untold=untold)  # fmt: skip

pairs = session.kept("follows", lambda: follows(session.records(), request, session.principal()), request)
if isinstance(pairs, pl.DataFrame) and pairs.height:
    st.header("What follows what", anchor=False)
    kinds = [kind for kind in ACTIVITY_KINDS if kind in set(pairs["before"]) | set(pairs["after"])]
    if len(kinds) == 1:
        states.paragraph(f"These records hold one kind of work only ({kinds[0]}), so nothing else can follow it.")
    else:
        states.paragraph("Read along a row: after this kind of work, of 100 times something followed, what came next.")
        drawn = matrix.matrix_chart(pairs, kinds, title="What followed what")
        states.chart(drawn.to_dict(), "matrix", matrix.height(kinds))

steps = session.kept("waits", lambda: waits(session.records(), request, session.principal()), request)
if isinstance(steps, pl.DataFrame) and steps.height:
    st.header("Where the time goes", anchor=False)
    states.paragraph("Days from one step to the next of another kind, for the same need. The clock never pauses.")
    states.table(steps_table(steps), "The steps that hold most of the waiting.",
                 numbers=("Times", "Of all waiting"), cards=True)  # fmt: skip
    if rest := steps_left(steps):
        states.line(rest)

said_once: set[str] = set()
for name in CURVES:
    section.draw(request, name, "curve", head.standing, said=said_once, untold=untold)
section.ask(untold)
states.footer(head.standing, session.version())
