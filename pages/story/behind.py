"""What lies under a chart of a story: its table, its words, and its files, each noted in the audit when it leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import altair as alt
import polars as pl
import streamlit as st

from pages.check.downloads import Offered, buttons, pictures
from pages.desk import session, states
from pages.desk.export import csv


def behind(
    name: str, title: str, table: pl.DataFrame, alternative: str, *, numbers: Sequence[str] = (),
    picture: Callable[[], alt.LayerChart] | None = None, person: bool = False, limit: int = 400,
) -> None:  # fmt: skip
    """An expander under a chart; what is in it is made when somebody opens it.

    Args:
        name: unique on the page.
        title: of the chart.
        table: its rows as people read them.
        alternative: the chart in words.
        numbers: columns that are numbers.
        picture: draws it in dark on white, for a file.
        person: whether it shows a real person's records.
        limit: rows shown on the page; the file holds all of them.
    """
    opened = st.expander(f"{title}: table and downloads", key=f"behind_{name}", on_change="rerun")
    if not opened.open:
        return
    with opened:
        shown = table.head(limit)
        caption = f"{title}: the figures behind the chart."
        if shown.height < table.height:
            caption += f" The first {limit} of {table.height:,} rows; the file holds all of them."
        states.table(shown, caption, numbers=numbers, cards=True)
        states.line(alternative)
        offered: list[Offered] = [("Figures (CSV)", "csv", "text/csv", lambda: csv(table))]
        if picture is not None:
            offered += pictures(picture)
        with st.container(key=f"noprint_{name}"):
            buttons(offered, f"story-{name}", f"story_{name}_", partial(_noted, name, person, table.height))


def _noted(name: str, person: bool, rows: int, ending: str, make: Callable[[], bytes]) -> bytes:
    """The file, made and then written into the audit; never which person's it is."""
    made = make()
    session.store().record_action(session.principal(), "export", {
        "format": ending, "story": "a person of the records" if person else "a published case", "part": name,
        "rows": rows, "data_version": str(session.version()),
    })  # fmt: skip
    return made
