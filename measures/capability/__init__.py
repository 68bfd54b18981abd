"""Capability charts: what the next person can predictably expect, and what to go and ask about."""

from measures.capability.changes import Change, Judged, judge_changes, judge_each
from measures.capability.chart import Chart, Limited
from measures.capability.engine import limits, limits_each, runs_analysis, stacked
from measures.capability.rule_sets import RULE_SETS
from measures.capability.sentences import sentence

__all__ = [
    "RULE_SETS", "Change", "Chart", "Judged", "Limited", "judge_changes", "judge_each", "limits", "limits_each",
    "runs_analysis", "sentence", "stacked",
]  # fmt: skip
