"""The first decision about a need: whether the person was taken on, or turned away at the door."""

from __future__ import annotations

import polars as pl

from measures.acts import acts, need_number
from measures.building import NEEDS, kept_heard
from measures.facts import by_source
from measures.model.measure import Options
from measures.model.records import Records

DECIDING = ("screen", "assess", "decide")  # kinds whose outcome decides
OUT = ("screened_out", "refused", "nfa", "closed")
UNTOLD = "other"  # of a screening: no decision yet; of a closure: closed all the same
NOT_TURNED_AWAY = ("done", "advice_only", "upheld", "overturned")  # outcomes of a closure that is no refusal


def decisive(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The activities that decide whether a person is taken on, with `out`: turned away, or closed before anything was done.

    A screening, an assessment or a decision decides by its outcome, if it has one; doing something takes the person on; a
    closure before either closes the door.

    Args:
        rows: activities, with `kind` and `outcome`.
    """
    kind, outcome = pl.col("kind"), pl.col("outcome")
    told = kind.is_in(DECIDING) & outcome.is_not_null() & (outcome != UNTOLD)
    closes = kind == "close"
    out = (kind.is_in(DECIDING) & outcome.is_in(OUT)) | (closes & ~outcome.is_in(NOT_TURNED_AWAY).fill_null(False))
    return rows.filter((told | closes | (kind == "do")).fill_null(False)).with_columns(out=out.fill_null(False))


def first_decisions(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need, with its first decision.

    Returns:
        The columns of a kept need, `team` of the decision, `seen_day`, `out`, `decided_day`, and whom the decision names:
        `decided_unit` and `decided_person`; the last four null where nothing was decided.
    """
    made = decisive(acts(records, options).filter(pl.col("need").is_not_null()))
    first = made.filter(pl.col("need").ne_missing(pl.col("need").shift(1))).select(
        "need", "out", decided_day="day", deciding="team", decided_unit="unit", decided_person="person_key"
    )
    sources = records.scan("sources", options.as_of).select("source", "seen_day").collect()
    begun = kept_heard(records, options).filter("starts").select(NEEDS).with_columns(need=need_number())
    return (
        begun.join(first, on="need", how="left")
        .with_columns(by_source(sources, "seen_day"), team="deciding")
        .drop("need", "deciding")
    )


def loose_decisions(records: Records, options: Options) -> pl.LazyFrame:
    """Decisions of which nobody can tell whose need they are of: activities with `out`. Mere doing is none of these."""
    nobodys = acts(records, options).filter(pl.col("need").is_null() & (pl.col("kind") != "do"))
    return decisive(nobodys)
