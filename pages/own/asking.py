"""What a person is asked about their figures, each in plain words with a default that says its reason."""

from __future__ import annotations

import streamlit as st

from pages.desk import session, states
from pages.own import explained, meaning, rows
from pages.own.link import TITLE, UNIT, own_words
from pages.own.meaning import Asked
from pages.own.pasted import Figures, Question, Understood, understand

BETTER = {"neither": "Not said", "lower": "Lower is better", "higher": "Higher is better"}
PERS = {1: "1", 100: "100", 1_000: "1,000", 10_000: "10,000", 100_000: "100,000"}


NAMES = ("way", "order", "decimals", "day", "value", "of", "each")  # of all that may be asked about a text


def understood(text: str, mark: str) -> Understood:
    """What stands in the text, as far as it is clear; what could be two things is asked on the page."""
    with st.spinner("Reading the figures…"):
        found = understand(text, {name: session.typed(f"own_{name}_{mark}") for name in NAMES})
    if found.problem:
        states.problem(found.problem)
    with st.container(key="noprint_asked"):
        for question in found.questions:
            st.radio(question.text, list(question.options), format_func=question.options.get, index=None,
                     key=f"own_{question.name}_{mark}")  # fmt: skip
        if found.figures is None and found.questions and not found.problem:
            states.notice("Answer this first: it could be two things, and nothing here is guessed.")
    return found


def read_so(found: Understood, remarks: tuple[str, ...], mark: str) -> None:
    """What was understood, in a line, and opened up: the first and last rows, and what was left out with its reason."""
    out = found.left_out.height
    lines = f"{found.read:,} line{'s' * (found.read != 1)} read"
    label = f"What was understood: {lines}, {f'{out:,} not as numbers or dates' if out else 'nothing left out'}"
    with st.expander(label, expanded=False):
        for question in found.columns:
            _choice(question, mark)
        if found.figures is not None:
            table, caption = rows.understood(found.figures)
            states.table(table, caption, numbers=tuple(table.columns[1:]))
        if out:
            states.table(rows.left_out(found.left_out), rows.how_many(found.left_out))
    states.lines([*remarks, *found.remarks])


def _choice(question: Question, mark: str) -> str:
    return st.selectbox(
        question.text, list(question.options), format_func=question.options.get, key=f"own_{question.name}_{mark}"
    )


def about(figures: Figures, mark: str, linked: Asked | None) -> tuple[Asked, str]:
    """What the numbers are, the chart, the rules, the words; and the sentence that says why this chart."""
    usual, reason = (linked.what, "the link says so") if linked else meaning.default_what(figures)
    first = st.columns([2, 1.4, 1.2, 1.2])
    whats = meaning.offered(figures)
    what = first[0].selectbox(
        "What are these numbers?", list(whats), list(whats).index(usual), format_func=whats.get, key=f"own_what_{mark}"
    )
    charts = meaning.charts_for(what, figures)
    chosen, why = meaning.default_chart(what, figures)
    wanted = linked.chart if linked and linked.what == what and linked.chart in charts else chosen
    chart = first[1].selectbox(
        "Chart", list(charts), list(charts).index(wanted), format_func=charts.get, key=f"own_chart_{what}_{mark}"
    )
    rules = explained.rules_offered()
    rule = linked.rules if linked and linked.rules in rules else "wheeler"
    if chart == "run":
        rules = {"anhoej": "Anhøj's"}
    elif rule not in rules:
        rule = next(iter(rules))
    usual_rule = list(rules).index(rule) if rule in rules else 0
    named = first[2].selectbox(
        "Rules", list(rules), usual_rule, format_func=rules.get, key=f"own_rules_{chart == 'run'}_{mark}"
    )
    better = first[3].selectbox(
        "Which way is better?", list(BETTER), list(BETTER).index(linked.better if linked else "neither"),
        format_func=BETTER.get, key=f"own_better_{mark}",
    )  # fmt: skip
    second = st.columns([2, 1.6, 1] if what == "rate" else [2, 1.6])
    heading = own_words(figures.heading, TITLE)
    title = second[0].text_input(
        "Title",
        linked.title if linked else heading,
        max_chars=TITLE,
        placeholder="Your figures",
        key=f"own_title_{mark}",
    )
    unit = second[1].text_input(
        "What is counted or measured", linked.unit if linked else "", max_chars=UNIT,
        placeholder="calls, days, pounds …", key=f"own_unit_{mark}",
    )  # fmt: skip
    per = 1
    if what == "rate":
        per = second[2].selectbox(
            "For each",
            list(PERS),
            list(PERS).index(linked.per if linked else 1),
            format_func=PERS.get,
            key=f"own_per_{mark}",
        )
    because = f"Taken for {whats[usual].split(':')[0].lower()}, because {reason}." if what == usual else ""
    kept = f"Shown as {why}" if chart == chosen else f"By default it would be {why}"
    states.lines_of(" ".join(part for part in (because, kept, _no_xmr(what, charts)) if part))
    return Asked(what, chart, named, better, per, own_words(title, TITLE), own_words(unit, UNIT)), why


def _no_xmr(what: str, charts: dict[str, str]) -> str:
    if what != "count" or "xmr" in charts:
        return ""
    return "No xmr is offered: with counts that average under 2, most limits have no width; take longer periods, or dates alone."
