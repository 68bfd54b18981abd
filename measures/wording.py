"""What is said beside the figures: the sentence above a chart, the honest title, and the caveats."""

from __future__ import annotations

import polars as pl

from measures.capability import sentence
from measures.capability.figures import spread
from measures.capability.signal_words import what_signalled
from measures.capability.words import day_words, many
from measures.facts import asked_until, undated
from measures.model.measure import Kind, Measure, columns_of, is_inferred, reached_by
from measures.model.records import Records
from measures.model.results import Caveat
from measures.model.time import DAY
from measures.request import Request
from measures.survival import quantiles

UNKNOWN_SHARE = 0.05  # above this share of unknowns a figure carries bounds (measures.md, point 5)
LATELY = 8  # points; a run of eight is the longest single pattern of the default rules
SILENT_DAYS = 28  # a source that tells of nothing asked for so long has stopped telling of it
NAMED = 6  # series named in a sentence
NOTHING = "There are no records for this measure yet."
UNTOLD = "The records do not say for anybody whether it has happened."
PROXY = "Some sources record no person: there, same place and type stands in, and measures of people stay unknown."


def title_of(measure: Measure, request: Request, ends: tuple[int, int] | None) -> str:
    """The measure's title and window; the honest one where most of the ends shown were never confirmed by the person."""
    title = measure.title
    if measure.inferred_title is not None and ends is not None:
        met, inferred = ends
        title = measure.inferred_title if 2 * inferred > met or not met else measure.title
    window = request.window_days or measure.default_window if measure.windows else None
    early = ", read early" if request.line == "early" else ""
    if request.line and not early and request.line not in measure.lines[:1]:
        title = f"{title}: {request.line}"
    return f"{title}, {window} days{early}" if window else f"{title}{early}"


def ends_of(measure: Measure, rows: pl.LazyFrame) -> tuple[int, int] | None:
    """How many needs were met, and how many of these only as far as a closure tells; None where it changes no words."""
    if measure.inferred_title is None:
        return None
    met = pl.col("met").sum().cast(pl.Int64)
    inferred = pl.col("inferred") if "rows" in rows.collect_schema() else pl.col("inferred") & pl.col("met")
    return rows.select(met, inferred.sum().cast(pl.Int64).fill_null(0)).collect().row(0)


def mixed_ends(ends: tuple[int, int] | None) -> list[Caveat]:
    """What must be said where people's answers and mere closures stand under one title."""
    if ends is None:
        return []
    met, inferred = ends
    if not 0 < inferred < met:
        return []
    text = (
        f"{inferred / met:.0%} of the ends are closures after which nobody came back; of the others people were asked."
    )
    return [Caveat("closed_and_asked", text)]


def common_caveats(measure: Measure, request: Request, whole: pl.DataFrame | None, records: Records) -> list[Caveat]:
    """What the reader must know whatever the figures say: the rule for needs, the lookback, the young weeks."""
    said = [] if measure.caveat is None else [Caveat("definition", measure.caveat)]
    if measure.beside is not None and (text := measure.beside(records, request.options)):
        said.append(Caveat("denominator", text))
    asked_for = [value for column, value in request.where if column == "source"]
    if measure.name == "known_share":
        days = request.lookback_days
        text = f"Known means in contact within {days} days before; the first {days} days of record are left out."
        said.append(Caveat("lookback", text))
    if "flow" in measure.tags or measure.name == "structural_failure_share":
        gap = (
            "180 days (56 where no issue is recorded)" if request.reopen_days is None else f"{request.reopen_days} days"
        )
        text = f"Where a source names no needs, a new need begins when the person has not asked for {gap}."
        said.append(Caveat("needs_rule", text))
        said += _asking_ended(request, records, asked_for)
    proxies = records.scan("sources", request.as_of).filter(pl.col("proxy") == "place").collect()["source"].to_list()
    if set(proxies) & set(asked_for or proxies):
        said.append(Caveat("same_place_and_type", PROXY))
    coarse = undated(records)
    if coarse:
        are = "1 demand is" if coarse == 1 else f"{coarse:,} demands are"
        said.append(Caveat("dated_coarsely", f"{are} dated only to a month, a year or an order, and left out."))
    if whole is None:
        if request.period != "week":
            text = f"Periods ({request.period}) apply to a series only and are ignored here."
            said.append(Caveat("period_ignored", text))
        if request.season:
            said.append(Caveat("season_unused", "The season can be taken out of a series only and is ignored here."))
    elif whole.height and not whole["mature"].all():
        young = int((~whole["mature"]).sum())
        are = f"{young} {request.period}{' is' if young == 1 else 's are'}"
        text = f"{are} not yet known for certain, or not whole; limits leave them out."
        said.append(Caveat("not_yet_known", text))
    return said


