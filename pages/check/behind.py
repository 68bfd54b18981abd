"""The needs behind a point, for the team that goes and looks: a table that becomes cards on a phone."""

from __future__ import annotations

from datetime import date

import polars as pl
import streamlit as st

from connectors.store import Store
from measures.behind import Behind, behind
from measures.reading import Reading
from measures.wording import days_in_words
from pages.charts import words
from pages.check.downloads import varied
from pages.desk import session, states

FALLS = {"counts": "yes", "not yet known": "not yet known", "cannot be told": "cannot be told"}


def draw(store: Store, reading: Reading) -> None:
    """What the chosen point is made of; read only when somebody opens it, and then noted in the audit."""
    opened = st.expander("The needs behind a point", key="behind_point", on_change="rerun")
    if not opened.open:
        return
    with opened:
        day = picked(reading)
        if day is None:
            states.line(
                "Choose a point, on the chart or in the list beneath it, and what it is made of is listed here."
            )
            return
        request = reading.request
        told = session.kept(
            "behind", lambda: behind(session.records(), request, day, session.principal()), request, day
        )
        _told(store, reading, day, told)  # type: ignore[arg-type]


def picked(reading: Reading) -> date | None:
    """The point that the address names, if the chart has it."""
    asked = st.query_params.get("point", "")
    known = {day.isoformat(): day for day in reading.table["period_start"].to_list()}
    return known.get(asked)


def _told(store: Store, reading: Reading, day: date, told: Behind) -> None:
    if told.refused:
        states.line(told.refused)
        return
    when = within(day, reading.request.period)
    states.paragraph(said(told, when))
    states.line(
        "A mark stands for one of them, and leads nowhere else. Go and look at what happened; a figure cannot tell."
    )
    if told.rows.is_empty():
        return
    _note(store, reading, day, told)
    table = as_words(told, shares=reading.measure.kind in ("share", "rate"))
    what = "Needs that began" if told.of_needs else "Demands that were made"
    states.table(table, f"{what} {when}, the newest first.", numbers=("Demands",), cards=True)


def within(day: date, every: str) -> str:
    """When, in words: on 4 May 2026, in the week of 4 May 2026, in May 2026."""
    named = words.period(day, every)
    return f"on {named}" if every == "day" else f"in the {named}" if every == "week" else f"in {named}"


def said(told: Behind, when: str) -> str:
    """How many there are, how many of them are the point's n, and how many are listed.

    >>> said(Behind(pl.DataFrame({"mark": ["a", "b"]}), 2, 1, True), "in the week of 4 May 2026")
    '2 needs began in the week of 4 May 2026; 1 counts in this figure.'
    """
    one = told.total == 1
    what = ("need" if told.of_needs else "demand") + ("" if one else "s")
    verb = "began" if told.of_needs else ("was made" if one else "were made")
    if not told.total:
        return f"No {what} {verb} {when}."
    listed = f" The {told.rows.height} newest are listed." if told.rows.height < told.total else ""
    return f"{told.total:,} {what} {verb} {when}; {_counted(told)}.{listed}"


def _counted(told: Behind) -> str:
    if not told.counted:
        young = (told.rows["part"] == "not yet known").all()
        return "none counts in this figure yet: it can still move" if young else "none counts in this figure"
    if told.counted == told.total:
        return "it counts in this figure" if told.total == 1 else "all count in this figure"
    return f"{told.counted:,} count{'s' * (told.counted == 1)} in this figure"


def as_words(told: Behind, *, shares: bool) -> pl.DataFrame:
    """The rows as people read them; on a share also whether each counts above the line."""
    rows = [_need(row) if told.of_needs else _demand(row) for row in told.rows.iter_rows(named=True)]
    for row, given in zip(rows, told.rows.iter_rows(named=True), strict=True):
        if shares:
            row["Counted as"] = ("one of them" if given["inside"] else "not one") if given["part"] == "counts" else ""
        row["In the figure"] = FALLS[given["part"]]
    return pl.DataFrame(rows, infer_schema_length=None)


def _need(row: dict) -> dict:
    still = row["end"] == "still open"
    took = "" if row["days"] is None else days_in_words(row["days"])
    return {
        "Mark": row["mark"], "First asked": states.day(row["day"]), "How it ended": row["end"],
        "After": f"{took} so far" if still and took else took, "Demands": f"{row['demands'] or 0:,}",
        "Service": _named(row["service"]), "Front door": _named(row["front_door"]),
    }  # fmt: skip


def _demand(row: dict) -> dict:
    kinds = {"value": "value demand", "failure": "failure demand", "unclear": "unclear", None: "not classified"}
    how = f": {row['failure_type']}" if row["failure_type"] else ""
    return {
        "Mark": row["mark"], "Asked": states.day(row["day"]), "Heard as": f"{kinds[row['class']]}{how}",
        "Service": _named(row["service"]), "Front door": _named(row["front_door"]),
    }  # fmt: skip


def _named(value: str | None) -> str:
    return "not recorded" if value is None else session.label(value)


def _note(store: Store, reading: Reading, day: date, told: Behind) -> None:
    """Once a visit and point: who looked behind it, and how many rows they saw; never which people."""
    request = reading.request
    detail = {"measure": request.measure, "asked": varied(request), "point": day.isoformat(), "rows": told.rows.height}
    seen = session.held("looked_behind") or ()
    if repr(detail) in seen:
        return
    store.record_action(session.principal(), "looked behind a point", detail)
    session.hold("looked_behind", (*seen, repr(detail))[-50:])
