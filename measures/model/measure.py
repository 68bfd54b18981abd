"""A measure is data plus one function that says what one observation is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from measures.model.records import Records
from measures.model.time import PERIODS, Period

Shape = Literal["series", "breakdown", "curve", "timeline"]
Kind = Literal["count", "share", "rate", "duration", "median"]
SPLITS = ("source", "service", "agency", "front_door", "channel", "place", "made_by", "team", "issue")
GROUPS = ("age_band", "sex", "ethnicity", "disability")  # protected: what sources may record of a person


@dataclass(frozen=True)
class Options:
    """What a person may vary about a measure; every value is printed beside the figure.

    Attributes:
        as_of: UTC microseconds; what was known by then, and no event after it. None: the newest extract.
        window_days: the measure's own window (stayed met within 28 days, resolved at first contact within w days).
        reopen_days: the gap that starts a new need; None: 180 where an issue is recorded, 56 where none is.
        lookback_days: how far back "known" looks.
        line: which of the measure's lines; the first is the default.
        quantile: which quantile a duration reads: 0.5 is the median.
        columns: what it is split and filtered by, and what else is read of it, for measures that find some columns more
            cheaply than others.
    """

    as_of: int | None = None
    window_days: int | None = None
    reopen_days: int | None = None
    lookback_days: int = 365
    line: str | None = None
    quantile: float = 0.5
    columns: frozenset[str] = frozenset()

    def window(self, usual: int) -> int:
        """The window that was chosen, or the usual one, in days."""
        return usual if self.window_days is None else self.window_days


@dataclass(frozen=True)
class Measure:
    """One purpose measure, as a person of the service would ask it.

    Attributes:
        name: as in the address and on the command line.
        title: as people say it. `inferred_title` replaces it where nobody asked whether the need was met.
        question: what it answers, in a person's words.
        purpose: what it is for. `why_it_matters`: what the report found. `definition`: one line above the chart.
        unit: what the figure counts.
        kind: picks the summary of a period: count, share, rate, duration, median.
        better: which way is better for people: `lower`, `higher` or `neither`.
        readings: the result shapes it offers, the default first.
        chart: the capability chart by default. rules: the rule set by default; `recurring` where the same people ask, or are
            worked for, again and again, so that neighbouring periods are alike.
        report_lines: where the report says so.
        observe: records and options to observations (see docs/reference/observations.md).
        curve: where the measure has one: observations and options to `x, value, lower, upper, at_risk, events`.
        curve_says: what its curve says first, from the curve's rows; without one, that needs are read at every day.
        breakdown_says: likewise of a breakdown of its own.
        reached: of a duration, what is said of those for whom it has happened: met, helped, screened in.
        curve_axis: the words under the horizontal axis of its curve, where it is not "days".
        breakdown: a breakdown of its own; without one, the generic breakdown by a column serves.
        windows: the windows a person may choose between. `lines`: the lines it draws, the first by default.
        splits: the columns it may be split and filtered by.
        inferred_definition: the definition that holds where nobody asked.
        caveat: what must always be said beside it. `beside`: what only the records can say of it (how many residents).
        phrase: how its sentence goes on after the range of its limits ("of demand in any {period} is failure demand");
            `inferred_phrase` where nobody asked.
        default_window: the window where nobody chooses one, if the measure has a window of its own.
        amounts: whether a share's rows stand for several (all that a person asked), so that it is a share of those and not of
            people; a protected role reads it in round figures.
        periods: how long the points of its series may be; the first where nobody chooses. What is counted over a year
            (how many doors, how many households) has no weekly figure.
        of_people: whether each row is of one person, so that it can be told apart by the groups people belong to.
    """

    name: str
    title: str
    question: str
    purpose: str
    why_it_matters: str
    definition: str
    unit: str
    kind: Kind
    better: Literal["lower", "higher", "neither"]
    readings: tuple[Shape, ...]
    chart: str
    report_lines: tuple[int, ...]
    tags: tuple[str, ...]
    observe: Callable[[Records, Options], pl.LazyFrame]
    curve: Callable[[pl.DataFrame, Options], pl.DataFrame] | None = None
    curve_says: Callable[[pl.DataFrame], str] | None = None
    breakdown_says: Callable[[pl.DataFrame], str] | None = None
    reached: str = "met"
    curve_axis: str | None = None
    breakdown: Callable[[pl.DataFrame, Options], pl.DataFrame] | None = None
    windows: tuple[int, ...] = ()
    lines: tuple[str, ...] = ()
    splits: tuple[str, ...] = field(default=SPLITS)
    inferred_title: str | None = None
    inferred_definition: str | None = None
    caveat: str | None = None
    beside: Callable[[Records, Options], str] | None = None
    phrase: str | None = None
    inferred_phrase: str | None = None
    default_window: int | None = None
    rules: str = "wheeler"
    amounts: bool = False
    of_people: bool = True
    periods: tuple[Period, ...] = ("week", *(period for period in PERIODS if period != "week"))


def columns_of(measure: Measure) -> tuple[str, ...]:
    """What it may be split and filtered by: columns of its own, and the protected groups people belong to."""
    return (*measure.splits, *(GROUPS if measure.of_people else ()))


def is_inferred(measure: Measure, title: str) -> bool:
    """Whether a reading under this title shows ends that, for the most part, nobody was asked about."""
    return measure.inferred_title is not None and title.startswith(measure.inferred_title)


def reached_by(measure: Measure, title: str) -> str:
    """What has happened to those for whom it has: met, helped, screened in; closed where nobody was asked."""
    return "closed" if measure.reached == "met" and is_inferred(measure, title) else measure.reached


def is_share(measure: Measure) -> bool:
    """Whether its figure is a share of people or of single things, so that protected counts give it."""
    return measure.kind == "share" and not measure.amounts


def is_rough(measure: Measure) -> bool:
    """Whether a protected role reads it in round figures: so much for each, or a share of amounts."""
    return measure.kind == "rate" or measure.amounts
