"""The one composition: needs → observe → summarise → limits → protect. Pages, command line and exports all call it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import polars as pl

from measures.capability import Chart
from measures.capability.points import check_chart
from measures.catalogue import MEASURES
from measures.disclosure import ROUGH_FIGURES, in_classes, policy_for, protect, protect_curve, protect_hundred
from measures.facts import DEMANDS, asked_until
from measures.groups import groups_caveat, groups_sentence, in_order
from measures.limiting import NO_PHASES, RARE, Drawn, changes_within, rules_of
from measures.model.measure import GROUPS, Measure, Shape, columns_of, is_inferred, is_rough, is_share
from measures.model.principal import Principal
from measures.model.records import DataVersion, Records
from measures.model.results import BREAKDOWN, COMMON, CURVE, Caveat
from measures.model.time import PERIODS
from measures.needs import STRIP_DAYS
from measures.over_time import Plotted, left_out, limited, plotted, sampled, table_of, worked_out
from measures.rare import measure_between
from measures.request import ReadingError, Request
from measures.seasonal import season_sentence
from measures.summary import categories
from measures.survival import quantiles
from measures.within import observed_within, within
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
        rows_in: observations read; rows_out: those that count in the figures; for a protected role in classes of six.
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
    def rules(self) -> str:
        """The rule set that its signals come from: those asked for, else the measure's; a run chart has Anhøj's, or none."""
        return rules_of(self.measure, self.request, self.chart)

    @property
    def definition(self) -> str:
        """The measure's definition; the one that holds where nobody asked, if that is how it reads here."""
        inferred = is_inferred(self.measure, self.title)
        return (self.measure.inferred_definition if inferred else None) or self.measure.definition


def read(records: Records, request: Request, principal: Principal) -> Reading:
    """A measure over these records, as this person may see it.

    Raises:
        ReadingError: the measure, shape, period, split or filter does not exist; the sentence says what does.
    """
    measure = _check(request)
    shape: Shape = request.shape or measure.readings[0]
    if shape == "series":
        return read_each(records, [request], principal)[0]
    if shape == "curve":
        return _curve(records, measure, request, principal, observed_within(records, measure, request, principal))
    by = _broken_down_by(measure, request)
    observations = observed_within(records, measure, replace(request, split=by), principal)
    return _breakdown(records, measure, request, principal, observations, by)


def _broken_down_by(measure: Measure, request: Request) -> str | None:
    """The column whose values a breakdown compares; None where the measure has a breakdown of its own."""
    if request.split is not None or measure.breakdown is not None:
        return request.split
    return measure.splits[0 if measure.name == "demand_by_front_door" else 1]


def read_each(records: Records, requests: Sequence[Request], principal: Principal) -> list[Reading]:
    """Several measures over time, each as `read` reads it alone; the limits of all are computed together, which is quicker.

    Raises:
        ReadingError: as `read`; or a measure has no series.
    """
    asked = [_by_own_period(_check(replace(request, shape="series")), request) for request in requests]
    plots = [plotted(records, measure, request, principal) for measure, request in asked]
    return [_series(records, plot, drawn, principal) for plot, drawn in zip(plots, limited(plots), strict=True)]


def _by_own_period(measure: Measure, request: Request) -> tuple[Measure, Request]:
    """Where nobody chose a period, the first that the measure has."""
    return measure, request if request.period in measure.periods else replace(request, period=measure.periods[0])


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
        observed_within(records, measure, request, principal)
        .filter(pl.col("days").is_not_null())
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
    return observed_within(records, measure, request, principal), measure


