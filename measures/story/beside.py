"""As printed, beside as computed: the same figure twice, from the report and from the records, and whether they agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isclose, prod

import polars as pl

from measures.model.published import Figure, PublishedCase, Wanted, Which
from measures.model.time import day_date
from measures.story.agencies import years
from measures.story.costs import Costs
from measures.story.cycles import Cycles

PENCE = 100


@dataclass(frozen=True)
class Beside:
    """A figure, and what our records give for the same thing.

    Attributes:
        figure: as printed. computed: ours; None where the records cannot tell.
        agrees: whether they are the same number; None where one of them is missing or is words.
    """

    figure: Figure
    computed: float | None
    agrees: bool | None


@dataclass(frozen=True)
class Known:
    """What our own figures may be made of: one person's records and what was computed from them."""

    rows: pl.DataFrame
    cycles: Cycles
    costs: Costs
    wanted: tuple[Wanted, ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)  # figures before this one, by key


def beside(case: PublishedCase, known: Known) -> tuple[Beside, ...]:
    """Every figure of a case with ours beside it, in the order of the report.

    Raises:
        KeyError: a figure names a way of computing that does not exist.
    """
    values: dict[str, float] = {}
    found = []
    for figure in case.figures:
        whole = Known(known.rows, known.cycles, known.costs, known.wanted, values)
        ours = WAYS[figure.of](figure, whole) if figure.of else None
        printed = figure.printed if isinstance(figure.printed, (int, float)) else None
        both = printed is not None and ours is not None
        found.append(Beside(figure, ours, isclose(printed, ours, rel_tol=1e-9) if both else None))  # type: ignore[arg-type]
        value = printed if printed is not None else ours
        if value is not None:
            values[figure.key] = value
    return tuple(found)


def counted(rows: pl.DataFrame, which: Which) -> pl.DataFrame:
    """The records of a story that a figure counts."""
    kept = rows
    if which.kinds:
        kept = kept.filter(pl.col("kind").is_in(which.kinds))
    if which.words:
        kept = kept.filter(pl.col("words").str.to_lowercase().str.contains(which.words.lower(), literal=True))
    if which.outcomes:
        kept = kept.filter(pl.col("outcome").is_in(which.outcomes))
    if which.asked_by:
        kept = kept.filter(pl.col("asked_by") == which.asked_by)
    if which.years:
        kept = kept.filter(pl.col("day").cast(pl.Date).dt.year().is_in(which.years))
    if which.seqs:
        kept = kept.filter(pl.col("seq").is_in(which.seqs))
    if which.before is not None:
        kept = kept.filter(pl.col("seq") < which.before)
    return kept


def _day(rows: pl.DataFrame, seq: int) -> int:
    return int(rows.filter(seq=seq)["day"][0])


def _days_between(figure: Figure, known: Known) -> float:
    first, last = figure.which.seqs
    return _day(known.rows, last) - _day(known.rows, first) + figure.plus


def _days_to_next(figure: Figure, known: Known) -> float | None:
    (closed,) = figure.which.seqs
    later = known.rows.filter((pl.col("kind") == "demand") & (pl.col("seq") > closed)).sort("seq")
    return None if later.is_empty() else int(later["day"][0]) - _day(known.rows, closed)


def _years_to(figure: Figure, known: Known) -> float | None:
    reached, span = counted(known.rows, figure.which), years(known.rows)
    return None if reached.is_empty() or span is None else day_date(int(reached["day"][0])).year - span[0]


def _end(at: int) -> Callable[[Figure, Known], float | None]:
    def year(_: Figure, known: Known) -> float | None:
        span = years(known.rows)
        return None if span is None else span[at]

    return year


def _pounds(pence: int | None) -> float | None:
    return None if pence is None else pence / PENCE


def _item(figure: Figure, known: Known) -> Wanted:
    return next(item for item in known.wanted if item.item in figure.parts)


def _rate(figure: Figure, known: Known) -> float | None:
    item = _item(figure, known)
    return (item.cost_pence or 0) / PENCE / item.hours if item.hours else None


def _of_parts(combine: Callable[[list[float]], float]) -> Callable[[Figure, Known], float | None]:
    def made(figure: Figure, known: Known) -> float | None:
        return combine([known.values[key] for key in figure.parts])

    return made


WAYS: dict[str, Callable[[Figure, Known], float | None]] = {
    "count": lambda figure, known: counted(known.rows, figure.which).height,
    "records": lambda _, known: known.rows.height,
    "agencies": lambda _, known: known.rows.filter("counted")["agency"].n_unique(),
    "first year": _end(0),
    "last year": _end(1),
    "years to": _years_to,
    "days between": _days_between,
    "days to next demand": _days_to_next,
    "cycles opened": lambda _, known: known.cycles.opened,
    "cycles completed": lambda _, known: known.cycles.completed,
    "wanted item": lambda figure, known: _pounds(_item(figure, known).cost_pence),
    "wanted low": lambda _, known: _pounds(known.costs.low),
    "wanted high": lambda _, known: _pounds(known.costs.high),
    "received": lambda _, known: _pounds(known.costs.received),
    "difference": lambda _, known: _pounds(known.costs.difference[0]) if known.costs.difference else None,
    "ratio": lambda _, known: known.costs.ratio[0] if known.costs.ratio else None,
    "rate per hour": _rate,
    "ratio of": _of_parts(lambda numbers: numbers[0] / numbers[1]),
    "product of": _of_parts(prod),
    "sum of": _of_parts(sum),
}
