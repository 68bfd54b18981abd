"""Whether the few who ask most this year are those who asked most last year: what a service built round a list would meet."""

from __future__ import annotations

import polars as pl

from measures.catalogue import MEASURES
from measures.concentrated import persistence
from measures.disclosure import policy_for, protect
from measures.model.principal import Principal
from measures.model.records import Records
from measures.model.time import day_date
from measures.request import Request
from measures.within import observed_within


def staying(records: Records, request: Request, principal: Principal) -> pl.DataFrame:
    """Of those in the top share of residents in each year, how many were in it the year before.

    Args:
        records: what is known.
        request: of `concentration`, with the line that says which top share.
        principal: who asks; a protected role reads protected counts, and no share of fewer than 80 people.

    Returns:
        One row a year seen whole, after the first: `year` and `before` (day numbers of 1 January), `people` in the top,
        `stayed` of them (as numbers of people; people who are equal count in part) and `value`, the share of these.
    """
    rows = observed_within(records, MEASURES["concentration"], request, principal)
    whole = rows.filter(pl.col("mature") & ~pl.col("unknown")).select("year", "person_key", "inside").collect()
    told = persistence(whole).select(
        "year", "before", "people", people_in=pl.col("people") * pl.col("stayed"), value="stayed"
    )
    policy = policy_for(principal)
    if policy.protects:
        told = told.with_columns(pl.col("people", "people_in").round(), n=pl.col("people").round())
    return protect(told, policy, share=True).select("year", "before", "people", "value", stayed="people_in")


def staying_says(table: pl.DataFrame) -> str:
    """The newest year in a sentence; empty where there are not two years.

    >>> staying_says(pl.DataFrame({"year": [18262], "before": [17897], "people": [100.0], "stayed": [34.2], "value": [0.342]}))
    'Of the 100 people with most in 2020, 34 were among them in 2019 too.'
    """
    told = table.drop_nulls()
    if told.is_empty():
        return ""
    newest = told.row(-1, named=True)
    year, before = (day_date(newest[name]).year for name in ("year", "before"))
    return f"Of the {newest['people']:,.0f} people with most in {year}, {newest['stayed']:,.0f} were among them in {before} too."
