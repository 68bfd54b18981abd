"""Work done again for the same person and the same need."""

from __future__ import annotations

import polars as pl

from measures.acts import DATED
from measures.model.measure import Measure, Options
from measures.model.records import Kept, Records
from measures.sentences_of_rows import FEW

BY = ("source", "service", "agency", "team", "place")
NO_WORK = ("close", "reopen", "incident")  # what ends or befalls a need is no work that could be repeated
MONTHS = "24mo"
VERSION = "1"  # of what is kept


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row an activity that repeats one: the same type, the same person, the same need, less than 24 months after it.

    The same need is the one that the source names; where it names none, the same issue. Work of no type, or done for nobody
    known, cannot be compared: unknown. Found once after an import.
    """

    def build(_: Kept | None) -> pl.LazyFrame:
        return _found(records, options)

    kept = records.keep("repeated", (VERSION, str(options.as_of), pl.__version__), build)
    return kept.with_columns(denominator="numerator", weight=pl.lit(1.0), mature_day="day")


def _found(records: Records, options: Options) -> pl.LazyFrame:
    rows = (
        records.scan("activities", options.as_of)
        .filter(DATED & ~pl.col("kind").is_in(NO_WORK).fill_null(False))
        .select(
            "person_key", "need_key", issue_key=pl.when(pl.col("need_key").is_null()).then("issue_key"),
            day="started_day", seq="seq", record_id="activity_id", type=pl.col("type").cast(pl.Categorical),
            **{name: pl.col(name).cast(pl.Categorical) for name in BY},
        )
    )  # fmt: skip
    told = pl.col("person_key").is_not_null() & pl.col("type").is_not_null()
    same = pl.struct("person_key", "need_key", "issue_key", pl.col("type").to_physical()).hash()
    ordered = rows.filter(told).with_columns(same=same).with_columns(turn=_turn()).sort("turn")
    goes_on = pl.col("same") == pl.col("same").shift(1)
    before = ordered.with_columns(previous=pl.when(goes_on).then(pl.col("day").shift(1))).filter(
        pl.col("previous").is_not_null()
    )
    until = pl.col("previous").cast(pl.Date).dt.offset_by(MONTHS).cast(pl.Int32)
    again = before.filter(pl.col("day") < until).with_columns(numerator=pl.lit(1.0), unknown=pl.lit(False))
    untold = rows.filter(~told).with_columns(numerator=pl.lit(0.0), unknown=pl.lit(True))
    columns = ("person_key", "day", "record_id", "type", *BY, "numerator", "unknown")
    return pl.concat([again.select(columns), untold.select(columns)])


def _turn() -> pl.Expr:
    """By what equals lie together, each in order of day, `seq` and a hash of the id: one number sorts in a third of the time."""
    seq = (pl.col("seq").fill_null(-1) + 1).clip(0, 2**14 - 1)
    tie = pl.col("record_id").hash() % 2**28
    within = (pl.col("day").cast(pl.Int64) + 2**21) * 2**42 + seq.cast(pl.Int64) * 2**28 + tie.cast(pl.Int64)
    return pl.col("same").reinterpret(signed=True).cast(pl.Int128) * 2**64 + within


def breakdown(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """How often each type of work was done again."""
    none, people = pl.lit(None, pl.Float64), pl.col("person_key").n_unique().cast(pl.Int64)
    return (
        observations.filter(~pl.col("unknown"))
        .group_by(pl.col("type").cast(pl.String))
        .agg(n=pl.len().cast(pl.Int64), people=people)
        .select(
            "type", value=pl.col("n").cast(pl.Float64), lower=none, upper=none, source=pl.lit(None, pl.String), n="n",
            people="people", people_in="people",
        )
        .sort("value", "type", descending=[True, False])
    )  # fmt: skip


def breakdown_says(table: pl.DataFrame) -> str:
    """Which type of work was done again most often."""
    if (top := table.filter(pl.col("value").is_not_null()).head(1)).is_empty():
        return FEW if table.height else "Nothing was done a second time."
    name, times = top.select("type", "value").row(0)
    return f"Most often done again: {name or 'work of no recorded type'}, {times:,.0f} times."


MEASURE = Measure(
    name="repeated_work",
    title="Work done again",
    question="How often is the same work done again for the same person and the same need?",
    purpose="To find work that did not help the first time, so that people are not put through it again.",
    why_it_matters="Ruth was sent to two identical parenting programmes, and two of her boys twice to the same course.",
    definition="Activities of the same type as an earlier one for the same person and the same need, less than 24 months "
    "after it, in the period of the later one.",
    unit="activities",
    kind="count",
    better="lower",
    readings=("series", "breakdown"),
    chart="xmr",
    rules="recurring",
    report_lines=(535,),
    tags=("people",),
    observe=observe,
    phrase="activities repeat earlier ones in any {period}",
    breakdown=breakdown,
    breakdown_says=breakdown_says,
    splits=BY,
    caveat="A second visit may be what the person wanted: look at the types before calling any of it waste.",
)
