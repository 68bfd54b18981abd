"""The shipped presets on the real extracts: figures that reconcile with a plain reading of the files."""

import csv
import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from connectors.files.delimited import open_delimited
from connectors.mapping import load
from connectors.pseudonyms import Pseudonyms
from connectors.shape import Mapper
from connectors.survey import columns_needed, survey
from measures.model.records import FRAMES
from measures.model.time import instant

SHARED = Path(__file__).parents[3] / "shared" / "data"
BOSTON, INCIDENTS = SHARED / "boston311_2015_q1.csv", SHARED / "uci_incident_log.csv"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the shared records are not beside the project"),
]


def mapped(file: Path, preset: str) -> dict[str, pl.DataFrame]:
    mapping = load(f"preset:{preset}")
    opened = open_delimited(lambda: file.open("rb"), file.name, needed=mapping.columns)
    flags = None
    if columns_needed(mapping):
        mapping, flags = survey(mapping, opened.read(columns_needed(mapping)))
    mapper = Mapper(mapping, Pseudonyms(b"a key of thirty-two bytes or more"), instant(datetime(2017, 2, 5)), flags)
    batches = [mapper.map(batch) for batch in opened.read(mapping.columns)]
    assert not [row for batch in batches for row in batch.rejects.rows()]
    assert sum(batch.read for batch in batches) == sum(batch.rows.height for batch in batches)
    return {name: pl.concat([batch.frames[name] for batch in batches]) for name in batches[0].frames}


def plain(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


@pytest.fixture(scope="module")
def requests():
    return mapped(BOSTON, "municipal_311"), plain(BOSTON)


@pytest.fixture(scope="module")
def incidents():
    return mapped(INCIDENTS, "servicenow_incidents"), plain(INCIDENTS)


def boston(text: str) -> int:
    return instant(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York")))


def test_every_request_is_a_demand_at_its_own_time_and_place(requests):
    records, rows = requests
    demands = records["demands"]
    assert demands.height == len(rows) == 26_788
    told = demands.select("demand_id", "received_at", "service", "issue", "channel", "place").rows()
    assert told == [
        (f"municipal_311:{row['CASE_ENQUIRY_ID']}", boston(row["OPEN_DT"]), row["SUBJECT"].strip(), row["TYPE"].strip(),
         row["Source"].strip(), row["Property_ID"].strip() or None)
        for row in rows
    ]  # fmt: skip
    assert demands["person_id"].is_null().all()


def test_every_closed_request_is_closed_when_it_was_and_every_open_one_is_not(requests):
    records, rows = requests
    closings = records["activities"].select("demand_id", "started_at", "recorded_at", "kind").rows()
    assert closings == [
        (f"municipal_311:{row['CASE_ENQUIRY_ID']}", boston(row["CLOSED_DT"]), boston(row["CLOSED_DT"]), "close")
        for row in rows
        if row["CLOSED_DT"]
    ]
    assert records["demands"]["recorded_at"].equals(records["demands"]["received_at"])


def test_what_was_written_at_closing_decides_what_the_closing_was(requests):
    records, rows = requests
    away = re.compile(r"ROA:|referred to external", re.I)
    nothing = re.compile(
        r"duplicate|case invalid|no case details|NOVIO:|NOBASE:|NOACC:|ADCLSD:|administratively clo", re.I
    )
    expected = Counter(
        "nfa"
        if nothing.search(row["CLOSURE_REASON"])
        else "screened_out"
        if away.search(row["CLOSURE_REASON"])
        else "closed"
        for row in rows
        if row["CLOSED_DT"]
    )
    assert Counter(records["activities"]["outcome"].to_list()) == expected
    assert expected["screened_out"] > 100


def test_the_target_is_a_clock_known_from_the_start(requests):
    records, rows = requests
    clocks = records["clocks"]
    assert clocks.height == sum(bool(row["TARGET_DT"]) for row in rows)
    assert clocks["recorded_at"].equals(clocks["started_at"])
    assert clocks["deadline_at"].to_list() == [boston(row["TARGET_DT"]) for row in rows if row["TARGET_DT"]]


def test_staff_are_told_from_people(requests):
    records, rows = requests
    staff = {"Employee Generated", "City Worker App", "Maximo Integration"}
    made_by = Counter(records["demands"]["made_by"].to_list())
    assert made_by["professional"] == sum(row["Source"] in staff for row in rows)
    assert made_by["self"] == len(rows) - made_by["professional"]


def test_rows_of_one_incident_are_one_demand(incidents):
    records, rows = incidents
    demands = records["demands"]
    assert len(rows) == 5_998
    assert demands["demand_id"].n_unique() == demands.height == len({row["number"] for row in rows}) == 890
    assert demands["person_id"].n_unique() == len({row["caller_id"] for row in rows}) == 639
    assert "Caller" not in str(demands["person_id"].to_list())
    opened = {row["number"]: row["opened_at"] for row in rows}
    told = dict(demands.select("demand_id", "received_at").rows())
    for number, text in opened.items():
        assert told[f"servicenow_incidents:{number}"] == instant(datetime.strptime(text, "%d-%m-%Y %H:%M"))


def test_the_last_closing_is_when_the_incident_was_resolved(incidents):
    records, rows = incidents
    last = dict(records["activities"].filter(kind="close").group_by("demand_id").agg(pl.col("started_at").max()).rows())
    resolved = {row["number"]: row["resolved_at"] for row in rows if row["resolved_at"] != "?"}
    assert len(last) == 890
    for number, text in resolved.items():
        assert last[f"servicenow_incidents:{number}"] == instant(datetime.strptime(text, "%d-%m-%Y %H:%M"))


def test_an_incident_opened_again_says_so(incidents):
    records, rows = incidents
    seen: dict[str, int] = {}
    rises = 0
    for row in sorted(rows, key=lambda row: (row["number"], int(row["sys_mod_count"]))):
        rises += int(row["reopen_count"]) > seen.get(row["number"], int(row["reopen_count"]))
        seen[row["number"]] = int(row["reopen_count"])
    assert records["activities"].filter(kind="reopen").height == rises > 0


def test_records_hold_the_declared_columns(requests, incidents):
    for records, _ in (requests, incidents):
        for name, frame in records.items():
            assert dict(frame.drop("line", "recorded_at").schema) == FRAMES[name].columns
            assert frame[FRAMES[name].key].n_unique() == frame.height
