"""The changes now running in a service: what was tried, since when, what it was meant to move; keep, revert or wait."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import streamlit as st

from connectors.store import Store
from measures.model.time import EPOCH
from pages.desk import session, states

CHANGE = (
    "change_id", "service", "what", "where", "from_day", "hypothesis", "expected", "decision", "reason", "confirmed",
    "withdrawn",
)  # fmt: skip
DECISIONS = {"": "wait", "kept": "keep", "reverted": "revert"}


def recorded(store: Store, service: str) -> pl.DataFrame:
    """The changes of this service that were not withdrawn, oldest first; those of every service belong to each."""
    held = store.judgements(session.principal(), "change").filter(~pl.col("withdrawn").fill_null(False))
    if service:
        held = held.filter(pl.col("service").is_null() | pl.col("service").is_in(["", service]))
    return held.sort("from_day", "judgement_id")


def running(store: Store, service: str) -> None:
    """List the changes nobody has decided on yet, each with its decision."""
    held = recorded(store, service)
    undecided = held.filter(pl.col("decision").is_null() | (pl.col("decision") == ""))
    st.header("Changes running")
    if undecided.is_empty():
        states.line("None. A change is added on the Capability page of the measure it should move.")
    for change in undecided.iter_rows(named=True):
        left, right = st.columns([1, 1], gap="medium")
        with left:
            began = states.day(EPOCH + timedelta(days=change["from_day"]))
            where = "".join(f", {change[name]}" for name in ("where", "service") if change[name])
            states.paragraph(f"{change['what']}{where}, from {began}")
            if change["hypothesis"]:
                states.line(f"We expect: {change['hypothesis']}")
        with right, st.popover("Keep or revert"), st.form(f"decide_{change['change_id']}", border=False):
            choice, why = st.columns([1, 2])
            decision = choice.selectbox("Decision", list(DECISIONS), format_func=DECISIONS.get,
                                        key=f"decision_{change['change_id']}")  # fmt: skip
            reason = why.text_input("Why", key=f"why_{change['change_id']}")
            if st.form_submit_button("Save the decision"):
                if not decision or not reason.strip():
                    states.problem("To keep or revert a change, say which and why; to wait, nothing needs saving.")
                else:
                    kept = {name: change[name] for name in CHANGE}
                    session.judge(
                        "change", kept | {"decision": decision, "reason": reason.strip()},
                        f"Saved: {change['what']} is {decision}.", change["version"],
                    )  # fmt: skip
                    st.rerun()
