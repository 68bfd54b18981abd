"""The limits of a reading: which chart, which points set its limits, and what people judged about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from measures.capability import Change, Chart, Judged, judge_each, limits, limits_each, stacked
from measures.capability.choice import default_kind
from measures.capability.kinds import KINDS
from measures.model.measure import Measure
from measures.model.records import Records
from measures.model.results import SERIES, Caveat
from measures.model.time import PERIODS
from measures.request import Request
from measures.standing import standing

FEWEST_FOR_LIMITS = 6  # under six points no limits are drawn; six to eleven are trial limits (capability.md)
SPARSE_COUNT = 2.0  # counts averaging fewer a period get no xmr chart (capability.md, screening)
RARE = ("t", "g")  # charts whose points are events, not periods
# The charts a page offers, by the kind of measure; the rarer kinds stay on the command line.
OFFERED = {
    "share": ("p_prime", "i_prime", "xmr", "run", "g"),
    "count": ("xmr", "c_prime", "run", "t"),
    "rate": ("u_prime", "i_prime", "xmr", "run"),
    "duration": ("xmr", "xmr_log", "run"),
    "median": ("xmr", "xmr_log", "run"),
}
ALSO = {"share": ("p", "u", "u_prime"), "count": ("c",), "rate": ("u",)}
SPLIT_BY = ("day", "week", "month")  # periods short enough to tell before from after
NO_PHASES = pl.DataFrame(
    schema={
        "series": pl.String, "phase": pl.Int32, "name": pl.String, "from_day": pl.Int32, "to_day": pl.Int32,
        "centre": pl.Float64, "lower": pl.Float64, "upper": pl.Float64, "n": pl.Int64, "in_force": pl.Boolean,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """A chart, why it is this one, and what must be said about the choice; `without`: series too sparse for its limits."""

    kind: str
    why: str
    said: tuple[Caveat, ...] = ()
    without: tuple[str, ...] = ()


def usual(measure: Measure) -> tuple[str, str]:
    """The chart of a measure where nobody chose one, and one sentence that says why."""
    kind = "median" if measure.kind == "duration" else measure.kind  # a period's figure is the median of its waits
    chosen, why = default_kind(kind)
    return (chosen, why) if chosen == measure.chart else default_kind(kind, own=measure.chart)


def fits(measure: Measure, kind: str) -> bool:
    """Whether such a chart can be drawn of such a measure at all."""
    return kind in (*OFFERED[measure.kind], *ALSO.get(measure.kind, ()), measure.chart)


def named(kind: str) -> str:
    """A kind as people write it: p′, xmr, xmr log.

    >>> named("p_prime"), named("xmr_log")
    ('p′', 'xmr log')
    """
    return kind.replace("_prime", "′").replace("_", " ")


def choose(measure: Measure, request: Request, whole: pl.DataFrame, protects: bool) -> Chosen:
    """The kind of chart; the usual one where another was asked for that cannot be, and none where limits would mislead.

    Args:
        measure: what is read.
        request: what was asked.
        whole: a row a series and period: `series, value, numerator, mature`.
        protects: whether single events may not be shown to this person.
    """
    kind, why = usual(measure)
    said: tuple[Caveat, ...] = ()
    settled = whole.filter("mature")
    if request.chart is not None and request.chart != kind:
        refused = _refused(measure, request, settled, protects)
        if refused:
            said = (Caveat("chart_changed", f"{refused}; {named(kind)} is shown instead."),)
        else:
            kind, why = request.chart, f"{named(request.chart)}, because you chose it; usual here is {why}"
    if kind in RARE:
        return Chosen(kind, why, said)
    means = settled.group_by("series").agg(mean=pl.col("value").mean()).drop_nulls()
    few = means.filter(pl.col("mean") < SPARSE_COUNT)["series"].sort().to_list()
    without: tuple[str, ...] = ()
    if measure.kind == "count" and kind == "xmr" and few:
        text = (
            f"under {SPARSE_COUNT:.0f} a {request.period}, too few for limits: choose a longer period, "
            "or a chart of the days from one to the next (t)."
        )
        if len(few) == means.height:
            return Chosen("none", why, (*said, Caveat("sparse_count", f"Counts average {text}")))
        average = "averages" if len(few) == 1 else "average"
        said = (*said, Caveat("sparse_series", f"{len(few)} of the {means.height} shown {average} {text}"))
        without = tuple(few)
    points = settled.group_by("series").agg(points=pl.col("value").drop_nulls().len())["points"].to_list()
    many = max(points, default=0)
    if many < FEWEST_FOR_LIMITS:
        are = f"{many} {request.period}{' is' if many == 1 else 's are'}"
        text = f"{are} old enough to judge; limits need {FEWEST_FOR_LIMITS}."
        return Chosen("none", why, (*said, Caveat("few_points", text)))
    return Chosen(kind, why, said, without)


def _refused(measure: Measure, request: Request, settled: pl.DataFrame, protects: bool) -> str:
    """Why the chart asked for cannot be drawn; empty where it can."""
    kind = str(request.chart)
    if not fits(measure, kind):
        return f"A chart of kind {named(kind)} does not fit a {measure.kind}"
    if kind not in RARE:
        return ""
    if protects:
        return f"A chart of kind {named(kind)} shows single events, which your role may not see"
    means = settled.group_by("series").agg(mean=pl.col("numerator").mean())["mean"].drop_nulls().to_list()
    often = max(means, default=0.0)
    if often >= SPARSE_COUNT:
        return f"A chart of kind {named(kind)} is for rare events, and this happens about {often:,.0f} times a {request.period}"
    return ""


@dataclass(frozen=True)
class Asked:
    """A series, or several of one measure, to be given limits.

    Attributes:
        points: a row a series and period, with `at`, `plotted`, `ghost` (somebody left it out) and `mature`.
        chosen: the chart. measure, request: what was asked. changes: as from `changes_within`.
    """

    points: pl.DataFrame
    chosen: Chosen
    measure: Measure
    request: Request
    changes: pl.DataFrame

    @property
    def chart(self) -> Chart:
        """As the engine takes it."""
        return chart_asked(self.chosen.kind, self.measure, self.request)

    @property
    def dated(self) -> tuple[Change, ...]:
        """The changes to judge: none where a point is too long a time to tell before from after."""
        if self.request.period not in SPLIT_BY and self.chosen.kind not in RARE:
            return ()
        return tuple(
            Change(day=row["from_day"], label=row["what"] or "change", confirmed=bool(row["confirmed"]))
            for row in self.changes.iter_rows(named=True)
        )


@dataclass(frozen=True)
class Drawn:
    """The same points with limits, signals and phases, what must be said beside them, and the kind of chart drawn."""

    points: pl.DataFrame
    phases: pl.DataFrame
    caveats: tuple[Caveat, ...]
    kind: str


def limit_together(wanted: Sequence[Asked]) -> list[Drawn]:
    """Give each its limits. Series that one kind of chart reads are computed in one pass, as a review of many measures needs.

    Young and excluded points stay out of the limits but stay visible. A chart that cannot be computed gives the usual.
    """
    alike: dict[tuple, list[int]] = {}
    for place, asked in enumerate(wanted):
        one = asked.points["series"].n_unique() == 1 and asked.chosen.kind != "none"
        alike.setdefault((asked.chart, asked.dated) if one else (place,), []).append(place)
    drawn: dict[int, Drawn] = {}
    for places in alike.values():
        together = [wanted[place] for place in places]
        try:
            found = _computed(together) if len(together) > 1 else [_limit(together[0])]
        except ValueError:  # one of them does not fit its chart: each alone says so in its own words
            found = [_limit(asked) for asked in together]
        drawn |= dict(zip(places, found, strict=True))
    return [drawn[place] for place in range(len(wanted))]


def _limit(asked: Asked) -> Drawn:
    kind = asked.chosen.kind
    if kind == "none" or asked.points.is_empty():
        return Drawn(_unlimited(asked.points), NO_PHASES, (), kind)
    if asked.chosen.without:
        sparse = pl.col("series").is_in(asked.chosen.without)
        rest = _limit(replace(asked, points=asked.points.filter(~sparse), chosen=replace(asked.chosen, without=())))
        both = pl.concat([rest.points, _unlimited(asked.points.filter(sparse))], how="diagonal_relaxed")
        return replace(rest, points=both.sort("series", "start"))
    try:
        return _computed([asked])[0]
    except ValueError as error:
        common = usual(asked.measure)[0]
        if kind == common:
            raise
        drawn = _computed([replace(asked, chosen=replace(asked.chosen, kind=common))])[0]
        said = Caveat("chart_changed", f"{str(error).capitalize()}; {named(common)} is shown instead.")
        return replace(drawn, caveats=(said, *drawn.caveats))


def _unlimited(points: pl.DataFrame) -> pl.DataFrame:
    """The points as they are, without limits and signals."""
    plain = points.with_columns(
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in SERIES.items() if name not in points.columns
    )
    return plain.with_columns(excluded="ghost", signals=pl.lit([], dtype=pl.List(pl.String)))


def _computed(alike: Sequence[Asked]) -> list[Drawn]:
    chart, changes = alike[0].chart, alike[0].dated
    sheets = [_sheet(asked) for asked in alike]
    if changes:
        judged = judge_each(sheets, chart, changes)
    elif len(sheets) == 1:
        alone = limits(sheets[0], chart)
        judged = [Judged(alone.points, NO_PHASES, alone.caveats)]
    else:
        each = limits_each(stacked(sheets), chart)
        judged = [Judged(each[str(place)].points, NO_PHASES, each[str(place)].caveats) for place in range(len(sheets))]
    return [_drawn(asked.points, found, chart.kind) for asked, found in zip(alike, judged, strict=True)]


def _sheet(asked: Asked) -> pl.DataFrame:
    """The points as the engine takes them."""
    ratio = KINDS[asked.chosen.kind].ratio
    return asked.points.select(
        "series", "at",
        value=pl.col("numerator") if ratio else pl.col("plotted"),
        excluded=pl.col("ghost") | ~pl.col("mature"),
        **({"of": pl.col("denominator")} if ratio else {}),
    )  # fmt: skip


def _drawn(points: pl.DataFrame, judged: Judged, kind: str) -> Drawn:
    had = ("series", "at", "of", "value", "excluded")
    figures = judged.points.drop([name for name in had if name in judged.points.columns])
    rest = points.drop([name for name in figures.columns if name in points.columns])
    joined = pl.concat([rest, figures], how="horizontal").with_columns(excluded="ghost", value="plotted")
    return Drawn(joined, judged.phases, judged.caveats, kind)


def rules_of(measure: Measure, request: Request, kind: str) -> str:
    """The rule set a chart of this kind is read with; one without limits is read with Anhøj's, whichever is named, or with none."""
    if request.rules != "none" and kind in KINDS and (own := KINDS[kind].rules):
        return own
    return request.rules or measure.rules


