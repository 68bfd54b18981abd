"""Who died or moved away: they ask no more, and that is no success and no giving up."""

from __future__ import annotations

import polars as pl

from measures.model.measure import Options
from measures.model.records import Records


def gone(records: Records, options: Options) -> pl.DataFrame:
    """Who died or moved away so far; a move that is planned for later has taken nobody away yet.

    Returns:
        One row a person: `person_key, gone_day, gone_at, how` (of the first, where several are told), and `unsure` (nobody
        wrote down when).
    """
    until = records.newest if options.as_of is None else options.as_of
    first = pl.col("to_day", "to_at", "end_kind").sort_by("to_day", "end_kind", nulls_last=True).first()
    return (
        _left(records, options)
        .filter(pl.col("to_at").is_null() | (pl.col("to_at") <= until))
        .group_by("person_key")
        .agg(first)
        .select("person_key", gone_day="to_day", gone_at="to_at", how="end_kind", unsure=pl.col("to_day").is_null())
        .collect()
    )


def leaving_after(records: Records, options: Options, day: int) -> pl.Series:
    """The keys of those whose leaving is dated after this day: time alone takes them away, without a new record."""
    return (
        _left(records, options)
        .filter(pl.col("to_day") > day)
        .select(pl.col("person_key").unique())
        .collect()["person_key"]
    )


def _left(records: Records, options: Options) -> pl.LazyFrame:
    left = pl.col("end_kind").is_in(["died", "moved"]) & pl.col("person_key").is_not_null()
    return records.scan("people", options.as_of).filter(left)
