"""The two frames that measures read: *heard*, one row a demand, and *needs*, one row a need.

Both are built once after an import (for the people it touched) and kept on disk by the store; what people here judge
afterwards, and how far sources see, is joined live, so classifying one demand changes the chart at once.
"""

from __future__ import annotations

import polars as pl

from measures.answers import MET_IN_PART, answered
from measures.building import NEEDS, by_person, kept_heard, kept_key, previous_contact
from measures.classified import CODED, coded, one_class
from measures.events import DATED, MET, NAMED, OPEN, opened
from measures.model.measure import Options
from measures.model.records import END_KINDS, Kept, Records
from measures.model.time import DAY
from measures.needs import RULE_VERSION, Rule

CLASS, CONTACT, PLACED = "class", "contact", "placed"  # what a measure may want of a demand
DEMANDS = "demands"  # of a need: how many there were


def heard(records: Records, options: Options, *wanted: str) -> pl.LazyFrame:
    """Every demand, one row each, with what the measure wants to know of it besides what was asked, where and when.

    Until needs have been built for these records, demands are read as they are: no measure of demands waits for the ends
    of needs.

    Args:
        records: where the demands are.
        options: for `reopen_days` and `as_of`.
        wanted: any of CLASS (`class`, null where nobody classified it, `failure_type, caused_by_agency`, and `weight`:
            1 ÷ the probability that it was sampled), CONTACT (`previous_contact_day`, the person's last earlier day of
            contact) and PLACED (`starts` a need, and `found`: how it came to its need).

    Returns:
        `demand_id, day, source, service … issue, person_key` and what was wanted.
    """
    kept = records.kept("heard", kept_key(records, options, Rule(options.reopen_days)))
    rows = _plain(records, options, wanted) if kept is None else kept
    if CLASS not in wanted or options.as_of is not None:
        return rows
    tail = one_class(records.judged("classification").tail.lazy())
    if tail.is_empty():
        return rows
    given = (*CODED, "weight", "settled")
    newer = tail.lazy().rename({name: f"new_{name}" for name in given})
    fresh = pl.col("new_settled").is_not_null() & (pl.col("new_settled") | ~pl.col("settled").fill_null(False))
    return (
        rows.with_columns(hashed=pl.col("demand_id").hash())
        .join(newer, on="hashed", how="left")
        .with_columns(pl.when(fresh).then(f"new_{name}").otherwise(name).alias(name) for name in (*CODED, "weight"))
        .drop("hashed", *(f"new_{name}" for name in given))
    )


def undated(records: Records) -> int:
    """How many demands are dated too coarsely to belong to a day, and so stay out of every measure."""

    def build(_: Kept | None) -> pl.LazyFrame:
        return records.scan("demands").filter(~DATED).select(pl.len())

    return int(records.keep("undated", (RULE_VERSION,), build).collect().item())


def asked_until(records: Records, as_of: int | None) -> pl.DataFrame:
    """The last day on which each source tells of a demand: `source, last_day`."""

    def build(_: Kept | None) -> pl.LazyFrame:
        demands = records.scan("demands", as_of).filter(DATED)
        return demands.group_by("source").agg(last_day=pl.col("received_day").max())

    rows = build(None) if as_of is not None else records.keep("asked_until", (RULE_VERSION,), build)
    return rows.with_columns(pl.col("source").cast(pl.String)).collect()


def _plain(records: Records, options: Options, wanted: tuple[str, ...]) -> pl.LazyFrame:
    """Demands straight from the records; only what is wanted is joined."""
    demands = records.scan("demands", options.as_of).filter(DATED)
    rows = demands.select(
        "demand_id", *(pl.col(name).cast(pl.Categorical) for name in NAMED), "person_key", day="received_day"
    )
    if PLACED in wanted:
        asked, placed = opened(records, options, demands)
        rows = asked.hstack(placed.select("row", "starts", "found").sort("row").drop("row")).lazy()
    if CONTACT in wanted:
        rows = by_person(rows).with_columns(previous_contact_day=previous_contact())
    if CLASS in wanted:
        classes = coded(records, options, None).lazy()
        rows = (
            rows.with_columns(hashed=pl.col("demand_id").hash()).join(classes, on="hashed", how="left").drop("hashed")
        )
    return rows


