"""Integers made at import, so that joining and grouping never touch text; and a hash that tells versions of a row apart."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import polars as pl

CACHED = 500_000  # distinct values remembered between batches; beyond it memory would grow with the file


def hash_texts(texts: list[str], salt: bytes = b"") -> np.ndarray:
    """Signed 64-bit blake2b of each text. The same on every machine and version."""
    begun = hashlib.blake2b(digest_size=8, salt=salt)

    def digest(text: str) -> bytes:
        made = begun.copy()  # takes half the time of beginning anew
        made.update(text.encode())
        return made.digest()

    return np.frombuffer(b"".join([digest(text) for text in texts]), "<i8")


def text_key(text: str) -> int:
    """The integer that stands for a text: a need, an issue, a place."""
    return int(hash_texts([text])[0])


class Distinct:
    """Compute something once a distinct text, and remember it across batches.

    Attributes:
        compute: from a list of texts to a series of as many results.
    """

    def __init__(self, compute: Callable[[list[str]], pl.Series], dtype: type[pl.DataType]) -> None:
        self.compute, self.dtype = compute, dtype
        self.known = pl.DataFrame(schema={"text": pl.String, "made": dtype, "there": pl.Boolean})

    def of(self, texts: pl.Series) -> pl.Series:
        """The result for each text, null for null."""
        if texts.null_count() == texts.len():
            return pl.Series(texts.name, [None] * texts.len(), dtype=self.dtype)
        frame = texts.rename("text").to_frame()
        told = frame.drop_nulls().unique().join(self.known, on="text", how="left")
        fresh = told.filter(pl.col("there").is_null())
        if fresh.height:
            made = self.compute(fresh["text"].to_list()).cast(self.dtype)
            fresh = fresh.with_columns(made.alias("made"), there=pl.lit(True))
            told = pl.concat([told.filter("there"), fresh])
            self.known = pl.concat([self.known, fresh]) if self.known.height < CACHED else told
        return frame.join(told, on="text", how="left", maintain_order="left")["made"].alias(texts.name)


def text_keys() -> Distinct:
    """Integers for needs, issues and places."""
    return Distinct(lambda texts: pl.Series(hash_texts(texts)), pl.Int64)


def content_hash(rows: pl.DataFrame, salt: bytes) -> pl.Series:
    """One integer a row over all its columns: equal exactly where the text is equal (and null differs from empty)."""
    if not rows.width:
        return pl.Series("content_hash", [0] * rows.height, dtype=pl.Int64)
    cells = [pl.col(c).fill_null("\x00") for c in rows.columns]
    joined = rows.select(pl.concat_str(cells, separator="\x1f").alias("joined"))["joined"]
    return pl.Series("content_hash", hash_texts(joined.to_list(), salt), dtype=pl.Int64)
