"""Small-number protection: what may leave for whom. Definition, calculation and disclosure do not know each other."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from measures.model.principal import Principal

FEWEST_PEOPLE = 8  # a statistic of fewer distinct people is not shown to a protected role (governance.md, rule 3)
ROUGH_FIGURES = 2  # of a rate that leaves: 12.3 demands a person are told as 12, so that no total can be worked back
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


def in_classes(count: int, policy: Policy) -> int:
    """A count beside a table, in the classes of its counts where it is protected; up to six are told as 0.

    >>> in_classes(14, Policy(True)), in_classes(5, Policy(True)), in_classes(14, Policy(False))
    (15, 0, 14)
    """
    if not policy.protects:
        return count
    return (count - 1) // 6 * 6 + 3 if count > 6 else 0


def protect(
    table: pl.DataFrame, policy: Policy, *, share: bool, quantile: float | None = None, rate: bool = False,
    sensitive: bool = False,
) -> pl.DataFrame:  # fmt: skip
    """The table as it may leave.

    Args:
        table: a Series or Breakdown frame with `n, people, people_in`.
        policy: from `policy_for`.
        share: whether `value` is a proportion, recomputed here from protected parts; with `rate`, one part of a whole, in two
            figures.
        quantile: of a waiting time, which one: it needs 8 people on either side (rule 3), and is told in whole days.
        sensitive: whether it is told apart by a protected group: that all of them were, or none, is hidden too.
        rate: whether `value` is so much for each of something (demands a person): told to two figures, with its parts.

    Returns:
        The same columns. Values of fewer than 8 people become null; counts become midpoints; a proportion comes from
        protected parts, which are its numerator and denominator, and only over at least 80 people, more than 6 of them above the
        line; limits are dropped, to be computed from protected values.
    """
    if not policy.protects or "people" not in table.columns:
        return table
    few = pl.col("people") < FEWEST_PEOPLE
    people, inside = midpoint6(pl.col("people")), midpoint6(pl.col("people_in"))
    shown = ~few
    top, bottom = _parts(table)
    if share:
        shown = ~few & (people >= SMALLEST_BASE) & inside.is_not_null()
        value = pl.col("value").round_sig_figs(ROUGH_FIGURES) if rate else top / bottom
        if sensitive:
            shown = shown & (top < bottom).fill_null(False) & (inside < people)
    elif rate:
        value = pl.col("value").round_sig_figs(ROUGH_FIGURES)
    elif quantile is None:
        value = midpoint6(pl.col("value"))
    else:
        shown = pl.col("people") * min(quantile, 1 - quantile) >= FEWEST_PEOPLE
        value = pl.col("value").round()
    protected = table.with_columns(
        people=people, people_in=inside, n=midpoint6(pl.col("n")), value=pl.when(shown).then(value)
    )
    unshown = [name for name in ("numerator", "denominator", "open", "lower", "upper") if name in table.columns]
    hidden = protected.with_columns(pl.lit(None, dtype=table.schema[name]).alias(name) for name in unshown)
    if "unknown" in table.columns:
        hidden = hidden.with_columns(unknown=midpoint6(pl.col("unknown")))
    if rate and not share and "denominator" in table.columns:
        rough = pl.when(pl.col("value").is_not_null()).then(table["denominator"].round_sig_figs(ROUGH_FIGURES))
        return hidden.with_columns(denominator=rough, numerator=rough * pl.col("value"))
    if not share or "numerator" not in table.columns:
        return hidden
    parts = table.select(
        numerator=pl.when(shown).then(top).cast(pl.Float64), denominator=pl.when(shown).then(bottom).cast(pl.Float64)
    )
    return hidden.with_columns(parts)


def _parts(table: pl.DataFrame) -> tuple[pl.Expr, pl.Expr]:
    """Above and below the line of a share, each in classes of six: what is shown is the share of these two."""
    if "numerator" in table.columns:
        return midpoint6(pl.col("numerator").round()), midpoint6(pl.col("denominator").round())
    return midpoint6((pl.col("value") * pl.col("n")).round()), midpoint6(pl.col("n"))


def protect_hundred(table: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Of a hundred who asked, as it may leave: each part from protected counts, and only of at least 80 people."""
    if not policy.protects:
        return table
    parts = midpoint6(pl.col("people"))
    whole = midpoint6(pl.col("people").sum())
    shown = (pl.col("people") >= FEWEST_PEOPLE) & (whole >= SMALLEST_BASE)
    return table.with_columns(
        value=pl.when(shown).then(100 * parts / whole), lower=pl.lit(None, pl.Float64), upper=pl.lit(None, pl.Float64),
        n=midpoint6(pl.col("n")), people=parts, people_in=parts,
    )  # fmt: skip


def protect_curve(table: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """A curve as it may leave: steps of at least 8 to whom it happened, and as many left to whom it has not.

    Steps of fewer would give away the very day of one person.
    """
    if not policy.protects:
        return table
    keep, happened, series = [], 0, None
    for row in table.iter_rows(named=True):
        if row.get("series") != series:
            series, happened = row.get("series"), 0
        happened += row["events"]
        origin = row["x"] == 0 and row["events"] == 0
        left = row["at_risk"] - row["events"]
        shown = row["people"] >= FEWEST_PEOPLE and (origin or (happened >= FEWEST_PEOPLE <= left))
        happened = 0 if shown else happened
        keep.append(shown)
    none = (pl.lit(None, dtype=table.schema[name]).alias(name) for name in ("lower", "upper", "at_risk", "events"))
    return table.filter(pl.Series(keep, dtype=pl.Boolean)).with_columns(
        *none, *(midpoint6(pl.col(name)).alias(name) for name in ("n", "people", "people_in")), x=pl.col("x").ceil()
    )
