"""What may be taken away: figures, workbook, pictures and the printable sheet, each made on click and noted in the audit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import partial
from urllib.parse import urlencode

import altair as alt
import polars as pl
import streamlit as st

from connectors.store import Store
from measures.model.principal import Principal
from measures.model.time import EPOCH
from measures.reading import Reading, Request
from pages.charts.frame import png, svg
from pages.check.sheet import Beside, sheet
from pages.check.taken import SHARES, Taken
from pages.desk import session, states
from pages.desk.export import csv
from pages.desk.exports.workbook import Sheet, workbook
from pages.desk.shown import told

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORDS = {"since": "from", "split": "split by", "reopen_days": "reopen gap"}
UNSAID = ("measure", "people", "as_of")  # said elsewhere, or of no consequence for the figures


Offered = tuple[str, str, str, Callable[[], bytes]]  # label, ending, media type, how it is made


def pictures(picture: Callable[[], alt.LayerChart]) -> list[Offered]:
    """A chart as pictures, sharp on paper and free to scale."""
    return [
        ("Picture (PNG)", "png", "image/png", lambda: png(picture())),
        ("Picture (SVG)", "svg", "image/svg+xml", lambda: svg(picture()).encode()),
    ]


def draw(store: Store, taken: Taken, standing: states.Standing, name: str = "") -> None:
    """The downloads of a chart, by its name on a page of several. Where there is no single picture there is no sheet."""
    reading, picture = taken.reading, taken.picture
    who = session.principal()
    beside = Beside(
        asked=asked_in_words(reading), freshness=standing.fresh(), link=link(), printed=states.day(session.today()),
        fictional=standing.fictional, clock=standing.zone,
    )  # fmt: skip
    offered: list[Offered] = [
        ("Figures (CSV)", "csv", "text/csv", lambda: csv(taken.plain())),
        ("Workbook (XLSX)", "xlsx", EXCEL, partial(book, taken, beside)),
    ]
    if picture is not None:
        offered += [("Sheet (PDF)", "pdf", "application/pdf", partial(sheet, taken, beside)), *pictures(picture)]
    buttons(offered, taken.stem, name, lambda ending, make: noted(store, who, taken, ending, make))


def buttons(
    offered: Sequence[Offered], stem: str, name: str, note: Callable[[str, Callable[[], bytes]], bytes]
) -> None:
    """A button for each file, made on click.

    Args:
        offered: each with its label, ending, media type, and how it is made.
        stem: begins the names of the files.
        name: unique on the page.
        note: makes a file and writes into the audit that it left.
    """
    with st.container(horizontal=True):  # in half a page, or on a phone, they go on in the next line
        for label, ending, kind, make in offered:
            st.download_button(label, partial(note, ending, make), f"{stem}.{ending}", kind,
                               on_click="ignore", key=f"download_{name}{ending}")  # fmt: skip


def noted(store: Store, who: Principal, taken: Taken, ending: str, make: Callable[[], bytes]) -> bytes:
    """The file, made and then written into the audit; a file that cannot be noted does not leave."""
    made = make()
    reading = taken.reading
    store.record_action(who, "export", {
        "format": ending, "measure": reading.request.measure, **({"also": list(taken.also)} if taken.also else {}),
        "shape": reading.shape, "data_version": str(reading.data_version), "asked": varied(reading.request),
        "rows": reading.table.height,
    })  # fmt: skip
    return made


def book(taken: Taken, beside: Beside) -> bytes:
    """The figures as a workbook: Figures, the Phases where there are any, and About, which says what they are."""
    sheets = [Sheet("Figures", taken.figures(), taken.shares)]
    phases = taken.reading.phases
    if phases.height:
        sheets.append(Sheet("Phases", dated(phases), SHARES if taken.reading.measure.kind == "share" else ()))
    return workbook([*sheets, Sheet("About", about(taken, beside), prose=True)], taken.title)


def about(taken: Taken, beside: Beside) -> pl.DataFrame:
    """What a reader of the figures must know, a row a thing: `What, Says`."""
    reading = taken.reading
    measure = reading.measure
    lines = [
        ("Title", taken.title), ("Sentence", taken.sentence), ("Question", measure.question),
        ("Definition", reading.definition), ("Purpose", measure.purpose), ("Unit", measure.unit),
        ("What was asked", beside.asked), ("Chart", reading.chart if reading.shape == "series" else ""),
        *(("What to know", text) for text in told(reading)), *(("Note on a point", text) for text in taken.notes),
        ("Rows read", f"{reading.rows_in:,}"), ("Rows in the figures", f"{reading.rows_out:,}"),
        ("Records", beside.freshness), ("Known at", states.moment(reading.as_of, beside.clock)),
        ("Data version", str(reading.data_version)), ("Made on", beside.printed), ("See it again", beside.link),
        ("Fiction", "The demonstration town is fictional: no person in it exists." if beside.fictional else ""),
    ]  # fmt: skip
    return pl.DataFrame(
        [line for line in lines if line[1]], schema={"What": pl.String, "Says": pl.String}, orient="row"
    )


def dated(phases: pl.DataFrame) -> pl.DataFrame:
    """Phases with dates in place of day numbers."""
    days = [name for name in ("from_day", "to_day") if name in phases.columns]
    return phases.with_columns((pl.lit(EPOCH) + pl.duration(days=pl.col(name))).alias(name) for name in days).rename(
        {name: name.removesuffix("_day") for name in days}
    )


def varied(request: Request) -> dict[str, str]:
    """What was asked for beyond the measure itself, by name: shape, period, filters, and whatever is not as usual."""
    usual = Request(measure=request.measure)
    told_ = {"period": request.period} if request.shape in (None, "series") else {}
    for field in fields(Request):
        value = getattr(request, field.name)
        if field.name in UNSAID or value == getattr(usual, field.name):
            continue
        if field.name == "where":
            told_["where"] = ", ".join(f"{column}={wanted}" for column, wanted in value)
        else:
            told_[field.name] = str(value)
    return told_


def asked_in_words(reading: Reading) -> str:
    """The filters as one line: all services, by week, from 1 January 2025."""
    request = reading.request
    parts = [f"{column.replace('_', ' ')} is {value}" for column, value in request.where] or ["all services"]
    if reading.shape == "series":
        parts.append(f"by {request.period}")
    for name, text in varied(request).items():
        if name in ("where", "period", "shape"):
            continue
        if name == "season":
            parts.append("without its season")
            continue
        value = states.day(getattr(request, name)) if name in ("since", "until") else text.replace("_", " ")
        days = " days" if name.endswith("_days") else ""
        parts.append(f"{WORDS.get(name, name.removesuffix('_days').replace('_', ' '))} {value}{days}")
    return ", ".join(parts)


def link() -> str:
    """The address of what is on the page; filters and a point's date stand in it, never a person's or a need's id."""
    url = st.context.url
    if not url:
        return ""
    filters = urlencode(sorted(st.query_params.to_dict().items()))
    return f"{url}?{filters}" if filters else url
