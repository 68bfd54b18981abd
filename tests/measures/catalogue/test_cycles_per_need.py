"""How many times people are assessed and passed on before their need ends."""

import polars as pl
from hand_tables import MONDAY, act, at, closed, demand, figures, matures, observed, owned, reading, told


def six_needs():
    """Six ask on day 0; the comment says how many cycles were completed, and how many opened."""
    return told(
        *(demand(name, 0, name) for name in "abce"), demand("d", 0, "d", need_id="N-d"), demand("nobody", 0, None),
        activities=[
            act("screen", 1, "a", team="t"), act("assess", 2, "a", team="t"), act("refer", 3, "a", team="t"),
            act("assess", 4, "a", team="u"), act("do", 5, "a", team="u"), act("screen", 6, "a", team="t"),
            closed(7, "a", team="u"),  # a: 2, 3
            act("visit", 1, "b"), closed(9, "b"),  # b: none, none
            act("screen", 1, "c", team="t"), act("refer", 2, "c", team="t"),  # c: one so far, still open
            # d: the source says it ended; nothing that was done is on record
            act("assess", 1, "e", outcome="refused"),  # e: none, 1
            act("assess", 2, None), act("do", 3, None),  # of no need
        ],
        source_needs=[owned("N-d", 0, 20, "met", met_basis="asked")],
    )  # fmt: skip


def test_by_hand():
    assert figures("cycles_per_need", six_needs()) == {"a": 2, "b": 0, "e": 0}
    assert figures("cycles_per_need", six_needs(), line="opened") == {"a": 3, "b": 0, "e": 1}
    rows = observed("cycles_per_need", six_needs())
    assert {name for name, row in rows.items() if row["unknown"]} == {"N-d"}
    assert {name for name, row in rows.items() if not row["unknown"] and not row["denominator"]} == {"c", "nobody"}


def test_a_source_that_never_tells_of_an_assessment_cannot_tell_of_none():
    desk = [demand("x", 0, "x", source="desk"), demand("a", 0, "a", source="care")]
    done = [closed(3, "x", source="desk"), act("assess", 1, "a", source="care"), closed(3, "a", source="care")]
    records = told(*desk, activities=done)
    assert figures("cycles_per_need", records) == {"a": 1}
    assert observed("cycles_per_need", records)["x"]["unknown"]
    alone = reading("cycles_per_need", told(desk[0], activities=done[:1]), shape="breakdown")
    assert alone.sentence == "There are no records for this measure yet."


def test_it_belongs_to_the_day_the_need_ended_and_waits_for_whoever_may_come_back():
    rows = observed("cycles_per_need", six_needs())
    assert {name: rows[name]["day"] - MONDAY for name in "abe"} == {"a": 7, "b": 9, "e": 1}
    days = matures("cycles_per_need", six_needs())
    assert (days["a"], days["N-d"]) == (187, 20)  # closed only, so 180 days later; the person was asked
    table = reading("cycles_per_need", six_needs()).table.filter(pl.col("n") > 0)
    assert table.select("value", "n").rows() == [(0, 1), (1, 2)]


def test_open_needs_stand_apart():
    told_by = reading("cycles_per_need", six_needs(), shape="breakdown")
    shown = told_by.table.filter(pl.col("n") > 0)
    assert shown.select("cycles", "value").rows() == [("0", 2), ("2", 1), ("still open", 2)]
    assert told_by.sentence == (
        "Of 3 needs that ended, 0.0% took 12 cycles or more, and half took none; 2 still open stand apart."
    )


def test_the_heavy_tail_is_said():
    rounds = {f"p{n}": n for n in (0, 1, 2, 3, 11, 12, 13, 40)}
    acts = [act(kind, day, who, name=f"{who}/{day}/{kind}")
            for who, many in rounds.items() for day in range(many) for kind in ("assess", "do")]  # fmt: skip
    records = told(*(demand(who, 0, who) for who in rounds), activities=[*acts, *(closed(60, who) for who in rounds)])
    told_by = reading("cycles_per_need", records, shape="breakdown")
    assert dict(told_by.table.select("cycles", "n").rows())["12 or more"] == 3
    assert told_by.sentence.startswith("Of 8 needs that ended, 37.5% took 12 cycles or more, and half took at most 3.")
    assert reading("cycles_per_need", records).table["value"].drop_nulls().to_list() == [82 / 8]


def test_nothing_has_ended():
    records = told(demand("a", 0), activities=[act("assess", 1)])
    said = reading("cycles_per_need", records, shape="breakdown").sentence
    assert said == "No need has ended yet; 1 still open stands apart."


def test_before_it_ended():
    assert set(figures("cycles_per_need", six_needs(), as_of=at(8))) == {"a", "e"}
