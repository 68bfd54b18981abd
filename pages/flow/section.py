"""One measure on a page of several: its heading, its sentence, its chart, what to know of it, and what may be taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import streamlit as st

from measures.catalogue import MEASURES
from measures.model.measure import columns_of
from measures.reading import Reading
from measures.request import ReadingError, Request
from pages.charts.bars import height
from pages.check import taken
from pages.check.demand_section import behind
from pages.check.drawing import chart_of, table_of
from pages.check.figures import category
from pages.desk import session, states
from pages.desk.shown import shown, told

TALL = 300


def read(request: Request, measure: str, shape: str, line: str | None = None, split: str | None = None) -> Reading:
    """A reading under the page's filters, as far as the measure can be filtered so."""
    found = MEASURES[measure]
    where = tuple((column, value) for column, value in request.where if column in columns_of(found))
    period = found.periods[0] if shape == "series" else Request.period
    return session.reading(
        replace(request, measure=measure, shape=shape, line=line, where=where, period=period, split=split)  # type: ignore[arg-type]
    )


def empty(reading: Reading) -> bool:
    """Whether there is nothing to draw."""
    if reading.shape == "curve":
        return not reading.table["at_risk"].sum()
    if not reading.table["n"].sum():
        return True
    return reading.table["value"].null_count() == reading.table.height


Rows = Callable[[pl.DataFrame], tuple[str, pl.DataFrame, tuple[str, ...]]]


def draw(
    asked: Request, measure: str, shape: str, standing: states.Standing, *,
    line: str | None = None, split: str | None = None, heading: str | None = None, rows: Rows | None = None,
    said: set[str] | None = None, beneath: bool = False, untold: list[str] | None = None,
) -> None:  # fmt: skip
    """Draw a reading; where there is nothing to draw, or a filter does not reach it, say so in a line.

    Args:
        asked: the page's filters.
        measure: its name. The same measure in the same shape stands once on a page.
        shape: series, breakdown or curve.
        standing: freshness, for what is taken away.
        line: which of the measure's lines; the first where not said.
        split: a column whose values a breakdown compares; the measure's own breakdown where not said.
        heading: another heading than the reading's title.
        rows: what it says and its table, where the rows of a breakdown are of different kinds and no bars can be compared.
        beneath: whether it stands under another heading.
        said: what the page has said already of other readings; what is said here is added.
        untold: where given, a question that these records do not answer is added here and nothing is drawn: the page asks
            them all together, at its end, with `ask`.
    """
    name = f"{measure}_{shape}" if split is None else f"{measure}_by_{split}"
    title = st.subheader if beneath else st.header
    try:
        reading = read(asked, measure, shape, line, split)
    except ReadingError as error:  # a comparison that these records do not allow
        title(heading or MEASURES[measure].title, anchor=False)
        states.line(f"{str(error)[:1].upper()}{str(error)[1:]}.")
        return
    nothing = empty(reading)
    told_rows = None if rows is None or nothing else rows(reading.table)
    if told_rows is not None:
        nothing = told_rows[1].is_empty()
    if nothing and untold is not None:
        if reading.measure.question not in untold:
            untold.append(reading.measure.question)
        return
    title(heading or reading.title, anchor=False)
    if whole := [
        session.label(column).lower() for column, _ in asked.where if column not in columns_of(reading.measure)
    ]:
        states.line(f"Of all: this is not told apart by {' or '.join(dict.fromkeys(whole))}.")
    if nothing:
        states.line("These records do not tell.")
        return
    series = reading.shape == "series"
    held = shown(reading) if series else None
    known = said if said is not None else set()
    new = [text for text in told(reading) if text not in known]
    known.update(new)
    if told_rows is not None:
        sentence, plain, numbers = told_rows
        if sentence:
            states.paragraph(sentence)
        states.table(plain, f"{reading.title}.", numbers=numbers, cards=True)
        states.lines(new)
        behind(name, taken.of(reading), standing, lambda: table_of(reading), reading.definition)
        return
    sentence = held.sentence if held is not None else reading.sentence
    if sentence:
        states.paragraph(sentence)
    tall = height(reading.table, category(reading.table)) if reading.shape == "breakdown" else TALL
    spec = session.kept("section", lambda: chart_of(reading, held).to_dict(), reading.request)
    states.chart(spec, name, tall)  # type: ignore[arg-type]
    states.lines(new)
    alternative = str(spec["description"])  # type: ignore[index]
    behind(name, taken.of(reading), standing, lambda: table_of(reading), alternative)


def ask(questions: list[str]) -> None:
    """What these records do not answer, as the questions they leave open."""
    if questions:
        st.header("What these records do not tell", anchor=False)
        states.lines(questions)
