"""How every page looks: type sizes, widths, the plain table, the phone's cards and the printed page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.charts.palette import variables

RULES = (Path(__file__).parent / "look.css").read_text(encoding="utf-8")


def apply() -> None:
    """Give the page its look. Called once by `dashboard.py`, before any page runs."""
    st.html(f"<style>.stApp{{{variables()}}}{RULES}</style>")
