"""A measure over time: from its observations to points with limits, in two steps, so that many can take the second together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from measures.disclosure import policy_for, protect
from measures.holidays import marked
from measures.limiting import RARE, Asked, Chosen, Drawn, changes_within, choose, excluded_days, limit_together
from measures.model.measure import Measure, is_rough, is_share
from measures.model.principal import Principal
from measures.model.records import Records
from measures.model.results import COMMON, SERIES, Caveat
from measures.rare import between
from measures.request import Request
from measures.seasonal import seasonal
from measures.summary import complete, periods
from measures.tally import drawn, holds, tally
from measures.within import observed_within, span, within

# what a chart needs beside the declared shape: dashed old limits, where a pattern completes, limits that are none
BESIDE_SERIES = (
    "extended_centre", "extended_lower", "extended_upper", "completes", "unknown", "no_lower_limit", "no_upper_limit",
    "limits_from", "holiday", "unadjusted", "season", "season_factor", "season_n",
)  # fmt: skip

# what points, categories, their span and their sentence read of observations
READ = (
    "day", "source", "person_key", "mature", "weight", "numerator", "denominator", "unknown", "result", "days", "met",
    "inferred",
)  # fmt: skip


@dataclass(frozen=True)
class Plotted:
    """A measure's points before their limits.

    Attributes:
        measure, request: what was asked.
        rows: the observations, or their tally, that the points sum.
        points: a row a series and period; where rare events are charted, a row an event.
        chosen: the chart they are to have. changes: the recorded changes in their range.
    """

    measure: Measure
    request: Request
    rows: pl.LazyFrame
    points: pl.DataFrame
    chosen: Chosen
    changes: pl.DataFrame


def worked_out(observations: pl.LazyFrame, by: str | None) -> pl.LazyFrame:
    """The observations, worked out once for all that is read of them, with the column they are told apart by."""
    wanted = {*READ, by}
    return observations.select(name for name in observations.collect_schema() if name in wanted).collect().lazy()


def plotted(records: Records, measure: Measure, request: Request, principal: Principal) -> Plotted:
    """The points of a series, as this person may see them."""
    policy = policy_for(principal)
    people = request.people or policy.protects
    if not people and holds(measure, request.options):
        rows = within(tally(records, measure, request.options), records, request, principal)
    else:
        seen = observed_within(records, measure, request, principal)
        rows = worked_out(seen, request.split)
    sums = periods(rows, request.period, measure.kind, request.quantile, request.split, people)
    whole = complete(sums, request.period, measure.kind, span(records, request, rows, sums))
    quantile = request.quantile if measure.kind == "duration" else None
    whole = protect(
        whole, policy, share=is_share(measure), quantile=quantile, rate=is_rough(measure),
        sensitive=bool(request.groups),
    )  # fmt: skip
    chosen = choose(measure, request, whole, policy.protects)
    if chosen.kind in RARE:
        whole = between(observed_within(records, measure, request, principal), chosen.kind, request.split)
    else:
        whole = marked(whole, request.period, measure.kind)
    excluded = excluded_days(records, measure, request, chosen.kind)
    points = whole.with_columns(at="start", ghost=pl.col("start").is_in(excluded.implode()), plotted=pl.col("value"))
    changes = changes_within(records, request)
    points, chosen = seasonal(points, chosen, measure, request, changes)
    return Plotted(measure, request, rows, points, chosen, changes)


def sampled(rows: pl.LazyFrame) -> int:
    """How many of the observations (or of their tally) that count stand for others too, which were not drawn."""
    told = pl.col("drawn") if "drawn" in rows.collect_schema() else drawn()
    return int(rows.filter("mature").select(told.sum()).collect().item() or 0)


def limited(plots: Sequence[Plotted]) -> list[Drawn]:
    """The points of each with their limits: computed together where one chart reads them, told apart in what is said."""
    wanted = [Asked(plot.points, plot.chosen, plot.measure, plot.request, plot.changes) for plot in plots]
    return limit_together(wanted)


def table_of(plot: Plotted, drawn: Drawn) -> pl.DataFrame:
    """The result shape: the declared columns first, then what a chart needs beside them."""
    return drawn.points.select(
        pl.lit(plot.measure.name).alias("measure"),
        "series",
        *SERIES,
        *(name for name in COMMON if name != "measure"),
        *(name for name in BESIDE_SERIES if name in drawn.points.columns),
    ).cast({"phase": pl.Int32})


def left_out(plot: Plotted, drawn: Drawn) -> list[Caveat]:
    """What the limits have to say, and how many points somebody left out of them."""
    # weeks too young to judge are held out of limits too, and said to be so by a caveat of their own
    said = [caveat for caveat in drawn.caveats if caveat.code != "excluded"]
    if ghosts := int(plot.points["ghost"].sum()):
        are = "1 point is" if ghosts == 1 else f"{ghosts} points are"
        said.append(Caveat("excluded", f"{are} shown, but left out of limits and rules, each with a reason."))
    return said
