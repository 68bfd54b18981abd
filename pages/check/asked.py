"""What the Capability page was asked to show: every filter, in the address and nowhere else."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from measures.catalogue import MEASURES
from measures.model.measure import Measure
from measures.model.time import EPOCH, PERIODS
from measures.reading import Request
from pages.desk import session

SHAPES = {"series": "Over time", "curve": "As a curve", "breakdown": "Broken down"}
FIRST = "stayed_met"


def measure_asked() -> Measure:
    """The measure, chosen by its title."""
    titles = {name: measure.title for name, measure in sorted(MEASURES.items(), key=lambda item: item[1].title)}
    return MEASURES[session.choose("Measure", "measure", titles, FIRST)]


def request_asked(measure: Measure) -> Request:
    """Everything else about it: period, split, service, door, from when, and the small window."""
    shapes = {shape: SHAPES[shape] for shape in measure.readings if shape in SHAPES}
    first, second = st.columns(4), st.columns(4)
    with first[0]:
        shape = session.choose("Show", "shape", shapes)
    with first[1]:
        if shape == "series":
            period = session.choose("Period", "period", {name: f"By {name}" for name in PERIODS}, "week")
        else:
            period = "week"
    with first[2]:
        service = session.choose("Service", "service", {"": "All services", **session.values("service")})
    with first[3]:
        door = session.choose("Front door", "front_door", {"": "All doors", **session.values("front_door")})
    with second[0]:
        splits = {"": "Not split", **{name: session.label(name) for name in measure.splits}}
        split = session.choose("Split by", "split", splits)
    with second[1]:
        since = session.choose("From", "since", _starts())
    window = line = None
    with second[2]:
        if measure.windows:
            days = {str(days): f"{days} days" for days in measure.windows}
            usual = {"": "The usual", **days} if 28 not in measure.windows or measure.name != FIRST else days
            window = session.choose("Window", "window", usual, "28" if measure.name == FIRST else "")
    with second[3]:
        if measure.lines:
            names = {name: name.capitalize() for name in measure.lines}
            line = session.choose("Line", "line", names)
    where = tuple((column, value) for column, value in (("service", service), ("front_door", door)) if value)
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
