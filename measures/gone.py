"""Who died or moved away: they ask no more, and that is no success and no giving up."""

from __future__ import annotations

import polars as pl

from measures.model.measure import Options
from measures.model.records import Records


def gone(records: Records, options: Options) -> pl.DataFrame:
    """Who died or moved away: `person_key, gone_day` (the first, where several are told), `unsure` (nobody wrote down when)."""
    left = records.scan("people", options.as_of).filter(pl.col("end_kind").is_in(["died", "moved"]))
    if options.as_of is not None:
        left = left.filter(pl.col("to_at").is_null() | (pl.col("to_at") <= options.as_of))
    return (
        left.filter(pl.col("person_key").is_not_null())
        .group_by("person_key")
        .agg(gone_day=pl.col("to_day").min(), unsure=pl.col("to_day").is_null().all())
        .collect()
    )
