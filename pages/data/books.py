"""The books: how fresh each source is, what the last imports did, and what they kept aside."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from connectors.store import Store
from pages.data import cards
from pages.data.refusals import by_line, by_reason
from pages.desk import session, states
from pages.desk.export import csv

LATEST = 20  # imports shown; the file has all
LINES = 20  # refused rows shown: more would push everything else off a phone
STATES = {"done": "done", "held": "held for approval", "failed": "failed, nothing kept"}


def sentence(sources: pl.DataFrame, ledger: pl.DataFrame) -> str:
    """How things stand with the sources, in one sentence."""
    waiting = held(ledger).height
    waits = f" {waiting} import{' waits' if waiting == 1 else 's wait'} for approval." if waiting else ""
    if sources.is_empty():
        start = "There are no sources yet"
        return f"{start}.{waits}" if waits else f"{start}: bring a file, and see what it says before anything is kept."
    refused = int(ledger.filter(pl.col("state") == "done")["rejected"].sum() or 0)
    last = ledger.filter(pl.col("state") == "done")["imported_at"].max()
    many = "One source" if sources.height == 1 else f"{sources.height} sources"
    when = "" if last is None else f", last imported {_when(int(last), states.clock(sources['timezone']))}"  # type: ignore[call-overload]
    said = f"{many}{when}."
    said += waits
    if refused == 1:
        said += " 1 row was refused, and waits here with its reason."
    elif refused:
        said += f" {refused:,} rows were refused, and wait here with their reasons."
    return said


def held(ledger: pl.DataFrame) -> pl.DataFrame:
    """Imports that wait for a person: held, and nothing of that source came in since."""
    done = ledger.filter(pl.col("state") == "done").group_by("source").agg(since=pl.col("import_id").max())
    return (
        ledger.filter(pl.col("state") == "held")
        .join(done, on="source", how="left")
        .filter(pl.col("since").is_null() | (pl.col("import_id") > pl.col("since")))
        .sort("import_id", descending=True)
        .unique(["source", "file_hash"], keep="first", maintain_order=True)
    )


def freshness(sources: pl.DataFrame, clock: ZoneInfo) -> pl.DataFrame:
    """A row a source: how far it sees, when it was last imported, how many rows it holds, and what it cannot say.

    How far is told by the source's own clock, which is named where it is not the page's.
    """

    def sees(row: dict) -> str:
        own = "" if row["timezone"] == clock.key or row["extracted_at"] is None else f" ({row['timezone']})"
        return f"{_when(row['extracted_at'], ZoneInfo(row['timezone']))}{own}"

    return pl.DataFrame(
        [
            {
                "Source": row["title"],
                "Sees as far as": sees(row),
                "Last imported": _when(row["imported_at"], clock),
                "Rows": f"{row['rows'] or 0:,}",
                "What it cannot say": " ".join(json.loads(row["warnings"] or "[]")) or "nothing noted",
            }
            for row in sources.sort("title").iter_rows(named=True)
        ]
    )


def imports(ledger: pl.DataFrame, clock: ZoneInfo) -> pl.DataFrame:
    """A row an import, the newest first."""
    return pl.DataFrame(
        [
            {
                "Import": str(row["import_id"]),
                "When": _when(row["imported_at"], clock),
                "Source": row["source"],
                "File": row["file_name"] or "",
                "How it ended": STATES.get(row["state"], row["state"]),
                "Read": f"{row['read']:,}",
                "Accepted": f"{row['accepted']:,}",
                "Unchanged": f"{row['unchanged']:,}",
                "Superseded": f"{row['superseded']:,}",
                "Rejected": f"{row['rejected']:,}",
            }
            for row in ledger.sort("import_id", descending=True).head(LATEST).iter_rows(named=True)
        ]
    )


def draw(store: Store, sources: pl.DataFrame, ledger: pl.DataFrame) -> None:
    """Freshness, what waits, the last imports, and what each of them refused."""
    if sources.is_empty() and ledger.is_empty():
        return
    clock = states.clock(sources["timezone"])
    waiting = held(ledger)
    if waiting.height:
        st.header("Waiting for approval", anchor=False)
        for row in waiting.iter_rows(named=True):
            states.notice(
                f"{row['file_name'] or row['source']}, {_when(row['imported_at'], clock)}: {row['reason']} "
                "Nothing of it was kept. To let it in, bring the file again and approve it after the import."
            )
    st.header("How fresh each source is", anchor=False)
    if sources.is_empty():
        states.line("No source has come in yet.")
    else:
        cards.table(freshness(sources, clock), "The sources these records come from.", numbers=("Rows",))
        _links(sources)
    st.header("The last imports", anchor=False)
    numbers = ("Read", "Accepted", "Unchanged", "Superseded", "Rejected")
    more = f" The newest {LATEST} of {ledger.height}." if ledger.height > LATEST else ""
    cards.table(imports(ledger, clock), f"Read is always accepted, unchanged, superseded and rejected together.{more}",
                 numbers=numbers)  # fmt: skip
    _refused(store, ledger)


def _links(sources: pl.DataFrame) -> None:
    """The way from a source to what it says."""
    known = sources.filter(pl.col("rows") > 0).sort("title").head(6)
    for place, row in zip(st.columns(max(known.height, 2)), known.iter_rows(named=True), strict=False):
        with place:
            st.page_link(
                "pages/check/demand.py",
                label=f"See the demand of {states.as_label(row['title'])}",
                query_params={"source": row["name"]},
            )


def _refused(store: Store, ledger: pl.DataFrame) -> None:
    """What one import kept aside; which one stands in the address."""
    with_rejects = ledger.filter(pl.col("rejected") > 0).sort("import_id", descending=True)
    if with_rejects.is_empty():
        states.line("No import refused a row.")
        return
    st.header("What was refused, and why", anchor=False)
    names = {
        str(
            row["import_id"]
        ): f"Import {row['import_id']}: {row['file_name'] or row['source']}, {row['rejected']:,} rows"
        for row in with_rejects.iter_rows(named=True)
    }
    chosen = int(session.choose("Import", "import", names))
    row = with_rejects.filter(pl.col("import_id") == chosen).row(0, named=True)
    cards.table(by_reason(json.loads(row["reasons"] or "{}")), "Why rows were refused.", numbers=("Rows",))
    aside = store.quarantine(session.principal(), chosen)
    lines = by_line(aside, LINES)
    more = (
        f" The first {lines.height} of {aside.height:,}; the file has them all." if aside.height > lines.height else ""
    )
    cards.table(lines, f"Each refused row by its line in the file. A row's text is never kept.{more}")
    st.download_button("All refused rows (CSV)", lambda: csv(by_line(aside, aside.height)),
                       f"refused-by-import-{chosen}.csv", "text/csv", on_click="ignore")  # fmt: skip


def _when(at: int | None, clock: ZoneInfo) -> str:
    """The moment, its day and month on one line."""
    return "never" if at is None else states.moment(at, clock).replace(" ", "\u00a0", 1)
