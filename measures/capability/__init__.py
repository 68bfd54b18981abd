"""Capability charts: what the next person can predictably expect, and what to go and ask about."""

from measures.capability.chart import Chart, Limited
from measures.capability.engine import limits, runs_analysis

__all__ = ["Chart", "Limited", "limits", "runs_analysis"]
