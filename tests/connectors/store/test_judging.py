"""Judgements: versions, words of the vocabulary, and two people editing one thing."""

import polars as pl
import pytest
from by_chance import MONDAY, Row, demand
from by_chance import load as load_rows
from store_by_hand import HOUR, batch, load

from connectors.store import StaleJudgement, Store, StoreDenied, StoreError
from measures.model.principal import LOCAL, Principal

TEAM = Principal("ann", "team", ("housing",))


def test_a_judgement_is_written_in_the_persons_name_with_time_and_version(any_store: Store) -> None:
    assert any_store.judge(LOCAL, "classification", {"demand_id": "a", "class": "value"}) == 1
    assert (
        any_store.judge(LOCAL, "classification", {"demand_id": "a", "class": "failure", "failure_type": "other"}) == 2
    )
    (row,) = any_store.judgements(LOCAL, "classification").rows(named=True)
    assert (row["class"], row["coder"], row["author"], row["version"], row["judgement_id"]) == (
        "failure",
        "local",
        "local",
        2,
        2,
    )
    assert any_store.data_version(LOCAL).judgement_id == 2


def test_the_stale_one_of_two_is_shown_both_versions(any_store: Store) -> None:
    change = {"change_id": "c", "what": "one desk", "from_day": 10, "service": "housing"}
    assert any_store.judge(LOCAL, "change", change, expected_version=0) == 1
    assert any_store.judge(TEAM, "change", {**change, "what": "two desks"}, expected_version=1) == 2
    with pytest.raises(StaleJudgement, match="version 2, by ann, and you saw version 1") as stale:
        any_store.judge(LOCAL, "change", {**change, "what": "no desk"}, expected_version=1)
    assert (stale.value.theirs["what"], stale.value.yours["what"]) == ("two desks", "no desk")
    assert any_store.judgements(LOCAL, "change")["what"].to_list() == ["two desks"]


