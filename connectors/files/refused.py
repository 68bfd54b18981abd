"""Rows kept aside while a file is read, as every reader tells them: the line, the column at fault, and why."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from connectors.batch import REJECTS_SCHEMA


def refused(places: Sequence[tuple[int, str | None]], reason: str) -> pl.DataFrame:
    """A table of refused rows (REJECTS_SCHEMA), all for one reason.

    Args:
        places: the line of each, and the column at fault; None where it is the row as a whole.
        reason: a word of `connectors.reasons.REASONS`.
    """
    table = {
        "line": [line for line, _ in places],
        "field": [column for _, column in places],
        "reason": [reason] * len(places),
        "key_hash": [None] * len(places),
    }
    return pl.DataFrame(table, schema=REJECTS_SCHEMA)
