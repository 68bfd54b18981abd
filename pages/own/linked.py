"""The link on the page: a button that copies it, and what it holds in plain words."""

from __future__ import annotations

import re

import streamlit as st

from pages.desk import states
from pages.own import link
from pages.own.meaning import Asked
from pages.own.pasted import Figures

# The browser builds the address from its own and the letters in data-figures, which hold nothing a page could run.
SCRIPT = (
    "document.querySelectorAll('[data-own=print]').forEach(b=>b.onclick=()=>window.print());"
    "document.querySelectorAll('[data-own=copy]').forEach(b=>b.onclick=async()=>{"
    "const said=b.parentElement.querySelector('[data-own=said]');"
    "try{await navigator.clipboard.writeText(location.origin+location.pathname+'?"
    + link.NAME
    + "='+b.dataset.figures);"
    "said.textContent='Link copied: whoever has it sees these figures.'}"
    "catch{said.textContent='This browser does not let a page copy: open the link below the chart, and copy its address.'}});"
)
LETTERS = re.compile(r"[A-Za-z0-9_-]+")


def fits(packed: str, figures: Figures) -> bool:
    """Whether an address can carry the figures, and give them back."""
    return len(packed) <= link.LONGEST and figures.points.height <= link.MOST_POINTS


def tools(packed: str, figures: Figures) -> None:
    """Print the page, or copy the link to this picture."""
    copy = ""
    if fits(packed, figures) and LETTERS.fullmatch(packed):
        copy = f'<button type="button" class="sc-button" data-own="copy" data-figures="{packed}">Copy link</button>'
    st.html(
        '<div class="sc-tools sc-noprint"><button type="button" class="sc-button" data-own="print">Print</button>'
        f'{copy}<span class="sc-muted" role="status" data-own="said"></span></div><script>{SCRIPT}</script>',
        unsafe_allow_javascript=True,
    )


def about(packed: str, figures: Figures, asked: Asked) -> None:
    """What the link holds and who sees it; or that there is none, and what to do instead."""
    if not fits(packed, figures):
        states.line(
            f"{figures.points.height:,} points are too many for a link, which holds about 200. Send the figures as CSV instead: "
            "this page reads that file again."
        )
        return
    st.html(
        f'<p class="sc-muted"><a style="color:var(--sc-better)" href="?{link.NAME}={packed}">Link to this picture</a> '
        f"({len(packed):,} letters). It holds the figures, their dates, the title and the unit, and opens the same picture. "
        "Whoever has the link sees them, and an address may stay in a browser’s history or a server’s log: put no name of a person "
        "into the title. Nothing of it is kept here.</p>"
    )
    if link.names_somebody(asked.title) or link.names_somebody(asked.unit):
        states.line(
            "Words that hold an address or a long number are left out of the link, for they may belong to somebody."
        )
