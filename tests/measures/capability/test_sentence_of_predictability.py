"""The sentence above a chart, as a person reads it."""

from datetime import date

import polars as pl
import pytest

from measures.capability import RULE_SETS, Change, Chart, judge_changes, limits, sentence

START = 20577  # 4 May 2026
SHARE = {"title": "Failure demand", "unit": "of demand", "kind": "share", "better": "lower"}
COUNT = {"title": "Demand", "unit": "demands", "kind": "count", "better": "neither"}
STEADY = [139, 144, 136, 141, 138, 142] * 4  # of 200: 70%, limits 60% and 80%


def weeks(values, of=200, **columns):
    days = [START + 7 * i for i in range(len(values))]
    return pl.DataFrame({"at": days, "value": values, "of": [of] * len(values), **columns})


def said(values, chart=None, changes=None, **words):
    chart = chart or Chart("p")
    if changes is None:
        asked, phases = limits(weeks(values), chart), None
    else:
        asked = judge_changes(weeks(values), chart, changes)
        phases = asked.phases
    return sentence(asked.points, caveats=asked.caveats, phases=phases, **(SHARE | words))


def test_what_is_predictable_and_that_nothing_changed():
    assert said(STEADY) == (
        "Failure demand: between 60% and 80% of demand in any week, as the system now works; last week was 71%. "
        "Nothing has changed since 4 May 2026."
    )


def test_a_measure_may_bring_its_own_words():
    told = said(STEADY, phrase="of demand in any {period} is failure demand")
    assert told.startswith(
        "Between 60% and 80% of demand in any week is failure demand, as the system now works; last week was 71%."
    )


@pytest.mark.parametrize(
    ("better", "worth"), [("lower", ", which is worse"), ("higher", ", which is better"), ("neither", "")]
)
def test_a_point_outside_says_which_way_and_what_it_is_worth(better, worth):
    told = said([*STEADY, 180], better=better)
    assert f"last week was 90%. That is higher than predicted{worth}. Ask what happened." in told
    assert "Nothing has changed" not in told


def test_a_run_says_how_long_and_since_when():
    told = said([*STEADY, 145, *[126] * 9])
    assert "It has been lower for 9 weeks in a row, since 26 October 2026, which is better. Ask what changed." in told


def test_three_of_four_near_a_limit():
    marks = pl.Series([True] * 24 + [False] * 4)
    points = limits(weeks([*STEADY, 138, 154, 155, 156], baseline=marks), Chart("p")).points
    told = sentence(points, **SHARE)
    assert "At least three of the last four weeks were close to the upper limit, which is worse." in told


def test_an_earlier_signal_is_dated():
    told = said([*STEADY[:6], 180, *STEADY[6:]])
    assert "The last signal was in the week from 15 June 2026 (outside the limits); nothing since." in told


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (0, "Failure demand: no figures yet, so nothing can be said."),
        (4, "Failure demand: too few to say what is predictable (4 weeks of the 6 needed); last week was 70%."),
    ],
)
def test_too_few_points_say_so(count, says):
    assert said(STEADY[:count]) == says


def test_trial_limits_say_so():
    assert said(STEADY[:9]).endswith("These limits are on trial: they rest on 9 weeks.")
    assert "trial" not in said(STEADY[:12])


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([199, 200] * 12, "99% or more of demand in any week"),
        ([1, 0] * 12, "up to 1% of demand in any week"),
        ([200] * 12, "always 100% of demand in any week"),
    ],
)
def test_a_limit_where_nothing_can_lie_beyond_is_no_limit(values, says):
    assert says in said(values)


def test_the_inference_holds_where_a_table_carries_only_the_published_columns():
    points = limits(weeks([1, 0] * 12), Chart("p")).points
    published = points.drop("no_lower_limit", "no_upper_limit", "limits_from")
    assert sentence(published, **SHARE) == sentence(points, **SHARE)


