"""One person's story from hand-sized records: order, agencies, cycles, cost, doubts, and who may open it."""

from datetime import date

import polars as pl
import pytest

from measures.cycles import kept_cycles
from measures.model.measure import Options
from measures.model.memory import MemoryRecords
from measures.model.principal import LOCAL, Principal
from measures.model.published import Figure, PublishedCase, Wanted, Which
from measures.model.time import DAY, day_number
from measures.story.agencies import agencies_over_time
from measures.story.beside import Known, beside, counted
from measures.story.costs import costs, wanted_range
from measures.story.cycles import Cycles
from measures.story.lines import lines
from measures.story.opening import most_recorded
from measures.story.told import StoryRefused, story

D = day_number(date(2020, 1, 1))


def key(person: str) -> int:
    """The key that records in memory give a person."""
    return (
        MemoryRecords({"demands": pl.DataFrame({"person_id": [person]})}, 0).scan("demands").collect()["person_key"][0]
    )


def records(**more: pl.DataFrame) -> MemoryRecords:
    """Ann, three weeks: asks, is assessed twice, referred, visited; and Bob, of whom nothing may show in her story."""
    demands = pl.DataFrame(
        [
            # Ann asks the council about rent, in words that stay with it
            ("ann", "d1", "N", "council", D, "rent", "I cannot pay", "H1"),
            # she asks again from another household
            ("ann", "d2", "N", None, D + 20, "rent", "nobody rang", "H2"),
            ("bob", "d3", "M", "gp", D + 1, "pain", "it hurts", "H3"),
        ],
        schema=[
            "person_id",
            "demand_id",
            "need_id",
            "agency",
            "received_day",
            "presented_as",
            "verbatim",
            "household_id",
        ],
        orient="row",
    )
    acts = pl.DataFrame(
        [
            # screened and assessed by one team: one cycle, which the referral completes; then a second look, and no more
            ("ann", "a1", "N", "council", None, "t", "w1", "screen", D, 1000, 2020),
            ("ann", "a2", "N", "council", None, "t", "w1", "assess", D + 1, 1000, 2020),
            ("ann", "a3", "N", "council", "charity", "t", "w1", "refer", D + 2, 500, 2020),
            ("ann", "a4", "N", "council", None, "t", "w2", "assess", D + 9, 1000, 2021),
            ("ann", "a5", "N", "charity", None, None, "w3", "visit", D + 10, None, None),
            ("bob", "a6", "M", "gp", None, "g", "w9", "do", D + 2, 9, 2020),
        ],
        schema=["person_id", "activity_id", "need_id", "agency", "to_agency", "team", "worker_id", "kind", "started_day",
                "cost_pence", "price_year"],
        orient="row",
    )  # fmt: skip
    frames = {"demands": demands, "activities": acts} | more
    return MemoryRecords(frames, (D + 60) * DAY)


def test_a_story_is_every_record_of_one_person_in_order_without_what_they_said() -> None:
    rows = lines(records(), key("ann"))
    assert rows["kind"].to_list() == ["demand", "screen", "assess", "refer", "assess", "visit", "demand"]
    assert rows["agency"].to_list() == ["council", "council", "council", "charity", "council", "charity", None]
    assert rows["sent_by"].drop_nulls().to_list() == ["council"]
    assert rows["counted"].to_list() == [True] * 6 + [False]
    assert rows["place"].to_list() == [1, 2, 3, 4, 5, 6, 7]
    assert rows["words"].drop_nulls().to_list() == ["rent", "rent"]


def test_documents_are_records_too() -> None:
    papers = pl.DataFrame({"person_id": ["ann", "ann", "bob"], "document_id": ["p", "q", "r"], "kind": ["letter"] * 3,
                           "agency": ["council"] * 3, "created_day": [D + 3] * 3, "content_hash": ["x", "x", "y"]})  # fmt: skip
    told = story(records(documents=papers), key("ann"), LOCAL)
    assert told.rows.filter(kind="document").height == 2
    assert (told.continuity.documents, told.continuity.duplicates) == (2, 1)


def test_workers_are_counted_and_never_named() -> None:
    held = story(records(), key("ann"), LOCAL).continuity
    assert (held.workers, held.contacts, held.most_seen, held.visits, held.teams) == (3, 4, 0.5, 1, 1)
    assert "worker_id" not in lines(records(), key("ann")).columns


def test_what_is_doubtful_is_said_and_not_repaired() -> None:
    needs = pl.DataFrame({"need_id": ["N"], "person_id": ["ann"], "first_demand_day": [D], "end_day": [D - 5]})
    told = story(records(source_needs=needs), key("ann"), LOCAL)
    said = " ".join(told.doubts)
    assert "1 need ends before it starts" in said
    assert "2 households" in said
    assert "1 record names no agency" in said
    assert "1 cycle was opened and nothing came of it" in said
    assert "prices of 2020 and 2021" in said
    assert "1 of 5 things done carry no cost" in said


