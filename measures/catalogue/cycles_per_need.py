"""How many times a person is assessed, passed on and assessed again before one need ends."""

from __future__ import annotations

import polars as pl

from measures.acts import need_number
from measures.cycles import kept_cycles, telling
from measures.facts import needs
from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.sentences_of_rows import FEW

MANY = 12  # "a dozen times or more", report line 286
OPEN = "still open"


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need, on the day it ended: how many cycles it took over 1, completed ones or (line `opened`) all.

    A need that is open may take more: it counts in no figure, and stands on the day it was last asked about. Where nothing
    that was done is on record, or its source never tells of a screening or an assessment, nobody can tell: unknown.
    """
    counted = "opened" if options.line == "opened" else "completed"
    rows = needs(records, options).with_columns(need=need_number())
    tells = pl.col("source").cast(pl.String).is_in(telling(records, options).implode())
    ended, known = pl.col("end_day").is_not_null(), tells & pl.col("acts").is_not_null()
    patience = pl.when("inferred").then("reopen_days").otherwise(0)
    judged = rows.join(kept_cycles(records, options), on="need", how="left").with_columns(
        day=pl.coalesce("end_day", "last_day"),
        numerator=pl.when(ended & known).then(counted).otherwise(0).cast(pl.Float64),
        denominator=(ended & known).cast(pl.Float64),
        weight=pl.lit(1.0),
        unknown=(ended & ~known) | ~tells,
        mature_day=pl.when(ended).then(pl.col("end_day") + patience).otherwise("last_day").cast(pl.Int32),
        record_id="need_id",
    )
    return judged.drop("need", "acts", "opened", "completed")


def breakdown(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """How many needs took how many cycles, those of a dozen or more together; open needs apart."""
    labels = [*(str(number) for number in range(MANY)), f"{MANY} or more", OPEN]
    place = pl.when(pl.col("end_day").is_null()).then(MANY + 1).otherwise(pl.col("numerator").clip(upper_bound=MANY))
    counted = (
        observations.filter(~pl.col("unknown"))
        .group_by(place=place.cast(pl.Int32))
        .agg(n=pl.len().cast(pl.Int64), people=pl.col("person_key").drop_nulls().n_unique().cast(pl.Int64))
    )
    every = pl.DataFrame(
        {"place": range(len(labels)), "cycles": labels}, schema={"place": pl.Int32, "cycles": pl.String}
    )
    nothing = pl.lit(None, pl.Float64)
    zero = (pl.col(name).fill_null(0) for name in ("n", "people"))
    return (
        every.join(counted, on="place", how="left")
        .with_columns(*zero)
        .sort("place")
        .select(
            "cycles", value=pl.col("n").cast(pl.Float64), lower=nothing, upper=nothing, source=pl.lit(None, pl.String),
            n="n", people="people", people_in="people",
        )
    )  # fmt: skip


def breakdown_says(table: pl.DataFrame) -> str:
    """How many half of the needs took at most, and what share took a dozen or more."""
    ended = table.filter(pl.col("cycles") != OPEN)
    total = float(ended["value"].sum())
    many, still = (float(table.filter(cycles=name)["value"].sum()) for name in (f"{MANY} or more", OPEN))
    if table["value"].null_count():
        return FEW
    apart = f"; {still:,.0f} still open {'stands' if still == 1 else 'stand'} apart" if still else ""
    if not total:
        return f"No need has ended yet{apart}."
    half = ended.filter(pl.col("value").cum_sum() >= total / 2)["cycles"][0]
    most = "none" if half == "0" else f"at most {half}"
    return (
        f"Of {total:,.0f} needs that ended, {many / total:.1%} took {MANY} cycles or more, and half took {most}{apart}."
    )


MEASURE = Measure(
    name="cycles_per_need",
    title="Assess-do-refer cycles a need",
    question="How many times are people assessed and passed on before their need ends?",
    purpose="To bring in early whoever can help, so that people are not taken round and round.",
    why_it_matters="People undergo an average of five assess-do-refer cycles, some a dozen or more: each time they are "
    "treated as new.",
    definition="Cycles completed (or opened) of needs that ended, out of those needs, when they ended. A team's cycle opens "
    "when it screens or assesses, and is complete when it does, decides or closes something, or passes the person on.",
    unit="cycles a need",
    kind="rate",
    better="lower",
    readings=("series", "breakdown"),
    chart="i_prime",
    report_lines=(286, 298),
    tags=("flow",),
    observe=observe,
    phrase="cycles a need is what needs that end in any {period} have taken",
    breakdown=breakdown,
    breakdown_says=breakdown_says,
    lines=("completed", "opened"),
    caveat="A few needs take very many cycles: read the mean with how they spread. Needs still open are not in it.",
)
