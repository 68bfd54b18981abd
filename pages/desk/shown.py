"""What a page draws of a series: limits only where enough points stand behind them, and the signal to talk about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

import polars as pl

from measures.model.results import Caveat
from measures.reading import Reading
from pages.charts import words

FEW = 6  # known points in a phase under which no limits are drawn (capability.md, few points)
RECENT = 8  # periods for which a signal stays a matter for conversation: as long as the run of eight


@dataclass(frozen=True)
class Shown:
    """One series as a page draws it.

    Attributes:
        points: `results.SERIES` columns; limits and signals are gone where too few points stand behind them.
        sentence: what it says, in one sentence.
        charted: whether there are limits to read it by.
        known: how many periods are known.
        waiting: how many are not yet.
    """

    points: pl.DataFrame
    sentence: str
    charted: bool
    known: int
    waiting: int


def shown(reading: Reading, series: str | None = None) -> Shown:
    """A reading over time as a page draws it; of a split reading, the one series."""
    points = reading.table if series is None else reading.table.filter(pl.col("series") == series)
    settled = words.known(points)
    waiting = points.filter(~pl.col("mature").fill_null(True)).height
    every = words.PERIODS[reading.request.period]
    sentence = reading.sentence
    if settled.is_empty():
        sentence = f"No {every} is known yet." if waiting else "There is nothing to count here yet."
    elif reading.chart == "none" and not sentence:
        sentence = f"Only {settled.height} {every}{'s are' if settled.height != 1 else ' is'} known."
    lengths = settled.group_by(pl.col("phase").fill_null(0)).len()
    thin = lengths.filter(pl.col("len") < FEW)["phase"].to_list()
    kept = without_limits(points, thin) if thin else points
    charted = reading.chart != "none" and len(thin) < lengths.height
    return Shown(kept, sentence, charted=charted, known=settled.height, waiting=waiting)


def without_limits(points: pl.DataFrame, phases: list[int]) -> pl.DataFrame:
    """The same points without the limits and signals of these phases."""
    gone = pl.col("phase").fill_null(0).is_in(phases)
    limits = [name for name in ("centre", "lower", "upper") if name in points.columns]
    return points.with_columns(
        *(pl.when(gone).then(None).otherwise(pl.col(name)).alias(name) for name in limits),
        signals=pl.when(gone).then(pl.lit([], dtype=pl.List(pl.String))).otherwise(pl.col("signals")),
    )


# What the limits' own caveats mean, for readers who do not compute them.
PLAIN = {
    "screened": "A few unusually large steps from one point to the next were left out when the limits were worked out.",
    "overdispersed": "Figures differ by more than the luck of small numbers explains; the limits allow for that (P′).",
    "small_denominators": "Some periods count few people, so take the limits as rough.",
}


def told(reading: Reading) -> list[str]:
    """What must be known beside a chart, each thing once, and nothing that its sentence says already."""
    return [text for text in plainly(reading.caveats) if text.rstrip(".") not in reading.sentence]


def plainly(caveats: Sequence[Caveat]) -> list[str]:
    """Caveats as sentences, each once; phases by the letters that the chart gives them.

    >>> plainly([Caveat("no_denominator", "nobody to count in 2 of 9 weeks: no value there (phase 2)")])
    ['Nobody to count in 2 of 9 weeks: no value there (phase B).']
    """
    texts = dict.fromkeys(PLAIN.get(caveat.code, caveat.text) for caveat in caveats)
    lettered = [re.sub(r"\bphase (\d+)", lambda found: f"phase {letter(int(found[1]))}", text) for text in texts]
    return [f"{text[:1].upper()}{text[1:]}".rstrip(".") + "." for text in lettered if text]


def letter(phase: int) -> str:
    """The letter of a phase, A for the first."""
    return ascii_uppercase[(phase - 1) % len(ascii_uppercase)]


def recent_signal(points: pl.DataFrame) -> dict | None:
    """The signal to talk about: the strongest of the newest known periods, the newest of equals; None without."""
    found = [
        row for row in words.known(points).tail(RECENT).iter_rows(named=True)
        if words.strongest(row["signals"]) not in (None, "range_outside_limit")
    ]  # fmt: skip
    order = list(words.SIGNALS)
    found.sort(key=lambda row: (order.index(str(words.strongest(row["signals"]))), -row["period_start"].toordinal()))
    return found[0] if found else None
