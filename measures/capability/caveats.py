"""What must be said beside the figures: a stable code, and a sentence for people."""

from __future__ import annotations

import polars as pl

from measures.capability.chart import Chart
from measures.capability.kinds import Kind
from measures.capability.points import series_name
from measures.capability.rule_sets import rules_for
from measures.capability.words import many, period_word
from measures.model.results import Caveat

FEW, TRIAL = 6, 12  # under 6 points no limits on pages; 6–11 are "trial" (design/capability.md)
OVERDISPERSED = 1.3  # σz above this: the points differ clearly more than chance allows
EXPECTED = 5  # fewer expected events than this make the limits of a share rough
NAMED = 3  # more series than this are counted, not named


def caveats_of(work: pl.DataFrame, chart: Chart, kind: Kind) -> tuple[Caveat, ...]:
    """Coded sentences about the limits just computed: codes `no_limits, few_points, trial_limits, fixed_limits, screened,
    screening_skipped, small_denominators, no_denominator, overdispersed, excluded, zero_width, single_subgroups,
    same_time`; and `unused_option` about what was asked for and has no meaning on this chart.
    """  # noqa: D205
    if work.is_empty():
        return (Caveat("few_points", "no points: nothing to say yet"),)
    return _said_of(_groups(work, kind), _word(work), chart, kind)


def caveats_by_series(work: pl.DataFrame, chart: Chart, kind: Kind) -> dict[str, tuple[Caveat, ...]]:
    """The same sentences for each series as if it stood alone, by its name."""
    groups, points = (
        frame.partition_by(series_name(frame), as_dict=True, maintain_order=True)
        for frame in (_groups(work, kind), work)
    )
    return {str(key[0]): _said_of(rows, _word(points[key]), chart, kind) for key, rows in groups.items()}


def _word(work: pl.DataFrame) -> str | None:
    return period_word(work["at"]) if "at" in work.columns else None


def _said_of(groups: pl.DataFrame, word: str | None, chart: Chart, kind: Kind) -> tuple[Caveat, ...]:
    own = pl.col("own") == pl.col("points")
    says = [
        (
            "fixed_limits",
            pl.col("fixed") > 0,
            lambda row: (
                f"limits given by a person, not computed, at {row['fixed']} of {many(row['points'], word or 'point')}"
            ),
        ),
        ("no_limits", ~own & (pl.col("n") < 2), lambda row: f"no limits: {many(row['n'], 'point')}"),
        (
            "few_points",
            ~own & pl.col("n").is_between(2, FEW - 1),
            lambda row: f"too few points for limits: {row['n']} of the {FEW} needed",
        ),
        ("trial_limits", ~own & pl.col("n").is_between(FEW, TRIAL - 1), lambda row: f"trial limits: {row['n']} points"),
        (
            "screened",
            pl.col("screened") > 0,
            lambda row: (
                f"screening: {many(row['screened'], 'moving range')} over 3.267 times the mean left out of the limits"
            ),
        ),
        (
            "screening_skipped",
            pl.col("unscreened"),
            lambda row: "screening skipped: it would leave a mean range of zero while values differ",
        ),
        (
            "small_denominators",
            pl.col("small") > 0,
            lambda row: (
                f"denominators under {EXPECTED} expected events in {row['small']} of "
                f"{many(row['with_bottom'], word or 'point')}"
            ),
        ),
        (
            "no_denominator",
            pl.col("nobody") > 0,
            lambda row: f"nobody to count in {row['nobody']} of {many(row['points'], word or 'point')}: no value there",
        ),
        (
            "overdispersed",
            pl.col("sigma_z") > OVERDISPERSED,
            lambda row: f"overdispersed: σz = {row['sigma_z']:.1f}, {chart.kind.replace('_prime', '′')} shown",
        ),
        (
            "excluded",
            pl.col("excluded") > 0,
            lambda row: f"{many(row['excluded'], 'point')} shown, but left out of limits and rules",
        ),
        (
            "zero_width",
            pl.col("flat"),
            lambda row: "limits without width: neighbouring points do not differ, although the series does",
        ),
        (
            "single_subgroups",
            pl.col("single") > 0,
            lambda row: f"{many(row['single'], 'subgroup')} of one value: no spread there, and no limits",
        ),
        (
            "same_time",
            pl.col("same_time") > 0,
            lambda row: (
                f"{many(row['same_time'], 'point')} at the same time as the one before: drawn in the order given"
            ),
        ),
    ]
    unused = [Caveat("unused_option", text) for text in _unused(chart, kind)]
    flags = groups.select(condition.fill_null(value=False).alias(code) for code, condition, _ in says)
    here = flags.select(pl.all().any()).row(0, named=True)
    found = [
        caveat
        for code, _, text in says
        if here[code]
        for caveat in _said(code, groups.filter(flags[code]).to_dicts(), text, groups)
    ]
    return (*found, *unused)


