"""Are those in the hardest position helped as often as those in the easiest?"""

from __future__ import annotations

import polars as pl

from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.ratings import all_needs, rated
from measures.survival import wilson

DEFAULT_WINDOW = 90  # days within which a need counts as met
HARDEST, MIDDLE, EASIEST = "hardest third", "middle third", "easiest third"
GAP = "easiest less hardest"
SPLITS = ("source", "service", "agency", "front_door", "channel", "place", "made_by", "team", "issue")


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need: 1 where it was met within w days of the first demand.

    How hard it was at first is the person's own first rating about it, given before it was met; without one: unknown.
    `difficulty` is a third of all rated needs, by rating: equal ratings share a third, decided by the middle of their ranks, so
    that thirds need not be equal. The lowest ratings are the hardest.
    """
    window = options.window(DEFAULT_WINDOW)
    first = rated(records, options).unique("need_id", keep="first", maintain_order=True)
    rows = all_needs(records, options).filter(~pl.col("lifelong")).join(
        first.lazy().select("need_id", first_rating="rating", rated_day="asked_on_day"), on="need_id", how="left"
    )  # fmt: skip
    met_first = (pl.col("met") & (pl.col("rated_day") > pl.col("end_day"))).fill_null(False)
    known = pl.col("first_rating").is_not_null() & ~met_first
    ranked = rows.with_columns(baseline=pl.when(known).then("first_rating"))
    place = (pl.col("baseline").rank("average") - 0.5) / pl.col("baseline").count()
    third = (
        pl.when(place < 1 / 3).then(pl.lit(HARDEST)).when(place > 2 / 3).then(pl.lit(EASIEST)).otherwise(pl.lit(MIDDLE))
    )
    took = pl.col("end_day") - pl.col("day")
    closed = (pl.col("inferred") & pl.col("end_day").is_not_null()).fill_null(False)
    matures = pl.col("day") + window + pl.when(closed).then("reopen_days").otherwise(0)
    return ranked.with_columns(difficulty=pl.when(known).then(third)).select(
        *(pl.col(name).cast(pl.String) for name in SPLITS),
        "day", "person_key", "difficulty",
        numerator=(known & pl.col("met") & (took >= 0) & (took <= window)).fill_null(False).cast(pl.Float64),
        denominator=known.cast(pl.Float64),
        weight=pl.lit(1.0),
        unknown=~known,
        mature_day=matures.cast(pl.Int32),
        record_id="need_id",
        met="met",
        inferred="inferred",
    )  # fmt: skip


def breakdown(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Of each year's needs, the share met in each third, and how far the easiest are ahead of the hardest."""
    mature = observations.filter("mature") if "mature" in observations.columns else observations
    named = mature.filter(pl.col("denominator") > 0).with_columns(year=pl.col("day").cast(pl.Date).dt.year())
    sums = named.group_by("year", "difficulty").agg(
        n=pl.len().cast(pl.Int64), met=pl.col("numerator").sum(),
        people=pl.col("person_key").drop_nulls().n_unique().cast(pl.Int64),
        people_in=pl.col("person_key").filter(pl.col("numerator") > 0).drop_nulls().n_unique().cast(pl.Int64),
    )  # fmt: skip
    low, high = wilson(pl.col("met"), pl.col("n").cast(pl.Float64))
    thirds = sums.with_columns(value=pl.col("met") / pl.col("n"), lower=low, upper=high)
    easy, hard = (
        thirds.filter(pl.col("difficulty") == name).select("year", "value", "lower", "upper", "n")
        for name in (EASIEST, HARDEST)
    )
    both = easy.join(hard, on="year", suffix="_hard")
    ahead = pl.col("value") - pl.col("value_hard")
    down = ((pl.col("value") - pl.col("lower")) ** 2 + (pl.col("upper_hard") - pl.col("value_hard")) ** 2).sqrt()
    up = ((pl.col("upper") - pl.col("value")) ** 2 + (pl.col("value_hard") - pl.col("lower_hard")) ** 2).sqrt()
    nobody = pl.lit(None, pl.Int64)  # a protected role gets the two parts of a difference, not the difference
    gaps = both.select(
        "year", value=ahead, lower=ahead - down, upper=ahead + up, n=pl.col("n") + pl.col("n_hard"), people=nobody,
        people_in=nobody, difficulty=pl.lit(GAP),
    )  # fmt: skip
    columns = ("year", "difficulty", "value", "lower", "upper", "n", "people", "people_in")
    rank = pl.col("difficulty").replace_strict({HARDEST: 0, MIDDLE: 1, EASIEST: 2, GAP: 3}, return_dtype=pl.Int8)
    told = pl.concat([thirds.select(columns), gaps.select(columns)]).sort("year", rank)
    return told.select(
        pl.concat_str(pl.col("year"), pl.lit(": "), "difficulty").alias("year_and_difficulty"),
        "value", "lower", "upper", source=pl.lit(None, pl.String), n="n", people="people", people_in="people_in",
    )  # fmt: skip


def breakdown_says(table: pl.DataFrame) -> str:
    """How far the easiest are ahead of the hardest, in the newest year."""
    gaps = table.filter(pl.col("year_and_difficulty").str.ends_with(GAP) & pl.col("value").is_not_null())
    if gaps.is_empty():
        return "Nobody rated how hard things were for them at first, in both of the outer thirds of any one year."
    name, gap, low, high = gaps.select("year_and_difficulty", "value", "lower", "upper").row(-1)
    year, first, second = name.split(":")[0], *(("easiest", "hardest") if gap >= 0 else ("hardest", "easiest"))
    sure = "" if low > 0 or high < 0 else ", which may be chance"
    ahead = f"by {abs(100 * gap):.0f} points{sure}"
    return f"In {year} the needs of the {first} third were met more often than those of the {second}, {ahead}."


MEASURE = Measure(
    name="hardest_served",
    title="Needs met, for the hardest and the easiest to help",
    inferred_title="Closed for good, for the hardest and the easiest to help",
    question="Do we help those in the hardest position as often as those in the easiest?",
    purpose="To see whether a service helps whoever needs it, and not whoever is quickest to help.",
    why_it_matters="Paying for results has led providers to the easiest to help, not the hardest: creaming and parking.",
    definition="Needs met within the window of the first demand, out of needs whose person rated their own condition before "
    "it was met: by year, for the third with the lowest first ratings, the middle and the highest, and how far they lie apart.",
    unit="of needs rated at first",
    kind="share",
    better="higher",
    readings=("breakdown", "series"),
    chart="p_prime",
    report_lines=(815,),
    tags=("people", "asked"),
    observe=observe,
    breakdown=breakdown,
    breakdown_says=breakdown_says,
    phrase="of needs rated at first and begun in any {period} are met in time",
    splits=("difficulty", *SPLITS),
    default_window=DEFAULT_WINDOW,
    windows=(28, 90, 365),
    periods=("quarter", "year"),
    caveat="A lower first rating is taken for a harder position. Needs nobody asked about before they were met are left out and "
    "counted as unknown.",
)
