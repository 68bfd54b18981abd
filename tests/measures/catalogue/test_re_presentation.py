"""Who asks again after their first assessment, and how many times: followed for a year, at any door."""

from collections import Counter

import polars as pl
import pytest
from hand_tables import act, at, demand, figures, matures, observed, reading, told
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.coming_back import mean_cumulative

BOTH = ("re_presentation", "demands_after_assessment")


def assess(name: str, day: int, person: str | None, **more) -> dict:
    return act("assess", day, person=person, name=name, **more)


def assessed():
    """Seen to the end of day 500."""
    return told(
        demand("a0", 0, person="ann"),  # before: not later
        demand("a1", 10, person="ann"),  # the same day: nobody can say which came first
        demand("a2", 40, person="ann", service="health"), demand("a3", 375, person="ann"), demand("a4", 376, person="ann"),
        demand("b1", 376, person="bob"),  # 366 days later
        demand("d1", 480, person="dee"),
        demand("n1", 50, person=None),
        activities=[
            assess("x1", 10, "ann", service="housing"), assess("x2", 60, "ann"),  # followed from the first one
            assess("x3", 10, "bob"), assess("x4", 12, "cyd"), assess("x5", 470, "dee"),  # dee is too young to judge
            assess("x6", 20, None),  # nobody knows who
            act("screen", 5, person="eve", name="x7"),  # no assessment
        ],
        seen=500,
    )  # fmt: skip


def test_by_hand():
    assert figures("re_presentation", assessed()) == {"x1": 1, "x3": 0, "x4": 0, "x5": 1}
    assert figures("demands_after_assessment", assessed()) == {"x1": 2, "x3": 0, "x4": 0, "x5": 1}


@pytest.mark.parametrize("name", BOTH)
def test_it_stands_at_the_end_of_the_window(name):
    assert matures(name, assessed()) == {"x1": 375, "x3": 375, "x4": 377, "x5": 835, "x6": 385}
    assert matures(name, assessed(), window_days=28)["x1"] == 38
    rows = reading(name, assessed(), shape="series", period="year").table
    assert rows.select("n", "unknown", "mature").rows() == [(3, 1, True), (0, 0, False)]


def test_a_demand_that_names_nobody_is_of_the_person_of_its_need():
    records = told(
        demand("a0", 0, "ann", need_id="A"), demand("a1", 30, None, need_id="A"),  # the need says who it was
        demand("b0", 0, "bob", need_id="B"), demand("n1", 30, None, need_id="N"),  # nothing says who it was
        activities=[assess("x1", 10, "ann"), assess("x2", 10, "bob")],
    )  # fmt: skip
    assert figures("re_presentation", records) == {"x1": 1, "x2": 0}
    assert figures("demands_after_assessment", records) == {"x1": 1, "x2": 0}


@pytest.mark.parametrize("name", BOTH)
def test_an_assessment_of_nobody_known_is_unknown(name):
    assert [record for record, row in observed(name, assessed()).items() if row["unknown"]] == ["x6"]


def test_the_window_decides():
    assert figures("re_presentation", assessed(), window_days=366) == {"x1": 1, "x3": 1, "x4": 0, "x5": 1}
    assert figures("re_presentation", assessed(), window_days=29) == {"x1": 0, "x3": 0, "x4": 0, "x5": 1}


def test_times_for_everybody_and_for_those_who_came_back():
    line = {"line": "those who came back"}
    assert figures("demands_after_assessment", assessed(), **line) == {"x1": 2, "x5": 1}
    everybody = reading("demands_after_assessment", assessed(), shape="series", period="year").table
    returned = reading("demands_after_assessment", assessed(), shape="series", period="year", **line)
    assert (everybody["value"][0], returned.table["value"][0]) == (pytest.approx(2 / 3), 2)
    assert "those who came back" in returned.title


def test_the_curve_counts_those_not_seen_for_long():
    """dee is back after 10 of her 30 days; ann after 30; bob after 366; cyd never: 1/4, then 1/4 more of three left."""
    rows = reading("re_presentation", assessed(), shape="curve")
    assert rows.table.select("x", "value").rows() == [
        (0, 0), (10, pytest.approx(1 / 4)), (30, pytest.approx(1 / 2)), (366, pytest.approx(3 / 4)),
        (488, pytest.approx(3 / 4)),
    ]  # fmt: skip
    assert rows.sentence == "Of 100 people who were assessed, 50 asked again within a year."


def test_the_mean_number_of_times():
    rows = reading("demands_after_assessment", assessed(), shape="curve")
    assert rows.table.select("x", "value", "at_risk", "events").rows() == [
        (0, 0, 4, 0), (10, 1 / 4, 4, 1), (30, 1 / 2, 4, 1), (365, pytest.approx(1 / 2 + 1 / 3), 3, 1),
        (366, pytest.approx(1 / 2 + 1 / 3 + 2 / 3), 3, 2),
    ]  # fmt: skip
    assert rows.sentence == "Within a year of their first assessment people asked again 0.8 times on average."
    back = reading("demands_after_assessment", assessed(), shape="curve", line="those who came back")
    assert back.table.select("x", "value").rows() == [(0, 0), (30, 1), (365, 2), (366, 3)]


def test_before_anybody_was_assessed_there_is_nothing():
    assert (
        reading("re_presentation", assessed(), shape="curve", as_of=at(5)).sentence
        == "There are no records for this measure yet."
    )


event = st.tuples(st.integers(0, 60), st.sampled_from(("ann", "bob", "cyd", None)), st.booleans())


@settings(max_examples=30, deadline=None)
@given(st.lists(event, min_size=1, max_size=25), st.integers(1, 40))
def test_against_a_loop(events, window):
    asked = [demand(f"d{n}", day, person=who) for n, (day, who, asks) in enumerate(events) if asks]
    acts = [assess(f"x{n}", day, who) for n, (day, who, asks) in enumerate(events) if not asks]
    records = told(demand("zoe", 0, person="zoe"), *asked, activities=acts)
    first: dict = {}
    for day, who, asks in events:
        if who and not asks:
            first[who] = min(first.get(who, day), day)
    times = {
        who: sum(w == who and asks and 0 < day - start <= window for day, w, asks in events)
        for who, start in first.items()
    }
    found = figures("demands_after_assessment", records, window_days=window)
    assert sorted(found.values()) == sorted(times.values())
    assert sum(figures("re_presentation", records, window_days=window).values()) == sum(n > 0 for n in times.values())


people = st.lists(st.tuples(st.integers(0, 9), st.lists(st.integers(1, 12), max_size=5)), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(people)
def test_the_mean_cumulative_function_against_a_loop(cohort):
    value, expected = 0.0, {0: 0.0}
    for day in range(1, 10):
        times = Counter(later for seen, days in cohort for later in days if later <= seen)[day]
        if times:
            value += times / sum(seen >= day for seen, _ in cohort)
            expected[day] = value
    later = pl.Series([sorted(days) for _, days in cohort], dtype=pl.List(pl.Int32))
    steps = mean_cumulative(later, pl.Series([seen for seen, _ in cohort]))
    assert dict(steps.select("x", "value").rows()) == pytest.approx(expected)
