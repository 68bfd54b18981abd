"""The questions a review asks: what happened here, who will go and look, by when, and what they found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl
import streamlit as st

from connectors.store import Store
from measures.model.time import EPOCH
from pages.desk import session, states
from pages.review.rows import Row


def standing(questions: pl.DataFrame, service: str) -> pl.DataFrame:
    """The questions of this service that were not withdrawn, oldest first."""
    mine = questions.filter(~pl.col("withdrawn").fill_null(False))
    if service:
        mine = mine.filter(pl.col("service").fill_null("") == service)
    return mine.sort("judgement_id")


def ask(store: Store, row: Row, service: str, asked: pl.DataFrame) -> None:
    """The question on one row: what was asked already, or three fields to ask it."""
    about = asked.filter((pl.col("measure") == row.name) & (pl.col("point_day") >= _point_day(row) - 56))
    if about.height:
        newest = about.row(-1, named=True)
        states.line(f"Asked: {newest['asked']}")
        states.line(f"Answer: {newest['answer']}" if newest["answer"] else _who(newest))
        return
    with st.popover("Ask a question"), st.form(f"ask_{row.name}", border=False):
        question = st.text_input("Question", key=f"question_{row.name}")
        looks = st.text_input("Who will go and look", key=f"who_{row.name}")
        day = st.text_input("By when (day/month/year)", key=f"by_{row.name}", placeholder=_example())
        if st.form_submit_button("Save the question"):
            save(row, service, question, looks, day)


def save(row: Row, service: str, question: str, looks: str, by: str) -> None:
    """Store a question, or say what is missing."""
    if not question.strip():
        states.problem("Write the question first: what would you like to know about this point?")
        return
    day = read_day(by)
    if by.strip() and day is None:
        states.problem(f"“{by}” is not a date; write it like {_example()}.")
        return
    session.judge(
        "question",
        {
            "question_id": f"{row.name}-{session.stamp()}",
            "measure": row.name,
            "service": service,
            "point_day": _point_day(row),
            "asked": question.strip(),
            "who_will_look": looks.strip() or None,
            "by_day": None if day is None else (day - EPOCH).days,
        },
        "The question is saved; it stays on the review until it is answered.",
    )
    st.rerun()


def still_open(store: Store, asked: pl.DataFrame) -> None:
    """Questions without an answer, each with a place to write it; then the last few answered."""
    titles = _titles() if asked.height else {}
    waiting = asked.filter(pl.col("answer").is_null())
    answered = asked.filter(pl.col("answer").is_not_null()).tail(5)
    st.header("Questions still open")
    if waiting.is_empty():
        states.line("None. A question asked above stays here until somebody has gone to look and says what they found.")
    for question in waiting.iter_rows(named=True):
        left, right = st.columns([1, 1], gap="medium")
        with left:
            states.paragraph(f"{titles.get(question['measure'], question['measure'])}: {question['asked']}")
            states.line(_who(question))
        with right, st.form(f"answer_{question['question_id']}", border=False):
            answer = st.text_input("What did they find?", key=f"found_{question['question_id']}")
            if st.form_submit_button("Save the answer"):
                if answer.strip():
                    kept = {name: question[name] for name in QUESTION}
                    session.judge(
                        "question", kept | {"answer": answer.strip()}, "The answer is saved.", question["version"]
                    )
                    st.rerun()
                states.problem("Write what was found first.")
    if answered.height:
        states.table(
            answered.reverse().select(
                Measure=pl.col("measure").replace_strict(titles, default=pl.col("measure")),
                Question="asked", Found="answer", Who="who_will_look",
            ),
            "Answered lately.",
        )  # fmt: skip


def _titles() -> Mapping[str, str]:
    from measures.catalogue import MEASURES

    return {name: measure.title for name, measure in MEASURES.items()}


QUESTION = ("question_id", "measure", "service", "point_day", "asked", "who_will_look", "by_day", "answer", "withdrawn")


def read_day(text: str) -> date | None:
    """A date as people type it: 30/11/2026, 30.11.2026 or 2026-11-30; None where it is not one.

    >>> read_day("30/11/2026"), read_day("2026-11-30"), read_day("soon")
    (datetime.date(2026, 11, 30), datetime.date(2026, 11, 30), None)
    """
    parts = text.strip().replace(".", "/").replace("-", "/").split("/")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    numbers = [int(part) for part in parts]
    year, month, day = numbers if len(parts[0]) == 4 else reversed(numbers)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _point_day(row: Row) -> int:
    return (row.signal["period_start"] - EPOCH).days if row.signal else 0


def _who(question: dict) -> str:
    who = f"{question['who_will_look']} goes to look" if question["who_will_look"] else "Nobody named to look yet"
    by = EPOCH + timedelta(days=question["by_day"]) if question["by_day"] is not None else None
    return f"{who}, by {states.day(by)}." if by else f"{who}."


def _example() -> str:
    return f"{session.today() + timedelta(days=7):%d/%m/%Y}"
