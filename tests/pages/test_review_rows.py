"""Rows of the review: order, headline, what is new since the last one."""

import json
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from measures.catalogue import MEASURES
from measures.model.records import JUDGEMENTS
from measures.model.time import day_number
from pages.review.making import briefly
from pages.review.questions import read_day
from pages.review.rows import (
    REVIEWED,
    LastReview,
    Row,
    from_text,
    headline,
    last_review,
    seen,
    since,
    text_of,
    weeks_shown,
)

SIGNAL = {"period_start": date(2026, 5, 4), "value": 0.8, "centre": 0.5, "signals": ["outside_limits"]}
CALM = Row("stayed_met", "Stayed met", "Predictable.", "<svg>", None, True, 50, 4, "", {}, "share")
LOUD = replace(CALM, name="failure_demand_share", signal=SIGNAL)
BEFORE = LastReview(date(2026, 5, 1), {"failure_demand_share": None, "stayed_met": None})


def test_a_review_shows_nine_measures_each_with_a_weekly_series():
    assert len(REVIEWED) == 9  # half an hour's talk; more would be a report
    assert all("series" in MEASURES[name].readings and "week" in MEASURES[name].periods for name in REVIEWED)


@pytest.mark.parametrize("row", [LOUD, CALM, replace(LOUD, weeks=(date(2026, 1, 5), date(2026, 5, 4)))])
def test_a_row_comes_back_from_disk_as_it_was(row):
    assert from_text(text_of(row)) == row


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([LOUD, CALM, CALM], "1 of 3 measures needs a conversation; 2 are predictable."),
        ([LOUD, LOUD], "2 of 2 measures need a conversation; none is predictable."),
        ([CALM, CALM], "All 2 measures are predictable: nothing has changed lately."),
        ([CALM, replace(CALM, charted=False)],
         "All 1 measures are predictable: nothing has changed lately. 1 cannot be judged yet."),
        ([replace(CALM, charted=False)], "None of 1 measures can be judged by week yet."),
    ],
)  # fmt: skip
def test_the_headline_counts_conversations(rows, said):
    assert headline(rows) == said


def test_a_row_has_two_sentences_what_to_expect_and_what_signalled():
    sentence = (
        "Between 13% and 49% of demand in any week is failure demand, as the system now works; last week was 17%. "
        "It has been lower for 50 weeks in a row, since 13 January 2025, which is better. Ask what changed. "
        "Since “Redesign: help. At once” on 2 January 2023 the middle has moved from 79% to 31%, which is better. "
        "Numbers are small in places, so take the limits as rough."
    )
    assert briefly(sentence, "Failure demand") == (
        "Between 13% and 49% of demand in any week is failure demand; last week was 17%. "
        "It has been lower for 50 weeks in a row, since 13 January 2025, which is better."
    )
    assert briefly("Demand: no figures yet, so nothing can be said.", "Demand") == (
        "No figures yet, so nothing can be said."
    )


def test_the_weeks_of_an_extract_that_ends_long_ago_are_named():
    newest = day_number(date(2026, 5, 10)) * 86_400_000_000
    current = replace(CALM, weeks=(date(2026, 1, 5), date(2026, 5, 4)))
    old = replace(CALM, weeks=(date(2015, 1, 5), date(2015, 3, 30)))
    assert weeks_shown([current], newest) == "week of 4 May 2026"
    assert weeks_shown([], newest) == "week of 4 May 2026"
    assert weeks_shown([old, CALM], newest) == "weeks of 5 January 2015 to 30 March 2015"


def test_since_the_last_review():
    assert since(LOUD, None) == "What happened here?"
    assert since(CALM, None) == "No signal lately."
    assert since(replace(CALM, charted=False), BEFORE) == ""
    assert since(LOUD, BEFORE) == "New since 1 May 2026. What happened here?"
    again = LastReview(BEFORE.on, json.loads(seen([LOUD])))
    assert since(LOUD, again) == "Continues; looked at 1 May 2026."
    assert since(CALM, BEFORE) == "No change since 1 May 2026."
    assert since(CALM, replace(BEFORE, seen={"stayed_met": "run higher"})) == "Settled since 1 May 2026."


def test_a_signal_on_the_other_side_is_new():
    lower = replace(LOUD, signal=SIGNAL | {"value": 0.1})
    assert since(lower, LastReview(BEFORE.on, json.loads(seen([LOUD])))).startswith("New since")


def test_the_last_review_is_the_newest_of_this_service():
    def one(number, service, day, held):
        return {
            "judgement_id": number,
            "review_id": f"r{number}",
            "service": service,
            "on_day": day_number(day),
            "seen": held,
        }

    reviews = pl.DataFrame(
        [one(1, "", date(2026, 5, 1), "{}"), one(2, "housing", date(2026, 5, 3), '{"a": "run lower"}'),
         one(3, "", date(2026, 5, 8), "not json")],
        schema=JUDGEMENTS["review"],
    )  # fmt: skip
    assert last_review(reviews, "housing") == LastReview(date(2026, 5, 3), {"a": "run lower"})
    assert last_review(reviews, "") == LastReview(date(2026, 5, 8), {})
    assert last_review(reviews, "unheard of") is None


@pytest.mark.parametrize(
    ("text", "day"),
    [("30/11/2026", date(2026, 11, 30)), ("2026-11-30", date(2026, 11, 30)), ("3.1.2026", date(2026, 1, 3)),
     ("31/02/2026", None), ("soon", None), ("", None)],
)  # fmt: skip
def test_dates_as_people_type_them(text, day):
    assert read_day(text) == day
