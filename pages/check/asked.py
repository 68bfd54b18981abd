"""What the Capability page was asked to show: every filter, in the address and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from measures.catalogue import MEASURES
from measures.model.measure import Measure
from measures.model.time import EPOCH, PERIODS
from measures.reading import Request
from pages.desk import apart, session

SHAPES = {"series": "Over time", "curve": "As a curve", "breakdown": "Broken down"}
FIRST = "stayed_met"


def asked() -> tuple[Measure, Request]:
    """The measure, chosen by its title, and everything else about it."""
    places = st.columns([2, 1, 1, 1])
    with places[0]:
        measure = measure_asked()
    return measure, request_asked(measure, places[1:])


def measure_asked() -> Measure:
    """The measure, chosen by its title."""
    titles = {name: measure.title for name, measure in sorted(MEASURES.items(), key=lambda item: item[1].title)}
    return MEASURES[session.choose("Measure", "measure", titles, FIRST)]


def request_asked(measure: Measure, first: Sequence[DeltaGenerator]) -> Request:
    """Everything else about it: period, split, service, door, from when, and the small window."""
    shapes = {shape: SHAPES[shape] for shape in measure.readings if shape in SHAPES}
    several = apart.several()
    second = st.columns(3 + bool(measure.windows) + bool(measure.lines) + several)
    with first[0]:
        shape = session.choose("Show", "shape", shapes)
    period = "week"
    if shape == "series":
        with first[2]:
            period = session.choose("Period", "period", {name: f"By {name}" for name in PERIODS}, "week")
    with first[1]:
        service = session.choose("Service", "service", {"": "All services", **session.values("service")})
    with second[0]:
        door = session.choose("Front door", "front_door", {"": "All doors", **session.values("front_door")})
    with second[1]:
        splits = {"": "Not split", **{name: session.label(name) for name in measure.splits}}
        split = session.choose("Split by", "split", splits)
    with second[2]:
        since = session.choose("From", "since", _starts())
    window = line = None
    if measure.windows:
        with second[3]:
            days = {str(days): f"{days} days" for days in measure.windows}
            usual = {"": "The usual", **days} if 28 not in measure.windows or measure.name != FIRST else days
            window = session.choose("Window", "window", usual, "28" if measure.name == FIRST else "")
    if measure.lines:
        with second[3 + bool(measure.windows)]:
            names = {name: name.capitalize() for name in measure.lines}
            line = session.choose("Line", "line", names)
    with second[-1]:
        sources = apart.source_asked()
    chosen = (*sources, ("service", service), ("front_door", door))
    where = tuple((column, value) for column, value in chosen if value)
    return Request(
        measure=measure.name, shape=shape, period=period, split=split or None, where=where,
        since=date.fromisoformat(since) if since else None, window_days=int(window) if window else None,
        line=None if not line or line == measure.lines[0] else line,
    )  # fmt: skip


def _starts() -> dict[str, str]:
    """From when: all records, or the start of any year or half year of the last ten that these records may hold."""
    newest = session.standing().newest or 0
    last = EPOCH + timedelta(days=newest // 86_400_000_000)
    starts = [date(last.year - back, month, 1) for back in range(10) for month in (7, 1)]
    return {"": "All records", **{day.isoformat(): f"{day:%B %Y}" for day in starts if day <= last}}
