"""What cannot be known from a file and must be asked: its letters, and how far it sees."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import streamlit as st

from connectors.mapping import FileFormat, Mapping
from connectors.store.store import now
from measures.model.time import DAY
from pages.data import look
from pages.data.dates import Written
from pages.data.uploads import Waiting
from pages.desk import session, states

TYPED = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})(?:[ ,]+(\d{1,2}):(\d{2}))?$")
BINARY = (".gz", ".xlsx", ".parquet")


def encoding(waiting: Waiting) -> FileFormat | None:
    """How the file's letters are written; None until a person has said."""
    if waiting.path.suffix.lower() in BINARY:
        return FileFormat()
    letters = session.kept("letters", lambda: look.odd_letters(waiting.path), waiting.path)
    if letters is None:
        return FileFormat()
    said = st.radio(
        f"This file is not written in UTF-8. Saved on Windows, it holds these letters: {letters} Do they look right?",
        ["Not sure yet", "Yes, it was saved on Windows", "No"], key=f"letters_{waiting.path}",
    )  # fmt: skip
    if said == "No":
        states.problem("Ask for the file again, saved as “CSV UTF-8”, and send that.")
    return FileFormat(encoding="cp1252") if said.startswith("Yes") else None


def zone(waiting: Waiting, usual: str) -> str:
    """By which clock the file's times were written."""
    zones = sorted(available_timezones())
    return st.selectbox(
        "Which clock are its times written by?", zones, index=zones.index(usual), key=f"zone_{usual}_{waiting.path}"
    )


def dates_of(waiting: Waiting, file: FileFormat, columns: tuple[str, ...]) -> dict[str, Written]:
    """How columns write their dates, looked at once for each file."""
    return session.kept("dates", lambda: look.dates(waiting, file, columns), waiting.path, file, columns)  # type: ignore[return-value]


def extract(waiting: Waiting, mapping: Mapping) -> int | None:
    """How far the file sees, UTC microseconds: to the newest time in it unless a person says otherwise."""
    held = dates_of(waiting, mapping.file, look.event_columns(mapping))
    newest = max((at for how in held.values() if (at := _newest(how, mapping.timezone)) is not None), default=None)
    zone = ZoneInfo(mapping.timezone)
    choices = {"newest": f"The newest time in it: {states.moment(newest, zone)}"} if newest is not None else {}
    choices |= {"now": "Until now", "other": "Until another time"}
    chosen = st.selectbox(
        "How far does this file see?", list(choices), format_func=lambda name: choices[name],
        key=f"sees_{waiting.path}",
        help="What was still open then is counted as open, for as long as it had waited by then.",
    )  # fmt: skip
    if chosen == "newest":
        return newest
    if chosen == "now":
        return now()
    typed = st.text_input("Day and time (day/month/year hour:minute)", key=f"typed_{waiting.path}").strip()
    at = moment(typed, zone)
    if typed and at is None:
        states.problem(f"“{typed}” is not a day; write it like 12/01/2016 22:22.")
    return at if at is not None else newest


def moment(typed: str, zone: ZoneInfo) -> int | None:
    """What a person typed as UTC microseconds; a day without a time means its end.

    >>> moment("12/01/2016 22:22", ZoneInfo("UTC"))
    1452637320000000
    """
    found = TYPED.match(typed)
    if not found:
        return None
    day, month, year = (int(found[part]) for part in (1, 2, 3))
    hour, minute = (int(found[4]), int(found[5])) if found[4] else (23, 59)
    try:
        local = datetime(year, month, day, hour, minute, tzinfo=zone)
    except ValueError:
        return None
    return int(local.astimezone(UTC).timestamp()) * 1_000_000


def _newest(how: Written, zone: str) -> int | None:
    order = how.order or "day"
    return how.newest(order, zone, now() + DAY)
