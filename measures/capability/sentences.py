"""The plain sentence that stands above every chart: what is predictable, what changed, and whose limits these are."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from measures.capability.caveats import FEW, TRIAL
from measures.capability.figures import amount, decimals_for, figure, join, listed, noun, spread
from measures.capability.signal_words import what_signalled, worth
from measures.capability.words import date_words, day_numbers, day_words, many, period_word
from measures.model.results import Caveat
from measures.model.time import day_date

SHOWN = 3  # more series than this are counted, not named
NO_LIMITS = ("few_points", "no_limits", "sparse_count")  # caveats that say why there are no limits
LENGTH = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}


def sentence(
    points: pl.DataFrame,
    *,
    title: str,
    unit: str,
    kind: str,
    better: str = "neither",
    caveats: Sequence[Caveat] = (),
    phases: pl.DataFrame | None = None,
    phrase: str | None = None,
    today: int | None = None,
    decimals: int | None = None,
) -> str:
    """What the next person can expect, whether anything changed, and which limits say so. It names no target.

    Args:
        points: one series (several: a sentence that says which of them signal now) as `limits` or `judge_changes` gives it, with `at` or `period_start` where there is time;
            rows whose `mature` is false are not spoken of.
        title: as people say the measure ("Failure demand").
        unit: what the figure counts ("share of demands", "demands").
        kind: share (values 0 to 1), count, rate, duration or median (both in days).
        better: which way is better for people: lower, higher or neither.
        caveats: as from `limits`.
        phases: as from `judge_changes`.
        phrase: words to follow the range instead of title and unit: "of demand in any {period} is failure demand".
        today: the day number up to which anything is known; without it the last point is "last week".
        decimals: figures after the point; without it the fewest that tell the limits and the last value apart.

    >>> import polars as pl
    >>> from measures.capability import Chart, limits
    >>> weeks = pl.DataFrame({"at": [20577 + 7 * i for i in range(12)], "value": [30, 34, 28, 33, 31, 35] * 2})
    >>> sentence(limits(weeks, Chart()).points, title="Demand", unit="demands", kind="count")
    'Demand: between 20 and 43 demands in any week, as the system now works; last week was 35. Nothing has changed since 4 May 2026.'
    """  # noqa: E501
    if "series" in points.columns and points["series"].n_unique() > 1:
        return _several(points, title)
    said = _whole(_spoken(points), kind)
    if said.is_empty():
        return f"{title}: no figures yet, so nothing can be said."
    word = _period(points)
    last = said.row(-1, named=True)
    lower, upper = _limits(last, kind)
    decimals = decimals_for(last["value"], lower, upper, kind) if decimals is None else decimals
    latest = f"{_latest(last, word, today)} was {amount(last['value'], kind, decimals)}"
    now = said.filter(pl.col("phase").eq_missing(pl.lit(last["phase"])))
    from_points = _limits_from(last, now, phases)
    if last["centre"] is None:
        why = [caveat.text for caveat in caveats if caveat.code in NO_LIMITS]
        return listed([f"{title}: no limits; {latest}.", *why])
    if from_points < FEW:
        needed = f"{many(from_points, word or 'point')} of the {FEW} needed"
        return f"{title}: too few to say what is predictable ({needed}); {latest}."
    first = _predictable(last, lower, upper, decimals, title, unit, kind, word, phrase)
    trial = from_points < TRIAL and last["upper"] is not None
    rough = any(caveat.code == "small_denominators" for caveat in caveats)
    return listed(
        [
            f"{first}; {latest}.",
            *what_signalled(now, better, word, _since(now)),
            _whose_limits(phases, kind, better, decimals),
            f"These limits are on trial: they rest on {many(from_points, word or 'point')}." if trial else "",
            "Numbers are small in places, so take the limits as rough." if rough else "",
        ]
    )


def _several(points: pl.DataFrame, title: str) -> str:
    """Which of several series signal at their last point, in a sentence."""
    said = _spoken(points)
    last = said.group_by("series", maintain_order=True).last()
    names = [str(name) for name in last.filter(pl.col("signals").list.len() > 0)["series"]]
    count = points["series"].n_unique()
    if not names:
        return f"{title}: no signal now in any of {count} lines."
    shown = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    return f"{title}: a signal now in {len(names)} of {count} lines: {shown}. Ask what happened there."


def _limits(last: dict, kind: str) -> tuple[float | None, float | None]:
    """The limits to speak of: one that lies where nothing can lie beyond it is no limit."""
    lower, upper = last["lower"], last["upper"]
    bounded = kind != "rate" or (lower is not None and lower == 0)
    no_lower = last.get("no_lower_limit", bounded and lower is not None and lower <= 0)
    no_upper = last.get("no_upper_limit", kind == "share" and upper is not None and upper >= 1)
    if lower == upper:
        return lower, upper
    return (None if no_lower else lower), (None if no_upper else upper)


def _whole(said: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Without the last points of a share that count less than half of what is usual and signal nothing: half a week.

    Its own limits are wide, and told as those of "any week" they would be no week's.
    """
    if kind != "share" or "denominator" not in said.columns or said.is_empty():
        return said
    half = (pl.col("denominator") < pl.col("denominator").median() / 2) & (pl.col("signals").list.len() == 0)
    usual = said.select((~half.fill_null(value=False)).arg_true()).to_series()
    return said.head(int(usual[-1]) + 1) if usual.len() else said


