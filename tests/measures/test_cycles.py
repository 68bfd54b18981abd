"""Assess-do-refer cycles: opened and completed, by hand, by a loop, and as counted in the published cases."""

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.demo import cases
from measures.acts import in_order
from measures.cycles import COMPLETES, cycles
from measures.model.records import ACTIVITY_KINDS

SHARED = Path(__file__).parents[2].parent / "shared" / "cases" / "expected.json"
HAND = {"jake": (6, 4), "child_a": (3, 1), "ruth": (6, 2)}


def counted(rows: list[tuple]) -> dict[int, tuple[int, int, int]]:
    """Activities, cycles opened and completed of each need: rows of need, team, agency, kind, in order of time."""
    schema = {"need": pl.UInt64, "team": pl.String, "agency": pl.String, "kind": pl.String}
    found = cycles(pl.LazyFrame(rows, schema=schema, orient="row")).collect()
    return {need: (acts, opened, done) for need, acts, opened, done in found.rows()}


def one(*kinds: str, team: str | None = "t") -> tuple[int, int]:
    """Cycles opened and completed by one team."""
    return counted([(1, team, "a", kind) for kind in kinds])[1][1:]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (("do", "close"), (0, 0)),  # nobody screened or assessed
        (("screen", "assess", "do"), (1, 1)),  # the assessment that a screening leads to
        (("screen", "visit", "assess", "do"), (2, 1)),  # another: the first went nowhere
        (("screen", "screen", "close"), (2, 1)),
        (("assess", "assess", "do", "refer"), (2, 1)),  # complete once, whatever follows
        (("do", "assess"), (1, 0)),  # what came before belongs to no cycle
        (("assess", "administer", "meet"), (1, 0)),
        *((("assess", kind), (1, 1)) for kind in COMPLETES),
    ],
)
def test_by_hand(kinds, expected):
    assert one(*kinds) == expected


def test_each_team_has_cycles_of_its_own():
    rows = [
        (1, "a", "x", "screen"), (1, "b", "x", "assess"),  # not b's own screening: two cycles
        (1, "a", "x", "do"),
        (1, None, "x", "assess"), (1, None, "y", "close"),  # no team: the agency; y completes nothing of x
        (1, None, None, "assess"), (1, None, None, "do"),  # nobody wrote down who
        (None, "a", "x", "assess"),  # of no need
        (2, "a", "x", "do"),  # the do of another need completes nothing
    ]  # fmt: skip
    assert counted(rows) == {1: (7, 4, 2), 2: (1, 0, 0)}


def by_loop(rows: list[tuple]) -> dict[int, tuple[int, int, int]]:
    told: dict = {}
    for need, team, agency, kind in rows:
        told.setdefault(need, {}).setdefault(team or agency, []).append(kind)
    out = {}
    for need, parties in told.items():
        opened = completed = 0
        for kinds in parties.values():
            cuts = [
                place
                for place, kind in enumerate(kinds)
                if kind == "screen" or (kind == "assess" and kinds[max(place - 1, 0)] != "screen")
            ]
            parts = [kinds[low:high] for low, high in zip(cuts, [*cuts, len(kinds)][1:], strict=True)]
            opened += len(parts)
            completed += sum(bool(set(part) & {"do", "refer", "signpost", "close", "decide"}) for part in parts)
        out[need] = (sum(map(len, parties.values())), opened, completed)
    return out


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 3), st.sampled_from([None, "t", "u"]), st.sampled_from([None, "a"]),
            st.sampled_from(ACTIVITY_KINDS),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_as_a_loop_counts_them(rows):
    assert counted(rows) == by_loop(rows)


@pytest.fixture(scope="module")
def stories() -> dict[str, tuple[int, int]]:
    """Each published case as its records give it: one need, in the order the report tells it."""
    told = {}
    for case, batch in zip(cases.CASES, cases.batches(), strict=False):
        rows = batch.frames["activities"].lazy().select(
            "activity_id", "seq", "kind", "team", "agency", need=pl.lit(1, pl.UInt64), day="started_day",
            at="started_at", precise=pl.lit(False),
        )  # fmt: skip
        told[case.name] = cycles(in_order(rows)).select("opened", "completed").collect().row(0)
    return told


def test_the_published_cases_count_as_by_hand(stories):
    assert stories == HAND


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_file(), reason=f"no hand counts in {SHARED}")
def test_the_hand_counts_are_those_handed_down(stories):
    expected = json.loads(SHARED.read_text("utf-8"))
    for name, found in stories.items():
        count = expected[name]["hand_count"]
        assert found == (count["cycles_opened"], count["cycles_completed"])
