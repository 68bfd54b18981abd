"""Every measure over a store of ten million events, beside DuckDB's SQL and pandas on the same Parquet parts, in one run.

python benchmarks/read_measures.py [--events 10000000] [--folder FOLDER] [--only MEASURE …] [--runs 5] [--without-pandas]

The folder keeps the store, so that a second run need not load it again. How to read the tables: docs/reference/speed.md.
No answer is cached anywhere: each reading is computed from files. Before anything is timed the three must give equal
figures; where they do not, the benchmark stops.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb_measures
import machine
import pandas_measures
import polars as pl
from duckdb_measures import Raw
from machine import MEGABYTE, Took, in_child, ratio, table, timed

EVENTS = 10_000_000
PULLED = 10_000  # rows of a small pull
SAME = 1e-9
KEYS = ("start", "band", "front_door")


def load(url: str, events: int) -> Took:
    """The fictional town, as `python -m connectors demo --events` loads it."""
    from connectors import demo
    from connectors.store import open_store
    from measures.model.principal import LOCAL

    store = open_store(url)
    took = timed(lambda: demo.load(store, LOCAL, events=events))
    return Took(took.walls, took.cpus, took.peak, sum(report.accepted for report in took.result))


def pull(url: str, rows: int, number: int) -> Took:
    """A small import of new demands of people who asked before, by the way of every file."""
    from connectors.demo.loading import MAPPINGS, SOURCE
    from connectors.demo.town import EXTRACTED
    from connectors.intake import import_file
    from connectors.mapping import load as load_mapping
    from connectors.store import open_store
    from measures.model.principal import LOCAL

    store = open_store(url)
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "pull.csv"
        again = (pl.int_range(rows, eager=True) * 7919 + number) % 9_000
        pl.DataFrame({"again": again, "row": range(rows)}).select(
            demand_id=pl.format("PULL{}-{}", pl.lit(number), "row"),
            person=pl.format("000-P{}", pl.col("again").cast(pl.String).str.zfill(6)),
            household=pl.lit(None, pl.String),
            need_id=pl.format("PULL{}-{}", pl.lit(number), pl.col("row") // 3),
            issue=pl.lit("debt"),
            received=pl.lit("2025-12-22 ") + (9 + pl.col("row") % 8).cast(pl.String).str.zfill(2) + ":15",
            agency=pl.lit("Fenside Homes"), service=pl.lit("housing"), front_door=pl.lit("Rent line, Castle"),
            channel=pl.lit("phone"), place=pl.lit("Castle"), made_by=pl.lit("self"), presented_as=pl.lit("rent arrears"),
            verbatim=pl.lit("I rang last week"), contact_key=pl.lit(None, pl.String),
        ).write_csv(file)  # fmt: skip
        mapping = load_mapping(MAPPINGS / "demands.toml")
        took = timed(lambda: import_file(store, LOCAL, file, mapping, extracted_at=EXTRACTED))
    report = took.result
    assert (report.source, report.accepted) == (SOURCE, rows), f"the pull was to bring {rows} rows: {report}"
    return Took(took.walls, took.cpus, took.peak)


def given(url: str) -> Raw:
    """The parts and the sources, as the peers get them."""
    from connectors.store import open_store
    from connectors.store.parts import path_of
    from measures.model.principal import LOCAL

    records = open_store(url).records(LOCAL)
    assert records.scan("outcome").collect().is_empty(), "the peers do not know people's own answers"
    parts = {
        frame: [str(path_of(records.folder, part, records._again)) for part in parts]
        for frame, parts in records.snapshot.parts.items()
    }
    return Raw(parts, records.scan("sources").collect())


def clear(url: str) -> None:
    """Delete everything that was kept of earlier readings."""
    from connectors.store import open_store

    shutil.rmtree(open_store(url).home / "kept", ignore_errors=True)


def ours(url: str, measure: str) -> Callable[[], pl.DataFrame]:
    """The measure as pages and the command line read it, limits, sentence and caveats included."""
    from connectors.store import open_store
    from measures.model.principal import LOCAL
    from measures.reading import Request, read

    store = open_store(url)

    def work() -> pl.DataFrame:
        return compared(measure, read(store.records(LOCAL), Request(measure), LOCAL).table)

    return work


def compared(measure: str, rows: pl.DataFrame) -> pl.DataFrame:
    """What the three must agree on, with the peers' names."""
    if measure == "age_of_open":
        counted = rows.with_row_index("band").select("band", "n", "people")
        return counted.filter(pl.col("n") > 0)
    if measure == "demand_by_front_door":
        return rows.select("front_door", "n", "people")
    counts = ["numerator", "n", "people", "people_in"]
    own = ["open", "value"] if measure == "end_to_end_time" else ["unknown"]
    if measure not in ("failure_demand", "value_demand", "end_to_end_time"):
        own.append("denominator")
    return rows.select(pl.col("period_start").cast(pl.Int32).alias("start"), *counts, *own)


