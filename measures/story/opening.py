"""Who may open the story of a real person, and whose: the published cases are open for everyone."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from measures.involved import NO_AGENCY
from measures.model.principal import Principal
from measures.model.records import Records

MOST = 25  # people on the list: the few whom the system has seen most
PUBLISHED = "published_cases"
# Rows about a single person are for the team that serves them (docs/explanation). Until caseloads say whose people are
# whose, only somebody at their own laptop may open one.
REFUSED = {
    "team": "Which people are your own is not recorded yet, so no person's story can be opened; the published cases can.",
    "leader": "A person's story is for the team that serves them. The published cases are open for everyone.",
    "regulator": "A person's story is for the team that serves them. The published cases are open for everyone.",
    "steward": "A person's story is for the team that serves them. The published cases are open for everyone.",
}


@dataclass(frozen=True)
class People:
    """Those whose story can be opened, the most records first.

    Attributes:
        rows: `person_key, records, agencies, first, last` (day numbers). An id of nobody.
        hidden: people left off because a flag (domestic abuse, child protection) hides their case.
        refused: why this person sees none; empty where they may.
    """

    rows: pl.DataFrame
    hidden: int = 0
    refused: str = ""


SCHEMA: dict[str, type[pl.DataType]] = {
    "person_key": pl.Int64, "records": pl.UInt32, "agencies": pl.UInt32, "first": pl.Int32, "last": pl.Int32,
}  # fmt: skip


def may_open(principal: Principal) -> str:
    """Why this principal may not open a real person's story; empty where they may."""
    return REFUSED.get(principal.role, "")


def most_recorded(records: Records, principal: Principal, most: int = MOST) -> People:
    """The people with the most records, those whose case a flag hides left off."""
    if refused := may_open(principal):
        return People(pl.DataFrame(schema=SCHEMA), refused=refused)
    wanted = ["person_key", "agency", "service"]
    rows = pl.concat([
        records.scan("demands").filter(pl.col("source") != PUBLISHED).select(*wanted, day="received_day"),
        records.scan("activities").filter(pl.col("source") != PUBLISHED).select(
            "person_key", "service", agency=pl.coalesce("to_agency", "agency"), day="started_day"
        ).select(*wanted, "day"),
    ]).filter(pl.col("person_key").is_not_null())  # fmt: skip
    if principal.scope:
        rows = rows.filter(pl.col("service").is_in(list(principal.scope)))
    flagged = records.scan("people").filter(pl.col("flags").is_not_null() & (pl.col("flags") != ""))
    hidden = flagged.select(pl.col("person_key").unique())
    named = pl.col("agency").filter(pl.col("agency").is_not_null() & ~pl.col("agency").is_in(NO_AGENCY))
    ranked = (
        rows.join(hidden, on="person_key", how="anti")
        .group_by("person_key")
        .agg(records=pl.len(), agencies=named.n_unique(), first=pl.col("day").min(), last=pl.col("day").max())
        .sort("records", "person_key", descending=[True, False])
        .head(most)
    )
    known = rows.select(pl.col("person_key").unique()).join(hidden, on="person_key", how="semi")
    number = known.select(pl.len()).collect().item()
    return People(ranked.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()).collect(), int(number))
