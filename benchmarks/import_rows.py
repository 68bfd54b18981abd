"""Import of a file through all gates into SQLite, beside `sqlite3 .import` of the same file. See docs/reference/speed.md.

python benchmarks/import_rows.py [--rows 1000000] [--folder FOLDER]

One row of the file makes one record (a demand). A row that made a demand and its closure would be two records, and the
figure in records a second would be higher for the same work on rows: here rows and records are the same number.
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import shutil
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

import machine
from machine import Took, in_child, ratio, table, timed

COLUMNS = 23
MAPPING = """
name = "bench"
title = "Rows for a benchmark"
timezone = "Europe/London"
key = ["id"]

[times]
formats = ["%Y-%m-%d %H:%M:%S"]

[person]
column = "person"
id_type = "bench"

[[demand]]
id = "id"
received = "received"
expected_by = "promised"
household_id = { column = "household", pseudonym = "bench" }
need_id = "case_id"
issue = "issue"
agency = "agency"
service = "service"
front_door = "door"
channel = "channel"
place = "place"
made_by = "made_by"
presented_as = "label"
verbatim = "words"
contact_key = "call"
"""
EXTRACTED_AT = "2025-12-31 23:59:59"


def write_rows(path: Path, rows: int, first: int = 0, changed_every: int = 0) -> None:
    """A file of demands, its keys in order; every so many rows one differs from what the same call wrote before."""
    import polars as pl

    n = pl.int_range(first, first + rows, eager=True)
    spread = (n * 2_654_435_761) % 2**32  # looks random, and is the same every time
    # in the day time, so that no clock is put forward or back over them
    moment = pl.datetime(2020, 1, 6) + pl.duration(
        days=pl.col("n") * 2000 // (first + rows), seconds=28_800 + pl.col("n") % 36_000
    )
    words = pl.format("I rang about my {} and nobody could say when", "issue")
    if changed_every:
        words = pl.when(pl.col("n") % changed_every == 0).then(pl.lit("corrected: ") + words).otherwise(words)
    frame = pl.DataFrame({"n": n, "r": spread}).with_columns(issue=pl.format("issue {}", pl.col("r") % 12))
    frame.select(
        id=pl.format("R{}", pl.col("n").cast(pl.String).str.zfill(9)),
        person=pl.format("P{}", pl.col("r") % (rows // 4 + 1)),
        household=pl.format("H{}", pl.col("r") % (rows // 9 + 1)),
        case_id=pl.format("C{}", pl.col("n") // 4),
        issue="issue",
        agency=pl.format("agency {}", pl.col("r") % 9),
        service=pl.when(pl.col("r") % 3 == 0).then(pl.lit("housing")).otherwise(pl.lit("health and social care")),
        door=pl.format("door {}", pl.col("r") % 130),
        channel=pl.when(pl.col("r") % 2 == 0).then(pl.lit("phone")).otherwise(pl.lit("in person")),
        place=pl.format("ward {}", pl.col("r") % 40),
        made_by=pl.when(pl.col("r") % 5 == 0).then(pl.lit("family")).otherwise(pl.lit("self")),
        received=moment.dt.strftime("%Y-%m-%d %H:%M:%S"),
        promised=(moment + pl.duration(days=10)).dt.strftime("%Y-%m-%d %H:%M:%S"),
        label=pl.format("enquiry of type {}", pl.col("r") % 30),
        words=words,
        call=pl.format("K{}", "n"),
        # columns that real extracts carry and this mapping leaves alone
        queue=pl.format("queue {}", pl.col("r") % 20),
        priority=(pl.col("r") % 4 + 1).cast(pl.String),
        status=pl.lit("closed"),
        worker=pl.format("worker {}", pl.col("r") % 300),
        updated=moment.dt.strftime("%Y-%m-%d %H:%M:%S"),
        form=pl.format("form {}", pl.col("r") % 17),
        score=(pl.col("r") % 100).cast(pl.String),
    ).write_csv(path)


def ours(store_file: str, path: str, expected: dict[str, int]) -> Took:
    """One import by the way that pages and the command line take; the counts must be as expected."""
    from connectors.intake import import_file
    from connectors.mapping import load
    from connectors.store import open_store
    from measures.model.principal import LOCAL

    mapping_file = Path(store_file).with_suffix(".toml")
    mapping_file.write_text(MAPPING, encoding="utf-8")
    store, mapping = open_store(f"sqlite:///{store_file}"), load(str(mapping_file))
    took = timed(lambda: import_file(store, LOCAL, Path(path), mapping, extracted_at=EXTRACTED_AT))
    report = took.result
    found = {name: getattr(report, name) for name in expected}
    assert found == expected, f"expected {expected}, got {report}"
    return Took(took.walls, took.cpus, took.peak)


def sqlite_import(database: str, path: str) -> Took | None:
    """`sqlite3 .import` of the file into a table of its own, under the same WAL and synchronous=FULL."""
    program = shutil.which("sqlite3")
    if program is None:
        return None
    script = f"PRAGMA journal_mode=WAL;\nPRAGMA synchronous=FULL;\n.mode csv\n.import {path} rows\n"
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([program, database], input=script, text=True, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    with contextlib.closing(sqlite3.connect(database)) as connection:
        assert connection.execute("select count(*) from rows").fetchone()[0] > 0
    return Took((wall,), (cpu,), after.ru_maxrss * 1024)


def plain_insert(database: str, path: str) -> Took:
    """The standard library's csv reader and `executemany` into a table of text: the floor of Python where there is no shell."""
    import csv

    def work() -> None:
        with (
            contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection,
            open(path, encoding="utf-8", newline="") as file,
        ):
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            reader = csv.reader(file)
            heads = next(reader)
            connection.execute(f"create table rows ({', '.join(f'{head} text' for head in heads)})")
            connection.execute("begin immediate")
            connection.executemany(f"insert into rows values ({', '.join('?' * len(heads))})", reader)
            connection.execute("commit")

    return timed(work)


