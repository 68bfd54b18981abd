"""Everything that opens, closes or reopens a need, in order of time, and which need each demand belongs to."""

from __future__ import annotations

import narwhals as nw
import polars as pl

from measures.model.measure import Options
from measures.model.records import END_KINDS, FRAMES, Records
from measures.model.time import DAY
from measures.needs import CLOSURE, CLOSURE_RESULT, DEMAND, REOPEN, SOURCE_END, Rule, place_demands

NAMED = ("source", "service", "agency", "front_door", "channel", "place", "made_by", "issue")
PRECISE = ("instant", "minute")
# A demand dated only to a month, a year or a place in a sequence belongs to no week: stories show it, measures do not.
DATED = pl.col("received_day").is_not_null() & pl.col("received_precision").is_in([*PRECISE, "day"]).fill_null(True)
CLOSERS = ("close", "screen", "assess", "decide")  # kinds that end a need when their outcome turns the person away
TURNED_AWAY = tuple(CLOSURE_RESULT)
END_CODES = {end: number for number, end in enumerate(END_KINDS)}
OPEN = END_KINDS.index("open")
MET = END_KINDS.index("met")


def unit_of(sources: pl.DataFrame) -> pl.Expr:
    """The key of who asked: the person's, or the place's where a source says that a place stands for a person."""
    proxied = sources.filter(pl.col("proxy") == "place")["source"]
    if proxied.is_empty():
        return pl.col("person_key")
    return pl.coalesce("person_key", pl.when(pl.col("source").is_in(proxied.implode())).then("place_key"))


def asked_of(demands: pl.LazyFrame, unit: pl.Expr, named: tuple[str, ...] = NAMED) -> pl.DataFrame:
    """Demands, narrow: repeated text as categories."""
    precise = pl.col("received_precision").is_in(PRECISE)
    return demands.select(
        "demand_id",
        pl.col("need_id"),
        *(pl.col(name).cast(pl.Categorical) for name in named),
        "person_key",
        "need_key",
        "issue_key",
        "seq",
        unit=unit,
        day="received_day",
        at="received_at",
        precise=precise.fill_null(False),
    ).collect()


def events_of(
    asked: pl.DataFrame,
    activities: pl.LazyFrame,
    owned: pl.LazyFrame,
    unit: pl.Expr,
    rule: Rule,
    options: Options,
) -> pl.DataFrame:
    """Everything that opens, closes or reopens a need, in order of time: by day, then the moment, then `seq`.

    Where neither a moment nor `seq` is known, a demand counts as the day's beginning and a closure as its end.
    """
    turned_away = pl.col("outcome").is_in(TURNED_AWAY)
    closing = (pl.col("kind") == "close") | (pl.col("kind").is_in(CLOSERS) & turned_away).fill_null(False)
    turned = {word: END_KINDS.index(end) for word, end in CLOSURE_RESULT.items()}
    result = pl.col("outcome").replace_strict(turned, default=MET, return_dtype=pl.Int8)
    precise = pl.col("started_precision").is_in(PRECISE).fill_null(False)
    acts = (
        activities.filter((closing | (pl.col("kind") == "reopen")) & pl.col("started_day").is_not_null())
        .select(
            pl.when(pl.col("kind") == "reopen").then(REOPEN).otherwise(CLOSURE).cast(pl.Int8).alias("kind"),
            "need_key", "issue_key", "seq", "demand_id",
            unit=unit, day="started_day", at="started_at", precise=precise, result=result,
            tie=pl.col("activity_id").hash(),
        )
        .collect()
    )  # fmt: skip
    ends = owned.filter(pl.col("end_day").is_not_null() & pl.col("need_key").is_not_null())
    if options.as_of is not None:
        ends = ends.filter(pl.col("end_at") <= options.as_of)
    own = ends.select(
        pl.lit(SOURCE_END, dtype=pl.Int8).alias("kind"), "need_key",
        day="end_day", at="end_at", precise=pl.col("end_precision").is_in(PRECISE).fill_null(False),
        result=pl.col("end_kind").replace_strict(END_CODES, default=MET, return_dtype=pl.Int8),
        asked=~pl.col("end_kind").is_in(["met", "met_in_part"]).fill_null(True) | (pl.col("met_basis") == "asked"),
        tie=pl.col("need_id").hash(),
    ).filter(pl.col("result") != OPEN).collect()  # fmt: skip
    acts = acts.with_columns(answers=_answered(asked, acts)).drop("demand_id")
    said = asked.select(
        pl.lit(DEMAND, dtype=pl.Int8).alias("kind"), "need_key", "issue_key", "seq", "unit", "day", "at", "precise",
        tie=pl.col("demand_id").hash(), demand_row=pl.int_range(pl.len(), dtype=pl.UInt32),
    )  # fmt: skip
    together = pl.concat([said, acts, own], how="diagonal")
    moment, turn = _order()
    events = (
        together.with_columns(moment=moment, turn=turn, issue=pl.col("issue_key").fill_null(0))
        .sort("moment", "turn")
        .drop("moment", "turn", "issue_key", "tie")
        .with_row_index("pos")
        .with_columns(
            pos=pl.col("pos").cast(pl.Int64),
            reopen=pl.when(pl.col("issue") == 0).then(rule.without_issue).otherwise(rule.with_issue).cast(pl.Int32),
        )
    )
    if acts["answers"].null_count() == acts.height:
        return events.with_columns(link=pl.lit(None, dtype=pl.Int64)).drop("answers")
    place = events.filter(pl.col("kind") == DEMAND).sort("demand_row")["pos"]
    return events.with_columns(link=place.gather(events["answers"])).drop("answers")