def _unused(chart: Chart, kind: Kind) -> list[str]:
    """What was asked for and changes nothing on this chart, each in a sentence that says why."""
    rules = rules_for(chart, kind)
    out = [
        f"{name} '{getattr(chart, name)}' changes nothing: a {chart.kind} chart has a {name} of its own"
        for name in ("centre", "range")
        if getattr(chart, name) != "mean" and name not in kind.averages
    ]
    if chart.rules not in (rules.name, "wheeler"):
        out.append(f"rules '{chart.rules}' change nothing: a {chart.kind} chart has no limits and is read with Anhøj's")
    if chart.run_length is not None and (rules.run is None or kind.outside_only):
        out.append(f"run_length {chart.run_length} changes nothing: no rule read here has a run of fixed length")
    if chart.trend_length is not None and (rules.trend is None or kind.outside_only):
        out.append(f"trend_length {chart.trend_length} changes nothing: no rule read here looks for a trend")
    return out


def _groups(work: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """One row a series and phase, with the counts the sentences need."""
    has = set(work.columns)
    ratio = kind.needs_of and kind.ratio and kind.counts
    expected = pl.col("_n") * pl.col("_centre")
    width = pl.col("_upper") - pl.col("_lower")
    nothing = pl.lit(0)
    given = [pl.col(name).is_not_null() for name in ("_fixed_lower", "_fixed_upper", "_fixed_centre") if name in has]
    both = {"_fixed_lower", "_fixed_upper"} <= has
    return work.group_by("_group", maintain_order=True).agg(
        pl.col(series_name(work)).first().cast(pl.String).alias("series"),
        pl.col("phase").first().cast(pl.String).alias("phase"),
        pl.len().alias("points"),
        pl.col("_sets").sum().alias("n"),
        pl.col("_excluded").sum().alias("excluded"),
        pl.col("_nobody").sum().alias("nobody"),
        (pl.any_horizontal(given).sum() if given else nothing).alias("fixed"),
        (pl.all_horizontal(given[:2]).sum() if both else nothing).alias("own"),
        ((pl.col("_size") == 1).sum() if "_size" in has else nothing).alias("single"),
        ((pl.col("at") == pl.col("at").shift()).sum() if "at" in has else nothing).alias("same_time"),
        (pl.col("_screened").sum() if "_screened" in has else nothing).alias("screened"),
        (pl.col("_unscreened").any() if "_unscreened" in has else pl.lit(value=False)).alias("unscreened"),
        (pl.col("_sigma_z").first() if "_sigma_z" in has else pl.lit(None, pl.Float64)).alias("sigma_z"),
        ((expected < EXPECTED).sum() if ratio else nothing).alias("small"),
        (pl.col("_n").is_not_null().sum() if ratio else nothing).alias("with_bottom"),
        ((width.max() == 0) & (pl.col("_x").max() - pl.col("_x").min() > 1e-9 * pl.col("_x").abs().max())).alias(
            "flat"
        ),
    )


def _said(code: str, rows: list[dict], text: object, groups: pl.DataFrame) -> list[Caveat]:
    """One sentence a phase; where there are many, one sentence that counts them."""
    if groups.height == 1:
        return [Caveat(code, text(rows[0]))]  # type: ignore[operator]
    if len(rows) <= NAMED:
        several = groups["series"].n_unique() > 1
        phased = groups.height > groups["series"].n_unique()
        return [Caveat(code, f"{text(row)} ({_where(row, several, phased)})") for row in rows]  # type: ignore[operator]
    return [Caveat(code, f"{text(rows[0])} ({_where(rows[0], True, True)}), and {len(rows) - 1:,} more like it")]  # type: ignore[operator]


def _where(row: dict, several: bool, phased: bool) -> str:
    parts = [row["series"]] if several and row["series"] else []
    return ", ".join([*parts, f"phase {row['phase']}"] if phased or not parts else parts)
