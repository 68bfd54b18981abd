"""One point of a chart: what it is, and what a person may say of it: leave it out, put it back, note, split here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
import streamlit as st

from connectors.store import Store
from measures.limiting import RARE, SPLIT_BY, exclusion_id, grain
from measures.model.time import EPOCH
from measures.reading import Reading
from pages.charts import words
from pages.charts.capability import Note
from pages.check import acting
from pages.check.drawing import drawn_points
from pages.check.season import as_it_was
from pages.desk import session, states
from pages.desk.shown import shown

SIGNS = {
    **dict.fromkeys(("run", "long_run", "few_crossings"), "■"), "outside_limits": "◆", "trend": "▶",
    **dict.fromkeys(("near_limit", "two_in_three", "four_in_five"), "▲"),
    **dict.fromkeys(("eight_outside", "alternating", "fifteen_inside"), "✚"),
}  # fmt: skip
PART = "A point is left out for the whole service; show all front doors to leave one out or to put it back."
WAYS = {"better": "better for people", "worse": "worse for people"}


@dataclass(frozen=True)
class Judged:
    """What people said of the points of one chart.

    Attributes:
        notes: a row a note, in order of its point: `number, period_start` and the note's own columns.
        excluded: a row a point left out: `period_start` and the exclusion's own columns.
    """

    notes: pl.DataFrame
    excluded: pl.DataFrame

    @property
    def marks(self) -> tuple[Note, ...]:
        """The notes as the chart marks them."""
        return tuple(Note(day, number) for day, number in self.notes.select("period_start", "number").iter_rows())


def judged(store: Store, reading: Reading) -> Judged:
    """The notes on this chart's periods and the points left out of it, as they stand now."""
    who, measure, service = session.principal(), reading.measure.name, service_of(reading)
    periods = reading.table.select("period_start", "period_end").unique().sort("period_start")
    same = pl.col("service").fill_null("") == service
    live = (pl.col("measure") == measure) & ~pl.col("withdrawn").fill_null(False) & same
    notes = store.judgements(who, "note").filter(live & pl.col("point_day").is_not_null())
    notes = notes.with_columns(day=pl.col("point_day").cast(pl.Date)).sort("day", "judgement_id")
    placed = notes.join_asof(periods, left_on="day", right_on="period_start", coalesce=False)
    placed = placed.filter(pl.col("day") <= pl.col("period_end")).with_row_index("number", offset=1)
    kind = grain(reading.request.period, reading.chart)
    out = store.judgements(who, "exclusion").filter(
        live
        & (pl.col("exclusion_id") == pl.concat_str(pl.lit(f"{kind}:"), "point_day", pl.lit(f":{measure}:{service}")))
    )
    out = out.with_columns(period_start=pl.col("point_day").cast(pl.Date)).sort("period_start")
    return Judged(placed, out.filter(pl.col("period_start").is_in(periods["period_start"].implode())))


def service_of(reading: Reading) -> str:
    """The service a chart is of; empty where it is of all."""
    return next((value for column, value in reading.request.where if column == "service"), "")


def is_of_a_part(reading: Reading) -> bool:
    """Whether a chart is of a part of a service: a point is left out of the whole service's charts, so not from here."""
    return any(column not in ("service", "source") for column, _ in reading.request.where)


def picked() -> date | None:
    """The point the address names."""
    try:
        return date.fromisoformat(st.query_params.get("point", ""))
    except ValueError:
        return None


def drawn(spec: dict, name: str, reading: Reading) -> None:
    """The large chart; a click on a point chooses it, as the list beneath does for a keyboard."""
    days = drawn_points(reading.table)["period_start"].to_list()
    key = f"picked_{name}"

    def remember() -> None:
        chosen = session.selected(key, "picked")
        place = chosen[0].get("place") if chosen else None
        if place is not None and 0 <= int(place) < len(days):
            st.query_params["point"] = days[int(place)].isoformat()

    plain = {part: value for part, value in spec.items() if part != "description"}
    if "picked" not in str(spec.get("params")) + str([layer.get("params") for layer in spec.get("layer", [])]):
        states.chart(spec, name)  # nothing is known yet, so there is no point to choose
        return
    with st.container(key=f"chart_{name}", height=420, border=False):
        st.vega_lite_chart(
            plain, theme=None, width="stretch", height="stretch", alt=spec["description"], key=key,
            on_select=remember, selection_mode="picked",
        )  # fmt: skip