def test_counts_and_days_carry_their_units():
    points = limits(weeks([30, 34, 28, 33, 31, 35] * 3), Chart()).points
    assert sentence(points, **COUNT).startswith("Demand: between 20 and 43 demands in any week")
    told = sentence(points, title="Time to meet a need", unit="days", kind="duration", better="lower")
    assert told.startswith("Time to meet a need: between 20 and 43 days in any week")
    assert "last week was 35 days." in told


def test_a_run_chart_has_a_middle_and_no_range():
    told = said(STEADY, Chart("run"), title="Demand", unit="demands", kind="count")
    assert told.startswith("Demand: as many weeks above 140 demands as below it, as the system now works;")


def test_a_value_outside_is_never_rounded_onto_its_limit():
    marks = pl.Series([True] * 24 + [False])
    points = limits(weeks([20.0, 22.0] * 12 + [26.4], baseline=marks), Chart()).points  # limits 21 ± 5.32
    told = sentence(points, title="Time", unit="days", kind="duration")
    assert "between 15.7 and 26.3 days" in told
    assert "last week was 26.4 days. That is higher than predicted." in told


CHANGE = Change(START + 7 * 24, "New form")


def test_the_limits_in_force_after_a_change():
    early = said([*STEADY, 100, 98, 102, 99, 101], changes=[CHANGE])
    assert early.startswith("Failure demand: between 60% and 80%")
    assert (
        "The limits are those from before “New form” on 19 October 2026: "
        "there is a signal against them, but only 5 of 12 points." in early
    )
    none = said(STEADY + STEADY[:5], changes=[CHANGE])
    assert "no difference shown yet, 5 of 12 points." in none
    none = said(STEADY + STEADY[:14], changes=[CHANGE])
    assert "no difference shown yet in 14 points." in none
    late = said(STEADY + [100, 98, 102] * 4, changes=[CHANGE])
    assert "Nothing has changed since 19 October 2026." in late
    assert "Since “New form” on 19 October 2026 the middle has moved from 70% to 50%, which is better." in late


def test_a_split_that_only_a_person_made_claims_no_difference():
    told = said(STEADY + STEADY[:14], changes=[Change(CHANGE.day, "New form", confirmed=True)])
    assert "the middle has hardly moved: 70%. A person set these limits; no signal did." in told
    assert "which is" not in told


def test_what_is_excluded_or_not_yet_known_is_not_spoken_of():
    points = limits(weeks([*STEADY, 199, 3], excluded=[False] * 24 + [True] * 2), Chart("p")).points
    assert "last week was 71%" in sentence(points, **SHARE)
    young = limits(weeks([*STEADY, 145, 199], mature=[True] * 24 + [False] * 2), Chart("p")).points
    assert "last week was 71%" in sentence(young, **SHARE)


