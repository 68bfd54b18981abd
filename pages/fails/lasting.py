"""Whether the few stay the same from year to year, beneath how much is theirs."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import streamlit as st

from measures.model.time import day_date
from measures.request import Request
from measures.staying import staying, staying_says
from pages.charts import words
from pages.desk import session, states


def draw(asked: Request) -> None:
    """A sentence and a row a year; nothing where there are not two years to compare."""
    request = replace(asked, measure="concentration", shape=None, period="year")
    told = session.kept("staying", lambda: staying(session.records(), request, session.principal()), request)
    assert isinstance(told, pl.DataFrame)
    if told.is_empty():
        return
    st.subheader("Are they the same people each year?", anchor=False)
    states.paragraph(
        f"{staying_says(told)} Whoever needs most this year often needs little the next: before anything is built for these "
        "few, find out what made it so."
    )
    rows = [
        {
            "Year": str(day_date(row["year"]).year), "People with most": _number(row["people"]),
            "Among them the year before": _number(row["stayed"]), "Share": words.figure(row["value"], "share"),
        }
        for row in told.iter_rows(named=True)
    ]  # fmt: skip
    numbers = ("People with most", "Among them the year before", "Share")
    states.table(
        pl.DataFrame(rows),
        "The few with most, and how many of them were so the year before.",
        numbers=numbers,
        cards=True,
    )


def _number(people: float | None) -> str:
    return "up to 6" if people is None else f"{people:,.0f}"