def draw(reading: Reading, said: Judged) -> None:
    """The list of points, signals first, and the one that was chosen."""
    rows = listed(reading)
    with st.container(key="noprint_point"):
        chosen = session.choose("Point", "point", {"": "Choose a point, or click one on the chart"} | rows)
        if chosen:
            day = date.fromisoformat(chosen)
            row = shown(reading).points.filter(pl.col("period_start") == day).row(0, named=True)
            _one(reading, row, said)
    _notes(reading, said)
    _left_out(reading, said)


def listed(reading: Reading) -> dict[str, str]:
    """The points of a chart for a list: signals first, then the others, the newest first."""
    kind, every = reading.measure.kind, reading.request.period
    rows = shown(reading).points.filter(pl.col("value").is_not_null()).sort("period_start", descending=True)
    told = []
    for row in rows.iter_rows(named=True):
        name = None if row["excluded"] else words.strongest(row["signals"])
        sign = f"{SIGNS.get(name, '◇')} " if name else ""
        reads = f", {words.SIGNALS[name]}" if name else ", left out" if row["excluded"] else ""
        said = f"{sign}{words.period(row['period_start'], every)}: {words.figure(row['value'], kind)}{reads}"
        told.append((name is None, row["period_start"].isoformat(), said))
    told.sort(key=lambda one: one[0])
    return {day: said for _, day, said in told}


def _one(reading: Reading, row: dict, said: Judged) -> None:
    """What one point is, in words, and what can be said of it."""
    kind, every = reading.measure.kind, reading.request.period
    when = words.period(row["period_start"], every)
    states.paragraph(f"{when[0].upper()}{when[1:]}: {_figures(row, kind, reading.measure.unit)}")
    states.lines([*as_it_was(row, kind), *_reads(row, reading)])
    left, middle, right = st.columns(3, gap="medium")
    out = said.excluded.filter(pl.col("period_start") == row["period_start"])
    with left:
        if is_of_a_part(reading):
            states.line(PART)
        else:
            _back(out.row(0, named=True), when) if out.height else _leave_out(reading, row, when)
    with middle:
        _note(reading, row, when)
    with right:
        _split(reading, row)


def _figures(row: dict, kind: str, unit: str) -> str:
    value = words.with_unit(row["value"], kind, unit)
    n = f", n = {row['n']:,}" if row["n"] and kind != "count" else ""
    if row["centre"] is None:
        return f"{value}{n}. No limits there."
    middle = words.figure(row["centre"], kind)
    if row["upper"] is None:
        return f"{value}{n}. Middle {middle}."
    least = words.figure(row["lower"], kind) if row["lower"] is not None else "0"
    return f"{value}{n}. To expect: {least} to {words.figure(row['upper'], kind)}, middle {middle}."


def _reads(row: dict, reading: Reading) -> list[str]:
    """Every signal the point belongs to, in words."""
    if row["excluded"]:
        return ["Left out of the limits and of every rule; it stays visible."]
    if row["mature"] is False:
        return ["Not yet known: it can still move, so it sets no limits and signals nothing."]
    told = [words.SIGNALS.get(name, name.replace("_", " ")) for name in row["signals"] or []]
    if not told:
        return ["Routine: nothing about it needs explaining."]
    way = WAYS.get(words.direction(row["value"], row["centre"], reading.measure.better), "")
    ends = " (the pattern is complete here)" if row.get("completes") else ""
    return [f"{text[0].upper()}{text[1:]}." for text in told] + ([f"That side is {way}{ends}."] if way else [])