def strip(records: Records, request: Request, principal: Principal) -> pl.DataFrame:
    """How much a need-based figure depends on the gap after which a demand is a new need.

    It stands beside every need-based chart: where a source names no needs, the gap is our choice and not a fact.

    Returns:
        One row a gap of 28, 56, 90, 180 and 365 days: `gap_days, needs` (begun and old enough to judge), `demands_a_need`
        and `value` over all of them. For a protected role as any other table: counts in classes, and null where fewer
        people than may be shown stand behind it.

    Raises:
        ReadingError: the measure reads no needs.
    """
    measure = _check(replace(request, shape=None))
    if "flow" not in measure.tags:
        raise ReadingError(f"{measure.name} counts demands, not needs, so no gap changes it")
    told = []
    for gap in STRIP_DAYS:
        options = replace(request.options, reopen_days=gap, columns=request.options.columns | {DEMANDS})
        rows = within(measure.observe(records, options), records, request, principal).filter("mature")
        top, bottom = pl.col("weight") * pl.col("numerator"), pl.col("weight") * pl.col("denominator")
        counted, known = pl.col("denominator") > 0, pl.col("person_key").drop_nulls()
        sums = rows.select(
            gap_days=pl.lit(gap, pl.Int32), n=pl.len().cast(pl.Int64), demands_a_need=pl.col(DEMANDS).mean(),
            people=known.filter(counted).n_unique().cast(pl.Int64),
            people_in=known.filter(counted & (pl.col("numerator") > 0)).n_unique().cast(pl.Int64),
            numerator=top.sum(), denominator=bottom.sum(),
        ).collect()  # fmt: skip
        above, below = sums.select("numerator", "denominator").row(0)
        value = {"share": above / below if below > 0 else None, "count": above}.get(measure.kind)
        if measure.kind == "duration":
            value = quantiles(rows, (request.quantile,)).collect().item()
        told.append(sums.with_columns(value=pl.lit(value, pl.Float64)))
    policy = policy_for(principal)
    shown = protect(
        pl.concat(told), policy, share=is_share(measure), rate=is_rough(measure), sensitive=bool(request.groups),
        quantile=request.quantile if measure.kind == "duration" else None,
    )  # fmt: skip
    demands = pl.col("demands_a_need")
    if policy.protects:
        demands = pl.when(pl.col("people").is_not_null() & pl.col("n").is_not_null()).then(
            demands.round_sig_figs(ROUGH_FIGURES)
        )
    return shown.select("gap_days", demands.alias("demands_a_need"), "value", needs="n").select(
        "gap_days", "needs", "demands_a_need", "value"
    )


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
    if request.period not in measure.periods and request.period != Request.period:
        raise ReadingError(f"{measure.name} has no figure by {request.period}; it has by {', '.join(measure.periods)}")
    for column in [request.split, *(name for name, _ in request.where)]:
        if column is not None and column not in columns_of(measure):
            known = ", ".join(columns_of(measure)) or "nothing"
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
                kind=request.chart or measure.chart, rules=request.rules or measure.rules, centre=request.centre,  # type: ignore[arg-type]
                range=request.range, run_length=request.run_length, trend_length=request.trend_length,  # type: ignore[arg-type]
            )
        )  # fmt: skip
    except ValueError as error:
        raise ReadingError(str(error)) from None
    return measure


def _series(records: Records, plot: Plotted, drawn: Drawn, principal: Principal) -> Reading:
    measure, request, whole = plot.measure, plot.request, plot.points
    policy = policy_for(principal)
    table = table_of(plot, drawn)
    ends = ends_of(measure, plot.rows)
    total, left = int(whole["n"].sum()), int(whole["unknown"].sum()) + int(whole["young"].sum())
    caveats = (
        *common_caveats(measure, request, whole, records), *plot.chosen.said,
        *unknowns(whole, measure.kind, 0 if measure.kind == "duration" else sampled(plot.rows)),
        *mixed_ends(ends), *left_out(plot, drawn),
        *_groups(request, whole, "series", policy.protects),
    )  # fmt: skip
    title = title_of(measure, request, ends)
    as_of = request.as_of or records.newest
    if drawn.kind in RARE:
        title, text = rare_sentence(title, drawn.kind, table, measure.better)
        measure, request = measure_between(measure, drawn.kind), replace(request, period="day")
    else:
        seen = None if policy.protects else plot.rows
        told = series_sentence(measure, title, table, drawn.phases, caveats, seen, as_of)
        text = f"{told} {season_sentence(table)}".strip()
    return Reading(
        measure, request, "series", table, title, text, caveats, records.data_version, as_of, drawn.kind, drawn.phases,
        plot.changes, total + in_classes(left, policy), total, plot.chosen.why,
    )  # fmt: skip


