"""What the limits would be without some points: those left out, and the one chosen; both answers side by side."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import streamlit as st

from measures.model.time import EPOCH
from measures.otherwise import Lines, left_out, with_and_without
from measures.reading import Reading
from pages.charts import words
from pages.check import points
from pages.desk import states


def draw(reading: Reading) -> None:
    """With and without, in a closed group."""
    with st.expander("What would the limits be without these points?"):
        days = left_out(reading)
        chosen = points.picked()
        picked = None if chosen is None else (chosen - EPOCH).days
        here = reading.table["period_start"].cast(pl.Int32).to_list()
        days += [picked] if picked is not None and picked in here and picked not in days else []
        both = with_and_without(reading, days)
        if both is None:
            states.line(
                "Leave a point out, or choose one in the list of points, to see the limits with and without it."
            )
            return
        every = reading.request.period
        named = [words.period(EPOCH + timedelta(days=day), every) for day in days]
        states.paragraph(
            f"The points: {'; '.join(named[:12])}{f' and {len(named) - 12} more' if len(named) > 12 else ''}."
        )
        table = pl.DataFrame(
            [_row(name, lines, reading) for name, lines in zip(("With them", "Without them"), both, strict=True)]
        )
        caption = "The limits in force with these points and without them. Signals are those of the other points."
        states.table(table, caption, numbers=("Least", "Middle", "Most", "Points", "Signals"))


def _row(name: str, lines: Lines, reading: Reading) -> dict:
    kind = reading.measure.kind

    def figure(value: float | None) -> str:
        return "" if value is None else words.figure(value, kind)

    return {
        "Limits": name, "Least": figure(lines.lower), "Middle": figure(lines.centre), "Most": figure(lines.upper),
        "Points": f"{lines.n:,}", "Signals": f"{lines.signals:,}",
    }  # fmt: skip
