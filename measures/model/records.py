"""The canonical records: facts that happened, as sources recorded them, and what people here judged of them.

Ids are opaque text, money is integer pence, and a time is three columns: `x_at` (UTC microseconds), `x_day` (the local
date in the source's zone as days since 1970-01-01) and `x_precision`. A column a source lacks is null, never guessed.
Column by column reasons: docs/reference/records.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import polars as pl

PRECISIONS = ("instant", "minute", "day", "month", "year", "sequence")
ACTIVITY_KINDS = (
    "screen", "assess", "do", "refer", "signpost", "close", "reopen", "decide", "visit", "meet", "administer",
    "incident",
)  # fmt: skip
OUTCOMES = (
    "screened_in", "screened_out", "nfa", "advice_only", "refused", "done", "upheld", "overturned", "closed", "other",
)  # fmt: skip
END_KINDS = (
    "met", "met_in_part", "died", "moved", "lost_contact", "withdrew", "screened_out", "closed_unmet", "open",
)  # fmt: skip
MADE_BY = ("self", "family", "professional", "anonymous")
WORK = ("value", "waste", "compliance", "unclassified")
FAILURE_TYPES = (
    "asked again for the same problem",
    "progress chase",
    "could not understand a form or letter",
    "wrong or incomplete",
    "passed on",
    "appeal or rework",
    "other",
)

Schema = dict[str, type[pl.DataType]]


def _time(name: str) -> Schema:
    return {f"{name}_at": pl.Int64, f"{name}_day": pl.Int32, f"{name}_precision": pl.String}


# Written by the store on every machine-written row.
PROVENANCE: Schema = {
    "source": pl.String,
    "source_key": pl.String,
    "import_id": pl.Int64,
    "record_version": pl.Int32,
    "recorded_at": pl.Int64,
}


@dataclass(frozen=True)
class Frame:
    """One kind of record: its name, the column that identifies a row, and its columns with their types."""

    name: str
    key: str
    columns: Schema

    @property
    def schema(self) -> Schema:
        """Every column a scan delivers: the record's own, then where it came from."""
        return {**self.columns, **PROVENANCE}


