"""The entry: which pages there are, and how they look. Nothing else; what may be seen is decided in the store."""

from pathlib import Path

import streamlit as st

from pages.desk import look, session

PAGES = Path(__file__).parent / "pages"
# A flat list, for section headers break WCAG 1.3.1. Scripts lie one folder deep, never in pages/ itself.
SCRIPTS = (
    ("review/weekly.py", "Weekly review", "review"),
    ("check/capability.py", "Capability", "capability"),
    ("check/demand.py", "Demand", "demand"),
    ("data/sources.py", "Sources", "sources"),
)

st.set_page_config(page_title="System Conditions", layout="wide", initial_sidebar_state="collapsed")
look.apply()
page = st.navigation(
    [
        st.Page(PAGES / script, title=title, url_path=path, default=path == "review")
        for script, title, path in SCRIPTS
        if (PAGES / script).exists()
    ],
    position="top",
)
with session.guarded():
    page.run()
