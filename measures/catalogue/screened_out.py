"""How often the first thing decided is that a person is not for us."""

from __future__ import annotations

import polars as pl

from measures.decisions import first_decisions, loose_decisions
from measures.model.measure import SPLITS, Measure, Options
from measures.model.records import Records


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need, on the day of its first decision: 1 where it was out.

    Undecided is unknown, on the day of the first demand; so is a decision that belongs to no need anybody can tell.
    """
    needs = first_decisions(records, options).with_columns(
        record_id="need_id", day=pl.coalesce("decided_day", "day"), told=pl.col("out").is_not_null()
    )
    loose = loose_decisions(records, options).select(
        "source", "service", "agency", "team", "place", "issue", "person_key", "day", record_id="activity_id",
        told=pl.lit(False), out=pl.lit(None, pl.Boolean),
    )  # fmt: skip
    both = pl.concat([needs, loose], how="diagonal_relaxed").with_columns(
        numerator=pl.col("out").fill_null(False).cast(pl.Float64),
        denominator=pl.col("told").cast(pl.Float64),
        weight=pl.lit(1.0),
        unknown=~pl.col("told"),
        mature_day="day",
    )
    return both.drop("told", "out", "decided_day", "decided_unit", "decided_person")


MEASURE = Measure(
    name="screened_out",
    title="Screened out",
    question="How often is the first decision that a person is not for us, or that the case is closed?",
    purpose="To see how much of the work is keeping people out, and ask what becomes of them.",
    why_it_matters="In an adult social care service 78 per cent of people first referred for assessment were screened out; "
    "in a children's service 82 per cent of cases were closed at this point. Demand does not go away because of it.",
    definition="Needs whose first decision was out or closed, out of all needs decided, when that was decided. Whoever was "
    "helped without a decision was taken on; those not decided yet are shown beside it.",
    unit="of needs decided",
    kind="share",
    better="lower",
    readings=("series", "breakdown"),
    chart="p_prime",
    report_lines=(268,),
    tags=("decisions",),
    observe=observe,
    phrase="of needs first decided in any {period} are screened out or closed",
    splits=SPLITS,
)
