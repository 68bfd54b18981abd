"""The same records give the same figures from SQLite and from PostgreSQL."""

from pathlib import Path

import polars as pl
import pytest

from connectors.intake import import_file
from connectors.store import open_store
from measures.catalogue import MEASURES
from measures.model.principal import LOCAL
from measures.reading import Request, read, rows

SHARED = Path(__file__).parents[4] / "shared" / "data"
EXTRACTS = (
    ("uci_incident_log.csv", "preset:servicenow_incidents", "2017-02-04 19:00", 5_998),
    ("boston311_2015_q1.csv", "preset:municipal_311", "2016-01-12 22:22:40", 26_788),
)


@pytest.mark.shared
@pytest.mark.servers
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared records are not beside the project")
@pytest.mark.parametrize(("file", "preset", "seen", "count"), EXTRACTS)
def test_each_preset_gives_equal_figures_on_sqlite_and_postgresql(
    file: str, preset: str, seen: str, count: int, postgresql_url: str, tmp_path: Path
) -> None:
    stores = [
        open_store(f"sqlite:///{tmp_path}/one.db", tmp_path / "one"),
        open_store(postgresql_url, tmp_path / "two"),
    ]
    for store in stores:
        first = import_file(store, LOCAL, SHARED / file, preset, extracted_at=seen)
        assert (first.read, first.accepted, first.rejected) == (count, count, 0)
        again = import_file(store, LOCAL, SHARED / file, preset, extracted_at=seen)
        assert (again.read, again.unchanged) == (count, count)
    here, there = (store.records(LOCAL) for store in stores)
    for measure in MEASURES.values():
        for shape in measure.readings:
            wanted = "day" if "incident" in file else "week"
            request = Request(measure.name, shape, period=wanted if wanted in measure.periods else measure.periods[0])
            one, two = (read(records, request, LOCAL) for records in (here, there))
            assert one.sentence == two.sentence
            assert rows(one).equals(rows(two)), f"{measure.name} {shape}"
    for store in stores:
        store.close()


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared records are not beside the project")
def test_rows_of_one_incident_are_one_demand_and_open_requests_count_as_open(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/s.db", tmp_path / "s")
    for file, preset, seen, _ in EXTRACTS:
        import_file(store, LOCAL, SHARED / file, preset, extracted_at=seen)
    demands = store.records(LOCAL).scan("demands").group_by("source").len().collect()
    assert dict(demands.iter_rows()) == {"servicenow_incidents": 890, "municipal_311": 26_788}
    closed = (
        store.records(LOCAL)
        .scan("activities")
        .filter((pl.col("source") == "municipal_311") & (pl.col("kind") == "close"))
        .select(pl.len())
        .collect()
        .item()
    )
    assert closed == 21_915
