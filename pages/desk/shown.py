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
    said = plainly(reading.caveats, lettered(reading.phases))
    return [text for text in said if text.rstrip(".") not in reading.sentence]


def lettered(phases: pl.DataFrame) -> pl.DataFrame:
    """The stretches between changes, in order of time, each with its `letter`: what header, chart and caveats call it.

    The engine's own number of a phase (`phase`) is not its place: a change that waits for evidence begins a stretch, but
    no limits of its own.

    Args:
        phases: as a reading has them; of several series, each has letters of its own.
    """
    place = pl.int_range(1, pl.len() + 1).over("series")
    return phases.sort("from_day").with_columns(letter=place.map_elements(letter, return_dtype=pl.String))


def plainly(caveats: Sequence[Caveat], stretches: pl.DataFrame | None = None) -> list[str]:
    """Caveats as sentences, each once; phases by the letters that the chart gives them.

    Args:
        caveats: what must be known.
        stretches: as from `lettered`; None where nothing was changed, and phases are counted.

    >>> plainly([Caveat("no_denominator", "nobody to count in 2 of 9 weeks: no value there (phase 2)")])
    ['Nobody to count in 2 of 9 weeks: no value there (phase B).']
    """
    texts = dict.fromkeys(PLAIN.get(caveat.code, caveat.text) for caveat in caveats)
    named = [_with_letters(text, stretches) for text in texts]
    return [f"{text[:1].upper()}{text[1:]}".rstrip(".") + "." for text in named if text]


def _with_letters(text: str, stretches: pl.DataFrame | None) -> str:
    """A caveat with letters in place of the engine's numbers: limits of a phase are those of the stretch that began it."""
    begun: dict[int, str] = {}
    if stretches is not None:
        several = stretches["series"].n_unique() > 1
        for series, phase, named in stretches.select("series", "phase", "letter").iter_rows():
            if not several or f"({series}, phase" in text:
                begun.setdefault(phase, named)
    return re.sub(r"\bphase (\d+)", lambda found: f"phase {begun.get(int(found[1])) or letter(int(found[1]))}", text)


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
