"""From a file to the store and back: counts that add up, nothing twice, nothing half, and a preview that keeps nothing."""

import threading
import time
from pathlib import Path

import polars as pl
import pytest
from mapped_rows import HEADER, REPAIRS
from test_mapping import LOG, LOG_HEADER, LOG_ROWS

from connectors.files import delimited
from connectors.intake import import_file, moment, preview
from connectors.mapping import loads
from connectors.refusal import ImportCancelled, ImportRefused
from connectors.store import open_store
from measures.model.principal import LOCAL

GOOD = "1,T1,04/05/2026 09:30,05/05/2026 10:00,damp\n2,T2,04/05/2026,,\n"


@pytest.fixture
def store(tmp_path):
    ours = open_store(f"sqlite:///{tmp_path}/ours/store.db", tmp_path / "ours")
    yield ours
    ours.close()


def written(folder: Path, rows: str, header: str = HEADER, name: str = "repairs.csv") -> Path:
    path = folder / name
    path.write_text(header + rows)
    return path


def fell(report):
    assert report.read == report.accepted + report.unchanged + report.superseded + report.rejected
    return report.read, report.accepted, report.unchanged, report.superseded, report.rejected


def count(store, frame: str) -> int:
    return store.records(LOCAL).scan(frame).select(pl.len()).collect().item()


def test_a_file_comes_in_once_and_a_correction_replaces_its_row(store, tmp_path):
    mapping = loads(REPAIRS)
    assert fell(import_file(store, LOCAL, written(tmp_path, GOOD), mapping)) == (2, 2, 0, 0, 0)
    assert fell(import_file(store, LOCAL, written(tmp_path, GOOD), mapping)) == (2, 0, 2, 0, 0)
    corrected = GOOD.replace("2,T2,04/05/2026,,", "2,T2,04/05/2026,06/05/2026,") + "3,T3,31/02/2026,,\n"
    report = import_file(store, LOCAL, written(tmp_path, corrected), mapping)
    assert fell(report) == (3, 0, 1, 1, 1)
    assert report.reasons == {"impossible_date": 1}
    assert (count(store, "demands"), count(store, "activities")) == (2, 2)
    kept = store.quarantine(LOCAL, report.import_id)
    assert kept.select("line", "field", "reason").rows() == [(4, "opened", "impossible_date")]
    assert store.verify(LOCAL) == []


def test_equal_keys_with_different_content_are_a_conflict(store, tmp_path):
    rows = GOOD + "2,T2,05/05/2026,,\n"
    report = import_file(store, LOCAL, written(tmp_path, rows), loads(REPAIRS))
    assert fell(report) == (3, 2, 0, 0, 1)
    assert report.reasons == {"conflicting_duplicate": 1}


def test_people_meet_across_files_and_forms_of_their_number(store, tmp_path):
    import_file(store, LOCAL, written(tmp_path, "1,T-1,04/05/2026,,\n"), loads(REPAIRS))
    import_file(store, LOCAL, written(tmp_path, "2,T1,05/05/2026,,\n3,T01,05/05/2026,,\n"), loads(REPAIRS))
    people = store.records(LOCAL).scan("demands").sort("demand_id").collect()["person_id"].to_list()
    assert people[0] == people[1] != people[2]
    assert not any("T1" in path.read_bytes().decode("latin-1") for path in (tmp_path / "ours").rglob("*.parquet"))


def test_a_batch_with_too_many_refusals_is_held_and_let_in_when_approved(store, tmp_path):
    rows = GOOD + "".join(f"b{n},T1,soon,,\n" for n in range(20))
    held = import_file(store, LOCAL, written(tmp_path, rows), loads(REPAIRS))
    assert held.held
    assert held.rejected == 20
    assert count(store, "demands") == 0
    approved = import_file(store, LOCAL, written(tmp_path, rows), loads(REPAIRS), approve=True)
    assert fell(approved) == (22, 2, 0, 0, 20)
    assert count(store, "demands") == 2


