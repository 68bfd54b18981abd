"""What a rule set costs in false alarms: how often it signals in a system where nothing changes.

Measured by simulation, not quoted: ten million independent normal points read against known limits (centre 0, limits
±3), counted at the point that completes a pattern; and 60,000 charts of 52 such points that set their own limits from
their moving ranges, as charts on a page do. `tests/measures/capability/test_false_alarms.py` measures again.
"""

from __future__ import annotations

from dataclasses import dataclass

CHART = 52  # points: a year of weeks


@dataclass(frozen=True)
class Price:
    """What a rule set costs where nothing changes.

    Attributes:
        one_in: one point in so many completes a pattern.
        chart: the chance that a chart of 52 points shows at least one.
        steps_one_in: one moving range in so many is outside its limit, where the set looks at those.
        chart_and_steps: the chance that a chart of 52 points, or its moving ranges, shows at least one.
    """

    one_in: float
    chart: float
    steps_one_in: float | None = None
    chart_and_steps: float | None = None


PRICES: dict[str, Price] = {
    "wheeler": Price(82.7, 0.317, 109.4, 0.474),
    "recurring": Price(342.7, 0.175, 110.7, 0.377),
    "nhs": Price(50.6, 0.416),
    "western_electric": Price(61.0, 0.403),
    "nelson": Price(43.1, 0.481),
    "anhoej": Price(370.4, 0.211),
}
# In null towns, one point in so many of the counts that the rules for people who ask again are for.
AGAIN_ONE_IN = 90
RUN_CHART = 0.0451  # a run chart of 52 points, which has no limits, read with Anhøj's two tests


def price_words(rules: str) -> str:
    """The price of a rule set in one sentence, as it stands beside the choice of rules.

    >>> price_words("nhs")
    'Where nothing changes, about one point in 51 still signals; a chart of 52 points shows a signal in about 42% of cases.'
    """
    if rules == "none":
        return "No rules: nothing is called a signal, and no false alarm is raised."
    price = PRICES[rules]
    steps = "" if price.steps_one_in is None else f", and so does one step in {price.steps_one_in:.0f}"
    with_steps = "" if price.chart_and_steps is None else f" (with its steps, {price.chart_and_steps:.0%})"
    also = f"; a run chart, in about {RUN_CHART:.0%}" if rules == "anhoej" else ""
    if rules == "recurring":
        also = f". In counts of people who ask again, where weeks are alike, one point in {AGAIN_ONE_IN} does"
    return (
        f"Where nothing changes, about one point in {price.one_in:.0f} still signals{steps}; "
        f"a chart of {CHART} points shows a signal in about {price.chart:.0%} of cases{with_steps}{also}."
    )
