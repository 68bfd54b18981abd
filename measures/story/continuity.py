"""Who the person met: workers, homes visited, documents. "Lack of continuity in relationships", report line 406."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from measures.model.records import Records
from measures.story.lines import ids

CONTACTS = ("screen", "assess", "do", "visit", "meet")  # what is done with the person in the room or on the line


@dataclass(frozen=True)
class Continuity:
    """No worker is named or counted alone: these are figures of the person's life, not of anybody's work.

    Attributes:
        workers: distinct workers; None where the records name none. contacts: of which the worker is known.
        most_seen: share of those with the worker seen most (UPC).
        teams: distinct teams; None where none is recorded.
        visits: home visits. documents: written; None where the source has no documents. duplicates: of them, again the
            same content.
    """

    workers: int | None
    contacts: int
    most_seen: float | None
    teams: int | None
    visits: int
    documents: int | None
    duplicates: int


def continuity(records: Records, person_key: int, rows: pl.DataFrame) -> Continuity:
    """Continuity of one person's contacts.

    Args:
        records: to read from.
        person_key: whose.
        rows: `lines.LINES` of the same person.
    """
    acts = records.scan("activities").filter(pl.col("person_key") == person_key)
    met = acts.filter(pl.col("kind").is_in(CONTACTS) & pl.col("worker_id").is_not_null())
    seen = met.group_by("worker_id").len().collect()["len"].to_list()
    known = acts.select(pl.col("worker_id").drop_nulls().n_unique()).collect().item()
    teams = rows["team"].drop_nulls().n_unique()
    papers, distinct = _papers(records, person_key)
    return Continuity(
        workers=int(known) or None, contacts=sum(seen),
        most_seen=max(seen) / sum(seen) if seen else None,
        teams=teams or None, visits=rows.filter(kind="visit").height,
        documents=papers or None, duplicates=papers - distinct,
    )  # fmt: skip


def _papers(records: Records, person_key: int) -> tuple[int, int]:
    held = records.scan("documents").filter(pl.col("person_id").is_in(ids(records, person_key)))
    same = pl.coalesce("content_hash", "document_id")
    number, distinct = held.select(number=pl.len(), distinct=same.n_unique()).collect().row(0)
    return int(number), int(distinct)
