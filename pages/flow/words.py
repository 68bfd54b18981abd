"""What the Flow page says: of a hundred who asked, in sentences; no Streamlit."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from measures.capability.words import many
from measures.paths import WORDS, Paths
from pages.charts.paths import Stage

STAGES = (
    Stage("first", "First answer", WORDS["first"], good=("helped",), bad=("turned away",)),
    Stage("again", "Asked again", WORDS["again"]),
    Stage("stands", "How it stands", WORDS["stands"], good=("met",), bad=("turned away", "closed, not met")),
)
SHOWN, MOST = 0.9, 12  # of all waiting, and of kinds of steps
OPENINGS = {"first": "First, of 100 who asked", "again": "After that", "stands": "Today"}
SAID = {
    "first": {
        "helped": "were helped", "assessed": "were assessed", "passed on": "were passed on",
        "turned away": "were turned away", "other work": "had other work done",
        "nothing recorded": "have nothing recorded",
    },
    "again": {
        "did not ask again": "did not ask again", "asked 2 to 4 times": "asked two to four times",
        "asked 5 times or more": "asked five times or more",
    },
    "stands": {
        "met": "have had their need met", "closed, did not come back": "were closed and did not come back",
        "met in part": "have had it met in part", "closed, not met": "were closed without it being met",
        "turned away": "were turned away for good", "left or died": "moved, died or gave up", "still open": "are still waiting",
    },
}  # fmt: skip
OF_ONE = {"were": "was", "have": "has", "are": "is"}


def headline(found: Paths) -> str:
    """What happens to a hundred people who ask, in one sentence.

    >>> headline(Paths(pl.DataFrame(schema={"first": pl.String, "again": pl.String, "stands": pl.String, "n": pl.Int64}), 0))
    'Nobody has asked for anything within these filters.'
    """
    if not found.needs:
        return "Nobody has asked for anything within these filters."
    if not found.shown:
        return "Too few people asked here to say what happened to them without pointing at somebody."
    away = found.of_hundred("first").get("turned away", 0.0)
    again = 100 - found.of_hundred("again").get("did not ask again", 0.0)
    stands = found.of_hundred("stands")
    met, closed = stands.get("met", 0.0), stands.get("closed, did not come back", 0.0)
    end = counted(met, "have been met")
    if met == 0 and closed:
        end = f"{counted(closed, 'were closed and did not come back')}: whether the need was met, nobody asked"
    return (
        f"Of 100 needs that people asked about, {counted(away, 'were turned away at first')}, "
        f"{counted(again, 'had to be asked about again')}, and {end}."
    )


def stage_words(stage: str, parts: Mapping[str, float]) -> str:
    """One stage in a sentence, the most first."""
    told = [counted(part, SAID[stage][word]) for word, part in sorted(parts.items(), key=lambda item: -item[1])]
    *most, last = told
    return f"{OPENINGS[stage]}, {', '.join(most)} and {last}." if most else f"{OPENINGS[stage]}, {last}."


def counted(part: float, words: str) -> str:
    """A part of a hundred and what is said of it; of one as of one.

    >>> counted(34.4, "were helped"), counted(1, "were helped"), counted(0.2, "are still waiting")
    ('34 were helped', '1 was helped', 'fewer than 1 are still waiting')
    """
    verb, _, rest = words.partition(" ")
    return f"{number(part)} {OF_ONE.get(verb, verb) if number(part) == '1' else verb} {rest}"


def number(part: float) -> str:
    """A part of a hundred as people say it.

    >>> number(0.2), number(34.4), number(0)
    ('fewer than 1', '34', 'none')
    """
    return "none" if part == 0 else "fewer than 1" if part <= 0.5 else f"{part:.0f}"


def paths_table(found: Paths) -> pl.DataFrame:
    """Every path as a row to read, the commonest first."""
    total = found.table["n"].sum() or 1
    return found.table.sort("n", descending=True).select(
        pl.col("first").cast(pl.String).alias("First answer"),
        pl.col("again").cast(pl.String).alias("Asked again"),
        pl.col("stands").cast(pl.String).alias("How it stands"),
        pl.col("n").cast(pl.String).alias("Needs"),
        (100 * pl.col("n") / total).round(1).cast(pl.String).alias("Of 100"),
    )


def steps_shown(steps: pl.DataFrame) -> int:
    """How many steps, those that hold most days first, make up nine tenths of all waiting; no more than a dozen."""
    total = steps["days"].sum()
    before = steps["days"].cum_sum() - steps["days"]
    return min(MOST, int((before < SHOWN * total).sum())) if total else 1


def steps_left(steps: pl.DataFrame) -> str | None:
    """What the steps that are not shown hold together.

    >>> steps_left(pl.DataFrame({"days": [90, 6, 4]}))
    'The other 2 kinds of steps hold 10% of the waiting.'
    """
    shown, total = steps_shown(steps), steps["days"].sum()
    rest = steps.height - shown
    if not rest or not total:
        return None
    held = f"{steps['days'].tail(rest).sum() / total:.0%} of the waiting."
    return f"The other {rest} kinds of steps hold {held}" if rest > 1 else f"The one other kind of step holds {held}"


def steps_table(steps: pl.DataFrame) -> pl.DataFrame:
    """Where the time goes, as rows to read: the steps that hold most of it."""
    total = steps["days"].sum() or 1
    return pl.DataFrame(
        [
            {
                "From": row["before"], "To": row["after"], "Times": f"{row['times']:,}",
                "Half waited up to": days(row["middle"]), "Three in four up to": days(row["longest"]),
                "Of all waiting": f"{row['days'] / total:.0%}",
            }
            for row in steps.head(steps_shown(steps)).iter_rows(named=True)
        ]
    )  # fmt: skip


def days(value: float) -> str:
    """Days in words.

    >>> days(0.0), days(1.0), days(21.5)
    ('the same day', '1 day', '22 days')
    """
    whole = int(value + 0.5)
    return "the same day" if whole == 0 else many(whole, "day")
