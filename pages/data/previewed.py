"""What an import would do, shown before anything is kept: what would be accepted, and what refused and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from connectors.mapping import Mapping
from connectors.store import Store
from pages.data import cards
from pages.data.refusals import by_line, by_reason
from pages.data.uploads import Waiting
from pages.desk import session, states

WHOLE = 24_000_000  # bytes up to which the whole file is tried; of a larger one, its first rows
FIRST = 20_000  # rows tried of a larger file
SHOWN = 6  # accepted rows shown as they would be read


@dataclass(frozen=True)
class Previewed:
    """What an import would do.

    Attributes:
        read, accepted, rejected: rows tried. whole: whether that is the whole file.
        demands, endings: how many records of each they make; `sample`: some of the demands, as text.
        rejects: the refused rows' line, field and reason. reasons: how many of each.
    """

    read: int
    accepted: int
    rejected: int
    whole: bool
    demands: int
    endings: int
    sample: pl.DataFrame
    rejects: pl.DataFrame
    reasons: dict[str, int]


def preview(store: Store, waiting: Waiting, mapping: Mapping, extracted_at: int | None) -> Previewed:
    """Try the file, or the first rows of a large one; kept for as long as nothing is answered otherwise.

    Raises:
        ImportRefused: the file as a whole cannot be taken; one sentence.
    """
    rows = None if waiting.size <= WHOLE else FIRST
    parts = (waiting.path, mapping, extracted_at, rows)
    return session.kept("preview", lambda: _tried(store, waiting, mapping, extracted_at, rows), *parts)  # type: ignore[return-value]


def _tried(store: Store, waiting: Waiting, mapping: Mapping, extracted_at: int | None, rows: int | None) -> Previewed:
    from connectors import intake

    tried = intake.preview(waiting.path, mapping, rows=rows, extracted_at=extracted_at)
    demands = tried.frames.get("demands")
    reasons = dict(tried.rejects.group_by("reason").len().iter_rows())
    return Previewed(
        tried.read, tried.accepted, tried.rejected, rows is None, 0 if demands is None else demands.height,
        sum(frame.height for name, frame in tried.frames.items() if name == "activities"),
        pl.DataFrame() if demands is None else sample(demands, mapping.timezone), tried.rejects.sort("line").head(20),
        reasons,
    )  # fmt: skip


def sentence(shown: Previewed) -> str:
    """What would become of the rows, in one sentence."""
    tried = f"{shown.read:,} rows" if shown.whole else f"the first {shown.read:,} rows"
    refused = f"{shown.rejected:,} refused" if shown.rejected else "none refused"
    return f"Of {tried} {shown.accepted:,} would be accepted and {refused}."


def draw(shown: Previewed) -> None:
    """Some accepted rows as they would be read, and every reason for refusing."""
    st.header("What would be kept", anchor=False)
    states.line(f"{shown.demands:,} demands and {shown.endings:,} activities, such as closings.")
    if shown.sample.height:
        cards.table(shown.sample, "The first accepted requests, as they would be read.")
    if shown.rejected:
        st.header("What would be refused, and why", anchor=False)
        cards.table(by_reason(shown.reasons), "Reasons, the commonest first.", numbers=("Rows",))
        cards.table(by_line(shown.rejects, 20), "The first refused rows, by their line in the file.")


def sample(demands: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Some demands as people read them; a person only as named or not."""
    local = ZoneInfo(zone)
    columns = {"Service": "service", "Where or how": "front_door", "About": "issue", "Place": "place"}
    kept = {title: name for title, name in columns.items() if demands[name].null_count() < demands.height}
    return pl.DataFrame(
        [
            {
                "Asked": _asked(row, local),
                **{title: row[name] or "" for title, name in kept.items()},
                "Person": "named, kept as a code" if row["person_id"] else "not named",
            }
            for row in demands.head(SHOWN).iter_rows(named=True)
        ]
    )


def _asked(row: dict, zone: ZoneInfo) -> str:
    if row["received_precision"] in ("instant", "minute") and row["received_at"] is not None:
        return states.moment(row["received_at"], zone)
    return states.day(datetime.fromtimestamp(row["received_day"] * 86_400, tz=UTC).date())
