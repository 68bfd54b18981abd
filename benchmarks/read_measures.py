"""Every measure over a store of ten million events, beside DuckDB's SQL and pandas on the same Parquet parts, in one run.

python benchmarks/read_measures.py [--events 10000000] [--folder FOLDER] [--only MEASURE …] [--runs 5] [--without-pandas]
    [--without-cold]

The folder keeps the store, so that a second run need not load it again. How to read the tables: docs/reference/speed.md.
No answer is cached anywhere: each reading is computed from files. Before anything is timed all must give equal figures;
where they do not, the benchmark stops. pandas is asked for the first ten measures only.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb_measures
import duckdb_people
import machine
import pandas_measures
import people_asked
import polars as pl
from duckdb_measures import Raw
from machine import MEGABYTE, Took, in_child, ratio, table, timed, together

EVENTS = 10_000_000
PULLED = 10_000  # rows of a small pull
SAME = 1e-9
LONG = 10.0  # seconds after which a peer is not asked so many times
TURNS = 3  # cold readings of each, by turns, of those that do not take long: one alone may meet a busy second
KEYS = ("start", "band", "front_door", "key")
TEXT = ("front_door", "key")
QUERIES = {**duckdb_measures.QUERIES, **duckdb_people.QUERIES}


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
    from measures.model.records import FRAMES

    records = open_store(url).records(LOCAL)
    for frame in ("unit_costs", "price_index"):
        assert records.scan(frame).collect().is_empty(), f"the peers do not know {frame}"
    parts = {
        frame: [str(path_of(records.folder, part, records._again)) for part in parts]
        for frame, parts in records.snapshot.parts.items()
    }
    rest = {name: records.scan(name).collect() for name in (*FRAMES, "change", "outcome", "want") if name not in parts}
    return Raw(parts, records.scan("sources").collect(), rest)


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
    """What all must agree on, with the peers' names."""
    from measures.catalogue import MEASURES

    if measure == "age_of_open":
        counted = rows.with_row_index("band").select("band", "n", "people")
        return counted.filter(pl.col("n") > 0)
    if measure == "demand_by_front_door":
        return rows.select("front_door", "n", "people")
    if "period_start" not in rows.columns:  # a difference of two groups counts nobody
        counted = rows.filter(pl.col("people").is_not_null())
        return counted.rename({counted.columns[1]: "key"}).select("key", "value", "n", "people")
    kind = MEASURES[measure].kind
    own = {"duration": ["open", "value"], "count": []}.get(kind, ["denominator"])
    counts = ["numerator", "n", "people", "people_in", "unknown"]
    return rows.select(pl.col("period_start").cast(pl.Int32).alias("start"), *counts, *own)


def check_equal(measure: str, mine: pl.DataFrame, theirs: pl.DataFrame, who: str) -> None:
    """Stop unless both give the same figures, as far as both have them; weeks in which nobody asked are in our tables only."""
    key = next(name for name in KEYS if name in mine.columns)
    shape = {name: pl.String if name in TEXT else pl.Float64 for name in mine.columns if name in theirs.columns}
    left, right = (
        rows.select(pl.col(name).cast(dtype) for name, dtype in shape.items())
        .with_columns(pl.col(name).fill_null(0) for name in shape if name not in (*TEXT, "value"))
        .filter((pl.col("n") > 0) & (pl.col("value") > 0 if key == "key" else pl.lit(True)))  # a class may hold nobody
        .sort(key)
        for rows in (mine, theirs)
    )
    if left.height != right.height or not left[key].equals(right[key]):
        raise SystemExit(f"{measure}: we have {left.height} rows and {who} {right.height}; nothing was timed.")
    for name, dtype in shape.items():
        if dtype == pl.Float64:
            off = (left[name] - right[name]).abs().max() or 0.0
            if (
                off > SAME * max(1.0, left[name].abs().max() or 0.0)
                or left[name].null_count() != right[name].null_count()
            ):
                raise SystemExit(f"{measure}: {name} differs from {who} by up to {off}; nothing was timed.")


