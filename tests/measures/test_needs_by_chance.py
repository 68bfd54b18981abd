"""Histories that chance makes: the program agrees with the slow loops, whatever the order and the names of rows."""

from random import Random

import polars as pl
import pytest
from hand_tables import needs_of
from histories import history, many, records, tables, together
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from needs_by_hand import tell

COMPARED = ("demands", "day", "end_kind", "end_day", "inferred", "met", "return_day")


def program(frames: dict[str, pl.DataFrame], reopen: int | None = None) -> dict[str, dict]:
    """What the program makes of it, in the words of the loops."""
    return {
        name: {key: row[key] for key in COMPARED} for name, row in needs_of(records(frames), reopen_days=reopen).items()
    }


def same(ours: dict, by_hand: dict) -> bool:
    """Whether one need reads the same; where a life ended, nobody can return."""
    ended = by_hand["end_kind"] in {"died", "moved"}
    return all(ours[key] == by_hand[key] for key in COMPARED if not (ended and key == "return_day"))


@pytest.mark.parametrize("reopen", [None, 28, 0])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_three_hundred_histories_read_as_the_loops_tell_them(seed, reopen):
    told = many(seed)
    ours = program(tables(together(told)), reopen)
    by_hand = {name: row for one in told for name, row in tell(**one, reopen=reopen).items()}
    assert ours.keys() == by_hand.keys()
    assert {name: (ours[name], row) for name, row in by_hand.items() if not same(ours[name], row)} == {}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.integers(0, 200))
def test_one_history_reads_as_the_loops_tell_it(chance: Random, reopen: int):
    told = history(chance, "x")
    ours, by_hand = program(tables(told), reopen), tell(**told, reopen=reopen)
    assert ours.keys() == by_hand.keys()
    assert {name: (ours[name], row) for name, row in by_hand.items() if not same(ours[name], row)} == {}


def test_the_order_and_the_chunks_of_rows_change_nothing():
    frames = tables(together(many(4)))
    shuffled = {name: rows.sample(fraction=1, shuffle=True, seed=7) for name, rows in frames.items()}
    chunked = {
        name: pl.concat([rows.slice(start, 7) for start in range(0, rows.height, 7)], rechunk=False)
        for name, rows in shuffled.items()
    }
    assert chunked["demands"].n_chunks() > 1
    assert program(frames) == program(shuffled) == program(chunked)


def test_the_names_of_people_change_nothing():
    frames = tables(together(many(5)))
    named = {
        name: rows.with_columns(person_id="Z" + pl.col("person_id").str.reverse())
        if "person_id" in rows.columns
        else rows
        for name, rows in frames.items()
    }
    assert named["demands"]["person_id"].drop_nulls().str.starts_with("Z").all()
    assert program(frames) == program(named)


def test_every_demand_is_in_one_need():
    frames = tables(together(many(6)))
    assert sum(row["demands"] for row in program(frames).values()) == frames["demands"].height


def test_a_shorter_gap_never_makes_fewer_needs():
    frames = tables(together(many(7)))
    counts = [len(program(frames, gap)) for gap in (365, 180, 90, 56, 28, 0)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
