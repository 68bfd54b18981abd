"""Building what is kept: one row a demand, with its need described on the demand that opened it."""

from __future__ import annotations

import narwhals as nw
import polars as pl

from measures.classified import CODED, FEW_ROWS, coded
from measures.events import DATED, END_CODES, NAMED, asked_of, by_row, events_of, unit_of
from measures.gone import gone
from measures.model.measure import Options
from measures.model.records import Kept, Records
from measures.needs import EARLY_DAYS, Rule, end_needs, place_demands
from measures.touched import Touched, touched_since

TEAM = "team"
HEARD = (
    "demand_id", "day", "at", "precise", *NAMED, "person_key", "unit", "need_key", "issue_key", "starts",
    "previous_contact_day", *CODED, "weight", "settled",
    # on the demand that opens a need: the need
    "need_id", "found", "reopen_days", "next_day", "demands", "last_day", "end_day", "end_at", "end_precise", "result",
    "inferred", "return_day", "early_day", "held_day", TEAM, "lifelong",
)  # fmt: skip
# Of rows built at once, so that different people can be counted in one pass; those built anew later stand behind them.
ORDER = ("person_key", "day")
LOWEST, WORD = -(2**63), 2**32  # of the keys of people; as many as 32 bits can tell apart
NEEDS = tuple(name for name in HEARD if name not in ("starts", "previous_contact_day", *CODED, "weight", "settled"))


def kept_heard(records: Records, options: Options) -> pl.LazyFrame:
    """One row a demand, from its file; built now where records are new, and then only for whom they concern."""
    rule = Rule(options.reopen_days)

    def build(previous: Kept | None) -> pl.LazyFrame:
        if previous is None:
            return _build(records, options, rule, None).lazy()
        old, touched = touched_since(records, options, previous)
        renewed = _build(records, options, rule, touched)
        same = old.with_columns(pl.col(name).cast(renewed.schema[name]) for name in (*NAMED, *CODED, TEAM))
        return pl.concat([same.select(HEARD), renewed.lazy()], how="vertical")

    return records.keep("heard", kept_key(records, options, rule), build)


def kept_key(records: Records, options: Options, rule: Rule) -> tuple[str, ...]:
    """What a kept build depends on besides records: the rule, the day it looks from, bulk judgements, kinds of sources."""
    coded = records.judged_in_bulk("classification") if options.as_of is None else 0
    when = "newest" if options.as_of is None else f"{options.as_of}/{records.data_version.judgement_id}"
    told = (
        records.scan("sources")
        .select("source", "proxy", "asked")
        .filter(pl.col("asked") | pl.col("proxy").is_not_null())
    )
    return (*rule.key, when, str(coded), *map(repr, told.sort("source").collect().rows()))


def _build(records: Records, options: Options, rule: Rule, touched: Touched | None) -> pl.DataFrame:
    """The rows of `heard` for everyone, or for those touched."""
    sources = records.scan("sources", options.as_of).collect()
    unit = unit_of(sources)
    demands = records.scan("demands", options.as_of).filter(DATED)
    activities = records.scan("activities", options.as_of)
    asks = pl.col("source").is_in(sources.filter("asked")["source"].implode())
    owned = records.scan("source_needs", options.as_of).with_columns(met_basis=_basis(asks))
    if touched is not None:
        demands = demands.filter(touched.rows(unit))
        activities = activities.filter(touched.rows(unit))
        owned = owned.filter(pl.col("need_key").is_in(touched.needs.implode()))
    asked = by_person(asked_of(demands, unit).lazy()).collect()
    events = events_of(asked, activities, owned, unit, rule, options)
    lazy = nw.from_native(events.lazy())
    placed = place_demands(lazy).collect()
    ended = end_needs(lazy, placed.lazy(), lambda frame: frame.collect().lazy()).collect().to_native()
    firsts = _describe_needs(ended, events, asked, activities, owned, records, options, placed.to_native())
    found = by_row(events, placed.to_native().select("pos", "starts", "unit"))
    del lazy, events, placed, ended  # the largest frames, before the next large ones
    return _assemble(asked, found, firsts, records, options)


def _basis(asks: pl.Expr) -> pl.Expr:
    """Where the source does not say whether the person was asked: what is known of the source as a whole."""
    return pl.coalesce("met_basis", pl.when(asks).then(pl.lit("asked")).otherwise(pl.lit("none")))


def _describe_needs(
    ended: pl.DataFrame, events: pl.DataFrame, asked: pl.DataFrame, activities: pl.LazyFrame, owned: pl.LazyFrame,
    records: Records, options: Options, placed: pl.DataFrame,
) -> pl.DataFrame:  # fmt: skip
    """One row a need: its end with its moment, its team, whether it is lifelong, and the person's death or move."""
    end_pos = ended["end_pos"]
    at_end = events[end_pos.fill_null(0)].select(
        end_at="at", end_precise="precise", end_asked="asked" if "asked" in events.columns else pl.lit(None)
    )
    found = pl.concat([ended, at_end], how="horizontal").with_columns(
        pl.when(pl.col("end_pos").is_null()).then(None).otherwise(pl.col(name)).alias(name)
        for name in ("end_at", "end_precise", "end_asked")
    )
    first_row = events[found["need"]]["demand_row"]
    opener = asked[first_row].select("demand_id", "need_id", "need_key", "person_key")
    rows = pl.concat([found.drop("unit"), opener], how="horizontal").with_columns(
        need_id=pl.coalesce("need_id", "demand_id"),
        closed=pl.col("inferred"),  # the end is a closure, and not the source's own
        inferred=pl.col("inferred") | ~pl.col("end_asked").fill_null(True),
    )
    people = gone(records, options).filter(~pl.col("unsure"))
    if people.height:
        rows = _leave(rows, people)
    lifelong = owned.filter(pl.col("lifelong")).select("need_key", "lifelong").unique("need_key").collect()
    teams = _first_team(activities, placed, events, asked)
    return (
        rows.join(lifelong, on="need_key", how="left")
        .join(teams, on="need", how="left")
        .with_columns(lifelong=pl.col("lifelong").fill_null(False), reopen_days="reopen")
        .sort("need")
    )


