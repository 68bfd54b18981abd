"""Limits and signals of many series at once, and of one long one, beside a plain loop and established packages.

python benchmarks/limits.py [--series 1000] [--points 52] [--long 1000000] [--runs 5] [--peers PYTHON]

The loop is what somebody would write first: one series at a time, one point at a time, for an xmr chart with Wheeler's
rules. Both must place the same limits and find the same signals before either is timed. Every other rule set is timed on
the same points. `--peers` names a Python with statprocon, capstat-core, qikit (clinical-qikit) and pycontrolcharts; each
runs in a process of its own, on the same values, and must place the same limits; one that is absent is said to be.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
from itertools import pairwise
from typing import Any

import machine
import polars as pl
from machine import ratio, table, timed

LIMIT, RANGE_LIMIT = 2.66, 3.267  # Wheeler 2000, Understanding Variation
RUN, NEAR, OF = 8, 3, 4
SEED = 20140301
PEERS = {"statprocon": False, "capstat-core": False, "qikit": True, "pycontrolcharts": False}  # screens moving ranges
MOST = 600  # seconds a peer may take


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


def rule_sets(rows: pl.DataFrame, runs: int) -> list[tuple[str, float, float]]:
    """Wall and CPU seconds with each rule set."""
    from measures.capability import RULE_SETS, Chart, limits

    timings = {name: timed(lambda name=name: limits(rows, Chart(rules=name)).points, runs) for name in RULE_SETS}
    return [(name, took.wall, took.cpu) for name, took in timings.items()]


def peer(python: str, name: str, rows: pl.DataFrame, count: int, length: int, runs: int) -> float | str:
    """Seconds that a package takes over the same series in its own process, or why there are none."""
    from measures.capability import Chart, limits

    script = machine.ROOT / "benchmarks" / "limits_peers.py"
    asked = [python, str(script), name, str(count), str(length), str(runs)]
    try:
        done = subprocess.run(
            asked, input=rows["value"].to_numpy().tobytes(), capture_output=True, timeout=MOST, check=False
        )
    except subprocess.TimeoutExpired:
        return f"over {MOST} s"
    except FileNotFoundError:
        return f"absent: no Python at {python}"
    if done.returncode:
        return f"failed: {done.stderr.decode(errors='replace').strip().splitlines()[-1]}"
    found = json.loads(done.stdout)
    if "absent" in found:
        return f"absent: {found['absent']}"
    ours = limits(rows[:length], Chart(screening=PEERS[name])).points.row(0, named=True)
    centre, lower, upper = found["limits"]
    width = 0.0006 * (ours["upper"] - ours["centre"])  # packages take 2.66 or 3 ÷ 1.128
    for what, theirs in (("centre", centre), ("lower", lower), ("upper", upper)):
        if abs(ours[what] - theirs) > width:
            return f"differs: {what} {theirs:.6f}, ours {ours[what]:.6f}"
    return statistics.median(found["seconds"])


def beside_peers(python: str, cases: list[tuple[str, pl.DataFrame, int, int, float]], runs: int) -> None:
    """Print what each package takes, and how many times ours that is."""
    for what, rows, count, length, wall in cases:
        took = {name: peer(python, name, rows, count, length, 1 if length > 10_000 else runs) for name in PEERS}
        lines = [("ours", wall, "")]
        for name, seconds in took.items():
            timed_out = not isinstance(seconds, float)
            lines.append((name, seconds, "" if timed_out else f"{seconds / wall:,.0f} times ours"))
        table((what, "seconds", ""), lines)
        known = {name: seconds for name, seconds in took.items() if isinstance(seconds, float)}
        if known:
            fastest = min(known, key=known.__getitem__)
            print(f"Fastest of the packages: {fastest}, {known[fastest] / wall:,.1f} times ours.\n")


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--series", type=int, default=1000, help="how many series")
    parser.add_argument("--points", type=int, default=52, help="points of each")
    parser.add_argument("--long", type=int, default=1_000_000, help="points of the one long series")
    parser.add_argument("--runs", type=int, default=5, help="runs of which the median counts")
    parser.add_argument("--peers", metavar="PYTHON", help="a Python in which other packages are installed")
    given = parser.parse_args()
    machine.describe("polars", "numpy")
    cases, rows, sets = [], [], {}
    for what, count, length in (
        (f"{given.series:,} series of {given.points} points", given.series, given.points),
        (f"one series of {given.long:,} points", 1, given.long),
    ):
        frame = points(count, length)
        ours, plain = compare(frame, given.runs)
        memory = f"{ours.peak / machine.MEGABYTE:,.0f} MB"
        rows.append((what, ours.wall, plain.wall, ratio(ours.wall, plain.wall), ours.cpu, memory))
        cases.append((what, frame, count, length, ours.wall))
        sets[what] = rule_sets(frame, given.runs)
    table(("xmr limits and Wheeler's rules", "ours", "plain loop", "ratio", "ours, CPU s", "peak memory"), rows)
    for what, timings in sets.items():
        table((f"ours by rule set: {what}", "seconds", "CPU s"), timings)
    if given.peers:
        beside_peers(given.peers, cases, given.runs)
    else:
        print("Other packages were not asked; name a Python that holds them with --peers.\n")
    print(machine.load_now())


if __name__ == "__main__":
    main()