def check_equal(measure: str, mine: pl.DataFrame, theirs: pl.DataFrame, who: str) -> None:
    """Stop unless both give the same figures; weeks in which nobody asked are in our tables only."""
    key = next(name for name in KEYS if name in mine.columns)
    shape = {name: pl.String if name == "front_door" else pl.Float64 for name in mine.columns}
    left, right = (
        rows.select(pl.col(name).cast(dtype) for name, dtype in shape.items())
        .with_columns(pl.col(name).fill_null(0) for name in shape if name not in ("front_door", "value"))
        .filter(pl.col("n") > 0)
        .sort(key)
        for rows in (mine, theirs)
    )
    if left.height != right.height or not left[key].equals(right[key]):
        raise SystemExit(f"{measure}: we have {left.height} rows and {who} {right.height}; nothing was timed.")
    for name, dtype in shape.items():
        if dtype == pl.Float64:
            off = (left[name] - right[name]).abs().max() or 0.0
            if off > SAME * max(1.0, left[name].abs().max() or 0.0) or left[name].null_count() != right[name].null_count():
                raise SystemExit(f"{measure}: {name} differs from {who} by up to {off}; nothing was timed.")


def first_and_warm(make: Callable[[], Callable[[], pl.DataFrame]], runs: int) -> tuple[Took, Took | None]:
    """The first reading of a process, then the median of further ones."""
    work = make()
    first = timed(work)
    return first, timed(work, runs) if runs else None


def cold_then_warm(url: str, measure: str, runs: int, keep: bool) -> tuple[Took, Took | None]:
    """Ours: the first reading with nothing kept (or after an import), then warm ones."""
    if not keep:
        clear(url)
    return first_and_warm(partial(ours, url, measure), runs)


def of_duckdb(raw: Raw, measure: str, runs: int) -> tuple[Took, Took | None]:
    """DuckDB: on a new connection, then again on the same one."""
    return first_and_warm(partial(duckdb_measures.reader, raw, measure), runs)


def of_pandas(raw: Raw, measure: str) -> tuple[Took, Took | None]:
    """pandas: once; it keeps nothing from one time to the next."""
    return first_and_warm(partial(pandas_measures.reader, raw, measure), 0)


def main() -> None:
    """Load where needed, compare, time, print."""
    from measures.catalogue import MEASURES

    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--events", type=int, default=EVENTS, help="demands and activities in the store")
    parser.add_argument("--folder", type=Path, help="where the store is or shall be; default a temporary folder")
    parser.add_argument("--only", nargs="+", choices=list(MEASURES), metavar="MEASURE", help="only these measures")
    parser.add_argument("--runs", type=int, default=5, help="warm readings, of which the median counts")
    parser.add_argument("--without-pandas", action="store_true", help="leave out the slowest, which also needs most memory")
    given_arguments = parser.parse_args()
    machine.describe("polars", "duckdb", "pandas")
    if given_arguments.folder:
        given_arguments.folder.mkdir(parents=True, exist_ok=True)
        return compare(given_arguments.folder, given_arguments, given_arguments.only or list(MEASURES))
    with tempfile.TemporaryDirectory() as name:
        return compare(Path(name), given_arguments, given_arguments.only or list(MEASURES))


