"""Whose rows must be built anew after an import: everyone it wrote about, and whoever shares a need with them."""

from __future__ import annotations

import polars as pl

from measures.events import unit_of
from measures.gone import leaving_after
from measures.model.measure import Options
from measures.model.records import Kept, Records


class Touched:
    """Whose rows must be built anew: keys of people (or places), of needs, and ids of single demands."""

    def __init__(self, units: pl.Series, needs_: pl.Series, demands: pl.Series) -> None:
        self.units, self.needs, self.demands = units, needs_, demands
        self.size = len(units) + len(needs_) + len(demands)

    def rows(self, unit: pl.Expr) -> pl.Expr:
        """Rows of these people, places or needs, and those that are or answer one of these demands."""
        return (
            _any_of(unit, self.units)
            | _any_of(pl.col("need_key"), self.needs)
            | _any_of(pl.col("demand_id"), self.demands)
        )


def touched_since(records: Records, options: Options, previous: Kept) -> tuple[pl.LazyFrame, Touched]:
    """The earlier rows that stand, and whose do not: everyone an import since then wrote about, and their needs."""
    changed = records.changed(previous.import_id).collect()
    newest = previous.frame.select(pl.col("day").max()).collect().item()
    left = leaving_after(records, options, newest or 0)  # whose day may have come since the build before
    units = pl.concat([changed["person_key"], changed["place_key"], left]).drop_nulls().unique()
    owned, single = changed["need_key"].drop_nulls().unique(), changed["demand_id"].drop_nulls().unique()
    # An activity moves from one person's need to another's when the demand or the need that it names comes or goes.
    moved = (
        records.scan("activities", options.as_of)
        .filter(_any_of(pl.col("demand_id"), single) | _any_of(pl.col("need_key"), owned))
        .select("person_key", "place_key", "need_key", "demand_id")
        .collect()
    )
    units = pl.concat([units, moved["person_key"].drop_nulls(), moved["place_key"].drop_nulls()]).unique()
    owned = pl.concat([owned, moved["need_key"].drop_nulls()]).unique()
    single = pl.concat([single, moved["demand_id"].drop_nulls()]).unique()
    links = previous.frame.select("unit", "need_key", "demand_id").collect()
    acts = records.scan("activities", options.as_of)
    unit = unit_of(records.scan("sources", options.as_of).collect())
    touched = Touched(units, owned, single)
    while True:  # whoever shares a need with them, and the needs and demands that their activities name
        rows = links.filter(touched.rows(pl.col("unit")))
        told = acts.filter(touched.rows(unit)).select("need_key", "demand_id").collect()
        wider = Touched(
            pl.concat([touched.units, rows["unit"].drop_nulls()]).unique(),
            pl.concat([touched.needs, rows["need_key"].drop_nulls(), told["need_key"].drop_nulls()]).unique(),
            pl.concat([touched.demands, rows["demand_id"], told["demand_id"].drop_nulls()]).unique(),
        )
        if wider.size == touched.size:
            return previous.frame.filter(~touched.rows(pl.col("unit"))), touched
        touched = wider


def _any_of(value: pl.Expr, wanted: pl.Series) -> pl.Expr:
    return value.is_in(wanted.implode()).fill_null(False)