@pytest.mark.parametrize(
    ("name", "judgement", "sentence"),
    [
        ("classification", {"demand_id": "a", "class": "bad"}, "'bad' is no class; choose one of: value"),
        ("classification", {"demand_id": "a", "class": "failure", "failure_type": "x"}, "'x' is no failure type"),
        ("classification", {"demand_id": "a"}, "needs 'class'"),
        ("classification", {"demand_id": 7, "class": "value"}, "7 is not what 'demand_id'"),
        ("classification", {"demand_id": "a", "class": "value", "colour": "red"}, "no 'colour'"),
        ("outcome", {"need_id": "n", "asked_on_day": 3, "answer": "maybe"}, "'maybe' is no answer"),
        ("verdict", {"x": 1}, "no judgements called 'verdict'"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(store: Store, name: str, judgement: dict, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence):
        store.judge(LOCAL, name, judgement)
    assert store.data_version(LOCAL).judgement_id == 0
    assert store.audit_trail(LOCAL).is_empty()


def test_roles_scopes_and_other_peoples_names(store: Store) -> None:
    load(store, batch([("a", 1, HOUR, "housing"), ("b", 1, HOUR, "benefits")]))
    assert store.judge(TEAM, "classification", {"demand_id": "a", "class": "value"}) == 1
    for principal, name, judgement in (
        (TEAM, "classification", {"demand_id": "b", "class": "value"}),
        (TEAM, "classification", {"demand_id": "a", "class": "value", "coder": "bob"}),
        (TEAM, "change", {"what": "x", "from_day": 1, "service": "benefits"}),
        (Principal("l", "leader"), "classification", {"demand_id": "a", "class": "value"}),
        (Principal("s", "steward"), "note", {"text": "x", "service": "housing"}),
        (Principal("r", "regulator"), "note", {"text": "x", "service": "housing"}),
    ):
        with pytest.raises(StoreDenied):
            store.judge(principal, name, judgement)
    assert store.data_version(LOCAL).judgement_id == 1


def test_a_team_answers_for_needs_of_its_own_services_only(any_store: Store) -> None:
    mine, others = demand("a", MONDAY, need_id="n"), demand("b", MONDAY, need_id="m", service="benefits")
    told = Row("k", {"source_needs": [{"need_id": "n"}, {"need_id": "m"}]})
    load_rows(any_store, [mine, others, told])
    written = (
        ("outcome", {"asked_on_day": 9, "answer": "met"}),
        ("want", {"item": "a key"}),
        ("need_merge", {"into_need_id": "n"}),
    )
    for name, judgement in written:
        for need in ("a", "n"):
            assert any_store.judge(TEAM, name, {"need_id": need, **judgement}) == 1
        for need in ("b", "m", "nobody's"):
            with pytest.raises(StoreDenied, match=r"Need .* lies outside your services \(housing\)"):
                any_store.judge(TEAM, name, {"need_id": need, **judgement})
    with pytest.raises(StoreDenied, match="Need 'm' lies outside"):
        any_store.judge(TEAM, "need_merge", {"need_id": "a", "into_need_id": "m"})
    assert any_store.judge(LOCAL, "outcome", {"need_id": "m", "asked_on_day": 9, "answer": "met"}) == 1


def test_an_id_is_made_for_something_new(store: Store) -> None:
    for text in ("one", "two"):
        store.judge(LOCAL, "note", {"text": text, "measure": "m"})
    assert store.judgements(LOCAL, "note")["note_id"].n_unique() == 2


@pytest.mark.parametrize("bulk", [10, 2_500], ids=["in SQL only", "with a part"])
def test_bulk_and_single_judgements_read_as_one(any_store: Store, bulk: int) -> None:
    any_store.judge(LOCAL, "classification", {"demand_id": "d3", "class": "unclear"})
    rows = pl.DataFrame({"demand_id": [f"d{n}" for n in range(bulk)], "class": ["value"] * bulk})
    assert any_store.judge_many(LOCAL, "classification", rows) == bulk
    any_store.judge(LOCAL, "classification", {"demand_id": "d5", "class": "failure"})
    any_store.judge(LOCAL, "classification", {"demand_id": "new", "class": "failure"})
    read = any_store.records(LOCAL).scan("classification").collect()
    assert read.height == bulk + 1
    verdicts = dict(read.select("demand_id", "class").iter_rows())
    assert (verdicts["d3"], verdicts["d5"], verdicts["new"], verdicts["d9"]) == ("value", "failure", "failure", "value")
    judged = any_store.records(LOCAL).judged("classification")
    assert judged.base.collect().height == (bulk if bulk > 2_000 else 0)
    assert (judged.base_id > 0) == (bulk > 2_000)
    assert any_store.verify(LOCAL) == []


def test_bulk_after_bulk_replaces_and_as_of_tells_them_apart(store: Store) -> None:
    for verdict, at in (("value", 100), ("failure", 200)):
        rows = pl.DataFrame({"demand_id": [f"d{n}" for n in range(2_100)], "class": [verdict] * 2_100})
        store.judge_many(LOCAL, "classification", rows.with_columns(judged_at=pl.lit(at)))
    records = store.records(LOCAL)
    for as_of, verdict in ((None, "failure"), (150, "value"), (250, "failure")):
        read = records.scan("classification", as_of=as_of).collect()
        assert read.height == 2_100
        assert set(read["class"]) == {verdict}
    assert records.scan("classification", as_of=50).collect().is_empty()
    assert set(records.judged("classification").base.collect()["version"]) == {2}


def test_single_judgements_that_add_up_become_a_part(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.store.judging.PART_FROM", 5)
    for nth in range(12):
        store.judge(LOCAL, "classification", {"demand_id": f"d{nth % 7}", "class": "value"})
    judged = store.records(LOCAL).judged("classification")
    assert judged.base_id == store.records(LOCAL).judged_in_bulk("classification") == 10
    assert judged.tail.height == 2
    assert store.judgements(LOCAL, "classification").height == 7
    assert store.verify(LOCAL) == []
