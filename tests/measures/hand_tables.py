"""Hand-sized records: day 0 is Monday 5 January 2026, and what a row leaves out is null."""

from __future__ import annotations

from datetime import date

import polars as pl

from measures.catalogue import MEASURES
from measures.facts import needs
from measures.model.measure import Options
from measures.model.memory import MemoryRecords
from measures.model.principal import LOCAL, Principal
from measures.model.time import DAY, day_number
from measures.reading import Reading, Request, read

MONDAY = day_number(date(2026, 1, 5))
LONG = 1000  # days: long enough for everything to be known


def at(day: float) -> int:
    """The last moment of a day: `seen=at(3)` sees days 0 to 3 whole."""
    return round((MONDAY + day + 1) * DAY) - 1


def demand(name: str, day: int, person: str | None = "ann", issue: str | None = "roof", **more) -> dict:
    """A demand by name; on `day`, known only to the day."""
    return {"demand_id": name, "received_day": MONDAY + day, "person_id": person, "issue": issue, **more}


def closed(day: int, person: str | None = "ann", issue: str | None = "roof", outcome: str = "done", **more) -> dict:
    """A closing activity."""
    return act("close", day, person, issue, outcome=outcome, **more)


def act(kind: str, day: int, person: str | None = "ann", issue: str | None = "roof", **more) -> dict:
    """An activity of any kind."""
    name = more.pop("name", f"{kind}-{person}-{issue}-{day}-{more.get('outcome')}-{more.get('need_id')}")
    return {
        "activity_id": name, "kind": kind, "started_day": MONDAY + day, "person_id": person, "issue": issue, **more,
    }  # fmt: skip


def owned(name: str, first: int, end: int | None = None, end_kind: str | None = None, **more) -> dict:
    """A need that its source names."""
    ended = {"end_day": MONDAY + end, "end_kind": end_kind} if end is not None else {}
    return {"need_id": name, "first_demand_day": MONDAY + first, **ended, **more}


def gone(person: str, day: int, how: str = "died") -> dict:
    """A person who died or moved."""
    return {"person_id": person, "to_day": MONDAY + day, "end_kind": how}


def coded(name: str, class_: str | None, **more) -> dict:
    """What one coder made of a demand."""
    return {"demand_id": name, "coder": "kim", "class": class_, **more}


def answered(need: str, on: int, answer: str, met_on: int | None = None, **more) -> dict:
    """What the person said about the need."""
    met = {} if met_on is None else {"met_on_day": MONDAY + met_on}
    return {"need_id": need, "asked_on_day": MONDAY + on, "answer": answer, **met, **more}


def told(*demands: dict, seen: float = LONG, proxy: str | None = None, **frames: list[dict]) -> MemoryRecords:
    """Records of these demands and other frames, seen to the end of day `seen`."""
    tables = {name: pl.from_dicts(rows, infer_schema_length=None) for name, rows in frames.items() if rows}
    if demands:
        tables["demands"] = pl.from_dicts(list(demands), infer_schema_length=None)
    return MemoryRecords(tables, seen_at=at(seen), proxy=proxy)


def needs_of(records: MemoryRecords, **options) -> dict[str, dict]:
    """Each need by its id, its days counted from day 0."""
    rows = needs(records, Options(**options)).collect().to_dicts()
    days = ("day", "end_day", "return_day", "last_day", "next_day", "early_day", "seen_day")
    return {
        row["need_id"]: {
            name: value - MONDAY if name in days and value is not None else value for name, value in row.items()
        }
        for row in rows
    }


def observed(name: str, records: MemoryRecords, **options) -> dict[str, dict]:
    """Each observation of a measure by its record's id."""
    rows = MEASURES[name].observe(records, Options(**options)).collect()
    assert rows["record_id"].n_unique() == rows.height
    return {row["record_id"]: row for row in rows.to_dicts()}


def figures(name: str, records: MemoryRecords, **options) -> dict[str, float]:
    """The numerator of each observation that counts in the figure."""
    return {
        record: row["numerator"] for record, row in observed(name, records, **options).items() if row["denominator"] > 0
    }


def matures(name: str, records: MemoryRecords, **options) -> dict[str, int]:
    """The day, counted from day 0, after which each observation stands."""
    return {record: row["mature_day"] - MONDAY for record, row in observed(name, records, **options).items()}


def reading(name: str, records: MemoryRecords, principal: Principal = LOCAL, **request) -> Reading:
    """A measure, composed as pages and the command line do."""
    return read(records, Request(measure=name, **request), principal)
