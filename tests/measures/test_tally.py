"""Days added up beforehand tell the same as the observations themselves, whatever is asked of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hand_tables import MONDAY, closed, coded, demand, told
from polars.testing import assert_frame_equal

from measures.catalogue import MEASURES
from measures.model.measure import Options
from measures.model.principal import LOCAL, Principal
from measures.model.time import EPOCH
from measures.reading import Request, read
from measures.tally import holds, tally

NAMES = [name for name, measure in MEASURES.items() if "series" in measure.readings and "week" in measure.periods]
ASKED = {
    "weeks": {},
    "months": {"period": "month"},
    "one service": {"where": (("service", "housing"),)},
    "a service each": {"split": "service"},
    "some days": {"since": date(2026, 2, 1), "until": date(2026, 5, 1)},
    "read early": {"line": "early"},
    "another gap": {"reopen_days": 14},
}


def a_year() -> object:
    """Two services for a year; some come back, some are classified, some are nobody known, the last weeks are young."""
    asked = [
        demand(f"{service}-{day}", day, person=None if day % 11 == 0 else f"{service}{day % 37}", service=service)
        for service, every in (("housing", 1), ("health", 2))
        for day in range(0, 360, every)
    ]
    ended = [
        closed(row["received_day"] - MONDAY + 3, person=row["person_id"], demand_id=row["demand_id"],
               name=f"end-{row['demand_id']}")
        for place, row in enumerate(asked) if place % 4
    ]  # fmt: skip
    coded_ = [coded(row["demand_id"], ("value", "failure", "unknown")[n % 3]) for n, row in enumerate(asked) if n % 5]
    return told(*asked, activities=ended, classification=coded_, seen=365)


@pytest.fixture(scope="module")
def records():
    return a_year()


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        pytest.param(name, asked, id=f"{name}, {title}")
        for name in NAMES
        for title, asked in ASKED.items()
        if (asked.get("line") is None or asked["line"] in MEASURES[name].lines)
        and ("service" in MEASURES[name].splits or "service" not in str(asked))
    ],
)
def test_a_tally_reads_as_its_observations_do(records, name, asked):
    request = Request(name, shape="series", **asked)
    whole, quick = read(records, request, LOCAL), read(records, replace(request, people=False), LOCAL)
    counted = ["people", "people_in"]
    assert whole.table["people"].null_count() == 0
    assert quick.table["people"].null_count() == quick.table.height
    assert_frame_equal(whole.table.drop(counted), quick.table.drop(counted), rel_tol=1e-9, abs_tol=1e-9)
    assert (quick.sentence, quick.title, quick.chart) == (whole.sentence, whole.title, whole.chart)
    assert quick.caveats == whole.caveats
    assert (quick.rows_in, quick.rows_out) == (whole.rows_in, whole.rows_out)


def test_it_is_a_row_a_day_and_forgets_nobody(records):
    measure = MEASURES["failure_demand_share"]
    days = tally(records, measure, Options()).collect()
    every = measure.observe(records, Options()).collect()
    assert days.height == 360 + 180
    assert days["rows"].sum() == every.height
    assert days["unknown"].sum() == every["unknown"].sum() > 0


def test_a_protected_figure_is_never_read_from_a_tally(records):
    request = Request("failure_demand_share", shape="series", period="month", people=False)
    protected = read(records, request, Principal("r", "regulator"))
    assert protected.table["people"].drop_nulls().len() > 0


def test_only_what_is_asked_by_service_and_source_of_records_as_they_stand_is_held():
    share, wait = MEASURES["stayed_met"], MEASURES["end_to_end_time"]
    assert holds(share, Options())
    assert holds(share, Options(columns=frozenset({"service", "source"})))
    assert not holds(share, Options(columns=frozenset({"team"})))
    assert not holds(share, Options(as_of=1))
    assert holds(wait, Options())
    assert not holds(replace(wait, kind="median"), Options())


def test_whether_a_day_is_old_enough_is_asked_anew():
    def young(seen: int) -> int:
        rows = told(*(demand(f"d{day}", day, person=f"p{day}") for day in range(60)), seen=seen)
        request = Request("stayed_met", shape="series", window_days=7, reopen_days=28, people=False)
        table = read(rows, request, LOCAL).table
        return table.filter(pl.col("period_start") < EPOCH + timedelta(days=MONDAY + 60))["mature"].sum()

    assert young(60) < young(90) < young(200)


def test_one_tally_serves_every_service_and_source(records, monkeypatch):
    asked = []
    monkeypatch.setattr(type(records), "keep", lambda self, name, key, build: asked.append(key) or build(None))
    for columns in (frozenset(), frozenset({"service"}), frozenset({"service", "source"})):
        tally(records, MEASURES["value_demand"], Options(columns=columns))
    assert len(asked) == 3
    assert len(set(asked)) == 1
