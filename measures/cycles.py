"""Assess-do-refer cycles: how many times a person was taken through "who are you, what is wrong, who else could help?"."""

from __future__ import annotations

import polars as pl

from measures.acts import acts, acts_key
from measures.model.measure import Options
from measures.model.records import Kept, Records

OPENS = ("screen", "assess")
COMPLETES = ("do", "refer", "signpost", "close", "decide")


def cycles(rows: pl.LazyFrame) -> pl.LazyFrame:
    """How many cycles were opened and completed for each need.

    Each team (agency, where no team is recorded) has cycles of its own. One opens at a `screen` or an `assess`, unless the
    team's own activity just before was the `screen` that led to this `assess`. What the team does until its next opening
    belongs to it; it is complete if something was done, decided or closed, or the person was passed on. Source:
    measures.md, row 5.

    Args:
        rows: `need, team, agency, kind`, in order of time within each need.

    Returns:
        `need, acts` (activities of any kind), `opened, completed`; one row a need, the activities of no need left out.
    """
    party = pl.coalesce(pl.col("team").cast(pl.String), pl.col("agency").cast(pl.String)).cast(pl.Categorical)
    own = (
        rows.filter(pl.col("need").is_not_null())
        .select("need", pl.col("kind").cast(pl.String), party=party.to_physical())
        .sort("need", "party", maintain_order=True)
        .with_columns(row=pl.int_range(pl.len(), dtype=pl.UInt32))
    )
    need, who, kind, row = (pl.col(name) for name in ("need", "party", "kind", "row"))
    another = (need.ne_missing(need.shift(1)) | who.ne_missing(who.shift(1))).fill_null(True)
    after_screen = ~another & (kind.shift(1) == "screen").fill_null(False)
    opens = kind.is_in(OPENS) & ~((kind == "assess") & after_screen)
    told = own.with_columns(
        opens=opens,
        cycle=pl.when(opens).then(row).forward_fill(),
        began=pl.when(another).then(row).forward_fill(),
    )
    inside = (pl.col("cycle") >= pl.col("began")).fill_null(False)
    complete = (
        told.filter(inside & kind.is_in(COMPLETES))
        .select("need", "cycle")
        .unique()
        .group_by("need")
        .agg(completed=pl.len())
    )
    opened = told.group_by("need").agg(acts=pl.len().cast(pl.Int64), opened=pl.col("opens").sum().cast(pl.Int64))
    return opened.join(complete, on="need", how="left").with_columns(
        completed=pl.col("completed").fill_null(0).cast(pl.Int64)
    )


def telling(records: Records, options: Options) -> pl.Series:
    """The sources that tell of screening or assessing at all; where none is ever written down, no need has none."""
    opening = acts(records, options).filter(pl.col("kind").is_in(OPENS))
    return opening.select(pl.col("source").unique()).collect()["source"].cast(pl.String)


def kept_cycles(records: Records, options: Options) -> pl.LazyFrame:
    """The cycles of every need for which anything was done; built once after an import."""

    def build(_: Kept | None) -> pl.LazyFrame:
        return cycles(acts(records, options))

    return records.keep("cycles", acts_key(records, options), build)
