"""How much a need-based figure depends on when we say that a new need begins: the sensitivity strip."""

from __future__ import annotations

import polars as pl
import streamlit as st

from measures.reading import Reading, strip
from measures.wording import days_in_words
from pages.desk import session, states


def draw(reading: Reading) -> None:
    """The same figure under five gaps; read only when somebody opens it."""
    if "flow" not in reading.measure.tags:
        return
    opened = st.expander("How much it depends on when a new need begins", key="behind_gaps", on_change="rerun")
    if not opened.open:
        return
    with opened:
        states.line(
            "Where a source does not say which demands belong to one need, a demand opens a new one when the person had "
            "not asked for so many days. The longer the gap, the fewer needs, each with more demands. A figure that "
            "hardly moves from row to row does not hang on our choice; where the source names needs, none of it does."
        )
        request = reading.request
        told = session.kept("strip", lambda: strip(session.records(), request, session.principal()), request)
        table = as_words(told, reading)  # type: ignore[arg-type]
        states.table(table, f"{reading.title}, by the gap that opens a new need.", numbers=table.columns[1:])


def as_words(told: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """The strip as people read it; nothing where no need is old enough to judge."""
    say = {"share": "{:.1%}".format, "duration": days_in_words}.get(reading.measure.kind, "{:,.0f}".format)
    return pl.DataFrame(
        [
            {
                "Gap": f"{row['gap_days']} days",
                "Needs old enough": "" if row["needs"] is None else f"{row['needs']:,}",
                "Demands a need": "" if row["demands_a_need"] is None else f"{row['demands_a_need']:.1f}",
                reading.title: "" if row["value"] is None else say(row["value"]),
            }
            for row in told.iter_rows(named=True)
        ]
    )