def _asking_ended(request: Request, records: Records, asked_for: list[str]) -> list[Caveat]:
    """That a source tells of closures long after the last demand it holds: who came back since then is not in it."""
    sources = records.scan("sources", request.as_of).select("source", "seen_day").collect()
    if asked_for:
        sources = sources.filter(pl.col("source").is_in(asked_for))
    newest = sources.join(asked_until(records, request.as_of), on="source").sort("last_day", "source").tail(1)
    for source in newest.filter(pl.col("seen_day") - pl.col("last_day") > SILENT_DAYS).iter_rows(named=True):
        last, seen = day_words(source["last_day"]), day_words(source["seen_day"])
        text = (
            f"The last demand on record was made on {last}, though the records see to {seen}: whoever came back after it is not "
            "seen, so that what was begun last looks better than it is."
        )
        return [Caveat("asking_ended", text)]
    return []


def unknowns(whole: pl.DataFrame, kind: Kind, drawn: int = 0) -> list[Caveat]:
    """Bounds where more than 5% could not be told: what the figure would be if all of them were, or none.

    Where a sample was drawn, those it left out are no unknowns: the ones drawn stand for them.
    Where a share's row stands for several (a person's contacts), unknowns are set against those, as each is one of them.

    Args:
        whole: a row a series and period: `n, unknown, numerator, denominator`.
        kind: the measure's.
        drawn: how many of those counted stand for others too.
    """
    unknown, counted = int(whole["unknown"].sum()), int(whole["n"].sum())
    known = counted
    if kind == "share" and not drawn:
        known = max(known, round(whole["denominator"].sum() or 0))
    if unknown == 0 or unknown <= UNKNOWN_SHARE * (unknown + known):
        return []
    if drawn:
        told = "was classified" if counted == 1 else "were classified"
        text = f"A sample: {counted:,} {told}, and the figure counts each for as many as it was drawn from."
        return [Caveat("sample", text)]
    of_all = f"{unknown:,} of {unknown + known:,} could not be told apart (not classified, or not linked to a person)"
    if kind != "share" or known == 0:
        return [Caveat("unknown", f"{of_all}; they are left out.")]
    top = float(whole["numerator"].sum() or 0)
    low, high = top / (known + unknown), (top + unknown) / (known + unknown)
    return [Caveat("unknown", f"{of_all}; whatever they are, the share lies between {low:.0%} and {high:.0%}.")]


def series_sentence(
    measure: Measure,
    title: str,
    table: pl.DataFrame,
    phases: pl.DataFrame,
    caveats: tuple[Caveat, ...],
    observations: pl.LazyFrame | None,
    as_of: int,
) -> str:
    """The plain sentence above a chart: what the next person can expect, and whether anything has changed."""
    if table.is_empty() or table["n"].sum() == 0:
        return _nothing(table)
    if table["series"].n_unique() > 1:
        return _several(table)
    told = sentence(
        table,
        title=title,
        unit=measure.unit,
        kind=measure.kind,
        better=measure.better,
        caveats=caveats,
        phases=phases,
        phrase=(measure.inferred_phrase if is_inferred(measure, title) else None) or measure.phrase,
        today=as_of // DAY,
    )
    if measure.kind != "duration" or observations is None:  # how long single people waited is not for everyone
        return told
    now = observations.filter("mature")
    if phases.height:
        now = now.filter(pl.col("day") >= phases.filter("in_force")["from_day"].max())
    expected, changes = waiting(now, reached_by(measure, title)), told.partition(". ")[2]
    return f"{expected} {changes}".strip() if expected else told


def _nothing(table: pl.DataFrame) -> str:
    """Why there is no figure: nothing on record, nothing that could be told, or nothing old enough."""
    untold = int(table["unknown"].sum() or 0) if "unknown" in table.columns else 0
    if untold:
        return f"None of {untold:,} could be told apart (not classified, or not linked to a person): nothing can be said yet."
    return NOTHING if table["mature"].all() else "It is too early to say: nothing on record is old enough to be judged."


def rare_sentence(title: str, kind: str, table: pl.DataFrame, better: str) -> tuple[str, str]:
    """Title and sentence of a chart whose points are rare events: `t` days, `g` other cases, from one to the next.

    Args:
        title: the measure's.
        kind: t or g.
        table: `results.SERIES` columns, a row an event.
        better: which way the measure is better; more between is the other way.
    """
    noun = "days" if kind == "t" else "others"
    named = f"{title}: {noun} from one to the next"
    if table.is_empty():
        return named, f"{title}: it has not happened twice yet, so there is nothing between to chart."
    if table["series"].n_unique() > 1:
        return named, _several(table)
    now = table.filter(~pl.col("excluded").fill_null(False)).with_columns(_day=pl.col("period_start").cast(pl.Int32))
    if now.is_empty() or now["upper"][-1] is None:
        return named, f"{named}: too few to say what is predictable."
    last = now.row(-1, named=True)
    now = now.filter(pl.col("phase") == last["phase"])
    low = f"{last['lower']:,.0f}" if last["lower"] is not None and last["lower"] >= 0.5 else None
    other = {"lower": "higher", "higher": "lower"}.get(better, "neither")
    first = f"{title}: {spread(low, format(last['upper'], ',.0f'), noun)} from one to the next, as the system now works"
    latest = f"the last, on {day_words(last['_day'])}, came after {last['value']:,.0f}"
    return named, " ".join([f"{first}; {latest}.", *what_signalled(now, other, None, day_words(now["_day"][0]))])


