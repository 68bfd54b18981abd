"""How a figure was computed, in words: definition, source, rows in and out, the rules and their false alarms."""

from __future__ import annotations

import polars as pl

from measures.reading import Reading
from pages.charts import words
from pages.desk import states

LIMITS = {
    "xmr": "The middle is the mean; the limits are the mean plus and minus 2.66 times the mean step from one point to "
    "the next (XmR). Steps beyond 3.267 times their mean are left out of that mean once.",
    "run": "The middle is the median; there are no limits. Too long a run or too few crossings is a signal (Anhøj).",
    "c": "The middle is the mean count; the limits are three standard deviations of a Poisson count.",
    "p": "The middle is all of the top over all of the bottom; the limits are three standard deviations for each "
    "period's n.",
    "p_prime": "The middle is all of the top over all of the bottom; the limits are three standard deviations for each "
    "period's n, widened or narrowed by how much the points really vary from one to the next (Laney's P′).",
    "none": "No limits are drawn: there are too few points, or too few events in each, for limits to mean anything.",
}
RULES = (
    "Signals are Wheeler's three rules: a point outside a limit; eight in a row on one side of the middle; three of "
    "four beyond halfway to the same limit. Their price in false alarms: about one point in 86 of a process in which "
    "nothing changed, so about 27 in 100 such charts of 52 points show at least one. A signal is a question, not a "
    "verdict."
)


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
        ("Known at", f"{states.moment(reading.as_of)}; data version {reading.data_version} (import, judgement)."),
    ]  # fmt: skip
    if reading.shape == "series":
        told += [
            (
                "Limits",
                f"{LIMITS.get(reading.chart, reading.chart)} {known} periods known, {excluded} left out by hand.",
            ),
            ("Rules", RULES if request.rules == "wheeler" else f"Rule set: {request.rules}."),
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
    if request.window_days:
        parts.append(f"window {request.window_days} days")
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
