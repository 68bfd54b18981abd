"""How many people live there, year by year, those who never ask included: what a share of everybody is a share of."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from measures.model.measure import Options
from measures.model.records import Records
from measures.model.time import day_date
from measures.yearly import year_end

COUNTED, LISTED, UNKNOWN = "population", "people", "nothing"


@dataclass(frozen=True)
class Residents:
    """How many live there.

    Attributes:
        years: `year` (the day number of its 1 January) and `residents`, null where nobody knows.
        told_by: `population` (a count of residents), `people` (the register of people) or `nothing`.
    """

    years: pl.DataFrame
    told_by: str

    @property
    def sentence(self) -> str:
        """The denominator in words: of how many, and who says so."""
        known = self.years.drop_nulls().sort("year")
        if known.is_empty():
            return "Nobody knows how many people live there, so no share of residents can be told: import `population`."
        last, number = known.row(-1)
        source = "the population records" if self.told_by == COUNTED else "the register of people"
        return f"Residents: {number:,} in {day_date(last).year}, from {source}, people who never asked included."


def residents(records: Records, options: Options, years: pl.Series) -> Residents:
    """How many people live there in each of these years.

    `population` is asked first: for each area the newest count by the end of the year; before the first count of an
    area its residents are not known. Where there is no population, whoever the register of people shows to live there
    at any time of the year counts.

    Args:
        records: with the frames `population` and `people`.
        options: for `as_of`.
        years: day numbers of 1 January.
    """
    wanted = pl.DataFrame({"year": years.unique().sort()}, schema={"year": pl.Int32}).with_columns(end=year_end())
    counts = (
        records.scan("population", options.as_of)
        .filter(pl.col("people").is_not_null() & pl.col("period_day").is_not_null())
        .select("area", "people", end="period_day")
        .sort("end", "people")
        .collect()
    )
    if counts.height:
        areas = wanted.join(counts.select("area").unique(), how="cross").sort("end")
        told = areas.join_asof(counts, on="end", by="area", strategy="backward", check_sortedness=False)
        every = pl.when(pl.col("people").null_count() == 0).then(pl.col("people").sum())
        return Residents(told.group_by("year").agg(residents=every).sort("year"), COUNTED)
    people = records.scan("people", options.as_of).select("person_key", "from_day", "to_day").collect()
    if people.is_empty() or wanted.is_empty():
        return Residents(wanted.select("year", residents=pl.lit(None, pl.Int64)), UNKNOWN)
    living = [
        people.filter(
            (pl.col("from_day") <= end).fill_null(True) & (pl.col("to_day") >= year).fill_null(True)
        )["person_key"].n_unique()
        for year, end in wanted.rows()
    ]  # fmt: skip
    return Residents(wanted.select("year", residents=pl.Series(living, dtype=pl.Int64)), LISTED)