def _breakdown(
    records: Records, measure: Measure, request: Request, principal: Principal, observations: pl.LazyFrame, by: str | None
) -> Reading:  # fmt: skip
    if by is None:
        assert measure.breakdown is not None
        rows = observations.drop("record_id", "mature_day").collect()
        observations = rows.lazy()  # worked out once
        table, rows_in, rows_out = measure.breakdown(rows, request.options), rows.height, rows.height
    else:
        observations = worked_out(observations, by)
        table = categories(observations, measure.kind, by, request.quantile)
        rows_in = observations.select(pl.len()).collect().item()
        rows_out = int(table["n"].sum())
    policy, waits = policy_for(principal), measure.kind == "duration"
    if by is None and waits:
        shown = protect_hundred(table, policy)
    else:
        quantile = request.quantile if waits else None
        shown = protect(
            table, policy, share=is_share(measure), quantile=quantile, rate=is_rough(measure) or (by is None and is_share(measure)),
            sensitive=bool(request.groups),
        )  # fmt: skip
    shown = in_order(shown, by) if by in GROUPS else shown
    ends = ends_of(measure, observations)
    caveats = (
        *common_caveats(measure, request, None, records),
        *mixed_ends(ends),
        *_groups(request, shown, "breakdown", policy.protects),
    )
    title = title_of(measure, request, ends)
    text = (
        breakdown_sentence(measure, shown, title, asked=_asked(shown, records, request))
        if by not in GROUPS
        else _compared(measure, shown, by, policy.protects)
    )
    return Reading(
        measure, request, "breakdown", _shaped(shown, measure, BREAKDOWN), title, text, caveats, records.data_version,
        request.as_of or records.newest, "none", NO_PHASES, changes_within(records, request),
        in_classes(rows_in, policy), in_classes(rows_out, policy),
    )  # fmt: skip


def _asked(shown: pl.DataFrame, records: Records, request: Request) -> bool:
    """Whether any demand is on record; looked up only where a breakdown holds nobody."""
    return shown["n"].sum() > 0 or not asked_until(records, request.as_of).is_empty()


def _compared(measure: Measure, table: pl.DataFrame, by: str, protected: bool) -> str:
    """What a breakdown by a protected group says; a protected role reads the table, whose counts are in classes."""
    return "" if protected else groups_sentence(table, by, measure.kind, measure.unit)


def _groups(request: Request, table: pl.DataFrame, shape: Shape, protected: bool) -> tuple[Caveat, ...]:
    """What must be said beside a figure told apart by a protected group."""
    if request.split not in GROUPS:
        return ()
    return (groups_caveat(table, request.split, shape, request.period, protected),)


def _curve(
    records: Records, measure: Measure, request: Request, principal: Principal, observations: pl.LazyFrame
) -> Reading:
    if measure.curve is None:
        raise ReadingError(f"{measure.name} has no curve; it offers {', '.join(measure.readings)}")
    rows = observations.collect()
    whole = table = _with_counts(measure.curve(rows, request.options), rows)
    if request.split is not None:
        parts = rows.with_columns(series=pl.col(request.split).cast(pl.String).fill_null("not recorded")).partition_by(
            "series", as_dict=True
        )
        named = [
            _with_counts(measure.curve(part, request.options), part).with_columns(series=pl.lit(str(key[0])))
            for key, part in sorted(parts.items())
        ]
        table = pl.concat(named) if named else whole.with_columns(series=pl.lit("not recorded"))
    policy = policy_for(principal)
    counted = protect_curve(table, policy)
    ends = ends_of(measure, observations)
    caveats = (
        *common_caveats(measure, request, None, records), *mixed_ends(ends),
        *_groups(request, table, "curve", policy.protects),
    )  # fmt: skip
    title = title_of(measure, request, ends)
    text = "" if policy.protects else curve_sentence(measure, rows, title, whole)  # of all together, split or not
    return Reading(
        measure, request, "curve", _shaped(counted, measure, CURVE), title, text, caveats,
        records.data_version, request.as_of or records.newest, "none", NO_PHASES, changes_within(records, request),
        in_classes(rows.height, policy), in_classes(rows.height, policy),
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


__all__ = [
    "Reading",
    "ReadingError",
    "Request",
    "flat",
    "individuals",
    "observed",
    "read",
    "read_each",
    "rows",
    "strip",
]
