"""What the Capability page was asked to show: every filter, in the address and nowhere else."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from measures.catalogue import MEASURES
from measures.model.measure import Measure
from measures.model.time import EPOCH, PERIODS
from measures.reading import Request
from pages.check import ruled
from pages.desk import apart, session, states

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
    second = st.columns(4 + bool(measure.windows) + bool(measure.lines) + several)
    with first[0]:
        shape = session.choose("Show", "shape", shapes)
    period = measure.periods[0]
    if shape == "series":
        with first[2]:
            lengths = {name: f"By {name}" for name in PERIODS if name in measure.periods}
            period = session.choose("Period", "period", lengths, period)
    with first[1]:
        service = session.choose("Service", "service", {"": "All services", **session.values("service")})
    with second[0]:
        door = session.choose("Front door", "front_door", {"": "All doors", **session.values("front_door")})
    with second[1]:
        told = (*measure.splits, *(session.groups() if measure.of_people else ()))
        splits = {"": "Not split", **{name: session.label(name) for name in told}}
        split = session.choose("Split by", "split", splits)
    with second[2]:
        since = session.choose("From", "since", {"": "The first record", **_days("since", _starts())})
    with second[3]:
        until = session.choose("Until", "until", {"": "The last record", **_days("until", _ends())})
    window = line = None
    if measure.windows:
        with second[4]:
            days = {str(days): f"{days} days" for days in measure.windows}
            usual = {"": "The usual", **days} if 28 not in measure.windows or measure.name != FIRST else days
            window = session.choose("Window", "window", usual, "28" if measure.name == FIRST else "")
    if measure.lines:
        with second[4 + bool(measure.windows)]:
            names = {name: name.capitalize() for name in measure.lines}
            line = session.choose("Line", "line", names)
    with second[-1]:
        sources = apart.source_asked()
    chosen = (*sources, ("service", service), ("front_door", door))
    where = tuple((column, value) for column, value in chosen if value)
    request = Request(
        measure=measure.name, shape=shape, period=period, split=split or None, where=where,
        since=date.fromisoformat(since) if since else None, until=date.fromisoformat(until) if until else None,
        window_days=int(window) if window else None, line=None if not line or line == measure.lines[0] else line,
    )  # fmt: skip
    return ruled.asked(measure, request) if shape == "series" else request


def _span() -> tuple[date, date]:
    """The first and the last day of these records, but no longer than forty years."""
    newest = EPOCH + timedelta(days=(session.standing().newest or 0) // 86_400_000_000)
    first = session.covered()["first_day"].min()
    oldest = newest if first is None else EPOCH + timedelta(days=int(first))
    return max(oldest, date(max(newest.year - 40, 1), 1, 1)), newest


def _months() -> list[date]:
    """The first day of each month of these records, the newest first."""
    oldest, newest = _span()
    numbers = range(newest.year * 12 + newest.month - 1, oldest.year * 12 + oldest.month - 2, -1)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _starts() -> dict[str, str]:
    """From when: the first day of any month of these records; type a month or a year to find it."""
    return {day.isoformat(): f"{day:%B %Y}" for day in _months()}


def _ends() -> dict[str, str]:
    """Until when: the last day of any month of these records."""
    return {day.replace(day=monthrange(day.year, day.month)[1]).isoformat(): f"{day:%B %Y}" for day in _months()}


def _days(name: str, options: dict[str, str]) -> dict[str, str]:
    """The options, and the very day a link asks for, whatever day it is."""
    asked = st.query_params.get(name, "")
    try:
        return options if not asked or asked in options else {asked: states.day(date.fromisoformat(asked)), **options}
    except ValueError:
        return options
