"""Small files under small mappings: what an import makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from connectors.batch import ImportReport
from connectors.intake import import_file
from connectors.mapping import loads
from connectors.store import Store
from measures.model.principal import LOCAL

DESK = """
name = "desk"
timezone = "Europe/London"
key = ["ref"]

[times]
formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d"]

[person]
column = "who"
id_type = "patient"

[[demand]]
received = "asked"
service = { value = "Desk" }
"""


@dataclass
class Intake:
    """A store, and a folder for the files that are brought to it."""

    store: Store
    folder: Path

    def bring(
        self, text: str | bytes, mapping: str = DESK, name: str = "desk.csv", seen: str | None = "2024-12-31", **how
    ) -> ImportReport:
        """Import a file of this text."""
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return import_file(self.store, LOCAL, path, loads(mapping), extracted_at=seen, **how)

    def rows(self, frame: str = "demands") -> pl.DataFrame:
        """The records there are now, by their key."""
        found = self.store.records(LOCAL).scan(frame).collect()
        return found.sort(found.columns[0])

    def refused(self, report: ImportReport) -> list[tuple[int, str | None, str]]:
        """Line, column and reason of each refused row."""
        return self.store.quarantine(LOCAL, report.import_id).select("line", "field", "reason").rows()
