"""Breakdowns whose rows are of different kinds, as tables to read: what each time costs beside what it costs in all."""

from __future__ import annotations

import polars as pl

PARTS = ("cost each time asked", "times asked for each need", "needs", "total cost")


def decomposed(table: pl.DataFrame) -> pl.DataFrame:
    """A row a year: what asking cost each time, how often each need was asked about, how many needs, and the total.

    Args:
        table: the breakdown of `unit_and_total_cost`: `part` ("2022: needs") and `value`. Years without a cost are left out.
    """
    split = pl.col("part").str.split_exact(": ", 1)
    told = table.select(
        split.struct.field("field_0").alias("Year"), split.struct.field("field_1").alias("part"), "value"
    )
    years = told.pivot(on="part", on_columns=list(PARTS), index="Year", values="value", maintain_order=True)
    return years.filter(pl.col("total cost") > 0)


def cost_words(years: pl.DataFrame) -> str:
    """The first and the last year side by side, in a sentence; empty where there are not two.

    >>> cost_words(pl.DataFrame(schema={"Year": pl.String}))
    ''
    """
    if years.height < 2:
        return ""
    first, last = years.row(0, named=True), years.row(-1, named=True)
    each, often, _, total = PARTS
    return (
        f"Each time somebody asked cost £{first[each]:,.0f} in {first['Year']} and £{last[each]:,.0f} in {last['Year']}; each need "
        f"was asked about {first[often]:.1f} and {last[often]:.1f} times; in all it cost £{first[total] / 1e6:,.1f} million and "
        f"£{last[total] / 1e6:,.1f} million."
    )


def years_table(years: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The same as it reads, and which columns are numbers."""
    each, often, needs, total = PARTS
    rows = [
        {
            "Year": row["Year"], "Each time asked": f"£{row[each]:,.0f}", "Times asked for each need": f"{row[often]:.1f}",
            "Needs": f"{row[needs]:,.0f}", "In all": f"£{row[total]:,.0f}",
        }
        for row in years.iter_rows(named=True)
    ]  # fmt: skip
    return pl.DataFrame(rows), ("Each time asked", "Times asked for each need", "Needs", "In all")
