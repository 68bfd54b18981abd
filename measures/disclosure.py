"""Small-number protection: what may leave for whom. Definition, calculation and disclosure do not know each other."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from measures.model.principal import Principal

FEWEST_PEOPLE = 8  # a statistic of fewer distinct people is not shown to a protected role (governance.md, rule 3)
SMALLEST_BASE = 80  # nor a percentage of a smaller protected denominator (rule 4)


@dataclass(frozen=True)
class Policy:
    """How a table is protected.

    Attributes:
        protects: whether anything is changed at all.
    """

    protects: bool


def policy_for(principal: Principal) -> Policy:
    """Regulators read protected figures; a service's own people read true ones, always with n."""
    return Policy(protects=principal.role == "regulator")


def midpoint6(count: pl.Expr) -> pl.Expr:
    """Counts in classes of six: 0–6 is one class, shown as null; 7–12 becomes 9, 13–18 becomes 15, and so on."""
    middle = ((count - 1) // 6) * 6 + 3
    return pl.when(count > 6).then(middle)


def protect(table: pl.DataFrame, policy: Policy, *, share: bool) -> pl.DataFrame:
    """The table as it may leave.

    Args:
        table: a Series or Breakdown frame with `n, people, people_in`.
        policy: from `policy_for`.
        share: whether `value` is a proportion, recomputed here from protected parts.

    Returns:
        The same columns. Values of fewer than 8 people become null; counts become midpoints; a proportion comes from
        protected parts and only over at least 80; limits are dropped, to be computed from protected values.
    """
    if not policy.protects or "people" not in table.columns:
        return table
    few = pl.col("people") < FEWEST_PEOPLE
    people, inside = midpoint6(pl.col("people")), midpoint6(pl.col("people_in"))
    value = pl.when(people >= SMALLEST_BASE).then(inside / people) if share else midpoint6(pl.col("value"))
    protected = table.with_columns(
        people=people, people_in=inside, n=midpoint6(pl.col("n")), value=pl.when(~few).then(value)
    )
    unshown = [name for name in ("numerator", "denominator", "open", "lower", "upper") if name in table.columns]
    return protected.with_columns(pl.lit(None, dtype=table.schema[name]).alias(name) for name in unshown)
