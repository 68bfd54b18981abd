"""Assess-do-refer cycles in one person's records. "an average of five 'assess-do-refer' cycles", report line 286."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from measures import cycles as rule
from measures.acts import acts, need_number
from measures.model.measure import Options
from measures.model.records import Records


@dataclass(frozen=True)
class Cycles:
    """How often somebody began to look at the person's needs, and how often anything came of it."""

    opened: int
    completed: int


def cycles(records: Records, person_key: int) -> Cycles:
    """The cycles of a person's needs, counted as the measure of cycles a need counts them, from the same frame."""
    return _summed(acts(records, Options()).filter(pl.col("person_key") == person_key))


def published_cycles(records: Records, person_key: int) -> Cycles:
    """The cycles of a published case by the same rule; its records have an order where others have dates."""
    own = records.scan("activities").filter(pl.col("person_key") == person_key).sort("started_day", "seq")
    return _summed(own.with_columns(need=need_number()))


def _summed(rows: pl.LazyFrame) -> Cycles:
    opened, completed = rule.cycles(rows).select(pl.col("opened", "completed").sum()).collect().row(0)
    return Cycles(int(opened), int(completed))
