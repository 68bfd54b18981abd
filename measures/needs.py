"""From what was asked and done to needs: one row a need, from first asking to the end as the person would see it.

The heavy part (`place_demands`, `end_needs`) is written once against narwhals lazy frames of integers, so that it runs
unchanged on polars, DuckDB and PySpark. It reads one frame of *events*, one row an event, whose `pos` is chronological:

    pos        its place in time among all events, unique
    kind       DEMAND, CLOSURE, REOPEN or SOURCE_END
    day        local day number
    unit       the person's key (or the place's, where a place stands for a person), null where nobody is known
    issue      the issue's key, 0 where none is recorded
    need_key   the source's own need, null where it names none
    link       for an activity that answers one demand: that demand's pos
    result     for closures and ends: an index into RESULTS
    reopen     after how many days without asking a new demand is a new need

The rule and its reasons: docs/explanation/needs.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw

from measures.model.records import END_KINDS

RULE_VERSION = "2"
REOPEN_WITH_ISSUE = 180
REOPEN_WITHOUT_ISSUE = 56
EARLY_DAYS = 28  # the shorter patience of every "early" line
STRIP_DAYS = (28, 56, 90, 180, 365)  # the sensitivity strip beside every need-based chart

DEMAND, CLOSURE, REOPEN, SOURCE_END = range(4)
RESULTS = END_KINDS  # what an end can be, by number
# What a closing activity makes of a need, at most: words of `records.OUTCOMES` that turn a person away are never `met`.
CLOSURE_RESULT = {"screened_out": "screened_out", "refused": "screened_out", "nfa": "closed_unmet"}

BEFORE_ALL, AFTER_ALL = -1, 2**31 - 1
OWN, STRAND, ALONE = 1, 2, 3  # how a demand found its need: the source's id, the strand's rule, or nothing to go by


@dataclass(frozen=True)
class Rule:
    """When a demand starts a new need.

    Attributes:
        reopen_days: one gap for every strand; None: 180 where an issue is recorded and 56 where none is.
    """

    reopen_days: int | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What a kept build of needs depends on, besides the records."""
        return (RULE_VERSION, str(self.reopen_days))

    @property
    def with_issue(self) -> int:
        """The gap for strands with an issue."""
        return self.reopen_days if self.reopen_days is not None else REOPEN_WITH_ISSUE

    @property
    def without_issue(self) -> int:
        """The gap for strands without one."""
        return self.reopen_days if self.reopen_days is not None else REOPEN_WITHOUT_ISSUE


def place_demands(events: nw.LazyFrame) -> nw.LazyFrame:
    """Which need each demand belongs to: the source's own, else the strand's by the gap rule, else its own.

    Returns:
        One row a demand: `pos, day, unit, issue, need_key, reopen, found` (OWN, STRAND, ALONE), `starts` (a new need),
        `need` (pos of the need's first demand), `next_day` (the next demand of that need, or of that strand).
    """
    demands = _fill_units(events.filter(nw.col("kind") == DEMAND))
    known_need, known_unit = ~nw.col("need_key").is_null(), ~nw.col("unit").is_null()
    keyed = demands.with_columns(
        found=nw.when(known_need).then(OWN).otherwise(nw.when(known_unit).then(STRAND).otherwise(ALONE)),
        first_key=nw.coalesce("need_key", "unit", "pos"),
        second_key=nw.when(known_unit & ~known_need).then(nw.col("issue")).otherwise(0),
    )
    parts = ("found", "first_key", "second_key")
    neighbours = keyed.with_columns(
        previous_day=nw.col("day").shift(1).over(*parts, order_by="pos"),
        next_day=nw.col("day").shift(-1).over(*parts, order_by="pos"),
    )
    gap = nw.col("day") - nw.col("previous_day")
    started = neighbours.with_columns(
        starts=nw.col("previous_day").is_null() | ((nw.col("found") == STRAND) & (gap > nw.col("reopen"))),
    )
    opener = nw.when(nw.col("starts")).then(nw.col("pos")).otherwise(BEFORE_ALL)  # running maxima keep nulls null
    return started.with_columns(need=opener.cum_max().over(*parts, order_by="pos")).select(
        "pos", "day", "unit", "issue", "need_key", "reopen", "found", "starts", "need", "next_day"
    )


