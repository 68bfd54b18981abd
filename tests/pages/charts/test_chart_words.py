"""What a chart says without its picture."""

from datetime import date

import pytest
from series_by_hand import series

from pages.charts import words


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        (0.618, "share", "62%"),
        (0.042, "share", "4.2%"),
        (0.0, "share", "0%"),
        (1204.0, "count", "1,204"),
        (3.14, "rate", "3.1"),
        (26.9, "duration", "27"),
        (12.2, "whole", "12"),
        (None, "count", "not known"),
    ],
)
def test_figures_read_as_people_say_them(value, kind, said):
    assert words.figure(value, kind) == said


@pytest.mark.parametrize(
    ("every", "said"),
    [
        ("week", "week of 4 May 2026"),
        ("month", "May 2026"),
        ("quarter", "May to July 2026"),
        ("year", "2026"),
        ("day", "4 May 2026"),
    ],
)
def test_periods_have_names(every, said):
    assert words.period(date(2026, 5, 4), every) == said


def test_the_alternative_holds_sentence_signals_and_last_value():
    points = series([0.5, 0.8, 0.4, 0.6, 0.55], signals={1: ["near_limit", "outside_limits"]}, young=1)
    said = words.alternative("Failure demand", "Between 30% and 70%.", points, kind="share", every="week")
    assert said == (
        "Failure demand by week, week of 4 May 2026 to week of 1 June 2026. Between 30% and 70%. "
        "Signals: week of 11 May 2026, 80%, outside the limits. "
        "Last known value: 60%, week of 25 May 2026. 1 later week not yet known."
    )


def test_a_signal_of_an_excluded_or_unknown_point_is_not_told():
    points = series([0.5, 0.9, 0.9], signals={1: ["outside_limits"], 2: ["outside_limits"]}, excluded=(1,), young=1)
    assert words.signal_list(points, kind="share", every="week") == "No signals."


def test_direction_decides_the_colour_and_neither_has_none():
    assert words.direction(0.8, 0.5, "higher") == "better"
    assert words.direction(0.8, 0.5, "lower") == "worse"
    assert words.direction(0.2, 0.5, "neither") == "signal"
