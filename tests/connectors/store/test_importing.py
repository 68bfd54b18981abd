"""An import tells source rows apart by key and content, and is visible whole or not at all."""

from dataclasses import replace

import polars as pl
import pytest
from store_by_hand import HOUR, SMALL, batch, load

from connectors.store import Store, StoreError
from measures.model.principal import LOCAL
from measures.model.records import DataVersion

ABC = [("a", 1, HOUR), ("b", 2, 2 * HOUR), ("c", 3, 3 * HOUR)]


def demands(store: Store, **as_of) -> list[tuple]:
    rows = store.records(LOCAL).scan("demands", **as_of).sort("demand_id")
    return rows.select("demand_id", "issue", "record_version", "import_id").collect().rows()


def counts(report) -> tuple[int, ...]:
    return report.read, report.accepted, report.unchanged, report.superseded, report.rejected


def test_the_same_file_twice_changes_nothing(any_store: Store) -> None:
    first = load(any_store, batch(ABC), file_hash="f")
    before = any_store.data_version(LOCAL), demands(any_store), any_store.records(LOCAL).newest
    second = load(any_store, batch(ABC), file_hash="f")
    assert counts(first) == (3, 3, 0, 0, 0)
    assert counts(second) == (3, 0, 3, 0, 0)
    assert before == (any_store.data_version(LOCAL), demands(any_store), any_store.records(LOCAL).newest)
    assert any_store.ledger(LOCAL)["state"].to_list() == ["done", "done"]


def test_a_correction_makes_a_version_and_replaces_all_records_of_the_row(any_store: Store) -> None:
    load(any_store, batch(ABC))
    report = load(any_store, batch([("a", 1, HOUR), ("b", 5, 2 * HOUR), ("d", 4, HOUR)]))
    assert counts(report) == (3, 1, 1, 1, 0)
    assert demands(any_store) == [
        ("a", "issue 1", 1, 1), ("b", "issue 5", 2, 2), ("c", "issue 3", 1, 1), ("d", "issue 4", 1, 2),
    ]  # fmt: skip
    closed = any_store.records(LOCAL).scan("activities").collect()
    assert closed["demand_id"].to_list() == ["d"], "the closure of b's first version is gone with it"
    assert any_store.verify(LOCAL) == []


def test_what_came_back_from_sql_and_files_is_what_was_given(any_store: Store) -> None:
    load(any_store, batch(ABC), at=9 * HOUR)
    row = any_store.records(LOCAL).scan("demands").filter(pl.col("demand_id") == "b").collect().row(0, named=True)
    assert row["verbatim"] == '"b", said\nso'
    assert (row["source"], row["source_key"], row["recorded_at"]) == ("desk", "b", 9 * HOUR)
    closure = any_store.records(LOCAL).scan("activities").collect().row(0, named=True)
    assert (closure["outcome"], closure["end_doubtful"], closure["minutes"], closure["team"]) == ("", True, 2.5, None)


@pytest.mark.parametrize("known", [[], [("k", 1, HOUR)]], ids=["new source", "known source"])
def test_equal_keys_in_one_file_are_unchanged_or_in_conflict(any_store: Store, known: list) -> None:
    if known:
        load(any_store, batch(known))
    twice = batch([("a", 1, HOUR), ("a", 1, HOUR), ("a", 2, HOUR)])
    later = batch([("a", 1, HOUR), ("a", 7, HOUR), ("z", 1, HOUR)], line=4)
    report = load(any_store, twice, later)
    assert counts(report) == (6, 2, 2, 0, 2)
    assert report.reasons == {"conflicting_duplicate": 2}
    refused = any_store.quarantine(LOCAL, report.import_id)
    assert refused.select("line", "field", "reason").rows() == [
        (3, "source_key", "conflicting_duplicate"), (5, "source_key", "conflicting_duplicate"),
    ]  # fmt: skip
    assert [row[1] for row in demands(any_store) if row[0] == "a"] == ["issue 1"]


def test_a_known_row_met_unchanged_cannot_change_later_in_the_same_file(any_store: Store) -> None:
    load(any_store, batch(ABC))
    report = load(any_store, batch([("a", 1, HOUR)]), batch([("a", 9, HOUR)], line=2))
    assert counts(report) == (2, 0, 1, 0, 1)


def test_an_import_that_fails_leaves_nothing_but_its_line_in_the_ledger(any_store: Store) -> None:
    load(any_store, batch(ABC))
    before = demands(any_store), any_store.data_version(LOCAL), files(any_store)

    def cut_short() -> None:
        with any_store.begin_import(LOCAL, SMALL) as importing:
            importing.add(batch([("x", 1, HOUR), ("a", 8, HOUR)]))
            raise RuntimeError("the file was cut: Mr Smith")

    with pytest.raises(RuntimeError):
        cut_short()
    assert before == (demands(any_store), any_store.data_version(LOCAL), files(any_store))
    line = any_store.ledger(LOCAL).row(0, named=True)
    assert line["state"] == "failed"
    assert "Smith" not in line["reason"]