def test_an_old_last_week_is_dated_where_today_is_known():
    points = limits(weeks(STEADY), Chart("p")).points
    last = START + 7 * 23
    assert "; last week was" in sentence(points, today=last + 9, **SHARE)
    assert "; the week from 12 October 2026 was 71%." in sentence(points, today=last + 60, **SHARE)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([date(2026, month, 1) for month in range(1, 13)], "in any month"),
        ([date(2026, 5, day) for day in range(1, 13)], "in any day"),
        ([date(2014 + quarter // 4, 1 + quarter % 4 * 3, 1) for quarter in range(12)], "in any quarter"),
    ],
)
def test_the_period_is_read_from_the_points(days, words):
    frame = pl.DataFrame({"period_start": days, "value": [30, 34, 28, 33, 31, 35] * 2})
    assert words in sentence(limits(frame, Chart()).points, **COUNT)


def test_points_without_a_time_still_have_a_sentence():
    points = limits(pl.DataFrame({"value": [1.0, 2.0, 3.0] * 5 + [30.0]}), Chart()).points
    told = sentence(points, title="Time", unit="days", kind="duration", better="lower")
    assert "the last was 30 days. That is higher than predicted, which is worse." in told
    assert "each time" in told


def test_a_single_period_tells_its_length_by_its_end():
    one = pl.DataFrame({"period_start": [date(2016, 1, 1)], "period_end": [date(2016, 12, 31)], "value": [0.87]})
    points = one.with_columns(centre=None, lower=None, upper=None, phase=0, signals=pl.lit([], pl.List(pl.String)))
    assert sentence(points, **SHARE) == "Failure demand: no limits; last year was 87%."


def test_no_limits_says_why():
    frame = pl.DataFrame({"at": [START, START + 7], "value": [0.0, 1.0]}).with_columns(
        pl.lit(None, pl.Float64).alias("centre"), lower=None, upper=None, phase=None, signals=pl.lit([])
    )
    asked = limits(pl.DataFrame({"value": [1.0]}), Chart())
    assert "no limits" in sentence(frame, caveats=asked.caveats, **COUNT).lower()


def test_several_series_say_which_of_them_signal():
    two = pl.concat([weeks(STEADY, series=["care"] * 24), weeks([*STEADY[:23], 180], series=["housing"] * 24)])
    told = sentence(limits(two, Chart("p")).points, **SHARE)
    assert told == "Failure demand: a signal now in 1 of 2 lines: housing. Ask what happened there."
    quiet = pl.concat([weeks(STEADY, series=[name] * 24) for name in "ab"])
    assert sentence(limits(quiet, Chart("p")).points, **SHARE) == "Failure demand: no signal now in any of 2 lines."


# Centre 10, limits 10 ± 5.32 from twelve steady points; thirds of the way at 11.77 and 13.55.
TOLD = {
    "trend": ("nhs", [8.0, 8.5, 9.0, 9.5, 10.5, 11.0, 11.4], "It has only risen for several weeks"),
    "two_in_three": ("nelson", [9.0, 14.0, 14.0], "At least two of the last three weeks were close to the upper limit"),
    "four_in_five": (
        "western_electric",
        [9.0, 12.0, 12.0, 12.5, 12.0],
        "At least four of the last five weeks were well away",
    ),
    "alternating": ("nelson", [9.0, 10.5] * 7, "Up and down in turn: perhaps two sources"),
    "fifteen_inside": ("nelson", [9.9, 10.1, 10.2] * 5, "Fifteen close to the middle: the limits may be wider"),
    "eight_outside": (
        "nelson",
        [12.0, 8.0, 12.5, 12.0, 8.0, 7.5, 12.0, 8.0],
        "Eight away from the middle on both sides",
    ),
}


@pytest.mark.parametrize(("rules", "tail", "says"), TOLD.values(), ids=TOLD.keys())
def test_every_signal_has_its_sentence(rules, tail, says):
    values = [9.0, 11.0] * 6 + tail
    days = [START + 7 * i for i in range(len(values))]
    frame = pl.DataFrame({"at": days, "value": values, "baseline": [i < 12 for i in range(len(values))]})
    told = sentence(limits(frame, Chart(rules=rules)).points, **COUNT)
    assert says in told
    assert "Ask what" in told


@pytest.mark.parametrize("rules", list(RULE_SETS))
def test_a_signal_long_ago_has_a_name_whatever_the_rules(rules):
    values = [9.0, 11.0] * 6 + [
        12.0,
        8.0,
        12.5,
        12.0,
        8.0,
        7.5,
        12.0,
        8.0,
        9.0,
        9.2,
        9.4,
        9.6,
        9.8,
        10.2,
        10.4,
        14.5,
        14.5,
    ]
    values += [9.0, 11.0, 10.5, 9.5, 9.5, 11.0, 11.0, 9.0]
    days = [START + 7 * i for i in range(len(values))]
    frame = pl.DataFrame({"at": days, "value": values, "baseline": [i < 12 for i in range(len(values))]})
    points = limits(frame, Chart(rules=rules)).points
    for name in {name for names in points["signals"] for name in names}:
        only = points.with_columns(
            signals=pl.when(pl.col("signals").list.contains(name)).then(pl.lit([name])).otherwise([])
        )
        assert sentence(only[:-1] if only["signals"][-1].len() else only, **COUNT)
