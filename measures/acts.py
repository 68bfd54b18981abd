"""What was done, each activity with the need it was done for, in the order in which the person lived it.

How many times somebody was assessed, whether anything was done after it, who passed them on to whom: all of it is read from
here. An activity that names no need and no demand, and of whose strand nothing had begun by its day, belongs to no need that
anybody can tell: it stays, with a null `need`, and whoever counts shows it as unknown.
"""

from __future__ import annotations

import polars as pl

from measures.building import kept_heard, kept_key
from measures.events import PRECISE, unit_of
from measures.model.measure import Options
from measures.model.records import ACTIVITY_KINDS, Kept, Records
from measures.needs import OWN, STRAND, Rule

NAMED = ("kind", "outcome", "work", "source", "service", "agency", "team", "place", "issue", "to_agency")
# As for demands: what is dated only to a month, a year or a place in a sequence belongs to no day.
DATED = pl.col("started_day").is_not_null() & pl.col("started_precision").is_in([*PRECISE, "day"]).fill_null(True)
ORDER = ("day", "seq", "moment", "turn", "tie")
STRANDS = ("unit", "strand")


def acts(records: Records, options: Options) -> pl.LazyFrame:
    """Every dated activity with its need; rows lie in order of need, then of time. Built once after an import.

    An activity belongs to the need it names, where a demand opened that need; else to the need of the demand it names; else
    to the need of its strand that had begun by its day, unless sources name those needs. Within a need: by day, then `seq`,
    then the moment. Where none of them tells, work stands in the order of `ACTIVITY_KINDS` (an assessment comes before what
    was done), so that the order of rows has no say.

    Returns:
        `activity_id, day, at, precise, seq, kind, outcome, work, source, service, agency, team, place, issue, to_agency,
        person_key, unit`, and `need`: `need_number` of the need's id, null where nobody can tell.
    """

    def build(_: Kept | None) -> pl.LazyFrame:
        return in_order(_build(records, options))

    return records.keep("acts", acts_key(records, options), build)


def acts_key(records: Records, options: Options) -> tuple[str, ...]:
    """What a build of activities depends on besides records; numbers of needs hold within one release of polars."""
    return (*kept_key(records, options, Rule(options.reopen_days)), pl.__version__)


def need_number(need_id: str = "need_id") -> pl.Expr:
    """A need's id as a number, by which needs and what was done for them are joined."""
    return pl.col(need_id).hash()


def in_order(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Activities by need and, within it, in the order of time; those of no need last.

    Args:
        rows: `need, day, seq, at, precise, kind, activity_id`.
    """
    turn = pl.col("kind").cast(pl.String).replace_strict(
        list(ACTIVITY_KINDS), list(range(len(ACTIVITY_KINDS))), default=len(ACTIVITY_KINDS), return_dtype=pl.Int8
    )  # fmt: skip
    keyed = rows.with_columns(moment=pl.when("precise").then("at"), turn=turn, tie=pl.col("activity_id").hash())
    return keyed.sort("need", *ORDER, nulls_last=True).drop("moment", "turn", "tie")


def _build(records: Records, options: Options) -> pl.LazyFrame:
    unit = unit_of(records.scan("sources", options.as_of).collect())
    rows = (
        records.scan("activities", options.as_of)
        .filter(DATED)
        .select(
            "activity_id", *(pl.col(name).cast(pl.Categorical) for name in NAMED), "person_key", "seq",
            "need_key", "demand_id", strand=pl.col("issue_key").fill_null(0), unit=unit,
            day="started_day", at="started_at", precise=pl.col("started_precision").is_in(PRECISE).fill_null(False),
        )
        .collect()
    )  # fmt: skip
    need = _needs_of(rows.select("need_key", "demand_id", *STRANDS, "day"), kept_heard(records, options))
    return rows.drop("need_key", "demand_id", "strand").with_columns(need=need).lazy()


def _needs_of(rows: pl.DataFrame, heard: pl.LazyFrame) -> pl.Series:
    """The need of each activity, in the order of the rows."""
    asked = heard.select(
        "demand_id", "starts", "need_key", "unit", "day", "found", "need_id", strand=pl.col("issue_key").fill_null(0)
    )
    openers = asked.filter("starts").with_columns(need=need_number())
    by_key = openers.filter(pl.col("found") == OWN).select("need_key", by_key="need").collect()
    begun = openers.filter(pl.col("found") == STRAND).select(*STRANDS, "day", by_strand="need").collect().sort("day")
    numbered = rows.with_row_index("row").join(by_key, on="need_key", how="left")
    nameless = numbered.filter(pl.col("by_key").is_null())
    wanted = nameless.select("demand_id").drop_nulls().unique()
    linked = (
        asked.join(wanted.lazy(), on="demand_id", how="semi")
        .with_columns(opened=pl.when("starts").then(need_number()))
        .collect()
        .join(by_key, on="need_key", how="left")
    )
    answered = _under_way(linked, begun).select("demand_id", by_demand=pl.coalesce("opened", "by_key", "by_strand"))
    placed = _under_way(nameless.join(answered, on="demand_id", how="left"), begun)
    told = placed.select("row", told=pl.coalesce("by_demand", "by_strand"))
    return numbered.join(told, on="row", how="left").sort("row").select(pl.coalesce("by_key", "told")).to_series()


def _under_way(rows: pl.DataFrame, begun: pl.DataFrame) -> pl.DataFrame:
    """The rows, in any order, with `by_strand`: the need of their strand that began last, by their day."""
    return rows.sort("day").join_asof(begun, on="day", by=list(STRANDS), strategy="backward", check_sortedness=False)
