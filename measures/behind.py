"""What stands behind one point: the needs, or the demands, that it is made of, for the team that may go and look.

A figure says that something happened; only the needs behind it say what. No person is named, and what identifies a need
here is a short mark that leads nowhere but back to the same row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b

import polars as pl

from measures.facts import CLASS, heard, needs
from measures.model.principal import Principal
from measures.model.records import Records
from measures.model.time import day_number, period_end, period_start
from measures.reading import observed
from measures.request import Request

MOST = 200  # rows: as many as somebody can go through
COUNTS, YOUNG, UNTOLD = "counts", "not yet known", "cannot be told"
NEED_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "mark": pl.String, "day": pl.Date, "service": pl.String, "front_door": pl.String, "demands": pl.Int64,
    "days": pl.Float64, "end": pl.String, "part": pl.String, "inside": pl.Boolean,
}  # fmt: skip
DEMAND_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "mark": pl.String, "day": pl.Date, "service": pl.String, "front_door": pl.String, "class": pl.String,
    "failure_type": pl.String, "part": pl.String, "inside": pl.Boolean,
}  # fmt: skip
OWN = {"day": pl.Int32, "service": pl.String, "front_door": pl.String}  # what an observation may say of itself
ENDS = {
    "met": "met", "met_in_part": "met in part", "died": "died", "moved": "moved away", "lost_contact": "lost contact",
    "withdrew": "withdrew", "screened_out": "screened out", "closed_unmet": "closed, not met", "open": "still open",
}  # fmt: skip
INFERRED = "closed, did not come back"
# Rows about single people are the team's (governance.md). Everybody else reads figures, and is told who to ask.
REFUSED = {
    "leader": "What stands behind a point is for the service's own team: ask them to look at it with you. "
    "You see every figure with its n.",
    "regulator": "What stands behind a point is for the service's own team: you read protected figures, from which no one "
    "person can be told.",
    "steward": "What stands behind a point is for the service's own team: a data steward sees counts of imports only.",
}


@dataclass(frozen=True)
class Behind:
    """What a point is made of.

    Attributes:
        rows: the newest first, at most 200. Of needs: `mark, day` (of first asking), `service, front_door, demands, days`
            (to the end, or so far), `end` in words; of demands: `mark, day, service, front_door, class, failure_type`;
            of what was done or decided the same columns, the last two null.
            Both: `part` (counts in the figure, not yet known, or cannot be told) and `inside`, whether it counts above
            the line of a share.
        total: how many there are, listed or not. counted: how many of them count: the point's n.
        of_needs: whether a row is a need; else it is a demand.
        refused: why this person sees none; empty where they may.
    """

    rows: pl.DataFrame
    total: int
    counted: int
    of_needs: bool
    refused: str = ""


def behind(records: Records, request: Request, start: date, principal: Principal) -> Behind:
    """What the point is made of whose period holds this day.

    Args:
        records: to read from.
        request: as the point was read; its period and filters count, its split does not.
        start: a day of the point's period, such as its first.
        principal: who asks; only the team (or one's own laptop) is shown rows about single people.

    Raises:
        ReadingError: as `read` does; also where the measure has no points over time.
    """
    if principal.role in REFUSED:
        return Behind(pl.DataFrame(schema=DEMAND_COLUMNS), 0, 0, False, REFUSED[principal.role])
    request = replace(request, shape="series", split=None)
    first, last = _days(start, request)
    within = pl.col("day").is_between(first, last)
    rows, measure = observed(records, request, principal)
    of_needs = "flow" in measure.tags
    counts = pl.col("mature") & (pl.col("denominator") > 0)
    own = [name for name in OWN if name in rows.collect_schema()]
    made_of = rows.filter(within).select(
        "record_id", *(pl.col(name).alias(f"own_{name}") for name in own),
        part=pl.when(~pl.col("mature")).then(pl.lit(YOUNG)).when(counts).then(pl.lit(COUNTS)).otherwise(pl.lit(UNTOLD)),
        inside=counts & (pl.col("numerator") > 0),
    ).collect()  # fmt: skip
    if of_needs:  # a need may count on another day than that of its first demand: when it ended
        mine = pl.col("record_id").is_in(made_of["record_id"].implode())
        told = _needs(needs(records, request.options)).filter(mine)
    else:
        told = _demands(heard(records, request.options, CLASS).filter(within))
    found = made_of.join(told.collect(), on="record_id", how="left")
    if not of_needs:  # what was done or decided is no demand: what it says of itself is shown
        found = found.with_columns(pl.coalesce(pl.col(name, f"own_{name}").cast(OWN[name])).alias(name) for name in own)
    newest = found.sort("day", "record_id", descending=True).head(MOST)
    marks = [blake2b(record.encode(), digest_size=4).hexdigest() for record in newest["record_id"]]
    columns = NEED_COLUMNS if of_needs else DEMAND_COLUMNS
    listed = newest.with_columns(mark=pl.Series(marks, dtype=pl.String)).select(
        pl.col(name).cast(kind) for name, kind in columns.items()
    )
    return Behind(listed, found.height, found.filter(pl.col("part") == COUNTS).height, of_needs)


def _days(start: date, request: Request) -> tuple[int, int]:
    """The first and last day of the period that holds a day."""
    day = pl.DataFrame({"day": [day_number(start)]}, schema={"day": pl.Int32})
    begun = day.select(start=period_start(pl.col("day"), request.period))
    return begun.item(), int(begun.select(period_end(pl.col("start").cast(pl.Int32), request.period)).item())


def _needs(rows: pl.LazyFrame) -> pl.LazyFrame:
    ended = pl.col("end_day").is_not_null() & ~pl.col("met")
    said = pl.col("end_kind").replace_strict(ENDS, return_dtype=pl.String)
    return rows.select(
        record_id="need_id",
        day="day",
        service="service",
        front_door="front_door",
        demands="demands",
        days=pl.when(ended).then((pl.col("end_day") - pl.col("day")).cast(pl.Float64)).otherwise("days"),
        end=pl.when(pl.col("met") & pl.col("inferred")).then(pl.lit(INFERRED)).otherwise(said),
    )


def _demands(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.select("day", "service", "front_door", "class", "failure_type", record_id="demand_id")