def test_a_log_that_comes_in_pieces_still_has_one_demand_an_incident(store, tmp_path):
    mapping = loads(LOG)
    for rows in (LOG_ROWS[:2], LOG_ROWS[2:], LOG_ROWS):
        import_file(store, LOCAL, written(tmp_path, "\n".join(rows) + "\n", LOG_HEADER), mapping)
    demands = store.records(LOCAL).scan("demands").collect()
    assert sorted(demands["demand_id"].to_list()) == ["log:A", "log:B"]
    acts = store.records(LOCAL).scan("activities").select("demand_id", "kind").collect().rows()
    assert sorted(acts) == [
        ("log:A", "administer"), ("log:A", "close"), ("log:A", "close"), ("log:B", "close"),
    ] or sorted(acts) == [
        ("log:A", "administer"), ("log:A", "close"), ("log:A", "close"), ("log:A", "reopen"), ("log:B", "close"),
    ]  # fmt: skip


def standing_acts(store) -> list[tuple[str, str]]:
    return sorted(store.records(LOCAL).scan("activities").select("source_key", "kind").collect().rows())


def test_the_end_of_a_log_read_again_keeps_its_reopenings(store, tmp_path):
    mapping = loads(LOG)
    import_file(store, LOCAL, written(tmp_path, "\n".join(LOG_ROWS) + "\n", LOG_HEADER), mapping)
    whole = standing_acts(store)
    assert ("A|2", "reopen") in whole
    for rows in (LOG_ROWS[2:], LOG_ROWS[2:3], [LOG_ROWS[3], LOG_ROWS[2]]):
        report = import_file(store, LOCAL, written(tmp_path, "\n".join(rows) + "\n", LOG_HEADER), mapping)
        assert fell(report) == (len(rows), 0, len(rows), 0, 0)
        assert standing_acts(store) == whole


def test_a_row_that_came_without_the_one_before_it_is_put_right_when_both_come(store, tmp_path):
    mapping = loads(LOG)
    for rows in (LOG_ROWS[:2], LOG_ROWS[2:3]):
        import_file(store, LOCAL, written(tmp_path, "\n".join(rows) + "\n", LOG_HEADER), mapping)
    assert ("A|2", "reopen") not in standing_acts(store)
    report = import_file(store, LOCAL, written(tmp_path, "\n".join(LOG_ROWS[1:3]) + "\n", LOG_HEADER), mapping)
    assert fell(report) == (2, 0, 1, 1, 0)
    assert ("A|2", "reopen") in standing_acts(store)


