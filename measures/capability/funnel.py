"""Funnels: units of different size side by side, so that nobody is called an outlier for being small.

A funnel asks of units that did the same thing in the same time (surgeries, desks, teams) which of them differ from all
of them together by more than chance explains. It is no league table: within the funnel, the order says nothing.

Steps, for each series (and phase): the figure of each unit is brought to a scale where chance has a known spread; its
z-score says how far it lies from the whole; the outer tenth of the z-scores at each end is pulled in (winsorised) or
left out (truncated), so that the units looked for do not widen the limits that should find them; what the rest differ
beyond chance is the variance between units τ² (DerSimonian & Laird 1986, Controlled Clinical Trials 7), and it is added
to the variance of chance: limits ± 1.96 and ± 3.09 √(s² + τ²), turned back to the scale people read.

Spiegelhalter 2005, Statistics in Medicine 24 (funnels) and Quality and Safety in Health Care 14 (over-dispersion);
NHS Digital, Summary Hospital-level Mortality Indicator: methodology; Care Quality Commission 2014, Intelligent
Monitoring: statistical methodology.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from measures.capability.chart import Chart, Limited
from measures.capability.counts import pooled
from measures.capability.funnel_scales import COUNTS, CQC, LEVELS, PROPORTION, SHMI, Figures, FunnelScale, Units
from measures.capability.kinds import Kind, no_limits
from measures.capability.points import FIXED, arrange, check_chart, check_points, series_name
from measures.capability.rule_sets import find_signals
from measures.capability.words import many
from measures.model.results import Caveat

Ratio = Literal["pr", "sr", "rc"]
Method = Literal["shmi", "cqc"]

TRIM = 0.1  # at each end: Spiegelhalter 2005, Quality and Safety in Health Care 14, appendix
FEW_UNITS = 10  # with fewer, the outer tenth is no whole unit, and what lies between units is hardly known
FUNNEL_LIMITS = tuple(
    f"{over}{side}{name}" for over in ("", "od_") for name in LEVELS for side in ("lower", "upper")
)  # lower95, upper95, lower998, upper998, od_lower95 …

_BASE = {"needs_of": True, "ratio": True, "counts": True, "floor": 0.0, "outside_only": True}
KINDS: dict[str, Kind] = {
    "pr": Kind(pooled, no_limits, share=True, cap=1.0, **_BASE),  # type: ignore[arg-type]
    "sr": Kind(lambda chart: pl.lit(1.0), no_limits, **_BASE),  # type: ignore[arg-type]
    "rc": Kind(pooled, no_limits, **_BASE),  # type: ignore[arg-type]
}
STEPS = 999  # of the drawn curve, from a size of 3 to the largest unit


@dataclass(frozen=True)
class Funnel:
    """Which figures the units give.

    Attributes:
        ratio: pr, a proportion (12 of 40 people); sr, a standardised ratio (12 deaths where 9.6 were expected);
            rc, a ratio of two counts (12 complaints to 310 visits).
        sr_method: of a standardised ratio, how the adjusted limits are found: shmi (logarithm, z-scores truncated,
            expected counts rounded to two decimals) or cqc (square root, z-scores winsorised).
    """

    ratio: Ratio = "pr"
    sr_method: Method = "shmi"


def funnel(points: pl.DataFrame, chart: Chart, which: Funnel) -> Limited:
    """Which units differ from all of them by more than chance and the ordinary difference between units explain.

    Args:
        points: one row a unit: `value` (the numerator) and `of` (the denominator, or what was expected); optionally
            `series` (each its own funnel), `phase`, `baseline`, `excluded` and `fixed_centre` (a target to compare
            with instead of the whole). The order of rows means nothing.
        chart: `multiply`, `floor`, `cap`, and rules other than none; the rest has no meaning here.
        which: the figures and the method.

    Returns:
        The rows in their order with `value` as plotted, `centre`, the columns `FUNNEL_LIMITS` (od_: adjusted for
        over-dispersion), `lower` and `upper` (the 99.8% limits in force: adjusted where units differ by more than
        chance, else unadjusted), `phase` and `signals` (outside_limits: beyond those).

    Raises:
        ValueError: one sentence that shows the value and says what to do.
    """
    check_chart(Chart(rules=chart.rules, multiply=chart.multiply))
    kind = KINDS[which.ratio]
    _check(points, chart, which, kind)
    nameless = points.drop("at", strict=False)  # units are in no order
    work = arrange(nameless, Chart(kind="funnel", multiply=chart.multiply), kind)
    target = kind.centre(chart)
    if "_fixed_centre" in work.columns:
        target = pl.coalesce(pl.col("_fixed_centre").drop_nulls().first().over("_group"), target)
    work = work.with_columns(target.alias("_centre"))
    scale = _scale(which)
    work = _sized(work, scale)
    units = _units(work)
    work = _with_between(_with_z(work, units, scale), scale)
    work = work.with_columns(_limits(work, units, scale, chart.multiply))
    spread = pl.col("_tau2") > 0
    work = work.with_columns(
        *(
            pl.when(spread).then(f"od_{side}998").otherwise(f"{side}998").alias(f"_{side}")
            for side in ("lower", "upper")
        ),
        (pl.col("_x") * chart.multiply).alias("_x"),
        (pl.col("_centre") * chart.multiply).alias("_centre"),
        (pl.col("value") * chart.multiply).alias("value"),
    )
    work = find_signals(work, chart, kind)
    return Limited(_shown(work, points, chart), _caveats(work, which, scale))


def _check(points: pl.DataFrame, chart: Chart, which: Funnel, kind: Kind) -> None:
    for name in FIXED[1:]:
        if name in points.columns and points[name].null_count() < points.height:
            raise ValueError(
                f"'{name}' is given, but a funnel's limits follow from the size of each unit; "
                "leave it out, or give a target in 'fixed_centre'"
            )
    given = [name for name in FIXED[:1] if name in points.columns]
    check_points(points.drop([name for name in FIXED[1:] if name in points.columns]), Chart(kind="funnel"), kind)
    for name in given:
        targets = points[name].cast(pl.Float64).fill_nan(None).drop_nulls()
        most = chart.multiply if which.ratio == "pr" else float("inf")
        if targets.len() and not (0 < targets.min() and targets.max() <= most):  # type: ignore[operator]
            shown = targets.filter((targets <= 0) | (targets > most))[0]
            raise ValueError(f"'{name}' holds {shown:g}; the target of a funnel lies above 0 and, for pr, up to 100%")


def _scale(which: Funnel) -> FunnelScale:
    if which.ratio == "sr":
        return {"shmi": SHMI, "cqc": CQC}[which.sr_method]
    return {"pr": PROPORTION, "rc": COUNTS}[which.ratio]


def _sized(work: pl.DataFrame, scale: FunnelScale) -> pl.DataFrame:
    """Add `_size`, the denominator as the method takes it, and `_next`, the next larger size on the drawn curve.

    The curve has a step for each unit and `STEPS` between a size of 3 and the largest unit.
    """
    size = pl.col("_n")
    if scale.rounds:
        rounded = size.round(2)
        size = pl.when(rounded > 0).then(rounded).otherwise(size)  # what is expected once in 200 years is not never
    work = work.with_columns(size.alias("_size"))
    sizes = work.select("_group", "_size").drop_nulls().unique().sort("_group", "_size")
    sizes = sizes.with_columns(pl.col("_size").shift(-1).over("_group").alias("_next_unit"))
    work = work.join(sizes, on=["_group", "_size"], how="left", maintain_order="left")
    most = pl.col("_size").max().over("_group").ceil()
    low, high = pl.min_horizontal(most, pl.lit(3.0)), pl.max_horizontal(most, pl.lit(3.0))
    step = (high - low) / STEPS
    gone = ((pl.col("_size") - low) / step + 1e-9).floor() + 1
    stepped = pl.when(pl.col("_size") < low).then(low).when(step > 0).then(low + gone * step)
    on_curve = pl.when(stepped <= high * (1 + 1e-12)).then(stepped)
    return work.with_columns(pl.min_horizontal(on_curve, pl.col("_next_unit")).alias("_next"))


def _units(work: pl.DataFrame) -> Units:
    def figures(name: str) -> Figures:
        return work[name].cast(pl.Float64).fill_null(np.nan).to_numpy()

    return Units(counted=figures("_y"), size=figures("_size"), target=figures("_centre"), next_size=figures("_next"))


def _with_z(work: pl.DataFrame, units: Units, scale: FunnelScale) -> pl.DataFrame:
    """Add `_variance` (of chance, of each unit's figure) and `_z` (of the units that set the limits)."""
    with np.errstate(divide="ignore", invalid="ignore"):  # nothing counted has no logarithm: its z is minus infinity
        variance = scale.variance(units)
        z = scale.away(units) / np.sqrt(variance)
    work = work.with_columns(pl.Series("_variance", variance), pl.Series("_z", z))
    return work.with_columns(pl.when("_sets").then(pl.col("_z").fill_nan(None)).alias("_z"))


def _with_between(work: pl.DataFrame, scale: FunnelScale) -> pl.DataFrame:
    """Add `_phi` (how much more units differ than chance: 1 is chance alone) and `_tau2` (the variance between units).

    τ² = max(0, (Nφ − (N − 1)) ÷ (Σw − Σw²/Σw)): φ is the mean of z² over the N units kept, w = 1/s², and s² the
    variance of chance.
    """
    z = pl.col("_z")
    if scale.truncates:
        units = z.count().over("_group")
        tenth = (z.rank("average").over("_group") / TRIM / (units + 1) + 1e-9).floor()
        kept = pl.when((tenth > 0) & (tenth < 1 / TRIM - 1) & z.is_finite()).then(z)
    else:
        finite = pl.when(z.is_finite()).then(z)
        low, high = (finite.quantile(q, "linear").over("_group") for q in (TRIM, 1 - TRIM))
        kept = pl.when(finite.is_not_null()).then(pl.min_horizontal(pl.max_horizontal(finite, low), high))
    work = work.with_columns(kept.alias("_kept"))
    weight = pl.when(pl.col("_kept").is_not_null()).then(1 / pl.col("_variance"))
    n, squares = pl.col("_kept").count().over("_group"), (pl.col("_kept") ** 2).sum().over("_group")
    total = weight.sum().over("_group")
    left = total - (weight**2).sum().over("_group") / total
    work = work.with_columns(
        pl.when(n > 0).then(squares / n).alias("_phi"), n.alias("_units"), left.alias("_left"), squares.alias("_q")
    )
    tau2 = ((pl.col("_q") - (pl.col("_units") - 1)) / pl.col("_left")).clip(lower_bound=0.0)
    several = (pl.col("_units") > 1) & (pl.col("_left") > 0)
    return work.with_columns(pl.when(several).then(tau2).otherwise(0.0).alias("_tau2"))


def _limits(work: pl.DataFrame, units: Units, scale: FunnelScale, multiply: float) -> list[pl.Series]:
    """The eight limits, as people read them."""
    tau2 = work["_tau2"].to_numpy()
    found = []
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for level, tail in LEVELS.items():
            for over, pair in (("", scale.unadjusted(units, tail)), ("od_", scale.limits(units, tail, tau2))):
                for side, limit in zip(("lower", "upper"), pair, strict=True):
                    shown = np.where(np.isfinite(limit), limit * multiply, np.nan)
                    found.append(pl.Series(f"{over}{side}{level}", shown).fill_nan(None))
    return found


def _shown(work: pl.DataFrame, points: pl.DataFrame, chart: Chart) -> pl.DataFrame:
    displayed = {name: pl.col(name) for name in FUNNEL_LIMITS} | {
        side: pl.col(f"_{side}") for side in ("lower", "upper")
    }
    shown = work.with_columns(
        pl.col("_centre").alias("centre"),
        *(limit.clip(chart.floor, chart.cap).alias(name) for name, limit in displayed.items()),
        *(pl.lit(None, pl.Float64).alias(name) for name in ("moving_range", "range_centre", "range_upper")),
    ).sort("_row")
    if "at" in points.columns:
        shown = shown.with_columns(points["at"])
    added = ("centre", "lower", "upper", "moving_range", "range_centre", "range_upper", *FUNNEL_LIMITS, "phase",
             "signals", "completes")  # fmt: skip
    return shown.select(*points.columns, *(name for name in added if name not in points.columns))


def _caveats(work: pl.DataFrame, which: Funnel, scale: FunnelScale) -> tuple[Caveat, ...]:
    """What must be said beside a funnel: `few_units, overdispersed, no_denominator, nothing_counted, excluded,
    expected_rounded`.
    """  # noqa: D205
    if work.is_empty():
        return (Caveat("few_points", "no points: nothing to say yet"),)
    said = [_of_group(row) for row in _groups(work).iter_rows(named=True)]
    caveats = [caveat for some in said[:3] for caveat in some]
    if len(said) > 3:
        caveats.append(Caveat("more_funnels", f"{many(len(said) - 3, 'more funnel')}, each with limits of its own"))
    if scale.rounds and (work["_size"] != work["_n"]).any():
        caveats.append(
            Caveat("expected_rounded", "expected counts rounded to two decimals for the limits, as the SHMI has them")
        )
    return tuple(caveats)


def _groups(work: pl.DataFrame) -> pl.DataFrame:
    name = series_name(work)
    lost = pl.col("_z").is_not_null() & ~pl.col("_z").is_finite()
    many_series = work.select(pl.col(name).n_unique()).item() > 1
    where = pl.col(name).first().cast(pl.String) if many_series else pl.lit(None, pl.String)
    return work.group_by("_group", maintain_order=True).agg(
        where.alias("where"),
        pl.col("_sets").sum().alias("n"),
        pl.col("_phi").first().alias("phi"),
        pl.col("_tau2").first().alias("tau2"),
        pl.col("_nobody").sum().alias("nobody"),
        lost.sum().alias("lost"),
        pl.col("_excluded").sum().alias("excluded"),
    )


def _of_group(row: dict) -> list[Caveat]:
    here = f" ({row['where']})" if row["where"] is not None else ""
    says = [
        ("few_units", row["n"] < FEW_UNITS, f"{many(row['n'], 'unit')}: how much units differ is hardly known"),
        (
            "overdispersed",
            row["tau2"] > 0,
            f"overdispersed: φ = {row['phi'] or 0:.2f}, τ² = {row['tau2']:.3g}; the adjusted limits are in force",
        ),
        ("no_denominator", row["nobody"] > 0, f"nobody to count in {many(row['nobody'], 'unit')}: no value there"),
        (
            "nothing_counted",
            row["lost"] > 0,
            f"{many(row['lost'], 'unit')} counted nothing, and nothing has no logarithm: left out of τ², not of the funnel",
        ),
        ("excluded", row["excluded"] > 0, f"{many(row['excluded'], 'unit')} shown, but left out of limits and rules"),
    ]
    return [Caveat(code, f"{text}{here}") for code, true, text in says if true]
