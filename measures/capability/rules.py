"""What counts as a signal. A rule is a named function over standardised points; a rule set is a list of names.

Every inequality is strict: beyond means beyond by more than 1e-9 × max(1, |centre|, half-width). A point on the centre
is skipped in a run: it neither counts nor breaks it. A missing or excluded point ends a run and a window: nothing is
bridged. A signal is a question, not a verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from measures.capability.anhoej import few_crossings, long_run
from measures.capability.chart import Chart
from measures.capability.runs import place_and_length

RUN_LENGTH = 8  # Wheeler, Making Sense of Data: detection rule two


@dataclass(frozen=True)
class Found:
    """Where a rule was met: the points that complete a pattern, and every point that belongs to one."""

    completes: pl.Series
    members: pl.Series


Rule = Callable[[pl.DataFrame, Chart], Found]


@dataclass(frozen=True)
class RuleSet:
    """Rules that are read together, and what they cost in false alarms."""

    rules: tuple[str, ...]
    cost: str


def standardise(work: pl.DataFrame) -> pl.DataFrame:
    """One row a point: how far from the centre, on which side, how far the limits are, and what is close enough.

    Returns:
        `group, known, away` (value − centre), `up` and `down` (centre to each limit), `margin`, `side` (+1, −1, 0 on
        the centre, null where nothing is known), `stretch` (one number an unbroken stretch of known points in a
        phase), `range_away` and `range_margin` (moving range beyond its own limit).
    """
    up, down = pl.col("_upper") - pl.col("_centre"), pl.col("_centre") - pl.col("_lower")
    half = pl.max_horizontal(pl.lit(1.0), pl.col("_centre").abs(), up, down)
    ranges = "_range_upper" in work.columns
    spread = pl.max_horizontal(pl.lit(1.0), pl.col("_range_upper")) if ranges else pl.lit(1.0)
    new_stretch = pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift()) for c in ("_group", "_known"))
    standard = work.select(
        pl.col("_group").alias("group"),
        pl.col("_known").alias("known"),
        (pl.col("_x") - pl.col("_centre")).alias("away"),
        up.alias("up"),
        down.alias("down"),
        (1e-9 * half).alias("margin"),
        new_stretch.alias("new_stretch"),
        (pl.col("_range") - pl.col("_range_upper") if ranges else pl.lit(None, pl.Float64)).alias("range_away"),
        (1e-9 * spread).alias("range_margin"),
    )
    away, margin = pl.col("away"), pl.col("margin")
    side = (away > margin).cast(pl.Int8) - (away < -margin).cast(pl.Int8)
    return standard.with_columns(side.alias("side"))


def outside_limits(points: pl.DataFrame, chart: Chart) -> Found:
    """A point beyond a limit: something particular happened here (Wheeler's rule one)."""
    out = _found(points, (pl.col("away") - pl.col("up") > pl.col("margin")) | _below_limit())
    return Found(out, out)


def _below_limit() -> pl.Expr:
    return -pl.col("away") - pl.col("down") > pl.col("margin")


def range_outside_limit(points: pl.DataFrame, chart: Chart) -> Found:
    """A step from one point to the next too large to be routine (Wheeler's rule one, on the moving ranges)."""
    out = _found(points, pl.col("range_away") > pl.col("range_margin"))
    return Found(out, out)


def run(points: pl.DataFrame, chart: Chart) -> Found:
    """Eight successive points on one side of the centre: the system has moved (Wheeler's rule two)."""
    counted = pl.col("side") != 0
    lasting = pl.when(counted).then("side").forward_fill()
    # A tie takes the side before it in the same stretch, so that it does not end the run; it is never counted.
    first = pl.when("new_stretch").then(pl.int_range(pl.len())).forward_fill()
    last_counted = pl.when(counted).then(pl.int_range(pl.len())).forward_fill()
    held = points.select(
        pl.when(last_counted >= first).then(lasting).alias("held"),
        counted.fill_null(value=False).alias("counted"),
        "new_stretch",
    )
    begins = held.select(pl.col("new_stretch") | pl.col("held").ne_missing(pl.col("held").shift())).to_series()
    place, length = place_and_length(held["counted"], begins)
    needed = chart.run_length or RUN_LENGTH
    return Found(held["counted"] & (place >= needed), held["counted"] & (length >= needed))


def near_limit(points: pl.DataFrame, chart: Chart) -> Found:
    """Three of four successive points beyond halfway to the same limit (Wheeler's rule three)."""
    place = place_and_length(points["known"], points["new_stretch"])[0]
    beyond = {
        "above": pl.col("away") - pl.col("up") / 2 > pl.col("margin"),
        "below": -pl.col("away") - pl.col("down") / 2 > pl.col("margin"),
    }
    hits = points.select(place.alias("place"), *(on.fill_null(value=False).alias(side) for side, on in beyond.items()))
    met = hits.with_columns(((_last_four(side) >= 3) & (pl.col("place") >= 4)).alias(f"met_{side}") for side in beyond)
    ends = [pl.col(f"met_{side}") & (pl.col(side) | (pl.col("place") == 4)) for side in beyond]
    windows = [pl.col(f"met_{side}").shift(-k, fill_value=False) for side in beyond for k in range(4)]
    found = met.select(pl.any_horizontal(ends).alias("completes"), pl.any_horizontal(windows).alias("members"))
    return Found(found["completes"], found["members"])


def _last_four(side: str) -> pl.Expr:
    """How many of a point and the three before it are beyond halfway on one side."""
    return pl.sum_horizontal(pl.col(side).shift(k, fill_value=False).cast(pl.Int8) for k in range(4))


def _found(points: pl.DataFrame, condition: pl.Expr) -> pl.Series:
    return points.select(condition.fill_null(value=False).alias("found")).to_series()


RULES: dict[str, Rule] = {
    "outside_limits": outside_limits,
    "range_outside_limit": range_outside_limit,
    "run": run,
    "near_limit": near_limit,
    "long_run": lambda points, chart: Found(*long_run(points)),
    "few_crossings": lambda points, chart: Found(*few_crossings(points)),
}

RULE_SETS: dict[str, RuleSet] = {
    "wheeler": RuleSet(
        ("outside_limits", "range_outside_limit", "run", "near_limit"),
        "In a system where nothing changes, about one point in 86 still signals, and so does one step in 107; "
        "a chart of 52 points shows a signal among its points in about 27% of cases.",
    ),
    "anhoej": RuleSet(
        ("outside_limits", "long_run", "few_crossings"),
        "In a system where nothing changes, about one chart in twenty still shows too few crossings.",
    ),
}


def find_signals(work: pl.DataFrame, chart: Chart, rules: str) -> pl.DataFrame:
    """Add `signals` (rules each point belongs to a pattern of) and `completes` (rules whose pattern it completes)."""
    points = standardise(work)
    names = RULE_SETS[rules].rules
    found = [RULES[name](points, chart) for name in names]
    # One number a point with a bit a rule, then one look-up: lists are built once a combination, not once a point.
    words = [[name for bit, name in enumerate(names) if number >> bit & 1] for number in range(2 ** len(names))]
    lookup = pl.Series(words, dtype=pl.List(pl.String))

    marks = pl.DataFrame(
        [each.members.alias(f"member_{bit}") for bit, each in enumerate(found)]
        + [each.completes.alias(f"complete_{bit}") for bit, each in enumerate(found)]
    )
    numbers = marks.select(
        pl.sum_horizontal(pl.col(f"{what}_{bit}").cast(pl.UInt32) * 2**bit for bit in range(len(names))).alias(what)
        for what in ("member", "complete")
    )
    return work.with_columns(
        lookup.gather(numbers["member"]).alias("signals"), lookup.gather(numbers["complete"]).alias("completes")
    )