def chart_asked(kind: str, measure: Measure, request: Request) -> Chart:
    """What was asked of the chart, as the engine takes it; an option this kind has no use for is left out."""
    averages = KINDS[kind].averages
    share = measure.kind == "share" and kind not in RARE
    return Chart(
        kind=kind,
        rules=request.rules or rules_of(measure, request, kind),  # what was named goes on as named: a caveat answers it
        centre=request.centre if "centre" in averages else "mean",  # type: ignore[arg-type]
        range=request.range if "range" in averages else "mean",  # type: ignore[arg-type]
        screening=request.screening,
        run_length=request.run_length,
        trend_length=request.trend_length,
        floor=0.0,
        cap=1.0 if share else None,
    )


def changes_within(records: Records, request: Request) -> pl.DataFrame:
    """Recorded changes of the services asked for, oldest first: one row a day, as a chart draws one line a day.

    Changes of one day stand together: `what` names each, and it is `confirmed` where one of them is.
    """
    services = [value for column, value in request.where if column == "service"]
    rows = standing(records, "change", request.as_of).filter(pl.col("from_day").is_not_null()).collect()
    if services:
        rows = rows.filter(pl.col("service").is_null() | pl.col("service").is_in(services))
    together = rows.sort("from_day", "judgement_id").group_by("from_day", maintain_order=True)
    merged = together.agg(
        pl.exclude("what", "confirmed").first(),
        what=pl.col("what").fill_null("change").str.join("; "),
        confirmed=pl.col("confirmed").any(),
    )
    return merged.select(rows.columns)


def grain(period: str, chart: str) -> str:
    """What one point of a chart is: a period, or an event of a t or g chart."""
    return chart if chart in RARE else period


def exclusion_id(measure: str, service: str, grain: str, day: int) -> str:
    """The id of leaving one point out. It begins with what the point is: a week left out is not its whole month."""
    return f"{grain}:{day}:{measure}:{service}"


def excluded_days(records: Records, measure: Measure, request: Request, chart: str) -> pl.Series:
    """The days on which the points begin that somebody left out of the limits, with a reason."""
    services = [value for column, value in request.where if column == "service"]
    rows = standing(records, "exclusion", request.as_of).filter(pl.col("measure") == measure.name).collect()
    same = pl.col("service").is_in(services) if services else pl.col("service").is_null()
    told = pl.col("exclusion_id").str.split(":").list.first()
    mine = ~told.is_in([*PERIODS, *RARE]) | (told == grain(request.period, chart))
    return rows.filter(same & mine.fill_null(True))["point_day"]
