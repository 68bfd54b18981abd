"""The first page of an empty store: the demonstration town with one button, or a file of one's own."""

from __future__ import annotations

import streamlit as st

from connectors.store import Store
from pages.desk import session, states


def draw(store: Store) -> None:
    """Offer what a newcomer can do in five minutes."""
    st.title("Weekly review")
    states.sentence("There are no records yet. Look round the demonstration town, or bring a file of your own.")
    town, own = st.columns(2, gap="large")
    with town:
        st.header("The demonstration town")
        states.line(
            "Six years of a made-up town, with a housing service and a health and social care service, redesigned "
            "half way. No person in it exists."
        )
        if st.button("Load the demonstration town", type="primary"):
            from connectors.demo import load

            bar = st.progress(0.0, text="Building the town…")
            load(store, session.principal(), progress=lambda doing, done: bar.progress(min(done, 1.0), text=doing))
            st.rerun()
    with own:
        st.header("Your own records")
        states.line("A file of what people asked for, with a date a row, is enough for a first chart.")
        st.page_link("pages/data/sources.py", label="Bring a file")
