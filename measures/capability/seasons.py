"""The season taken out: months of the year, or days of the week, that are higher or lower every time round.

A chart of single values whose Mondays are always busy signals Mondays. Where two full cycles are known, each figure is
divided by the factor of its season, and limits and rules read what is left: is this Monday unusual for a Monday?
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from measures.capability.words import day_numbers, many
from measures.model.results import Caveat

Every = Literal["month", "weekday"]
KINDS = ("run", "xmr", "xmr_log", "mr", "xmr_trended")  # charts of single values; others read counts, or steps of time
FEWEST = 2  # full cycles before factors are offered (design/capability.md, changes)
ROUGH = 5  # cycles under which a new point signals clearly too often, its factor being a guess too (see the tests)
LEAST = 0.1  # a season under a tenth of the average: dividing would make ten of one demand, so it is subtracted instead
NAMED = 3  # series said by name
LENGTH = {"month": 12, "weekday": 7}
CYCLE = {"month": "year", "weekday": "week"}
POINT = {"month": "month", "weekday": "day"}
NAMES = {
    "month": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
              "November", "December"),
    "weekday": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}  # fmt: skip
OWN = ["_at", "_series", "_phase", "_known", "_step", "_season", "_block", "_full", "_mean"]


@dataclass(frozen=True)
class Seasons:
    """Points with the season taken out where it could be.

    Attributes:
        points: the rows given, in their order: `value` without the season, `unadjusted` as it was, `season` (its name),
            `season_factor` and `season_n`; these three are null where the season was left in.
        factors: a row a series and season: `series, season, factor, n, how` ("divided" or "subtracted").
        caveats: `season` says what was done, `season_rough` that factors rest on few cycles, `season_short` that the
            season was left in, and why.
    """

    points: pl.DataFrame
    factors: pl.DataFrame
    caveats: tuple[Caveat, ...]


def without_season(points: pl.DataFrame, every: Every, *, divide_only: bool = False) -> Seasons:
    """What each figure would be if every month, or every day of the week, were like the others.

    A cycle is 12 months, or 7 days, in a row from the first known point of a series and phase, so that a change of level
    between phases is no season. In each cycle whose points are all known a figure is compared with the mean of its
    cycle; a season's factor is the median of that over these cycles, so that one odd June does not make every other June
    look odd, scaled so that factors average 1 (subtracted: 0). A new point moves no factor until its cycle is full. After
    Wheeler, Understanding Variation, on seasonal factors, who takes means.

    Args:
        points: one row a point: `value`, `at` (a date or a day number); optionally `series`, `phase` and `excluded`
            (has no say in the factors). One point a month, or a day, and series.
        every: what the season is: the month of the year, or the day of the week.
        divide_only: leave the season in where it cannot be divided out: a log scale has no place for a difference.

    Raises:
        ValueError: no `at`, or two points of a series in one month or on one day; one sentence.
    """
    if "at" not in points.columns:
        raise ValueError(f"a season by {every} needs to know when each point was; add a column 'at' of dates")
    work = _in_cycles(points, every)
    factors = _factors(work, every, divide_only)
    taken = factors.filter(pl.col("_how").is_not_null())
    joined = work.join(taken, on=["_series", "_season"], how="left", maintain_order="left")
    value, factor = pl.col("value"), pl.col("_factor")
    left = pl.when(pl.col("_how") == "divided").then(value / factor).when(factor.is_not_null()).then(value - factor)
    names = pl.col("_season").replace_strict(dict(enumerate(NAMES[every])), return_dtype=pl.String)
    told = joined.with_columns(
        unadjusted=value, value=left.otherwise(value), season_factor=factor, season_n="_n",
        season=pl.when(factor.is_not_null()).then(names),
    ).drop(*OWN, "_factor", "_n", "_how", "_cycles")  # fmt: skip
    shown = taken.sort("_series", "_season").select(
        series="_series", season=names, factor="_factor", n="_n", how="_how"
    )
    return Seasons(told, shown, (*_left_in(factors, every), *_said(shown, every)))


def _in_cycles(points: pl.DataFrame, every: Every) -> pl.DataFrame:
    """Each point with its season, its cycle, and whether all of the cycle is known."""
    has = points.columns
    days = day_numbers(points["at"]).cast(pl.Int32).cast(pl.Date)
    work = points.with_columns(
        _at=days,
        _series=pl.col("series").cast(pl.String).fill_null("") if "series" in has else pl.lit(""),
        _phase=pl.col("phase").cast(pl.String).fill_null("") if "phase" in has else pl.lit(""),
        value=pl.col("value").cast(pl.Float64).fill_nan(None),
    )
    day, out = pl.col("_at").dt, pl.col("excluded").fill_null(value=False) if "excluded" in has else pl.lit(value=False)
    months = day.year().cast(pl.Int64) * 12 + day.month().cast(pl.Int64) - 1
    work = work.with_columns(
        _known=pl.col("value").is_not_null() & pl.col("_at").is_not_null() & ~out,
        _step=months if every == "month" else pl.col("_at").cast(pl.Int64),
        _season=(day.month() if every == "month" else day.weekday()).cast(pl.Int64) - 1,
    )
    twice = work.filter(pl.col("_step").is_not_null() & pl.struct("_series", "_step").is_duplicated())
    if twice.height:
        first = twice.sort("_at")["_at"][0]
        when = f"on {first.isoformat()}" if every == "weekday" else f"in {first.strftime('%B %Y')}"
        raise ValueError(f"there are two points {when}; a season by {every} needs one point a {POINT[every]}")
    group, length = ["_series", "_phase"], LENGTH[every]
    began = pl.when("_known").then("_step").min().over(group)
    work = work.with_columns(_block=(pl.col("_step") - began) // length)
    known = pl.col("_known")
    return work.with_columns(
        _full=known & (known.sum().over([*group, "_block"]) == length),
        _mean=pl.when(known).then("value").mean().over([*group, "_block"]),
    )


def _factors(work: pl.DataFrame, every: Every, divide_only: bool) -> pl.DataFrame:
    """A row a series and season: `_series, _season, _factor, _n, _how` and `_cycles`; `_how` is null where it stays in."""
    whole = work.filter("_full").with_columns(
        _ratio=pl.col("value") / pl.col("_mean"), _difference=pl.col("value") - pl.col("_mean")
    )
    found = whole.group_by("_series", "_season").agg(
        pl.col("_ratio", "_difference").median(), _n=pl.len().cast(pl.Int64), _least_mean=pl.col("_mean").min()
    )
    found = found.with_columns(
        _ratio=pl.col("_ratio") / pl.col("_ratio").mean().over("_series"),
        _difference=pl.col("_difference") - pl.col("_difference").mean().over("_series"),
    )
    least = work.filter("_known").group_by("_series").agg(_least=pl.col("value").min())
    found = least.join(found, on="_series", how="left")
    divides = (
        (pl.col("_least") >= 0) & (pl.col("_least_mean").min() > 0) & (pl.col("_ratio").min() >= LEAST)
    ).over("_series")  # fmt: skip
    cycles = pl.col("_n").fill_null(0)
    found = found.with_columns(
        _cycles=cycles,
        _how=pl.when((cycles >= FEWEST) & divides)
        .then(pl.lit("divided"))
        .when((cycles >= FEWEST) & (not divide_only))
        .then(pl.lit("subtracted")),
    )
    factor = pl.when(pl.col("_how") == "divided").then("_ratio").otherwise("_difference")
    return found.select("_series", "_season", "_n", "_how", "_cycles", _factor=factor)


def _left_in(factors: pl.DataFrame, every: Every) -> list[Caveat]:
    """Where the season was left in: how many full cycles there are, or that a log scale needs a season to divide by."""
    cycle, point = CYCLE[every], POINT[every]
    left = factors.filter(pl.col("_how").is_null()).group_by("_series").agg(pl.col("_cycles").max()).sort("_series")
    if left.is_empty():
        return []
    names = [name for name in left["_series"] if name]
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    of = f" of {', '.join(names[:NAMED])}{more}" if factors["_series"].n_unique() > 1 else ""
    most = int(left["_cycles"].max())  # type: ignore[arg-type]
    if most >= FEWEST:
        text = f"The season{of} is left in: some {point}s have almost nothing, and a log scale cannot divide by that."
    else:
        text = (
            f"The season{of} is left in: taking it out needs {FEWEST} full {cycle}s of {point}s that are known, "
            f"and there {'is 1' if most == 1 else 'are none'}."
        )
    return [Caveat("season_short", text)]


def _said(factors: pl.DataFrame, every: Every) -> list[Caveat]:
    """What was done: how, from how many cycles, and how far the factors lie apart."""
    if factors.is_empty():
        return []
    cycle, fewest = CYCLE[every], int(factors["n"].min())  # type: ignore[arg-type]
    done = "divided by" if (factors["how"] == "divided").all() else "reduced by"
    if factors["series"].n_unique() > 1:
        apart = "each series has factors of its own"
    else:
        low, high = (factors.sort("factor").row(place, named=True) for place in (0, -1))
        apart = f"from {low['factor']:.2f} for {low['season']} to {high['factor']:.2f} for {high['season']}"
    noun = "day of the week" if every == "weekday" else "month"
    said = [
        Caveat(
            "season",
            f"The season is taken out: each figure is {done} the factor of its {noun} ({apart}; "
            f"{many(fewest, f'full {cycle}')}).",
        )
    ]
    if fewest < ROUGH:
        text = (
            f"Each factor of the season rests on {fewest} points only, so factors and limits are rough, and points newer "
            f"than these {cycle}s signal by chance more often than on other charts."
        )
        said.append(Caveat("season_rough", text))
    return said
