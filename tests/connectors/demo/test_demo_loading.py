"""The town goes through the same mapping and gates as any source, and the loader's report says what they found."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from connectors.batch import ImportReport
from connectors.demo import load, loading
from connectors.demo.law import Law
from connectors.demo.town import demo_town, small
from connectors.store import Store, open_store
from measures.model.principal import LOCAL


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, list[ImportReport]]:
    folder = tmp_path_factory.mktemp("town")
    store = open_store(f"sqlite:///{folder}/store.db", folder=folder)
    return store, load(store, LOCAL)


def test_the_report_counts_the_mess(loaded: tuple[Store, list[ImportReport]]) -> None:
    _, (cases, town) = loaded
    rows = demo_town().frames
    messy = [rows["demands"], rows["activities"]]
    keys = ["demand_id", "activity_id"]
    repeated = sum(frame.height - frame[key].n_unique() for frame, key in zip(messy, keys, strict=True))
    never = sum(frame[key].str.ends_with("x").sum() for frame, key in zip(messy, keys, strict=True))
    assert town.read == sum(frame.height for frame in rows.values())
    assert town.read == town.accepted + town.unchanged + town.superseded + town.rejected
    assert town.rejected == never
    assert set(town.reasons) == {"impossible_date", "time_does_not_exist"}
    # a mis-keyed copy that stands twice is refused twice
    assert 0 <= repeated - town.unchanged <= 0.03 * repeated
    assert town.flags["end_doubtful"] > 1_000
    assert town.flags["ambiguous_time"] > 20
    assert (cases.rejected, cases.accepted) == (0, cases.read)
    assert not town.held


def test_loading_again_changes_nothing(loaded: tuple[Store, list[ImportReport]]) -> None:
    store, _ = loaded
    before = store.data_version(LOCAL)
    assert load(store, LOCAL) == []
    assert store.data_version(LOCAL) == before
    assert store.verify(LOCAL) == []


def test_the_store_holds_the_true_records_and_no_raw_id(loaded: tuple[Store, list[ImportReport]]) -> None:
    store, _ = loaded
    town = demo_town()
    demands = store.records(LOCAL).scan("demands").filter(source=loading.SOURCE).collect()
    assert demands.height == town.demands.height
    people = set(demands["person_id"].drop_nulls())
    assert not people & set(town.frames["demands"]["person"].drop_nulls())
    assert len(people) == town.frames["demands"]["person"].n_unique() - 1  # two people called "A" stay two; one is null
    classified = store.records(LOCAL).scan("classification").collect()
    assert set(classified["demand_id"]) == set(demands["demand_id"])


def test_the_redesign_is_on_record_for_both_services(loaded: tuple[Store, list[ImportReport]]) -> None:
    store, _ = loaded
    changes = store.judgements(LOCAL, "change")
    assert set(changes["service"]) == {"housing", "health and social care"}
    assert set(changes["from_day"].cast(pl.Date).dt.to_string()) == {"2023-01-02"}


def test_the_published_cases_stand_beside_the_town(loaded: tuple[Store, list[ImportReport]]) -> None:
    store, _ = loaded
    counts = store.records(LOCAL).scan("demands").filter(source="published_cases").group_by("need_id").len().collect()
    assert dict(counts.rows()) == {"child_a": 12, "ruth": 4, "jake": 18}
    warnings = store.sources(LOCAL).filter(name="published_cases")["warnings"][0]
    assert "6 home visits" in warnings


def test_a_large_town_is_written_by_districts_and_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow = loading.demo_town
    law = small(Law(), 0.02)
    monkeypatch.setattr(loading, "demo_town", lambda seed, district: grow(seed, law, district=district))
    monkeypatch.setattr(loading, "TOGETHER", 2)
    store = open_store(f"sqlite:///{tmp_path}/store.db", folder=tmp_path)
    told: list[tuple[str, float]] = []
    stopped = loading.load_town(store, LOCAL, events=300_000, progress=lambda *said: told.append(said))
    assert len(stopped) == 1
    reports = loading.load_town(store, LOCAL, events=3 * 173_000, progress=lambda *said: told.append(said))
    assert len(reports) == 1
    assert [words.rpartition(", ")[2] for words, _ in told] == ["districts 000 to 001", "districts 002 to 002"]
    demands = store.records(LOCAL).scan("demands").collect()
    assert demands["demand_id"].is_unique().all()
    assert set(demands["demand_id"].str.slice(11, 3)) == {"000", "001", "002"}
    assert store.verify(LOCAL) == []


def test_every_extract_is_text_and_has_its_mapping() -> None:
    assert all(
        dtype == pl.String for frame in demo_town(1, small(Law(), 0.02)).frames.values() for dtype in frame.dtypes
    )
    assert {path.stem for path in loading.MAPPINGS.glob("*.toml")} == set(demo_town(1, small(Law(), 0.02)).frames)
