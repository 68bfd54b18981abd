"""What is taken away leaves a line in the audit: what, of which measure, with which filters, by whom and when."""

import json
import time
import xml.etree.ElementTree as ET

import polars as pl
import pytest
from town_fixture import opened

from connectors.store import StoreBusy, open_store
from measures.model.principal import LOCAL, Principal
from measures.reading import Request, read
from pages.charts.frame import png, svg
from pages.check import taken
from pages.check.downloads import asked_in_words, noted, varied
from pages.check.drawing import chart_of

HOUSING = Request("stayed_met", where=(("service", "housing"),), window_days=90)


def exports(store) -> pl.DataFrame:
    """Every line about something taken away; the town may have been visited before."""
    return store.audit_trail(LOCAL).filter(action="export")


def test_a_line_in_the_audit_says_what_was_taken_and_by_whom(town):
    store, who = open_store(town), Principal("kim", "leader")
    reading = read(store.records(who), HOUSING, who)
    before = time.time_ns() // 1_000
    assert noted(store, who, taken.of(reading), "xlsx", lambda: b"made") == b"made"
    (line,) = exports(store).filter(pl.col("at") >= before).to_dicts()
    assert (line["subject"], line["role"]) == ("kim", "leader")
    assert before <= line["at"] <= time.time_ns() // 1_000
    detail = json.loads(line["detail"])
    assert detail["asked"] == {"period": "week", "where": "service=housing", "window_days": "90"}
    assert {name: detail[name] for name in ("format", "measure", "shape", "rows")} == {
        "format": "xlsx", "measure": "stayed_met", "shape": "series", "rows": reading.table.height,
    }  # fmt: skip
    assert detail["data_version"] == str(reading.data_version)
    assert store.verify(LOCAL) == []


def test_a_file_that_cannot_be_noted_does_not_leave(town, monkeypatch):
    store = open_store(town)
    reading = read(store.records(LOCAL), HOUSING, LOCAL)

    def busy(*_):
        raise StoreBusy("another import is being written")

    monkeypatch.setattr(type(store), "record_action", busy)
    with pytest.raises(StoreBusy):
        noted(store, LOCAL, taken.of(reading), "csv", lambda: b"made")


def test_a_file_that_fails_is_not_noted(town):
    store = open_store(town)
    before = exports(store)
    with pytest.raises(ZeroDivisionError):
        noted(store, LOCAL, taken.of(read(store.records(LOCAL), HOUSING, LOCAL)), "csv", lambda: bytes(1 // 0))
    assert exports(store).equals(before)


def test_what_was_asked_reads_as_words(town):
    reading = read(open_store(town).records(LOCAL), HOUSING, LOCAL)
    assert asked_in_words(reading) == "service is housing, by week, window 90 days"
    assert varied(Request("stayed_met")) == {"period": "week"}


def test_pictures_reopen(town):
    reading = read(open_store(town).records(LOCAL), HOUSING, LOCAL)
    drawn = chart_of(reading, picture=True)
    made = png(drawn)
    assert made[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high = (int.from_bytes(made[place : place + 4]) for place in (16, 20))
    assert wide > 2000
    assert high > 840
    root = ET.fromstring(svg(drawn))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    said = " ".join(root.itertext())
    assert reading.title in said
    assert str(reading.data_version) in said


def test_the_page_offers_each_format_and_a_split_only_figures(town):
    def labels(**asked):
        at = opened("pages/check/capability.py", **asked)
        assert not at.exception
        return [button.proto.label for button in at.get("download_button")]

    formats = ["Figures (CSV)", "Workbook (XLSX)", "Sheet (PDF)", "Picture (PNG)", "Picture (SVG)"]
    assert labels(measure="stayed_met") == formats
    assert labels(measure="failure_demand_share", split="service") == formats[:2]
