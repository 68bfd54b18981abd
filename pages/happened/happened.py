"""What happened: needs that seemed to end. Ask the person: was it met, partly, or not?"""

from __future__ import annotations

import polars as pl
import streamlit as st

from measures import asking
from measures.model.time import DAY
from pages.check import acting
from pages.desk import session, states
from pages.happened import form
from pages.happened.said import headline, need_words, told_lately
from pages.review import welcome

WEEKS = {"4": "The last 4 weeks", "12": "The last 12 weeks", "52": "The last year"}
MOST = 10  # needs to ask about at once: a morning's telephone calls

store = session.store()
standing = session.standing()
if standing.empty:
    welcome.draw(store)
    st.stop()

top, second, third, tools = st.columns([2.2, 1, 1, 1.2], vertical_alignment="bottom")
with tools:
    states.tools()
with second:
    service = session.choose("Service", "service", {"": "All services", **session.values("service")})
with third:
    weeks = session.choose("Seemed to end in", "weeks", WEEKS, "12")
acting.said()

seen = (standing.newest or 0) // DAY
since = seen - 7 * int(weeks)


def found() -> pl.DataFrame:
    """The needs of these weeks in the order in which chance drew them."""
    return asking.seemed_to_end(session.records(), session.principal(), service, since, seen)


with st.spinner("Reading the records…"):
    rows: pl.DataFrame = session.kept("what happened", found, service, since)  # type: ignore[assignment]
with top:
    st.title("What happened")
    states.line(f"{session.label(service) if service else 'All services'} · {WEEKS[weeks].lower()}")
states.sentence(headline(asking.counted(rows)))
states.lines_of(standing.fresh())
states.paragraph(
    "A closed file proves nothing: only the person can say whether their need was met. Ring or visit the people below, from "
    "the top. Chance has drawn the order, so that the easy ones are not asked first."
)

waiting = rows.filter(pl.col("answer").is_null())
st.header("Whom to ask next")
if rows.filter(pl.col("answer").is_not_null() & (pl.col("need_id") == (session.held("need") or ""))).height:
    session.let_go("need")
    states.notice("Somebody else has just written what this person said. Theirs stands; nothing of yours was written.")
if waiting.is_empty():
    states.notice(
        "Nobody is left to ask among the needs that ended in this time. Choose a longer time, or another service."
    )
for need in waiting.head(MOST).iter_rows(named=True):
    with st.container(key=f"card_need_{need['need_id']}", border=False):
        left, right = st.columns([3, 1], gap="medium", vertical_alignment="center")
        with left:
            states.paragraph(need_words(need))
            states.line(f"In the service's own records: {need['need_id']}")
        opened = session.held("need") == need["need_id"]
        if right.button("Close" if opened else "Write what they said", key=f"open_{need['need_id']}", width="stretch"):
            session.hold("need", None if opened else need["need_id"])
            st.rerun()
        if opened:
            form.answer(need, today=session.today())
if waiting.height > MOST:
    states.line(f"And {waiting.height - MOST:,} more, which come up as these are answered.")

st.header("What people said lately")
lately = told_lately(rows)
if lately.is_empty():
    states.line("Nobody has been asked yet about the needs of this time. What is written above stands here at once.")
else:
    states.table(lately, "The newest answers first.", cards=True)
    with st.expander("Take an answer back"):
        form.take_back(rows)
states.footer(standing, session.version())