def test_cost_adds_up_by_day_and_stands_against_what_was_wanted() -> None:
    wants = pl.DataFrame({"want_id": ["1", "2"], "need_id": ["N", "M"], "item": ["rent paid", "rest"],
                          "cost_pence": [2000, 7], "met": [False, True]})  # fmt: skip
    told = story(records(want=wants), key("ann"), LOCAL)
    assert told.costs.dated["total"].to_list() == [1000, 2000, 2500, 3500]
    assert [item.item for item in told.wanted] == ["rent paid"]
    assert told.costs.difference == (1500, 1500)
    assert told.costs.ratio == (1.75, 1.75)


def test_and_or_leaves_a_range_and_a_missing_price_leaves_none() -> None:
    ruth = (
        Wanted("cleaner", 1_456_000),
        Wanted("move", 120_000, either="a"),
        Wanted("stair lift", 500_000, either="a"),
    )
    assert wanted_range(ruth) == (1_576_000, 2_076_000)
    spent = costs(lines(records(), 0), ruth, printed=10_677_700)
    assert spent.difference == (8_601_700, 9_101_700)
    assert spent.ratio is not None
    assert round(spent.ratio[0], 3) == 5.143
    assert wanted_range((*ruth, Wanted("rest"))) is None


def test_agencies_by_month_ever_and_in_twelve_months() -> None:
    moved = (
        records()
        .frames["activities"]
        .with_columns(started_day=pl.when(pl.col("activity_id") == "a5").then(D + 400).otherwise("started_day"))
    )
    rows = lines(records(activities=moved), key("ann"))
    period, found = agencies_over_time(rows)
    assert period == "month"
    assert found["from"].to_list()[:2] == [date(2020, 1, 1), date(2020, 2, 1)]
    assert found["ever"].to_list() == [2] * 14
    # both in January 2020; a year later only the charity, back in February 2021, is still there
    assert found["lately"].to_list() == [2] * 12 + [0, 1]
    assert found["new"][0] == "charity, council" or found["new"][0] == "council, charity"


def test_a_leap_year_is_one_year() -> None:
    rows = lines(records(), key("ann")).head(1).with_columns(precision=pl.lit("year"))
    period, found = agencies_over_time(rows, date(2021, 6, 1))
    assert period == "year"
    assert found.select("ever", "lately").rows() == [(1, 1)]


def test_cycles_are_those_of_the_measure() -> None:
    by_need = kept_cycles(records(), Options()).collect()
    told = story(records(), key("ann"), LOCAL).cycles
    own = by_need.filter(pl.col("opened") > 0)
    assert (told.opened, told.completed) == (own["opened"].sum(), own["completed"].sum()) == (2, 1)


@pytest.mark.parametrize("role", ["team", "leader", "regulator", "steward"])
def test_only_somebody_at_their_own_laptop_opens_a_real_person(role: str) -> None:
    who = Principal("x", role)  # type: ignore[arg-type]
    with pytest.raises(StoryRefused):
        story(records(), key("ann"), who)
    listed = most_recorded(records(), who)
    assert listed.refused
    assert listed.rows.is_empty()


def test_a_flag_hides_a_case_and_the_most_recorded_come_first() -> None:
    listed = most_recorded(records(), LOCAL)
    assert listed.rows.select("person_key", "records", "agencies").rows() == [(key("ann"), 7, 2), (key("bob"), 2, 1)]
    people = pl.DataFrame({"person_id": ["ann", "bob", "cid"], "flags": ["domestic abuse", None, "child protection"]})
    listed = most_recorded(records(people=people), LOCAL)
    assert listed.rows["person_key"].to_list() == [key("bob")]
    assert listed.hidden == 1


def test_a_person_without_records_has_an_empty_story() -> None:
    told = story(records(), 12345, LOCAL)
    assert told.rows.is_empty()
    assert told.cycles.opened == 0
    assert told.costs.received is None


def test_a_figure_stands_beside_ours_and_neither_is_changed() -> None:
    rows = lines(records(), key("ann"))
    case = PublishedCase("x", "X", "1", figures=(
        Figure("visits", "Visits", "1", printed=6, of="count", which=Which(kinds=("visit",))),
        Figure("asked", "Asked", "2", printed="twice", of="count", which=Which(kinds=("demand",))),
        Figure("each", "Visits each time of asking", "3", of="ratio of", parts=("visits", "asked")),
        Figure("workers", "Workers", "4", printed=8),
    ))  # fmt: skip
    found = beside(case, Known(rows, Cycles(2, 1), costs(rows, ())))
    assert [(one.computed, one.agrees) for one in found] == [(1, False), (2, None), (3.0, None), (None, None)]
    assert counted(rows, Which(years=(2019,))).is_empty()
