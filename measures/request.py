"""What somebody wants to see: all of it fits in an address, and every mistake in it is answered by a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from measures.model.measure import GROUPS, Options, Shape
from measures.model.time import Period


class ReadingError(ValueError):
    """One sentence that says what was asked for, and what can be asked for instead."""


@dataclass(frozen=True)
class Request:
    """What somebody wants to see. Every field but the measure has a default, and all of them fit in an address.

    Attributes:
        measure: its name. shape: series, breakdown or curve; None: the first the measure offers.
        period: day, week, month, quarter or year. split: a column; one series a value.
        where: (column, value) pairs; several values of one column mean any of them.
        since, until: first and last day of observation. as_of: UTC microseconds; what was known by then.
        window_days, reopen_days, lookback_days, line, quantile: see `Options`.
        chart, rules: another chart or rule set than the measure's own. A chart that does not fit the measure, or has
            no place for its figures, gives the usual one and a caveat.
        centre, range: mean or median, where the chart listens to it. screening: see `Chart`.
        run_length, trend_length: how many points make a run or a trend; None: as the rule set has it.
        season: whether figures are read without their season; where that cannot be done, a caveat says why.
        people: whether different people are counted; a page that shows no such count need not wait for it.
    """

    measure: str
    shape: Shape | None = None
    period: Period = "week"
    split: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    since: date | None = None
    until: date | None = None
    as_of: int | None = None
    window_days: int | None = None
    reopen_days: int | None = None
    lookback_days: int = 365
    line: str | None = None
    quantile: float = 0.5
    chart: str | None = None
    rules: str | None = None
    centre: str = "mean"
    range: str = "mean"
    screening: bool = True
    run_length: int | None = None
    trend_length: int | None = None
    season: bool = False
    people: bool = True

    @property
    def groups(self) -> tuple[str, ...]:
        """The protected groups it is told apart by."""
        return tuple(name for name in GROUPS if name in self.options.columns)

    @property
    def options(self) -> Options:
        """The part a measure's own definition depends on."""
        columns = frozenset(name for name, _ in self.where) | ({self.split} if self.split else frozenset())
        return Options(
            self.as_of, self.window_days, self.reopen_days, self.lookback_days, self.line, self.quantile, columns
        )  # fmt: skip
