"""What is asked of a capability chart, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from measures.model.results import Caveat

Average = Literal["mean", "median"]


@dataclass(frozen=True)
class Chart:
    """How a series is to be read: which chart, whose rules, and from which average.

    Attributes:
        kind: run, xmr, xmr_log, mr, xmr_trended, i_prime, p, p_prime, np, u, u_prime, c, c_prime, xbar, s, g or t.
        rules: the rule set: wheeler, recurring, nhs, western_electric, nelson, anhoej or none. A run chart has no limits, so it
            is read with Anhøj's rules whichever set is named.
        centre: the average drawn in the middle of a chart of single values.
        range: the average of the moving ranges from which such a chart's limits come.
        screening: leave moving ranges above 3.267 times their mean out of the limits (one pass; mean ranges only,
            because the median resists outliers already).
        multiply: the figures are shown times this (1,000 for "per thousand").
        run_length: how many successive points on one side are a signal; None: as the rule set has it (Wheeler: 8).
        trend_length: how many points that only rise, or only fall, are a signal; None: as the rule set has it.
        floor: the least value that can happen, where the kind does not say (waiting days cannot be under 0).
        cap: the greatest value that can happen. Limits beyond floor or cap are shown there and called "no limit".
    """

    kind: str = "xmr"
    rules: str = "wheeler"
    centre: Average = "mean"
    range: Average = "mean"
    screening: bool = True
    multiply: float = 1.0
    run_length: int | None = None
    trend_length: int | None = None
    floor: float | None = None
    cap: float | None = None


@dataclass(frozen=True)
class Limited:
    """Points with their limits and signals, and what a reader must know beside them.

    Attributes:
        points: the rows given (for xbar and s one row a subgroup), in their order, with `value` as plotted,
            `centre, lower, upper, moving_range, range_centre, range_upper, phase, signals, completes, no_lower_limit,
            no_upper_limit, limits_from`. Moving ranges of xmr_log and t are on the scale their limits come from.
        caveats: coded sentences: trial limits, few points, screening, small denominators, overdispersion.
    """

    points: pl.DataFrame
    caveats: tuple[Caveat, ...] = ()
