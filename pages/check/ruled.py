"""Which chart and whose rules: asked in one quiet group, kept in the address like every other choice."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from measures.capability import RULE_SETS
from measures.capability.kinds import KINDS
from measures.capability.prices import price_words
from measures.limiting import OFFERED, usual
from measures.model.measure import Measure
from measures.request import Request
from pages.charts.moving_range import KINDS as WITH_STEPS
from pages.check import season
from pages.desk import session, states

CHARTS = {
    "run": "Run chart: a middle, no limits",
    "xmr": "xmr: single values",
    "xmr_log": "xmr on a log scale: skewed times",
    "p_prime": "p′: a share of each period's n",
    "u_prime": "u′: events for each unit",
    "c_prime": "c′: counts",
    "i_prime": "i′: single values, each with its n",
    "t": "t: days between rare events",
    "g": "g: cases between rare events",
}
RULES = {
    "wheeler": "Wheeler",
    "recurring": "For people who ask again: outside, or 13 on one side",
    "nhs": "NHS Making Data Count",
    "western_electric": "Western Electric",
    "nelson": "Nelson, all eight",
    "anhoej": "Anhøj: runs and crossings",
    "none": "None",
}
SCREENING = {"yes": "Left out of the limits", "no": "Kept in"}
AVERAGES = {"mean": "Mean", "median": "Median"}


def asked(measure: Measure, request: Request) -> Request:
    """The request with chart, rules and averages, asked in one closed group; what would change nothing is not offered."""
    own = usual(measure)[0]
    offered = (own, *(kind for kind in OFFERED[measure.kind] if kind != own))
    run = trend = None
    centre, spread, screening = "mean", "mean", "yes"
    with st.expander("Chart and rules"):
        places = iter([*st.columns(3), *st.columns(3), *st.columns(3)])
        with next(places):
            names = {kind: CHARTS.get(kind, kind) + (" (usual)" if kind == own else "") for kind in offered}
            kind = session.choose("Chart", "chart", names)
        with next(places):
            sets = _rule_sets(measure, kind)
            rules = session.choose("Rules", "rules", {name: RULES[name] for name in sets})
        if (length := RULE_SETS[rules].run) is not None:
            with next(places):
                run = _length("Points that make a run", "run", length, range(6, 13))
        if (length := RULE_SETS[rules].trend) is not None:
            with next(places):
                trend = _length("Points that make a trend", "trend", length, range(5, 11))
        if "centre" in KINDS[kind].averages:
            with next(places):
                centre = session.choose("Middle", "centre", AVERAGES)
        if "range" in KINDS[kind].averages:
            with next(places):
                spread = session.choose("Average step", "range", AVERAGES)
        if spread == "mean" and _screens(kind):
            with next(places):
                screening = session.choose("Very large steps", "screening", SCREENING)
        if kind in WITH_STEPS:
            with next(places):
                session.choose("Steps beneath", "steps", {"no": "Not drawn", "yes": "Drawn (mR chart)"})
        chosen = replace(
            request, chart=None if kind == own else kind, rules=None if rules == sets[0] else rules, centre=centre, range=spread,
            screening=screening == "yes", run_length=run, trend_length=trend,
        )  # fmt: skip
        with next(places):
            chosen = season.asked(measure, chosen, kind)
        states.line(price_words(rules))
    return chosen


def steps_wanted() -> bool:
    """Whether the address asks for the steps from one point to the next beneath the chart."""
    return st.query_params.get("steps") == "yes"


def _rule_sets(measure: Measure, kind: str) -> tuple[str, ...]:
    """The measure's own first. A run chart has no limits: it is read with Anhøj's rules, or with none."""
    if KINDS[kind].rules:
        return "anhoej", "none"
    return measure.rules, *(name for name in RULES if name != measure.rules)


def _screens(kind: str) -> bool:
    """Whether limits of this kind come from steps that can be screened."""
    return kind in ("xmr", "xmr_log", "t", "i_prime") or kind.endswith("_prime")


def _length(title: str, name: str, usual_length: int, lengths: range) -> int | None:
    """So many points, or as the rule set has it."""
    own = {"": f"{usual_length}, as the rules say"}
    found = session.choose(title, name, own | {str(n): str(n) for n in lengths if n != usual_length})
    return int(found) if found else None
