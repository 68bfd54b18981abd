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

from collections.abc import Callable
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

Hold = Callable[[nw.LazyFrame], nw.LazyFrame]
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


def as_it_is(frame: nw.LazyFrame) -> nw.LazyFrame:
    """Leave a frame to the engine."""
    return frame


def place_demands(events: nw.LazyFrame) -> nw.LazyFrame:
    """Which need each demand belongs to: the source's own, else the strand's by the gap rule, else its own.

    Only demands that follow the gap rule pass through windows, which cost several times what grouping does.

    Returns:
        One row a demand: `pos, day, unit, issue, need_key, reopen, found` (OWN, STRAND, ALONE), `starts` (a new need),
        `need` (pos of the need's first demand), `next_day` (on a demand that starts a need: the next demand of that
        need, or of that strand).
    """
    demands = events.filter(nw.col("kind") == DEMAND)
    keyed, known_unit = ~nw.col("need_key").is_null(), ~nw.col("unit").is_null()
    branches = (
        _by_source(demands.filter(keyed)),
        _by_gap(demands.filter(~keyed & known_unit)),
        _alone(demands.filter(~keyed & ~known_unit)),
    )
    columns = ("pos", "day", "unit", "issue", "need_key", "reopen", "found", "starts", "need", "next_day")
    return nw.concat([branch.select(*columns) for branch in branches], how="vertical")


def _by_source(demands: nw.LazyFrame) -> nw.LazyFrame:
    """Demands whose source names the need. One without a person belongs to the person of its need."""
    told = demands.group_by("need_key").agg(need=nw.col("pos").min(), owner=nw.col("unit").max(), size=nw.len())
    several = demands.join(told.filter(nw.col("size") > 1), on="need_key", how="inner")
    later = several.filter(nw.col("pos") != nw.col("need")).group_by("need_key").agg(second_day=nw.col("day").min())
    return demands.join(told.join(later, on="need_key", how="left"), on="need_key", how="left").with_columns(
        unit=nw.coalesce("unit", "owner"),
        starts=nw.col("pos") == nw.col("need"),
        next_day=nw.when(nw.col("pos") == nw.col("need")).then(nw.col("second_day")),
        found=nw.lit(OWN, nw.Int8),
    )


def _by_gap(demands: nw.LazyFrame) -> nw.LazyFrame:
    """Demands of a strand: one opens a need where none came before it, or only longer ago than `reopen` days."""
    strand = ("unit", "issue")
    neighbours = demands.with_columns(
        previous_day=nw.col("day").shift(1).over(*strand, order_by="pos"),
        later_day=nw.col("day").shift(-1).over(*strand, order_by="pos"),
    )
    gap = nw.col("day") - nw.col("previous_day")
    started = neighbours.with_columns(starts=nw.col("previous_day").is_null() | (gap > nw.col("reopen")))
    opener = nw.when(nw.col("starts")).then(nw.col("pos")).otherwise(BEFORE_ALL)  # running maxima keep nulls null
    return started.with_columns(
        need=opener.cum_max().over(*strand, order_by="pos"),
        next_day=nw.when(nw.col("starts")).then(nw.col("later_day")),
        found=nw.lit(STRAND, nw.Int8),
    )


def _alone(demands: nw.LazyFrame) -> nw.LazyFrame:
    """Demands of nobody known: each is a need of its own."""
    return demands.with_columns(
        found=nw.lit(ALONE, nw.Int8), starts=nw.lit(True, nw.Boolean), need=nw.col("pos"),
        next_day=nw.lit(None, nw.Int32),
    )  # fmt: skip


