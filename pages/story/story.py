"""A person's story: what happens to one person when they ask for help, record by record."""

from __future__ import annotations

import polars as pl
import streamlit as st

from connectors.demo import published
from measures.story.beside import Known, beside
from measures.story.costs import costs
from measures.story.cycles import Cycles
from measures.story.lines import LINES
from measures.story.told import Story
from pages.desk import session, states
from pages.story import chosen, lists, parts
from pages.story.said import headline

standing = session.standing()
head = st.container()
with st.container(key="noprint_case"), st.columns(2)[0]:
    name = chosen.which(standing.empty)


def titled(sentence: str, about: str = "") -> None:
    """The head of the page."""
    with head:
        st.title("A person's story", anchor=False)
        states.sentence(sentence)
        if about:
            states.line(about)
        states.tools()


def told(story: Story, who: str) -> None:
    """Everything that is known of one person."""
    case = None if name == chosen.RECORDS else chosen.case(name)
    person = case is None
    parts.record_part(story, who, person=person)
    parts.agencies_part(story, who, person=person)
    parts.costs_part(story, who, case)
    lists.wanted_part(story, case)
    parts.met_part(story, case)
    if case is not None:
        lists.flags_part(case)
        lists.printed_part(case, story.beside)
    if story.doubts:
        st.header("What to know about these records", anchor=False)
        states.lines(story.doubts)


def figures_only() -> None:
    """People of whom the report prints figures and tells no events."""
    nothing = pl.DataFrame(schema=LINES)
    for case in published.published():
        if case.events:
            continue
        st.header(case.title, anchor=False)
        if case.about:
            states.paragraph(case.about)
        lists.flags_part(case, own=False)
        known = Known(nothing, Cycles(0, 0), costs(nothing, ()))
        states.table(lists.figures_table(beside(case, known)), f"{case.title}: as printed, and what follows from it.",
                     numbers=("As printed", "Worked out from them"), cards=True)  # fmt: skip


if name == chosen.FIGURES:
    titled(
        "Of most people the report prints figures and no events, so there is no picture to draw of them.",
        "Each group stands alone: figures of different people are never merged or summed.",
    )
    figures_only()
elif name == chosen.RECORDS:
    found = chosen.of_person()
    if found is None:
        titled(
            "Choose a person to see every record of them in its order.", "No name, and no number of theirs, is shown."
        )
    else:
        titled(headline(found), "A person of these records. No name is shown, and the address does not say who it is.")
        told(found, "this person")
else:
    one = chosen.case(name)
    found = chosen.of_case(one)
    titled(headline(found), f"{one.title}. {one.about} Published in the report, lines {one.line}; open for everyone.")
    told(found, one.title)
states.footer(standing, session.version())
