"""Which measures the page shows, in which order and shape."""

from __future__ import annotations

import polars as pl

from pages.charts import words
from pages.fails.rows import cost_words, decomposed, years_table

SECTIONS = (
    ("concentration", "curve"),
    ("concentration", "series"),
    ("multi_service_households", "series"),
    ("agencies_per_person", "breakdown"),
    ("continuity", "series"),
    ("demands_per_person", "breakdown"),
    ("unit_and_total_cost", "breakdown"),
    ("demand_after_redesign", "breakdown"),
    ("stopped_asking", "series"),
)
HEADINGS = {("concentration", "series"): "How much is that of the few, year by year"}


def costs(table: pl.DataFrame) -> tuple[str, pl.DataFrame, tuple[str, ...]]:
    """What each time costs and what it costs in all, a row a year."""
    years = decomposed(table)
    return (cost_words(years), *years_table(years))


def compared(table: pl.DataFrame) -> tuple[str, pl.DataFrame, tuple[str, ...]]:
    """Who asked before a change and not after it, beside those of another time."""
    rows = [
        {
            "People who asked": row["people_who_asked"], "Asked no more": words.figure(row["value"], "share"),
            "From": words.figure(row["lower"], "share"), "To": words.figure(row["upper"], "share"), "n": f"{row['n']:,}",
        }
        for row in table.filter(pl.col("value").is_not_null()).iter_rows(named=True)
    ]  # fmt: skip
    sentence = "Set beside people of the year before: without them, a fall proves nothing."
    return sentence, pl.DataFrame(rows), ("Asked no more", "From", "To", "n")


# their rows are of different kinds: bars would set pounds beside needs
ROWS = {"unit_and_total_cost": costs, "demand_after_redesign": compared}
