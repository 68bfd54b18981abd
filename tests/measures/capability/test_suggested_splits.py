"""Where a split is suggested: a shift that stays, and nothing that later points take back."""

import random
from datetime import date, timedelta

import polars as pl
import pytest

from measures.capability import Chart
from measures.capability.kinds import KINDS
from measures.capability.suggestions import suggest_splits

FIRST = [10.0, 12.0, 11.0, 9.0, 10.0, 13.0, 11.0, 10.0, 12.0, 9.0, 11.0]
LOW = [*FIRST, 10.0, 12.0, 11.0, 9.0, 13.0, 10.0, 11.0, 12.0, 10.0, 12.0, 10.0]
HIGH = [value + 8 for value in LOW]


def rows(values, chart=None, **options):
    frame = values if isinstance(values, pl.DataFrame) else pl.DataFrame({"value": values})
    return [found.row for found in suggest_splits(frame, chart or Chart(), **options)]


def test_a_shift_that_stays_is_suggested_at_its_first_point_with_the_evidence():
    start = date(2025, 1, 6)
    days = [start + timedelta(7 * i) for i in range(44)]
    (found,) = suggest_splits(pl.DataFrame({"at": days, "value": LOW + HIGH}), Chart())
    assert found.row == 22
    assert found.at == days[22]
    assert found.higher
    assert found.run == 22
    assert found.centre_before == pytest.approx(sum(LOW[:21]) / 21)
    assert found.evidence == (
        "From 9 June 2025 on, 22 points in a row lie higher than before (middle 18.86, before 10.86), "
        "and nothing since takes it back. What happened here?"
    )


def test_no_shift_no_suggestion():
    assert rows(LOW * 3) == []
    assert rows([7.0] * 60) == []


def test_a_shift_that_comes_back_is_no_new_process():
    assert rows(LOW + HIGH[:12] + LOW) == []


def test_a_shift_whose_newest_points_are_turning_back_waits():
    back = [10.0, 11.0, 10.0]
    assert rows(LOW + HIGH[:18] + back) == []
    assert rows(LOW + HIGH[:18] + back + HIGH) == [22]


def test_two_shifts_are_two_suggestions():
    assert rows(LOW + HIGH + [value + 20 for value in LOW]) == [22, 44]


def test_too_few_points_after_a_shift_suggest_nothing_yet():
    assert rows(LOW + HIGH[:20]) == []
    assert rows(LOW + HIGH[:21]) == [22]
    assert rows(LOW + HIGH[:13], period=12) == [22]


def test_a_run_shorter_than_asked_is_no_shift():
    assert rows(LOW + HIGH, run=8) == rows(LOW + HIGH, run=20) == [22]


def test_points_far_outside_are_left_out_of_the_limits_that_are_tried():
    wild = LOW.copy()
    wild[3], wild[9] = 90.0, 75.0
    (found,) = suggest_splits(pl.DataFrame({"value": wild + HIGH}), Chart())
    assert found.centre_before < 12
    (kept,) = suggest_splits(pl.DataFrame({"value": wild + [value + 20 for value in HIGH]}), Chart(), leave_out=0)
    assert kept.centre_before > 17


def test_missing_and_excluded_points_are_passed_over_and_the_row_is_the_tables():
    frame = pl.DataFrame({"value": [None, *LOW, 99.0, *HIGH]}).with_columns(excluded=pl.int_range(pl.len()) == 23)
    assert rows(frame) == [24]


def test_series_and_phases_are_searched_each_on_its_own():
    frame = pl.DataFrame({"series": ["a"] * 44 + ["b"] * 44, "value": LOW + HIGH + HIGH + HIGH})
    found = suggest_splits(frame, Chart())
    assert [(each.series, each.row) for each in found] == [("a", 22)]
    split = frame.with_columns(phase=pl.Series([1] * 22 + [2] * 22 + [1] * 44))
    assert suggest_splits(split, Chart()) == []


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for kind, about in KINDS.items()
        if not (about.needs_subgroup or about.outside_only) and kind != "xmr_trended"
    ],
)
def test_every_kind_with_a_level_is_searched(kind):
    values = LOW + [value + 30 for value in LOW]
    (found,) = suggest_splits(pl.DataFrame({"value": values, "of": [100] * 44}), Chart(kind))
    assert found.row == 22
    assert ("40.9%" in found.evidence) is (kind in ("p", "p_prime"))


def test_shuffled_noise_seldom_suggests():
    dice = random.Random(5)
    found = sum(bool(rows([dice.gauss(0, 1) for _ in range(52)])) for _ in range(60))
    assert found <= 12


@pytest.mark.parametrize(
    ("chart", "options", "says"),
    [(Chart("s"), {}, "not suggested on a s"), (Chart(), {"period": 5}, "a run of 8")],
)
def test_what_cannot_be_searched_is_refused(chart, options, says):
    with pytest.raises(ValueError, match=says):
        suggest_splits(pl.DataFrame({"value": [1.0], "subgroup": [1]}), chart, **options)


def test_no_points_no_suggestion():
    assert suggest_splits(pl.DataFrame({"value": []}, schema={"value": pl.Float64}), Chart()) == []
    assert rows([None] * 50) == []