def _several(table: pl.DataFrame) -> str:
    """What a split chart says first: which of its series have something to ask about, lately."""
    recent = table.filter("mature").group_by("series", maintain_order=True).tail(LATELY)
    loud = recent.filter(pl.col("signals").list.len() > 0)["series"].unique(maintain_order=True).to_list()
    count = table["series"].n_unique()
    if table["centre"].null_count() == table.height:
        return f"Too few points for limits in any of the {count} shown, so nothing can be said of what is predictable."
    if not loud:
        return f"None of the {count} shown has a signal in its last {LATELY} points."
    named = ", ".join(loud[:NAMED]) + (f" and {len(loud) - NAMED} more" if len(loud) > NAMED else "")
    return f"{len(loud)} of {count} shown {'has' if len(loud) == 1 else 'have'} a signal lately: {named}."


def waiting(rows: pl.LazyFrame, reached: str) -> str:
    """Of all who asked and are old enough to judge: when half and three quarters were met, and how many were not."""
    rows = rows.filter(pl.col("days").is_not_null())
    n, met = rows.select(n=pl.len(), met=pl.col("met").sum()).collect().row(0)
    if not n:
        return ""
    word = "closed for good" if reached == "closed" else reached
    half, three = quantiles(rows, (0.5, 0.75)).collect().row(0)
    if half is None:
        return f"Fewer than half of the {n:,} needs have been {word}."
    first = f"Half of those who asked waited longer than {days_in_words(half)}"
    second = (
        f"fewer than three in four have been {word}"
        if three is None
        else f"three in four were {word} within {days_in_words(three)}"
    )
    unmet = round(100 * (n - met) / n)
    return f"{first}; {second}; {unmet} in 100 have not been." if unmet else f"{first}; {second}."


def days_in_words(value: float) -> str:
    """A waiting time as people say it: hours under a day, whole days above.

    >>> days_in_words(0.125), days_in_words(41.3)
    ('3 hours', '41 days')
    """
    if value < 1:
        return many(max(1, round(value * 24)), "hour")
    return many(round(value), "day")


def breakdown_sentence(measure: Measure, table: pl.DataFrame, title: str, *, asked: bool = True) -> str:
    """The first thing a breakdown says; `asked`: whether any demand is on record at all."""
    if table.is_empty() or table["n"].sum() == 0:
        return "Nobody is known to be still waiting." if asked and "waiting" in table.columns else NOTHING
    column = table.columns[0]
    top = table.sort("value", descending=True, nulls_last=True).row(0, named=True)
    if top["value"] is None:
        return "There is too little to compare yet."
    if measure.breakdown_says is not None and column not in (*columns_of(measure), "source_name"):
        return measure.breakdown_says(table)
    if column == "end_kind":
        ends = dict(zip(table["end_kind"], table["value"], strict=True))
        met, still = ends.get("met", 0.0), ends.get("open", 0.0)
        if met is None or still is None:
            return "There are too few people here to say how it ended for them."
        reached = "were closed for good" if reached_by(measure, title) == "closed" else "had their need met"
        rest = 100 - round(met) - round(still)
        otherwise = f"; for {rest} it ended otherwise" if rest > 0 else ""
        return f"Of 100 who asked, {met:.0f} {reached}, and {still:.0f} are still waiting{otherwise}."
    if column == "waiting":
        waiting = int(table["value"].sum())
        if waiting == 1:
            return f"One need is open; it has waited {top['waiting']}."
        return f"{waiting:,} needs are open; most have waited {top['waiting']}."
    several = table.height > 1
    among = f", among {table.height} shown" if several else ""
    if measure.kind == "duration":
        return (
            f"{'Longest for ' if several else ''}{top[column]}: half waited over {days_in_words(top['value'])}{among}."
        )
    small = measure.kind == "rate" and abs(top["value"]) < 20
    figure = format(top["value"], ".0%" if measure.kind == "share" else ".2g" if small else ",.0f")
    return f"{'Highest for ' if several else ''}{top[column]}: {figure} {measure.unit}{among}."


def curve_sentence(measure: Measure, rows: pl.DataFrame, title: str, curve: pl.DataFrame) -> str:
    """The first thing a curve says."""
    if rows.is_empty():
        return NOTHING
    if measure.curve_says is not None:
        return measure.curve_says(curve)
    if measure.kind == "duration":
        return waiting(rows.lazy(), reached_by(measure, title)) or UNTOLD
    return f"{rows.height:,} needs, read at every number of days."
