"""What people here judged and did not take back."""

from __future__ import annotations

import polars as pl

from measures.model.records import Records


def standing(records: Records, name: str, as_of: int | None = None) -> pl.LazyFrame:
    """The newest version of each judgement of one kind that can be taken back, those taken back left out.

    Args:
        records: where judgements are kept.
        name: `outcome`, `want`, `change`, `exclusion` or another kind with a column `withdrawn`.
        as_of: UTC microseconds; what was judged by then.
    """
    return records.scan(name, as_of).filter(~pl.col("withdrawn").fill_null(False))
