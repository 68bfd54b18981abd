"""Changes on a chart: add one, confirm the split it made, or take it out again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import polars as pl
import streamlit as st

from connectors.store import Store
from measures.model.time import EPOCH
from measures.reading import Reading
from pages.desk import session, states
from pages.review.changes import CHANGE, recorded
from pages.review.questions import read_day


def draw(store: Store, reading: Reading, titles: Mapping[str, str]) -> None:
    """The changes on this chart, and the form that adds one."""
    service = next((value for column, value in reading.request.where if column == "service"), "")
    held = recorded(store, service)
    with st.expander("Changes on this chart: add one, confirm a split, take one out"):
        for change in held.iter_rows(named=True):
            _one(change, _verdict(reading, change["from_day"]))
        _add(service, reading, titles)


def _verdict(reading: Reading, from_day: int) -> dict:
    """How the change stands on this chart: its state and its verdict in words; empty where it is not drawn."""
    if reading.phases.is_empty() or "verdict" not in reading.phases.columns:
        return {}
    found = reading.phases.filter(pl.col("from_day") == from_day)
    return found.row(0, named=True) if found.height else {}


def _one(change: dict, stands: dict) -> None:
    """One change: what and when, what it shows, and what a person may say of it."""
    left, right, out = st.columns([3, 1, 1], vertical_alignment="center")
    kept = {name: change[name] for name in CHANGE}
    with left:
        began = states.day(EPOCH + timedelta(days=change["from_day"]))
        states.paragraph(f"{change['what']}{', ' + change['where'] if change['where'] else ''}, from {began}.")
        if stands.get("verdict"):
            states.line(stands["verdict"])
    key = change["change_id"]
    if stands.get("state") in ("waiting", "no_difference") and right.button("Confirm the split", key=f"confirm_{key}"):
        session.judge("change", kept | {"confirmed": True}, "Confirmed: the chart has its own limits from that day.",
                      change["version"])  # fmt: skip
        st.rerun()
    if change["confirmed"] and right.button("Undo the split", key=f"undo_{key}"):
        session.judge("change", kept | {"confirmed": False}, "Undone: the old limits run on until the evidence speaks.",
                      change["version"])  # fmt: skip
        st.rerun()
    if out.button("Take it out", key=f"withdraw_{key}"):
        session.judge("change", kept | {"withdrawn": True}, f"Taken out: {change['what']}.", change["version"])
        st.rerun()


def _add(service: str, reading: Reading, titles: Mapping[str, str]) -> None:
    """The form for a new change, shared by every measure of the service."""
    with st.form("add_change", border=True):
        states.paragraph(
            "Add a change. It draws a line at once on every chart of the service; the old limits stay in force until "
            "the evidence, or a person, says otherwise."
        )
        what, where = st.columns(2)
        changed = what.text_input("What was changed", key="change_what")
        place = where.text_input("Where", key="change_where")
        first, second = st.columns(2)
        day = first.text_input("From when (day/month/year)", key="change_from")
        expected = second.multiselect("Measures expected to move", list(titles), [reading.measure.name],
                                      format_func=lambda name: titles[name], key="change_expected")  # fmt: skip
        why = st.text_input("What you expect, and why", key="change_hypothesis")
        if not st.form_submit_button("Add the change", type="primary"):
            return
    began = read_day(day)
    if not changed.strip():
        states.problem("Say what was changed, in a few words.")
    elif began is None:
        states.problem(f"“{day}” is not a date; write it like 30/11/2026.")
    else:
        session.judge(
            "change",
            {
                "change_id": f"change-{session.stamp()}", "service": service or None, "what": changed.strip(),
                "where": place.strip() or None, "from_day": (began - EPOCH).days, "hypothesis": why.strip() or None,
                "expected": ",".join(expected) or None, "confirmed": False,
            },
            f"Added: {changed.strip()}, from {states.day(began)}.",
        )  # fmt: skip
        st.rerun()
