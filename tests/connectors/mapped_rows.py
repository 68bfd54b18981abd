"""Rows written by hand, mapped as an import would map them."""

import io
from datetime import UTC, datetime

from connectors.batch import MappedBatch
from connectors.files.delimited import open_delimited
from connectors.mapping import Mapping, loads
from connectors.pseudonyms import Pseudonyms
from connectors.shape import Mapper
from connectors.survey import columns_needed, survey
from measures.model.time import instant

KEY = b"a key of thirty-two bytes or more"
NOW = instant(datetime(2026, 6, 30, 12, tzinfo=UTC))
REPAIRS = """
name = "repairs"
timezone = "Europe/London"
key = ["id"]
[times]
formats = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]
[person]
column = "tenant"
[[demand]]
id = "id"
received = "opened"
service = { value = "repairs" }
issue = "type"
[[activity]]
rule = "closed"
when = "closed present"
not_before = "opened"
kind = { value = "close" }
outcome = { value = "closed" }
started = "closed"
"""
HEADER = "id,tenant,opened,closed,type\n"


def mapped(rows: str, mapping: str | Mapping = REPAIRS, header: str = HEADER) -> MappedBatch:
    """One block of CSV text under a mapping; columns are those of the header."""
    meant = loads(mapping) if isinstance(mapping, str) else mapping
    content = (header + rows).encode()
    opened = open_delimited(lambda: io.BytesIO(content), "rows.csv", needed=meant.columns)
    meant = meant.for_columns(opened.columns)
    flags = None
    if columns_needed(meant):
        meant, flags = survey(meant, opened.read(columns_needed(meant)))
    (batch,) = opened.read(meant.columns)
    return Mapper(meant, Pseudonyms(KEY), NOW + 86_400_000_000, flags).map(batch)


def refused(batch: MappedBatch) -> list[tuple[int, str | None, str]]:
    return batch.rejects.select("line", "field", "reason").rows()
