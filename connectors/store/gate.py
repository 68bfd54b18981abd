"""The batch gate: an import that looks unlike its source is held until a person says it is right."""

from __future__ import annotations

MOST_REJECTED = 0.05  # a share above this …
FEWEST_REJECTED = 20  # … and at least so many rows: a small file with a few bad rows is let in
MOST_CHANGE = 0.5  # of a snapshot's row count against the last one
MOST_VANISHED = 0.1  # of the rows known from earlier snapshots


def reason_to_hold(read: int, rejected: int, last_read: int | None, known: int, vanished: int) -> str | None:
    """Why a person must look first, in one sentence; None lets the import in.

    Args:
        read: source rows in this import.
        rejected: those refused.
        last_read: the source's previous snapshot; None where it declares none, or has none yet.
        known: rows the store held of this source before.
        vanished: those of them that this snapshot lacks.
    """
    if rejected >= FEWEST_REJECTED and rejected > MOST_REJECTED * read:
        return f"{rejected} of {read} rows were refused, more than 5%; look at why, then mend the mapping or approve."
    if last_read is not None and abs(read - last_read) > MOST_CHANGE * last_read:
        return f"This extract has {read} rows and the last one had {last_read}; check that it is complete, or approve."
    if last_read is not None and vanished > MOST_VANISHED * known:
        return f"{vanished} of {known} known rows are missing from this extract; check that it is complete, or approve."
    return None
