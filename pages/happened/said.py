"""What the page says of needs and answers, in words: no Streamlit, no records."""

from __future__ import annotations

import polars as pl

from measures.asking import Asked
from measures.capability.words import day_words

ANSWERS = {"met": "Yes, it was met", "met_in_part": "Partly", "not": "No"}
SEEMED = {
    "met": "closed", "met_in_part": "closed, met in part", "closed_unmet": "closed without being met",
    "screened_out": "turned away",
}  # fmt: skip


def headline(done: Asked) -> str:
    """How many were asked and what they said, in one or two sentences.

    >>> headline(Asked(0, 0, 0, 0, 0))
    'No need seemed to end in this time, so there is nobody to ask.'
    """
    if not done.seemed:
        return "No need seemed to end in this time, so there is nobody to ask."
    ended = "1 need seemed to end" if done.seemed == 1 else f"{done.seemed:,} needs seemed to end"
    if not done.asked:
        return f"{ended}, and nobody has asked the people yet whether it was so."
    left = done.seemed - done.asked
    said = f"Of {done.asked:,} asked, {done.met:,} said their need was met"
    partly = f", {done.in_part:,} partly" if done.in_part else ""
    rest = f"{left:,} {'is' if left == 1 else 'are'} still to be asked" if left else "everybody has been asked"
    return f"{said}{partly} and {done.unmet:,} not; {rest}."


def need_words(need: dict) -> str:
    """One need as whoever rings the person wants to see it."""
    what = need["issue"] or "a need"
    where = f" at {need['front_door']}" if need["front_door"] else ""
    times = "once" if need["demands"] == 1 else "twice" if need["demands"] == 2 else f"{need['demands']} times"
    service = f"{need['service']}: " if need["service"] else ""
    text = (
        f"{service}{what}. First asked on {day_words(need['day'])}{where}, {times} in all; "
        f"{SEEMED.get(need['end_kind'], 'ended')} on {day_words(need['end_day'])}."
    )
    return text[:1].upper() + text[1:]


def told_lately(rows: pl.DataFrame, most: int = 20) -> pl.DataFrame:
    """The newest answers as a table to read: no id of a person or a need in it."""
    told = rows.filter(pl.col("answer").is_not_null()).sort("asked_on_day", "need_id", descending=True).head(most)
    return pl.DataFrame(
        [
            {
                "Asked on": day_words(row["asked_on_day"]),
                "About": row["issue"] or "not recorded",
                "Service": row["service"] or "not recorded",
                "Seemed to end": day_words(row["end_day"]),
                "Was it met?": ANSWERS[row["answer"]],
            }
            for row in told.iter_rows(named=True)
        ]
    )
