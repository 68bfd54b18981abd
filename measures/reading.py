"""The one composition: needs → observe → summarise → limits → protect. Pages, command line and exports all call it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches

import polars as pl

from measures.capability import Chart
from measures.capability.points import check_chart
from measures.catalogue import MEASURES
from measures.disclosure import FEWEST_PEOPLE, policy_for, protect, protect_curve, protect_hundred
from measures.holidays import marked
from measures.limiting import NO_PHASES, RARE, changes_within, choose, excluded_days, limit
from measures.model.measure import Measure, Shape
from measures.model.principal import Principal
from measures.model.records import DataVersion, Records
from measures.model.results import BREAKDOWN, COMMON, CURVE, SERIES, Caveat
from measures.model.time import PERIODS, day_number
from measures.needs import STRIP_DAYS
from measures.rare import between, measure_between
from measures.request import ReadingError, Request
from measures.summary import NOT_RECORDED, Span, categories, complete, periods, with_maturity
from measures.survival import quantiles
from measures.tally import holds, tally
from measures.wording import (
    breakdown_sentence,
    common_caveats,
    curve_sentence,
    ends_of,
    mixed_ends,
    rare_sentence,
    series_sentence,
    title_of,
    unknowns,
)

MOST_DOTS = 4000
LAGGING_DAYS = 28  # a source further behind the newest than this is no longer looking
QUIET_DAYS = 14  # records silent for longer than this before their source was read were cut, not quiet
# what a chart needs beside the declared shape: dashed old limits, where a pattern completes, limits that are none
BESIDE_SERIES = (
    "extended_centre", "extended_lower", "extended_upper", "completes", "unknown", "no_lower_limit", "no_upper_limit",
    "limits_from", "holiday",
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """A measure as it reads now, ready to be drawn, tabled, exported or spoken: none of these recomputes anything.

    Attributes:
        measure, request, shape: what was asked.
        table: one of the four result shapes, with `series` where it is split.
        title: the measure's, or the honest one where nobody asked whether needs were met.
        sentence: what the figures say, in one plain sentence.
        caveats: what must be known beside them.
        data_version, as_of: from which records and judgements, and how far they see (UTC microseconds).
        chart: the kind of chart whose limits are in the table; `none` where limits would mislead. On a chart of rare
            events (t, g) a row is an event, and `measure` and `request` say how it reads: days or cases, by day.
        phases: one row a phase and series; empty where there are no limits.
        changes: the recorded changes that fall in the range.
        rows_in: observations read; rows_out: those that count in the figures.
        why: why it is this chart, in one sentence.
    """

    measure: Measure
    request: Request
    shape: Shape
    table: pl.DataFrame
    title: str
    sentence: str
    caveats: tuple[Caveat, ...]
    data_version: DataVersion
    as_of: int
    chart: str
    phases: pl.DataFrame
    changes: pl.DataFrame
    rows_in: int
    rows_out: int
    why: str = ""

    @property
    def definition(self) -> str:
        """The measure's definition; the one that holds where nobody asked, if that is how it reads here."""
        measure = self.measure
        inferred = measure.inferred_title is not None and self.title.startswith(measure.inferred_title)
        return (measure.inferred_definition if inferred else None) or measure.definition


def read(records: Records, request: Request, principal: Principal) -> Reading:
    """A measure over these records, as this person may see it.

    Raises:
        ReadingError: the measure, shape, period, split or filter does not exist; the sentence says what does.
    """
    measure = _check(request)
    shape: Shape = request.shape or measure.readings[0]
    if shape == "series":
        return _series(records, measure, request, principal)
    observations = _observed(records, measure, request, principal)
    if shape == "curve":
        return _curve(records, measure, request, principal, observations)
    return _breakdown(records, measure, request, principal, observations)


