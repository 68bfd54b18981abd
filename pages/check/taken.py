"""One chart as it is taken away: its name, what it says, the rows behind it, its picture, and what people noted on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import altair as alt
import polars as pl

from measures.reading import Reading, flat, rows
from pages.charts import words
from pages.check.drawing import Marked, chart_of
from pages.check.points import Judged
from pages.desk.shown import shown

SHARES = ("value", "centre", "lower", "upper", "moving_range", "range_centre", "range_upper", "extended_centre",
          "extended_lower", "extended_upper")  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """What leaves of one chart, in whichever format.

    Attributes:
        reading: where it comes from.
        stem: begins the names of its files.
        title, sentence: what it shows, and what it says.
        figures: the rows behind it. shares: those of its columns that are proportions.
        plain: the same rows for a file of text.
        picture: draws it in dark on white, its title inside; None where there is no single chart.
        key: what its signs mean, where the sheet's own legend does not say it.
        notes: what people noted on its points, a sentence a note, by their numbers on the chart.
        also: the other measures whose figures stand in it.
    """

    reading: Reading
    stem: str
    title: str
    sentence: str
    figures: Callable[[], pl.DataFrame]
    plain: Callable[[], pl.DataFrame]
    picture: Callable[[], alt.LayerChart] | None
    shares: tuple[str, ...] = ()
    key: str = ""
    notes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def of(reading: Reading, said: Judged | None = None) -> Taken:
    """A reading to be taken away, with the notes on it; a split one has no single picture."""
    series = reading.shape == "series"
    one = (reading.request.split is None or not series) and reading.table.height > 0
    notes = noted_words(reading, said) if said is not None and one and series else ()
    marked = Marked(notes=said.marks) if said is not None and notes else Marked()
    return Taken(
        reading, f"{reading.request.measure}-{reading.shape}", reading.title,
        shown(reading).sentence if series and reading.request.split is None else reading.sentence,
        figures=lambda: rows(reading),
        plain=lambda: flat(reading),
        picture=(lambda: chart_of(reading, picture=True, marked=marked, beneath=notes)) if one else None,
        shares=SHARES if reading.measure.kind == "share" else (),
        notes=notes,
    )  # fmt: skip


def noted_words(reading: Reading, said: Judged) -> tuple[str, ...]:
    """The notes as the page says them: 1. Week of 4 May 2026: what somebody wrote."""
    told = []
    for note in said.notes.iter_rows(named=True):
        when = words.period(note["period_start"], reading.request.period)
        told.append(f"{note['number']}. {when[0].upper()}{when[1:]}: {note['text']}")
    return tuple(told)
