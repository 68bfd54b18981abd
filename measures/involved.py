"""Who had to do with each person, year by year: agencies, teams and workers, in the year and since the first record."""

from __future__ import annotations

import polars as pl

from measures.model.measure import Options
from measures.model.records import Kept, Records
from measures.yearly import year_of

VERSION = "1"  # of what is kept
OF = ("agencies", "teams", "workers")
COLUMN = {"agencies": "agency", "teams": "team", "workers": "worker_id"}
NO_AGENCY = ("", "all", "unstated")  # how published stories write that no one agency is meant


def involved(records: Records, options: Options, by: tuple[str, ...]) -> pl.LazyFrame:
    """One row a person and year in which anything happened, and one a record of nobody known; built once after an import.

    A referral counts the agency it leads to. Records dated only to a year, or to their place in a story, count in the year
    their day falls in.

    Args:
        records: with demands and activities.
        options: for `as_of`.
        by: columns (source, service) of which each value is counted alone.

    Returns:
        `person_key, year, day` (the first of the year), `source, service, record_id, unknown`, and a count of different
        ones for each of `agencies, teams, workers` and, from the first record on, `agencies_so_far` and so on.
    """

    def build(_: Kept | None) -> pl.LazyFrame:
        return _build(records, options, by)

    return records.keep("involved", (VERSION, str(options.as_of), *by), build)


def _build(records: Records, options: Options, by: tuple[str, ...]) -> pl.LazyFrame:
    rows = _happened(records, options).collect().lazy()
    known = rows.filter(pl.col("person_key").is_not_null())
    rest = [pl.col(name).first() for name in ("source", "service") if name not in by]
    years = known.group_by("person_key", "year", *by).agg(
        pl.col("day").min(), *rest, pl.col("record_id").min()
    )  # fmt: skip
    for name in OF:
        years = years.join(_met(known, name, by), on=["person_key", "year", *by], how="left", nulls_equal=True)
    ordered = years.with_columns(pl.col(*OF).fill_null(0)).sort("person_key", *by, "year").with_columns(
        pl.col(f"new_{name}").fill_null(0).cum_sum().over("person_key", *by).alias(f"{name}_so_far") for name in OF
    )  # fmt: skip
    nobody = rows.filter(pl.col("person_key").is_null()).select(
        "person_key", "year", "day", "source", "service", "record_id", unknown=pl.lit(True)
    )
    return pl.concat(
        [ordered.drop(f"new_{name}" for name in OF).with_columns(unknown=pl.lit(False)), nobody], how="diagonal"
    )


def _met(known: pl.LazyFrame, name: str, by: tuple[str, ...]) -> pl.LazyFrame:
    """How many different ones each person met in each year (`name`), and how many of them for the first time (`new_…`)."""
    column = COLUMN[name]
    pairs = known.filter(pl.col(column).is_not_null()).group_by("person_key", "year", column, *by).agg()
    if name == "agencies":
        pairs = pairs.filter(~pl.col(column).cast(pl.String).str.to_lowercase().is_in(NO_AGENCY))
    since = pairs.group_by("person_key", column, *by).agg(since=pl.col("year").min())
    told = pairs.join(since, on=["person_key", column, *by], how="left", nulls_equal=True)
    new = (pl.col("since") == pl.col("year")).sum().cast(pl.Int64).alias(f"new_{name}")
    return told.group_by("person_key", "year", *by).agg(pl.len().cast(pl.Int64).alias(name), new)


def _happened(records: Records, options: Options) -> pl.LazyFrame:
    """Demands and activities alike: who, in which year, with which agency, team and worker."""
    asked = records.scan("demands", options.as_of).filter(pl.col("received_day").is_not_null()).select(
        "person_key", "source", "service", "agency", team=pl.lit(None, pl.String), worker_id=pl.lit(None, pl.String),
        day="received_day", year=year_of("received_day"), record_id="demand_id",
    )  # fmt: skip
    led_to = pl.when(pl.col("kind") == "refer").then(pl.coalesce("to_agency", "agency")).otherwise("agency")
    done = records.scan("activities", options.as_of).filter(pl.col("started_day").is_not_null()).select(
        "person_key", "source", "service", led_to.alias("agency"), "team", "worker_id",
        day="started_day", year=year_of("started_day"), record_id="activity_id",
    )  # fmt: skip
    texts = ("source", "service", "agency", "team", "worker_id")
    return pl.concat([asked, done]).with_columns(pl.col(texts).cast(pl.Categorical))