def individuals(records: Records, request: Request, principal: Principal) -> pl.DataFrame:
    """One dot a need: `day, days, met, open`, without any id; thinned evenly to at most 4,000, which the page says.

    A dot is one person: protected roles see none.

    Raises:
        ReadingError: the measure counts demands or shares, which have no days.
    """
    measure = _check(replace(request, shape=None))
    if measure.kind != "duration":
        raise ReadingError(f"{measure.name} has no days to draw one by one; end_to_end_time has")
    if policy_for(principal).protects:
        return pl.DataFrame(schema={"day": pl.Int32, "days": pl.Float64, "met": pl.Boolean, "open": pl.Boolean})
    rows = (
        _observed(records, measure, request, principal)
        .select("day", "days", "met", open=pl.col("result").is_null())
        .collect()
        .sort("day", "days")
    )
    return rows.gather_every(max(1, -(-rows.height // MOST_DOTS)))


def observed(records: Records, request: Request, principal: Principal) -> tuple[pl.LazyFrame, Measure]:
    """The observations behind a reading, with `mature`, as this person may see them; and the measure they are of.

    Raises:
        ReadingError: as `read` does.
    """
    measure = _check(request)
    return _observed(records, measure, request, principal), measure


def strip(records: Records, request: Request, principal: Principal) -> pl.DataFrame:
    """How much a need-based figure depends on the gap after which a demand is a new need.

    It stands beside every need-based chart: where a source names no needs, the gap is our choice and not a fact.

    Returns:
        One row a gap of 28, 56, 90, 180 and 365 days: `gap_days, needs` (begun and old enough to judge), `demands_a_need`
        and `value` over all of them; null where fewer people than may be shown stand behind it.

    Raises:
        ReadingError: the measure reads no needs.
    """
    measure = _check(replace(request, shape=None))
    if "flow" not in measure.tags:
        raise ReadingError(f"{measure.name} counts demands, not needs, so no gap changes it")
    told = []
    for gap in STRIP_DAYS:
        rows = _observed(records, measure, replace(request, reopen_days=gap), principal).filter("mature")
        top, bottom = pl.col("weight") * pl.col("numerator"), pl.col("weight") * pl.col("denominator")
        sums = rows.select(
            needs=pl.len(), people=pl.col("person_key").n_unique(), demands=pl.col("demands").mean(),
            share=pl.when(bottom.sum() > 0).then(top.sum() / bottom.sum()), count=top.sum(),
        ).collect()  # fmt: skip
        needs, people, demands, share, count = sums.row(0)
        value = {"share": share, "count": count}.get(measure.kind)
        if measure.kind == "duration":
            value = quantiles(rows, (request.quantile,)).collect().item()
        hidden = policy_for(principal).protects and people < FEWEST_PEOPLE
        told.append((gap, needs, None if hidden else demands, None if hidden else value))
    schema = {"gap_days": pl.Int32, "needs": pl.Int64, "demands_a_need": pl.Float64, "value": pl.Float64}
    return pl.DataFrame(told, schema=schema, orient="row")


def _check(request: Request) -> Measure:
    measure = MEASURES.get(request.measure)
    if measure is None:
        near = get_close_matches(request.measure, MEASURES, n=1, cutoff=0.4)
        hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(MEASURES)}"
        raise ReadingError(f"there is no measure {request.measure!r}{hint}")
    if request.shape is not None and request.shape not in measure.readings:
        raise ReadingError(f"{measure.name} has no {request.shape}; it offers {', '.join(measure.readings)}")
    if request.period not in PERIODS:
        raise ReadingError(f"there is no period {request.period!r}; choose {', '.join(PERIODS)}")
    for column in [request.split, *(name for name, _ in request.where)]:
        if column is not None and column not in measure.splits:
            known = ", ".join(measure.splits)
            raise ReadingError(f"{measure.name} cannot be split or filtered by {column!r}; it can by {known}")
    if request.line is not None and request.line not in measure.lines:
        raise ReadingError(
            f"{measure.name} has no line {request.line!r}; it has {', '.join(measure.lines) or 'only one'}"
        )
    if not 0 < request.quantile < 1:
        raise ReadingError(f"a quantile lies between 0 and 1, not at {request.quantile}")
    days_asked = {
        "window": request.window_days,
        "reopen gap": request.reopen_days,
        "lookback": request.lookback_days,
    }
    for name, days in days_asked.items():
        if days is not None and days < 0:
            raise ReadingError(f"a {name} of {days} days is before the beginning; give 0 or more")
    try:
        check_chart(
            Chart(
                kind=request.chart or measure.chart, rules=request.rules, centre=request.centre,  # type: ignore[arg-type]
                range=request.range, run_length=request.run_length, trend_length=request.trend_length,  # type: ignore[arg-type]
            )
        )  # fmt: skip
    except ValueError as error:
        raise ReadingError(str(error)) from None
    return measure


def _observed(records: Records, measure: Measure, request: Request, principal: Principal) -> pl.LazyFrame:
    """The measure's observations, within what was asked for and what this person may see."""
    return _within(measure.observe(records, request.options), records, request, principal)


def _within(rows: pl.LazyFrame, records: Records, request: Request, principal: Principal) -> pl.LazyFrame:
    """Observations, or a tally of them, with `mature`, as far as they were asked for and this person may see."""
    rows = with_maturity(rows, records.scan("sources", request.as_of).select("source", "seen_day").collect())
    if principal.scope:
        rows = rows.filter(pl.col("service").cast(pl.String).is_in(list(principal.scope)))
    wanted: dict[str, list[str]] = {}
    for column, value in request.where:
        wanted.setdefault(column, []).append(value)
    for column, values in wanted.items():
        found = pl.col(column).cast(pl.String).is_in(values)
        rows = rows.filter(found | pl.col(column).is_null() if NOT_RECORDED in values else found)
    if request.since is not None:
        rows = rows.filter(pl.col("day") >= day_number(request.since))
    if request.until is not None:
        rows = rows.filter(pl.col("day") <= day_number(request.until))
    return rows


def _series(records: Records, measure: Measure, request: Request, principal: Principal) -> Reading:
    policy = policy_for(principal)
    people = request.people or policy.protects
    if not people and holds(measure, request.options):
        rows = _within(tally(records, measure, request.options), records, request, principal)
    else:
        rows = _observed(records, measure, request, principal)
    sums = periods(rows, request.period, measure.kind, request.quantile, request.split, people)
    whole = complete(sums, request.period, measure.kind, _span(records, request, rows, sums))
    changes = changes_within(records, request)
    share = measure.kind in ("share", "rate")
    whole = protect(whole, policy, share=share, quantile=request.quantile if measure.kind == "duration" else None)
    chosen = choose(measure, request, whole, policy.protects)
    if chosen.kind in RARE:
        whole = between(_observed(records, measure, request, principal), chosen.kind, request.split)
    else:
        whole = marked(whole, request.period, measure.kind)
    excluded = excluded_days(records, measure, request, chosen.kind)
    points = whole.with_columns(
        at="start",
        ghost=pl.col("start").is_in(excluded.implode()),
        plotted=pl.col("value"),
    )
    limited, phases, chart_caveats, kind = limit(points, chosen, measure, request, changes)
    said = chosen.said
    # weeks too young to judge are held out of limits too, and said to be so by a caveat of their own
    chart_caveats = tuple(caveat for caveat in chart_caveats if caveat.code != "excluded")
    if ghosts := int(points["ghost"].sum()):
        are = "1 point is" if ghosts == 1 else f"{ghosts} points are"
        chart_caveats += (Caveat("excluded", f"{are} shown, but left out of limits and rules, each with a reason."),)
    table = limited.select(
        pl.lit(measure.name).alias("measure"),
        "series",
        *SERIES,
        *(name for name in COMMON if name != "measure"),
        *(name for name in BESIDE_SERIES if name in limited.columns),
    )
    ends = ends_of(measure, rows)
    total, unknown = int(whole["n"].sum()), int(whole["unknown"].sum())
    caveats = (
        *common_caveats(measure, request, whole, records), *said, *unknowns(whole, share),
        *mixed_ends(ends), *chart_caveats,
    )  # fmt: skip
    title = title_of(measure, request, ends)
    as_of = request.as_of or records.newest
    if kind in RARE:
        title, text = rare_sentence(title, kind, table, measure.better)
        measure, request = measure_between(measure, kind), replace(request, period="day")
    else:
        text = series_sentence(measure, title, table, phases, caveats, None if policy.protects else rows, as_of)
    return Reading(
        measure, request, "series", table.cast({"phase": pl.Int32}), title, text, caveats, records.data_version,
        as_of, kind, phases, changes, total + unknown + int(whole["young"].sum()), total, chosen.why,
    )  # fmt: skip


def _span(records: Records, request: Request, observations: pl.LazyFrame, sums: pl.DataFrame) -> Span:
    """The days that the sources of these observations cover.

    Records that end weeks before their source stopped looking were cut there (an extract of one quarter's requests).
    """
    present = observations.select(pl.col("source").unique()).collect()["source"].cast(pl.String)
    sources = records.scan("sources", request.as_of).select("source", "seen_day").collect()
    days = sources.filter(pl.col("source").is_in(present.implode()))["seen_day"].to_list()
    if not days or sums.is_empty():
        return Span(0, 0, 0)
    # a period is whole when the slowest of the sources still looking has seen it; one long silent does not hold it up
    seen = min(day for day in days if max(days) - day <= LAGGING_DAYS)
    first, last = min(sums["first_day"].to_list()), max(sums["last_day"].to_list())
    cut = last if seen - last > QUIET_DAYS else seen
    return Span(
        began=first if request.since is None else min(first, day_number(request.since)),
        ended=cut if request.until is None else min(seen, day_number(request.until)),
        seen=seen,
    )


def _breakdown(
    records: Records, measure: Measure, request: Request, principal: Principal, observations: pl.LazyFrame
) -> Reading:
    own = measure.breakdown is not None and request.split is None
    if own:
        assert measure.breakdown is not None
        rows = observations.collect()
        table, rows_in, rows_out = measure.breakdown(rows, request.options), rows.height, rows.height
    else:
        by = request.split or measure.splits[0 if measure.name == "demand_by_front_door" else 1]
        table = categories(observations, measure.kind, by, request.quantile)
        rows_in = observations.select(pl.len()).collect().item()
        rows_out = int(table["n"].sum())
    policy, waits = policy_for(principal), measure.kind == "duration"
    if own and waits:
        shown = protect_hundred(table, policy)
    else:
        quantile = request.quantile if waits else None
        shown = protect(table, policy, share=measure.kind == "share", quantile=quantile)
    ends = ends_of(measure, observations)
    caveats = (*common_caveats(measure, request, None, records), *mixed_ends(ends))
    title = title_of(measure, request, ends)
    text = breakdown_sentence(measure, shown)
    return Reading(
        measure, request, "breakdown", _shaped(shown, measure, BREAKDOWN), title, text, caveats, records.data_version,
        request.as_of or records.newest, "none", NO_PHASES, changes_within(records, request), rows_in, rows_out,
    )  # fmt: skip


def _curve(
    records: Records, measure: Measure, request: Request, principal: Principal, observations: pl.LazyFrame
) -> Reading:
    if measure.curve is None:
        raise ReadingError(f"{measure.name} has no curve; it offers {', '.join(measure.readings)}")
    rows = observations.collect()
    if request.split is None:
        table = _with_counts(measure.curve(rows, request.options), rows)
    else:
        parts = rows.with_columns(series=pl.col(request.split).cast(pl.String).fill_null("not recorded")).partition_by(
            "series", as_dict=True
        )
        named = [
            _with_counts(measure.curve(part, request.options), part).with_columns(series=pl.lit(str(key[0])))
            for key, part in sorted(parts.items())
        ]
        table = pl.concat(named) if named else _with_counts(measure.curve(rows, request.options), rows)
    policy = policy_for(principal)
    counted = protect_curve(table, policy)
    ends = ends_of(measure, observations)
    caveats = (*common_caveats(measure, request, None, records), *mixed_ends(ends))
    title = title_of(measure, request, ends)
    text = "" if policy.protects else curve_sentence(measure, rows, title)
    return Reading(
        measure, request, "curve", _shaped(counted, measure, CURVE), title, text, caveats,
        records.data_version, request.as_of or records.newest, "none", NO_PHASES, changes_within(records, request),
        rows.height, rows.height,
    )  # fmt: skip


def _with_counts(curve: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The curve with how many needs, and of how many people, it is read from."""
    people = pl.lit(rows["person_key"].drop_nulls().n_unique(), pl.Int64)
    return curve.with_columns(n=pl.lit(rows.height, pl.Int64), people=people, people_in=people)


def _shaped(table: pl.DataFrame, measure: Measure, shape: dict) -> pl.DataFrame:
    """The declared columns first, typed; the category columns before them."""
    counts = [name for name in COMMON if name != "measure"]
    own = [name for name in table.columns if name not in shape and name not in counts]
    return table.select(
        pl.lit(measure.name).alias("measure"),
        *own,
        *(
            pl.col(name).cast(dtype) if name in table.columns else pl.lit(None, dtype).alias(name)
            for name, dtype in shape.items()
        ),
        *counts,
    )


def rows(reading: Reading) -> pl.DataFrame:
    """The table as it leaves the program: the split column under its own name, no `series` where nothing was split."""
    table = reading.table
    if "series" not in table.columns:
        return table
    if reading.request.split is None:
        return table.drop("series")
    return table.rename({"series": reading.request.split})


def flat(reading: Reading) -> pl.DataFrame:
    """The same rows for a file of text: signals in one cell, caveat codes and the data version on every row."""
    table = rows(reading)
    nested = [name for name, dtype in table.schema.items() if dtype == pl.List(pl.String)]
    return table.with_columns(
        *(pl.col(name).list.join(" ") for name in nested),
        caveats=pl.lit(" ".join(caveat.code for caveat in reading.caveats)),
        data_version=pl.lit(str(reading.data_version)),
    )


__all__ = ["Reading", "ReadingError", "Request", "flat", "individuals", "observed", "read", "rows", "strip"]
