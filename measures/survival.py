"""How long until it happens, counting those for whom it has not happened yet. Kaplan–Meier, for many groups at once."""

from __future__ import annotations

import polars as pl

Z95 = 1.959963984540054  # the normal quantile of a two-sided 95% interval
HALF = 1e-9  # S(t) ≤ 1 − q + HALF counts as reached (measures.md, point 1)


def survival(rows: pl.LazyFrame, groups: tuple[str, ...] = ()) -> pl.LazyFrame:
    """The share for whom it has not happened yet, at each moment it happened to someone.

    Args:
        rows: `days` (to the event, or so far) and `met` (whether it happened), and the group columns.
        groups: each combination has its own curve.

    Returns:
        The group columns, `x` (days), `survival`, `at_risk` (just before x), `events` (at x), `variance` (Greenwood's
        sum), sorted by group and x. Source: Kaplan & Meier 1958; Greenwood 1926.
    """
    keys = list(groups)
    moments = (
        rows.group_by(*keys, "days")
        .agg(events=pl.col("met").sum().cast(pl.Int64), leaving=pl.len().cast(pl.Int64))
        .sort(*keys, "days")
    )
    gone = pl.col("leaving").cum_sum()
    total = pl.col("leaving").sum()
    at_risk = (total.over(keys) - gone.over(keys) if keys else total - gone) + pl.col("leaving")
    hazard = pl.col("events") / pl.col("at_risk")
    spread = pl.col("events") / (pl.col("at_risk") * (pl.col("at_risk") - pl.col("events")))
    happened = moments.with_columns(at_risk=at_risk).filter(pl.col("events") > 0)
    staying = (1.0 - hazard).log().cum_sum()
    summed = spread.cum_sum()
    return happened.with_columns(
        survival=(staying.over(keys) if keys else staying).exp(),
        variance=summed.over(keys) if keys else summed,
    ).select(*keys, "survival", "at_risk", "events", "variance", x=pl.col("days"))


def quantiles(rows: pl.LazyFrame, wanted: tuple[float, ...], groups: tuple[str, ...] = ()) -> pl.LazyFrame:
    """By when it had happened to these shares of everyone: the smallest x with S(x) ≤ 1 − quantile + 1e-9.

    Where nobody leaves before x, Kaplan and Meier's estimate is the plain share of everyone, and x the k-th wait of those
    to whom it happened. Only groups in which somebody left earlier are read step by step.

    Args:
        rows: `days, met` and the group columns. Where `days` is null, nobody can tell, and the row is left out.
        wanted: each quantile becomes a column `q50`, `q75`, …
        groups: each combination is read alone.

    Returns:
        One row a group: null where it has not got there: "fewer than half are met".
    """
    keys, names = list(groups), [f"q{round(100 * quantile)}" for quantile in wanted]
    rows = rows.filter(pl.col("days").is_not_null())
    waits = pl.col("days").filter(pl.col("met")).sort()
    counts = [(pl.len() * (quantile - HALF)).ceil().clip(1).cast(pl.Int64) - 1 for quantile in wanted]
    plain = [waits.get(count, null_on_oob=True).alias(name) for count, name in zip(counts, names, strict=True)]
    told = [
        *plain,
        pl.col("days").filter(~pl.col("met")).min().alias("left"),
        pl.col("days").filter(pl.col("met")).max().alias("longest"),
    ]
    found = (rows.group_by(keys).agg(told) if keys else rows.select(told)).collect()
    reached = pl.all_horizontal(pl.col("left") >= pl.coalesce(name, "longest") for name in names)
    sure = found.select((pl.col("left").is_null() | pl.col("longest").is_null() | reached).fill_null(True)).to_series()
    if sure.all():
        return found.select(*keys, *names).lazy()
    if not keys:
        return _one_by_one(rows, wanted)
    others = rows.join(found.filter(~sure).lazy().select(keys), on=keys, how="semi", nulls_equal=True)
    slowly = _step_by_step(others, wanted, keys).collect()
    return pl.concat([found.filter(sure).select(*keys, *names), slowly.select(*keys, *names)]).lazy()


