"""What a rule set costs in false alarms is measured again, and must be what the product prints."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from measures.capability import RULE_SETS, Chart
from measures.capability.engine import limited_points
from measures.capability.prices import CHART, PRICES, RUN_CHART, price_words

POINTS = 2_000_000
PER_POINT = [name for name in PRICES if name != "anhoej"]  # Anhøj's two tests judge a whole chart, not a point


def test_every_rule_set_has_its_price_in_words():
    for name, rules in RULE_SETS.items():
        assert rules.cost == price_words(name)
        assert rules.cost.endswith(".")
    assert "one point in 83" in RULE_SETS["wheeler"].cost
    assert set(PRICES) == set(RULE_SETS) - {"none"}


def test_the_explanation_prints_the_same_price():
    told = (Path(__file__).parents[3] / "docs" / "explanation" / "capability-charts.md").read_text(encoding="utf-8")
    named = {
        "wheeler": "Wheeler",
        "recurring": "For people who ask again",
        "nhs": "NHS Making Data Count",
        "western_electric": "Western Electric",
        "nelson": "Nelson",
        "anhoej": "Anhøj",
    }
    for name, price in PRICES.items():
        assert f"\n| {named[name]} | {price.one_in:.0f}" in told
        row = next(line for line in told.splitlines() if line.startswith(f"| {named[name]} | {price.one_in:.0f}"))
        assert f"| {price.chart:.0%}" in row
        for more in (
            price.steps_one_in and f"one step in {price.steps_one_in:.0f}",
            price.chart_and_steps and f"{price.chart_and_steps:.0%}",
        ):
            assert not more or more in row
    assert f"a run chart without limits, {RUN_CHART:.0%}" in told


def measured(rules, seed):
    """The share of points that complete a pattern, and of moving ranges outside theirs, with limits known to be ±3."""
    values = np.random.default_rng(seed).normal(size=POINTS)
    known = {"fixed_centre": pl.lit(0.0), "fixed_lower": pl.lit(-3.0), "fixed_upper": pl.lit(3.0)}
    frame = pl.DataFrame({"value": values}).with_columns(**known)
    completes = limited_points(frame, Chart(rules=rules, screening=False))["completes"].list
    points = (completes.set_difference(["range_outside_limit"]).list.len() > 0).mean()
    return points, completes.contains("range_outside_limit").mean()


@pytest.mark.slow
@pytest.mark.parametrize("rules", PER_POINT)
def test_one_point_in_so_many_signals_where_nothing_changes(rules):
    points, steps = measured(rules, seed=20141124)
    assert 1 / points == pytest.approx(PRICES[rules].one_in, rel=0.05)
    if PRICES[rules].steps_one_in is not None:
        assert 1 / steps == pytest.approx(PRICES[rules].steps_one_in, rel=0.05)


def test_one_point_in_so_many_is_outside_three_standard_deviations():
    values = np.random.default_rng(7).normal(size=POINTS)
    assert 1 / (np.abs(values) > 3).mean() == pytest.approx(PRICES["anhoej"].one_in, rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "rules"), [*(("xmr", name) for name in PRICES), ("run", "anhoej")])
def test_a_stable_chart_of_a_year_shows_a_signal_as_often_as_printed(kind, rules):
    charts = 20_000
    values = np.random.default_rng(20141124).normal(size=charts * CHART)
    frame = pl.DataFrame({"series": np.arange(charts * CHART) // CHART, "value": values})
    completes = pl.col("completes").list
    shown = (
        limited_points(frame, Chart(kind, rules))
        .group_by("series")
        .agg(
            (completes.set_difference(["range_outside_limit"]).list.len() > 0).any().alias("points"),
            (completes.len() > 0).any().alias("steps_too"),
        )
    )
    price = PRICES[rules]
    assert shown["points"].mean() == pytest.approx(RUN_CHART if kind == "run" else price.chart, rel=0.05)
    if price.chart_and_steps is not None:
        assert shown["steps_too"].mean() == pytest.approx(price.chart_and_steps, rel=0.05)