def end_needs(events: nw.LazyFrame, placed: nw.LazyFrame) -> nw.LazyFrame:
    """How each need ended, as far as records tell.

    The source's own end wins, else the last closure that no demand of the strand followed within `reopen` days (a need
    reopened later has no end before that). A need closed but followed by a demand in a later need is `closed_unmet`.

    Returns:
        One row a need: `need` (pos of its first demand), `day, unit, issue, found, reopen, next_day` of that demand,
        `demands, last_day`, `end_pos, end_day, result, inferred` (null where open), `return_day` (the strand's next
        demand after the end), `held_day` and `early_day` (the first end that was met and that nothing disturbed for
        `reopen` days, or for 28: no demand of the strand, no other closure, no reopening; nothing later can move it).
    """
    firsts = placed.filter(nw.col("starts")).select(
        "need", "day", "unit", "issue", "need_key", "found", "reopen", "next_day"
    )
    sizes = placed.group_by("need").agg(demands=nw.len(), last_pos=nw.col("pos").max(), last_day=nw.col("day").max())
    ended = _attach(events, placed, firsts)
    reopened = ended.filter(nw.col("kind") == REOPEN).group_by("need").agg(reopened_pos=nw.col("pos").max())
    closures = ended.filter(nw.col("kind") == CLOSURE).join(reopened, on="need", how="left")
    standing = closures.filter(nw.col("reopened_pos").is_null() | (nw.col("pos") > nw.col("reopened_pos")))
    back = nw.col("return_day") - nw.col("day")
    kept = standing.filter(nw.col("return_day").is_null() | (back > nw.col("reopen")))
    best = kept.group_by("need").agg(kept_pos=nw.col("pos").max())
    last = standing.group_by("need").agg(closed_pos=nw.col("pos").max())
    own = ended.filter(nw.col("kind") == SOURCE_END).group_by("need").agg(own_pos=nw.col("pos").max())
    met = ended.filter(nw.col("result") == RESULTS.index("met")).with_columns(
        early=nw.when(_undisturbed(nw.lit(EARLY_DAYS))).then(nw.col("day")),
        held=nw.when(_undisturbed(nw.col("reopen"))).then(nw.col("day")),
    )
    firmly = {
        prefix: met.filter(nw.col("kind") == kind)
        .group_by("need")
        .agg(nw.col("early").min().alias(f"{prefix}_early"), nw.col("held").min().alias(f"{prefix}_held"))
        for prefix, kind in (("own", SOURCE_END), ("closure", CLOSURE))
    }
    none_own = nw.col("own_pos").is_null()
    chosen = (
        firsts.join(sizes, on="need", how="inner")
        .join(own, on="need", how="left")
        .join(best, on="need", how="left")
        .join(last, on="need", how="left")
        .join(firmly["own"], on="need", how="left")
        .join(firmly["closure"], on="need", how="left")
        .with_columns(
            came_back=nw.col("own_pos").is_null()
            & nw.col("kept_pos").is_null()
            & (nw.col("closed_pos") > nw.col("last_pos")),
        )
        .with_columns(
            end_pos=nw.coalesce("own_pos", "kept_pos", nw.when(nw.col("came_back")).then(nw.col("closed_pos"))),
            inferred=none_own,
            early_day=nw.when(none_own).then(nw.col("closure_early")).otherwise(nw.col("own_early")),
            held_day=nw.when(none_own).then(nw.col("closure_held")).otherwise(nw.col("own_held")),
        )
    )
    ends = ended.select(nw.col("pos").alias("end_pos"), nw.col("day").alias("end_day"), "result", "return_day")
    unmet = RESULTS.index("closed_unmet")
    turned_back = nw.col("came_back") & (nw.col("result") == RESULTS.index("met"))
    return (
        chosen.join(ends, on="end_pos", how="left")
        .with_columns(result=nw.when(turned_back).then(unmet).otherwise(nw.col("result")))
        .select(
            "need", "day", "unit", "issue", "found", "reopen", "next_day", "demands", "last_day",
            "end_pos", "end_day", "result", "inferred", "return_day", "early_day", "held_day",
        )
    )  # fmt: skip


