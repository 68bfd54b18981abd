"""The two frames that measures read: *heard*, one row a demand, and *needs*, one row a need.

Both are built once after an import (for the people it touched) and kept on disk by the store; what people here judge
afterwards, and how far sources see, is joined live, so classifying one demand changes the chart at once.
"""

from __future__ import annotations

import narwhals as nw
import polars as pl

from measures.model.measure import Options
from measures.model.records import END_KINDS, Kept, Records
from measures.model.time import DAY
from measures.needs import (
    CLOSURE,
    CLOSURE_RESULT,
    DEMAND,
    EARLY_DAYS,
    REOPEN,
    RULE_VERSION,
    SOURCE_END,
    Rule,
    end_needs,
    place_demands,
)

NAMED = ("source", "service", "agency", "front_door", "channel", "place", "made_by", "issue")
CODED = ("class", "failure_type", "caused_by_agency")
PRECISE = ("instant", "minute")
# A demand dated only to a month, a year or a place in a sequence belongs to no week: stories show it, measures do not.
DATED = pl.col("received_day").is_not_null() & pl.col("received_precision").is_in([*PRECISE, "day"]).fill_null(True)
CLOSERS = ("close", "screen", "assess", "decide")  # kinds that end a need when their outcome turns the person away
TURNED_AWAY = tuple(CLOSURE_RESULT)
END_CODES = {end: number for number, end in enumerate(END_KINDS)}
OPEN = END_KINDS.index("open")
MET = END_KINDS.index("met")
MET_IN_PART = END_KINDS.index("met_in_part")
TEAM = "team"
ADJUDICATED = 2**62  # above every judgement id, so that an adjudicated one outranks the newest
FEW_ROWS = 200_000  # a rebuild of so few demands looks up only their classifications
CLASS, CONTACT, PLACED = "class", "contact", "placed"  # what a measure may want of a demand

HEARD = (
    "demand_id", "day", "at", "precise", *NAMED, "person_key", "unit", "need_key", "issue_key", "starts",
    "previous_contact_day", *CODED, "weight", "settled",
    # on the demand that opens a need: the need
    "need_id", "found", "reopen_days", "next_day", "demands", "last_day", "end_day", "end_at", "end_precise", "result",
    "inferred", "return_day", "early_day", "held_day", TEAM, "lifelong",
)  # fmt: skip
ORDER = ("person_key", "day")  # of kept rows, so that different people can be counted in one pass
NEEDS = tuple(name for name in HEARD if name not in ("starts", "previous_contact_day", *CODED, "weight", "settled"))


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
    kept = records.kept("heard", _key(records, options, Rule(options.reopen_days)))
    rows = _plain(records, options, wanted) if kept is None else kept
    if CLASS not in wanted or options.as_of is not None:
        return rows
    tail = _one_class(records.judged("classification").tail.lazy())
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


def _plain(records: Records, options: Options, wanted: tuple[str, ...]) -> pl.LazyFrame:
    """Demands straight from the records; only what is wanted is joined."""
    demands = records.scan("demands", options.as_of).filter(DATED)
    rows = demands.select(
        "demand_id", *(pl.col(name).cast(pl.Categorical) for name in NAMED), "person_key", day="received_day"
    )
    if PLACED in wanted:
        asked, placed = _opened(records, options, demands)
        rows = asked.hstack(placed.select("row", "starts", "found").sort("row").drop("row")).lazy()
    if CONTACT in wanted:
        asked = rows.collect()
        rows = asked.with_columns(previous_contact_day=_previous_contact(asked)).lazy()
    if CLASS in wanted:
        coded = _coded(records, options, None).lazy()
        rows = rows.with_columns(hashed=pl.col("demand_id").hash()).join(coded, on="hashed", how="left").drop("hashed")
    return rows


