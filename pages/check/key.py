"""What each shape on the chart drawn means: only the shapes that are there, with the lengths of the rules in force."""

from __future__ import annotations

from html import escape

import polars as pl
import streamlit as st

from measures.capability import RULE_SETS
from measures.capability.prices import price_words
from measures.reading import Reading
from pages.check.points import SIGNS
from pages.check.ruled import RULES
from pages.desk import states

MEANS = {
    "outside_limits": "outside a limit",
    "run": "run of {run} on one side of the middle",
    "long_run": "an unusually long run on one side",
    "few_crossings": "the middle is crossed too seldom",
    "trend": "{trend} only rising or only falling",
    "near_limit": "three of four near a limit",
    "two_in_three": "two of three near a limit",
    "four_in_five": "four of five well off the middle",
    "eight_outside": "eight away from the middle",
    "alternating": "up and down in turn",
    "fifteen_inside": "fifteen close to the middle",
}
NONE = "Rules: none, so nothing is called a signal."
LIMITS = "Dashed lines are natural process limits: the range to expect while nothing changes."


def draw(reading: Reading) -> None:
    """The key of this chart."""
    shapes = "".join(
        f'<span><span aria-hidden="true">{escape(sign)}</span> {escape(text)}</span>' for sign, text in items(reading)
    )
    st.html(f'<p class="sc-muted sc-legend">{shapes}</p>')
    if reading.chart == "none":
        return
    dashed = reading.table["upper"].null_count() < reading.table.height
    rules = reading.rules
    states.lines_of(
        f"Chart: {reading.why} {LIMITS if dashed else ''}",
        f"Rules: {RULES[rules]}. {price_words(rules)} A signal is a question, not a verdict."
        if rules != "none"
        else NONE,
    )


def items(reading: Reading) -> list[tuple[str, str]]:
    """The shapes on the chart with their words: routine first, then signals, then what is left out or not yet known."""
    table = reading.table
    found = set(table["signals"].explode().drop_nulls().to_list())
    chosen = RULE_SETS[reading.rules]
    lengths = {
        "run": reading.request.run_length or chosen.run or 8, "trend": reading.request.trend_length or chosen.trend or 6,
    }  # fmt: skip
    out = [("●", "routine")]
    out += [(SIGNS[name], text.format(**lengths)) for name, text in MEANS.items() if name in found]
    if table["excluded"].fill_null(False).any():
        out.append(("⊗", "left out, with a reason"))
    if not table["mature"].fill_null(True).all():
        out.append(("○", "hatched: not yet known"))
    if "extended_centre" in table.columns and table.filter(pl.col("extended_centre").is_not_null()).height:
        out.append(("┄", "lighter: older limits carried on"))
    return out
