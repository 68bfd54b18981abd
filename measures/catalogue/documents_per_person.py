"""How much is written about one person."""

from __future__ import annotations

import polars as pl

from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.yearly import tells_its_year, year_end, year_of

BY = ("source", "service", "agency")


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a person, kind and calendar year: different documents made about them; the person counts once a year.

    A document with the same content about the same person counts once, when it was first made (of several on that day the
    first recorded); one whose content nobody knows counts by itself. A document about nobody known is unknown.
    """
    by = tuple(name for name in BY if name in options.columns)
    written = (
        records.scan("documents", options.as_of)
        .filter(tells_its_year("created"))
        .select(
            "document_id", "person_key", "activity_id", "source", "agency", "kind", day="created_day",
            content=pl.coalesce("content_hash", pl.concat_str(pl.lit("only "), "document_id")).hash(),
        )
        .collect()
    )  # fmt: skip
    behind = pl.col("activity_id").is_in(written["activity_id"].drop_nulls().unique().implode())
    services = records.scan("activities", options.as_of).filter(behind).select("activity_id", "service")
    made = (
        written.lazy()
        .join(services, on="activity_id", how="left")
        .with_columns(pl.col("source", "agency", "service", "kind").cast(pl.Categorical))
    )
    once = made.filter(pl.col("person_key").is_not_null()).sort("day", maintain_order=True)
    rows = once.unique(("person_key", "content", *by), keep="first", maintain_order=True).with_columns(year=year_of())
    rest = [pl.col(name).first() for name in BY if name not in by]
    counted = rows.group_by("year", "person_key", "kind", *by, maintain_order=True).agg(
        pl.col("day", "document_id").first(), *rest, numerator=pl.len().cast(pl.Float64)
    )
    first = pl.struct("year", "person_key", *by).is_first_distinct()
    known = counted.rename({"document_id": "record_id"}).with_columns(
        denominator=first.cast(pl.Float64), unknown=pl.lit(False)
    )
    nobody = made.filter(pl.col("person_key").is_null()).select(
        "person_key", "kind", "day", *BY, year=year_of(), numerator=pl.lit(0.0), denominator=pl.lit(0.0),
        record_id="document_id", unknown=pl.lit(True),
    )  # fmt: skip
    return pl.concat([known.select(nobody.collect_schema().names()), nobody]).with_columns(
        weight=pl.lit(1.0), mature_day=year_end()
    )


def breakdown(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Documents of each kind, for each person about whom anything was written that year."""
    known = observations.filter(~pl.col("unknown"))
    everybody = known["denominator"].sum()
    none, people = pl.lit(None, pl.Float64), pl.col("person_key").n_unique().cast(pl.Int64)
    return (
        known.group_by(document=pl.col("kind").cast(pl.String).fill_null("not recorded"))
        .agg(value=pl.col("numerator").sum() / everybody, n=pl.col("numerator").sum().cast(pl.Int64), people=people)
        .select(
            "document", "value", lower=none, upper=none, source=pl.lit(None, pl.String), n="n", people="people",
            people_in="people",
        )
        .sort("value", "document", descending=[True, False])
    )  # fmt: skip


MEASURE = Measure(
    name="documents_per_person",
    title="Documents a person",
    question="How much is written about one person?",
    purpose="To see how much writing stands between a person and help, and which forms could go.",
    why_it_matters="The records of eight people came to around 800 documents, and none of the eight was better off.",
    definition="Different documents made about a person in the calendar year, reports and letters included ÷ people about "
    "whom one was made. The same document about the same person counts once.",
    unit="documents a person",
    kind="rate",
    better="lower",
    readings=("series", "breakdown"),
    chart="u_prime",
    report_lines=(300, 346),
    tags=("people",),
    observe=observe,
    breakdown=breakdown,
    splits=BY,
    periods=("year",),
)
