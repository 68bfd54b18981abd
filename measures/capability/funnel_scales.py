"""The scales of funnels: where the spread of chance is known, and how limits come back from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from measures.capability.exact_poisson import count_limits

Figures = NDArray[np.float64]
Pair = tuple[Figures, Figures]

LEVELS = {"95": 0.025, "998": 0.001}  # name of a pair of limits: the chance beyond each


@dataclass(frozen=True)
class Units:
    """One entry a unit; not-a-number where nothing is known.

    Attributes:
        counted: the numerator. `size`: the denominator, as the method takes it.
        target: what all units are compared with. `next_size`: the next larger size on the curve of the funnel.
    """

    counted: Figures
    size: Figures
    target: Figures
    next_size: Figures


@dataclass(frozen=True)
class FunnelScale:
    """One scale.

    Attributes:
        variance: the variance of chance of each unit's own figure, which its z-score and τ² are weighed with.
        away: how far each unit's figure lies from the target.
        limits: the lower and upper limit, where so much chance is beyond each and so much variance between units.
        exact: the limits without variance between units, where they are found another way.
        truncates: the outer tenth of the z-scores is left out instead of pulled in.
        rounds: the size is rounded to two decimals.
    """

    variance: Callable[[Units], Figures]
    away: Callable[[Units], Figures]
    limits: Callable[[Units, float, Figures], Pair]
    exact: Callable[[Units, float], Pair] | None = None
    truncates: bool = False
    rounds: bool = False

    def unadjusted(self, units: Units, tail: float) -> Pair:
        """Limits of chance alone."""
        return self.exact(units, tail) if self.exact else self.limits(units, tail, np.zeros_like(units.size))


def _reach(tail: float, variance: Figures) -> Figures:
    """How far a limit lies from the target: 1.96 or 3.09 standard deviations."""
    return NormalDist().inv_cdf(1 - tail) * np.sqrt(variance)


# A proportion. The arcsine of its root has the variance 1/4n, whatever the proportion.


def _angle(share: Figures) -> Figures:
    return np.arcsin(np.sqrt(np.clip(share, 0.0, 1.0)))


def _arcsine_variance(units: Units) -> Figures:
    return 1 / (4 * units.size)


def arcsine_limits(units: Units, tail: float, tau2: Figures) -> Pair:
    """Sin²(arcsin √θ ∓ reach), and 0 or 1 where that passes the end of the scale.

    Past the end the sine turns, as if the smallest units were the best known. The limit is 0 (or 1) there from the
    first step of the drawn curve that turns; a unit nearer the end than its next step keeps its figure, which is then
    as good as 0 (or 1). So the reference results have it.
    """
    middle, here = _angle(units.target), _reach(tail, _arcsine_variance(units) + tau2)
    further = _reach(tail, 1 / (4 * units.next_size) + tau2)
    low, high = middle - here, middle + here
    low_turns = (low < 0) & ~(np.sin(low) ** 2 <= np.sin(middle - further) ** 2)
    high_turns = (high > pi / 2) & ~(np.sin(high) ** 2 >= np.sin(middle + further) ** 2)
    known = ~np.isnan(low)
    return (
        np.where(known & (low_turns | (low < -pi / 2)), 0.0, np.sin(low) ** 2),
        np.where(known & (high_turns | (high > pi)), 1.0, np.sin(high) ** 2),
    )


# A standardised ratio: so many counted where so many were expected, compared with 1 (or another target).


def _expected(units: Units) -> Figures:
    return units.size * units.target


def exact_limits(units: Units, tail: float) -> Pair:
    """The exact limits of a count of which so many were expected."""
    expected = _expected(units)
    known = expected > 0
    low, high = np.full_like(expected, np.nan), np.full_like(expected, np.nan)
    low[known], high[known] = count_limits(expected[known], tail)
    return low / units.size, high / units.size


def log_limits(units: Units, tail: float, tau2: Figures) -> Pair:
    """exp(∓ reach), where the logarithm of the ratio has the variance 1/expected."""
    reach = _reach(tail, 1 / _expected(units) + tau2)
    return units.target * np.exp(-reach), units.target * np.exp(reach)


def root_limits(units: Units, tail: float, tau2: Figures) -> Pair:
    """(1 ∓ reach)², where the root of the ratio has the variance 1/(4·expected); never below 0.

    The square turns the root back into a ratio. FunnelPlotR leaves it out, and its limits are about
    half as wide as those of chance.
    """
    reach = _reach(tail, 1 / (4 * _expected(units)) + tau2)
    return units.target * np.maximum(1 - reach, 0.0) ** 2, units.target * (1 + reach) ** 2


# A ratio of two counts, on the scale of its logarithm; half a case is added to each so that none is a number too.


def _log_ratio_variance(counted: Figures, size: Figures) -> Figures:
    return counted / (counted + 0.5) ** 2 + size / (size + 0.5) ** 2


def log_ratio_limits(units: Units, tail: float, tau2: Figures) -> Pair:
    """θ·exp(∓ reach), with the variance that a unit of this size has where its ratio is the target.

    FunnelPlotR draws these limits with 1/4n, the variance of a proportion's arcsine, which for a ratio near 1 is an
    eighth of it.
    """
    reach = _reach(tail, _log_ratio_variance(units.size * units.target, units.size) + tau2)
    return units.target * np.exp(-reach), units.target * np.exp(reach)


PROPORTION = FunnelScale(
    variance=_arcsine_variance,
    away=lambda units: _angle(units.counted / units.size) - _angle(units.target),
    limits=arcsine_limits,
)
SHMI = FunnelScale(
    variance=lambda units: 1 / _expected(units),
    away=lambda units: np.log(units.counted / _expected(units)),
    limits=log_limits,
    exact=exact_limits,
    truncates=True,
    rounds=True,
)
CQC = FunnelScale(
    variance=lambda units: 1 / (4 * _expected(units)),
    away=lambda units: np.sqrt(units.counted / _expected(units)) - 1,
    limits=root_limits,
    exact=exact_limits,
)
COUNTS = FunnelScale(
    variance=lambda units: _log_ratio_variance(units.counted, units.size),
    away=lambda units: np.log((units.counted + 0.5) / (units.size + 0.5)) - np.log(units.target),
    limits=log_ratio_limits,
)
