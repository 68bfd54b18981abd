"""On real municipal records: charting only what was closed tells two opposite false stories of one stable service."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from connectors.intake import import_file
from connectors.store import open_store
from measures.model.principal import LOCAL
from measures.model.time import DAY, end_of_day
from measures.reading import Request, read

BOSTON = Path(__file__).parents[2].parent / "shared" / "data" / "boston311_2015_q1.csv"
SEEN = "2016-01-12T22:22:40-05:00"
MARCH = end_of_day(date(2015, 3, 31), "America/New_York")

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not BOSTON.is_file(), reason=f"no records in {BOSTON}"),
]


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('boston') / 'b.db'}")
    report = import_file(store, LOCAL, BOSTON, "preset:municipal_311", approve=True, extracted_at=SEEN)
    assert (report.read, report.accepted) == (26_788, 26_788)
    return store.records(LOCAL)


@pytest.fixture(scope="module")
def requests(records):
    """Each request with the days to its closure, as a spreadsheet would have them."""
    closures = records.scan("activities").filter(pl.col("kind") == "close")
    return (
        records.scan("demands")
        .select("demand_id", asked="received_at", day="received_day")
        .join(closures.select("demand_id", closed="started_at", closed_day="started_day"), on="demand_id", how="left")
        .with_columns(days=(pl.col("closed") - pl.col("asked")) / DAY)
        .collect()
    )


def weekly(rows: pl.DataFrame, day: str) -> list[float]:
    means = rows.group_by(week=(pl.col(day) + 3) // 7).agg(pl.col("days").mean()).sort("week")
    return means["days"].to_list()


def test_closed_only_falls_by_week_of_asking_and_rises_by_week_of_closing(requests):
    known = requests.filter(pl.col("closed") <= MARCH)  # the spreadsheet of the end of March
    by_asking, by_closing = weekly(known, "day"), weekly(known, "closed_day")
    assert by_asking[0] > 10 > 1 > by_asking[-1]  # 10.3 days down to 0.2: "we get faster and faster"
    assert by_closing[0] < 1 < 7 < by_closing[-1]  # 0.3 days up to 7.5: "we get slower and slower"


def test_closed_only_understates_the_last_weeks_by_three_quarters(records, requests):
    known = requests.filter(pl.col("closed") <= MARCH)
    weeks = (pl.col("day") + 3) // 7
    median = known.group_by(week=weeks).agg(pl.col("days").median()).sort("week")["days"].to_list()[-4:]
    true = read(records, Request("end_to_end_time"), LOCAL).table["value"].to_list()[-4:]
    understated = [1 - closed / asked for closed, asked in zip(median, true, strict=True)]
    assert sum(understated) / 4 > 0.75


def test_all_who_asked_are_counted(records, requests):
    told = read(records, Request("end_to_end_time", shape="breakdown"), LOCAL)
    ends = dict(told.table.select("end_kind", "n").rows())
    series = read(records, Request("end_to_end_time"), LOCAL)
    assert sum(ends.values()) == series.table["n"].sum() < requests.height  # several requests, one need
    assert series.table["open"].sum() == ends["open"] > 4000
    assert series.title == "Time until closed and did not come back"
    assert series.table["mature"].all()


def test_what_was_known_in_march_was_a_part_of_it(records):
    then = read(records, Request("end_to_end_time", as_of=MARCH), LOCAL).table
    assert not then["mature"].any()  # too young to judge, and drawn so
    assert then["open"].sum() > read(records, Request("end_to_end_time"), LOCAL).table["open"].sum()


def test_a_week_once_mature_never_moves_while_the_closed_only_figure_does(records, requests):
    """Replayed as of three dates: our points stand once they are known; the closed-only mean of the same weeks goes on rising."""
    then = [date(2015, 3, 31), date(2015, 4, 30), date(2015, 6, 30)]
    seen = [end_of_day(day, "America/New_York") for day in then]
    points = [
        read(records, Request("stayed_met", line="early", as_of=at), LOCAL).table.filter("mature")
        .select("period_start", "value", "n", "numerator") for at in seen
    ]  # fmt: skip
    assert [table.height for table in points] == sorted(table.height for table in points)
    assert points[0].height >= 3
    for earlier, later in pairwise(points):
        again = earlier.join(later, on="period_start", suffix="_later", maintain_order="left")
        assert again.height == earlier.height
        for name in ("value", "n", "numerator"):
            assert again[name].equals(again[f"{name}_later"].rename(name)), name
    misled = [weekly(requests.filter(pl.col("closed") <= at), "day") for at in seen]
    last = len(misled[0]) - 1  # the last week of March, as each spreadsheet would tell it
    assert misled[0][last] < misled[1][last] / 5 < misled[2][last] / 5
