"""Each rule on the smallest series that shows it. Baseline points fix the limits so that the tail can be read off."""

import polars as pl
import pytest

from measures.capability import RULE_SETS, Chart, limits

# Twelve points alternating 9 and 11: centre 10, mean range 2, limits 10 ± 5.32, halfway 12.66 and 7.34.
STEADY = [9.0, 11.0] * 6


def tail(values, chart=None, **columns):
    """Signals and completions of the points after twelve steady ones."""
    every = STEADY + values
    frame = pl.DataFrame({"value": every, "baseline": [i < len(STEADY) for i in range(len(every))]})
    excluded = columns.get("excluded", [])
    frame = frame.with_columns(excluded=pl.Series([i - len(STEADY) in excluded for i in range(len(every))]))
    points = limits(frame, chart or Chart()).points[len(STEADY) :]
    return points["signals"].to_list(), points["completes"].to_list()


def where(lists, rule):
    return [i for i, names in enumerate(lists) if rule in names]


def test_a_point_on_a_limit_is_no_signal_and_one_just_beyond_it_is():
    assert tail([15.32])[0] == [[]]
    assert tail([15.3200001])[0] == [["outside_limits"]]
    assert tail([4.68])[0] == [[]]
    assert "outside_limits" in tail([4.6799999])[0][0]


def test_a_step_beyond_the_range_limit_marks_the_later_point():
    signals, completes = tail([13.0, 6.4])  # 6.6 against 3.268 × 2 = 6.536; both points inside their limits
    assert signals[1] == completes[1] == ["range_outside_limit"]
    assert "range_outside_limit" not in signals[0]


def test_seven_on_one_side_are_no_run_eight_are():
    assert where(tail([9.5] + [10.5] * 7)[0], "run") == []
    signals, completes = tail([9.5] + [10.5] * 9)
    assert where(signals, "run") == list(range(1, 10))
    assert where(completes, "run") == [8, 9]


def test_a_point_on_the_centre_neither_counts_nor_breaks_a_run():
    signals, completes = tail([9.5] + [10.5] * 4 + [10.0] + [10.5] * 4)
    assert where(signals, "run") == [1, 2, 3, 4, 6, 7, 8, 9]
    assert where(completes, "run") == [9]


def test_a_missing_or_excluded_point_ends_a_run():
    gap = [9.5] + [10.5] * 4 + [None] + [10.5] * 4
    assert where(tail(gap)[0], "run") == []
    kept = [9.5] + [10.5] * 9
    assert where(tail(kept, excluded=[5])[0], "run") == []
    assert where(tail(kept)[0], "run") != []


@pytest.mark.parametrize("length", [2, 5, 7, 12])
def test_the_length_of_a_run_can_be_chosen(length):
    values = [9.5] + [10.5] * length + [9.5]
    assert where(tail(values, Chart(run_length=length))[0], "run") == list(range(1, length + 1))
    assert where(tail(values, Chart(run_length=length + 1))[0], "run") == []


def test_three_of_four_beyond_halfway_to_the_same_limit():
    signals, completes = tail([9.5, 13.0, 13.0, 9.5, 13.0])
    assert where(signals, "near_limit") == [1, 2, 3, 4]
    assert where(completes, "near_limit") == [4]


def test_opposite_sides_or_exactly_halfway_are_not_near_a_limit():
    assert where(tail([9.5, 13.0, 13.0, 9.5, 7.0])[0], "near_limit") == []
    assert where(tail([9.5, 12.66, 12.66, 12.66, 12.66])[0], "near_limit") == []


def test_the_window_of_four_holds_four_known_points_of_one_phase():
    assert where(tail([13.0, 13.0, None, 13.0])[0], "near_limit") == []
    frame = pl.DataFrame({"value": [*STEADY, 13.0, 13.0, *STEADY], "phase": [1] * 13 + [2] * 13})
    assert where(limits(frame, Chart()).points["signals"], "near_limit") == []


def test_a_new_phase_restarts_runs_ranges_and_limits():
    values = [1.0, 3.0] * 5 + [11.0, 13.0] * 5
    one = limits(pl.DataFrame({"value": values}), Chart()).points
    assert where(one["signals"], "run") == list(range(20))
    two = limits(pl.DataFrame({"value": values, "phase": [1] * 10 + [2] * 10}), Chart()).points
    assert two["moving_range"][10] is None
    assert two["centre"].to_list() == [2.0] * 10 + [12.0] * 10
    assert two["signals"].list.len().sum() == 0


def test_a_run_chart_signals_a_long_run_and_few_crossings():
    # 20 useful points: a run may be 7 long, and 6 crossings are needed (Anhøj & Olesen 2014).
    allowed = [1] * 7 + [9] * 3 + [1, 9] * 3 + [9] * 4
    assert limits(pl.DataFrame({"value": allowed}), Chart("run")).points["signals"].list.len().sum() == 0
    long = [1] * 8 + [9] * 3 + [1, 9] * 2 + [9] * 5
    points = limits(pl.DataFrame({"value": long}), Chart("run")).points
    assert where(points["signals"], "long_run") == list(range(8))
    assert where(points["completes"], "long_run") == [7]
    few = [1, 1, 1, 1, 1, 9, 9, 9, 9, 9] * 2
    points = limits(pl.DataFrame({"value": few}), Chart("run")).points
    assert where(points["signals"], "few_crossings") == list(range(20))
    assert where(points["completes"], "few_crossings") == [19]
    assert where(points["signals"], "long_run") == []


def test_each_rule_set_says_what_it_costs_in_false_alarms():
    assert "one point in 83" in RULE_SETS["wheeler"].cost
    assert all(rule_set.cost for rule_set in RULE_SETS.values())
