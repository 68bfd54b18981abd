"""Needs met for each week of full-time staff. Day 0 is a Monday; a week is dated on its Monday."""

from random import Random

import pytest
from hand_tables import MONDAY, act, closed, demand, matures, observed, owned, reading, told
from hypothesis import Phase, given, settings
from hypothesis import strategies as st


def week(number: int, team: str = "red", full_time: float | None = 5.0) -> dict:
    return {
        "team_week": f"{team}/{number}",
        "team": team,
        "week_day": MONDAY + 7 * number,
        "full_time_equivalents": full_time,
    }


def need(name: str, first: int, end: int | None, team: str | None = "red", end_kind: str = "met", **more):
    """A need that a team began work on the same day, and how it ended: demand, activity and the source's need."""
    done = [act("do", first, name, need_id=name, team=team)] if team else []
    kind = {} if end is None else {"met_basis": "asked"}
    return (
        demand(f"{name}-asks", first, more.pop("person", name), need_id=name),
        done,
        owned(name, first, end, end_kind, **kind),
    )


def office(*needs, staffing=(), seen=100):
    return told(
        *(row for row, _, _ in needs), activities=[row for _, done, _ in needs for row in done],
        source_needs=[row for _, _, row in needs], staffing=list(staffing), seen=seen,
    )  # fmt: skip


def working():
    return office(
        need("a", 0, 3), need("b", 0, 13),  # met in the first week, and on the Sunday of the second
        need("c", 0, 20),  # met in a week that nobody wrote staffing down for
        need("d", 0, 5, team=None), need("e", 0, 5, team="blue"),  # nobody knows who worked on it; no staffing of that team
        need("f", 0, 5, end_kind="screened_out"), need("g", 0, None),  # turned away; still open
        need("h", 8, 5),  # ended before it began
        need("i", 0, 9, person=None),  # of nobody known: met all the same
        staffing=[week(0), week(1, full_time=4.0), week(3), week(4, full_time=None), week(5, full_time=-1.0), week(20)],
    )  # fmt: skip


def test_by_hand():
    rows = observed("needs_met_per_fte", working())
    counted = {name: (row["numerator"], row["denominator"]) for name, row in rows.items() if not row["unknown"]}
    assert counted == {
        "a": (1, 0), "b": (1, 0), "i": (1, 0), "red/0": (0, 5), "red/1": (0, 4), "red/3": (0, 5),
    }  # fmt: skip
    assert {name for name, row in rows.items() if row["unknown"]} == {"c", "d", "e", "h", "red/4", "red/5"}


def test_by_week():
    table = reading("needs_met_per_fte", working()).table
    rows = table.select("numerator", "denominator", "value").rows()
    assert rows[:4] == [(1, 5, 1 / 5), (2, 4, 2 / 4), (0, 0, None), (0, 5, 0)]


def test_a_week_belongs_whole_to_the_month_it_begins_in():
    """Monday 26 January to Sunday 1 February 2026: a need met on 1 February stands over the staff of that week."""
    table = reading("needs_met_per_fte", office(need("a", 0, 27), staffing=[week(3)]), period="month").table
    assert table.select("numerator", "denominator").rows() == [(1, 5)]


def test_a_team_by_itself():
    table = reading(
        "needs_met_per_fte", office(need("a", 0, 3), need("e", 0, 5, team="blue"), staffing=[week(0), week(0, "blue", 2.0)]),
        shape="breakdown", split="team",
    ).table  # fmt: skip
    assert dict(table.select("team", "value").rows()) == {"red": pytest.approx(0.2), "blue": pytest.approx(0.5)}


def test_where_nobody_asked_it_says_closed_and_waits():
    records = told(
        demand("a", 0), activities=[act("do", 0, team="red", demand_id="a"), closed(3)], staffing=[week(0)], seen=400
    )
    assert matures("needs_met_per_fte", records)["a"] == 183
    assert reading("needs_met_per_fte", records).title == "Closed for good for each full-time week"


@settings(max_examples=3, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(seed=st.integers(0, 10**6))
def test_as_a_loop_says(seed):
    chance = Random(seed)
    ends = {f"n{n}": (chance.choice(("red", "blue")), chance.randint(0, 60)) for n in range(40)}
    staff = {
        (team, number): chance.randint(0, 9) / 2
        for team in ("red", "blue")
        for number in range(9)
        if chance.random() < 0.8
    }
    records = office(
        *(need(name, 0, end, team) for name, (team, end) in ends.items()),
        staffing=[week(number, team, full_time) for (team, number), full_time in staff.items()],
    )
    expected = {}
    for (_, number), full_time in staff.items():
        expected[number] = expected.get(number, 0) + full_time
    met = {number: 0 for number in expected}
    for team, end in ends.values():
        if staff.get((team, end // 7), 0) > 0:
            met[end // 7] += 1
    rows = observed("needs_met_per_fte", records).values()
    for number, full_time in expected.items():
        mine = [row for row in rows if row["day"] == MONDAY + 7 * number]
        assert sum(row["numerator"] for row in mine) == met[number]
        assert sum(row["denominator"] for row in mine) == pytest.approx(full_time)
