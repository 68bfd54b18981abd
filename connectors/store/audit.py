"""The append-only audit: who did what, in which role, when; never a value of a person.

Every entry holds the hash of the one before it, and the newest is noted beside the table, so that neither a changed,
nor a removed, nor a cut-off entry goes unseen by `verify`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connectors.store import bulk
from connectors.store.schema import audit, meta
from measures.model.principal import Principal

START = "0" * 64
SHORT = 16  # digits of a hash that tell entries with the same number apart
TRAIL = {
    "audit_id": pl.Int64, "at": pl.Int64, "subject": pl.String, "role": pl.String, "action": pl.String,
    "detail": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One place in the chain: its number and the first digits of its hash. Number 0 is the start, which all share."""

    number: int
    digest: str


def append(connection: Connection, principal: Principal, at: int, action: str, detail: dict[str, Any]) -> None:
    """Write one entry inside the transaction of what it is about. The caller holds the chain."""
    last = connection.execute(
        sa.select(audit.c.audit_id, audit.c.hash).order_by(audit.c.audit_id.desc()).limit(1)
    ).first()
    number, previous = (last.audit_id + 1, last.hash) if last else (1, START)
    entry = {
        "audit_id": number,
        "at": at,
        "subject": principal.subject,
        "role": principal.role,
        "action": action,
        "detail": json.dumps(detail, sort_keys=True, ensure_ascii=False),
        "previous": previous,
    }
    digest = _digest(entry)
    connection.execute(sa.insert(audit).values(**entry, hash=digest))
    head = f"{number}:{digest}"
    if connection.execute(sa.update(meta).where(meta.c.name == "audit_head").values(value=head)).rowcount == 0:
        connection.execute(sa.insert(meta).values(name="audit_head", value=head))


def head(connection: Connection) -> Entry:
    """The newest entry: it stands for everything imported, judged and done so far."""
    found = connection.execute(sa.select(meta.c.value).where(meta.c.name == "audit_head")).scalar()
    number, _, digest = (found or f"0:{START}").partition(":")
    return Entry(int(number), digest[:SHORT])


def holds(connection: Connection, entry: Entry) -> bool:
    """Whether the chain came past this entry; not so where the database was restored to a time before it."""
    if entry.number == 0:
        return True
    found = connection.execute(sa.select(audit.c.hash).where(audit.c.audit_id == entry.number)).scalar()
    return found is not None and found.startswith(entry.digest)


def trail(connection: Connection) -> pl.DataFrame:
    """Every entry, the oldest first."""
    columns = [audit.c[name] for name in TRAIL]
    return bulk.frame(connection.execute(sa.select(*columns).order_by(audit.c.audit_id)).fetchall(), TRAIL)


def problems(connection: Connection) -> list[str]:
    """Where the chain is broken, one sentence each; empty when it is whole."""
    found = []
    previous, number = START, 0
    for row in connection.execute(sa.select(audit).order_by(audit.c.audit_id)).mappings():
        entry = dict(row)
        digest = entry.pop("hash")
        if entry["audit_id"] != number + 1 or entry["previous"] != previous:
            found.append(f"The audit lacks what stood before entry {entry['audit_id']}; compare it with a backup.")
        elif _digest(entry) != digest:
            found.append(f"Audit entry {entry['audit_id']} was changed after it was written; compare it with a backup.")
        previous, number = digest, entry["audit_id"]
    head = connection.execute(sa.select(meta.c.value).where(meta.c.name == "audit_head")).scalar()
    if (head or f"0:{START}") != f"{number}:{previous}":
        found.append(f"The audit ends at entry {number}, but later ones were written; compare it with a backup.")
    return found


def _digest(entry: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(entry, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