def _memory(took: Took) -> str:
    return f"{took.peak / machine.MEGABYTE:,.0f} MB"


def main() -> None:
    """Time each kind of import, each in a process of its own, and print them beside their peers."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("--rows", type=int, default=1_000_000, help="rows of the file (default 1,000,000)")
    arguments.add_argument("--folder", type=Path, help="where to write; default a temporary folder")
    given = arguments.parse_args()
    machine.describe("polars", "SQLAlchemy")
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder, rows = Path(name), given.rows
        pull_rows = min(10_000, rows)
        files = {kind: folder / f"{kind}.csv" for kind in ("whole", "corrected", "pull")}
        write_rows(files["whole"], rows)
        write_rows(files["corrected"], rows, changed_every=100)
        write_rows(files["pull"], pull_rows, first=rows)
        corrected = -(-rows // 100)
        store = str(folder / "store.db")
        steps = [
            ("all rows new", "whole", rows, {"accepted": rows, "rejected": 0}),
            ("the same file again", "whole", rows, {"unchanged": rows, "accepted": 0}),
            ("one row in a hundred corrected", "corrected", rows, {"superseded": corrected, "accepted": 0}),
            (f"a pull of {pull_rows:,} new rows", "pull", pull_rows, {"accepted": pull_rows}),
        ]  # fmt: skip
        shell = in_child(sqlite_import, str(folder / "shell.db"), str(files["whole"]))
        csv_reader = in_child(plain_insert, str(folder / "plain.db"), str(files["whole"]))
        peers = [("sqlite3 .import, into one table of text", shell), ("csv and executemany, the same", csv_reader)]
        print(
            f"{rows:,} rows × {COLUMNS} columns, {files['whole'].stat().st_size / machine.MEGABYTE:.0f} MB; one row = one "
            "record; SQLite with write-ahead log and synchronous=FULL, one transaction"
        )
        base = next((took.wall for _, took in peers if took), None)
        lines = [
            (what, rows, took.wall, round(rows / took.wall), took.cpu, _memory(took), ratio(took.wall, base))
            for what, took in peers
            if took and base
        ]
        for what, kind, many, expected in steps:
            took = in_child(ours, store, str(files[kind]), expected)
            against = ratio(took.wall, base) if base and many == rows else "–"
            lines.append((f"ours: {what}", many, took.wall, round(many / took.wall), took.cpu,
                          _memory(took), against))  # fmt: skip
        table(("", "rows", "seconds", "rows a second", "CPU s", "peak memory", "to the first line"), lines)
        if shell is None:
            print("No sqlite3 program is installed here: ratios are to the csv reader instead.")
        print(machine.load_now())


if __name__ == "__main__":
    main()
