"""Who asks again after being assessed, and how many times: everybody who was assessed, followed from their first assessment."""

from __future__ import annotations

import numpy as np
import polars as pl

from measures.acts import DATED
from measures.building import kept_heard
from measures.facts import by_source
from measures.model.measure import Options
from measures.model.records import Records

COLUMNS = ("source", "service", "agency", "team", "place")
YEAR = 365  # days; the report gives none, so a year


def assessed(records: Records, options: Options) -> pl.LazyFrame:
    """One row a person, from the first assessment that records tell of; and one an assessment of nobody known.

    Returns:
        `person_key, day` (of the assessment), `record_id, source, service, agency, team, place, seen_day`, and `later`: the
        days from the assessment to each later demand of theirs, at any door, in order. A demand on the day of the assessment
        is not later: nobody can say which came first. One that names nobody is that of the person of its need, where another
        demand of it names them. Null where nobody knows the person.
    """
    rows = (
        records.scan("activities", options.as_of)
        .filter(DATED & (pl.col("kind") == "assess"))
        .select(
            "person_key", *(pl.col(name).cast(pl.Categorical) for name in COLUMNS),
            day="started_day", record_id="activity_id",
        )
    )  # fmt: skip
    known = rows.filter(pl.col("person_key").is_not_null())
    index = known.sort("day", "record_id").unique("person_key", keep="first", maintain_order=True)
    asked = kept_heard(records, options).select(person_key="unit", asked="day")
    later = (
        asked.join(index.select("person_key", "day"), on="person_key")
        .filter(pl.col("asked") > pl.col("day"))
        .group_by("person_key")
        .agg(later=(pl.col("asked") - pl.col("day")).sort())
    )
    followed = index.join(later, on="person_key", how="left").with_columns(
        pl.col("later").fill_null(pl.lit([], pl.List(pl.Int32)))
    )
    nobody = rows.filter(pl.col("person_key").is_null())
    sources = records.scan("sources", options.as_of).select("source", "seen_day").collect()
    return pl.concat([followed, nobody], how="diagonal").with_columns(by_source(sources, "seen_day"))


def mean_cumulative(later: pl.Series, seen_days: pl.Series) -> pl.DataFrame:
    """The mean cumulative function: how many later demands a person has made by each day, those seen less long included.

    Each day adds the demands of that day over the people still seen by then (Nelson 1988).

    Args:
        later: of each person, the days of their later demands.
        seen_days: of each person, how many days they have been seen for.

    Returns:
        `x` (days), `value`, `at_risk` (people seen for so long), `events` (people who asked on that day), beginning at 0.
    """
    seen = np.sort(seen_days.to_numpy())
    days = pl.DataFrame({"person": range(len(later)), "x": later, "seen": seen_days}).explode("x").drop_nulls("x")
    steps = (
        days.filter(pl.col("x") <= pl.col("seen"))
        .group_by("x")
        .agg(demands=pl.len(), events=pl.col("person").n_unique().cast(pl.Int64))
        .sort("x")
    )
    at_risk = seen.size - np.searchsorted(seen, steps["x"].to_numpy(), side="left")
    origin = pl.DataFrame({"x": [0.0], "value": [0.0], "at_risk": [seen.size], "events": [0]})
    told = steps.select(
        pl.col("x").cast(pl.Float64), value=(pl.col("demands") / pl.Series(at_risk, dtype=pl.Int64)).cum_sum(),
        at_risk=pl.Series(at_risk, dtype=pl.Int64), events="events",
    )  # fmt: skip
    return pl.concat([origin, told])