def _leave(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """A death or move ends a need that had not ended, or whose closure it left too young to judge."""
    leaving = rows.join(people, on="person_key", how="left")
    young = pl.col("closed") & (pl.col("gone_day") <= pl.col("end_day") + pl.col("reopen"))
    left = (pl.col("gone_day") >= pl.col("day")) & (pl.col("end_day").is_null() | young).fill_null(False)
    code = pl.col("how").replace_strict(END_CODES, return_dtype=pl.Int8)
    return leaving.with_columns(
        result=pl.when(left).then(code).otherwise("result"),
        end_day=pl.when(left).then("gone_day").otherwise("end_day"),
        end_at=pl.when(left).then("gone_at").otherwise("end_at"),
        end_precise=pl.when(left).then(False).otherwise("end_precise"),
        inferred=pl.col("inferred") & ~left.fill_null(False),
        early_day=pl.when(~(left & (pl.col("gone_day") <= pl.col("early_day") + EARLY_DAYS)).fill_null(False)).then(
            "early_day"
        ),
        held_day=pl.when(~(left & (pl.col("gone_day") <= pl.col("held_day") + pl.col("reopen"))).fill_null(False)).then(
            "held_day"
        ),
    ).drop("gone_day", "gone_at", "how", "unsure")


def _first_team(
    activities: pl.LazyFrame, placed: pl.DataFrame, events: pl.DataFrame, asked: pl.DataFrame
) -> pl.DataFrame:
    """The team of each need's first activity, found by the source's need or by whichever of its demands it answers."""
    order = ("started_at", "seq", "activity_id")
    named = activities.filter(pl.col("team").is_not_null()).select("need_key", "demand_id", TEAM, *order)
    begun = pl.col(TEAM).sort_by(*order, nulls_last=True).first().cast(pl.Categorical)
    by_key = named.filter(pl.col("need_key").is_not_null()).group_by("need_key").agg(begun).collect()
    linked = named.filter(pl.col("need_key").is_null() & pl.col("demand_id").is_not_null()).collect()
    starts = placed.filter("starts").select("need", "need_key")
    keyed = starts.drop_nulls().join(by_key, on="need_key").select("need", TEAM)
    if linked.is_empty():
        return keyed
    ids = asked[events[placed["pos"]]["demand_row"]].select("demand_id")
    needs = pl.concat([placed.select("need"), ids], how="horizontal")
    others = linked.join(needs, on="demand_id").group_by("need").agg(begun)
    return pl.concat([keyed, others]).unique("need", keep="first", maintain_order=True)


def _assemble(
    asked: pl.DataFrame, found: pl.DataFrame, firsts: pl.DataFrame, records: Records, options: Options
) -> pl.DataFrame:
    """Demands, with their need's description on the demand that opened it."""
    classes = coded(records, options, asked if asked.height < FEW_ROWS else None)
    rows = (
        asked.drop("need_id", "seq", "unit")
        .hstack(found)
        .with_columns(previous_contact_day=previous_contact(), hashed=pl.col("demand_id").hash())
        .join(classes, on="hashed", how="left", maintain_order="left")
        .drop("hashed")
    )
    described = firsts.select(name for name in NEEDS if name in firsts.columns and name not in rows.columns)
    turn = pl.int_range(firsts.height, dtype=pl.UInt32, eager=True)
    line = pl.col("pos").replace_strict(firsts["need"], turn, default=None)
    return rows.hstack(described[rows.select(line).to_series()]).select(HEARD)


def by_person(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows in ORDER, those of nobody first, and as they stood where it says nothing.

    Person, day and place in the frame are one number of 128 bits: sorting numbers is four times as fast as sorting rows.
    """
    person = pl.col("person_key").cast(pl.Int128).fill_null(LOWEST)
    day = pl.col("day").cast(pl.Int128) + WORD // 2
    place = pl.int_range(pl.len(), dtype=pl.Int64).cast(pl.Int128)
    number = (person * WORD + day) * WORD + place
    row = (number.sort().cast(pl.Int64, wrap_numerical=True) & (WORD - 1)).cast(pl.UInt32)
    return rows.with_columns(_row=row).select(pl.col(rows.collect_schema().names()).gather("_row"))


def previous_contact() -> pl.Expr:
    """Of rows in ORDER: the last day before its own on which the same person asked; null for a first, or for nobody."""
    none = -(2**31)
    person, day = pl.col("person_key"), pl.col("day")
    another = person.ne_missing(person.shift(1))
    began = pl.when(another | person.is_null()).then(none).when(day != day.shift(1)).then(day.shift(1)).forward_fill()
    return pl.when(began != none).then(began).cast(pl.Int32)
