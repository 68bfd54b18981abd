"""Which rules are read together, by name, and the signals they find in a chart."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from measures.capability import rules
from measures.capability.anhoej import few_crossings, long_run
from measures.capability.chart import Chart
from measures.capability.kinds import Kind
from measures.capability.prices import price_words
from measures.capability.rules import Lengths, Rule
from measures.capability.runs import Flags
from measures.capability.standard import standardise

RULES: dict[str, Rule] = {
    "outside_limits": rules.outside_limits,
    "range_outside_limit": rules.range_outside_limit,
    "run": rules.run,
    "near_limit": rules.near_limit,
    "trend": rules.trend,
    "two_in_three": rules.two_in_three,
    "alternating": rules.alternating,
    "fifteen_inside": rules.fifteen_inside,
    "eight_outside": rules.eight_outside,
    "four_in_five": rules.four_in_five,
    "long_run": long_run,
    "few_crossings": few_crossings,
}


@dataclass(frozen=True)
class RuleSet:
    """Rules that are read together.

    Attributes:
        name: as asked for. `rules`: the names of its rules, which are also the names of its signals.
        run: how many points on one side it wants. `trend`: how many rising or falling; None: it has no such rule.
        own: rules that it reads in its own way.
    """

    name: str
    rules: tuple[str, ...]
    run: int | None = None
    trend: int | None = None
    own: dict[str, Rule] = field(default_factory=dict)

    @property
    def cost(self) -> str:
        """What it costs in false alarms, in words."""
        return price_words(self.name)


RULE_SETS: dict[str, RuleSet] = {
    each.name: each
    for each in (
        # Wheeler, Making Sense of Data: detection rules one to three
        RuleSet("wheeler", ("outside_limits", "range_outside_limit", "run", "near_limit"), run=8),
        # Wheeler's first two, with a longer run: where the same people ask again, neighbouring weeks are alike and runs
        # of eight are nothing out of the way (docs/decisions.md, 56)
        RuleSet("recurring", ("outside_limits", "range_outside_limit", "run"), run=13),
        # NHS England, Making Data Count
        RuleSet(
            "nhs",
            ("outside_limits", "run", "trend", "two_in_three"),
            run=7,
            trend=7,
            own={"two_in_three": rules.two_in_three_one_side},
        ),
        # Western Electric 1956, Statistical Quality Control Handbook
        RuleSet("western_electric", ("outside_limits", "run", "two_in_three", "four_in_five"), run=8),
        # Nelson 1984, J. Quality Technology 16(4): his eight tests
        RuleSet(
            "nelson",
            (
                "outside_limits",
                "run",
                "trend",
                "alternating",
                "two_in_three",
                "four_in_five",
                "fifteen_inside",
                "eight_outside",
            ),
            run=9,
            trend=6,
        ),
        # Anhøj & Olesen 2014, PLoS ONE 9(11)
        RuleSet("anhoej", ("outside_limits", "long_run", "few_crossings")),
        RuleSet("none", ()),
    )
}
SINGLE = ("outside_limits", "long_run", "few_crossings")  # what a chart of ranges can be read with


def rules_for(chart: Chart, kind: Kind) -> RuleSet:
    """The rule set a chart is read with: the one its kind insists on, or the one asked for."""
    return RULE_SETS[chart.rules if kind.rules is None or chart.rules == "none" else kind.rules]


def find_signals(work: pl.DataFrame, chart: Chart, kind: Kind) -> pl.DataFrame:
    """Add `signals` (rules each point belongs to a pattern of) and `completes` (rules whose pattern it completes)."""
    chosen = rules_for(chart, kind)
    names = tuple(name for name in chosen.rules if name in SINGLE or not kind.outside_only)
    lengths = Lengths(chart.run_length or chosen.run or 8, chart.trend_length or chosen.trend or 6)
    points = standardise(work) if names else None
    found = [(chosen.own.get(name) or RULES[name])(points, lengths) for name in names] if points is not None else []
    # One number a point with a bit a rule, then one look-up: lists are built once a combination, not once a point.
    words = [[name for bit, name in enumerate(names) if number >> bit & 1] for number in range(2 ** len(names))]
    lookup = pl.Series(words, dtype=pl.List(pl.String))
    return work.with_columns(
        lookup.gather(_bits([each.members for each in found], work.height)).alias("signals"),
        lookup.gather(_bits([each.completes for each in found], work.height)).alias("completes"),
    )


def _bits(marks: list[Flags], height: int) -> pl.Series:
    numbers = np.zeros(height, np.uint32)
    for bit, flags in enumerate(marks):
        numbers |= flags.astype(np.uint32) << bit
    return pl.Series(numbers)