def _order() -> tuple[pl.Expr, pl.Expr]:
    """When an event happened, as two numbers to sort by, which takes a third of the time that five columns take.

    The first holds the day and the moment since its beginning in UTC (a local day begins up to 14 hours before it and
    ends up to 36 after it); the second `seq`, the kind, and a hash of the id, so that the order of rows has no say.
    """
    day = pl.col("day").cast(pl.Int64)
    last_of_day = ~pl.col("precise") & (pl.col("kind") != DEMAND) & pl.col("seq").is_null()
    since = pl.col("at") + pl.when(last_of_day).then(DAY - 1).otherwise(0) - day * DAY
    unknown = 2**38 - 1  # 76 hours in microseconds
    shifted = (since + 2**36).clip(0, unknown - 1).fill_null(unknown)
    seq = pl.col("seq").cast(pl.Int64).fill_null(2**31 - 1)
    tie = (pl.col("tie") // 2**34).cast(pl.Int64)
    return day * 2**38 + shifted, seq * 2**32 + pl.col("kind").cast(pl.Int64) * 2**30 + tie


def _answered(asked: pl.DataFrame, acts: pl.DataFrame) -> pl.Series:
    """The row of the demand that each activity answers, where that must tell its need: no demand has the need it names."""
    unclear = acts["demand_id"].is_not_null()
    if unclear.any():
        named = pl.col("need_key").is_in(asked["need_key"].drop_nulls().unique().implode()).fill_null(False)
        unclear &= ~acts.select(named).to_series()
    if not unclear.any():
        return pl.Series([None], dtype=pl.UInt32).new_from_index(0, acts.height)
    rows = asked.select("demand_id", answers=pl.int_range(pl.len(), dtype=pl.UInt32))
    wanted = acts.select(pl.when(unclear).then("demand_id").alias("demand_id"))
    return wanted.join(rows, on="demand_id", how="left", maintain_order="left")["answers"]


def opened(records: Records, options: Options, demands: pl.LazyFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Demands, and in any order how each was placed (`row`, and of it `starts, found, next_day …`).

    Nothing that was done has a say in it, and of what describes a demand only what is asked for is read.
    """
    unit = unit_of(records.scan("sources", options.as_of).collect())
    named = tuple(name for name in NAMED if name in ("source", "service") or name in options.columns)
    asked = asked_of(demands, unit, named)
    done, owned = (pl.LazyFrame(schema=FRAMES[name].schema) for name in ("activities", "source_needs"))
    events = events_of(asked, done, owned, unit, Rule(options.reopen_days), options)
    placed = place_demands(nw.from_native(events.lazy())).collect().to_native()
    row = events["demand_row"].gather(placed["pos"])
    return asked.select("demand_id", "need_id", *named, "person_key", "day"), placed.with_columns(row=row)


def by_row(events: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """What was found of each demand, in the order of the demands."""
    row = events["demand_row"].gather(placed["pos"])
    return placed.with_columns(demand_row=row).sort("demand_row").drop("demand_row")
