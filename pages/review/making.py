"""Making a row of the weekly review from what a measure says."""

from __future__ import annotations

import re
from datetime import date

import polars as pl

from measures.model.measure import Measure
from measures.reading import Reading
from pages.charts import words
from pages.charts.sparkline import sparkline
from pages.desk.shown import Shown, recent_signal, shown
from pages.review.rows import Row

# Sentences that stay on the Capability page: whose limits these are, and how far to trust them.
BEHIND = ("Since “", "The limits are those", "These limits are", "Numbers are small", "A person set", "Ask what")
SAID = ("period_start", "value", "signals", "centre")  # of a signal


def row(measure: Measure, reading: Reading, every: str) -> Row:
    """Make a row from what the measure says."""
    held = shown(reading)
    signal = recent_signal(held.points)
    label = words.alternative(reading.title, held.sentence, held.points, kind=measure.kind, every=every)
    return Row(
        name=measure.name,
        title=reading.title,
        says=briefly(held.sentence, reading.title),
        picture=sparkline(held.points, label=label, better=measure.better)
        if held.known >= 2 and reading.rows_out
        else "",
        signal=signal and {name: signal[name] for name in SAID},
        charted=held.charted,
        known=held.known,
        waiting=held.waiting,
        last=words.last_value(held.points, kind=measure.kind, every=every),
        numbers=_numbers(reading.title, measure, held, every, signal),
        kind=measure.kind,
        weeks=_weeks(held.points),
    )


def _weeks(points: pl.DataFrame) -> tuple[date, date] | None:
    asked = points.filter(pl.col("n") > 0)
    return (asked["period_start"].min(), asked["period_start"].max()) if asked.height else None  # type: ignore[return-value]


def briefly(sentence: str, title: str) -> str:
    """The two sentences that a row has room for: what the next person can expect, and what signalled.

    >>> briefly("Demand: 20 to 43 a week; last week was 50. That is higher than predicted. Ask what happened.", "Demand")
    '20 to 43 a week; last week was 50. That is higher than predicted.'
    """
    rest = sentence.removeprefix(f"{title}: ").replace(", as the system now works", "")
    first, *others = re.split(r"(?<=[.?!]) (?=[A-Z])", rest)
    signalled = [part for part in others if not part.startswith(BEHIND)][:1]
    return " ".join((first[:1].upper() + first[1:], *signalled))


def _numbers(title: str, measure: Measure, held: Shown, every: str, signal: dict | None) -> dict:
    settled = words.known(held.points)
    last = settled.row(-1, named=True) if settled.height else None
    force = settled.filter(pl.col("centre").is_not_null())
    limits = force.row(-1, named=True) if force.height else {"centre": None, "lower": None, "upper": None}
    said = {
        name: "" if limits[name] is None else words.figure(limits[name], measure.kind)
        for name in ("lower", "centre", "upper")
    }
    return {
        "Measure": title,
        "Last known": words.with_unit(last["value"], measure.kind, measure.unit) if last else "not known yet",
        "Period": words.period(last["period_start"], every) if last else "",
        "n": f"{int(last['n'] if last.get('n') is not None else last['denominator'] or 0):,}" if last else "",
        "Least": said["lower"],
        "Middle": said["centre"],
        "Most": said["upper"],
        "Signal lately": words.SIGNALS[str(words.strongest(signal["signals"]))] if signal else "none",
        "Not yet known": f"{held.waiting}" if held.waiting else "",
    }
