"""The season of a chart: offered where it can be taken out, and once it is out, each factor and what it rests on."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import streamlit as st

from measures.capability.formulas import SEASON_FORMULA
from measures.model.measure import Measure
from measures.reading import Reading, ReadingError
from measures.request import Request
from measures.seasonal import refused, season_factors
from pages.charts import words
from pages.desk import session, states

CHOICES = {"no": "Left in", "yes": "Taken out"}


def asked(measure: Measure, request: Request, kind: str) -> Request:
    """The request with its season in or out; the choice stands only where there are two full cycles to know it by.

    An address that asks for it elsewhere keeps asking, and the reading says in one sentence why not.
    """
    wanted = replace(request, season=True)
    if st.query_params.get("season") == "yes" or (not refused(measure, request.period, kind) and _enough(wanted)):
        return replace(request, season=session.choose("Season", "season", CHOICES) == "yes")
    return request


def _enough(wanted: Request) -> bool:
    try:
        return not season_factors(session.reading(wanted).table).is_empty()
    except ReadingError:  # the page itself says what is wrong with what was asked
        return False


def draw(reading: Reading) -> None:
    """The factors as a table, where the season is out."""
    factors = season_factors(reading.table) if reading.shape == "series" else pl.DataFrame()
    if factors.is_empty():
        return
    with st.expander("The season taken out: its factors"):
        states.line(f"{SEASON_FORMULA[0].upper()}{SEASON_FORMULA[1:]}.")
        states.table(as_words(factors), f"{reading.title}: the factor of each season.", numbers=("Factor", "Rests on"))


def as_words(factors: pl.DataFrame) -> pl.DataFrame:
    """The factors as people read them; the series only where there are several."""
    several = factors["series"].n_unique() > 1
    return pl.DataFrame(
        [
            {
                **({"Split": session.label(str(row["series"]))} if several else {}),
                "Season": row["season"], "Factor": f"{row['season_factor']:.2f}",
                "Rests on": f"{row['season_n']:,} points" if row["season_n"] != 1 else "1 point",
            }
            for row in factors.iter_rows(named=True)
        ]
    )  # fmt: skip


def as_it_was(row: dict, kind: str) -> list[str]:
    """One point's own figure and the factor of its season, in words; nothing where the season is in."""
    if row.get("season_factor") is None or row["unadjusted"] is None:
        return []
    was = words.figure(row["unadjusted"], kind)
    return [
        f"As it happened: {was}. The chart shows it without its season (factor of {row['season']}: {row['season_factor']:.2f})."
    ]
