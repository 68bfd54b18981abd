"""What was spent on a person against what they wanted. "£106,777" against "£20,760", report lines 570 and 575."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from measures.model.published import Wanted


@dataclass(frozen=True)
class Costs:
    """Money in pence; None where it is not known.

    Attributes:
        received: spent on the person. price_years: of which years' prices; more than one are never the same pounds.
        dated: cumulative spending where records carry cost and date: `day, pence, total`; empty where none do.
        without: records that carry no cost, of `records`.
        low, high: what was wanted would have cost: with the cheapest of each "and/or", and with everything.
    """

    received: int | None
    price_years: tuple[int, ...]
    dated: pl.DataFrame
    without: int
    records: int
    low: int | None
    high: int | None

    @property
    def difference(self) -> tuple[int, int] | None:
        """Received less wanted: against everything wanted, and against the cheapest reading."""
        if self.received is None or self.low is None or self.high is None:
            return None
        return self.received - self.high, self.received - self.low

    @property
    def ratio(self) -> tuple[float, float] | None:
        """Pounds received for each pound wanted: against everything wanted, and against the cheapest reading."""
        if self.received is None or not self.low or not self.high:
            return None
        return self.received / self.high, self.received / self.low


def wanted_range(wanted: Sequence[Wanted]) -> tuple[int, int] | None:
    """What was wanted would have cost, at the least and at the most; None where a price is missing.

    >>> wanted_range([Wanted("a", 100), Wanted("b", 20, either="x"), Wanted("c", 50, either="x")])
    (120, 170)
    """
    if not wanted or any(item.cost_pence is None for item in wanted):
        return None
    high = low = 0
    groups: dict[str, list[int]] = {}
    for item in wanted:
        pence = item.cost_pence or 0
        high += pence
        if item.either:
            groups.setdefault(item.either, []).append(pence)
        else:
            low += pence
    return low + sum(min(found) for found in groups.values()), high


def costs(
    rows: pl.DataFrame, wanted: Sequence[Wanted], printed: int | None = None, price_year: int | None = None
) -> Costs:
    """What was spent, from the records, or as printed where the records carry no cost.

    Args:
        rows: `lines.LINES`.
        wanted: what the person wanted, with prices.
        printed: pence a published case prints as its total.
        price_year: of which prices.
    """
    priced = rows.filter(pl.col("cost_pence").is_not_null())
    dated = (
        priced.group_by("day").agg(pence=pl.col("cost_pence").sum()).sort("day")
        .with_columns(total=pl.col("pence").cum_sum())
    )  # fmt: skip
    years = sorted(priced["price_year"].drop_nulls().unique().to_list())
    acts = rows.filter(pl.col("kind") != "demand").height
    received = printed if printed is not None else int(priced["cost_pence"].sum()) if priced.height else None
    told = (price_year,) if price_year is not None else tuple(years)
    low, high = wanted_range(wanted) or (None, None)
    return Costs(received, told, dated, acts - priced.height, acts, low, high)
