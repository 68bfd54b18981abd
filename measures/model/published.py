"""What a published case prints beside its events: figures, costs, what was wanted, and where the print contradicts itself.

A figure as printed is never changed: what our records give for the same thing stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Number = int | float


@dataclass(frozen=True)
class Which:
    """Which records of a story a figure counts; what is left empty does not narrow.

    Attributes:
        kinds: kinds of record. words: a part of its words. outcomes: how it came out. asked_by: who asked.
        years: in which years. seqs: which places in the story. before: only places before this one.
    """

    kinds: tuple[str, ...] = ()
    words: str = ""
    outcomes: tuple[str, ...] = ()
    asked_by: str = ""
    years: tuple[int, ...] = ()
    seqs: tuple[int, ...] = ()
    before: int | None = None


@dataclass(frozen=True)
class Figure:
    """One figure of a published case.

    Attributes:
        key: names it within its case.
        name: in words.
        line: of the report, as text: "525", "498 to 506".
        printed: as the report prints it; None: it prints none, and ours stands alone.
        unit: `number`, `pounds`, `year`, `days`, `years`, `share`.
        of: how our own figure is made, a name in `measures.story.beside`; empty: it cannot be.
        which: the records it counts. parts: keys of the figures it is made of. plus: added to it, as the report says.
        remark: what a reader must know to compare the two.
    """

    key: str
    name: str
    line: str
    printed: Number | str | None = None
    unit: str = "number"
    of: str = ""
    which: Which = Which()
    parts: tuple[str, ...] = ()
    plus: Number = 0
    remark: str = ""


@dataclass(frozen=True)
class Wanted:
    """Something the person wanted, in their words, and what it would have cost.

    Attributes:
        item: short. cost_pence: None where not stated. line: of the report, or empty.
        either: items with the same word here are "and/or": one of them may be enough.
        serves: which words of the person it answers. hours: of work it is, where said.
    """

    item: str
    cost_pence: int | None = None
    line: str = ""
    either: str = ""
    serves: str = ""
    hours: float | None = None
    met: bool | None = None


@dataclass(frozen=True)
class Received:
    """Something the person received, and how far it is what they wanted.

    Attributes:
        item: as printed. line: of the report. serves: the words of the person it comes nearest to; empty: none of them.
        how: how far, in words.
    """

    item: str
    line: str = ""
    serves: str = ""
    how: str = ""


@dataclass(frozen=True)
class Flag:
    """Where the print contradicts itself or leaves something out."""

    says: str
    line: str


@dataclass(frozen=True)
class PublishedCase:
    """One published story, or a group of people of whom only figures are printed.

    Attributes:
        name: in the address. title: for people. line: where the report tells of it.
        about: who it is, in a sentence. figures, flags: as above.
        said: what the person said they wanted, a line each: (name, own words).
        wanted, received: the two lists. received_pence: what was spent, as printed, with its `price_year` and `since`.
        afterwards: what became of it later, in a sentence. events: whether the report tells the story event by event.
    """

    name: str
    title: str
    line: str
    about: str = ""
    figures: tuple[Figure, ...] = ()
    flags: tuple[Flag, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    wanted: tuple[Wanted, ...] = ()
    received: tuple[Received, ...] = ()
    received_pence: int | None = None
    price_year: int | None = None
    spent: str = ""
    afterwards: str = ""
    events: bool = True