def _one_by_one(rows: pl.LazyFrame, wanted: tuple[float, ...]) -> pl.LazyFrame:
    """The same by Kaplan and Meier's product, over one group: only those to whom it happened are stepped through.

    Events come before those who leave at the same moment: their product telescopes, so no moment has to be grouped.
    """
    told = rows.select("days", "met").collect()
    events, leaving = told.filter("met")["days"].sort(), told.filter(~pl.col("met"))["days"].sort()
    gone = leaving.search_sorted(events, side="left").cast(pl.Int64) + pl.int_range(events.len(), eager=True)
    steps = pl.LazyFrame({"days": events, "survival": (1.0 - 1.0 / (told.height - gone)).log().cum_sum().exp()})
    return steps.select(_reached(wanted))


def _reached(wanted: tuple[float, ...]) -> list[pl.Expr]:
    """The first of the `days` at which `survival` is down to 1 − quantile, for each."""
    down = [pl.col("survival") <= 1.0 - quantile + HALF for quantile in wanted]
    return [pl.col("days").filter(at).min().alias(f"q{round(100 * q)}") for at, q in zip(down, wanted, strict=True)]


def _step_by_step(rows: pl.LazyFrame, wanted: tuple[float, ...], keys: list[str]) -> pl.LazyFrame:
    """The same for many groups: one pass over the rows in order of group and time."""
    at_risk = (pl.len().cast(pl.Int64) - pl.int_range(pl.len(), dtype=pl.Int64)).over(keys)
    ordered = rows.select(*keys, "days", "met").sort(
        *keys, "days", "met", descending=[False] * (len(keys) + 1) + [True]
    )
    stays = (1.0 - pl.col("met").cast(pl.Float64) / pl.col("at_risk")).log().cum_sum().over(keys)
    steps = ordered.with_columns(at_risk=at_risk).with_columns(survival=stays.exp())
    return steps.group_by(keys).agg(_reached(wanted))


def share_by(rows: pl.LazyFrame, happened: bool = True) -> pl.DataFrame:
    """The curve of those it has happened to by x (or not yet), with a 95% interval on the log(−log) scale.

    Returns:
        `x, value, lower, upper, at_risk, events`, beginning at x = 0; it ends with the longest time anybody was watched, even where
        nothing happened after the last step: how long nothing happened is worth seeing.
    """
    steps = survival(rows).collect()
    most = pl.col("days").max().cast(pl.Float64)
    counted = rows.select(everyone=pl.len(), longest=most, watched=(pl.col("days") == most).sum()).collect()
    everyone, longest, watched = counted.row(0)
    log_s = pl.col("survival").log()
    inside = (pl.col("survival") > 0) & (pl.col("survival") < 1)
    width = pl.when(inside).then(Z95 * pl.col("variance").sqrt() / -log_s).otherwise(0.0)
    low = pl.when(inside).then(pl.col("survival") ** width.exp()).otherwise("survival")
    high = pl.when(inside).then(pl.col("survival") ** (-width).exp()).otherwise("survival")
    curve = steps.select(
        x=pl.col("x").cast(pl.Float64), value="survival", lower=low, upper=high, at_risk="at_risk", events="events"
    )
    origin = pl.DataFrame(
        {"x": [0.0], "value": [1.0], "lower": [1.0], "upper": [1.0], "at_risk": [everyone], "events": [0]},
        schema=curve.schema,
    )
    whole = curve if curve.height and curve["x"][0] <= 0 else pl.concat([origin, curve])
    if longest is not None and longest > whole["x"][-1]:
        end = {"x": longest, "at_risk": watched, "events": 0}
        whole = pl.concat([whole, whole.tail(1).with_columns(pl.lit(end[x], whole.schema[x]).alias(x) for x in end)])
    if not happened:
        return whole
    return whole.with_columns(value=1 - pl.col("value"), lower=1 - pl.col("upper"), upper=1 - pl.col("lower"))


def wilson(successes: pl.Expr, n: pl.Expr, z: float = Z95) -> tuple[pl.Expr, pl.Expr]:
    """Wilson's interval of a share, of 95% unless told: what a percentage of few people can and cannot say (Wilson 1927)."""
    share = successes / n
    z2 = z**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z * ((share * (1 - share) + z2 / (4 * n)) / n).sqrt() / (1 + z2 / n)
    return pl.max_horizontal(middle - half, pl.lit(0.0)), pl.min_horizontal(middle + half, pl.lit(1.0))
