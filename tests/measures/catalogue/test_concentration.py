"""The share of all that is that of the few: the boundary person counts in part, and residents who never ask count too."""

import numpy as np
import polars as pl
import pytest
from hand_tables import act, at, demand, observed, reading, told
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.catalogue import MEASURES
from measures.concentrated import in_top, lorenz, persistence
from measures.model.measure import Options
from measures.model.principal import Principal

NEW_YEAR = 361  # 1 January 2027; day 0 is Monday 5 January 2026, within the first week: 2026 is covered


def residents(people: int, day: int = 0) -> list[dict]:
    return [{"area_period": "all", "area": "all", "period_day": at(day) // 86_400_000_000, "people": people}]


def asking(people: int = 150):
    """Of 150 residents 1% is one and a half: ann wholly, and half of bob or cyd, who are equal."""
    times = {"ann": 10, "bob": 4, "cyd": 4, "dee": 1}
    return told(
        *(demand(f"{who}{n}", 7 * n, person=who, service="housing") for who, many in times.items() for n in range(many)),
        demand("nobody", 30, person=None, service="housing"),  # nobody knows who
        demand("eve", NEW_YEAR + 5, person="eve", service="health"),  # the year after
        population=residents(people),
        activities=[
            act("do", 0, person="dee", cost_pence=7500), act("do", 2, person="ann", cost_pence=2500),
            act("assess", 5, person="ann", cost_pence=None), act("do", 6, person=None, cost_pence=100),
        ],
        seen=NEW_YEAR + 100,
    )  # fmt: skip


def by_year(records, **request) -> dict:
    rows = reading("concentration", records, shape="series", **request).table
    return {row["period_start"].year: row["value"] for row in rows.to_dicts()}


def test_by_hand():
    found = by_year(asking())
    assert found[2026] == pytest.approx((10 + 0.5 * 4) / 19)
    rows = reading("concentration", asking(), shape="series").table
    assert rows.select("n", "unknown", "mature").rows() == [(4, 1, True), (0, 0, False)]  # 2027 is not over


def test_equals_on_the_boundary_count_alike():
    inside = {
        row["person_key"]: row["inside"]
        for row in observed("concentration", asking()).values()
        if row["year"] == 20_454
    }
    assert sorted(value for value in inside.values() if value is not None) == [0, 0.25, 0.25, 1]


def test_other_lines():
    assert by_year(asking(), line="demands, top 5%")[2026] == 1  # seven and a half: everybody who asked
    assert by_year(asking(100), line="cost, top 1%")[2026] == pytest.approx(0.75)  # dee, whose one activity was dear
    assert by_year(asking(50), line="cost, top 1%")[2026] == pytest.approx(0.375)  # half a person
    assert reading("concentration", asking(), line="cost, top 1%").title.endswith("cost, top 1%")


def test_an_activity_of_nobody_known_is_one_of_average_cost():
    rows = reading("concentration", asking(100), line="cost, top 1%", shape="series").table
    assert rows.select("numerator", "denominator", "unknown").row(0) == (1.5, 2.0, 1)


def test_without_residents_nothing_can_be_told():
    rows = reading("concentration", told(demand("a", 0), demand("b", 400)), shape="series")
    assert rows.table["value"].to_list() == [None, None]
    assert "Nobody knows how many people live there" in {c.code: c.text for c in rows.caveats}["denominator"]
    curve = reading("concentration", told(demand("a", 0)), shape="curve")
    assert curve.sentence.startswith("Nobody knows")


def test_the_denominator_is_said():
    (said,) = [caveat.text for caveat in reading("concentration", asking()).caveats if caveat.code == "denominator"]
    assert said.startswith("Residents: 150 in 2027")


def test_a_year_that_records_begin_in_is_left_out():
    records = told(demand("a", 30), demand("b", NEW_YEAR + 5), population=residents(100), seen=NEW_YEAR + 400)
    assert by_year(records) == {2027: 1}


def test_of_one_service_its_own_few():
    asked = [demand(f"a{n}", n, person="ann", service="housing") for n in range(9)]
    asked += [demand("b", 1, person="bob", service="health"), demand("c", 2, person="cyd", service="health")]
    records = told(*asked, population=residents(100))
    assert by_year(records)[2026] == pytest.approx(9 / 11)
    assert by_year(records, where=(("service", "health"),))[2026] == pytest.approx(1 / 2)
    split = reading("concentration", records, shape="breakdown").table
    assert dict(split.select("service", "value").rows()) == {"housing": 1.0, "health": 0.5}


def test_the_curve_is_of_the_newest_whole_year():
    curve = reading("concentration", asking(), shape="curve")
    held = dict(curve.table.select("x", "value").rows())
    assert (held[0], held[2], held[100]) == (0, pytest.approx(18 / 19), 1)
    assert curve.table["events"].sum() == 4
    assert curve.sentence.startswith("In the newest whole year the 1% of residents with most stand for 63% of all")


def test_a_protected_role_reads_a_share_of_demand_and_not_of_people():
    few = [demand(f"a{n}", n, person="ann") for n in range(21)]
    many = [demand(f"p{n}", n, person=f"p{n}") for n in range(79)]
    rows = reading(
        "concentration", told(*few, *many, population=residents(100)), Principal("reg", "regulator"), shape="series"
    ).table
    assert rows["value"].to_list() == [0.21]


def loop(amounts: list[int], residents_: int, share: float) -> float:
    """One person after the other, those with most first, until the top is full."""
    room, held = share * residents_, 0.0
    for amount in sorted(amounts, reverse=True):
        held += amount * max(0.0, min(1.0, room))
        room -= 1
    return held / sum(amounts)


some = st.lists(st.integers(1, 9), min_size=1, max_size=30)


@settings(max_examples=40, deadline=None)
@given(some, st.integers(0, 400), st.sampled_from((0.01, 0.05, 0.1, 0.5)))
def test_against_a_loop(amounts, never_asked, share):
    people = len(amounts) + never_asked
    totals = pl.DataFrame({"amount": amounts}).with_columns(year=1, residents=people)
    told_by = in_top(totals.lazy(), share, ("year",)).select(pl.col("inside").dot(pl.col("amount")) / pl.sum("amount"))
    assert told_by.collect().item() == pytest.approx(loop(amounts, people, share))
    steps = lorenz(pl.Series(amounts), people, np.array([0, 100 * share, 100]))
    assert steps["value"].to_list() == pytest.approx([0, loop(amounts, people, share), 1])
    assert steps["events"].sum() == len(amounts)


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdefghij"), st.integers(1, 6), min_size=1), st.integers(10, 300))
def test_the_measure_against_a_loop(times, people):
    records = told(
        *(demand(f"{who}{n}", n, person=who) for who, many in times.items() for n in range(many)),
        population=residents(people),
    )
    rows = MEASURES["concentration"].observe(records, Options()).collect()
    assert rows["numerator"].sum() / rows["denominator"].sum() == pytest.approx(
        loop(list(times.values()), people, 0.01)
    )


def test_who_stays_among_the_few():
    rows = pl.DataFrame(
        [(1, 7, 1.0), (1, 8, 1.0), (1, 9, 0.0), (2, 7, 1.0), (2, 9, 1.0), (2, 8, 0.0), (3, 5, 0.5), (3, 7, 0.5), (3, 9, 1.0)],
        schema={"year": pl.Int32, "person_key": pl.Int64, "inside": pl.Float64}, orient="row",
    )  # fmt: skip
    assert persistence(rows).rows() == [(2, 0.5, 2.0, 1), (3, 0.75, 2.0, 2)]


def test_nobody_stays_where_there_is_one_year_or_none():
    rows = pl.DataFrame({"year": [1], "person_key": [7], "inside": [1.0]}, schema_overrides={"year": pl.Int32})
    assert persistence(rows).rows() == []
    assert persistence(rows.clear()).rows() == []
