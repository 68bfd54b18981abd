"""The three people whose stories the report prints: Child A, Ruth and Jake, event by event, as canonical records.

`cases/*.csv` are coded from the report by hand: one row an event, the line it stands on, the precision its date was
given with. An event printed as several ("missing three times") becomes as many records. A date that is only an order in
a story has the precision `sequence`: its day is that of the latest dated event before it, and only the order counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from connectors.batch import REJECTS_SCHEMA, MappedBatch, SourceInfo
from connectors.keys import hash_texts, text_keys
from measures.model.time import DAY, day_number, end_of_day

FOLDER = Path(__file__).parent / "cases"
SOURCE, SERVICE = "published_cases", "published cases"
PUBLISHED = date(2014, 3, 1)  # the report's month: how far these records see
ASKED_BY = {
    "Ruth": "self", "mother": "family", "family": "family", "wider family": "family", "grandmother": "family",
    "aunt": "family", "family anonymous": "anonymous", "gp": "professional", "police": "professional",
    "out of hours": "professional",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One published story.

    Attributes:
        name: the file, and the person as records name them.
        title: for people.
        first: year of the first contact as printed.
        end: what became of the need, its day and its precision, as far as the report says; None: open.
        flags: where the report contradicts itself or leaves something out; shown beside every figure of the case.
    """

    name: str
    title: str
    first: int
    end: tuple[str, date, str] | None
    flags: tuple[str, ...]


CASES = (
    Case("child_a", "Child A", 1997, ("lost_contact", date(2013, 1, 1), "year"), (
        "Child A: the report prints 'four years after' the first contact; from 1997 to 2002 is five by year.",
        "Child A: the report prints 6 home visits and itemises 4.",
        "Child A: yearly costs are not printed, only £130,000 in all.",
        "Child A is not the 'A' of line 368, who was eight in 2006.",
    )),
    Case("ruth", "Ruth", 1996, ("met", date(2013, 1, 1), "sequence"), (
        "Ruth: with the move only, without the stair lift, what she wanted cost £15,760, not £20,760.",
        "Ruth: the printed cost begins in 2008, the printed interactions in 1996.",
        "Ruth: yearly costs are not printed.",
    )),
    Case("jake", "Jake", 1998, None, (
        "Jake: the first contact is printed as January 1998, but the stated gaps reach 4 June 2009 in under 9 months.",
        "Jake: he is 15 within months of the first contact.",
        "Jake: on parental responsibility, what the grandmother was told at event J20 contradicts event J22.",
    )),
)  # fmt: skip

# What the report prints of people without their events: kept as printed, never merged, summed or spread over years.
PRINTED: tuple[tuple[str, float, str], ...] = (
    ("Child A: printed total cost, pounds", 130_000, "report line 510"),
    ("Child A: printed home visits", 6, "report line 521"),
    ("Ruth: printed interactions 1996 to 2012", 129, "report line 581"),
    ("Ruth: printed social workers", 8, "report line 560"),
    ("Ruth: printed support workers", 22, "report line 561"),
    ("Ruth: printed teams", 36, "report line 564"),
    ("Ruth: printed cost of what she wanted, pounds, 2009 prices", 20_760, "report line 570"),
    ("Ruth: printed cost of what she received since 2008, pounds, 2009 prices", 106_777, "report line 575"),
    ("eight people (lines 298-300): exits and re-entries", 124, "report line 298"),
    ("eight people (lines 298-300): assess-do-refer cycles", 236, "report line 298"),
    ("eight people (lines 298-300): documents, about", 800, "report line 300"),
    ("eight people (lines 298-300): people involved, about", 500, "report line 300"),
    ("eight people (lines 298-300): cases improved", 0, "report line 300"),
    ("eight people (line 346): presentations to GPs", 124, "report line 346"),
    ("eight people (line 346): activities", 4_300, "report line 346"),
    ("eight people (line 346): share of activities that helped", 0.10, "report line 346"),
    ("eight people (line 346): documents", 800, "report line 346"),
    ("eight people (line 346): cases improved", 0, "report line 346"),
    ("twenty-one people: demands on acute care", 79, "report line 296"),
    ("twenty-one people: demands on GPs", 75, "report line 296"),
    ("twenty-one people: demands on district nurses", 55, "report line 296"),
    ("twenty-one people: demands on adult social care", 30, "report line 296"),
)


def info() -> SourceInfo:
    """What the store should remember of the cases."""
    seen = end_of_day(PUBLISHED, "Europe/London")
    return SourceInfo(
        SOURCE, "Published cases: Child A, Ruth, Jake", "Europe/London", extracted_at=seen,
        warnings=tuple(flag for case in CASES for flag in case.flags), asked=False,
    )  # fmt: skip


def events(case: Case) -> pl.DataFrame:
    """A case as coded: one row an event, all text, as in `cases/*.csv`."""
    return pl.read_csv(FOLDER / f"{case.name}.csv", infer_schema=False, glob=False)


def batches() -> Iterator[MappedBatch]:
    """The cases as records, one block a case, then what is printed without events."""
    for case in CASES:
        yield _batch(case)
    yield _printed()


