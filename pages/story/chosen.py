"""Whose story: a published case, named in the address; or a person of the records, who never is."""

from __future__ import annotations

import streamlit as st

from connectors.demo import published
from measures.model.published import PublishedCase
from measures.story import opening
from measures.story.opening import People
from measures.story.told import Story, published_story, story
from pages.desk import session, states
from pages.story.naming import when

FIGURES, RECORDS = "figures", "records"
HELD = "story_opened"
WHY = (
    "To learn how the system works for one person",
    "The person, or their worker, asked to see it",
    "To check that the records are right",
)


def which(empty: bool) -> str:
    """The case that the address names."""
    cases = {case.name: case.title for case in published.published() if case.events}
    options = {**cases, FIGURES: "People of whom only figures are printed"}
    if not empty:
        options[RECORDS] = "A person in these records"
    return session.choose("Whose story", "case", options)


def case(name: str) -> PublishedCase:
    """A published case by its name in the address."""
    return next(one for one in published.published() if one.name == name)


def of_case(one: PublishedCase) -> Story:
    """The story of a published case: the same for everyone, whatever the store holds."""
    made = session.kept(
        "published story",
        lambda: published_story(published.records(), published.person_key(one.name), one, published.told(one.name)),
        one.name,
    )
    return made  # type: ignore[return-value]


def of_person() -> Story | None:
    """A person chosen on the page; the choice lives in this visit and in no address. None: nobody is chosen."""
    with st.spinner("Reading the records…"):
        found = session.kept("most recorded", lambda: opening.most_recorded(session.records(), session.principal()))
    people: People = found  # type: ignore[assignment]
    if people.refused:
        states.notice(people.refused)
        return None
    if people.rows.is_empty():
        states.notice("No record names a person, so there is no story to tell.")
        return None
    _form(people)
    if people.hidden:
        states.line(
            f"{states.count(people.hidden)} people are left off this list: a flag (such as domestic abuse or child "
            "protection) hides their case."
        )
    key = session.held(HELD)
    if key is None or key not in people.rows["person_key"].to_list():
        return None
    with st.spinner("Putting the story together…"):
        made = session.kept("story", lambda: story(session.records(), int(key), session.principal()), key)  # type: ignore[call-overload]
    return made  # type: ignore[return-value]


def _form(people: People) -> None:
    rows = list(people.rows.iter_rows(named=True))
    told = {
        number: f"{number + 1}: {states.count(row['records'])} records, {row['agencies']} agencies, "
        f"{_month(row['first'])} to {_month(row['last'])}"
        for number, row in enumerate(rows)
    }
    with st.container(key="noprint_person"), st.form("person", border=False):
        left, right = st.columns(2)
        with left:
            at = st.selectbox("The people with the most records", list(told), format_func=lambda number: told[number])
        with right:
            why = st.selectbox("Why you open it (noted)", WHY)
        if st.form_submit_button("Open the story", type="primary"):
            session.store().record_action(session.principal(), "story opened", {
                "purpose": why, "records": rows[at]["records"], "data_version": str(session.version()),
            })  # fmt: skip
            session.hold(HELD, rows[at]["person_key"])


def _month(day: int) -> str:
    return when({"day": day, "precision": "month"})
