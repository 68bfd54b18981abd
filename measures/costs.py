"""What activities cost, at one price base: pounds of different years are never added unless an index says how."""

from __future__ import annotations

import polars as pl

from measures.model.measure import Options
from measures.model.records import Records

PRICE_YEAR = "price_year"
NAMED = ("source", "service", "agency", "team")
DAYS = ("instant", "minute", "day")  # precisions that belong to a day


def costed(records: Records, options: Options) -> pl.LazyFrame:
    """One row an activity dated to a day, with what it cost.

    An activity without a cost of its own costs what `unit_costs` says of its type. With a `price_index` all costs stand in
    prices of its newest year that costs are known of; without one, of the only price year there is. Where there are several
    and no index, they stand as they are and are not `priced`: no sum of them is worth anything, unless it is taken price
    year by price year (`options.columns` names `price_year`).

    Returns:
        `activity_id, day, person_key, source, service, agency, team`, `pounds` (null where nobody knows), `priced` (whether
        it may be added to the others), `price_year` (as a category, of the cost as recorded) and `cost_source`.
    """
    units = records.scan("unit_costs", options.as_of).select(
        pl.col("item"), unit_pence="pence", unit_year="price_year", unit_source=pl.coalesce("cost_source", "source")
    )
    rows = (
        records.scan("activities", options.as_of)
        .filter(pl.col("started_day").is_not_null() & pl.col("started_precision").is_in(DAYS).fill_null(True))
        .select(
            "activity_id", "person_key", *(pl.col(name).cast(pl.Categorical) for name in NAMED), "type", "cost_pence",
            "price_year", day="started_day",
        )
    )  # fmt: skip
    unit = units.unique("item", keep="any").collect()
    if unit.height:
        own = pl.col("cost_pence").is_not_null()
        joined = rows.join(unit.lazy(), left_on="type", right_on="item", how="left")
        rows = joined.with_columns(
            cost_pence=pl.coalesce("cost_pence", "unit_pence"),
            price_year=pl.when(own).then("price_year").otherwise("unit_year"),
            cost_source=pl.when(own).then("source").otherwise(pl.col("unit_source").cast(pl.Categorical)),
        )
    else:
        rows = rows.with_columns(cost_source="source")
    known = pl.col("cost_pence").is_not_null()
    years = rows.filter(known).select(pl.col("price_year").unique()).collect()["price_year"].sort().to_list()
    words = {year: str(year) for year in years if year is not None}
    factor = _factor(records, options, years)
    return rows.select(
        "activity_id", "day", "person_key", *NAMED,
        pounds=pl.col("cost_pence") / 100 * factor.fill_null(1.0),
        priced=known & (factor.is_not_null() | pl.lit(PRICE_YEAR in options.columns)),
        price_year=pl.when(known).then(pl.col("price_year").replace_strict(words, default=None, return_dtype=pl.Categorical)),
        cost_source=pl.when(known).then("cost_source"),
    )  # fmt: skip


def _factor(records: Records, options: Options, years: list[int | None]) -> pl.Expr:
    """What brings a price of each year to the base: null where nothing says."""
    if len(years) <= 1 or PRICE_YEAR in options.columns:
        return pl.lit(1.0)
    index = records.scan("price_index", options.as_of).filter(pl.col("index") > 0).select("year", "index").collect()
    known = {year: value for year, value in index.rows() if year in years}
    if not known:
        return pl.lit(None, dtype=pl.Float64)
    base = known[max(known)]
    brought = {year: base / value for year, value in known.items()}
    return pl.col("price_year").replace_strict(brought, default=None, return_dtype=pl.Float64)
