"""A suggested split: the chart asks what happened where the level seems to have moved; a person answers, or not now."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from measures.capability.suggestions import Suggestion
from measures.model.time import EPOCH
from measures.otherwise import suggested
from measures.reading import Reading
from pages.charts import words
from pages.check.points import record_split
from pages.desk import session, states
from pages.review.questions import read_day


def draw(reading: Reading) -> None:
    """The newest suggestion nobody has put off on this visit, as a question with two answers."""
    found: list[Suggestion] = session.kept("suggested", lambda: suggested(reading), reading.request)  # type: ignore[assignment]
    name = reading.measure.name
    put_off = session.held("put_off") or ()
    waiting = [one for one in reversed(found) if (name, one.at) not in put_off]
    if not waiting:
        return
    one, began = waiting[0], EPOCH + timedelta(days=int(waiting[0].at))
    with st.container(key="noprint_suggestion", border=True):
        states.paragraph(f"What happened here? {evidence(one, reading)}")
        if len(waiting) > 1:
            states.line(f"{len(waiting) - 1} earlier like it.")
        left, right, _ = st.columns([1, 1, 3])
        with left, st.popover("Accept", width="stretch"):
            _accept(reading, began)
        if right.button("Not now", key="suggestion_not_now", width="stretch"):
            session.hold("put_off", (*put_off, (name, one.at)))  # type: ignore[misc]
            st.rerun()


def evidence(one: Suggestion, reading: Reading) -> str:
    """Why the level seems to have moved, in the measure's own figures."""
    kind, every = reading.measure.kind, reading.request.period
    before, after = words.figure(one.centre_before, kind), words.figure(one.centre_after, kind)
    level = "higher" if one.higher else "lower"
    noun = "points" if every == "day" else f"{words.PERIODS[every]}s"
    return (
        f"From {states.day(EPOCH + timedelta(days=int(one.at)))} on, {one.run} {noun} in a row lie {level} than before: "
        f"the middle seems to be {after}, and was {before}. Nothing since takes it back."
    )


def _accept(reading: Reading, began: date) -> None:
    with st.form("accept_suggestion", border=False):
        what = st.text_input("What happened?", key="accept_what")
        day = st.text_input("From when (day/month/year)", f"{began:%d/%m/%Y}", key=f"accept_from_{began}")
        if not st.form_submit_button("Split the chart there", type="primary"):
            return
    when = read_day(day)
    if when is None:
        states.problem(f"“{day}” is not a date; write it like {began:%d/%m/%Y}.")
        return
    record_split(reading, what, when)