def our_first(url: str, measure: str, keep: bool) -> Took:
    """Ours, the first reading of a process: with nothing kept of earlier readings, or with what an import left."""
    if not keep:
        clear(url)
    return timed(ours(url, measure))


def our_warm(url: str, measure: str, runs: int) -> Took:
    """Ours, further readings of a process: parts and needs on disk, no answer kept."""
    work = ours(url, measure)
    work()
    return timed(work, runs)


def of_duckdb(raw: Raw, measure: str, runs: int) -> tuple[Took, Took]:
    """DuckDB: on a new connection, then again on the same one; once only where it takes long."""
    work = duckdb_measures.reader(raw, QUERIES[measure])
    first = timed(work)
    return first, timed(work, runs if first.wall < LONG else 1)


def by_turns(url: str, raw: Raw, measure: str, arguments: Any) -> tuple[Took, tuple[Took, Took]]:
    """Ours and DuckDB's first readings, each in a process of its own; several of each where they are short."""
    mine: list[Took] = []
    theirs: list[tuple[Took, Took]] = []
    while not mine or (len(mine) < TURNS and max(mine[0].wall, theirs[0][0].wall) < LONG):
        mine.append(in_child(our_first, url, measure, arguments.without_cold))
        theirs.append(in_child(of_duckdb, raw, measure, arguments.runs))
    first, later = zip(*theirs, strict=True)
    return together(mine), (together(first), together(later))


def of_pandas(raw: Raw, measure: str) -> Took:
    """pandas: once; it keeps nothing from one time to the next."""
    return timed(pandas_measures.reader(raw, measure))


def main() -> None:
    """Load where needed, compare, time, print."""
    from measures.catalogue import MEASURES

    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--events", type=int, default=EVENTS, help="demands and activities in the store")
    parser.add_argument("--folder", type=Path, help="where the store is or shall be; default a temporary folder")
    parser.add_argument("--only", nargs="+", choices=list(MEASURES), metavar="MEASURE", help="only these measures")
    parser.add_argument("--runs", type=int, default=5, help="warm readings, of which the median counts")
    parser.add_argument(
        "--without-cold", action="store_true", help="only warm readings: cold ones build everything each time"
    )
    parser.add_argument(
        "--without-pandas", action="store_true", help="leave out the slowest, which also needs most memory"
    )
    asked = parser.parse_args()
    machine.describe("polars", "duckdb", "pandas")
    if asked.folder:
        asked.folder.mkdir(parents=True, exist_ok=True)
        return compare(asked.folder, asked, asked.only or list(MEASURES))
    with tempfile.TemporaryDirectory() as name:
        return compare(Path(name), asked, asked.only or list(MEASURES))


