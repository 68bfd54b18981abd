"""A row of the weekly review: one purpose measure, what it says, and what is new since the last review."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from measures.model.measure import Measure
from measures.model.time import EPOCH
from measures.reading import Reading
from pages.charts import words
from pages.charts.sparkline import sparkline
from pages.desk.shown import Shown, recent_signal, shown

# What a review shows, in its fixed order: few enough to talk about in half an hour. All others are on the Capability page.
REVIEWED = (
    "stayed_met", "end_to_end_time", "first_contact_resolution", "failure_demand_share", "structural_failure_share",
    "known_share", "value_demand", "failure_demand", "demand_by_front_door",
)  # fmt: skip
# Sentences that stay on the Capability page: whose limits these are, and how far to trust them.
BEHIND = ("Since “", "The limits are those", "These limits are", "Numbers are small", "A person set", "Ask what")
SIGNS = {"outside_limits": "◆", "run": "■", "long_run": "■", "few_crossings": "■", "near_limit": "▲"}


@dataclass(frozen=True)
class Row:
    """One measure in the review.

    Attributes:
        name: the measure. `title`: as people say it. `says`: the sentence of what it shows.
        picture: the sparkline as SVG; empty where there are too few periods for a chart.
        signal: the point to talk about (`period_start, value, signals, centre`), or None.
        charted: whether limits stand behind it. `known`: periods known. `waiting`: not yet known.
        last: the last known value with its period, in words.
        numbers: the row of the table of numbers.
        kind: the measure's kind.
        weeks: the first and last week in which there is anything to count; None where there is nothing.
    """

    name: str
    title: str
    says: str
    picture: str
    signal: dict | None
    charted: bool
    known: int
    waiting: int
    last: str
    numbers: dict
    kind: str
    weeks: tuple[date, date] | None = None

    @property
    def sign(self) -> str:
        """The shape of the signal and its words, or nothing."""
        name = words.strongest(self.signal["signals"]) if self.signal else None
        return SIGNS.get(name or "", "")


def row(measure: Measure, reading: Reading, every: str) -> Row:
    """Make a row from what the measure says."""
    held = shown(reading)
    label = words.alternative(reading.title, held.sentence, held.points, kind=measure.kind, every=every)
    return Row(
        name=measure.name,
        title=reading.title,
        says=briefly(held.sentence, reading.title),
        picture=sparkline(held.points, label=label, better=measure.better)
        if held.known >= 2 and reading.rows_out
        else "",
        signal=recent_signal(held.points),
        charted=held.charted,
        known=held.known,
        waiting=held.waiting,
        last=words.last_value(held.points, kind=measure.kind, every=every),
        numbers=_numbers(reading.title, measure, held, every),
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


def _numbers(title: str, measure: Measure, held: Shown, every: str) -> dict:
    settled = words.known(held.points)
    last = settled.row(-1, named=True) if settled.height else None
    force = settled.filter(pl.col("centre").is_not_null())
    limits = force.row(-1, named=True) if force.height else {"centre": None, "lower": None, "upper": None}
    said = {
        name: "" if limits[name] is None else words.figure(limits[name], measure.kind)
        for name in ("lower", "centre", "upper")
    }
    signal = recent_signal(held.points)
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


def headline(rows: Sequence[Row]) -> str:
    """How many measures need a conversation, in one sentence.

    >>> headline([])
    'There is nothing to review yet.'
    """
    if not rows:
        return "There is nothing to review yet."
    charted = [row for row in rows if row.charted]
    talk = sum(row.signal is not None for row in charted)
    calm = len(charted) - talk
    rest = len(rows) - len(charted)
    later = f" {rest} cannot be judged yet." if rest else ""
    if not charted:
        return f"None of {len(rows)} measures can be judged by week yet."
    if not talk:
        return f"All {len(charted)} measures are predictable: nothing has changed lately.{later}"
    verb = "needs" if talk == 1 else "need"
    quiet = f"{calm} {'is' if calm == 1 else 'are'} predictable" if calm else "none is predictable"
    return f"{talk} of {len(charted)} measures {verb} a conversation; {quiet}.{later}"


def weeks_shown(rows: Sequence[Row], newest: int) -> str:
    """The week under review; where nobody has asked for weeks, because an extract ends there, the weeks of record.

    Args:
        rows: the review's rows.
        newest: UTC microseconds up to which the records see.
    """
    day = EPOCH + timedelta(days=newest // 86_400_000_000)
    monday = day - timedelta(days=day.weekday())
    spans = [row.weeks for row in rows if row.weeks]
    if not spans or monday - max(last for _, last in spans) <= timedelta(weeks=2):
        return f"week of {words.day(monday)}"
    first, last = min(first for first, _ in spans), max(last for _, last in spans)
    return f"week of {words.day(last)}" if first == last else f"weeks of {words.day(first)} to {words.day(last)}"


def seen(rows: Sequence[Row]) -> str:
    """The signal of each measure, as kept with a review, so that the next one can tell what is new."""
    return json.dumps({row.name: _signal_key(row.signal) for row in rows}, sort_keys=True)


def _signal_key(signal: dict | None) -> str | None:
    if signal is None:
        return None
    return f"{words.strongest(signal['signals'])} {words.side(signal['value'], signal['centre'])}"


@dataclass(frozen=True)
class LastReview:
    """The review before this one: on which day, and what was seen then."""

    on: date
    seen: Mapping[str, str | None]


def last_review(reviews: pl.DataFrame, service: str) -> LastReview | None:
    """The newest review of this service that somebody recorded."""
    mine = reviews.filter(pl.col("service").fill_null("") == service).sort("on_day", "judgement_id")
    if mine.is_empty():
        return None
    newest = mine.row(-1, named=True)
    try:
        held = json.loads(newest["seen"] or "{}")
    except json.JSONDecodeError:
        held = {}
    return LastReview(EPOCH + timedelta(days=newest["on_day"]), held if isinstance(held, dict) else {})


def since(row: Row, before: LastReview | None) -> str:
    """What is new since the last review, in a few words."""
    now = _signal_key(row.signal)
    if before is None:
        return "What happened here?" if now else "No signal lately." if row.charted else ""
    then = before.seen.get(row.name)
    when = words.day(before.on)
    if now and then == now:
        return f"Continues; looked at {when}."
    if now:
        return f"New since {when}. What happened here?"
    if not row.charted:
        return ""
    return f"Settled since {when}." if then else f"No change since {when}."