FRAMES: dict[str, Frame] = {
    frame.name: frame
    for frame in (
        Frame("demands", "demand_id", {
            "demand_id": pl.String, "person_id": pl.String, "household_id": pl.String, "need_id": pl.String,
            "issue": pl.String, "seq": pl.Int32, "agency": pl.String, "service": pl.String, "front_door": pl.String,
            "channel": pl.String, "place": pl.String, "made_by": pl.String, **_time("received"),
            "presented_as": pl.String, "verbatim": pl.String, "contact_key": pl.String, **_time("expected_by"),
            # integers made at import, so that grouping and joining never touches text
            "person_key": pl.Int64, "need_key": pl.Int64, "issue_key": pl.Int64, "place_key": pl.Int64,
        }),
        Frame("activities", "activity_id", {
            "activity_id": pl.String, "person_id": pl.String, "need_id": pl.String, "demand_id": pl.String,
            "seq": pl.Int32, "agency": pl.String, "service": pl.String, "team": pl.String, "worker_id": pl.String,
            "worker_role": pl.String, "kind": pl.String, "type": pl.String, **_time("started"), **_time("ended"),
            "end_doubtful": pl.Boolean, "minutes": pl.Float64, "cost_pence": pl.Int64, "price_year": pl.Int32,
            "outcome": pl.String, "to_agency": pl.String, "want_id": pl.String, "place": pl.String, "issue": pl.String,
            "work": pl.String, "quantity": pl.Float64, "entitled_quantity": pl.Float64,
            "person_key": pl.Int64, "need_key": pl.Int64, "issue_key": pl.Int64, "place_key": pl.Int64,
        }),
        Frame("source_needs", "need_id", {
            "need_id": pl.String, "person_id": pl.String, "household_id": pl.String, "own_words": pl.String,
            "issues": pl.String, "lifelong": pl.Boolean, **_time("first_demand"), **_time("end"),
            "end_kind": pl.String, "met_basis": pl.String, "reopened_of": pl.String,
            "person_key": pl.Int64, "need_key": pl.Int64,
        }),
        Frame("people", "person_id", {
            "person_id": pl.String, "household_id": pl.String, "birth_year": pl.Int32, "area": pl.String,
            **_time("from"), **_time("to"), "end_kind": pl.String, "link_quality": pl.Float64, "flags": pl.String,
            "age_band": pl.String, "sex": pl.String, "ethnicity": pl.String, "disability": pl.String,
            "person_key": pl.Int64,
        }),
        Frame("front_doors", "front_door", {
            "front_door": pl.String, "agency": pl.String, "kind": pl.String, "place": pl.String, "remit": pl.String,
            **_time("open_from"), **_time("open_to"),
        }),
        Frame("documents", "document_id", {
            "document_id": pl.String, "person_id": pl.String, "activity_id": pl.String, "agency": pl.String,
            **_time("created"), "kind": pl.String, "content_hash": pl.String, "person_key": pl.Int64,
        }),
        Frame("clocks", "clock_id", {
            "clock_id": pl.String, "need_id": pl.String, "demand_id": pl.String, "activity_id": pl.String,
            "name": pl.String, **_time("started"), **_time("stopped"), "paused": pl.String, **_time("deadline"),
            "need_key": pl.Int64,
        }),
        Frame("population", "area_period", {
            "area_period": pl.String, "area": pl.String, **_time("period"), "people": pl.Int64,
        }),
        Frame("staffing", "team_week", {
            "team_week": pl.String, "team": pl.String, **_time("week"), "full_time_equivalents": pl.Float64,
        }),
        Frame("caseload", "caseload_id", {
            "caseload_id": pl.String, "person_id": pl.String, "team": pl.String, **_time("from"), **_time("to"),
            "person_key": pl.Int64,
        }),
        Frame("unit_costs", "item", {
            "item": pl.String, "pence": pl.Int64, "price_year": pl.Int32, "cost_source": pl.String,
        }),
        Frame("contracts", "contract_id", {
            "contract_id": pl.String, "agency": pl.String, "year": pl.Int32, "pence": pl.Int64,
        }),
        Frame("price_index", "index_year", {"index_year": pl.String, "year": pl.Int32, "index": pl.Float64}),
        Frame("assumptions", "name", {"name": pl.String, "value": pl.Float64, "value_source": pl.String}),
    )
}  # fmt: skip

# Judgements, made by people here. `judgement_id` grows; a later version of the same thing replaces an earlier one.
JUDGED: Schema = {"judgement_id": pl.Int64, "author": pl.String, "judged_at": pl.Int64, "version": pl.Int32}
JUDGEMENTS: dict[str, Schema] = {
    "classification": {
        "demand_id": pl.String, "coder": pl.String, "class": pl.String, "failure_type": pl.String,
        "caused_by_agency": pl.String, "sample_id": pl.String, "selection_prob": pl.Float64,
        "adjudicated": pl.Boolean, **JUDGED,
    },
    "want": {
        "want_id": pl.String, "need_id": pl.String, "item": pl.String, "cost_pence": pl.Int64, "met": pl.Boolean,
        "withdrawn": pl.Boolean, **JUDGED,
    },
    "outcome": {
        "need_id": pl.String, "asked_on_day": pl.Int32, "answer": pl.String, "met_on_day": pl.Int32,
        "enough": pl.Boolean, "rating": pl.Int32, "dependency": pl.Int32, "rated_by": pl.String,
        "withdrawn": pl.Boolean, **JUDGED,
    },
    "condition_observation": {
        "condition": pl.String, "about": pl.String, "note": pl.String, "minutes_lost": pl.Float64, **JUDGED,
    },
    "need_merge": {"need_id": pl.String, "into_need_id": pl.String, **JUDGED},
    "change": {
        "change_id": pl.String, "service": pl.String, "what": pl.String, "where": pl.String, "from_day": pl.Int32,
        "hypothesis": pl.String, "expected": pl.String, "decision": pl.String, "reason": pl.String,
        "confirmed": pl.Boolean, "withdrawn": pl.Boolean, **JUDGED,
    },
    "question": {
        "question_id": pl.String, "measure": pl.String, "service": pl.String, "point_day": pl.Int32,
        "asked": pl.String, "who_will_look": pl.String, "by_day": pl.Int32, "answer": pl.String,
        "withdrawn": pl.Boolean, **JUDGED,
    },
    "note": {
        "note_id": pl.String, "measure": pl.String, "service": pl.String, "point_day": pl.Int32, "text": pl.String,
        "withdrawn": pl.Boolean, **JUDGED,
    },
    "exclusion": {
        "exclusion_id": pl.String, "measure": pl.String, "service": pl.String, "point_day": pl.Int32,
        "reason": pl.String, "withdrawn": pl.Boolean, **JUDGED,
    },
    "review": {
        "review_id": pl.String, "service": pl.String, "on_day": pl.Int32, "import_id": pl.Int64, "seen": pl.String,
        **JUDGED,
    },
}  # fmt: skip
# What identifies the thing judged; its newest version counts. A classification is one a coder.
JUDGEMENT_KEYS: dict[str, tuple[str, ...]] = {
    "classification": ("demand_id", "coder"),
    "want": ("want_id",),
    "outcome": ("need_id", "asked_on_day"),
    "condition_observation": ("judgement_id",),
    "need_merge": ("need_id",),
    "change": ("change_id",),
    "question": ("question_id",),
    "note": ("note_id",),
    "exclusion": ("exclusion_id",),
    "review": ("review_id",),
}

