"""The one classification that counts for each demand, of all that people here made of it."""

from __future__ import annotations

import polars as pl

from measures.model.measure import Options
from measures.model.records import Records

CODED = ("class", "failure_type", "caused_by_agency")
ADJUDICATED = 2**62  # above every judgement id, so that an adjudicated one outranks the newest
FEW_ROWS = 200_000  # a rebuild of so few demands looks up only their classifications


def coded(records: Records, options: Options, only: pl.DataFrame | None) -> pl.DataFrame:
    """The classification that counts for each demand, as far as bulk judgements (or `as_of`) tell."""
    if options.as_of is None:
        judged = records.judged("classification").base
    else:
        judged = records.scan("classification", options.as_of)
    if only is not None:
        judged = judged.join(only.lazy().select("demand_id"), on="demand_id", how="semi")
    return one_class(judged)


def one_class(judged: pl.LazyFrame) -> pl.DataFrame:
    """One classification a demand: the adjudicated one, else the newest.

    Demands are matched by a 64-bit hash of their id: among ten million, two share one about once in 400,000 stores.
    """
    settled = pl.col("adjudicated").fill_null(False)
    rows = (
        judged.filter(pl.col("class").is_not_null())
        .select(
            *(pl.col(name).cast(pl.Categorical) for name in CODED),
            hashed=pl.col("demand_id").hash(),
            settled=settled,
            weight=1.0 / pl.col("selection_prob").fill_null(1.0),
            rank=pl.col("judgement_id") + pl.when(settled).then(ADJUDICATED).otherwise(0),
        )
        .collect()
    )
    found = rows["hashed"].sort()  # three times as fast as asking each of millions whether it stands alone
    again = rows["hashed"].is_in(found.filter((found == found.shift(1)).fill_null(False)).unique().implode())
    several = rows.filter(again).sort("rank").unique("hashed", keep="last")
    return pl.concat([rows.filter(~again), several]).drop("rank")
