"""What happens to people who ask: each path, and where the time goes, against a loop that shares no rule with ours."""

from __future__ import annotations

from collections import Counter
from datetime import date

import polars as pl
from hand_tables import act, closed, demand, owned, told
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.model.principal import LOCAL, Principal
from measures.paths import WORDS, follows, paths, waits
from measures.request import Request

ANY = Request("end_to_end_time", shape="curve")


def one_town():
    """Ann is helped at once; Ben is turned away, asks twice more and is met; Cem is assessed and waits; Dan has nothing."""
    return told(
        demand("a", 0), demand("b1", 0, "ben"), demand("b2", 9, "ben"), demand("b3", 20, "ben"), demand("c", 3, "cem"),
        demand("d", 4, "dan"),
        activities=[
            act("administer", 0), act("do", 2), act("assess", 2), closed(5),
            act("screen", 1, "ben", outcome="screened_out"), act("do", 22, "ben"), closed(30, "ben"),
            act("screen", 5, "cem", outcome="screened_in"), act("assess", 12, "cem"),
        ],
    )  # fmt: skip


def test_of_a_hundred_who_asked():
    found = paths(one_town(), ANY, LOCAL)
    assert found.needs == 4
    assert found.of_hundred("first") == {"helped": 25, "assessed": 25, "turned away": 25, "nothing recorded": 25}
    assert found.of_hundred("again") == {"did not ask again": 75, "asked 2 to 4 times": 25}
    assert found.of_hundred("stands") == {"closed, did not come back": 50, "still open": 50}


def test_met_is_said_only_where_the_person_was_asked():
    records = told(demand("a", 0, need_id="n"), source_needs=[owned("n", 0, 9, "met", met_basis="asked")])
    assert paths(records, ANY, LOCAL).of_hundred("stands") == {"met": 100}


def test_filters_and_days_hold():
    late = Request("end_to_end_time", shape="curve", since=date(2026, 1, 8))
    assert paths(one_town(), late, LOCAL).needs == 2
    assert follows(one_town(), late, LOCAL)["before"].to_list() == ["screen"]
    assert paths(one_town(), ANY, Principal("h", "team", ("housing",))).needs == 0


def test_where_the_time_goes_begins_with_asking():
    rows = {(row["before"], row["after"]): row for row in waits(one_town(), ANY, LOCAL).to_dicts()}
    assert rows["asked", "screen"]["days"] == 1 + 2
    assert rows["screen", "do"]["days"] == 21
    assert rows["screen", "do"]["middle"] == 21
    assert ("assess", "assess") not in rows


def test_a_regulator_reads_no_path_of_fewer_than_eight_people_and_no_share_of_few():
    few = paths(one_town(), ANY, Principal("r", "regulator"))
    assert (few.shown, few.table.height) == (False, 0)
    many = told(*(demand(f"d{n}", n % 9, f"p{n}") for n in range(90)), demand("x", 0, "xi"),
                activities=[act("do", 3, "xi")])  # fmt: skip
    found = paths(many, ANY, Principal("r", "regulator"))
    assert found.shown
    assert found.of_hundred("first") == {"nothing recorded": 100}  # the one who was helped cannot be told


KINDS = ("screen", "assess", "do", "refer", "close", "administer", "visit", "decide")
OUTCOMES = (None, "screened_out", "screened_in", "nfa", "done")


def by_loop(asks: list[int], done: list[tuple[int, str, str | None]]) -> tuple[str, str]:
    """First answer and how often asked, for one person with one need."""
    worked = [one for one in done if one[1] != "administer"]
    if not worked:
        first = "nothing recorded"
    else:
        day = min(one[0] for one in worked)
        there = [one for one in worked if one[0] == day]
        if any(kind in ("do", "visit", "meet") for _, kind, _ in there):
            first = "helped"
        elif any(
            k in ("close", "screen", "assess", "decide") and o in ("screened_out", "refused", "nfa")
            for _, k, o in there
        ):
            first = "turned away"
        elif any(kind == "refer" for _, kind, _ in there):
            first = "passed on"
        elif any(kind in ("screen", "assess") for _, kind, _ in there):
            first = "assessed"
        else:
            first = "other work"
    again = WORDS["again"][0 if len(asks) == 1 else 1 if len(asks) < 5 else 2]
    return first, again


lives = st.tuples(
    st.lists(st.integers(0, 60), min_size=1, max_size=7),
    st.lists(st.tuples(st.integers(0, 90), st.sampled_from(KINDS), st.sampled_from(OUTCOMES)), max_size=6),
)


@settings(max_examples=25)
@given(st.lists(lives, min_size=1, max_size=6))
def test_a_loop_finds_the_same_paths(people):
    asked, done, expected = [], [], Counter()
    for who, (days, acted) in enumerate(people):
        name = f"p{who}"
        asked += [demand(f"{name}-{place}", day, name, need_id=f"n{who}") for place, day in enumerate(days)]
        done += [
            act(kind, day, name, outcome=outcome, need_id=f"n{who}", name=f"{name}-{place}")
            for place, (day, kind, outcome) in enumerate(acted)
        ]
        expected[by_loop(days, acted)] += 1
    found = paths(told(*asked, activities=done), ANY, LOCAL).table
    counted = found.group_by("first", "again").agg(pl.col("n").sum())
    assert {(row[0], row[1]): row[2] for row in counted.iter_rows()} == dict(expected)
