"""What was done belongs to the need it was done for, and stands in the order in which it happened."""

from random import Random

import polars as pl
from hand_tables import MONDAY, act, at, demand, told
from histories import history, many, records, tables, together
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from needs_by_hand import form_needs

from measures.acts import acts, need_number
from measures.model.measure import Options
from measures.model.memory import MemoryRecords
from measures.model.records import ACTIVITY_KINDS


def needs_of_acts(rows: MemoryRecords, names: list[str], **options) -> dict[str, str | None]:
    """The id of the need that each activity belongs to; null where nobody can tell."""
    number = pl.DataFrame({"need_id": names}, schema={"need_id": pl.String}).with_columns(need=need_number())
    found = acts(rows, Options(**options)).collect().join(number, on="need", how="left")
    assert found.filter(pl.col("need").is_not_null() & pl.col("need_id").is_null()).is_empty()
    return dict(found.select("activity_id", "need_id").rows())


def need_by_loop(done: dict, needs: list) -> str | None:
    """The need named, else that of the demand named, else the strand's latest begun by that day."""
    for need in needs:
        if need.own and need.first["need"] == done["need"]:
            return need.name
    for need in needs:
        if any(asked["id"] == done["demand"] for asked in need.demands):
            return need.name
    strand = (done["person"], done["issue"])
    begun = [
        need
        for need in needs
        if not need.own and need.person is not None and (need.person, need.first["issue"]) == strand
        if need.first["day"] <= done["day"]
    ]
    return max(begun, key=lambda need: need.first["day"]).name if begun else None


def by_loop(story: dict, reopen: int | None) -> dict[str, str | None]:
    needs = form_needs(story["demands"], reopen)
    return {done["id"]: need_by_loop(done, needs) for done in story["acts"]}


def told_by(story: dict, reopen: int | None) -> dict[str, str | None]:
    frames = tables(story)
    names = [row["need"] or row["id"] for row in story["demands"]]
    return needs_of_acts(records(frames), sorted(set(names)), reopen_days=reopen) if story["acts"] else {}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.integers(0, 200))
def test_a_history_reads_as_the_loop_tells_it(chance: Random, reopen: int):
    story = history(chance, "x", most=9)
    assert told_by(story, reopen) == by_loop(story, reopen)


def test_many_histories_at_once_and_in_any_order():
    stories = many(11, 120)
    whole = together(stories)
    expected = {name: need for one in stories for name, need in by_loop(one, None).items()}
    assert told_by(whole, None) == expected
    assert len(set(expected.values())) > 50
    assert None in expected.values()
    shuffled = {name: rows.sample(fraction=1, shuffle=True, seed=3) for name, rows in tables(whole).items()}
    one, other = (acts(records(frames), Options()).collect() for frames in (tables(whole), shuffled))
    assert one.drop("at").equals(other.drop("at"))


def test_by_hand():
    rows = told(
        demand("first", 0), demand("second", 300),  # two needs of ann's roof
        demand("own", 10, person="bob", need_id="N-1"),
        demand("nobody", 20, person=None),
        activities=[
            act("assess", 299), act("do", 300),  # the day a need begins, it is under way
            act("screen", -1),  # before anybody asked
            act("assess", 5, "bob", need_id="N-1"), act("assess", 6, "bob"),  # sources name bob's needs: this has none
            act("assess", 7, "bob", need_id="N-9", demand_id="first"),  # a need nobody asked for, and a demand
            act("do", 30, None, demand_id="nobody"), act("do", 31, None),
            act("do", 40, issue="rent"),  # another strand
            act("do", 41, started_precision="month"),  # of no day
        ],
    )  # fmt: skip
    found = needs_of_acts(rows, ["first", "second", "N-1", "nobody"])
    assert found == {
        "assess-ann-roof-299-None-None": "first", "do-ann-roof-300-None-None": "second",
        "screen-ann-roof--1-None-None": None,
        "assess-bob-roof-5-None-N-1": "N-1", "assess-bob-roof-6-None-None": None,
        "assess-bob-roof-7-None-N-9": "first",
        "do-None-roof-30-None-None": "nobody", "do-None-roof-31-None-None": None,
        "do-ann-rent-40-None-None": None,
    }  # fmt: skip


def test_by_day_then_seq_then_moment_then_the_order_of_work():
    day = 5
    rows = told(
        demand("a", 0),
        activities=[
            act("close", day + 1, name="9"),
            act("refer", day, name="8"), act("screen", day, name="6"), act("assess", day, name="7"),  # nothing tells
            act("do", day, name="5", started_at=at(day), started_precision="minute"),
            act("do", day, name="4", started_at=at(day) - 1, started_precision="minute"),
            act("screen", day, name="3", seq=2), act("close", day, name="2", seq=1),
            act("close", day - 1, name="1", seq=7),
        ],
    )  # fmt: skip
    found = acts(rows, Options()).collect()
    assert found["activity_id"].to_list() == list("123456789")
    assert found["need"].n_unique() == 1


def test_where_a_place_stands_for_a_person():
    rows = told(
        demand("a", 0, person=None, place="5 High Street"),
        activities=[act("do", 3, None, place="5 High Street", name="there"), act("do", 3, None, place="7", name="not")],
        proxy="place",
    )
    assert needs_of_acts(rows, ["a"]) == {"there": "a", "not": None}


def test_as_of_knows_no_later_need_and_no_later_act():
    rows = told(demand("a", 0), demand("b", 300), activities=[act("do", 299, name="1"), act("do", 301, name="2")])
    assert needs_of_acts(rows, ["a", "b"], as_of=at(300)) == {"1": "a"}


def test_every_kind_of_the_vocabulary_has_its_place():
    rows = told(demand("a", 0), activities=[act(kind, 1, name=kind) for kind in sorted(ACTIVITY_KINDS)])
    assert acts(rows, Options()).collect()["activity_id"].to_list() == list(ACTIVITY_KINDS)
    assert MONDAY == rows.scan("demands").collect()["received_day"][0]
