"""How many agencies, teams and workers one person has to do with, in a calendar year and so far."""

import json
from pathlib import Path

import polars as pl
import pytest
from hand_tables import MONDAY, act, at, demand, observed, reading, told
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.demo.cases import CASES, batches
from measures.involved import involved
from measures.model.measure import Options
from measures.model.memory import MemoryRecords
from measures.model.records import FRAMES

NEXT = 361  # 1 January 2027; day 0 is Monday 5 January 2026
EXPECTED = Path(__file__).parents[4] / "shared" / "cases" / "expected.json"


def told_of_ann_and_bob():
    return told(
        demand("a1", 0, person="ann", agency="council"),
        demand("b1", 3, person="bob", agency="unstated"),  # somebody asked somebody: no agency that anybody can name
        demand("n1", 4, person=None, agency="police"),
        activities=[
            act("assess", 1, name="x1", agency="council", team="housing", worker_id="w1"),
            act("refer", 2, name="x2", agency="council", to_agency="clinic", team="housing", worker_id="w2"),
            act("do", NEXT + 1, name="x3", agency="clinic", team="nurses", worker_id="w3"),
            act("do", NEXT + 2, name="x4", agency="police", team=None, worker_id="w1"),
        ],
        seen=NEXT + 400,
    )  # fmt: skip


def by_year(line: str | None = None, **request) -> list:
    rows = reading("agencies_per_person", told_of_ann_and_bob(), shape="series", line=line, **request).table
    return rows["value"].to_list()


def test_by_hand():
    assert by_year() == [1, 2]  # ann: council and clinic, bob: none; then clinic and police
    assert by_year("agencies so far") == [1, 3]
    assert by_year("teams") == [0.5, 1]
    assert by_year("teams so far") == [0.5, 2]
    assert by_year("workers") == [1, 2]
    assert by_year("workers so far") == [1, 3]


def test_nobody_known_is_unknown_and_a_year_is_judged_when_it_is_over():
    assert [name for name, row in observed("agencies_per_person", told_of_ann_and_bob()).items() if row["unknown"]] == [
        "n1"
    ]
    rows = reading("agencies_per_person", told_of_ann_and_bob(), shape="series", as_of=at(300)).table
    assert rows["mature"].to_list() == [False]


def test_all_of_it_side_by_side():
    rows = reading("agencies_per_person", told_of_ann_and_bob(), shape="breakdown").table
    assert dict(rows.select("had_to_do_with", "value").rows()) == pytest.approx(
        {"agencies": 4 / 3, "agencies so far": 5 / 3, "teams": 2 / 3, "teams so far": 1, "workers": 4 / 3,
         "workers so far": 5 / 3}
    )  # fmt: skip


@pytest.mark.shared
@pytest.mark.skipif(not EXPECTED.is_file(), reason=f"no hand counts in {EXPECTED}")
def test_child_a_as_counted_by_hand():
    frames: dict[str, list] = {}
    for batch in batches():
        for name, frame in batch.frames.items():
            frames.setdefault(name, []).append(frame.select(c for c in frame.columns if c in FRAMES[name].columns))
    whole = {name: pl.concat(parts, how="diagonal_relaxed") for name, parts in frames.items()}
    rows = involved(MemoryRecords(whole, seen_at=at(0)), Options(), ()).collect()
    who = whole["demands"].filter(pl.col("person_id") == CASES[0].title)["person_key"][0]
    child = rows.filter(pl.col("person_key") == who).select(pl.col("year").cast(pl.Date).dt.year(), "agencies_so_far")
    counted = json.loads(EXPECTED.read_text("utf-8"))["child_a"]["agencies_cumulative"]
    assert {str(year): agencies for year, agencies in child.rows()}.items() <= counted.items()
    assert child["agencies_so_far"].max() == 20


happened = st.tuples(st.integers(0, 1000), st.sampled_from(("ann", "bob")), st.sampled_from(("x", "y", "z", None)))


@settings(max_examples=25, deadline=None)
@given(st.lists(happened, min_size=1, max_size=25))
def test_against_a_loop(history):
    records = told(*(demand(f"d{n}", day, person=who, agency=where) for n, (day, who, where) in enumerate(history)))
    starts = {2026: -4, 2027: NEXT, 2028: NEXT + 365}
    expected = {}
    for who in ("ann", "bob"):
        so_far: set = set()
        for year, first in starts.items():
            now = [where for day, p, where in history if p == who and first <= day < first + 365]
            so_far |= {*now} - {None}
            if now:
                expected[who, year] = (len({*now} - {None}), len(so_far))
    rows = involved(records, Options(), ()).collect()
    keys = dict(records.scan("demands").select("person_key", "person_id").unique().collect().rows())
    found = {
        (keys[row["person_key"]], 2026 + sum(row["year"] - MONDAY >= first for first in starts.values()) - 1): (
            row["agencies"], row["agencies_so_far"]
        )
        for row in rows.to_dicts()
    }  # fmt: skip
    assert found == expected