def _leave_out(reading: Reading, row: dict, when: str) -> None:
    with st.form("exclude_point"):
        reason = st.text_input("Leave it out, because", key="exclude_reason")
        if not st.form_submit_button("Exclude"):
            return
    if not reason.strip():
        states.problem("Say why this point does not belong to the system you look at, in a few words.")
        return
    day = (row["period_start"] - EPOCH).days
    measure, service = reading.measure.name, service_of(reading)
    key = exclusion_id(measure, service, grain(reading.request.period, reading.chart), day)
    found = acting.standing("exclusion", key)
    acting.act(
        "exclusion",
        {"exclusion_id": key, "measure": measure, "service": service or None, "point_day": day,
         "reason": reason.strip(), "withdrawn": False},
        f"Left out of the limits: {when}, because {reason.strip()}.",
        before=found, expected=found["version"] if found else 0,
    )  # fmt: skip


def _back(out: dict, when: str) -> None:
    with st.form("put_back"):
        states.line(f"Left out: {out['reason']}")
        if st.form_submit_button("Put it back"):
            put_back(out, when)


def put_back(out: dict, when: str) -> None:
    """Let a point that was left out count again."""
    kept = acting.columns("exclusion", out)
    acting.act("exclusion", kept | {"withdrawn": True}, f"Put back: {when}.", before=kept, expected=out["version"])


def _note(reading: Reading, row: dict, when: str) -> None:
    with st.form("note_point", clear_on_submit=True):
        text = st.text_input("Note what happened", key="note_text")
        if not st.form_submit_button("Save the note"):
            return
    if not text.strip():
        states.problem("Write the note first.")
        return
    acting.act(
        "note",
        {"note_id": f"note-{session.stamp()}", "measure": reading.measure.name, "service": service_of(reading) or None,
         "point_day": (row["period_start"] - EPOCH).days, "text": text.strip(), "withdrawn": False},
        f"Noted, {when}: {text.strip()}.",
    )  # fmt: skip


def _split(reading: Reading, row: dict) -> None:
    if reading.request.period not in SPLIT_BY and reading.chart not in RARE:
        states.line("A chart is split by day, week or month; choose one of these periods to split here.")
        return
    with st.form("split_point", clear_on_submit=True):
        what = st.text_input("Split here: what changed?", key="split_what")
        if not st.form_submit_button("Split here"):
            return
    record_split(reading, what, row["period_start"])


def record_split(reading: Reading, what: str, began: date) -> None:
    """Record a confirmed change: from this day on the chart has limits of its own. Says what is missing instead."""
    if not what.strip():
        states.problem("Say what was changed or what happened, in a few words.")
        return
    acting.act(
        "change",
        {"change_id": f"change-{session.stamp()}", "service": service_of(reading) or None, "what": what.strip(),
         "from_day": (began - EPOCH).days, "expected": reading.measure.name, "confirmed": True, "withdrawn": False},
        f"Split: {what.strip()}, from {states.day(began)}.",
    )  # fmt: skip


def _notes(reading: Reading, said: Judged) -> None:
    """The notes by their numbers on the chart, each of which can be taken out."""
    if said.notes.is_empty():
        return
    st.header("Notes")
    for note in said.notes.iter_rows(named=True):
        left, right = st.columns([4, 1], vertical_alignment="center")
        with left:
            when = words.period(note["period_start"], reading.request.period)
            states.paragraph(f"{note['number']}. {when[0].upper()}{when[1:]}: {note['text']}")
            states.line(_by(note))
        if right.button("Take it out", key=f"unnote_{note['note_id']}"):
            kept = acting.columns("note", note)
            acting.act("note", kept | {"withdrawn": True}, f"Note taken out: {note['text']}", before=kept,
                       expected=note["version"])  # fmt: skip


def _left_out(reading: Reading, said: Judged) -> None:
    """The points left out, with their reasons, each of which can be put back."""
    if said.excluded.is_empty():
        return
    st.header("Left out of the limits")
    for out in said.excluded.iter_rows(named=True):
        left, right = st.columns([4, 1], vertical_alignment="center")
        when = words.period(out["period_start"], reading.request.period)
        with left:
            states.paragraph(f"⊗ {when[0].upper()}{when[1:]}: {out['reason']}")
            states.line(_by(out))
        if not is_of_a_part(reading) and right.button("Put it back", key=f"back_{out['exclusion_id']}"):
            put_back(out, when)


def _by(judgement: dict) -> str:
    day = EPOCH + timedelta(microseconds=judgement["judged_at"])
    return f"{judgement['author']}, {states.day(day)}"
