"""Where nothing ever changes, a chart of value demand should call as rarely as its rules do on pure chance."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
import pytest

from connectors.demo.law import Law, draw
from connectors.demo.town import null, small
from measures.capability import Chart, limits

TOWNS, WEEKS = 200, 312


def signalled(series: Iterable[np.ndarray]) -> np.ndarray:
    """Share of points that carry a signal, a number a series, on individuals charts with the default rules."""
    points = pl.concat(
        pl.DataFrame({"series": f"{at:04d}", "value": values.astype(float)}) for at, values in enumerate(series)
    )
    read = limits(points, Chart(kind="xmr")).points
    shares = read.group_by("series").agg(share=(pl.col("signals").list.len() > 0).mean()).sort("series")
    return shares["share"].to_numpy()


@pytest.mark.slow
def test_null_towns_signal_as_often_as_the_rules_do_on_chance_alone() -> None:
    law = null(small(Law(), 0.4))
    weekly = sum(service.new_per_week for service in law.services)
    first_asked = []
    for seed in range(TOWNS):
        contacts = draw(law, np.random.default_rng(seed)).contacts.filter(nth=0)
        first_asked.append(np.bincount(contacts["day"].to_numpy() // 7, minlength=WEEKS))
    towns = signalled(first_asked)
    chance = signalled(np.random.default_rng(86).poisson(weekly, (1_000, WEEKS)))
    error = (towns.var(ddof=1) / towns.size + chance.var(ddof=1) / chance.size) ** 0.5
    assert abs(towns.mean() - chance.mean()) <= 3 * error, (towns.mean(), chance.mean(), error)


@pytest.mark.slow
def test_growth_that_is_planted_is_not_taken_for_chance() -> None:
    # the control: a tenth more value demand each year must be seen, or the test above could not fail
    grown = [np.random.default_rng(seed).poisson(24 * np.linspace(1, 1.6, WEEKS)) for seed in range(20)]
    chance = signalled(np.random.default_rng(86).poisson(24, (200, WEEKS)))
    assert signalled(grown).mean() > 3 * chance.mean()
