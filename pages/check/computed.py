"""How a figure was computed, in words: definition, source, rows in and out, the rules and their false alarms."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from measures.capability.formulas import SEASON_FORMULA
from measures.capability.prices import price_words
from measures.limiting import chart_asked
from measures.model.time import EPOCH
from measures.otherwise import Lines, left_out, newest_known, with_and_without
from measures.reading import Reading
from measures.seasonal import season_factors
from pages.charts import words
from pages.desk import states

XMR = "{middle} The limits are that plus and minus {factor} times the {average} step from one point to the next (mR).{screen}"
FACTORS = {"mean": ("2.66", "mean"), "median": ("3.145", "median")}
SCREENED = " Steps beyond 3.267 times their mean are left out of that mean once."
LIMITS = {
    "run": "The middle is the median; there are no limits. Too long a run or too few crossings is a signal (Anhøj).",
    "c": "The middle is the mean count; the limits are three standard deviations of a Poisson count.",
    "c_prime": "The middle is the mean count; the limits are three standard deviations of a Poisson count, widened or "
    "narrowed by how much the points really vary from one to the next (Laney's c′).",
    "p": "The middle is all of the top over all of the bottom; the limits are three standard deviations for each "
    "period's n.",
    "p_prime": "The middle is all of the top over all of the bottom; the limits are three standard deviations for each "
    "period's n, widened or narrowed by how much the points really vary from one to the next (Laney's P′).",
    "u": "The middle is all events over all units; the limits are three standard deviations of a Poisson count for "
    "each period's units.",
    "u_prime": "The middle is all events over all units; the limits are three standard deviations of a Poisson count "
    "for each period's units, widened or narrowed by how much the points really vary (Laney's u′).",
    "i_prime": "The middle is all of the top over all of the bottom; each step from one point to the next is weighed "
    "by the n of both, and the limits are three times their mean over the root of each period's n (i′).",
    "g": "The middle is the median number of cases between two events; the limits are those of a geometric count: the "
    "mean m plus and minus three times the root of m(m + 1).",
    "none": "No limits are drawn: there are too few points, or too few events in each, for limits to mean anything.",
}
SCALES = {
    "xmr": "",
    "xmr_log": " All of it on the logarithm of days (plus an hour), turned back: the middle is the typical time "
    "(geometric mean).",
    "t": " All of it on the 3.6th root of the days between, turned back.",
}


def limits_words(reading: Reading) -> str:
    """The formula of the limits drawn, with the averages that were chosen."""
    out = "" if season_factors(reading.table).is_empty() else f" The season is taken out first: {SEASON_FORMULA}."
    if reading.chart not in SCALES:
        return LIMITS.get(reading.chart, reading.chart) + out
    chart = chart_asked(reading.chart, reading.measure, reading.request)
    factor, average = FACTORS[chart.range]
    screen = SCREENED if chart.screening and chart.range == "mean" else ""
    return (
        XMR.format(middle=f"The middle is the {chart.centre}.", factor=factor, average=average, screen=screen)
        + (SCALES[reading.chart])
        + out
    )


def rules_words(reading: Reading) -> str:
    """The rules read, with their price in false alarms."""
    chosen = reading.rules
    lengths = {"run": reading.request.run_length, "trend": reading.request.trend_length}
    own = "".join(f" A {name} here takes {length} points." for name, length in lengths.items() if length)
    return f"{SAID[chosen]}{own} {price_words(chosen)} A signal is a question, not a verdict."


SAID = {
    "wheeler": "Wheeler's three: a point outside a limit; eight in a row on one side of the middle; three of four "
    "beyond halfway to the same limit.",
    "recurring": "For people who ask again, which makes neighbouring weeks alike: a point outside a limit; thirteen in a "
    "row on one side of the middle.",
    "nhs": "NHS Making Data Count: a point outside a limit; seven in a row on one side; seven that only rise or only "
    "fall; two of three close to the same limit, all three on its side.",
    "western_electric": "Western Electric: a point outside a limit; eight in a row on one side; two of three near a "
    "limit; four of five well off the middle.",
    "nelson": "Nelson's eight: outside a limit; nine on one side; six rising or falling; fourteen up and down in turn; "
    "two of three near a limit; four of five off the middle; fifteen close to it; eight away from it on both sides.",
    "anhoej": "Anhøj's two: an unusually long run on one side of the middle, or too few crossings of it.",
    "none": "None.",
}


def since_last(reading: Reading) -> str:
    """Why these limits differ from those of one point ago: what was added, left out and split, in plain words."""
    newest = newest_known(reading)
    both = None if newest is None else with_and_without(reading, [newest])
    if both is None:
        return ""
    now, before = both
    kind, every = reading.measure.kind, words.PERIODS[reading.request.period]
    point = reading.table.filter(pl.col("period_start").cast(pl.Int32) == newest).row(0, named=True)
    added = f"{words.period(point['period_start'], reading.request.period)} ({words.figure(point['value'], kind)})"
    then, today = _range(before, kind), _range(now, kind)
    moved = f"now they are {today}" if then != today else "it moved them by less than shows"
    parts = [f"Without the newest {every} known, {added}, they were {then}; {moved}."]
    if out := left_out(reading):
        with_them = with_and_without(reading, out)
        parts.append(f"{_points(len(out))} left out by hand{_would(with_them, kind)}.")
    if reading.phases.height > 1:
        force = reading.phases.filter("in_force")
        began = f", those since {words.day(EPOCH + timedelta(days=int(force['from_day'][-1])))}" if force.height else ""
        parts.append(f"The limits in force rest on one phase only{began}: {now.n} points.")
    return " ".join(parts)


def _points(number: int) -> str:
    return f"{number} point is" if number == 1 else f"{number} points are"


def _would(both: tuple[Lines, Lines] | None, kind: str) -> str:
    return (
        ""
        if both is None
        else f"; with {'it' if both[0].n - both[1].n == 1 else 'them'} the limits would be {_range(both[0], kind)}"
    )


def _range(lines: Lines, kind: str) -> str:
    if lines.centre is None:
        return "not there"
    middle = f"middle {words.figure(lines.centre, kind)}"
    if lines.upper is None:
        return middle
    least = words.figure(lines.lower, kind) if lines.lower is not None else "0"
    return f"{least} to {words.figure(lines.upper, kind)} ({middle})"


def lines(reading: Reading, standing: states.Standing) -> list[tuple[str, str]]:
    """Term and explanation, in the order a doubtful reader asks for them."""
    measure, request = reading.measure, reading.request
    excluded = (
        reading.table.filter(pl.col("excluded").fill_null(False)).height if "excluded" in reading.table.columns else 0
    )
    known = words.known(reading.table).height if reading.shape == "series" else 0
    told = [
        ("Question", measure.question),
        ("Definition", reading.definition),
        ("Purpose", measure.purpose),
        ("Why it matters", f"{measure.why_it_matters} {_cited(measure.report_lines)}"),
        ("Source", ", ".join(standing.sources) or "none"),
        ("Rows in, rows out", _rows(reading)),
        ("Refused at import", f"{standing.rows_out:,} source rows, kept aside with their reasons on the Sources page."),
        ("What was asked", _asked(reading)),
        ("Known at", f"{states.moment(reading.as_of, standing.zone)}; data version {reading.data_version} (import, judgement)."),
    ]  # fmt: skip
    if reading.shape == "series":
        told += [
            ("Chart", reading.why),
            ("Limits", f"{limits_words(reading)} {known} points known, {excluded} left out by hand."),
            *([("Why the limits moved", moved)] if not request.split and (moved := since_last(reading)) else []),
            ("Rules", rules_words(reading)),
        ]
    return told


def _asked(reading: Reading) -> str:
    request = reading.request
    parts = [f"by {request.period}" if reading.shape == "series" else reading.shape]
    parts += [f"{column.replace('_', ' ')} is {value}" for column, value in request.where]
    if request.split:
        parts.append(f"split by {request.split.replace('_', ' ')}")
    if request.since:
        parts.append(f"from {states.day(request.since)}")
    if request.until:
        parts.append(f"until {states.day(request.until)}")
    if request.window_days:
        parts.append(f"window {request.window_days} days")
    if request.season:
        parts.append("without its season")
    if request.line:
        parts.append(f"line “{request.line}”")
    return ", ".join(parts) + "."


def _rows(reading: Reading) -> str:
    left = reading.rows_in - reading.rows_out
    return (
        f"{reading.rows_in:,} observations read, {reading.rows_out:,} count in these figures; {left:,} do not: "
        "not yet known, unclassified or not linked."
    )


def _cited(lines: tuple[int, ...]) -> str:
    return f"(Saving money by doing the right thing, lines {', '.join(str(line) for line in lines)}.)"
