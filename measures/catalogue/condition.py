"""Do people say they are better than they were?"""

from __future__ import annotations

import polars as pl

from measures.acts import need_number
from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.ratings import all_needs, rated
from measures.sentences_of_rows import FEW, figures_of
from measures.survival import wilson

BETTER, SAME, WORSE, NOT_ASKED = "better", "the same", "worse", "not asked, or only once"
CLASSES = (BETTER, SAME, WORSE, NOT_ASKED)


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a person with a need: 1 where their own latest rating is above their first; asked once or never is unknown.

    Dated on the latest rating; without two, on the first demand. A need of nobody known is judged by itself. The row's
    service and the rest are those of the need last rated, else of the first. `condition` says which of the four it is.
    """
    person = pl.coalesce("person_key", need_number().reinterpret(signed=True))
    owned = all_needs(records, options).select("need_id", "person_key", "day", *SPLITS, whose=person)
    said = rated(records, options).lazy()
    ratings = said.join(owned.select("need_id", "whose"), on="need_id", how="inner").sort(
        "asked_on_day", "judgement_id"
    )
    spread = ratings.group_by("whose", maintain_order=True).agg(
        first=pl.col("rating").first(), latest=pl.col("rating").last(), need_id=pl.col("need_id").last(),
        times=pl.col("asked_on_day").n_unique(), rated_day=pl.col("asked_on_day").last(),
    )  # fmt: skip
    earliest = owned.with_columns(tie=need_number()).sort("whose", "day", "tie").filter(
        pl.col("whose").ne_missing(pl.col("whose").shift(1))
    ).drop("tie")  # fmt: skip
    last_rated = spread.join(owned.select("need_id", *SPLITS), on="need_id", how="left")
    rows = earliest.join(last_rated.drop("need_id"), on="whose", how="left", suffix="_rated")
    twice = (pl.col("times") >= 2).fill_null(False)
    change = pl.col("latest") - pl.col("first")
    told = pl.when(change > 0).then(pl.lit(BETTER)).when(change < 0).then(pl.lit(WORSE)).otherwise(pl.lit(SAME))
    return rows.select(
        *(pl.when(pl.col("times").is_not_null()).then(f"{name}_rated").otherwise(name).alias(name) for name in SPLITS),
        "person_key",
        day=pl.when(twice).then("rated_day").otherwise("day"),
        numerator=(twice & (change > 0)).fill_null(False).cast(pl.Float64),
        denominator=twice.cast(pl.Float64),
        weight=pl.lit(1.0),
        unknown=~twice,
        mature_day=pl.when(twice).then("rated_day").otherwise("day"),
        record_id="need_id",
        condition=pl.when(twice).then(told).otherwise(pl.lit(NOT_ASKED)),
    )


def breakdown(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Of everybody, the share who say they are better, the same or worse than at first, and of those nobody asked twice."""
    everybody = observations["person_key"].drop_nulls().n_unique()
    counted = observations.group_by("condition").agg(
        inside=pl.len().cast(pl.Int64), people_in=pl.col("person_key").drop_nulls().n_unique().cast(pl.Int64)
    )
    every = pl.DataFrame({"condition": CLASSES}, schema={"condition": pl.String}).join(
        counted, on="condition", how="left", maintain_order="left"
    )
    n, inside = pl.lit(observations.height, pl.Int64), pl.col("inside").fill_null(0)
    low, high = wilson(inside.cast(pl.Float64), n.cast(pl.Float64))
    some = n > 0
    return every.select(
        "condition", value=pl.when(some).then(inside / n), lower=pl.when(some).then(low), upper=pl.when(some).then(high),
        source=pl.lit(None, pl.String), n=n, people=pl.lit(everybody, pl.Int64), people_in=pl.col("people_in").fill_null(0),
    )  # fmt: skip


def breakdown_says(table: pl.DataFrame) -> str:
    """How many say they are better or worse, and how many nobody asked twice."""
    told = figures_of(table)
    if told is None:
        return FEW
    asked = 1 - told[NOT_ASKED]
    if asked <= 0:
        return "Nobody has been asked twice how they are, so nobody can say whether help helped."
    better, worse = (f"{told[name] / asked:.0%}" for name in (BETTER, WORSE))
    rest = f"{told[NOT_ASKED]:.0%} of all were not asked twice"
    return f"Of those asked twice {better} say they are better and {worse} worse; {rest}."


SPLITS = ("source", "service", "agency", "front_door", "place", "team", "issue")
MEASURE = Measure(
    name="condition",
    title="Better, the same or worse, as people say themselves",
    question="Do the people we help say they are better than they were?",
    purpose="To ask whether help helped, in the only eyes that count.",
    why_it_matters="In each of eight cases studied, with nearly 500 people involved, the condition was unchanged or had "
    "worsened, and dependency had stayed or grown.",
    definition="People whose own latest rating of their condition is above their first, out of all who rated it on two days; "
    "beside them those who are the same or worse, and those nobody asked twice.",
    unit="of people asked twice",
    kind="share",
    better="higher",
    readings=("breakdown", "series"),
    chart="p_prime",
    report_lines=(300,),
    tags=("people", "asked"),
    observe=observe,
    breakdown=breakdown,
    breakdown_says=breakdown_says,
    phrase="of people asked twice by any {period} say they are better",
    splits=SPLITS,
    periods=("quarter", "year"),
    caveat="A higher rating is a better condition. Only what people said of themselves counts, not what others said of them. "
    "Whoever is not asked may be worse off than those who are.",
)
