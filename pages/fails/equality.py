"""Whether the service fails some groups of people more than others, as far as sources record who people are."""

from __future__ import annotations

import streamlit as st

from measures.request import Request
from pages.desk import session, states
from pages.flow import section

COMPARED = ("stayed_met", "first_contact_resolution", "failure_demand_share", "screened_out")
UNTOLD = (
    "These records do not say. Map the age band, sex, ethnicity or disability of people from a register, and every measure "
    "of people can be told apart by them."
)


def draw(request: Request, standing: states.Standing, said: set[str]) -> None:
    """Four measures told apart by the group a person chooses, each with how far its figures may be off."""
    st.header("Does it fail some people more than others?", anchor=False)
    groups = session.groups()
    if not groups:
        states.line(UNTOLD)
        return
    chosen, _ = st.columns([1, 3])
    with chosen:
        split = session.choose("Compare people by", "group", {name: session.label(name) for name in groups})
    for measure in COMPARED:
        section.draw(request, measure, "breakdown", standing, split=split, said=said, beneath=True)
