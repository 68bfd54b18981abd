"""Measures read together say, each, exactly what they say alone: points, limits, phases, caveats and sentences."""

from __future__ import annotations

import dataclasses
from datetime import date

import polars as pl
import pytest
from hand_tables import MONDAY, closed, coded, demand, told
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from measures.capability import Change, Chart, judge_changes, judge_each, limits, limits_each, stacked
from measures.catalogue import MEASURES
from measures.model.principal import LOCAL, Principal
from measures.reading import ReadingError, Request, read, read_each

SERIES = [
    name for name, measure in MEASURES.items()
    if "series" in measure.readings and ("core" in measure.tags or name in ("value_demand", "front_doors", "cycles_per_need"))
]  # fmt: skip
START = 20577  # 4 May 2026


def town(weeks: int = 40, change: int | None = None, of: int = 7):
    """Each week some ask, of two services; most failure comes before the change."""
    asked, ends, classes = [], [], []
    for week in range(weeks):
        for place in range(of if week % 5 else of + 3):
            who = f"{week}-{place}"
            day = 7 * week + place % 5
            asked.append(demand(who, day, person=who, service="housing" if place % 3 else "health"))
            if place % 4:
                ends.append(closed(day + 2 + place, person=who))
            late = change is not None and week >= change
            classes.append(coded(who, "failure" if place % (5 if late else 2) == 0 else "value"))
    new = {
        "change_id": "c",
        "service": None,
        "from_day": MONDAY + 7 * (change or 0),
        "what": "One team",
        "judgement_id": 1,
    }
    changes = {} if change is None else {"change": [new]}
    return told(*asked, activities=ends, classification=classes, seen=7 * weeks + 200, **changes)


def alike(one, other):
    for field in dataclasses.fields(one):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if isinstance(mine, pl.DataFrame):
            assert_frame_equal(mine, theirs, rel_tol=1e-12)
        else:
            assert mine == theirs, field.name


@pytest.mark.parametrize(("change", "who"), [(None, LOCAL), (20, LOCAL), (35, Principal("r", "regulator"))])
def test_a_review_of_all_measures_says_what_each_says_alone(change, who):
    records = town(change=change)
    asked = [Request(measure=name, shape="series") for name in SERIES]
    asked += [Request(measure="failure_demand", shape="series", split="service"),
              Request(measure="failure_demand_share", shape="series", rules="nhs"),
              Request(measure="failure_demand", shape="series", period="quarter"),
              Request(measure="value_demand", shape="series", since=date(2026, 9, 1))]  # fmt: skip
    for request, together in zip(asked, read_each(records, asked, who), strict=True):
        alike(together, read(records, request, who))


def test_an_unknown_measure_among_several_is_a_sentence():
    with pytest.raises(ReadingError, match="there is no measure"):
        read_each(town(8), [Request(measure="failure_demand"), Request(measure="failure_demands")], LOCAL)


def sheet(values, of=None):
    frame = pl.DataFrame(
        {"series": ["all"] * len(values), "at": [START + 7 * i for i in range(len(values))], "value": values}
    )
    return frame if of is None else frame.with_columns(of=pl.lit(float(of)))


numbers = st.lists(st.one_of(st.none(), st.integers(0, 12).map(float)), min_size=1, max_size=40)


@settings(max_examples=15)
@given(
    st.lists(numbers, min_size=2, max_size=4),
    st.lists(st.integers(0, 40), max_size=3),
    st.sampled_from(["xmr", "p_prime", "run"]),
)
def test_series_judged_in_one_pass_are_judged_as_if_alone(several, days, kind):
    sheets = [sheet(values, 12 if kind == "p_prime" else None).cast({"value": pl.Float64}) for values in several]
    changes = [Change(START + 7 * day, f"change {day}") for day in days]
    for one, other in zip(judge_each(sheets, Chart(kind=kind), changes), sheets, strict=True):
        alone = judge_changes(other, Chart(kind=kind), changes)
        assert_frame_equal(one.points, alone.points, rel_tol=1e-9)
        assert_frame_equal(one.phases, alone.phases, rel_tol=1e-9)
        assert one.caveats == alone.caveats
    each = limits_each(stacked(sheets), Chart(kind=kind))
    for place, other in enumerate(sheets):
        assert each[str(place)].caveats == limits(other, Chart(kind=kind)).caveats


def test_a_series_that_does_not_fit_its_chart_leaves_the_others_theirs():
    """One series alone cannot be read as shares; the others keep their own chart, and it says so itself."""
    good, bad = sheet([3.0, 4.0] * 8, 12), sheet([3.0, 14.0] * 8, 12)
    with pytest.raises(ValueError, match="above 'of'"):
        judge_each([good, bad], Chart(kind="p_prime"), [Change(START + 30, "x")])
