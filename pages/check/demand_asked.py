"""What the Demand page was asked to show: service, door, period and dates, in the address and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
import streamlit as st

from measures.model.time import EPOCH, PERIODS
from measures.reading import Request
from pages.charts.words import day
from pages.desk import apart, session, states

MOST_DATES = 24  # choices in a list of dates: months of two years, quarters of six, else years


@dataclass(frozen=True)
class Asked:
    """The filters every chart of the page shares.

    Attributes:
        period: day, week, month, quarter or year.
        where: (column, value) pairs.
        since, until: first and last day; None for all records.
    """

    period: str
    where: tuple[tuple[str, str], ...]
    since: date | None
    until: date | None

    def request(self, measure: str, shape: str = "series", split: str | None = None) -> Request:
        """What to read of a measure under these filters."""
        return Request(
            measure=measure, shape=shape, period=self.period, split=split, where=self.where, since=self.since,
            until=self.until,
        )  # fmt: skip


def asked() -> Asked:
    """The filters, chosen by people or named in the address."""
    begins, ends = edges(*span())
    several = apart.several()
    *first, services, doors, periods, starts, stops = st.columns([*([1.1] if several else []), 1.2, 1.4, 0.9, 1.1, 1.1])
    sources = ()
    if several:
        with first[0]:
            sources = apart.source_asked()
    with services:
        service = session.choose("Service", "service", {"": "All services", **session.values("service")})
    with doors:
        door = session.choose("Front door", "front_door", {"": "All doors", **session.values("front_door")})
    with periods:
        period = session.choose("Period", "period", {name: f"By {name}" for name in PERIODS}, "week")
    with starts:
        since = session.choose("From", "since", {"": "The first record", **named(begins, "since")})
    with stops:
        until = session.choose("To", "until", {"": "The newest record", **named(ends, "until")})
    if missing := apart.left_out(sources):
        states.line(missing)
    chosen = (*sources, ("service", service), ("front_door", door))
    where = tuple((column, value) for column, value in chosen if value)
    return Asked(
        period, where,
        date.fromisoformat(since) if since else None,
        date.fromisoformat(until) if until else None,
    )  # fmt: skip


def span() -> tuple[date, date]:
    """The first and last day on which somebody asked for something; today's where nobody did."""

    def found() -> tuple[date, date]:
        days = session.records().scan("demands").select(
            first=pl.col("received_day").min(), last=pl.col("received_day").max()
        ).collect().row(0)  # fmt: skip
        if days[0] is None:
            return session.today(), session.today()
        return EPOCH + timedelta(days=days[0]), EPOCH + timedelta(days=days[1])

    return session.kept("demand span", found)  # type: ignore[return-value]


def edges(first: date, last: date) -> tuple[list[date], list[date]]:
    """First days to choose from, and last days: of months where those are few, else of quarters, else of years."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next((step for step in (1, 3) if months / step <= MOST_DATES), 12)
    begin = first.year * 12 + (first.month - 1) // step * step
    starts = [date(at // 12, at % 12 + 1, 1) for at in range(begin, last.year * 12 + last.month + step, step)]
    begins = [start for start in starts if start <= last]
    ends = [start - timedelta(days=1) for start in starts[1:] if start - timedelta(days=1) >= first]
    return begins, ends


def named(days: list[date], name: str) -> dict[str, str]:
    """The days as choices, with the one the address names, so that any date can stand in a link."""
    given = st.query_params.get(name, "")
    try:
        wanted = {date.fromisoformat(given)} if given else set()
    except ValueError:
        wanted = set()
    return {at.isoformat(): day(at) for at in sorted({*days, *wanted})}