def _limits_from(last: dict, now: pl.DataFrame, phases: pl.DataFrame | None) -> int:
    """How many points set the limits in force."""
    if "limits_from" in last:
        return int(last["limits_from"] or 0)
    force = None if phases is None else phases.filter("in_force")
    return now.height if force is None or force.is_empty() else int(force["n"][-1])


def _time(points: pl.DataFrame) -> str | None:
    return next((name for name in ("at", "period_start") if name in points.columns), None)


def _period(points: pl.DataFrame) -> str | None:
    """The word for one point's period; a single point tells it by its own end."""
    time = _time(points)
    if time is None:
        return None
    at = points[time]
    if points.height == 1 and {"period_start", "period_end"} <= set(points.columns):
        at = pl.concat([day_numbers(points["period_start"]), day_numbers(points["period_end"]) + 1])
    return period_word(at)


def _spoken(points: pl.DataFrame) -> pl.DataFrame:
    """The points that have a figure to speak of, with `_day`."""
    keep = pl.col("value").is_not_null()
    if "excluded" in points.columns:
        keep &= ~pl.col("excluded").fill_null(value=False)
    if "mature" in points.columns:
        keep &= pl.col("mature").fill_null(value=True)
    time = _time(points)
    day = day_numbers(points[time]) if time else pl.Series([None] * points.height, dtype=pl.Int64)
    return points.with_columns(day.alias("_day")).filter(keep)


def _latest(last: dict, word: str | None, today: int | None) -> str:
    if word is None or last["_day"] is None:
        return "the last" if last["_day"] is None else f"the last, on {day_words(last['_day'])},"
    if today is not None and today - last["_day"] >= 2 * LENGTH[word]:
        when = date_words(day_date(last["_day"]))
        return when if word == "day" else f"the {word} from {when}"
    return "the last day" if word == "day" else f"last {word}"


def _predictable(
    last: dict,
    lower: float | None,
    upper: float | None,
    decimals: int,
    title: str,
    unit: str,
    kind: str,
    word: str | None,
    phrase: str | None,
) -> str:
    each = f"in any {word}" if word else "each time"
    thing = noun(unit, kind)
    if last["upper"] is None:
        middle = join(figure(last["centre"], kind, decimals), thing)
        return f"{title}: as many {word or 'point'}s above {middle} as below it, as the system now works"
    low = None if lower is None else figure(lower, kind, decimals)
    high = None if upper is None else figure(upper, kind, decimals)
    if phrase is not None:
        words = spread(low, high, phrase.format(period=word or "one"))
        return f"{words[0].upper()}{words[1:]}, as the system now works"
    return f"{title}: {join(spread(low, high, thing), each)}, as the system now works"


def _since(now: pl.DataFrame) -> str:
    day = now["_day"][0]
    return "the first point" if day is None else day_words(day)


def _whose_limits(phases: pl.DataFrame | None, kind: str, better: str, decimals: int) -> str:
    """Which limits are in force, where there was a change."""
    if phases is None or phases.height < 2:
        return ""
    newest, force = phases.row(-1, named=True), phases.filter("in_force").row(-1, named=True)
    change = f"“{newest['name']}” on {day_words(newest['from_day'])}"
    if not newest["in_force"]:
        return f"The limits are those from before {change}: {_not_yet(newest)}."
    earlier = phases.filter(pl.col("phase") < force["phase"])
    before = earlier.filter(pl.col("n") == pl.col("n").max())["centre"].to_list()[-1:] or [None]
    if before[0] is None or force["centre"] is None:
        return f"The limits are those since {change}."
    return _moved(before[0], force["centre"], newest["signal"], change, kind, better, decimals)


def _not_yet(newest: dict) -> str:
    if newest["state"] == "nothing_after":
        return "no points after it yet"
    if newest["state"] == "no_difference":
        return f"no difference shown yet in {many(newest['n'], 'point')}"
    if newest["signal"]:
        return f"there is a signal against them, but only {newest['n']} of {TRIAL} points"
    return f"no difference shown yet, {newest['n']} of {TRIAL} points"


def _moved(before: float, after: float, signal: bool, change: str, kind: str, better: str, decimals: int) -> str:
    was, now = figure(before, kind, decimals), amount(after, kind, decimals)
    person = "" if signal else " A person set these limits; no signal did."
    if was == figure(after, kind, decimals):
        return f"Since {change} the middle has hardly moved: {now}.{person}"
    way = worth(after > before, better) if signal else ""
    return f"Since {change} the middle has moved from {was} to {now}{way}.{person}"
