"""Points on standard output, as JSON or CSV, however many they are; figures at full precision, never not-a-number."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable

import polars as pl

from measures.model.results import Caveat

AT_ONCE = 200_000  # rows turned to text at a time: ten million points pass through a few hundred megabytes
DONE = 0


def print_points(points: pl.DataFrame, caveats: Iterable[Caveat], *, as_json: bool) -> int:
    """Print `{"points": […], "caveats": […]}`, or a table whose caveats go to standard error; the exit code."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        if as_json:
            _print_json(points, caveats)
        else:
            _print_csv(points)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not as_json:
        for caveat in caveats:
            print(caveat.text, file=sys.stderr)
    return DONE


def _finite(points: pl.DataFrame) -> pl.DataFrame:
    figures = [name for name, kind in points.schema.items() if kind.is_float()]
    return points.with_columns(pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in figures)


def _print_json(points: pl.DataFrame, caveats: Iterable[Caveat]) -> None:
    write = sys.stdout.write
    write('{"points": [')
    between = "\n"
    for part in points.iter_slices(AT_ONCE):
        lines = _finite(part).write_ndjson()
        write(between)
        write(lines.rstrip("\n").replace("\n", ",\n"))
        between = ",\n"
    said = [{"code": caveat.code, "text": caveat.text} for caveat in caveats]
    write(f'],\n"caveats": {json.dumps(said, ensure_ascii=False)}}}\n')


def _print_csv(points: pl.DataFrame) -> None:
    sys.stdout.write(",".join(points.columns) + "\n")
    for part in points.iter_slices(AT_ONCE):
        words = pl.col("signals").list.join(" ")
        flat = _finite(part).with_columns(pl.when(words != "").then(words).alias("signals"))
        sys.stdout.write(flat.write_csv(include_header=False))
