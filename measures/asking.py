"""Whom to ask what happened: needs that seemed to end, and what people said of those they were asked about.

A closure proves nothing. Until somebody asks, the words are "closed and did not come back"; what people answer here makes
"met" mean met.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from measures.model.measure import Options
from measures.model.principal import Principal
from measures.model.records import Records
from measures.named import newest_answers, under_needs
from measures.request import Request
from measures.standing import standing
from measures.within import needs_within

SEEMED = (
    "met",
    "met_in_part",
    "closed_unmet",
    "screened_out",
)  # ends worth asking about; whoever died or left is not asked
SHOWN = (
    "need_id", "service", "issue", "front_door", "agency", "day", "demands", "end_day", "end_kind", "inferred",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """How far the asking has come.

    Attributes:
        seemed: needs that seemed to end in these weeks, whether or not anybody asked.
        asked: of those, about how many the person was asked.
        met, in_part, unmet: what they said.
    """

    seemed: int
    asked: int
    met: int
    in_part: int
    unmet: int


def seemed_to_end(records: Records, principal: Principal, service: str, since: int, until: int) -> pl.DataFrame:
    """Needs that seemed to end from one day to another, with what the person said where somebody asked.

    In an order that chance has drawn once and for all, so that whoever asks from the top asks a fair sample: the easy ones are
    not asked first.

    Args:
        records: what is known.
        principal: only needs of this person's services are shown.
        service: of this service only; empty: of all.
        since: the first day, as days since 1970-01-01.
        until: the last.

    Returns:
        SHOWN, and `answer, asked_on_day, named` (null where nobody asked; the need's id when they were asked).
    """
    request = Request("stayed_met", where=(("service", service),) if service else ())
    ended = pl.col("end_day").is_between(since, until) & pl.col("end_kind").is_in(list(SEEMED))
    found = needs_within(records, request, principal).filter(ended).select(SHOWN).collect()
    words = ("service", "issue", "front_door", "agency")
    told = newest_answers(records, request.options).select("need_id", "answer", "asked_on_day", "named")
    return (
        found.with_columns(pl.col(words).cast(pl.String), drawn=pl.col("need_id").hash(seed=20140301))
        .join(told, on="need_id", how="left")
        .filter(pl.col("answer").is_not_null() | ~_own_answer())
        .sort("drawn", "need_id")
        .drop("drawn")
    )


def _own_answer() -> pl.Expr:
    """The source itself asked the person."""
    return ~pl.col("inferred") & pl.col("end_kind").is_in(["met", "met_in_part"])


def wants(records: Records, need_id: str) -> pl.DataFrame:
    """What the person said they wanted for this need, oldest first: columns of the judgement `want`."""
    said = under_needs(standing(records, "want").collect(), records, Options())
    return said.filter(pl.col("need_id") == need_id).drop("named").sort("judgement_id")


def counted(rows: pl.DataFrame) -> Asked:
    """How far the asking has come, from `seemed_to_end`.

    >>> counted(pl.DataFrame({"answer": ["met", None, "not", "met"]}))
    Asked(seemed=4, asked=3, met=2, in_part=0, unmet=1)
    """
    said = rows["answer"]
    met, in_part, unmet = (int((said == word).sum()) for word in ("met", "met_in_part", "not"))
    return Asked(rows.height, rows.height - said.null_count(), met, in_part, unmet)