def test_leaving_without_finishing_keeps_nothing(store: Store) -> None:
    with store.begin_import(LOCAL, SMALL) as importing:
        importing.add(batch(ABC))
    assert demands(store) == []
    assert store.data_version(LOCAL) == DataVersion(0, 0)
    with pytest.raises(StoreError, match="has ended"):
        importing.add(batch(ABC))


def test_many_refusals_hold_the_import_until_somebody_approves(any_store: Store) -> None:
    rows = [(f"k{n}", 1, HOUR) for n in range(60)]
    held = load(any_store, batch(rows, refused=20))
    assert held.held
    assert "20 of 80 rows were refused" in held.reason
    assert counts(held) == (80, 60, 0, 0, 20)
    assert demands(any_store) == []
    assert any_store.sources(LOCAL).is_empty()
    assert any_store.quarantine(LOCAL, held.import_id).height == 20
    assert any_store.ledger(LOCAL).row(0, named=True)["state"] == "held"
    approved = load(any_store, batch(rows, refused=20), approve=True)
    assert (approved.held, approved.accepted) == (False, 60)


@pytest.mark.parametrize(("rows", "refused"), [(30, 19), (500, 25)], ids=["fewer than 20", "not more than 5%"])
def test_a_few_refusals_hold_nothing(store: Store, rows: int, refused: int) -> None:
    good = [(f"k{n}", 1, HOUR) for n in range(rows)]
    assert not load(store, batch(good, refused=refused)).held


def test_a_snapshot_that_shrank_is_held_and_one_that_lacks_a_few_rows_retires_them(any_store: Store) -> None:
    whole = replace(SMALL, snapshot=True)
    rows = [(f"k{n:02}", 1, HOUR) for n in range(40)]
    load(any_store, batch(rows), source=whole, at=10 * HOUR)
    half = load(any_store, batch(rows[:19]), source=whole, at=20 * HOUR)
    assert (half.held, "40" in half.reason) == (True, True)
    missing = load(any_store, batch(rows[:35]), source=whole, at=30 * HOUR)
    assert (missing.held, missing.reason.startswith("5 of 40 known rows")) == (True, True)
    load(any_store, batch(rows[:38]), source=whole, at=40 * HOUR)
    assert len(demands(any_store)) == 38
    assert len(demands(any_store, as_of=39 * HOUR)) == 40
    back = load(any_store, batch(rows), source=whole, at=50 * HOUR)
    assert counts(back) == (40, 2, 38, 0, 0)
    assert len(demands(any_store)) == 40
    assert len(demands(any_store, as_of=45 * HOUR)) == 38
    assert any_store.verify(LOCAL) == []


def test_a_block_must_add_up(store: Store) -> None:
    with pytest.raises(StoreError, match="every row read"), store.begin_import(LOCAL, SMALL) as importing:
        importing.add(replace(batch(ABC), read=4))


def test_the_cursor_is_saved_with_the_rows(store: Store) -> None:
    assert store.cursor(LOCAL, "desk") is None
    load(store, replace(batch(ABC), cursor="page 7"))
    assert store.cursor(LOCAL, "desk") == "page 7"
    load(store, batch([("d", 1, HOUR)]))
    assert store.cursor(LOCAL, "desk") == "page 7"


def test_a_clock_set_back_does_not_change_the_order_of_imports(store: Store) -> None:
    load(store, batch(ABC), at=10 * HOUR)
    load(store, batch([("a", 9, HOUR)]), at=5 * HOUR)
    assert demands(store)[0] == ("a", "issue 9", 2, 2)
    assert demands(store, as_of=10 * HOUR)[0] == ("a", "issue 1", 1, 1)


def test_text_that_repeats_in_every_row_is_kept_to_the_letter(store: Store) -> None:
    odd = ["it's; DROP TABLE demands --", "?", "", " x ", "\x00nul", "é" * 300]
    for nth, text in enumerate(odd):
        one = batch([(f"k{nth}a", 1, HOUR), (f"k{nth}b", 1, HOUR)])
        frames = {"demands": one.frames["demands"].with_columns(channel=pl.lit(text))}
        load(store, replace(one, frames=frames))
    for part in (store.home / "parts").iterdir():
        part.unlink()  # so that it is read back from SQL
    kept = store.records(LOCAL).scan("demands").sort("demand_id").collect()["channel"].to_list()
    assert kept == [text for text in odd for _ in range(2)]


def files(store: Store) -> set[str]:
    return {file.name for file in (store.home / "parts").iterdir()}
