"""What in one person's records contradicts itself or is missing: said as it is, never repaired in silence."""

from __future__ import annotations

import polars as pl

from measures.model.records import Records
from measures.story.costs import Costs
from measures.story.cycles import Cycles


def doubts(records: Records, person_key: int, rows: pl.DataFrame, costs: Costs, cycles: Cycles) -> tuple[str, ...]:
    """A sentence for each thing a reader must know before trusting a figure of this story."""
    found = [
        *_needs(records, person_key),
        *_household(records, person_key),
        _count(rows.filter(pl.col("agency").is_null()).height, "record names no agency", "records name no agency"),
        _count(rows.filter(pl.col("day").is_null()).height, "record has no date", "records have no date"),
        _count(cycles.opened - cycles.completed, "cycle was opened and nothing came of it",
               "cycles were opened and nothing came of them"),
    ]  # fmt: skip
    if len(costs.price_years) > 1:
        told = " and ".join(map(str, costs.price_years))
        found.append(f"Costs are in prices of {told}: their sum mixes pounds that are not worth the same.")
    if costs.dated.height and costs.without:
        found.append(
            f"{costs.without:,} of {costs.records:,} things done carry no cost, so the sum is at least this much."
        )
    return tuple(text for text in found if text)


def _count(number: int, one: str, several: str) -> str:
    return "" if number <= 0 else f"{number:,} {one if number == 1 else several}."


def _needs(records: Records, person_key: int) -> list[str]:
    needs = records.scan("source_needs").filter(pl.col("person_key") == person_key)
    backward = needs.filter(pl.col("end_day") < pl.col("first_demand_day")).select(pl.len()).collect().item()
    return [_count(int(backward), "need ends before it starts", "needs end before they start")]


def _household(records: Records, person_key: int) -> list[str]:
    demands = records.scan("demands").filter(pl.col("person_key") == person_key)
    number = demands.select(pl.col("household_id").drop_nulls().n_unique()).collect().item()
    return [f"The records name {number} households for this person over time."] if number > 1 else []
