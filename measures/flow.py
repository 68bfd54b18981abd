"""How work moves: what follows what, who hands over to whom, and what is done again for the same need.

The transition matrix of assess, do and refer shows at a glance whether a service is designed to assess and do, or to assess and
refer. All of these read activities in order of time within each need (`measures.acts`); activities of no need are left out.
"""

from __future__ import annotations

import polars as pl

COUNTED = {
    "times": pl.len().cast(pl.Int64),
    "needs": pl.col("need").n_unique().cast(pl.Int64),
    "people": pl.col("person_key").drop_nulls().n_unique().cast(pl.Int64),
}
PARTY = pl.coalesce(pl.col("team").cast(pl.String), pl.col("agency").cast(pl.String))


def transitions(rows: pl.LazyFrame, by: str = "kind") -> pl.DataFrame:
    """How often one kind of work directly follows another for the same need.

    Args:
        rows: `need, person_key` and the column, in order of time within each need.
        by: which column says what follows what: `kind`, `team`, `agency`, `outcome`.

    Returns:
        `before, after, times, needs` (how many different ones), `people`; the commonest first. Null: not recorded.
    """
    return _follows(rows, pl.col(by).cast(pl.String))


def handovers(rows: pl.LazyFrame) -> pl.DataFrame:
    """How often work for a need goes on at another team (agency, where no team is recorded), and from whom to whom.

    Columns as of `transitions`. Where nobody wrote down who did one of the two, nobody can tell whether it changed hands.
    """
    pairs = _follows(rows, PARTY)
    return pairs.filter(pl.col("before") != pl.col("after"))


def referrals(rows: pl.LazyFrame) -> pl.DataFrame:
    """How often one agency referred or signposted to another, whether or not anybody there took it up.

    Columns as of `transitions`: from `before` to `after`. Null: nobody wrote down where to.
    """
    passed = rows.filter(pl.col("need").is_not_null() & pl.col("kind").cast(pl.String).is_in(["refer", "signpost"]))
    named = passed.with_columns(before=pl.col("agency").cast(pl.String), after=pl.col("to_agency").cast(pl.String))
    return _counted(named)


def repetitions(rows: pl.LazyFrame) -> pl.DataFrame:
    """How often the same kind of work is done again for a need.

    Returns:
        `kind, times`, `again` (of these, how many were not the need's first), `needs` (for which it was done), `needs_again`
        (more than once), `people`; the most repeated first.
    """
    each = (
        rows.filter(pl.col("need").is_not_null())
        .group_by("need", pl.col("kind").cast(pl.String))
        .agg(times=pl.len().cast(pl.Int64), person_key=pl.col("person_key").max())
    )
    return (
        each.group_by("kind")
        .agg(
            times=pl.col("times").sum(),
            again=(pl.col("times") - 1).sum(),
            needs=pl.len().cast(pl.Int64),
            needs_again=(pl.col("times") > 1).sum().cast(pl.Int64),
            people=COUNTED["people"],
        )
        .sort("again", "kind", descending=[True, False])
        .collect()
    )


def _follows(rows: pl.LazyFrame, word: pl.Expr) -> pl.DataFrame:
    told = rows.filter(pl.col("need").is_not_null()).select("need", "person_key", after=word)
    pairs = told.with_columns(before=pl.col("after").shift(1), same=pl.col("need") == pl.col("need").shift(1))
    return _counted(pairs.filter("same"))


def _counted(pairs: pl.LazyFrame) -> pl.DataFrame:
    return (
        pairs.group_by("before", "after")
        .agg(**COUNTED)
        .sort("times", "before", "after", descending=[True, False, False], nulls_last=True)
        .collect()
    )