def _opened(records: Records, options: Options, demands: pl.LazyFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Demands, and in any order how each was placed (`row`, and of it `starts, found, next_day …`).

    Nothing that was done has a say in it, and of what describes a demand only what is asked for is read.
    """
    unit = _unit(records.scan("sources", options.as_of).collect())
    named = tuple(name for name in NAMED if name in ("source", "service") or name in options.columns)
    asked = _asked(demands, unit, named)
    done = records.scan("activities", options.as_of).head(0)
    owned = records.scan("source_needs", options.as_of).head(0)
    events = _events(asked, done, owned, unit, Rule(options.reopen_days), options)
    placed = place_demands(nw.from_native(events.lazy())).collect().to_native()
    row = events["demand_row"].gather(placed["pos"])
    return asked.select("demand_id", "need_id", *named, "person_key", "day"), placed.with_columns(row=row)


def _unit(sources: pl.DataFrame) -> pl.Expr:
    """The key of who asked: the person's, or the place's where a source says that a place stands for a person."""
    proxied = sources.filter(pl.col("proxy") == "place")["source"]
    if proxied.is_empty():
        return pl.col("person_key")
    return pl.coalesce("person_key", pl.when(pl.col("source").is_in(proxied.implode())).then("place_key"))


def _previous_contact(asked: pl.DataFrame) -> pl.Series:
    """For each demand, the last day before its own on which the same person asked; null for a first, or for nobody."""
    none = -(2**31)
    person, day = pl.col("person_key"), pl.col("day")
    ordered = asked.select("person_key", "day", row=pl.int_range(pl.len(), dtype=pl.UInt32)).sort("person_key", "day")
    another = person.ne_missing(person.shift(1))
    began = pl.when(another | person.is_null()).then(none).when(day != day.shift(1)).then(day.shift(1))
    return (
        ordered.select("row", previous=began.forward_fill())
        .sort("row")
        .select(pl.when(pl.col("previous") != none).then("previous").cast(pl.Int32))
        .to_series()
    )


def needs(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need, with its end as far as it is known and its waiting time so far.

    Columns: `need_id, day, at` (of the first demand), `service … team, person_key, demands, last_day, next_day`,
    `end_day, end_kind, inferred` (nobody asked: closed and did not come back), `return_day`, `reopen_days`, `seen_day,
    provisional` (a closure too young to know whether the person comes back), `met`, and `days`: to the end where the
    need was met, else so far.
    """
    rule = Rule(options.reopen_days)
    kept = records.keep(
        "needs", _key(records, options, rule), lambda _: _kept_heard(records, options).filter("starts").select(NEEDS)
    )
    answered = _answer(records, options, kept.with_columns(enough=pl.lit(False)))
    sources = records.scan("sources", options.as_of).select("source", "seen_at", "seen_day").collect()
    met = (pl.col("result") == MET) | ((pl.col("result") == MET_IN_PART) & pl.col("enough"))
    exact = pl.col("precise") & pl.col("end_precise")
    to_end = pl.when(exact).then((pl.col("end_at") - pl.col("at")) / DAY).otherwise(pl.col("end_day") - pl.col("day"))
    so_far = (
        pl.when("precise").then((pl.col("seen_at") - pl.col("at")) / DAY).otherwise(pl.col("seen_day") - pl.col("day"))
    )
    return answered.with_columns(
        by_source(sources, "seen_at"),
        by_source(sources, "seen_day"),
        met=met.fill_null(False),
    ).with_columns(
        days=pl.max_horizontal(pl.when("met").then(to_end).otherwise(so_far).cast(pl.Float64), pl.lit(0.0)),
        end_kind=pl.col("result").fill_null(OPEN).replace_strict(dict(enumerate(END_KINDS)), return_dtype=pl.String),
        provisional=pl.col("inferred")
        & pl.col("end_day").is_not_null()
        & (pl.col("end_day") + pl.col("reopen_days") > pl.col("seen_day")),
    )


def begun(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need as its first demand left it: no measure of how needs begin waits for how they end.

    Columns: `need_id, day, source … issue, person_key, demands, next_day` (the next demand of that need or strand),
    `found, reopen_days, seen_day`. Who asks for the team, which only what was done afterwards tells, asks `needs`.
    """
    rows = records.kept("needs", _key(records, options, Rule(options.reopen_days)))
    if rows is None:
        asked, placed = _opened(records, options, records.scan("demands", options.as_of).filter(DATED))
        sizes = placed.group_by("need").agg(demands=pl.len().cast(pl.Int64))
        firsts = placed.filter("starts").join(sizes, left_on="pos", right_on="need", how="left")
        told = firsts.select("demands", "next_day", "found", reopen_days="reopen")
        described = asked[firsts["row"]].with_columns(need_id=pl.coalesce("need_id", "demand_id"))
        rows = described.hstack(told).lazy()
    sources = records.scan("sources", options.as_of).select("source", "seen_day").collect()
    return rows.with_columns(by_source(sources, "seen_day"))


def by_source(sources: pl.DataFrame, column: str) -> pl.Expr:
    """What is known of each row's source, without a join: sources are few and rows are many."""
    told = pl.lit(None, dtype=sources.schema[column])
    for name, value in zip(sources["source"], sources[column], strict=True):
        told = pl.when(pl.col("source") == name).then(value).otherwise(told)
    return told.cast(sources.schema[column]).alias(column)


def _key(records: Records, options: Options, rule: Rule) -> tuple[str, ...]:
    """What a kept build depends on besides records: the rule, the day it looks from, bulk judgements, kinds of sources."""
    coded = records.judged("classification").base_id if options.as_of is None else 0
    when = "newest" if options.as_of is None else f"{options.as_of}/{records.data_version.judgement_id}"
    told = (
        records.scan("sources")
        .select("source", "proxy", "asked")
        .filter(pl.col("asked") | pl.col("proxy").is_not_null())
    )
    return (*rule.key, when, str(coded), *map(repr, told.sort("source").collect().rows()))


def _kept_heard(records: Records, options: Options) -> pl.LazyFrame:
    rule = Rule(options.reopen_days)

    def build(previous: Kept | None) -> pl.LazyFrame:
        if previous is None:
            return _build(records, options, rule, None).lazy()
        old, touched = _touched(records, options, previous)
        renewed = _build(records, options, rule, touched)
        same = old.with_columns(pl.col(name).cast(renewed.schema[name]) for name in (*NAMED, *CODED, TEAM))
        return pl.concat([same.select(HEARD), renewed.lazy()], how="vertical").sort(*ORDER)

    return records.keep("heard", _key(records, options, rule), build)


class _Touched:
    """Whose rows must be built anew: keys of people (or places), of needs, and ids of single demands."""

    def __init__(self, units: pl.Series, needs_: pl.Series, demands: pl.Series) -> None:
        self.units, self.needs, self.demands = units, needs_, demands
        self.size = len(units) + len(needs_) + len(demands)

    def rows(self, unit: pl.Expr) -> pl.Expr:
        """Rows of these people, places or needs, and those that are or answer one of these demands."""
        return (
            _any_of(unit, self.units)
            | _any_of(pl.col("need_key"), self.needs)
            | _any_of(pl.col("demand_id"), self.demands)
        )


def _any_of(value: pl.Expr, wanted: pl.Series) -> pl.Expr:
    return value.is_in(wanted.implode()).fill_null(False)


def _touched(records: Records, options: Options, previous: Kept) -> tuple[pl.LazyFrame, _Touched]:
    """The earlier rows that stand, and whose do not: everyone an import since then wrote about, and their needs."""
    changed = records.changed(previous.import_id).collect()
    units = pl.concat([changed["person_key"], changed["place_key"]]).drop_nulls().unique()
    owned, single = changed["need_key"].drop_nulls().unique(), changed["demand_id"].drop_nulls().unique()
    # An activity moves from one person's need to another's when the demand or the need that it names comes or goes.
    moved = (
        records.scan("activities", options.as_of)
        .filter(_any_of(pl.col("demand_id"), single) | _any_of(pl.col("need_key"), owned))
        .select("person_key", "place_key", "need_key", "demand_id")
        .collect()
    )
    units = pl.concat([units, moved["person_key"].drop_nulls(), moved["place_key"].drop_nulls()]).unique()
    owned = pl.concat([owned, moved["need_key"].drop_nulls()]).unique()
    single = pl.concat([single, moved["demand_id"].drop_nulls()]).unique()
    links = previous.frame.select("unit", "need_key", "demand_id").collect()
    acts = records.scan("activities", options.as_of)
    unit = _unit(records.scan("sources", options.as_of).collect())
    touched = _Touched(units, owned, single)
    while True:  # whoever shares a need with them, and the needs and demands that their activities name
        rows = links.filter(touched.rows(pl.col("unit")))
        told = acts.filter(touched.rows(unit)).select("need_key", "demand_id").collect()
        wider = _Touched(
            pl.concat([touched.units, rows["unit"].drop_nulls()]).unique(),
            pl.concat([touched.needs, rows["need_key"].drop_nulls(), told["need_key"].drop_nulls()]).unique(),
            pl.concat([touched.demands, rows["demand_id"], told["demand_id"].drop_nulls()]).unique(),
        )
        if wider.size == touched.size:
            return previous.frame.filter(~touched.rows(pl.col("unit"))), touched
        touched = wider


def _build(records: Records, options: Options, rule: Rule, touched: _Touched | None) -> pl.DataFrame:
    """The rows of `heard` for everyone, or for those touched."""
    sources = records.scan("sources", options.as_of).collect()
    unit = _unit(sources)
    demands = records.scan("demands", options.as_of).filter(DATED)
    activities = records.scan("activities", options.as_of)
    asks = pl.col("source").is_in(sources.filter("asked")["source"].implode())
    owned = records.scan("source_needs", options.as_of).with_columns(met_basis=_basis(asks))
    if touched is not None:
        demands = demands.filter(touched.rows(unit))
        activities = activities.filter(touched.rows(unit))
        owned = owned.filter(pl.col("need_key").is_in(touched.needs.implode()))
    asked = _asked(demands, unit).sort(*ORDER)
    events = _events(asked, activities, owned, unit, rule, options)
    lazy = nw.from_native(events.lazy())
    placed = place_demands(lazy).collect()
    ended = end_needs(lazy, placed.lazy(), lambda frame: frame.collect().lazy()).collect().to_native()
    firsts = _describe_needs(ended, events, asked, activities, owned, records, options, placed.to_native())
    found = _by_row(events, placed.to_native().select("pos", "starts", "unit"))
    del lazy, events, placed, ended  # the largest frames, before the next large ones
    return _assemble(asked, found, firsts, records, options)


def _basis(asks: pl.Expr) -> pl.Expr:
    """Where the source does not say whether the person was asked: what is known of the source as a whole."""
    return pl.coalesce("met_basis", pl.when(asks).then(pl.lit("asked")).otherwise(pl.lit("none")))


def _asked(demands: pl.LazyFrame, unit: pl.Expr, named: tuple[str, ...] = NAMED) -> pl.DataFrame:
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


def _events(
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
    named = pl.col("need_key").is_in(asked["need_key"].drop_nulls().unique().implode()).fill_null(False)
    unclear = acts.select(pl.col("demand_id").is_not_null() & ~named).to_series()
    if not unclear.any():
        return pl.Series([None], dtype=pl.UInt32).new_from_index(0, acts.height)
    rows = asked.select("demand_id", answers=pl.int_range(pl.len(), dtype=pl.UInt32))
    wanted = acts.select(pl.when(unclear).then("demand_id").alias("demand_id"))
    return wanted.join(rows, on="demand_id", how="left", maintain_order="left")["answers"]


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
    people = (
        records.scan("people", options.as_of)
        .filter(pl.col("end_kind").is_in(["died", "moved"]) & pl.col("to_day").is_not_null())
        .group_by("person_key")
        .agg(pl.col("to_day", "to_at", "end_kind").sort_by("to_day", "end_kind").first())
        .collect()
    )
    if options.as_of is not None:
        people = people.filter(pl.col("to_at") <= options.as_of)
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
    gone = rows.join(people, on="person_key", how="left")
    young = pl.col("closed") & (pl.col("to_day") <= pl.col("end_day") + pl.col("reopen"))
    left = (pl.col("to_day") >= pl.col("day")) & (pl.col("end_day").is_null() | young).fill_null(False)
    code = pl.col("end_kind").replace_strict(END_CODES, return_dtype=pl.Int8)
    return gone.with_columns(
        result=pl.when(left).then(code).otherwise("result"),
        end_day=pl.when(left).then("to_day").otherwise("end_day"),
        end_at=pl.when(left).then("to_at").otherwise("end_at"),
        end_precise=pl.when(left).then(False).otherwise("end_precise"),
        inferred=pl.col("inferred") & ~left.fill_null(False),
        early_day=pl.when(~(left & (pl.col("to_day") <= pl.col("early_day") + EARLY_DAYS)).fill_null(False)).then(
            "early_day"
        ),
        held_day=pl.when(~(left & (pl.col("to_day") <= pl.col("held_day") + pl.col("reopen"))).fill_null(False)).then(
            "held_day"
        ),
    ).drop("to_day", "to_at", "end_kind")


def _first_team(
    activities: pl.LazyFrame, placed: pl.DataFrame, events: pl.DataFrame, asked: pl.DataFrame
) -> pl.DataFrame:
    """The team of each need's first activity, found by the source's need or by the demand it answers."""
    named = activities.filter(pl.col("team").is_not_null())
    first = pl.col("team").sort_by("started_at", "seq", "activity_id", nulls_last=True).first().cast(pl.Categorical)
    by_key = named.filter(pl.col("need_key").is_not_null()).group_by("need_key").agg(first).collect()
    by_demand = (
        named.filter(pl.col("need_key").is_null() & pl.col("demand_id").is_not_null())
        .group_by("demand_id")
        .agg(first)
        .collect()
    )
    starts = placed.filter("starts").select("need", "need_key")
    keyed = starts.drop_nulls().join(by_key, on="need_key").select("need", TEAM)
    if by_demand.is_empty():
        return keyed
    ids = asked[events[starts["need"]]["demand_row"]].select("demand_id")
    linked = pl.concat([starts.select("need"), ids], how="horizontal").join(by_demand, on="demand_id")
    return pl.concat([keyed, linked.select("need", TEAM)]).unique("need", keep="first")


def _by_row(events: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """What was found of each demand, in the order of the demands."""
    row = events["demand_row"].gather(placed["pos"])
    return placed.with_columns(demand_row=row).sort("demand_row").drop("demand_row")


def _assemble(
    asked: pl.DataFrame, found: pl.DataFrame, firsts: pl.DataFrame, records: Records, options: Options
) -> pl.DataFrame:
    """Demands with their need's description on the demand that opened it; those first, so that needs read fast."""
    coded = _coded(records, options, asked if asked.height < FEW_ROWS else None)
    rows = (
        asked.drop("need_id", "seq", "unit")
        .hstack(found)
        .with_columns(previous_contact_day=_previous_contact(asked), hashed=pl.col("demand_id").hash())
        .join(coded, on="hashed", how="left", maintain_order="left")
        .drop("hashed")
    )
    described = firsts.select(name for name in NEEDS if name in firsts.columns and name not in rows.columns)
    turn = pl.int_range(firsts.height, dtype=pl.UInt32, eager=True)
    line = pl.col("pos").replace_strict(firsts["need"], turn, default=None)
    return rows.hstack(described[rows.select(line).to_series()]).select(HEARD)


def _coded(records: Records, options: Options, only: pl.DataFrame | None) -> pl.DataFrame:
    """The classification that counts for each demand, as far as bulk judgements (or `as_of`) tell."""
    if options.as_of is None:
        judged = records.judged("classification").base
    else:
        judged = records.scan("classification", options.as_of)
    if only is not None:
        judged = judged.join(only.lazy().select("demand_id"), on="demand_id", how="semi")
    return _one_class(judged)


def _one_class(judged: pl.LazyFrame) -> pl.DataFrame:
    """One classification a demand: the adjudicated one, else the newest.

    Demands are matched by a 64-bit hash of their id: among ten million, two share one about once in 400,000 stores.
    """
    settled = pl.col("adjudicated").fill_null(False)
    rows = (
        judged.filter(pl.col("class").is_not_null())
        .select(
            *(pl.col(name).cast(pl.Categorical) for name in CODED),
            hashed=pl.col("demand_id").hash(),
            settled=settled,
            weight=1.0 / pl.col("selection_prob").fill_null(1.0),
            rank=pl.col("judgement_id") + pl.when(settled).then(ADJUDICATED).otherwise(0),
        )
        .collect()
    )
    again = rows["hashed"].is_duplicated()
    several = rows.filter(again).sort("rank").unique("hashed", keep="last")
    return pl.concat([rows.filter(~again), several]).drop("rank")


def _last_acts(records: Records, options: Options, asked: pl.DataFrame) -> pl.DataFrame:
    """The last activity for each of these needs up to the day somebody asked: `need_id, acted_day`."""
    if asked.is_empty():
        return pl.DataFrame(schema={"need_id": pl.String, "acted_day": pl.Int32})
    acts = records.scan("activities", options.as_of).filter(pl.col("started_day").is_not_null())
    wanted = asked.lazy().select("need_id", "need_key", "demand_id", "unit", "issue_key", "day", "asked_on_day")
    ways = (["need_key"], ["demand_id"], ["unit", "issue_key"])
    units = acts.with_columns(unit="person_key").select("need_key", "demand_id", "unit", "issue_key", "started_day")
    found = [
        wanted.filter(pl.col("need_key").is_null() if "unit" in way else pl.lit(True))
        .drop_nulls(way[0])
        .join(units.drop_nulls(way[0]), on=way, nulls_equal=True)
        .select("need_id", "day", "asked_on_day", "started_day")
        for way in ways
    ]
    return (
        pl.concat(found)
        .filter(pl.col("started_day").is_between("day", "asked_on_day"))
        .group_by("need_id")
        .agg(acted_day=pl.col("started_day").max())
        .collect()
    )


def _answer(records: Records, options: Options, kept: pl.LazyFrame) -> pl.LazyFrame:
    """Needs with the person's own answer in place of what records inferred, where somebody asked."""
    answers = (
        records.scan("outcome", options.as_of)
        .sort("asked_on_day", "judgement_id")
        .unique("need_id", keep="last", maintain_order=True)
        .select("need_id", "asked_on_day", "answer", "met_on_day", said_enough="enough")
        .collect()
    )
    if answers.is_empty():
        return kept
    in_part = pl.col("answer") == "met_in_part"
    met = (pl.col("answer") == "met") | (in_part & pl.col("said_enough").fill_null(False))
    not_met = pl.when(pl.col("result").is_in([MET, MET_IN_PART])).then(END_KINDS.index("closed_unmet"))
    last_heard = pl.min_horizontal(pl.coalesce("acted_day", "last_day"), "asked_on_day")
    given = kept.join(answers.lazy(), on="need_id", how="inner").collect()
    acted = _last_acts(records, options, given.filter((met | in_part) & pl.col("met_on_day").is_null()))
    touched = (
        given.lazy()
        .join(acted.lazy(), on="need_id", how="left")
        .with_columns(
            result=pl.when(in_part)
            .then(MET_IN_PART)
            .when(met)
            .then(MET)
            .otherwise(not_met.otherwise("result"))
            .cast(pl.Int8),
            enough=in_part & met,
            end_day=pl.when(met | in_part)
            .then(pl.coalesce("met_on_day", last_heard))
            .otherwise("end_day")
            .cast(pl.Int32),
            end_precise=pl.when(met | in_part).then(False).otherwise("end_precise"),
            inferred=pl.lit(False),
        )
        .collect()
    )
    strands = (
        _kept_heard(records, options)
        .join(touched.lazy().select("unit").drop_nulls().unique(), on="unit", how="semi")
        .select("unit", "issue_key", asked_day="day")
        .collect()
    )
    returns = (
        touched.select("need_id", "unit", "issue_key", "end_day")
        .join(strands, on=["unit", "issue_key"], nulls_equal=True)
        .filter(pl.col("unit").is_not_null() & (pl.col("asked_day") > pl.col("end_day")))
        .group_by("need_id")
        .agg(return_day=pl.col("asked_day").min())
    )
    back = pl.col("return_day") - pl.col("end_day")
    was_met = (pl.col("result") == MET) | pl.col("enough")
    renewed = (
        touched.drop("acted_day", "return_day", "asked_on_day", "answer", "met_on_day", "said_enough")
        .join(returns, on="need_id", how="left")
        .with_columns(
            early_day=pl.when(was_met & (back.is_null() | (back > EARLY_DAYS))).then("end_day"),
            held_day=pl.when(was_met & (back.is_null() | (back > pl.col("reopen_days")))).then("end_day"),
        )
    )
    others = kept.join(answers.lazy().select("need_id"), on="need_id", how="anti")
    return pl.concat([others.select(*NEEDS, "enough"), renewed.lazy().select(*NEEDS, "enough")], how="vertical_relaxed")
