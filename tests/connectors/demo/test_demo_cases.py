"""The published cases: what was coded by hand is in the records, and nothing is invented beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from connectors.demo import cases
from measures.model.records import ACTIVITY_KINDS, FRAMES, MADE_BY, OUTCOMES, PRECISIONS

SHARED = Path(__file__).parents[3].parent / "shared" / "cases"


@pytest.fixture(scope="module")
def told() -> Callable[[str, str], pl.DataFrame]:
    batches = dict(zip([*(case.name for case in cases.CASES), "printed"], cases.batches(), strict=True))
    return lambda case, frame: batches[case].frames[frame]


def cycles(acts: pl.DataFrame) -> tuple[int, int]:
    """Assess-do-refer cycles opened and completed, counted one record at a time (measures.md, row 5)."""
    opened = completed = 0
    by_team: dict[str, list[str]] = {}
    for agency, team, kind in acts.sort("started_day", "seq").select("agency", "team", "kind").rows():
        by_team.setdefault(team or agency, []).append(kind)
    for kinds in by_team.values():
        complete, last = None, ""
        for kind in kinds:
            if kind in ("screen", "assess") and not (kind == "assess" and last == "screen"):
                opened, completed = opened + 1, completed + bool(complete)
                complete = False
            elif complete is False and kind in ("do", "refer", "signpost", "close", "decide"):
                complete = True
            last = kind
        completed += bool(complete)
    return opened, completed


def test_records_use_the_vocabulary_and_nothing_else(told: Callable[[str, str], pl.DataFrame]) -> None:
    for case in cases.CASES:
        demands, acts = told(case.name, "demands"), told(case.name, "activities")
        assert set(demands.columns) <= {*FRAMES["demands"].columns, "line", "recorded_at"}
        assert set(acts.columns) <= {*FRAMES["activities"].columns, "line", "recorded_at"}
        assert set(acts["kind"]) <= set(ACTIVITY_KINDS)
        assert set(acts["outcome"].drop_nulls()) <= set(OUTCOMES)
        assert set(demands["made_by"].drop_nulls()) <= set(MADE_BY)
        assert set(demands["received_precision"]) | set(acts["started_precision"]) <= set(PRECISIONS)
        assert demands["demand_id"].is_unique().all()
        assert acts["activity_id"].is_unique().all()


def test_an_event_printed_several_times_is_several_records(told: Callable[[str, str], pl.DataFrame]) -> None:
    demands, acts = told("child_a", "demands"), told("child_a", "activities")
    # 1997: 'I need help with my young son' four times, each answered by no further action
    assert demands.filter(pl.col("received_day") == pl.lit("1997-01-01").str.to_date().cast(pl.Int32)).height == 4
    assert acts.filter(kind="decide", outcome="nfa").height == 4
    assert acts.filter(pl.col("type").str.contains("missing")).height == 34
    assert acts.filter(kind="visit").height == 4
    assert acts.filter(kind="refer").height == 9
    assert demands.filter(pl.col("verbatim").str.contains("999")).height == 3


def test_a_referral_goes_from_one_agency_to_another(told: Callable[[str, str], pl.DataFrame]) -> None:
    first = told("child_a", "activities").filter(kind="refer").sort("seq").row(0, named=True)
    assert (first["agency"], first["to_agency"]) == ("gp", "camhs")


def test_days_never_go_back_within_a_story() -> None:
    for case in cases.CASES:
        assert cases.events(case)["day"].is_sorted(), case.title


def test_dates_that_are_only_an_order_say_so(told: Callable[[str, str], pl.DataFrame]) -> None:
    assert set(told("child_a", "activities")["started_precision"]) == {"year"}
    assert set(told("ruth", "demands")["received_precision"]) == {"year", "sequence"}
    assert told("jake", "activities").filter(started_precision="day").height == 1  # only 4 June 2009 is printed whole


def test_long_stories_are_never_closed_as_met_by_a_closure(told: Callable[[str, str], pl.DataFrame]) -> None:
    ends = {case.name: told(case.name, "source_needs")["end_kind"][0] for case in cases.CASES}
    assert ends == {"child_a": "lost_contact", "ruth": "met", "jake": "open"}


def test_where_the_report_contradicts_itself_the_source_warns() -> None:
    warnings = " ".join(cases.info().warnings)
    for words in ("6 home visits", "1998", "£15,760", "J20"):
        assert words in warnings


@pytest.mark.parametrize(("case", "opened", "completed"), [("jake", 6, 4), ("child_a", 3, 1), ("ruth", 6, 2)])
def test_cycles_agree_with_the_hand_count(
    case: str, opened: int, completed: int, told: Callable[[str, str], pl.DataFrame]
) -> None:
    assert cycles(told(case, "activities")) == (opened, completed)


def test_jakes_closures_come_back_in_days(told: Callable[[str, str], pl.DataFrame]) -> None:
    demands, acts = told("jake", "demands"), told("jake", "activities")
    closed = acts.filter(kind="close").sort("seq")["started_day", "seq"].rows()[:3]
    gaps = []
    for day, seq in closed:
        gaps.append(demands.filter(pl.col("seq") > seq).sort("seq")["received_day"][0] - day)
    assert gaps == [10, 10, 91]


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the shared cases are not beside the project")
def test_the_coded_cases_agree_with_the_shared_hand_counts(told: Callable[[str, str], pl.DataFrame]) -> None:
    expected = json.loads((SHARED / "expected.json").read_text("utf-8"))
    for case in cases.CASES:
        count = expected[case.name]["hand_count"]
        assert cycles(told(case.name, "activities")) == (count["cycles_opened"], count["cycles_completed"])
    seen: set[str] = set()
    rows = cases.events(cases.CASES[0]).with_columns(
        coded=pl.coalesce("to_agency", "agency"), year=pl.col("day").str.slice(0, 4)
    )
    for (year,), events in rows.group_by("year", maintain_order=True):
        seen |= set(events["coded"].drop_nulls()) - {"all", "unstated"}
        assert len(seen) == expected["child_a"]["agencies_cumulative"][year], year
    printed = dict(told("printed", "assumptions").select("name", "value").rows())
    assert printed["Ruth: printed cost of what she received since 2008, pounds, 2009 prices"] == 106_777
    assert (
        sum(v for k, v in printed.items() if k.startswith("twenty-one people"))
        == expected["twenty_one_people"]["total"]
    )
