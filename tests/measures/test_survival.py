"""Time until it happens, those still waiting included: against lifelines, and by hand."""

from __future__ import annotations

import math
import warnings
from random import Random

import polars as pl
import pytest

from measures.survival import quantiles, share_by, survival, wilson

HOW_MANY = 1000


def cohorts() -> pl.DataFrame:
    """A thousand groups: ties, instants, all open, none open, one person, half met at once."""
    chance = Random(20140301)
    rows = []
    for cohort in range(HOW_MANY):
        people = chance.choice((1, 1, 2, 3, 8, 30, 80))
        met = chance.choice((0.0, 0.2, 0.5, 0.8, 1.0))
        whole = chance.random() < 0.6  # whole days make ties
        for _ in range(people):
            days = chance.randrange(12) if whole else chance.expovariate(1 / 40)
            rows.append((cohort, float(days), chance.random() < met))
    return pl.DataFrame(rows, schema=["cohort", "days", "met"], orient="row")


def fitted(told: pl.DataFrame) -> dict[int, tuple]:
    """The same cohorts as lifelines fits them."""
    from lifelines import KaplanMeierFitter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of lifelines and pandas, about each other
        return {
            cohort: KaplanMeierFitter().fit(rows["days"].to_numpy(), rows["met"].to_numpy())
            for (cohort,), rows in told.partition_by("cohort", as_dict=True).items()
        }


def disagreeing(told: pl.DataFrame, quantile: float, fits: dict) -> dict:
    """The cohorts of which we and lifelines say something else."""
    ours = dict(quantiles(told.lazy(), (quantile,), ("cohort",)).collect().drop_nulls().rows())
    assert 0 < len(ours) < len(fits)  # some never get there
    differ = {}
    for cohort, fit in fits.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # ours reads S ≤ 1 − q + 1e-9, so that a half that rounding put at 0.5000000000000001 is a half
            theirs = fit.percentile(1 - quantile + 1e-9)
        if ours.get(cohort, math.inf) != pytest.approx(theirs, abs=1e-12):
            differ[cohort] = (ours.get(cohort), theirs)
    return differ


def test_quantiles_of_a_hundred_cohorts_agree_with_lifelines():
    told = cohorts().filter(pl.col("cohort") % 10 == 0)
    fits = fitted(told)
    for quantile in (0.25, 0.5, 0.75):
        assert disagreeing(told, quantile, fits) == {}


@pytest.mark.slow  # lifelines takes half a minute to fit a thousand
def test_quantiles_of_a_thousand_cohorts_agree_with_lifelines():
    told = cohorts()
    fits = fitted(told)
    assert len(fits) == HOW_MANY
    for quantile in (0.25, 0.5, 0.75):
        assert disagreeing(told, quantile, fits) == {}


def test_curves_and_intervals_agree_with_lifelines():
    told = cohorts().filter(pl.col("cohort") % 20 == 0)
    for cohort, fit in fitted(told).items():
        rows = told.filter(pl.col("cohort") == cohort).select("days", "met")
        ours = share_by(rows.lazy(), happened=False)
        for x, value, low, high, at_risk, events in ours.rows():
            assert value == pytest.approx(fit.survival_function_.loc[x].iloc[0], abs=1e-9)
            if x > 0:
                assert (at_risk, events) == tuple(fit.event_table.loc[x, ["at_risk", "observed"]])
            if 0 < value < 1:
                assert (low, high) == pytest.approx(tuple(fit.confidence_interval_.loc[x]), abs=1e-6)


def test_one_cohort_by_hand():
    rows = pl.DataFrame({"days": [1, 2, 2, 3, 5], "met": [True, True, False, False, True]}).lazy()
    steps = survival(rows).collect()
    # day 1: 4 of 5 stay; day 2: 3 of 4, though the one still waiting at 2 leaves afterwards; day 5: the last is met
    assert steps["x"].to_list() == [1, 2, 5]
    assert steps["at_risk"].to_list() == [5, 4, 1]
    assert steps["survival"].to_list() == pytest.approx([0.8, 0.6, 0.0])
    assert quantiles(rows, (0.5, 0.4)).collect().rows() == [(5, 2)]


def test_exactly_half_is_half():
    assert quantiles(pl.LazyFrame({"days": [3, 9], "met": [True, True]}), (0.5,)).collect().item() == 3


def test_fewer_than_half_have_no_median():
    rows = pl.LazyFrame({"days": [3, 9, 9], "met": [True, False, False]})
    assert quantiles(rows, (0.5,)).collect().item() is None
    curve = share_by(rows).select("x", "value", "at_risk", "events").rows()
    assert curve[1:] == [
        (3.0, pytest.approx(1 / 3), 3, 1),
        (9.0, pytest.approx(1 / 3), 2, 0),
    ]  # two watched for nine days


def test_the_curve_begins_with_nobody_met():
    rows = pl.LazyFrame({"days": [3.0], "met": [True]})
    assert share_by(rows).select("x", "value", "at_risk", "events").rows() == [(0.0, 0.0, 1, 0), (3.0, 1.0, 1, 1)]


def test_the_order_of_people_changes_nothing():
    told = cohorts()
    shuffled = told.sample(fraction=1, shuffle=True, seed=3)
    ours, again = (quantiles(rows.lazy(), (0.5,), ("cohort",)).collect().sort("cohort") for rows in (told, shuffled))
    assert ours.equals(again)


def wilson_by_formula(k: int, n: int) -> tuple[float, float]:
    """The roots of (p − π)² = z² π(1 − π)/n, solved as a quadratic (Wilson 1927), with z from the error function."""
    low, high = 1.0, 3.0
    for _ in range(80):  # the 97.5% point of the normal, by bisection
        z = (low + high) / 2
        low, high = (z, high) if math.erf(z / math.sqrt(2)) < 0.95 else (low, z)
    a, b, c = 1 + z * z / n, -(2 * k / n + z * z / n), (k / n) ** 2
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def test_wilson_is_the_root_of_its_equation():
    pairs = [(k, n) for n in (1, 2, 7, 20, 84, 1000) for k in range(0, n + 1, max(1, n // 7))]
    frame = pl.DataFrame(pairs, schema=["k", "n"], orient="row")
    ours = frame.select(
        *(bound.alias(name) for bound, name in zip(wilson(pl.col("k"), pl.col("n")), "lh", strict=True))
    )
    for (k, n), (low, high) in zip(pairs, ours.rows(), strict=True):
        assert (low, high) == pytest.approx(wilson_by_formula(k, n), abs=1e-9)


def test_wilson_as_printed():
    """Newcombe 1998, Statistics in Medicine 17, table I: 81 of 263, and 0 of 20."""
    one = pl.DataFrame({"k": [81, 0], "n": [263, 20]})
    low, high = wilson(pl.col("k"), pl.col("n"))
    assert one.select(low=low, high=high).rows() == [
        pytest.approx((0.2553, 0.3662), abs=5e-5),
        pytest.approx((0.0, 0.1611), abs=5e-5),
    ]
