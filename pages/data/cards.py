"""A table whose rows become cards where there is no room for columns: on a phone each cell says its own heading."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import polars as pl
import streamlit as st

from pages.desk import states

LONG = 120  # letters
# Roles are said again, for a table drawn as blocks is no table to a screen reader.
RULES = """
.sc-table.sc-cards td:not(.sc-number),.sc-table.sc-cards tbody th{min-width:0}
@media (max-width:960px){
.sc-cards,.sc-cards tbody,.sc-cards tr,.sc-cards th[scope=row],.sc-cards td,.sc-cards caption{display:block}
.sc-cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.sc-cards tr{border:1px solid var(--sc-limit);border-radius:4px;padding:.5rem .75rem;margin:.5rem 0}
.sc-table.sc-cards th[scope=row]{border:0;padding:.1rem 0 .25rem;text-align:left}
.sc-cards th[data-says]::before{content:attr(data-says) " "}
.sc-table.sc-cards td,.sc-table.sc-cards td.sc-number{border:0;padding:.15rem 0;
display:grid;grid-template-columns:8rem 1fr;text-align:left}
.sc-cards td::before{content:attr(data-says);color:var(--sc-muted)}
.sc-cards td:empty{display:none}
.sc-table.sc-cards td.sc-long,.sc-cards td.sc-long::before{display:block}
}
"""


def table(frame: pl.DataFrame, caption: str, *, numbers: Sequence[str] = ()) -> None:
    """Draw a short table.

    Args:
        frame: text as it should read; the first column names the row.
        caption: what the table holds.
        numbers: columns aligned to the right.
    """
    right = {name: ' class="sc-number"' for name in numbers}
    head = "".join(
        f'<th scope="col" role="columnheader"{right.get(name, "")}>{escape(name)}</th>' for name in frame.columns
    )
    first, *others = frame.columns
    bare = frame[first].str.contains(r"^[\d,]+$").all()  # a card that begins with a number says of what
    says = f' data-says="{escape(first)}"' if bare else ""
    body = "".join(
        f'<tr role="row"><th scope="row" role="rowheader"{right.get(first, "")}{says}>{states.written(row[first])}</th>'
        + "".join(
            f'<td role="cell" data-says="{escape(name)}"{right.get(name, "") or _long(row[name])}>{states.written(row[name])}</td>'
            for name in others
        )
        + "</tr>"
        for row in frame.iter_rows(named=True)
    )
    st.html(
        f'<style>{RULES}</style><div class="sc-table-wrap" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="sc-table sc-cards" role="table"><caption>{escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{body}</tbody></table></div>'
    )


def _long(text: str) -> str:
    """On a phone a long cell stands under its name, not in a narrow column beside it."""
    return ' class="sc-long"' if len(text) > LONG else ""
