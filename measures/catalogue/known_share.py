"""How much demand comes from people the system already knows."""

from __future__ import annotations

import polars as pl

from measures.facts import CONTACT, by_source, heard
from measures.model.measure import SPLITS, Measure, Options
from measures.model.records import Records
from measures.observing import demands


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a demand: 1 where the person was in contact on an earlier day within the lookback; unlinked is unknown.

    Demands nearer to the beginning of their source's records than the lookback are left out: nobody could be known yet.
    """
    every = heard(records, options)
    began = every.group_by(pl.col("source").cast(pl.String)).agg(began=pl.col("day").min()).collect()
    rows = heard(records, options, CONTACT)
    since = pl.col("day") - pl.col("previous_contact_day")
    told = rows.filter(pl.col("day") >= by_source(began, "began") + options.lookback_days)
    told = told.with_columns(weight=pl.lit(1.0))
    return demands(told, counted=since <= options.lookback_days, among=pl.col("person_key").is_not_null())


MEASURE = Measure(
    name="known_share",
    title="Demand from people already known",
    question="How often do people who ask us for help turn out to be people we already know?",
    purpose="To show whether the service meets people as new each time, and so assesses them again each time.",
    why_it_matters="86 per cent of the demand hitting a health system came from people already known to it; in one "
    "contact team not a single demand was new.",
    definition="Demands whose person was in contact on an earlier day within the lookback, out of all demands "
    "linked to a person.",
    unit="of demand",
    kind="share",
    better="neither",
    readings=("series", "breakdown"),
    chart="p_prime",
    report_lines=(282, 284),
    tags=("demand", "core"),
    observe=observe,
    phrase="of demand in any {period} comes from people already known",
    splits=tuple(name for name in SPLITS if name != "team"),
    caveat="How far back we look decides the figure; it is printed with it.",
)
