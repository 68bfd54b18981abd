"""Limits and signals of many series at once, and of one long one, beside a plain loop over the points.

python benchmarks/limits.py [--series 1000] [--points 52] [--long 1000000] [--runs 5]

The loop is what somebody would write first: one series at a time, one point at a time, for an xmr chart with Wheeler's
rules. Both must place the same limits and find the same signals before either is timed.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from typing import Any

import machine
import polars as pl
from machine import ratio, table, timed

LIMIT, RANGE_LIMIT = 2.66, 3.267  # Wheeler 2000, Understanding Variation
RUN, NEAR, OF = 8, 3, 4
SEED = 20140301


def loop(series: dict[str, list[float]]) -> dict[str, tuple[float, float, float, list[set[str]]]]:
    """Centre, lower, upper and the signals of each point, one series after another."""
    told = {}
    for name, values in series.items():
        ranges = [abs(after - before) for before, after in pairwise(values)]
        mean, range_mean = sum(values) / len(values), sum(ranges) / len(ranges)
        screened = [each for each in ranges if each <= RANGE_LIMIT * range_mean]
        kept = sum(screened) / len(screened)
        lower, upper = mean - LIMIT * kept, mean + LIMIT * kept
        told[name] = (mean, lower, upper, _signals(values, mean, lower, upper))
    return told


def _signals(values: list[float], mean: float, lower: float, upper: float) -> list[set[str]]:
    found: list[set[str]] = [set() for _ in values]
    side_before, length, nearer = 0, 0, []
    for at, value in enumerate(values):
        if value < lower or value > upper:
            found[at].add("outside_limits")
        side = (value > mean) - (value < mean)
        length = length + 1 if side == side_before and side else abs(side)
        side_before = side
        if length >= RUN:
            for back in range(at - length + 1 if length == RUN else at, at + 1):
                found[back].add("run")
        near = 1 if value > (mean + upper) / 2 else -1 if value < (mean + lower) / 2 else 0
        nearer.append(near)
        window = nearer[-OF:]
        if len(window) == OF and max(window.count(1), window.count(-1)) >= NEAR:
            for back in range(at - OF + 1, at + 1):
                found[back].add("near_limit")
    return found


def points(count: int, length: int) -> pl.DataFrame:
    """Series of independent normal points, the same every time."""
    import numpy as np

    drawn = np.random.default_rng(SEED).normal(100.0, 15.0, count * length)
    at = pl.int_range(count * length, eager=True)
    return pl.DataFrame({"series": at // length, "at": at % length, "value": drawn}).select(
        pl.format("{}", "series").alias("series"), pl.col("at").cast(pl.Int32), "value"
    )


def compare(rows: pl.DataFrame, runs: int) -> tuple[Any, Any]:
    """Ours and the loop on the same series; stops where they differ."""
    from measures.capability import Chart, limits

    series = {key[0]: part["value"].to_list() for key, part in rows.partition_by("series", as_dict=True).items()}
    ours, plain = timed(lambda: limits(rows, Chart()).points, runs), timed(lambda: loop(series), 1)
    mine = ours.result.group_by("series").agg(pl.col("centre", "lower", "upper").first(), "signals")
    differing = 0
    for name, centre, lower, upper, signals in mine.iter_rows():
        by_loop = plain.result[name]
        for got, expected in zip((centre, lower, upper), by_loop[:3], strict=True):
            if abs(got - expected) > 1e-6:
                raise SystemExit(f"series {name}: a limit is {got} and by the loop {expected}; nothing was timed.")
        mine_signals = [set(each) - {"range_outside_limit"} for each in signals]
        differing += sum(a != b for a, b in zip(mine_signals, by_loop[3], strict=True))
    if differing:
        raise SystemExit(f"{differing} of {rows.height} points have other signals than by the loop; nothing was timed.")
    return ours, plain


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--series", type=int, default=1000, help="how many series")
    parser.add_argument("--points", type=int, default=52, help="points of each")
    parser.add_argument("--long", type=int, default=1_000_000, help="points of the one long series")
    parser.add_argument("--runs", type=int, default=5, help="runs of which the median counts")
    given = parser.parse_args()
    machine.describe("polars")
    rows = []
    for what, count, length in (
        (f"{given.series:,} series of {given.points} points", given.series, given.points),
        (f"one series of {given.long:,} points", 1, given.long),
    ):
        ours, plain = compare(points(count, length), given.runs)
        rows.append(
            (
                what,
                ours.wall,
                plain.wall,
                ratio(ours.wall, plain.wall),
                ours.cpu,
                f"{ours.peak / machine.MEGABYTE:,.0f} MB",
            )
        )
    table(("xmr limits and Wheeler's rules", "ours", "plain loop", "ratio", "ours, CPU s", "peak memory"), rows)
    print(machine.load_now())


if __name__ == "__main__":
    main()