def compare(folder: Path, arguments: Any, names: list[str]) -> None:
    """The run itself, on the store of this folder."""
    url = f"sqlite:///{folder.absolute() / 'store.db'}"
    if not (folder / "store.db").exists():
        loading = in_child(load, url, arguments.events)
        table(("loading the store", "records", "seconds", "records a second", "CPU s", "peak memory"), [
            ("", loading.result, loading.wall, round(loading.result / loading.wall), loading.cpu, _memory(loading)),
        ])  # fmt: skip
    raw = in_child(given, url)
    lines, spent, kept = [], {}, {}
    for name in names:
        mine = in_child(cold_then_warm, url, name, arguments.runs, False)
        duck = in_child(of_duckdb, raw, name, arguments.runs)
        check_equal(name, mine[0].result, duck[0].result, "DuckDB")
        panda = None if arguments.without_pandas else in_child(of_pandas, raw, name)[0]
        if panda:
            check_equal(name, mine[0].result, panda.result, "pandas")
        spent[name], kept[name] = (mine, duck, panda), mine
        lines.append((
            name, mine[0].wall, duck[0].wall, ratio(mine[0].wall, duck[0].wall), mine[1].wall, duck[1].wall,
            ratio(mine[1].wall, duck[1].wall), panda and panda.wall, panda and ratio(mine[0].wall, panda.wall),
        ))  # fmt: skip
        print(f"{name}: equal to DuckDB{' and pandas' if panda else ''}", flush=True)
    print("\nSeconds by the clock. Cold: nothing kept of earlier readings, needs included. Warm: parts and needs on disk, no "
          f"cached answer, median of {arguments.runs}.")  # fmt: skip
    table(("measure", "ours cold", "DuckDB cold", "ratio", "ours warm", "DuckDB warm", "ratio", "pandas", "cold to pandas"),
          lines)  # fmt: skip
    print("CPU seconds of the same readings, and the most memory each process held.")
    table(("measure", "ours cold", "DuckDB cold", "ours warm", "DuckDB warm", "pandas", "ours peak", "DuckDB peak", "pandas peak"), [
        (name, mine[0].cpu, duck[0].cpu, mine[1].cpu, duck[1].cpu, panda and panda.cpu, _memory(mine[0]), _memory(duck[0]),
         panda and _memory(panda)) for name, (mine, duck, panda) in spent.items()
    ])  # fmt: skip
    after_a_pull(url, names)
    print(machine.load_now())


def after_a_pull(url: str, names: list[str]) -> None:
    """A small import into the large store, and the first reading after it: only needs of people it touched are rebuilt."""
    from connectors.store import open_store
    from measures.model.principal import LOCAL

    for name in names:  # everything is kept as of before the pull
        ours(url, name)()
    number = open_store(url).data_version(LOCAL).import_id + 1
    pulled = in_child(pull, url, PULLED, number)
    lines = [(f"import of {PULLED:,} rows", pulled.wall, pulled.cpu, _memory(pulled))]
    order = sorted(names, key=lambda name: name != "end_to_end_time")  # the first reading rebuilds, the others find it done
    for name in order:
        first, _ = in_child(cold_then_warm, url, name, 0, True)
        lines.append((f"then, first reading of {name}", first.wall, first.cpu, _memory(first)))
    table(("after a small import", "seconds", "CPU s", "peak memory"), lines)


def _memory(took: Took) -> str:
    return f"{took.peak / MEGABYTE:,.0f} MB"


if __name__ == "__main__":
    main()
