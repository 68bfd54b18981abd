"""Hand-sized imports into a store."""

import polars as pl

from connectors.batch import REJECTS_SCHEMA, ROWS_SCHEMA, ImportReport, MappedBatch, SourceInfo
from connectors.store import Store
from measures.model.principal import LOCAL

HOUR = 3_600_000_000
SMALL = SourceInfo("desk", "A help desk", "Europe/London")


def batch(
    rows: list[tuple], *, refused: int = 0, reason: str = "bad_time", own_times: bool = False, line: int = 1
) -> MappedBatch:
    """Rows of (key, content, at) or (key, content, at, service): a demand each, and a closure where content is even."""
    keys, contents, times = [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]
    services = [row[3] if len(row) > 3 else "housing" for row in rows]
    lines = list(range(line, line + len(rows)))
    demands = pl.DataFrame(
        {
            "line": lines, "demand_id": keys, "person_id": [f"p-{key}" for key in keys], "service": services,
            "issue": [f"issue {content}" for content in contents], "verbatim": [f'"{key}", said\nso' for key in keys],
            "received_at": times, "person_key": [sum(key.encode()) for key in keys],
        },
        schema={"line": pl.Int64, "demand_id": pl.String, "person_id": pl.String, "service": pl.String,
                "issue": pl.String, "verbatim": pl.String, "received_at": pl.Int64, "person_key": pl.Int64},
    )  # fmt: skip
    even = pl.Series([content % 2 == 0 for content in contents], dtype=pl.Boolean)
    closures = demands.filter(even).select(
        "line", "demand_id", "person_id", "service", "person_key",
        activity_id=pl.col("demand_id") + "-close", kind=pl.lit("close"), outcome=pl.lit(""),
        started_at=pl.col("received_at") + HOUR, end_doubtful=pl.lit(True), minutes=pl.lit(2.5),
    )  # fmt: skip
    if own_times:
        demands = demands.with_columns(recorded_at="received_at")
        closures = closures.with_columns(recorded_at="started_at")
    return MappedBatch(
        pl.DataFrame({"line": lines, "source_key": keys, "content_hash": contents}, schema=ROWS_SCHEMA),
        {"demands": demands, "activities": closures},
        pl.DataFrame(
            {"line": [1_000 + n for n in range(refused)], "field": "received_at", "reason": reason, "key_hash": "ab"},
            schema=REJECTS_SCHEMA,
        ),
        len(rows) + refused,
    )


def load(store: Store, *batches: MappedBatch, source: SourceInfo = SMALL, **terms) -> ImportReport:
    with store.begin_import(LOCAL, source, **terms) as importing:
        for one in batches:
            importing.add(one)
        return importing.finish()
