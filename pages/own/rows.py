"""What was understood of a text, as small tables: the first and last rows, and what could not be read."""

from __future__ import annotations

import polars as pl

from pages.charts import words
from pages.own.pasted import Figures

ENDS = 4  # rows shown from the start and from the end
MOST_LEFT_OUT = 20


def understood(figures: Figures) -> tuple[pl.DataFrame, str]:
    """The first and last rows as they were read, and a caption that says how many there are."""
    points, height = figures.points, figures.points.height
    cut = height > 2 * ENDS + 1
    held = pl.concat([points.head(ENDS), points.tail(ENDS)]) if cut else points
    places = [*range(1, ENDS + 1), *range(height - ENDS + 1, height + 1)] if cut else range(1, height + 1)
    number = "Days since the one before" if figures.events else "Number"
    table = [
        {
            "When": words.day(row["day"]) if row["day"] else f"point {place:,}",
            number: _number(row["value"], percent=figures.percent),
            **({"Out of": _number(row["of"])} if figures.sized else {}),
        }
        for place, row in zip(places, held.iter_rows(named=True), strict=True)
    ]
    which = (
        f"The first {ENDS} and the last {ENDS} of {height:,} points"
        if cut
        else f"{height:,} point{'s' * (height != 1)}"
    )
    gaps = int(points["value"].null_count())
    missing = f"; {gaps:,} without a number {'is a gap' if gaps == 1 else 'are gaps'}" if gaps else ""
    return pl.DataFrame(table), f"{which}{missing}."


def left_out(lines: pl.DataFrame) -> pl.DataFrame:
    """The first lines that could not be read, with what stands there and why."""
    return pl.DataFrame(
        [
            {"Line": f"{row['line']:,}", "It reads": (row["text"] or "")[:60], "Why": row["why"]}
            for row in lines.head(MOST_LEFT_OUT).iter_rows(named=True)
        ]
    )


def how_many(lines: pl.DataFrame) -> str:
    """How many cells were not read, as the caption of the table of the first of them."""
    shown = f", the first {MOST_LEFT_OUT} of them here" if lines.height > MOST_LEFT_OUT else ""
    return f"{lines.height:,} not read{shown}."


def _number(value: float | None, *, percent: bool = False) -> str:
    if value is None:
        return "gap"
    return f"{value * 100:,.10g}%" if percent else f"{value:,.10g}"