def test_stopping_keeps_nothing_and_leaves_no_thread(store, tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "BLOCK", 2000)
    rows = "".join(f"{n},T{n},04/05/2026,,damp\n" for n in range(2000))
    seen: list[float | None] = []
    with pytest.raises(ImportCancelled, match="nothing of it was kept"):
        import_file(
            store,
            LOCAL,
            written(tmp_path, rows),
            loads(REPAIRS),
            progress=seen.append,
            cancelled=lambda: len(seen) >= 3,
        )
    assert len(seen) == 3
    assert count(store, "demands") == 0
    deadline = time.monotonic() + 5
    while any(thread.name == "mapping" for thread in threading.enumerate()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(thread.name == "mapping" for thread in threading.enumerate())


def test_progress_ends_with_the_whole_file(store, tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "BLOCK", 500)
    seen: list[float | None] = []
    rows = "".join(f"{n},T{n},04/05/2026,,damp\n" for n in range(100))
    import_file(store, LOCAL, written(tmp_path, rows), loads(REPAIRS), progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_what_goes_wrong_deep_in_the_file_keeps_nothing_of_it(store, tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "BLOCK", 1000)
    path = written(tmp_path, "".join(f"{n},T{n},04/05/2026,,damp\n" for n in range(1000)))
    path.write_bytes(path.read_bytes() + b"x,T,04/05/2026,,caf\xe9\n")
    with pytest.raises(ImportRefused, match=r"line 1002 of repairs.csv is not UTF-8"):
        import_file(store, LOCAL, path, loads(REPAIRS))
    assert count(store, "demands") == 0
    assert store.verify(LOCAL) == []


def test_a_disk_without_room_is_refused_before_anything_is_read(store, tmp_path, monkeypatch):
    monkeypatch.setattr("connectors.intake.ROOM", 10**12)
    with pytest.raises(ImportRefused, match="make room first"):
        import_file(store, LOCAL, written(tmp_path, GOOD), loads(REPAIRS))


def test_a_preview_shows_what_an_import_would_do_and_keeps_nothing(store, tmp_path):
    path = written(tmp_path, GOOD + "3,1.23E+09,04/05/2026,,\n")
    seen = preview(path, loads(REPAIRS))
    assert (seen.read, seen.accepted, seen.rejected) == (3, 2, 1)
    assert seen.columns == ("id", "tenant", "opened", "closed", "type")
    assert seen.frames["demands"].height == 2
    assert seen.rejects.select("line", "field", "reason").rows() == [(4, "tenant", "person_id_scientific")]
    assert count(store, "demands") == 0
    assert preview(path, loads(REPAIRS), rows=1).read == 1


def test_a_preview_remarks_on_columns_that_identify_people(tmp_path):
    named = loads(REPAIRS.replace('issue = "type"', 'presented_as = "tenant name"'))
    path = written(tmp_path, "1,T1,04/05/2026,,Ann\n", "id,tenant,opened,closed,tenant name\n")
    assert any("people's names" in remark for remark in preview(path, named).remarks)


def test_a_date_as_a_moment_means_its_end_in_the_sources_zone():
    assert moment("2026-06-01", "Europe/London") + 1 == moment("2026-06-02 00:00:00", "Europe/London")
    assert moment("2026-06-01 12:00", "Europe/London") == moment("2026-06-01T11:00:00Z", "UTC")
    with pytest.raises(ImportRefused, match="'yesterday' is not a time"):
        moment("yesterday", "UTC")


@pytest.mark.parametrize("kind", ["parquet", "xlsx", "csv.gz", "tsv"])
def test_the_same_rows_give_the_same_records_whatever_the_file(store, tmp_path, kind):
    rows = pl.DataFrame(
        {"id": ["1", "0012345"], "tenant": ["T1", None], "opened": ["04/05/2026 09:30", "04/05/2026"],
         "closed": ["05/05/2026 10:00", None], "type": ["damp, mould", None]}
    )  # fmt: skip
    path = tmp_path / f"repairs.{kind}"
    if kind == "parquet":
        rows.write_parquet(path)
    elif kind == "xlsx":
        rows.write_excel(path, autofit=False)
    elif kind == "tsv":
        path.write_text(rows.write_csv(separator="\t"))
    else:
        import gzip

        path.write_bytes(gzip.compress(rows.write_csv().encode()))
    assert fell(import_file(store, LOCAL, path, loads(REPAIRS))) == (2, 2, 0, 0, 0)
    same = written(tmp_path, rows.write_csv(include_header=False), name="same.csv")
    assert fell(import_file(store, LOCAL, same, loads(REPAIRS))) == (2, 0, 2, 0, 0)


def test_typed_parquet_is_read_as_exact_text(store, tmp_path):
    from datetime import datetime

    path = tmp_path / "repairs.parquet"
    pl.DataFrame(
        {"id": [1, 2], "tenant": [9434765919.0, None], "opened": [datetime(2026, 5, 4, 9, 30)] * 2,
         "closed": [None, datetime(2026, 5, 5)], "type": ["damp", None]}
    ).write_parquet(path)  # fmt: skip
    iso = loads(REPAIRS.replace('formats = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]', 'formats = ["iso"]'))
    assert fell(import_file(store, LOCAL, path, iso)) == (2, 2, 0, 0, 0)
    same = written(tmp_path, "1,9434765919,2026-05-04 09:30:00,,damp\n2,,2026-05-04 09:30:00,2026-05-05 00:00:00,\n")
    seen = preview(same, iso).frames["activities"]["started_day"].to_list()
    assert seen == store.records(LOCAL).scan("activities").collect()["started_day"].to_list()
