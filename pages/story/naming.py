"""Names and figures of a story as people read them."""

from __future__ import annotations

import re

import polars as pl

from measures.model.published import Figure
from measures.story.beside import Beside
from pages.desk import states

# Coded names hold short forms; written out, or in capitals, as the report writes them.
WRITTEN = {
    "gp": "GP", "nhs": "NHS", "camhs": "CAMHS", "mast": "MAST", "cp": "child protection", "mh": "mental health",
    "surestart": "SureStart", "childrens": "children's", "dwp": "DWP",
}  # fmt: skip
WHOLE = {"health cp medical": "Child protection medical", "housing benefit council tax": "Housing benefit, council tax"}
PRECISION = {"year": "%Y", "month": "%B %Y"}


def agency(name: str) -> str:
    """A coded agency as a name: `child mh specialist 1` is "Child mental health specialist 1"."""
    if name in WHOLE:
        return WHOLE[name]
    if name != name.lower():
        return name.replace("_", " ")
    words = [WRITTEN.get(word, word) for word in re.split(r"[ _]", name)]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def named(frame: pl.DataFrame, column: str = "agency") -> pl.DataFrame:
    """The frame with its agencies as names."""
    names = {name: agency(name) for name in frame[column].drop_nulls().unique()}
    return frame.with_columns(pl.col(column).replace(names))


def when(row: dict) -> str:
    """A record's date, as far as it is known: 4 May 2026, May 2026, 2026, or only its place in the story."""
    if row["day"] is None:
        return "no date"
    if row["precision"] == "sequence":
        return "in order only"
    date = pl.Series([row["day"]]).cast(pl.Date)[0]
    form = PRECISION.get(row["precision"])
    return states.day(date) if form is None else date.strftime(form)


def figure(value: float | str | None, unit: str) -> str:
    """A figure with its unit: £20,760, 1996, 10%, 29.5, 4 years. Empty where there is none.

    >>> figure(20760, "pounds"), figure(0.1, "share"), figure(29.5, "number"), figure(5.143, "ratio"), figure(4, "years")
    ('£20,760', '10%', '29.5', '5.143', '4 years')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if unit in ("year", "line"):
        return f"{value:.0f}"
    if unit == "share":
        return f"{value:.0%}"
    if unit == "ratio":
        return f"{value:,.3f}"
    if unit == "pounds an hour":
        return f"£{value:,.2f}"
    whole = abs(value - round(value)) < 1e-9 or (unit == "pounds" and value >= 1000)
    number = f"{value:,.0f}" if whole else f"{value:,.2f}" if unit == "pounds" else f"{value:,.1f}"
    return (
        f"£{number}"
        if unit == "pounds"
        else f"{number} {unit.removesuffix('s') if value == 1 else unit}"
        if unit in ("days", "years")
        else number
    )


def agreement(beside: Beside) -> str:
    """Whether print and records agree, in words and with a sign that is no colour."""
    if beside.agrees is None:
        both = beside.figure.printed is not None and beside.computed is not None
        return "printed in words" if both else "nothing to compare"
    return "the same" if beside.agrees else "◆ differs"


def pounds(pence: int | None) -> str:
    """Money as people read it."""
    return "not stated" if pence is None else figure(pence / 100, "pounds")


def not_told(one: Figure) -> str:
    """What stands in place of our figure where the records cannot give one."""
    return "not in the records" if one.printed is not None else ""


def lines(named: str) -> str:
    """Where in the report: "line 570", "lines 298 and 346"."""
    return f"line{'s' if ' ' in named else ''} {named}"