def _undisturbed(patience: nw.Expr) -> nw.Expr:
    """Whether nobody asked and nothing was closed or reopened again within this many days of an end."""
    asked, acted = (nw.col(name) - nw.col("day") for name in ("return_day", "next_act"))
    alone = nw.col("next_act").is_null() | (acted > patience) | (nw.col("kind") == SOURCE_END)
    return (nw.col("return_day").is_null() | (asked > patience)) & alone


def _fill_units(rows: nw.LazyFrame) -> nw.LazyFrame:
    """A demand without a person, in a need that has one, belongs to that person's strand."""
    owners = (
        rows.filter(~nw.col("need_key").is_null() & ~nw.col("unit").is_null())
        .group_by("need_key")
        .agg(owner=nw.col("unit").max())
    )
    return rows.join(owners, on="need_key", how="left").with_columns(unit=nw.coalesce("unit", "owner")).drop("owner")


def _nobody(need: nw.Expr) -> nw.Expr:
    """What stands for the person in a need without one: its own demands are its strand.

    Below zero and small, where keys of people, which are hashes over all 64 bits, do not fall.
    """
    return -1 - need


def _attach(events: nw.LazyFrame, placed: nw.LazyFrame, firsts: nw.LazyFrame) -> nw.LazyFrame:
    """Closures, reopenings and ends, each with its need and the strand's next demand after it (`return_day`)."""
    acts = events.filter(nw.col("kind") != DEMAND)
    by_key = firsts.filter(nw.col("found") == OWN).select("need_key", nw.col("need").alias("by_key"))
    by_link = placed.select(nw.col("pos").alias("link"), nw.col("need").alias("by_link"))
    strands = firsts.select("need", nw.col("unit").alias("need_unit"), nw.col("issue").alias("need_issue"),
                            nw.col("reopen").alias("need_reopen"))  # fmt: skip
    direct = (
        acts.join(by_key, on="need_key", how="left")
        .join(by_link, on="link", how="left")
        .with_columns(direct=nw.coalesce("by_key", "by_link"))
        .join(strands, left_on="direct", right_on="need", how="left")
        .with_columns(
            unit=nw.when(nw.col("direct").is_null())
            .then(nw.col("unit"))
            .otherwise(nw.coalesce("need_unit", _nobody(nw.col("direct")))),
            issue=nw.when(nw.col("direct").is_null()).then(nw.col("issue")).otherwise(nw.col("need_issue")),
            opener=nw.lit(BEFORE_ALL, nw.Int64),
            demand_day=nw.lit(AFTER_ALL, nw.Int32),
        )
    )
    columns = ("pos", "kind", "day", "unit", "issue", "direct", "opener", "demand_day", "result")
    asked = (
        placed.drop("issue")
        .join(firsts.select("need", "issue"), on="need", how="left")
        .with_columns(
            unit=nw.coalesce("unit", _nobody(nw.col("need"))),
            kind=nw.lit(DEMAND, nw.Int8),
            direct=nw.lit(None, nw.Int64),
            opener=nw.when(nw.col("found") == STRAND).then(nw.col("need")).otherwise(BEFORE_ALL),
            demand_day=nw.col("day"),
            result=nw.lit(None, nw.Int8),
        )
    )
    strand = ("unit", "issue")
    together = nw.concat([direct.select(*columns), asked.select(*columns)], how="vertical")
    seen = together.with_columns(
        current=nw.col("opener").cum_max().over(*strand, order_by="pos"),
        return_day=nw.col("demand_day").cum_min(reverse=True).over(*strand, order_by="pos"),
    ).filter(nw.col("kind") != DEMAND)
    homeless = nw.col("unit").is_null()  # nobody to come back: nothing follows, and only a direct link finds the need
    return (
        seen.with_columns(
            need=nw.coalesce("direct", nw.when(~homeless & (nw.col("current") >= 0)).then(nw.col("current"))),
            return_day=nw.when(~homeless & (nw.col("return_day") < AFTER_ALL)).then(nw.col("return_day")),
        )
        .filter(~nw.col("need").is_null())
        .join(strands.select("need", nw.col("need_reopen").alias("reopen")), on="need", how="left")
        .with_columns(next_act=nw.col("day").shift(-1).over("need", order_by="pos"))
        .select("pos", "kind", "day", "need", "result", "return_day", "reopen", "next_act")
    )
