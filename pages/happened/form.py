"""Writing down what a person said, and what they wanted; and taking it back."""

from __future__ import annotations

from datetime import date

import polars as pl
import streamlit as st

from measures import asking
from measures.model.time import EPOCH
from pages.check import acting
from pages.desk import session, states
from pages.happened.said import ANSWERS, need_words
from pages.review.questions import read_day

# Their own rating; the first that is written for a need is what later ones are compared with.
CONDITION = {0: "Not asked", 1: "Very bad", 2: "Bad", 3: "In between", 4: "Good", 5: "Very good"}
DEPENDENCY = {0: "Not asked", 1: "None", 2: "A little", 3: "Some", 4: "A lot", 5: "All the time"}
RATERS = {
    "person": "The person",
    "family": "Somebody close to them",
    "worker": "A worker",
}  # "person": their own rating


def answer(need: dict, today: date) -> None:
    """The form about one need: the answer first, everything else may be left as it is."""
    key = need["need_id"]
    with st.form(f"ask_{key}", border=False):
        said = st.radio(
            "Was the need met, as they see it?", list(ANSWERS), index=None, format_func=ANSWERS.get, key=f"said_{key}"
        )
        enough = st.checkbox("If partly: it is enough for them", key=f"enough_{key}")
        left, middle, right = st.columns(3)
        asked_on = left.text_input("Asked on (day/month/year)", f"{today:%d/%m/%Y}", key=f"on_{key}")
        met_on = middle.text_input("Met since (day/month/year)", key=f"since_{key}")
        rater = right.selectbox("Who says so?", list(RATERS), format_func=RATERS.get, key=f"who_{key}")
        left, right = st.columns(2)
        condition = left.selectbox(
            "How are things for them now?", list(CONDITION), format_func=CONDITION.get, key=f"now_{key}"
        )
        dependency = right.selectbox(
            "How much help do they need?", list(DEPENDENCY), format_func=DEPENDENCY.get, key=f"help_{key}"
        )
        wanted = _wants(key)
        if st.form_submit_button("Save what they said", type="primary"):
            days = {"Asked on": asked_on, "Met since": met_on}
            _save(need, said, enough, days, (condition, dependency, rater), wanted, today)


def _wants(need_id: str) -> tuple[list[tuple[dict, bool]], str]:
    """What they wanted, each with whether they got it; and one thing more that they name."""
    held = asking.wants(session.records(), need_id)
    ticked = [
        (
            want,
            st.checkbox(f"They got: {states.as_label(want['item'])}", bool(want["met"]), key=f"want_{want['want_id']}"),
        )
        for want in held.iter_rows(named=True)
    ]
    more = st.text_input("Something else they wanted, in their words", key=f"more_{need_id}", max_chars=200)
    return ticked, more.strip()


def _save(
    need: dict, said: str | None, enough: bool, days: dict[str, str], rated: tuple[int, int, str],
    wanted: tuple[list[tuple[dict, bool]], str], today: date,
) -> None:  # fmt: skip
    """Store the answer and the wants, or say what is missing; nothing that was typed is lost."""
    if said is None:
        states.problem("Choose an answer first: was the need met, as they see it?")
        return
    read = {name: read_day(text) for name, text in days.items()}
    for name, text in days.items():
        if text.strip() and read[name] is None:
            states.problem(f"“{text}” is not a date; write it like {today:%d/%m/%Y}.")
            return
    asked_on, met_on = read["Asked on"] or today, read["Met since"]
    if wrong := _out_of_order(need, asked_on, met_on, today):
        states.problem(wrong)
        return
    ticked, more = wanted
    for want, met in ticked:
        if met != bool(want["met"]):
            session.judge("want", acting.columns("want", want) | {"met": met}, "", want["version"])
    if more:
        want_id = f"{need['need_id']}-{session.stamp()}"
        session.judge("want", {"want_id": want_id, "need_id": need["need_id"], "item": more, "met": None}, "")
    condition, dependency, rater = rated
    judged = {
        "need_id": need["need_id"],
        "asked_on_day": (asked_on - EPOCH).days,
        "answer": said,
        "met_on_day": (met_on - EPOCH).days if met_on and said != "not" else None,
        "enough": enough if said == "met_in_part" else None,
        "rating": condition or None,
        "dependency": dependency or None,
        "rated_by": rater if condition or dependency else None,
    }
    held = acting.standing("outcome", judged["need_id"], judged["asked_on_day"])
    taken_back = (
        held is not None and held["withdrawn"]
    )  # any other was written since the form was opened, and is not seen
    session.let_go("need")
    acting.act(
        "outcome", judged, f"Saved: {ANSWERS[said].lower()}. Every chart of needs counts it from now on.",
        expected=held["version"] if held is not None and taken_back else 0,
    )  # fmt: skip


def _out_of_order(need: dict, asked_on: date, met_on: date | None, today: date) -> str:
    """What is wrong with the dates, in a sentence; empty where nothing is."""
    first = (asked_on - EPOCH).days
    if asked_on > today:
        return "“Asked on” lies in the future; give the day on which they were asked."
    if first < need["day"]:
        return "They cannot have been asked before they first came; check “Asked on”."
    if met_on and not need["day"] <= (met_on - EPOCH).days <= first:
        return "“Met since” must lie between the day they first asked and the day you asked them."
    return ""


def take_back(rows: pl.DataFrame) -> None:
    """Choose one of the answers of this time and take it back: the need is then to be asked about again."""
    told = rows.filter(pl.col("answer").is_not_null()).sort("asked_on_day", descending=True)
    choices = {row["need_id"]: need_words(row) for row in told.iter_rows(named=True)}
    given = {row["need_id"]: (row["named"], row["asked_on_day"]) for row in told.iter_rows(named=True)}
    chosen = st.selectbox("Which", list(choices), format_func=choices.get, key="back_which")
    if st.button("Take it back", key="back"):
        held = acting.standing("outcome", *given[chosen])
        if held is not None:
            before = acting.columns("outcome", held)
            acting.act("outcome", before | {"withdrawn": True}, "Taken back; the need is to be asked about again.",
                       before=before, expected=held["version"])  # fmt: skip
