"""How far a count may lie from what was expected of it by chance alone, exactly, however few were expected.

The limits of a count expected to be E are those between which E events would be thought compatible with chance: half
the chi-square quantiles with 2E and 2E + 2 degrees of freedom (Garwood 1936, Biometrika 28; as the Summary
Hospital-level Mortality Indicator uses them). E need not be whole.
"""

from __future__ import annotations

from math import lgamma, log, sqrt
from statistics import NormalDist

import numpy as np

Numbers = np.ndarray

# From here on the series in 1/√ν of Goldberg & Levine (1946, Annals of Mathematical Statistics 17) differs from the
# exact quantile by less than a part in 10⁹.
MANY = 100.0
CLOSE = 1e-8  # a step this small leaves an error of its square
STEPS = 60
TERMS = 3_000


def count_limits(expected: Numbers, tail: float) -> tuple[Numbers, Numbers]:
    """The lowest and highest counts that chance alone explains.

    Args:
        expected: counts expected, above 0. Each different number is worked out once.
        tail: the chance left beyond each limit: 0.025 for 95% limits, 0.001 for 99.8%.

    Returns:
        Two arrays of counts, as long as `expected`.

    >>> low, high = count_limits(np.array([10.0]), 0.025)
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (4.7954, 18.3904)
    """
    different, place = np.unique(expected, return_inverse=True)
    low, high = gamma_quantile(different, tail, upper=False), gamma_quantile(different + 1.0, tail, upper=True)
    return low[place], high[place]


def gamma_quantile(shape: Numbers, tail: float, *, upper: bool) -> Numbers:
    """The value beyond which (`upper`) or below which `tail` of a gamma distribution lies."""
    found = np.empty_like(shape)
    many = shape >= MANY
    z = NormalDist().inv_cdf(1 - tail if upper else tail)
    found[many] = _far_along(2 * shape[many], z) / 2
    found[~many] = _newton(shape[~many], tail, z, upper=upper)
    return found


def _far_along(freedom: Numbers, z: float) -> Numbers:
    """The chi-square quantile of many degrees of freedom."""
    root = np.sqrt(freedom)
    return (
        freedom
        + sqrt(2) * z * root
        + 2 * (z**2 - 1) / 3
        + (z**3 - 7 * z) / (9 * sqrt(2) * root)
        - (6 * z**4 + 14 * z**2 - 32) / (405 * freedom)
        + (9 * z**5 + 256 * z**3 - 433 * z) / (4860 * sqrt(2) * freedom * root)
        + (12 * z**6 - 243 * z**4 - 923 * z**2 + 1472) / (25515 * freedom**2)
        - (3753 * z**7 + 4353 * z**5 - 289517 * z**3 - 289717 * z) / (9185400 * sqrt(2) * freedom**2 * root)
    )


def _newton(shape: Numbers, tail: float, z: float, *, upper: bool) -> Numbers:
    """Newton's method on the logarithm of the tail against the logarithm of the value.

    The logarithm of either tail is concave there, so a start too far out comes back without overshooting.
    """
    log_gamma = np.array([lgamma(one) for one in shape.tolist()])
    # The lower tail of a small shape is xᵃ ÷ Γ(a + 1), and Newton's steps from there never overshoot.
    start = np.log(_far_along(2 * np.maximum(shape, 4.0), z) / 2)
    value = start if upper else np.where(shape < 4, (log(tail) + log_gamma + np.log(shape)) / shape, start)
    log_tail, sign = (_log_above, -1.0) if upper else (_log_below, 1.0)
    for _ in range(STEPS):
        tails = log_tail(shape, value, log_gamma)
        slope = sign * np.exp(shape * value - np.exp(value) - log_gamma - tails)  # density × x ÷ tail
        step = (tails - log(tail)) / slope
        value = value - step
        if not np.any(np.abs(step) > CLOSE * np.maximum(1.0, np.abs(value))):
            break
    return np.exp(value)


def _log_below(shape: Numbers, log_at: Numbers, log_gamma: Numbers) -> Numbers:
    """Log of the chance of less: the series xᵃe⁻ˣ ÷ Γ(a + 1) × (1 + x/(a+1) + x²/((a+1)(a+2)) + …)."""
    at = np.exp(log_at)
    total = np.ones_like(shape)
    term = np.ones_like(shape)
    for n in range(1, TERMS):
        term = term * at / (shape + n)
        total = total + term
        if np.all(term <= 1e-17 * total):
            break
    return shape * log_at - at - log_gamma - np.log(shape) + np.log(total)


def _log_above(shape: Numbers, log_at: Numbers, log_gamma: Numbers) -> Numbers:
    """Log of the chance of more, by Legendre's continued fraction (Lentz's method)."""
    at = np.exp(log_at)
    b = at + 1 - shape
    c = np.full_like(shape, 1e300)
    d = 1 / b
    fraction = d
    for n in range(1, TERMS):
        a = -n * (n - shape)
        b = b + 2
        d = 1 / (a * d + b)
        c = b + a / c
        change = d * c
        fraction = fraction * change
        if np.all(np.abs(change - 1) <= 1e-15):
            break
    return shape * log_at - at - log_gamma + np.log(fraction)
