"""The review of records that span too few weeks for a weekly chart: curves and breakdowns instead, and it says so."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import streamlit as st

from measures.catalogue import MEASURES
from measures.model.measure import Measure
from measures.reading import Request
from pages.charts.bars import bars_chart, bars_words, height
from pages.charts.curve import curve_chart
from pages.check.figures import category, curve_title
from pages.desk import session, states
from pages.review.rows import REVIEWED

ORDER = ("end_to_end_time", "first_contact_resolution", "age_of_open", "demand_by_front_door")


# what people ask about and where: nothing is said where the records name one only, or none
SPLITS = (("issue", "What people ask about"), ("front_door", "Where people ask"), ("channel", "How people ask"))


def draw(where: tuple) -> None:
    """Show each measure's curve, the breakdowns of those that have one of their own, and what is asked where."""
    states.notice(
        "These records span too few weeks for weekly charts, so here is what they say as curves and breakdowns. "
        "They become charts over time once at least six weeks are known."
    )
    names = [*ORDER, *(name for name in REVIEWED if name not in ORDER)]
    for name in (name for name in names if name in MEASURES):
        measure = MEASURES[name]
        own = [shape for shape in measure.readings if shape == "curve" or (shape == "breakdown" and measure.breakdown)]
        _show([part for shape in own if (part := _spec(measure, shape, where)) is not None])
    demand = MEASURES["demand_by_front_door"]
    for split, title in SPLITS:
        part = _spec(demand, "breakdown", where, split)
        _show([(title, *part[1:])] if part else [])


def _show(drawn: Sequence[tuple]) -> None:
    if not drawn:
        return
    st.header(drawn[0][0])
    states.paragraph(drawn[0][1])
    places = st.columns(len(drawn), gap="large") if len(drawn) > 1 else [st.container()]
    for place, (_, _, spec, key, tall) in zip(places, drawn, strict=True):
        with place:
            states.chart(spec, key, tall)


def _spec(measure: Measure, shape: str, where: tuple, split: str | None = None) -> tuple | None:
    """Title, sentence, specification, key and height of one picture; None where there is nothing to draw."""
    request = Request(measure=measure.name, shape=shape, where=where, split=split)

    def build() -> tuple | None:
        reading = session.reading(request)
        table = reading.table
        if table.is_empty() or table["value"].null_count() == table.height:
            return None
        key = f"{measure.name}_{shape}_{split or ''}"
        if shape == "curve":
            chart = curve_chart(
                table, title=reading.title, x_title=curve_title(measure), waits=measure.kind == "duration"
            )
            return reading.title, reading.sentence, chart.to_dict(), key, 300
        name = category(table)
        if table.filter(pl.col("value") > 0).height < 2:
            return None
        kind = "whole" if measure.kind == "duration" else measure.kind
        chart = bars_chart(table, name, title=reading.title, kind=kind,
                           unit="of 100" if measure.kind == "duration" else measure.unit, most=12)  # fmt: skip
        said = reading.sentence or bars_words(table, name, reading.title, kind)
        return reading.title, said, chart.to_dict(), key, height(table, name, 12)

    return session.kept("short", build, request)
