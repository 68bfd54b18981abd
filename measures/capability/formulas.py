"""How each chart comes to its lines, in words and in one formula, for the lines under it."""

from __future__ import annotations

from measures.capability.chart import Chart
from measures.capability.points import check_chart

MIDDLES = {
    "run": "median",
    "xmr_log": "typical (geometric mean)",
    "mr": "average step",
    "xmr_trended": "trend",
    "i_prime": "overall mean",
    "p": "overall share",
    "p_prime": "overall share",
    "np": "expected count",
    "u": "overall rate",
    "u_prime": "overall rate",
    "xbar": "overall mean",
    "s": "ordinary spread",
    "g": "median",
    "t": "typical",
}

FORMULAS = {
    "run": "median, no limits; a run over round(log₂ n) + 3, or too few crossings, is a signal",
    "xmr": "{middle} ± {limit} × {range} step between neighbours",
    "xmr_log": "xmr of the logarithm of days + 1 hour, turned back",
    "mr": "{range} step, and {range_limit} times that",
    "xmr_trended": "line through the averages of the first and second half, ± {limit} × {range} step",
    "i_prime": "Σy ÷ Σn ± 3 × mean of √(π/2)·|step| ÷ √(1/n + 1/n before), ÷ √n",
    "c": "c̄ ± 3√c̄",
    "c_prime": "c̄ ± 3√c̄ × σz, where σz is the mean step of the z-scores ÷ 1.128",
    "np": "n·p̄ ± 3√(n·p̄(1 − p̄))",
    "p": "p̄ ± 3√(p̄(1 − p̄) ÷ n)",
    "p_prime": "p̄ ± 3√(p̄(1 − p̄) ÷ n) × σz, where σz is the mean step of the z-scores ÷ 1.128",
    "u": "ū ± 3√(ū ÷ n)",
    "u_prime": "ū ± 3√(ū ÷ n) × σz, where σz is the mean step of the z-scores ÷ 1.128",
    "xbar": "mean of all ± 3 × s̄ ÷ (c₄√n)",
    "s": "s̄ ± 3 × s̄ × √(1 − c₄²) ÷ c₄",
    "g": "median; m ± 3√(m(m + 1)) from the mean m",
    "t": "xmr of the time to the power 1 ÷ 3.6, turned back",
}


SEASON_FORMULA = (
    "figure ÷ factor of its month, or day of the week (where that cannot be: figure − factor); factor = the median, over full "
    "cycles of 12 months or 7 days, of figure ÷ mean of its cycle, scaled so that factors average 1"
)


def middle_name(chart: Chart) -> str:
    """What the line in the middle is, in words.

    >>> middle_name(Chart("xmr")), middle_name(Chart("xmr", centre="median")), middle_name(Chart("xmr_log"))
    ('mean', 'median', 'typical (geometric mean)')
    """
    kind = check_chart(chart)
    if chart.centre == "median" and "centre" in kind.averages:
        return "median"  # of the logarithms or the roots too: the middle one stays the middle one
    return MIDDLES.get(chart.kind, "mean")


def formula(chart: Chart) -> str:
    """How the lines of this chart are computed, in one line.

    >>> formula(Chart("xmr", range="median"))
    'mean ± 3.145 × median step between neighbours'
    """
    check_chart(chart)
    constants = {"mean": ("2.66", "3.268", "mean"), "median": ("3.145", "3.865", "median")}[chart.range]
    limit, range_limit, average = constants
    return FORMULAS[chart.kind].format(middle=middle_name(chart), limit=limit, range_limit=range_limit, range=average)
