"""A row of the weekly review: one purpose measure, what it says, and what is new since the last review."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

import polars as pl

from measures.model.time import EPOCH
from pages.charts import words

# What a review shows, in its fixed order: few enough to talk about in half an hour. All others are on the Capability page.
REVIEWED = (
    "stayed_met", "end_to_end_time", "first_contact_resolution", "failure_demand_share", "structural_failure_share",
    "known_share", "value_demand", "failure_demand", "demand_by_front_door",
)  # fmt: skip
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


def text_of(row: Row) -> str:
    """A row as text, to be kept."""
    return json.dumps(asdict(row), default=date.isoformat)


def from_text(text: str) -> Row:
    """The row that `text_of` wrote."""
    held = json.loads(text)
    if signal := held["signal"]:
        signal["period_start"] = date.fromisoformat(signal["period_start"])
    if weeks := held["weeks"]:
        held["weeks"] = tuple(map(date.fromisoformat, weeks))
    return Row(**held)


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
