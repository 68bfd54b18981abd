"""How a chart of somebody's own figures was computed: what is in the middle, where the limits come from, what signals cost."""

from __future__ import annotations

from measures.capability.rule_sets import RULE_SETS
from pages.charts import words
from pages.own.drawn import Picture
from pages.own.meaning import CHARTS, WHAT, Asked
from pages.own.pasted import Figures

SCREENED = "Steps beyond 3.267 times their mean are left out of that mean once."
LANEY = "times how much more (or less) the points really differ from one to the next than chance would make them (σz, Laney 2002)"
QUOTIENT = "The middle is all of the first numbers over all of the second"
FORMULAS = {
    "xmr": "The middle is the mean. The limits are the mean plus and minus 2.66 times the mean step from one point to the "
    f"next (moving range). {SCREENED}",
    "xmr_log": "As xmr, on the logarithm of the value plus 1/24, and turned back. The middle is therefore the typical value "
    f"(geometric mean), not the median. {SCREENED}",
    "p_prime": f"{QUOTIENT} (p). The limits are p plus and minus 3 × √(p(1 − p) ÷ n), n being the second number of each "
    f"point, {LANEY}.",
    "u_prime": f"{QUOTIENT} (u). The limits are u plus and minus 3 × √(u ÷ n), n being the second number of each point, {LANEY}.",
    "i_prime": f"{QUOTIENT}. Each step, as √(π/2) × the difference ÷ √(1/n + 1/n before), gives the spread of one unit; the "
    "limits are the middle plus and minus 3 × the mean of these ÷ √n (Taylor).",
    "c_prime": f"The middle is the mean count (c). The limits are c plus and minus 3 × √c, {LANEY}.",
    "t": "Each time between two events is taken to the power 1/3.6, which makes such times nearly normal (Nelson 1994). There, "
    f"the middle is the mean and the limits lie 2.66 times the mean step away; all are turned back. {SCREENED}",
    "g": "The middle is the median. The limits come from the mean m: m plus and minus 3 × √(m(m + 1)) (Benneyan 2001).",
    "run": "The middle is the median. There are no limits: an unusually long run on one side, or unusually few crossings, is "
    "a signal (Anhøj and Olesen 2014).",
}
RULES = {
    "wheeler": "Wheeler's", "recurring": "For people who ask again (13 on one side)",
    "nhs": "NHS Making Data Count", "western_electric": "Western Electric", "nelson": "Nelson's eight",
    "anhoej": "Anhøj's", "none": "No rules",
}  # fmt: skip


def rules_offered() -> dict[str, str]:
    """The rule sets whose every signal the chart can draw and name."""
    return {name: RULES[name] for name, held in RULE_SETS.items() if all(rule in words.SIGNALS for rule in held.rules)}


def rules_words(asked: Asked) -> str:
    """The rules in words, and what they cost in false alarms."""
    name = asked.rules if asked.chart != "run" or asked.rules == "none" else "anhoej"
    held = RULE_SETS[name]
    listed = "; ".join(words.SIGNALS.get(rule, rule) for rule in held.rules)
    verdict = " A signal is a question, not a verdict." if held.rules else ""
    return f"{RULES[name]}: {listed}. {held.cost}{verdict}" if held.rules else held.cost


def lines(picture: Picture, figures: Figures, asked: Asked, reason: str) -> list[tuple[str, str]]:
    """Term and explanation, in the order a doubtful reader asks for them."""
    points, known = figures.points, picture.known
    gaps = points.height - known
    made = " Each value is the days since the event before." if figures.events else ""
    per = f" Shown for each {asked.per:,}." if asked.per != 1 and asked.what == "rate" else ""
    return [
        ("What the numbers are", f"{WHAT[asked.what]}.{made}{per}"),
        ("Chart", f"{CHARTS[asked.chart]}. {reason}"),
        ("Middle and limits", FORMULAS[asked.chart]),
        ("n", f"{known:,} points with a figure" + (f", {gaps:,} without: gaps, never bridged." if gaps else ".")),
        ("Rules", rules_words(asked)),
        ("Source", "Figures that somebody pasted, sent or put into a link. They were not imported, and nothing of them is kept."),
    ]  # fmt: skip