def needs(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need, with its end as far as it is known and its waiting time so far.

    Columns: `need_id, day, at` (of the first demand), `service … team, person_key, demands, last_day, next_day`,
    `end_day, end_kind, inferred` (nobody asked: closed and did not come back), `return_day`, `reopen_days`, `seen_day,
    provisional` (a closure too young to know whether the person comes back), `met`, and `days`: to the end where the
    need was met, else so far.
    """
    key = kept_key(records, options, Rule(options.reopen_days))
    kept = records.keep("needs", key, lambda _: kept_heard(records, options).filter("starts").select(NEEDS))
    told = answered(records, options, kept, key)
    sources = records.scan("sources", options.as_of).select("source", "seen_at", "seen_day").collect()
    met = (pl.col("result") == MET) | ((pl.col("result") == MET_IN_PART) & pl.col("enough"))
    return told.with_columns(
        by_source(sources, "seen_at"),
        by_source(sources, "seen_day"),
        met=met.fill_null(False),
    ).with_columns(
        days=waited("end"),
        end_kind=pl.col("result").fill_null(OPEN).replace_strict(dict(enumerate(END_KINDS)), return_dtype=pl.String),
        provisional=pl.col("inferred")
        & pl.col("end_day").is_not_null()
        & (pl.col("end_day") + pl.col("reopen_days") > pl.col("seen_day")),
    )


def waited(end: str) -> pl.Expr:
    """Days from first asking to an end where `met`, else as far as the source sees; never under 0.

    Hours count where both moments are known, else whole days do. The clock never pauses.

    Args:
        end: of `{end}_day, {end}_at, {end}_precise`, which stand beside `day, at, precise, seen_day, seen_at, met`.
    """

    def since(day: str, at: str, exact: pl.Expr) -> pl.Expr:
        return pl.when(exact).then((pl.col(at) - pl.col("at")) / DAY).otherwise(pl.col(day) - pl.col("day"))

    to_end = since(f"{end}_day", f"{end}_at", pl.col("precise") & pl.col(f"{end}_precise"))
    so_far = since("seen_day", "seen_at", pl.col("precise"))
    return pl.max_horizontal(pl.when("met").then(to_end).otherwise(so_far).cast(pl.Float64), pl.lit(0.0))


def begun(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need as its first demand left it: no measure of how needs begin waits for how they end.

    Columns: `need_id, day, source … issue, person_key, next_day` (the next demand of that need or strand), `found,
    reopen_days, seen_day`; and `demands` where the options name it, because counting them takes as long as the rest. Who
    asks for the team, which only what was done afterwards tells, asks `needs`.
    """
    rows = records.kept("needs", kept_key(records, options, Rule(options.reopen_days)))
    if rows is None:
        asked, placed = opened(records, options, records.scan("demands", options.as_of).filter(DATED))
        firsts = placed.filter("starts")
        sized = []
        if DEMANDS in options.columns:
            sizes = placed.group_by("need").agg(pl.len().cast(pl.Int64).alias(DEMANDS))
            firsts, sized = firsts.join(sizes, left_on="pos", right_on="need", how="left"), [DEMANDS]
        described = asked[firsts["row"]].with_columns(need_id=pl.coalesce("need_id", "demand_id"))
        rows = described.hstack(firsts.select(*sized, "next_day", "found", reopen_days="reopen")).lazy()
    sources = records.scan("sources", options.as_of).select("source", "seen_day").collect()
    return rows.with_columns(by_source(sources, "seen_day"))


def by_source(sources: pl.DataFrame, column: str) -> pl.Expr:
    """What is known of each row's source, without a join: sources are few and rows are many."""
    told = pl.lit(None, dtype=sources.schema[column])
    for name, value in zip(sources["source"], sources[column], strict=True):
        told = pl.when(pl.col("source") == name).then(value).otherwise(told)
    return told.cast(sources.schema[column]).alias(column)
