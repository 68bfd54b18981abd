"""Rows of made-up sources, as connectors hand them to the store, and extracts of them that chance makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

import polars as pl

from connectors.batch import REJECTS_SCHEMA, ROWS_SCHEMA, MappedBatch, SourceInfo
from connectors.keys import text_key
from connectors.store import Store
from measures.model.principal import LOCAL
from measures.model.records import FRAMES
from measures.model.time import DAY

MONDAY = 19_727  # 2024-01-05 is a Friday; any day would do
KEYS = {"person_key": "person_id", "need_key": "need_id", "issue_key": "issue", "place_key": "place"}
TIMES = {"demands": ("received",), "activities": ("started", "ended"), "source_needs": ("first_demand", "end"),
         "people": ("from", "to")}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One source row: its key, and the records it makes, by frame. `known`: the day it was recorded."""

    key: str
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    known: int | None = None


def batch(rows: list[Row], rejects: pl.DataFrame | None = None, cursor: str | None = None) -> MappedBatch:
    """The rows as a mapped block: keys made of text, a day's times of its number."""
    lines = pl.DataFrame(
        [(line, row.key, text_key(repr(row.records))) for line, row in enumerate(rows, 2)], ROWS_SCHEMA, orient="row"
    )
    frames = {}
    for name in dict.fromkeys(name for row in rows for name in row.records):
        columns = FRAMES[name].columns
        told = [
            _completed(name, record) | {"line": line, "recorded_at": None if row.known is None else row.known * DAY}
            for line, row in enumerate(rows, 2)
            for record in row.records.get(name, ())
        ]
        frame = pl.DataFrame(told, {**columns, "line": pl.Int64, "recorded_at": pl.Int64})
        frames[name] = frame if any(row.known is not None for row in rows) else frame.drop("recorded_at")
    refused = pl.DataFrame(schema=REJECTS_SCHEMA) if rejects is None else rejects
    return MappedBatch(lines, frames, refused, len(rows) + refused.height, cursor=cursor)


def _completed(frame: str, record: dict[str, Any]) -> dict[str, Any]:
    whole = dict(record)
    for key, text in KEYS.items():
        if key in FRAMES[frame].columns and record.get(text) is not None:
            whole[key] = text_key(record[text])
    for time in TIMES.get(frame, ()):
        day = record.get(f"{time}_day")
        if day is not None:
            whole |= {f"{time}_at": day * DAY, f"{time}_precision": "day"}
    return whole


def demand(key: str, day: int, **told: Any) -> Row:
    """A row that says somebody asked; its demand carries the row's key."""
    return Row(key, {"demands": [{"demand_id": key, "received_day": day, "service": "housing", **told}]})


def load(store: Store, rows: list[Row], *, seen: int = MONDAY + 900, name: str = "desk", **terms: Any):
    """Let one extract in."""
    at = terms.pop("at", None)
    info = {key: terms.pop(key) for key in ("proxy", "asked", "snapshot") if key in terms}
    source = SourceInfo(name, name, "UTC", extracted_at=seen * DAY, **info)
    with store.begin_import(LOCAL, source, at=at, **terms) as importing:
        importing.add(batch(rows))
        return importing.finish()


class Desk:
    """A service's books as chance writes them: extracts of new rows, corrections and what comes late.

    Few people and few needs, so that rows of one meet those of another in every way there is.
    """

    def __init__(self, seed: int, people: int = 5, needs: int = 4, demands: int = 14) -> None:
        self.chance = Random(seed)
        self.people = [None, *(f"p{n}" for n in range(people))]
        self.needs = [None, None, None, *(f"n{n}" for n in range(needs))]
        self.asked = [f"d{n}" for n in range(demands)]
        self.acted = [f"a{n}" for n in range(demands)]

    def _any(self, key: str) -> dict[str, Any]:
        pick = self.chance.choice
        return {
            "person_id": pick(self.people), "need_id": pick(self.needs), "issue": pick(("roof", "rent", None)),
            "place": pick(("here", "there", None)), "seq": pick((None, None, 1, 2)),
        }  # fmt: skip

    def row(self, kind: str) -> Row:
        """One row of a kind, under a key that may have been used before: then it corrects that row."""
        pick, day = self.chance.choice, MONDAY + self.chance.randint(0, pick_span(self.chance))
        if kind == "demand":
            key = pick(self.asked)
            return demand(key, day, **self._any(key), channel=pick(("phone", "desk")))
        if kind == "activity":
            key = pick(self.acted)
            told = {
                "activity_id": key, "started_day": day, **self._any(key), "demand_id": pick([None, *self.asked]),
                "kind": pick(("close", "close", "reopen", "do")), "team": pick(("east", "west", None)),
                "outcome": pick(("closed", "done", "nfa", "refused")),
            }  # fmt: skip
            return Row(key, {"activities": [told]})
        if kind == "need":
            key = pick(self.needs[3:])
            told = {
                "need_id": key, "first_demand_day": day, "end_day": pick((None, day + 20)), "person_id": None,
                "end_kind": pick(("met", "withdrew", None)), "lifelong": pick((True, None)),
            }  # fmt: skip
            return Row(f"need {key}", {"source_needs": [told]})
        key = pick(self.people[1:])
        return Row(
            f"person {key}", {"people": [{"person_id": key, "to_day": day, "end_kind": pick(("died", "moved"))}]}
        )

    def extract(self, most: int = 6) -> list[Row]:
        """Up to `most` rows, no key twice."""
        kinds = ("demand",) * 6 + ("activity",) * 5 + ("need", "person")
        rows = [self.row(self.chance.choice(kinds)) for _ in range(self.chance.randint(1, most))]
        return list({row.key: row for row in rows}.values())


def pick_span(chance: Random) -> int:
    """How far apart in time: days lie close together, or far."""
    return chance.choice((3, 40, 420))