# One row a source: how far it sees. Delivered by `scan("sources", as_of)`.
SOURCES: Schema = {
    "source": pl.String,
    "timezone": pl.String,
    "proxy": pl.String,  # "place" where a place and type stands for a person, else null
    "seen_at": pl.Int64,  # UTC microseconds: the earlier of as_of and the source's extracted_at
    "seen_day": pl.Int32,  # the last local day seen whole: the day of seen_at, less one unless seen to its end
    "asked": pl.Boolean,  # whether the source's own ends are people's answers
}


@dataclass(frozen=True)
class DataVersion:
    """Which records and which judgements a figure was computed from."""

    import_id: int
    judgement_id: int

    def __str__(self) -> str:
        return f"{self.import_id}.{self.judgement_id}"


@dataclass(frozen=True)
class Kept:
    """A frame that an earlier build left behind: its rows, and the import it was complete up to."""

    frame: pl.LazyFrame
    import_id: int


@dataclass(frozen=True)
class Judged:
    """Judgements of one kind in two pieces, so that a join with the large one can be kept and the small one laid over.

    Attributes:
        base: what bulk judging wrote, as kept on disk. `base_id`: its newest judgement id, 0 where there is none.
        tail: judgements made since, newest version each.
    """

    base: pl.LazyFrame
    base_id: int
    tail: pl.DataFrame


class Records(Protocol):
    """What measures read. The store implements it for one principal; `MemoryRecords` does for tests and pasted data."""

    @property
    def data_version(self) -> DataVersion:
        """Which records and judgements are read."""
        ...

    @property
    def newest(self) -> int:
        """UTC microseconds of the newest `extracted_at`: what `as_of` defaults to."""
        ...

    def scan(self, frame: str, as_of: int | None = None) -> pl.LazyFrame:
        """The newest version of each record (or judgement, or `sources` row) known by `as_of`.

        Args:
            frame: a name in FRAMES or JUDGEMENTS, or `sources`.
            as_of: UTC microseconds; None means everything recorded so far and no cut on events.

        Returns:
            The frame with its declared schema, rows in no particular order, events after `as_of` left out. A source
            that has no such records yields an empty frame with the same schema.
        """
        ...

    def changed(self, since_import: int) -> pl.LazyFrame:
        """The `person_key, need_key, place_key, demand_id` of every record that later imports wrote or replaced."""
        ...

    def judged(self, name: str) -> Judged:
        """The newest judgements of one kind, as a kept base and a small tail."""
        ...

    def judged_in_bulk(self, name: str) -> int:
        """The `base_id` of `judged`, without a look at any file."""
        ...

    def kept(self, name: str, key: tuple[str, ...]) -> pl.LazyFrame | None:
        """What `keep` has built for exactly these records, or None where it was not asked to yet."""
        ...

    def keep(self, name: str, key: tuple[str, ...], build: Callable[[Kept | None], pl.LazyFrame]) -> pl.LazyFrame:
        """A derived frame, built once for (name, key, import id) and read from disk afterwards.

        Args:
            name: what the frame is (`needs`).
            key: the parameters it depends on besides the records.
            build: called with the newest earlier build under the same name and key, or None.
        """
        ...
