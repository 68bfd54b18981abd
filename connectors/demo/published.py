"""The published cases for whoever wants to read them: their records apart from any store, and what is printed of them.

They are public, so nobody needs a right to see them, and they are there before anything has been imported.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import polars as pl

from connectors.demo import cases
from measures.model.memory import MemoryRecords
from measures.model.published import Figure, Flag, PublishedCase, Received, Wanted, Which
from measures.model.records import FRAMES
from measures.model.time import end_of_day

FILE = cases.FOLDER / "printed.toml"


@cache
def published() -> tuple[PublishedCase, ...]:
    """Everybody the report tells of, in its order: those with a story, then those of whom it prints figures only."""
    with FILE.open("rb") as file:
        told = tomllib.load(file)
    return tuple(_case(name, entry) for name, entry in told.items())


@cache
def records() -> MemoryRecords:
    """The three stories as canonical records, read from the coded events and from nowhere else."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for batch in cases.batches():
        for name, frame in batch.frames.items():
            known = [column for column in FRAMES[name].schema if column in frame.columns]
            parts.setdefault(name, []).append(frame.select(known))
    frames = {name: pl.concat(found, how="diagonal_relaxed") for name, found in parts.items()}
    tagged = {name: frame.with_columns(source=pl.lit(cases.SOURCE)) for name, frame in frames.items()}
    return MemoryRecords(tagged, end_of_day(cases.PUBLISHED, "Europe/London"))


def told(name: str) -> pl.DataFrame:
    """What the report says beside an event that records have no place for.

    Columns: `seq, event, asked_by, outcome` (in its own words where it has some), `line` (of the report), `remark`.
    """
    case = next(case for case in cases.CASES if case.name == name)
    return cases.events(case).select(
        pl.col("seq").cast(pl.Int32),
        "event",
        "asked_by",
        "remark",
        line="report_line",
        outcome=pl.coalesce("outcome_as_printed", "outcome"),
    )


def person_key(name: str) -> int:
    """The key of a published person in `records()`."""
    title = next(case.title for case in cases.CASES if case.name == name)
    return int(records().scan("demands").filter(person_id=title).select("person_key").first().collect().item())


def _case(name: str, entry: Mapping[str, Any]) -> PublishedCase:
    simple = {key: value for key, value in entry.items() if key not in ("figures", "flags", "wanted", "received")}
    return PublishedCase(
        name,
        figures=tuple(_figure(figure) for figure in entry["figures"]),
        flags=tuple(Flag(**flag) for flag in entry.get("flags", ())),
        wanted=tuple(Wanted(**item) for item in entry.get("wanted", ())),
        received=tuple(Received(**item) for item in entry.get("received", ())),
        **simple,
    )


def _figure(entry: Mapping[str, Any]) -> Figure:
    which: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.get("which", {}).items()
    }
    given = {key: value for key, value in entry.items() if key not in ("which", "parts")}
    return replace(Figure(**given), which=Which(**which), parts=tuple(entry.get("parts", ())))
