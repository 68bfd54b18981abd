"""What happens to people who ask: of a hundred, how they were first answered, how often they had to ask again, how it stands.

A path is read from one need: its first answer from what was done for it, the rest from its demands and its end. Where the time
goes is read from the days between one step and the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from measures.acts import acts, need_number
from measures.disclosure import FEWEST_PEOPLE, SMALLEST_BASE, midpoint6, policy_for
from measures.events import CLOSERS, TURNED_AWAY
from measures.flow import transitions
from measures.model.principal import Principal
from measures.model.records import Records
from measures.request import Request
from measures.within import needs_within

STAGES = ("first", "again", "stands")
WORDS: dict[str, tuple[str, ...]] = {
    "first": ("helped", "assessed", "passed on", "turned away", "other work", "nothing recorded"),
    "again": ("did not ask again", "asked 2 to 4 times", "asked 5 times or more"),
    "stands": (
        "met", "closed, did not come back", "met in part", "closed, not met", "turned away", "left or died", "still open",
    ),
}  # fmt: skip
HELPED, ASSESSED, PASSED_ON = ("do", "visit", "meet"), ("screen", "assess"), ("refer", "signpost")
FIRST = (
    "helped",
    "turned away",
    "passed on",
    "assessed",
    "other work",
)  # of several things on the first day, which counts
OFTEN = 5  # times of asking: the report's five cycles


@dataclass(frozen=True)
class Paths:
    """What happened to those who asked.

    Attributes:
        table: `first, again, stands, n, people`: a row a path, in the order of WORDS; n needs.
        needs: how many needs began.
        shown: whether there are enough people to say anything to this person.
    """

    table: pl.DataFrame
    needs: int
    shown: bool = True

    def of_hundred(self, stage: str) -> dict[str, float]:
        """Of a hundred who asked, how many at each place of a stage, in their order; those with nobody left out."""
        counts = dict(self.table.group_by(stage).agg(pl.col("n").sum()).iter_rows())
        total = sum(counts.values())
        return {word: 100 * counts[word] / total for word in WORDS[stage] if counts.get(word)}


def paths(records: Records, request: Request, principal: Principal) -> Paths:
    """The paths of all needs begun, as far as they were asked for and this person may see.

    Args:
        records: what is known.
        request: its filters, first and last day; the measure it names has no say.
        principal: who asks. A regulator reads counts of people to the nearest six, and none under eight.
    """
    told = _begun(records, request, principal).join(_first_answers(records, request), on="need", how="left")
    again = (
        pl.when(pl.col("demands") >= OFTEN).then(pl.lit(WORDS["again"][2]))
        .when(pl.col("demands") > 1).then(pl.lit(WORDS["again"][1]))
        .otherwise(pl.lit(WORDS["again"][0]))
    )  # fmt: skip
    table = (
        told.select("person_key", first=pl.col("first").fill_null("nothing recorded"), again=again, stands=_stands())
        .group_by(STAGES)
        .agg(n=pl.len().cast(pl.Int64), people=pl.col("person_key").n_unique().cast(pl.Int64))
        .collect()
    )
    asked = int(table["n"].sum())
    shown = True
    if policy_for(principal).protects:
        people = int(table["people"].sum())
        table = table.filter(pl.col("people") >= FEWEST_PEOPLE)
        sixes = midpoint6(pl.col("people"))
        table, shown = table.with_columns(n=sixes, people=sixes), people >= SMALLEST_BASE
        asked = int(table["n"].sum())
    order = [pl.col(stage).cast(pl.Enum(WORDS[stage])) for stage in STAGES]
    return Paths(table.sort(order), asked, shown)


def _stands() -> pl.Expr:
    """How a need stands today, in words that claim no more than is known."""
    kind = pl.col("end_kind")
    closed = pl.col("inferred") & (kind == "met")
    words = {"met": "met", "met_in_part": "met in part", "closed_unmet": "closed, not met", "screened_out": "turned away",
             "open": "still open"}  # fmt: skip
    told = kind.replace_strict(words, default="left or died", return_dtype=pl.String)
    return pl.when(closed).then(pl.lit("closed, did not come back")).otherwise(told)


def _first_answers(records: Records, request: Request) -> pl.LazyFrame:
    """What was done for each need on the first day on which anything was, in a word: `need, first`.

    Several things may be done that day, and their order is seldom known: who was helped was helped, whatever else was written.
    """
    kind, outcome = pl.col("kind").cast(pl.String), pl.col("outcome").cast(pl.String)
    turned = (kind.is_in(CLOSERS) & outcome.is_in(TURNED_AWAY)).fill_null(False)
    ranks = {word: place for place, word in enumerate(FIRST)}
    rank = (
        pl.when(turned).then(ranks["turned away"])
        .when(kind.is_in(HELPED)).then(ranks["helped"])
        .when(kind.is_in(PASSED_ON)).then(ranks["passed on"])
        .when(kind.is_in(ASSESSED)).then(ranks["assessed"])
        .otherwise(ranks["other work"])
        .cast(pl.Int8)
    )  # fmt: skip
    worked = acts(records, request.options).filter(
        pl.col("need").is_not_null() & (kind != "administer").fill_null(True)
    )
    begins = pl.when((pl.col("need") != pl.col("need").shift(1)).fill_null(True)).then("day").forward_fill()
    return (
        worked.select("need", "day", rank=rank)
        .with_columns(begins=begins)
        .filter(pl.col("day") == pl.col("begins"))
        .group_by("need")
        .agg(first=pl.col("rank").min())
        .with_columns(first=pl.col("first").replace_strict(list(ranks.values()), list(ranks), return_dtype=pl.String))
    )


def _begun(records: Records, request: Request, principal: Principal) -> pl.LazyFrame:
    """The needs that were asked for and this person may see, each with its number."""
    return needs_within(records, request, principal).with_columns(need=need_number())


def follows(records: Records, request: Request, principal: Principal) -> pl.DataFrame:
    """What directly followed what for these needs: columns of `measures.flow.transitions`.

    Pairs of fewer than eight people are left out for protected roles.
    """
    mine = _begun(records, request, principal).select("need")
    found = transitions(acts(records, request.options).join(mine, on="need", how="semi", maintain_order="left"))
    return found.filter(pl.col("people") >= FEWEST_PEOPLE) if policy_for(principal).protects else found


def waits(records: Records, request: Request, principal: Principal) -> pl.DataFrame:
    """Where the time goes: from asking to the first thing done, and from each thing done to the next of another kind.

    Returns:
        `before, after, times, people, days` (all of them together), `middle` (the median days), `longest` (three in four wait
        no longer); most days first. Steps of fewer than eight people are left out for protected roles.
    """
    asked = _begun(records, request, principal).select(
        "person_key", "day", "need", kind=pl.lit("asked"), turn=pl.lit(0, pl.Int8)
    )
    worked = (
        acts(records, request.options)
        .select("need", "day", kind=pl.col("kind").cast(pl.String))
        .join(asked.select("need", "person_key"), on="need", how="inner")
        .select("person_key", "day", "need", "kind", turn=pl.lit(1, pl.Int8))
    )
    steps = pl.concat([asked, worked]).sort("need", "day", "turn", maintain_order=True).with_columns(
        before=pl.col("kind").shift(1), days=pl.col("day") - pl.col("day").shift(1),
        same=(pl.col("need") == pl.col("need").shift(1)).fill_null(False),
    )  # fmt: skip
    told = (
        steps.filter(pl.col("same") & (pl.col("before") != pl.col("kind")))
        .group_by("before", after="kind")
        .agg(
            times=pl.len().cast(pl.Int64),
            people=pl.col("person_key").n_unique().cast(pl.Int64),
            days=pl.col("days").sum().cast(pl.Int64),
            middle=pl.col("days").quantile(0.5, interpolation="linear"),
            longest=pl.col("days").quantile(0.75, interpolation="linear"),
        )
        .sort("days", "before", "after", descending=[True, False, False])
        .collect()
    )
    return told.filter(pl.col("people") >= FEWEST_PEOPLE) if policy_for(principal).protects else told
