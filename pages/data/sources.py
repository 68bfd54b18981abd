"""Where the records come from: how fresh each source is, what was refused and why, and the way in for a new file."""

from __future__ import annotations

import streamlit as st

from pages.data import books, flow
from pages.desk import session, states

store = session.store()
principal = session.principal()
ledger, sources = store.ledger(principal), store.sources(principal)
st.title("Sources", anchor=False)
states.sentence(books.sentence(sources, ledger))
session.said()
flow.draw(store)
if not flow.looking():
    books.draw(store, sources, ledger)
states.footer(session.standing(), session.version())