def end_needs(events: nw.LazyFrame, placed: nw.LazyFrame, hold: Hold = as_it_is) -> nw.LazyFrame:
    """How each need ended, as far as records tell.

    The source's own end wins, else the last closure that no demand of the strand followed within `reopen` days (a need
    reopened later has no end before that). A need closed but followed by a demand in a later need is `closed_unmet`.

    Args:
        events: see above.
        placed: from `place_demands`.
        hold: what is done with a frame that is read several times; an engine that would compute it anew each time
            (polars does) is given one that keeps it.

    Returns:
        One row a need: `need` (pos of its first demand), `day, unit, issue, found, reopen, next_day` of that demand,
        `demands, last_day`, `end_pos, end_day, result, inferred` (null where open), `return_day` (the strand's next
        demand after the end), `held_day` and `early_day` (the first end that was met and that nothing disturbed for
        `reopen` days, or for 28: no demand of the strand, no other closure, no reopening; nothing later can move it).
    """
    columns = ("need", "day", "unit", "issue", "need_key", "found", "reopen", "next_day")
    firsts = hold(placed.filter(nw.col("starts")).select(*columns))
    sizes = placed.group_by("need").agg(demands=nw.len(), last_pos=nw.col("pos").max(), last_day=nw.col("day").max())
    # a closure before anybody asked ends nothing
    begun = (nw.col("pos") > nw.col("need")) | (nw.col("kind") == SOURCE_END)
    ended = hold(_attach(events, placed, firsts, hold).filter(begun))
    none_own = nw.col("own_pos").is_null()
    chosen = (
        firsts.join(sizes, on="need", how="inner")
        .join(_candidates(ended), on="need", how="left")
        .with_columns(
            came_back=none_own & nw.col("kept_pos").is_null() & (nw.col("closed_pos") > nw.col("last_pos")),
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


def _candidates(ended: nw.LazyFrame) -> nw.LazyFrame:
    """Which events may be the end of each need, all in one pass.

    Returns:
        One row a need with any: `own_pos` (the source's end), `closed_pos` (its last closure not reopened), `kept_pos`
        (the last of these that nobody came back from), and the first day met and undisturbed for 28 days (`_early`) or
        for `reopen` days (`_held`), by closures and by the source (`own_`).
    """
    reopened = ended.filter(nw.col("kind") == REOPEN).group_by("need").agg(reopened_pos=nw.col("pos").max())
    pos, day, never = nw.col("pos"), nw.col("day"), nw.col("return_day").is_null()
    stands = nw.col("reopened_pos").is_null() | (pos > nw.col("reopened_pos"))
    met = nw.col("result") == RESULTS.index("met")
    judged = ended.join(reopened, on="need", how="left").with_columns(
        own=nw.col("kind") == SOURCE_END,
        closure=nw.col("kind") == CLOSURE,
        stands=stands,
        kept=never | (nw.col("return_day") - day > nw.col("reopen")),
        early=met & _undisturbed(nw.lit(EARLY_DAYS)),
        held=met & _undisturbed(nw.col("reopen")),
    )
    own, closure = nw.col("own"), nw.col("closure")
    marked = judged.with_columns(
        own_pos=nw.when(own).then(pos),
        closed_pos=nw.when(closure & nw.col("stands")).then(pos),
        kept_pos=nw.when(closure & nw.col("stands") & nw.col("kept")).then(pos),
        own_early=nw.when(own & nw.col("early")).then(day),
        own_held=nw.when(own & nw.col("held")).then(day),
        closure_early=nw.when(closure & nw.col("early")).then(day),
        closure_held=nw.when(closure & nw.col("held")).then(day),
    )
    return marked.group_by("need").agg(
        nw.col("own_pos", "closed_pos", "kept_pos").max(),
        nw.col("own_early", "own_held", "closure_early", "closure_held").min(),
    )


def _undisturbed(patience: nw.Expr) -> nw.Expr:
    """Whether nobody asked and nothing was closed or reopened again within this many days of an end."""
    asked, acted = (nw.col(name) - nw.col("day") for name in ("return_day", "next_act"))
    alone = nw.col("next_act").is_null() | (acted > patience) | (nw.col("kind") == SOURCE_END)
    return (nw.col("return_day").is_null() | (asked > patience)) & alone


def _nobody(need: nw.Expr) -> nw.Expr:
    """What stands for the person in a need without one: its own demands are its strand.

    Below zero and small, where keys of people, which are hashes over all 64 bits, do not fall.
    """
    return -1 - need


def _attach(events: nw.LazyFrame, placed: nw.LazyFrame, firsts: nw.LazyFrame, hold: Hold) -> nw.LazyFrame:
    """Closures, reopenings and ends, each with its need and the strand's next demand after it (`return_day`).

    Most follow the last demand of their strand, and many name their need: nothing has to be looked up for these. Only
    the strands of the others pass through windows.
    """
    strands = firsts.select("need", nw.col("unit").alias("need_unit"), nw.col("issue").alias("need_issue"),
                            nw.col("reopen").alias("need_reopen"))  # fmt: skip
    asked = hold(
        placed.join(strands.select("need", "need_issue"), on="need", how="left").select(
            "pos", "day", "found", "need", unit=nw.coalesce("unit", _nobody(nw.col("need"))), issue=nw.col("need_issue")
        )
    )
    strand = ["unit", "issue"]
    last = asked.group_by(*strand).agg(last_pos=nw.col("pos").max())
    acts = hold(_named(events, placed, firsts, strands).join(last, on=strand, how="left"))
    named = ~nw.col("direct").is_null()
    over = nw.col("last_pos").is_null() | (nw.col("pos") > nw.col("last_pos"))
    columns = ("pos", "kind", "day", "need", "result", "return_day")
    plain = acts.filter(named & over).with_columns(need=nw.col("direct"), return_day=nw.lit(None, nw.Int32))
    sought = acts.filter(~(named & over) & ~nw.col("unit").is_null())
    found = (
        _followed(sought, asked.join(sought.select(*strand).unique(), on=strand, how="semi"))
        .join(_under_way(sought.filter(~named), asked), on="pos", how="left")
        .with_columns(need=nw.coalesce("direct", "current"))
        .filter(~nw.col("need").is_null())
    )
    return (
        nw.concat([plain.select(*columns), found.select(*columns)], how="vertical")
        .join(strands.select("need", nw.col("need_reopen").alias("reopen")), on="need", how="left")
        .with_columns(next_act=nw.col("day").shift(-1).over("need", order_by="pos"))
        .select("pos", "kind", "day", "need", "result", "return_day", "reopen", "next_act")
    )


def _named(events: nw.LazyFrame, placed: nw.LazyFrame, firsts: nw.LazyFrame, strands: nw.LazyFrame) -> nw.LazyFrame:
    """Whatever is no demand, with the need it names (`direct`) and the strand it belongs to."""
    acts = events.filter(nw.col("kind") != DEMAND)
    by_key = firsts.filter(nw.col("found") == OWN).select("need_key", nw.col("need").alias("by_key"))
    answers = acts.filter(~nw.col("link").is_null()).select("pos", "link")
    by_link = placed.select(nw.col("pos").alias("link"), nw.col("need").alias("by_link"))
    linked = answers.join(by_link, on="link", how="inner").select("pos", "by_link")
    nameless = nw.col("direct").is_null()
    return (
        acts.join(by_key, on="need_key", how="left")
        .join(linked, on="pos", how="left")
        .with_columns(direct=nw.coalesce("by_key", "by_link"))
        .join(strands, left_on="direct", right_on="need", how="left")
        .with_columns(
            unit=nw.when(nameless).then(nw.col("unit")).otherwise(nw.coalesce("need_unit", _nobody(nw.col("direct")))),
            issue=nw.when(nameless).then(nw.col("issue")).otherwise(nw.col("need_issue")),
        )
        .select("pos", "kind", "day", "unit", "issue", "direct", "result")
    )


def _followed(acts: nw.LazyFrame, asked: nw.LazyFrame) -> nw.LazyFrame:
    """These events with the next demand of their strand: `return_day`, null where nobody asked again."""
    columns = ("pos", "kind", "day", "unit", "issue", "direct", "result", "asked_day")
    demands = asked.with_columns(
        kind=nw.lit(DEMAND, nw.Int8),
        direct=nw.lit(None, nw.Int64),
        result=nw.lit(None, nw.Int8),
        asked_day=nw.col("day"),
    )
    others = acts.with_columns(asked_day=nw.lit(AFTER_ALL, nw.Int32))
    together = nw.concat([others.select(*columns), demands.select(*columns)], how="vertical")
    next_day = nw.col("asked_day").cum_min(reverse=True).over("unit", "issue", order_by="pos")
    seen = together.with_columns(next_day=next_day).filter(nw.col("kind") != DEMAND)
    return seen.with_columns(return_day=nw.when(nw.col("next_day") < AFTER_ALL).then(nw.col("next_day")))


def _under_way(acts: nw.LazyFrame, asked: nw.LazyFrame) -> nw.LazyFrame:
    """For events that name no need, the need of their strand that was under way: `pos, current`."""
    strand, columns = ["unit", "issue"], ("pos", "unit", "issue", "opener", "asks")
    demands = asked.filter(nw.col("found") == STRAND).join(acts.select(*strand).unique(), on=strand, how="semi")
    together = nw.concat(
        [
            acts.with_columns(opener=nw.lit(BEFORE_ALL, nw.Int64), asks=nw.lit(False, nw.Boolean)).select(*columns),
            demands.with_columns(opener=nw.col("need"), asks=nw.lit(True, nw.Boolean)).select(*columns),
        ],
        how="vertical",
    )
    return (
        together.with_columns(current=nw.col("opener").cum_max().over(*strand, order_by="pos"))
        .filter(~nw.col("asks") & (nw.col("current") >= 0))
        .select("pos", "current")
    )
