"""The picture of somebody's own figures on the page: sentence, chart, table, how it was computed, files and link."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from measures.model.time import day_number
from pages.charts import words
from pages.charts.frame import png, svg
from pages.desk import session, states
from pages.desk.export import csv
from pages.desk.shown import plainly
from pages.own import asking, drawn, explained, link, linked, meaning
from pages.own.drawn import Picture
from pages.own.meaning import Asked
from pages.own.pasted import Figures


def draw(figures: Figures, mark: str, asked: Asked | None, place: DeltaGenerator, tools: DeltaGenerator) -> None:
    """Everything about these figures, or the one sentence that says why they have no place on the chart asked for."""
    with place:
        chart = st.container()
        with st.container(key="noprint_filters_own"):
            choice, reason = asking.about(figures, mark, asked)
        with chart:
            picture = _picture(figures, choice)
        if picture is None:
            return
        with chart:
            states.sentence(picture.sentence)
            _chart(picture)
        packed = link.pack(figures, choice)
        _files(picture, figures, choice, packed)
        with st.expander("The figures as a table"):
            table, numbers = drawn.table_of(picture)
            states.table(table, f"{picture.title}: the figures behind the chart.", numbers=numbers)
            words_for_it = words.alternative(
                picture.title, picture.sentence, picture.points, kind=picture.kind, every=picture.every
            )
            states.line(words_for_it)
        with st.expander("How this was computed"):
            states.terms(explained.lines(picture, figures, choice, reason))
    with tools:
        linked.tools(packed, figures)


def _picture(figures: Figures, choice: Asked) -> Picture | None:
    """The picture; or, where the figures have no place on that chart, the sentence that says why."""
    if refused := meaning.refusal(choice, figures):
        states.problem(refused)
        return None
    try:
        with st.spinner("Working out the limits…"):
            return drawn.picture(figures, choice, day_number(session.today()))
    except ValueError as error:  # the engine's own sentence about figures that have no place on a chart
        states.problem(f"{str(error)[:1].upper()}{str(error)[1:]}.")
        return None


def _chart(picture: Picture) -> None:
    states.phases(drawn.phase_cells(picture))
    states.chart(drawn.chart_of(picture).to_dict(), "own")
    if picture.charted:
        states.legend()
    said = [text for text in plainly(picture.caveats) if text.rstrip(".") not in picture.sentence]
    states.lines([*drawn.newest_drawn(picture), *picture.questions, *said])


def _files(picture: Picture, figures: Figures, asked: Asked, packed: str) -> None:
    with st.container(key="noprint_downloads"):
        vector, sharp, data = st.columns(3)
        source = "Somebody's own figures, drawn with System Conditions"
        vector.download_button("Picture (SVG)", lambda: svg(drawn.chart_of(picture, source)), "own-figures.svg",
                               "image/svg+xml", on_click="ignore", width="stretch")  # fmt: skip
        sharp.download_button("Picture (PNG)", lambda: png(drawn.chart_of(picture, source)), "own-figures.png",
                              "image/png", on_click="ignore", width="stretch")  # fmt: skip
        data.download_button("Figures (CSV)", lambda: csv(drawn.for_a_file(picture, figures)), "own-figures.csv",
                             "text/csv", on_click="ignore", width="stretch")  # fmt: skip
        linked.about(packed, figures, asked)
