"""An import under way and how it fell: progress, a way to stop it, the counts, and the first chart."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import streamlit as st

from connectors.batch import ImportReport
from connectors.mapping import PRESETS, Mapping, load
from connectors.reasons import FLAGS
from connectors.store import Store
from measures.capability.words import many
from measures.reading import Request
from pages.check import taken
from pages.check.demand_section import behind, behind_series
from pages.check.drawing import chart_of, table_of
from pages.data import cards, uploads
from pages.data.jobs import Job
from pages.data.refusals import by_reason
from pages.desk import session, states
from pages.desk.shown import shown

SHORT = 0.8  # seconds within which an import ends without showing a bar
LOOK = 0.5  # seconds between two looks at how far it got
FALL = ("Read", "Accepted", "Unchanged", "Superseded", "Rejected")
WEEKS = 6  # known weeks from which a chart over time says something


@dataclass(frozen=True)
class Task:
    """One import a page follows: its file, how it is read, and its job."""

    waiting: uploads.Waiting
    mapping: Mapping
    extracted_at: int | None
    job: Job


def start(
    store: Store, waiting: uploads.Waiting, mapping: Mapping, extracted_at: int | None, approve: bool = False
) -> None:
    """Begin the import beside the page; the file goes when it has been let in or stopped for good."""
    principal = session.principal()
    job = Job()

    def work(job: Job) -> ImportReport:
        from connectors.intake import import_file

        return import_file(
            store, principal, waiting.path, mapping, extracted_at=extracted_at, approve=approve, progress=job.told,
            cancelled=job.cancelled,
        )  # fmt: skip

    def after() -> None:
        if job.report is not None and not job.report.held:
            uploads.drop(waiting)
            _remember(store, mapping)

    session.hold("job", Task(waiting, mapping, extracted_at, job))
    job.start(work, after)
    job.wait(SHORT)


def draw(store: Store) -> None:
    """Where the import stands."""
    task: Task = session.held("job")  # type: ignore[assignment]
    st.header(states.as_label(task.waiting.name), anchor=False)
    if task.job.running:
        _watch(task)
    elif task.job.stopped:
        states.notice("The import was stopped; nothing of it was kept.")
        _again(task)
    elif task.job.problem is not None:
        states.problem(f"{task.job.problem[:1].upper()}{task.job.problem[1:]} Nothing of it was kept.")
        _again(task)
    elif task.job.report is not None:
        _fell(store, task, task.job.report)


@st.fragment(run_every=LOOK)
def _watch(task: Task) -> None:
    """The bar, and the way to stop; looks again by itself, and draws the page anew when the import has ended."""
    job = task.job
    if not job.running:
        st.rerun()
    told = "Stopping…" if job.cancelled() else "Importing. Nothing of it shows anywhere until all of it is in."
    st.progress(job.share or 0.0, text=told)
    if st.button("Stop the import", disabled=job.cancelled()):
        job.cancel()


def _again(task: Task) -> None:
    back, away = st.columns([1, 1])
    if back.button("Back to the file", type="primary", width="stretch") and task.waiting.path.exists():
        session.let_go("job")
        st.rerun()
    if away.button("Put it away", width="stretch"):
        _close(task)


def _close(task: Task) -> None:
    uploads.drop(task.waiting)
    for name in ("job", "upload"):
        session.let_go(name)
    st.rerun()


def _fell(store: Store, task: Task, report: ImportReport) -> None:
    """The counts in a sentence and a table, what was refused, what comes next."""
    states.sentence(fell_words(report))
    if report.held:
        states.problem(f"Held for approval: {report.reason}")
        _details(report)
        yes, no = st.columns(2)
        if yes.button("Let it in", type="primary", width="stretch"):
            start(store, task.waiting, task.mapping, task.extracted_at, approve=True)
            st.rerun()
        if no.button("Do not let it in", width="stretch"):
            _close(task)
        return
    left, middle, right = st.columns(3, vertical_alignment="center")
    with left:
        st.page_link("pages/review/weekly.py", label="Open the weekly review")
    with middle:
        st.page_link("pages/check/demand.py", label="Open its demand", query_params={"source": report.source})
    if right.button("Bring another file", width="stretch"):
        _close(task)
    _first_chart(report.source)
    st.header("How its rows fell", anchor=False)
    _details(report)


def _details(report: ImportReport) -> None:
    """The counts, the reasons, and what was accepted with a remark."""
    cards.table(counts(report), "The last four add up to the first.", numbers=FALL[1:])
    if report.reasons:
        cards.table(by_reason(report.reasons), "Why rows of this file were refused.", numbers=("Rows",))
    for flag, number in report.flags.items():
        states.line(f"{many(number, 'row')}: {FLAGS.get(flag, flag.replace('_', ' '))}.")


def fell_words(report: ImportReport) -> str:
    """How an import fell, in one sentence."""
    if report.held:
        return f"Nothing has changed yet: {many(report.read, 'row')} {_were(report.read)} read, and somebody has to look first."
    known, refused = report.unchanged, report.rejected
    if not report.accepted and not report.superseded:
        aside = f" {many(refused, 'row')} {_were(refused)} refused." if refused else ""
        every = "the one row was" if known == 1 else f"all {many(known, 'row')} were"
        return f"Nothing changed: {every} known already.{aside}" if known else f"Nothing changed.{aside}"
    parts = [f"{many(report.accepted, 'new row')} {'is' if report.accepted == 1 else 'are'} in"]
    parts += [f"{report.superseded:,} replaced an earlier version"] if report.superseded else []
    parts += [f"{known:,} {_were(known)} known already"] if known else []
    parts += [f"{refused:,} {_were(refused)} refused"] if refused else []
    return f"{', '.join(parts)}."


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def counts(report: ImportReport) -> pl.DataFrame:
    """What was read, and how each row of it fell: one row of numbers, as text."""
    numbers = (report.read, report.accepted, report.unchanged, report.superseded, report.rejected)
    return pl.DataFrame({name: [f"{number:,}"] for name, number in zip(FALL, numbers, strict=True)})


def _first_chart(source: str) -> None:
    """What this source says first: demand by week, or where it spans too few weeks, how long people waited."""
    where = (("source", source),)
    reading = session.reading(Request(measure="demand_by_front_door", shape="series", where=where))
    held = shown(reading)
    title = "What it says: all demand, by week"
    if held.known < WEEKS:
        reading = session.reading(Request(measure="end_to_end_time", shape="curve", where=where))
        title = f"What it says: {reading.title[:1].lower()}{reading.title[1:]}"
        if reading.table["value"].drop_nulls().is_empty():
            states.line("These records span too few weeks for a chart over time, and name no ends for a curve.")
            return
    st.header(title, anchor=False)
    states.paragraph(held.sentence if reading.shape == "series" else reading.sentence)
    spec = session.kept("first chart", lambda: chart_of(reading).to_dict(), reading.request)
    states.chart(spec, "first_chart")  # type: ignore[arg-type]
    if reading.shape == "series":
        behind_series("first", reading, session.standing())
        return
    alternative = str(spec["description"])  # type: ignore[index]
    behind("first", taken.of(reading), session.standing(), lambda: table_of(reading), alternative)


def _remember(store: Store, mapping: Mapping) -> None:
    """Keep a mapping that is not a shipped one, so that the next file with these columns is read the same way."""
    shipped = PRESETS / f"{mapping.name}.toml"
    if shipped.exists() and load(shipped) == mapping:
        return
    folder = store.home / "mappings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{mapping.name}.toml").write_text(mapping.to_toml(), encoding="utf-8")