def compare(folder: Path, arguments: Any, names: list[str]) -> None:
    """The run itself, on the store of this folder."""
    url = f"sqlite:///{folder.absolute() / 'store.db'}"
    if not (folder / "store.db").exists():
        loading = in_child(load, url, arguments.events)
        table(("loading the store", "records", "seconds", "records a second", "CPU s", "peak memory"), [
            ("", loading.result, loading.wall, round(loading.result / loading.wall), loading.cpu, _memory(loading)),
        ])  # fmt: skip
    in_child(people_asked.load, url)
    raw = in_child(given, url)
    if arguments.without_cold:
        in_child(our_first, url, "end_to_end_time", True)  # needs are kept
    cold, duck, panda = {}, {}, {}
    for name in names:
        cold[name], duck[name] = by_turns(url, raw, name, arguments)
        check_equal(name, cold[name].result, duck[name][0].result, "DuckDB")
        if name in pandas_measures.READERS and not arguments.without_pandas:
            panda[name] = in_child(of_pandas, raw, name)
            check_equal(name, cold[name].result, panda[name].result, "pandas")
        held = f"{cold[name].result.height} rows" if cold[name].result.height else "nothing in this store"
        print(f"{name}: {held}, equal to DuckDB{' and pandas' if name in panda else ''}", flush=True)
        if arguments.without_cold:
            print(f"    DuckDB again {duck[name][1].wall:.2f} s, CPU {duck[name][1].cpu:.2f} s", flush=True)
    if arguments.without_cold:
        warm = {name: in_child(our_warm, url, name, arguments.runs) for name in names}
        _warm_table(names, warm, duck, arguments.runs)
        return print(machine.load_now())
    clear(url)
    building = in_child(our_first, url, "end_to_end_time", True)
    warm = {name: in_child(our_warm, url, name, arguments.runs) for name in names}
    print("\nSeconds by the clock. Cold: nothing kept of earlier readings, median "
          f"of {TURNS} where it is short. Warm: parts and needs on disk, no answer kept, median "
          f"of {arguments.runs}. A ratio below 1 means that ours is ahead.")  # fmt: skip
    heads = (
        "measure",
        "ours cold",
        "DuckDB cold",
        "ratio",
        "ours warm",
        "DuckDB warm",
        "ratio",
        "pandas",
        "cold to pandas",
    )
    for what in ("wall", "cpu"):
        if what == "cpu":
            print("CPU seconds of the same readings.")
        table(heads, [
            (name, getattr(cold[name], what), *_against(getattr(cold[name], what), duck.get(name, (None, None))[0], what),
             getattr(warm[name], what), *_against(getattr(warm[name], what), duck.get(name, (None, None))[1], what),
             *_against(getattr(cold[name], what), panda.get(name), what))
            for name in names
        ])  # fmt: skip
    print("The most memory each process held.")
    table(("measure", "ours cold", "ours warm", "DuckDB", "pandas"), [
        (name, _memory(cold[name]), _memory(warm[name]), _memory(duck[name][1]) if name in duck else None,
         _memory(panda[name]) if name in panda else None)
        for name in names
    ])  # fmt: skip
    table(("needs of everybody, built anew", "seconds", "CPU s", "peak memory"), [
        ("with the reading of end_to_end_time", building.wall, building.cpu, _memory(building)),
    ])  # fmt: skip
    after_a_pull(url, names)
    print(machine.load_now())


def _warm_table(names: list[str], warm: dict[str, Took], duck: dict[str, tuple[Took, Took]], runs: int) -> None:
    print(
        f"\nWarm: parts and needs on disk, no answer kept, median of {runs}. A ratio below 1 means that ours is ahead."
    )
    table(("measure", "ours", "DuckDB", "ratio", "ours, CPU s", "DuckDB, CPU s", "ratio", "ours, memory", "DuckDB, memory"), [
        (name, warm[name].wall, *_against(warm[name].wall, later, "wall"), warm[name].cpu, *_against(warm[name].cpu, later, "cpu"),
         _memory(warm[name]), None if later is None else _memory(later))
        for name in names for later in [duck[name][1] if name in duck else None]
    ])  # fmt: skip


def after_a_pull(url: str, names: list[str]) -> None:
    """A small import into the large store, and the first reading after it: only needs of people it touched are rebuilt."""
    from connectors.store import open_store
    from measures.model.principal import LOCAL

    in_child(our_first, url, "end_to_end_time", True)  # needs are kept as of before the pull
    number = open_store(url).data_version(LOCAL).import_id + 1
    pulled = in_child(pull, url, PULLED, number)
    lines = [(f"import of {PULLED:,} rows", pulled.wall, pulled.cpu, _memory(pulled))]
    order = sorted(
        names, key=lambda name: name != "end_to_end_time"
    )  # the first reading rebuilds, the others find it done
    for name in order:
        first = in_child(our_first, url, name, True)
        lines.append((f"then, first reading of {name}", first.wall, first.cpu, _memory(first)))
    table(("after a small import", "seconds", "CPU s", "peak memory"), lines)


def _against(mine: float, theirs: Took | None, what: str) -> tuple[float | None, str | None]:
    if theirs is None:
        return None, None
    return getattr(theirs, what), ratio(mine, getattr(theirs, what))


def _memory(took: Took) -> str:
    return f"{took.peak / MEGABYTE:,.0f} MB"


if __name__ == "__main__":
    main()
