"""Many small parts become one: after many pulls a scan would open as many files."""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connectors.store import parts
from connectors.store.parts import Part, PartWriter
from connectors.store.reading import Snapshot, rows_of
from connectors.store.schema import part_schema
from connectors.store.schema import parts as parts_table

MOST_PARTS = 50
LARGE = 500_000  # rows: a part so large is left as it is


def crowded(snapshot: Snapshot) -> list[str]:
    """The frames that have more parts than a scan should open."""
    return [frame for frame, listed in snapshot.parts.items() if len(listed) > MOST_PARTS]


def compact(connection: Connection, folder: Path, frame: str, snapshot: Snapshot, at: int, writer: PartWriter) -> None:
    """Write neighbouring parts as one, and retire them; readers may still be using their files.

    The rows come from the parts where they are whole, else from SQL.
    """
    run = longest_run(list(snapshot.parts[frame]))
    if len(run) < 2:
        return
    for part in run:
        file = folder / part.file
        if parts.sound(file, part.sha256):
            for block in parts.scan([file], frame).collect().iter_slices(parts.ROW_GROUP):
                writer.put(frame, block)
        else:
            for block in rows_of(connection, frame, part.first_row, part.last_row):
                writer.put(frame, block.select(list(part_schema(frame))))
    (written,) = writer.finish()
    concerns = sorted({number for part in run for number in json.loads(part.concerns)})
    merged = Part(
        written.file, frame, written.sha256, written.rows, run[0].first_row, run[-1].last_row,
        min(part.first_import for part in run), max(part.last_import for part in run), json.dumps(concerns),
    )  # fmt: skip
    connection.execute(sa.insert(parts_table).values(**vars(merged)))
    connection.execute(
        sa.update(parts_table).where(parts_table.c.file.in_([part.file for part in run])).values(retired_at=at)
    )


def longest_run(listed: list[Part]) -> list[Part]:
    """The most neighbouring parts that are not large."""
    runs: list[list[Part]] = [[]]
    for part in sorted(listed, key=lambda part: part.first_row):
        if part.rows >= LARGE:
            runs.append([])
        else:
            runs[-1].append(part)
    return max(runs, key=len)
