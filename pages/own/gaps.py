"""Periods that are missing between regular dates become gaps, so that no line and no limit bridges them in silence."""

from __future__ import annotations

import polars as pl

from measures.capability.words import period_word

STEPS = {"week": "1w", "month": "1mo", "quarter": "3mo", "year": "1y"}


def filled(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """The same points with a gap for each missing week, month, quarter or year, and a sentence that counts them.

    Only where every date lies on the same rhythm from the first, none of them twice, and fewer are missing than there:
    one date of another century must not make a thousand gaps. Days are not filled: many figures have no weekends.

    Args:
        frame: in order of time: `day`, `value`, `of`, `line`.
    """
    day = frame["day"]
    word = period_word(day) if day.n_unique() == day.len() else None
    if word not in STEPS:
        return frame, []
    rhythm = pl.select(day=pl.date_range(day.min(), day.max(), STEPS[word])) if _near(frame) else frame.clear()
    missing = rhythm.select("day").join(frame, on="day", how="anti")
    fits = rhythm.height - missing.height == frame.height
    if not fits or not 0 < missing.height < frame.height:
        return frame, []
    both = pl.concat([frame, missing.with_columns(line=pl.lit(0, pl.UInt32))], how="diagonal_relaxed").sort("day")
    one = missing.height == 1
    said = f"{missing.height:,} {word}{'' if one else 's'} between your dates {'is' if one else 'are'} missing, and drawn as "
    return both, [said + ("a gap." if one else "gaps.")]


def _near(frame: pl.DataFrame) -> bool:
    """Whether the dates lie close enough together to be filled up."""
    days = (frame["day"].max() - frame["day"].min()).days  # type: ignore[operator]
    return days < frame.height * 2 * 366
