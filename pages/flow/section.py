"""One measure on a page of several: its heading, its sentence, its chart, what to know of it, and what may be taken away."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import streamlit as st

from measures.catalogue import MEASURES
from measures.reading import Reading
from measures.request import Request
from pages.charts.bars import height
from pages.check import taken
from pages.check.demand_section import behind
from pages.check.drawing import chart_of, table_of
from pages.check.figures import category
from pages.desk import session, states
from pages.desk.shown import shown, told

TALL = 300


def read(request: Request, measure: str, shape: str, line: str | None = None) -> Reading:
    """A reading under the page's filters, as far as the measure can be filtered so."""
    found = MEASURES[measure]
    where = tuple((column, value) for column, value in request.where if column in found.splits)
    period = found.periods[0] if shape == "series" else Request.period
    return session.reading(
        replace(request, measure=measure, shape=shape, line=line, where=where, period=period)  # type: ignore[arg-type]
    )


def empty(reading: Reading) -> bool:
    """Whether there is nothing to draw."""
    values = reading.table["value"] if "value" in reading.table.columns else pl.Series([None])
    return reading.table.is_empty() or values.null_count() == len(values)


def draw(
    asked: Request, reading: Reading, name: str, standing: states.Standing, *,
    heading: str | None = None, rows: bool = False, said: set[str] | None = None,
) -> None:  # fmt: skip
    """Draw a reading; where there is nothing to draw, or a filter does not reach it, say so in a line.

    Args:
        asked: the page's filters.
        reading: what is drawn.
        name: unique on the page.
        standing: freshness, for what is taken away.
        heading: another heading than the reading's title.
        rows: as a table, where the rows of a breakdown are of different kinds and no bars can be compared.
        said: what the page has said already of other readings; what is said here is added.
    """
    st.header(heading or reading.title, anchor=False)
    if whole := [session.label(column).lower() for column, _ in asked.where if column not in reading.measure.splits]:
        states.line(f"Of all: this is not told apart by {' or '.join(dict.fromkeys(whole))}.")
    if empty(reading):
        states.line("These records do not tell.")
        return
    series = reading.shape == "series"
    held = shown(reading) if series else None
    sentence = held.sentence if held is not None else reading.sentence
    if sentence:
        states.paragraph(sentence)
    known = said if said is not None else set()
    new = [text for text in told(reading) if text not in known]
    known.update(new)
    if rows:
        plain, numbers = table_of(reading)
        states.table(plain, f"{reading.title}.", numbers=numbers, cards=True)
        states.lines(new)
        behind(name, taken.of(reading), standing, lambda: (plain, numbers), sentence)
        return
    tall = height(reading.table, category(reading.table)) if reading.shape == "breakdown" else TALL
    spec = session.kept("section", lambda: chart_of(reading, held).to_dict(), reading.request)
    states.chart(spec, name, tall)  # type: ignore[arg-type]
    states.lines(new)
    alternative = str(spec["description"])  # type: ignore[index]
    behind(name, taken.of(reading), standing, lambda: table_of(reading), alternative)
