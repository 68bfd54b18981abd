"""A measure's observations, within what was asked for and what this person may see."""

from __future__ import annotations

import polars as pl

from measures.facts import needs
from measures.groups import with_groups
from measures.model.measure import Measure
from measures.model.principal import Principal
from measures.model.records import Records
from measures.model.time import day_number
from measures.request import Request
from measures.summary import NOT_RECORDED, Span, with_maturity

LAGGING_DAYS = 28  # a source further behind the newest than this is no longer looking
QUIET_DAYS = 14  # records silent for longer than this before their source was read were cut, not quiet


def observed_within(records: Records, measure: Measure, request: Request, principal: Principal) -> pl.LazyFrame:
    """The measure's observations, with `mature`, within what was asked for and what this person may see."""
    return within(measure.observe(records, request.options), records, request, principal)


def needs_within(records: Records, request: Request, principal: Principal) -> pl.LazyFrame:
    """The needs begun, as far as they were asked for and this person may see; the measure that is named has no say."""
    return within(needs(records, request.options).with_columns(mature_day="day"), records, request, principal)


def within(rows: pl.LazyFrame, records: Records, request: Request, principal: Principal) -> pl.LazyFrame:
    """Observations, or a tally of them, with `mature`, as far as they were asked for and this person may see."""
    rows = with_maturity(rows, records.scan("sources", request.as_of).select("source", "seen_day").collect())
    if principal.scope:
        rows = rows.filter(pl.col("service").cast(pl.String).is_in(list(principal.scope)))
    if request.groups:
        rows = with_groups(rows, records, request.as_of, request.groups)
    wanted: dict[str, list[str]] = {}
    for column, value in request.where:
        wanted.setdefault(column, []).append(value)
    for column, values in wanted.items():
        found = pl.col(column).cast(pl.String).is_in(values)
        rows = rows.filter(found | pl.col(column).is_null() if NOT_RECORDED in values else found)
    if request.since is not None:
        rows = rows.filter(pl.col("day") >= day_number(request.since))
    if request.until is not None:
        rows = rows.filter(pl.col("day") <= day_number(request.until))
    return rows


def span(records: Records, request: Request, observations: pl.LazyFrame, sums: pl.DataFrame) -> Span:
    """The days that the sources of these observations cover.

    Records that end weeks before their source stopped looking were cut there (an extract of one quarter's requests).
    """
    present = observations.select(pl.col("source").unique()).collect()["source"].cast(pl.String)
    sources = records.scan("sources", request.as_of).select("source", "seen_day").collect()
    days = sources.filter(pl.col("source").is_in(present.implode()))["seen_day"].to_list()
    if not days or sums.is_empty():
        return Span(0, 0, 0)
    # a period is whole when the slowest of the sources still looking has seen it; one long silent does not hold it up
    seen = min(day for day in days if max(days) - day <= LAGGING_DAYS)
    first, last = min(sums["first_day"].to_list()), max(sums["last_day"].to_list())
    cut = last if seen - last > QUIET_DAYS else seen
    return Span(
        began=first if request.since is None else min(first, day_number(request.since)),
        ended=cut if request.until is None else min(seen, day_number(request.until)),
        seen=seen,
    )
