"""How often a decision does not stand when somebody appeals."""

from __future__ import annotations

import polars as pl

from measures.acts import DATED
from measures.model.measure import Measure, Options
from measures.model.records import Records

SPLITS = ("source", "service", "agency", "team", "place", "issue")


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row an appeal decided: 1 where the decision was overturned, 0 where it was upheld.

    An appeal is told by its outcome: other decisions end neither way.
    """
    outcome = pl.col("outcome")
    appeals = (pl.col("kind") == "decide") & outcome.is_in(["upheld", "overturned"]) & DATED
    return (
        records.scan("activities", options.as_of)
        .filter(appeals.fill_null(False))
        .select(
            *(pl.col(name).cast(pl.Categorical) for name in SPLITS),
            "person_key",
            day="started_day",
            numerator=(outcome == "overturned").cast(pl.Float64),
            denominator=pl.lit(1.0),
            weight=pl.lit(1.0),
            unknown=pl.lit(False),
            mature_day="started_day",
            record_id="activity_id",
        )
    )


MEASURE = Measure(
    name="overturned",
    title="Decisions overturned on appeal",
    question="When people appeal, how often were they right and we were wrong?",
    purpose="To get decisions right the first time, so that nobody has to fight for what is theirs.",
    why_it_matters="One study found that 90 per cent of cases are eventually won by the appellant: the decision could "
    "have been right at first, without months of waiting and legal costs.",
    definition="Appeals in which the decision was overturned, out of all appeals decided (overturned or upheld), when they "
    "were decided.",
    unit="of appeals decided",
    kind="share",
    better="lower",
    readings=("series", "breakdown"),
    chart="p_prime",
    report_lines=(306,),
    tags=("decisions",),
    observe=observe,
    phrase="of appeals decided in any {period} overturn the decision",
    splits=SPLITS,
    caveat="Only those who appeal are seen: a wrong decision that nobody fights is not in this figure.",
)
