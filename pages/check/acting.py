"""What people do on a chart: each act is one judgement, said at once, and can be undone at once."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import streamlit as st

from measures.model.records import JUDGED, JUDGEMENT_KEYS, JUDGEMENTS
from pages.desk import session, states


@dataclass(frozen=True)
class Act:
    """The last thing done on this visit: what was judged, how it stood before, and the version that was written."""

    name: str
    before: dict
    version: int
    message: str


def act(name: str, judged: dict, message: str, *, before: dict | None = None, expected: int | None = None) -> None:
    """Write a judgement, remember how to undo it, and draw the page again.

    Args:
        name: the kind of judgement.
        judged: what it says now.
        message: what was done, in one sentence.
        before: how the same thing stood before; None where it is new, so that undoing withdraws it.
        expected: the version this person saw; somebody's newer one stays, and is shown instead.
    """
    session.judge(name, judged, message, expected)
    held = standing(name, *(judged[key] for key in JUDGEMENT_KEYS[name]))
    if held is not None and all(held[column] == value for column, value in judged.items()):
        session.hold("act", Act(name, columns(name, before or judged | {"withdrawn": True}), held["version"], message))
    else:  # somebody else was quicker: theirs stays, and there is nothing of ours to undo
        session.let_go("act")
    st.rerun()


def standing(name: str, *keys: object) -> dict | None:
    """The newest version of one thing judged, with its version and author; None where there is none."""
    same = [pl.col(column) == key for column, key in zip(JUDGEMENT_KEYS[name], keys, strict=True)]
    rows = session.store().judgements(session.principal(), name).filter(*same)
    return rows.row(0, named=True) if rows.height else None


def columns(name: str, row: dict) -> dict:
    """Of a judgement, what it says: without author, time and version."""
    return {column: row.get(column) for column in JUDGEMENTS[name] if column not in JUDGED}


def said() -> None:
    """What the last act left to say, and beside it the way back."""
    last = session.held("act")
    if not isinstance(last, Act):
        session.said()
        return
    left, right = st.columns([4, 1], vertical_alignment="center")
    with left:
        if not session.said():
            states.line(f"Last done here: {last.message}")
    if right.button("Undo last", key="undo_last", width="stretch"):
        session.judge(last.name, last.before, f"Undone: {last.message}", last.version)
        session.let_go("act")
        st.rerun()
