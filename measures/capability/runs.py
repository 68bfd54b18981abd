"""Counting along a line of points without a loop."""

from __future__ import annotations

import polars as pl


def place_and_length(counted: pl.Series, begins: pl.Series) -> tuple[pl.Series, pl.Series]:
    """For each point: how many counted points its run holds so far, and how many in all.

    Args:
        counted: whether a point counts.
        begins: whether a new run begins at a point; the first point begins one in any case.

    >>> import polars as pl
    >>> counted, begins = pl.Series([True, False, True, True]), pl.Series([True, False, False, True])
    >>> [column.to_list() for column in place_and_length(counted, begins)]
    [[1, 1, 2, 1], [2, 2, 2, 1]]
    """
    frame = pl.DataFrame({"counted": counted.cast(pl.Int64), "begins": begins})
    so_far = pl.col("counted").cum_sum()
    before = pl.when("begins").then(so_far - pl.col("counted")).forward_fill().fill_null(0)
    ends = pl.col("begins").shift(-1, fill_value=True)
    frame = frame.select((so_far - before).alias("place"), ends.alias("ends"))
    frame = frame.with_columns(pl.when("ends").then("place").backward_fill().alias("length"))
    return frame["place"], frame["length"]
