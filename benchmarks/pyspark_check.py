"""Needs, cycles and medians on PySpark, row for row as on polars. How to run it: docs/how-to/check-on-pyspark.md.

python benchmarks/pyspark_check.py [EVENTS]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "measures")]


def main(how_many: int) -> int:
    """Print a line a check; 1 where any row differs."""
    import narwhals as nw
    import polars as pl
    import pyspark
    from histories import events
    from polars.testing import assert_frame_equal
    from pyspark.sql import SparkSession
    from window_work import cycles, quantiles

    from measures.needs import end_needs, place_demands

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")

    def on_polars(frame: pl.DataFrame) -> Any:
        return nw.from_native(frame.lazy())

    def on_spark(frame: pl.DataFrame) -> Any:
        return nw.from_native(spark.createDataFrame(frame.to_arrow()))

    def needs_of(lazy: Any) -> Any:
        return end_needs(lazy, place_demands(lazy))

    chance = Random(12)
    rows = range(how_many)
    told = events(1, how_many)
    acts = pl.DataFrame({
        "need": [chance.randrange(how_many // 20) for _ in rows], "team": [chance.randrange(3) for _ in rows],
        "kind": [chance.randrange(8) for _ in rows], "pos": chance.sample(rows, how_many),
    })  # fmt: skip
    waits = pl.DataFrame({
        "week": [chance.randrange(60) for _ in rows], "days": [chance.randrange(90) for _ in rows],
        "met": [int(chance.random() < 0.7) for _ in rows],
    })  # fmt: skip
    checks = {
        "which need each demand belongs to": (place_demands, told, ["pos"]),
        "how each need ended": (needs_of, told, ["need"]),
        "assess-do-refer cycles": (cycles, acts, ["need", "team"]),
        "weekly medians, those still waiting included": (lambda lazy: quantiles(lazy, 0.5), waits, ["week"]),
    }
    whole = {pl.Int8: pl.Int64, pl.Int32: pl.Int64, pl.UInt32: pl.Int64}
    differ = 0
    print(f"narwhals {nw.__version__}, polars {pl.__version__}, pyspark {pyspark.__version__}, {how_many:,} rows")
    for what, (work, frame, by) in checks.items():
        ours = work(on_polars(frame)).collect("polars").to_native().cast(whole).sort(by)
        began = time.perf_counter()
        theirs = work(on_spark(frame)).collect("polars").to_native().cast(whole).sort(by)
        took = time.perf_counter() - began
        try:
            assert_frame_equal(ours, theirs)
        except AssertionError as error:
            differ += 1
            print(f"DIFFERENT  {what}: {error}")
        else:
            print(f"equal      {what}: {ours.height:,} rows ({took:.1f} s on Spark)")
    spark.stop()
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