def _batch(case: Case) -> MappedBatch:
    told = events(case).with_row_index("line", offset=2).with_columns(pl.col("line").cast(pl.Int64))
    rows = (
        told.with_columns(copies=pl.col("times").cast(pl.Int64).fill_null(1), seq=pl.col("seq").cast(pl.Int32))
        .with_columns(copy=pl.int_ranges(1, pl.col("copies") + 1))
        .explode("copy", empty_as_null=False)
        .with_columns(
            id=pl.when(pl.col("copies") > 1)
            .then(pl.concat_str(pl.lit(case.name), "event", "copy", separator="/"))
            .otherwise(pl.concat_str(pl.lit(case.name), "event", separator="/")),
            person_id=pl.lit(case.title), need_id=pl.lit(case.name), household_id=pl.lit(f"{case.title}'s household"),
            service=pl.lit(SERVICE), day=pl.col("day").str.to_date("%Y-%m-%d").cast(pl.Int32),
        )
    )  # fmt: skip
    asked = pl.col("kind") == "demand"
    demands = rows.filter(asked).select(
        "line", "seq", "person_id", "household_id", "need_id", "agency", "service",
        demand_id="id", made_by=pl.col("asked_by").replace_strict(ASKED_BY, default=None), verbatim="words",
        recorded_at=_moment(), **_time("received"), **_keys("person_id", "need_id"),
    )  # fmt: skip
    # what was decided on the spot about a demand is a decision of its own
    decided = rows.filter(asked & pl.col("outcome").is_not_null()).with_columns(
        demand_id="id", id=pl.concat_str("id", pl.lit("/decided")), kind=pl.lit("decide"), words=pl.lit(None, pl.String)
    )
    others = rows.filter(~asked).with_columns(demand_id=pl.lit(None, pl.String))
    done = pl.concat([others, decided.select(others.columns)])
    acts = done.select(
        "line", "seq", "person_id", "need_id", "demand_id", "agency", "service", "team", "kind", "outcome", "to_agency",
        activity_id="id", type="words", recorded_at=_moment(), **_time("started"), **_keys("person_id", "need_id"),
    )  # fmt: skip
    frames = {"demands": demands, "activities": acts, "source_needs": _need(case, told)}
    source_rows = told.select(
        "line",
        source_key=pl.concat_str(pl.lit(case.name), "event", separator="/"),
        content_hash=pl.Series(hash_texts(["\x1f".join(map(str, row)) for row in told.rows()])),
    )
    return MappedBatch(source_rows, frames, pl.DataFrame(schema=REJECTS_SCHEMA), told.height)


def _need(case: Case, told: pl.DataFrame) -> pl.DataFrame:
    """The one need of the story, on the line of its first event."""
    first = date.fromisoformat(told["day"][0])
    kind, end, precision = case.end or (None, None, None)
    row = pl.DataFrame({
        "line": [told["line"][0]], "need_id": [case.name], "person_id": [case.title],
        "household_id": [f"{case.title}'s household"],
        "first_demand_day": [day_number(first)], "first_demand_precision": [told["precision"][0]],
        "end_day": pl.Series([None if end is None else day_number(end)], dtype=pl.Int32),
        "end_precision": pl.Series([precision], dtype=pl.String),
        "end_kind": [kind or "open"], "met_basis": ["none"],
    })  # fmt: skip
    return row.with_columns(
        first_demand_at=pl.col("first_demand_day").cast(pl.Int64) * DAY,
        end_at=pl.col("end_day").cast(pl.Int64) * DAY,
        recorded_at=pl.coalesce("end_day", "first_demand_day").cast(pl.Int64) * DAY,
        **_keys("person_id", "need_id"),
    )


def _moment() -> pl.Expr:
    """When it was known: these are histories told late, each event known on its own day."""
    return pl.col("day").cast(pl.Int64) * DAY


def _time(name: str) -> dict[str, pl.Expr]:
    return {f"{name}_at": _moment(), f"{name}_day": pl.col("day"), f"{name}_precision": pl.col("precision")}


def _keys(*columns: str) -> dict[str, pl.Expr]:
    keys = text_keys()
    return {
        f"{column.removesuffix('_id')}_key": pl.col(column).map_batches(keys.of, return_dtype=pl.Int64)
        for column in columns
    }


def _printed() -> MappedBatch:
    rows = pl.DataFrame(
        PRINTED, schema={"name": pl.String, "value": pl.Float64, "value_source": pl.String}, orient="row"
    )
    rows = rows.with_row_index("line", offset=1).with_columns(pl.col("line").cast(pl.Int64))
    keys = rows.select(
        "line", source_key=pl.concat_str(pl.lit("printed/"), "name"),
        content_hash=pl.Series(hash_texts([f"{name}|{value}|{source}" for name, value, source in PRINTED])),
    )  # fmt: skip
    known = rows.with_columns(recorded_at=pl.lit(end_of_day(PUBLISHED, "Europe/London")))
    return MappedBatch(keys, {"assumptions": known}, pl.DataFrame(schema=REJECTS_SCHEMA), rows.height)
