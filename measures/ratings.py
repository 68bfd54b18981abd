"""How people rate their own condition: each rating they gave themselves, with its need and its person."""

from __future__ import annotations

import polars as pl

from measures.facts import needs
from measures.model.measure import Options
from measures.model.records import Records
from measures.named import under_needs
from measures.standing import standing

OWN = ("self", "person")  # who gave the rating, where it is the person's own; where nobody says, it is taken for that


def rated(records: Records, options: Options) -> pl.DataFrame:
    """The person's own ratings, taken-back ones left out: `need_id, asked_on_day, rating, judgement_id`, oldest first.

    What staff or family say of somebody's condition is not that person's own.
    """
    said = standing(records, "outcome", options.as_of).filter(
        pl.col("rating").is_not_null()
        & pl.col("asked_on_day").is_not_null()
        & pl.col("rated_by").is_in(OWN).fill_null(True)
    )
    rows = said.select("need_id", "asked_on_day", "rating", "judgement_id").collect()
    return under_needs(rows, records, options).drop("named").sort("asked_on_day", "judgement_id")


def all_needs(records: Records, options: Options) -> pl.LazyFrame:
    """Every need begun as far as its source sees."""
    return needs(records, options).filter(pl.col("day") <= pl.col("seen_day"))
