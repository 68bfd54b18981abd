"""One person's story, put together: everything a page shows, computed once from that person's records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from measures.model.principal import Principal
from measures.model.published import PublishedCase, Received, Wanted
from measures.model.records import Records
from measures.model.time import day_date, seen_through
from measures.standing import standing
from measures.story.agencies import agencies_over_time
from measures.story.beside import Beside, Known, beside
from measures.story.continuity import Continuity, continuity
from measures.story.costs import Costs, costs
from measures.story.cycles import Cycles, cycles, published_cycles
from measures.story.doubts import doubts
from measures.story.lines import is_in_sequence, lines
from measures.story.opening import may_open


class StoryRefused(Exception):
    """This person may not open this story; the message says whose it is."""


@dataclass(frozen=True)
class Story:
    """What is known of one person.

    Attributes:
        rows: every record in order, `lines.LINES`. in_sequence: whether only the order is known.
        period, agencies: how many agencies over time, see `agencies.agencies_over_time`.
        cycles, costs, continuity: see their files.
        wanted, received: the two lists; of real people what they were asked and what carries a want.
        beside: figures as printed and as computed; of real people none.
        doubts: what in the records contradicts itself or is missing.
    """

    rows: pl.DataFrame
    in_sequence: bool
    period: str
    agencies: pl.DataFrame
    cycles: Cycles
    costs: Costs
    continuity: Continuity
    wanted: tuple[Wanted, ...] = ()
    received: tuple[Received, ...] = ()
    beside: tuple[Beside, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def number_of_agencies(self) -> int:
        """Distinct agencies, without blank, `all` and `unstated`."""
        return int(self.rows.filter("counted")["agency"].n_unique())


def story(records: Records, person_key: int, principal: Principal) -> Story:
    """The story of a real person in these records.

    Raises:
        StoryRefused: this principal may not open it.
    """
    if refused := may_open(principal):
        raise StoryRefused(refused)
    return _told(records, person_key, wanted=_wants(records, person_key))


def published_story(records: Records, person_key: int, case: PublishedCase, told: pl.DataFrame) -> Story:
    """The story of a published case: open for everyone, with the report's figures beside ours.

    Args:
        records: of the published cases.
        person_key: the case's person.
        case: what the report prints.
        told: what it says beside each event, see `lines.lines`.
    """
    return _told(records, person_key, wanted=case.wanted, case=case, told=told)


def _told(records: Records, person_key: int, *, wanted: tuple[Wanted, ...], case: PublishedCase | None = None,
          told: pl.DataFrame | None = None) -> Story:  # fmt: skip
    rows = lines(records, person_key, told)
    done = published_cycles(records, person_key) if case else cycles(records, person_key)
    printed, year = (case.received_pence, case.price_year) if case else (None, None)
    spent = costs(rows, wanted, printed, year)
    until = None if case else _seen(records)
    period, agencies = agencies_over_time(rows, until)
    known = Known(rows, done, spent, wanted)
    return Story(
        rows, is_in_sequence(rows), period, agencies, done, spent, continuity(records, person_key, rows), wanted,
        case.received if case else (), beside(case, known) if case else (),
        doubts(records, person_key, rows, spent, done),
    )  # fmt: skip


def _seen(records: Records) -> date:
    """The last day that the records see whole."""
    return day_date(seen_through(records.newest, "Europe/London"))


def _wants(records: Records, person_key: int) -> tuple[Wanted, ...]:
    """What the person was asked and said, of all their needs."""
    # a need that its source does not name is called by its first demand
    needs = [
        records.scan(frame).filter(pl.col("person_key") == person_key).select(need_id=name).drop_nulls()
        for frame, name in (("demands", "need_id"), ("demands", "demand_id"), ("source_needs", "need_id"))
    ]
    own = pl.concat(needs).unique()
    asked = standing(records, "want").join(own, on="need_id", how="semi").sort("want_id").collect()
    return tuple(
        Wanted(row["item"], row["cost_pence"], met=row["met"], serves=row["want_id"])
        for row in asked.iter_rows(named=True)
    )
