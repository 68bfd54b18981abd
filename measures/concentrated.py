"""How much goes to the few with most: who is in the top share of residents, and how many of them stay there next year.

The report found 1 per cent of people behind half of all cost (line 223). Whoever needs much this year often needs little
the next, so a service built round last year's list meets other people: look at who stays before building one.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl


def in_top(totals: pl.LazyFrame, share: float, groups: tuple[str, ...]) -> pl.LazyFrame:
    """Adds `inside`: how far each person belongs to the top share of residents, 1 wholly, 0 not at all.

    The top holds k = share x residents, those with most first. k is seldom whole, and people may be equal: those on the
    boundary count in part, the same for equals, so that what the top holds is Σ inside x amount whatever their order.

    Args:
        totals: a row a person and group: the groups, `amount`, `residents` (those who never asked included).
        share: of residents, 0.01 for one in a hundred.
        groups: each is ranked alone.
    """
    keys = list(groups)
    levels = totals.group_by(*keys, "amount").agg(tied=pl.len().cast(pl.Int64), residents=pl.col("residents").first())
    ordered = levels.sort(*keys, "amount", descending=[*(False for _ in keys), True])
    above = pl.col("tied").cum_sum().over(keys) - pl.col("tied")
    inside = ((share * pl.col("residents") - above) / pl.col("tied")).clip(0.0, 1.0)
    return totals.join(
        ordered.select(*keys, "amount", inside=inside), on=[*keys, "amount"], how="left", nulls_equal=True
    )


def lorenz(amounts: pl.Series, residents: int, percents: np.ndarray) -> pl.DataFrame:
    """What the first so many per cent of residents hold, those with most first; people who never asked hold nothing.

    Args:
        amounts: of each person who has any.
        residents: of whom they are part.
        percents: rising, 0 to 100.

    Returns:
        `x` (per cent of residents), `value` (their share of all), `at_risk` (residents from the last step on), `events`
        (people with any amount in this step).
    """
    held = np.r_[0.0, np.cumsum(np.sort(amounts.to_numpy().astype(float))[::-1])]
    places = percents / 100 * residents
    reached = np.floor(np.minimum(places, len(amounts)) + 1e-9).astype(np.int64)
    before = np.floor(np.r_[0.0, places[:-1]] + 1e-9).astype(np.int64)
    return pl.DataFrame(
        {
            "x": percents.astype(float), "value": np.interp(places, np.arange(held.size), held) / held[-1],
            "at_risk": np.maximum(residents - before, 0), "events": np.diff(reached, prepend=0),
        }
    )  # fmt: skip


def persistence(rows: pl.DataFrame) -> pl.DataFrame:
    """Of those in the top share this year, the share who were in it last year too.

    Args:
        rows: `year, person_key, inside`, as `in_top` tells; a year holds everybody who asked in it.

    Returns:
        One row a year after the first: `year`, `stayed` (0 to 1), `people` (how many the top holds), `before` (the year it is
        compared with). Where equals share the boundary, by the chance that both years' draws would take the same person.
    """
    known = rows.lazy().filter(pl.col("person_key").is_not_null() & (pl.col("inside") > 0))
    top = known.select("year", "person_key", "inside").collect()
    years = rows["year"].unique().sort().to_list()
    following = dict(pairwise(years))
    last = top.filter(pl.col("year") != years[-1] if years else pl.lit(False)).select(
        "person_key", year=pl.col("year").replace_strict(following, return_dtype=pl.Int32, default=None),
        before="year", inside_before="inside",
    )  # fmt: skip
    both = top.join(last, on=["year", "person_key"], how="left")
    compared = pl.DataFrame({"year": years[1:], "before": years[:-1]}, schema={"year": pl.Int32, "before": pl.Int32})
    stayed = both.group_by("year").agg(
        stayed=(pl.col("inside") * pl.col("inside_before").fill_null(0.0)).sum() / pl.col("inside").sum(),
        people=pl.col("inside").sum(),
    )
    return compared.join(stayed, on="year", how="inner").select("year", "stayed", "people", "before").sort("year")
