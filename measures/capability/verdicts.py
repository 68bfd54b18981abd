"""Before and after side by side, with how each change stands in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import polars as pl

from measures.capability.words import day_words, many

PHASES: dict[str, pl.DataType | type[pl.DataType]] = {
    "series": pl.String,
    "phase": pl.Int32,
    "name": pl.String,
    "from_day": pl.Int64,
    "to_day": pl.Int64,
    "centre": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "n": pl.Int64,
    "in_force": pl.Boolean,
    "signal": pl.Boolean,
    "state": pl.String,
    "verdict": pl.String,
}


class Dated(Protocol):
    """A change, as far as a table needs it."""

    @property
    def day(self) -> int: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102


def phases_table(
    own: pl.DataFrame, frame: pl.DataFrame, decisions: pl.DataFrame, changes: Sequence[Dated]
) -> pl.DataFrame:
    """One row a series and stretch between changes, in order of time.

    Args:
        own: the points with each stretch's own limits.
        frame: the same points with `_key, _stretch, _own, _usable, _day` and the final `phase`.
        decisions: one row a key and stretch: `state, after, before, signal_day`.
        changes: in order of time.
    """
    names = ("centre", "lower", "upper")
    points = frame.with_columns(own[name].alias(f"_{name}") for name in names)
    last = [pl.col(f"_{name}").filter(pl.col("_usable")).last().alias(name) for name in names]
    stretches = points.group_by("_key", "_stretch", maintain_order=True).agg(
        pl.col("series").first(),
        pl.col("phase").first(),
        pl.col("_day").min().alias("from_day"),
        pl.col("_day").max().alias("to_day"),
        pl.col("_usable").sum().cast(pl.Int64).alias("n"),
        pl.col("_own").first().alias("own"),
        *last,
    )
    rows = stretches.join(decisions, on=["_key", "_stretch"], how="left").sort("_key", "_stretch")
    newest = rows.group_by("series").agg(pl.col("phase").max().alias("newest"))
    rows = rows.join(newest, on="series", how="left", maintain_order="left", nulls_equal=True)
    out = [_phase(row, changes) for row in rows.to_dicts()]
    for series in rows["series"].unique(maintain_order=True):
        out.extend(_not_begun([row for row in out if row["series"] == series], changes))
    order = {series: place for place, series in enumerate(rows["series"].unique(maintain_order=True))}
    out.sort(key=lambda row: (order[row["series"]], row["from_day"]))
    return pl.DataFrame(out, schema=PHASES)


def _phase(row: dict, changes: Sequence[Dated]) -> dict:
    k = row["_stretch"]
    opens = row["state"] != "first"
    name = changes[k - 1].label if k else (f"Before {changes[0].label}" if changes else "All points")
    return {
        **{name: row[name] for name in ("series", "phase", "to_day", "centre", "lower", "upper", "n", "state")},
        "name": name,
        "from_day": changes[k - 1].day if opens else row["from_day"],
        "in_force": row["own"] and row["phase"] == row["newest"],
        "signal": opens and row["signal_day"] is not None,
        "verdict": verdict(row["state"], row["after"], row["before"], row["signal_day"]),
    }


def _not_begun(rows: list[dict], changes: Sequence[Dated]) -> list[dict]:
    """A row for each change after which a series has no point yet: the line is drawn at once."""
    last = max(row["to_day"] for row in rows)
    empty = dict.fromkeys(PHASES)
    return [
        {
            **empty,
            "series": rows[0]["series"],
            "phase": max(row["phase"] for row in rows),
            "name": change.label,
            "from_day": change.day,
            "to_day": change.day,
            "n": 0,
            "in_force": False,
            "signal": False,
            "state": "nothing_after",
            "verdict": verdict("nothing_after", 0, 0, None),
        }
        for change in changes
        if change.day > last
    ]


WORDS = {  # by state; "+" where a signal was seen
    "first": "The first phase.",
    "split+": "A difference: {points} and a signal against the old limits, since {since}. New limits.",
    "confirmed": "Confirmed by a person; no signal against the old limits. New limits from {points}.",
    "confirmed+": "Confirmed by a person; a signal since {since}. New limits from {points}.",
    "waiting": "No difference shown yet: {after} of the 12 points needed. The old limits stay in force.",
    "waiting+": "A signal since {since}, but only {after} of the 12 points needed. The old limits stay in force.",
    "no_difference": "No difference shown yet: {points} and no signal. The old limits stay in force.",
    "nothing_before": "Too few points before it to compare with ({before}). New limits.",
    "nothing_after": "No points after it yet. The old limits stay in force.",
}


def verdict(state: str, after: int, before: int, signal_day: int | None) -> str:
    """How a change stands, in words.

    >>> verdict("waiting", 5, 30, None)
    'No difference shown yet: 5 of the 12 points needed. The old limits stay in force.'
    """
    seen = f"{state}+" if signal_day is not None and f"{state}+" in WORDS else state
    since = "" if signal_day is None else day_words(signal_day)
    return WORDS[seen].format(points=many(after, "point"), after=after, before=before, since=since)
