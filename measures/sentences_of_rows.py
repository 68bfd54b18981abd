"""What a measure's own breakdown says first: small helpers, since each measure knows best which of its rows matter."""

from __future__ import annotations

import polars as pl

FEW = "There are too few people in some rows to say more than they show."


def figures_of(table: pl.DataFrame) -> dict[str, float] | None:
    """Each row's figure by its name; None where a row's figure is hidden or not known."""
    rows = dict(table.select(table.columns[0], "value").rows())
    return None if not rows or any(value is None for value in rows.values()) else rows


def joined(parts: list[str]) -> str:
    """Words as people list them.

    >>> joined(["2.7 agencies", "3.1 teams", "4 workers"])
    '2.7 agencies, 3.1 teams and 4 workers'
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
