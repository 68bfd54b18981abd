"""The weekly review: what the next person can expect of each purpose measure, and what to go and ask about."""

from __future__ import annotations

import polars as pl
import streamlit as st

from measures.model.time import EPOCH
from pages.charts import words
from pages.desk import apart, session, states
from pages.review import changes, questions
from pages.review.head import asked
from pages.review.ready import EVERY, read_rows
from pages.review.rows import headline, last_review, seen, since, weeks_shown

head = asked(2.2)
store, standing, service, where = head.store, head.standing, head.service, head.where
session.said()


with st.spinner("Reading the records…"):
    rows = read_rows(where)
with head.top:
    st.title("Weekly review")
    states.line(f"{head.service_name} · {weeks_shown(rows, standing.newest or 0)}")
rows = sorted(
    rows, key=lambda row: (row.signal is None, not row.charted)
)  # signals first, then the fixed order, then the rest

before = last_review(store.judgements(session.principal(), "review"), service)
states.sentence(headline(rows))
first_time = "" if before else " · First review: nothing to compare with yet"
states.lines_of(standing.fresh() + first_time, apart.left_out(where))

if not any(row.charted for row in rows):
    from pages.review import short  # brings the large charts with it, which most reviews never draw

    short.draw(where)
    states.footer(standing, session.version())
    st.stop()

states.columns_named("Measure", "Last 60 weeks", "What it says", "Since the last review")
questioned = questions.standing(store.judgements(session.principal(), "question"), service)
for entry in rows:
    with st.container(key=f"card_row_{entry.name}"):  # its parts are laid out by look.css, in this order
        st.page_link(
            "pages/check/capability.py",
            label=entry.title,
            query_params={"measure": entry.name, **({"service": service} if service else {}), **apart.address()},
        )
        weeks = f"{entry.waiting} {EVERY}{'s' if entry.waiting != 1 else ''} not yet known" if entry.waiting else ""
        states.small_chart(entry.picture, weeks)
        states.paragraph(entry.says)
        states.signed(entry.sign, since(entry, before))
        if entry.signal:
            questions.ask(store, entry, service, questioned)

states.legend()
changes.running(store, service)
questions.still_open(store, questioned)

with st.expander("The numbers as a table"):
    table = pl.DataFrame([entry.numbers for entry in rows])
    states.table(table, "Each measure's last known value and its natural process limits.",
                 numbers=("Last known", "n", "Least", "Middle", "Most", "Not yet known"))  # fmt: skip

with st.container(key="noprint_done"):
    st.header("When you have talked")
    if st.button("Record that this was reviewed", type="primary"):
        today = session.today()
        session.judge(
            "review",
            {
                "review_id": f"{service or 'all'}-{session.stamp()}",
                "service": service,
                "on_day": (today - EPOCH).days,
                "import_id": session.version().import_id,
                "seen": seen(rows),
            },
            f"Review of {words.day(today)} recorded. The next one will say what is new since then.",
        )
        st.rerun()
states.footer(standing, session.version())
