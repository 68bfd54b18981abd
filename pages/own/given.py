"""How figures come in: a box to paste into, or a file. Neither is kept."""

from __future__ import annotations

import hashlib
from html import escape

import streamlit as st

from pages.desk import states
from pages.own import sent

PRIVATE = (
    "Nothing is imported or kept: this server draws the chart and forgets the figures when you leave. Only a link you copy "
    "and a file you download hold them."
)
EXAMPLE = "Week starting\tCalls\n4 May 2026\t41\n11 May 2026\t38\n18 May 2026\t44"


def text() -> tuple[str, tuple[str, ...]]:
    """The text that was pasted or sent, and what to know of the file; empty where nothing was."""
    with st.container(key="noprint_given"), st.form("own_given", border=False):
        left, right = st.columns([2, 1])
        pasted = left.text_area("Dates and numbers", height=170, placeholder=EXAMPLE, key="own_pasted")
        file = right.file_uploader(
            "Or a file (CSV or Excel)", type=sent.KINDS, key="own_file", max_upload_size=sent.MEGABYTES
        )
        st.form_submit_button("Draw the chart", type="primary")
    if file is None:
        return pasted if pasted.strip() else "", ()
    try:
        sheets = sent.sheets_of(file, file.name)
        sheet = st.selectbox("Which sheet?", sheets, key="own_sheet") if len(sheets) > 1 else None
        read, remarks = sent.text_of(file, file.name, sheet)
    except sent.NotRead as refused:
        states.problem(str(refused))
        return "", ()
    both = (
        ("The file is drawn, not what stands in the box: take the file away to draw that.",) if pasted.strip() else ()
    )
    return read, (*remarks, *both)


def mark_of(text: str) -> str:
    """A short name for these figures, so that answers given about others are not taken for theirs."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def footer() -> None:
    """The end of the page: where these figures are, and are not."""
    said = "Figures on this page come from whoever pasted, sent or linked them. They are not among the records, and never go there."
    st.html(f'<div class="sc-footer sc-muted">{escape(said)}</div>')
