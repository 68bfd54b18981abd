"""The needs behind a point on the page: only where a point is chosen, in words, noted once, and never an id."""

import json
from datetime import date

import polars as pl
import pytest
from town_fixture import html, opened

from connectors.store import open_store
from measures.behind import REFUSED, Behind
from measures.model.principal import LOCAL, Principal
from measures.reading import Request, read
from pages.check.behind import as_words, said, within
from pages.desk import session, states

CAPABILITY = "pages/check/capability.py"


@pytest.fixture
def opened_expander(monkeypatch):
    """Every expander stands open, which a test cannot click."""
    import streamlit as st

    closed = st.expander
    monkeypatch.setattr(st, "expander", lambda label, **more: closed(label, **{**more, "expanded": True}))


def lines(at) -> str:
    return html(at).replace("&#x27;", "'")


def a_point(town: str, measure: str) -> tuple[date, int]:
    """The last point that counts, and its n."""
    table = read(open_store(town).records(LOCAL), Request(measure, shape="series"), LOCAL).table
    row = table.filter(pl.col("mature") & (pl.col("n") > 0)).sort("period_start").row(-1, named=True)
    return row["period_start"], row["n"]


@pytest.mark.parametrize(("measure", "what"), [("end_to_end_time", "needs"), ("failure_demand_share", "demands")])
def test_a_chosen_point_lists_what_it_is_made_of(town, opened_expander, measure, what):
    day, n = a_point(town, measure)
    at = opened(CAPABILITY, measure=measure, point=day.isoformat())
    assert not at.exception
    body = next(element.proto.body for element in at.get("html") if "sc-cards" in element.proto.body)
    assert body.count("<tr") == n + 1
    assert f"{n} {what}" in lines(at)
    held = open_store(town).records(LOCAL).scan("demands").select("demand_id", "person_id", "need_id").collect()
    ids = {name for column in held.columns for name in held[column]}
    cells = {cell.split("<")[0] for cell in body.split(">")}
    assert not cells & ids


def test_looking_is_noted_once_without_anybody(town, opened_expander):
    day, n = a_point(town, "end_to_end_time")
    at = opened(CAPABILITY, measure="end_to_end_time", point=day.isoformat())
    at.run()
    (line,) = open_store(town).audit_trail(LOCAL).filter(action="looked behind a point").to_dicts()
    assert json.loads(line["detail"]) == {
        "measure": "end_to_end_time", "asked": {"period": "week", "shape": "series"}, "point": day.isoformat(), "rows": n,
    }  # fmt: skip


def test_without_a_point_it_says_what_to_do_and_notes_nothing(town, opened_expander):
    at = opened(CAPABILITY, measure="stayed_met", point="2019-01-01")
    assert "Choose a point" in lines(at)
    assert open_store(town).audit_trail(LOCAL).filter(action="looked behind a point").is_empty()


def test_closed_nothing_is_read(town):
    day, _ = a_point(town, "end_to_end_time")
    assert (
        'sc-cards"' not in html(opened(CAPABILITY, measure="end_to_end_time", point=day.isoformat())).split("<style")[0]
    )
    assert open_store(town).audit_trail(LOCAL).filter(action="looked behind a point").is_empty()


@pytest.mark.parametrize("role", ["leader"])
def test_a_leader_is_told_whom_to_ask(town, opened_expander, monkeypatch, role):
    day, _ = a_point(town, "end_to_end_time")
    monkeypatch.setattr(session, "principal", lambda: Principal("lee", role))
    at = opened(CAPABILITY, measure="end_to_end_time", point=day.isoformat())
    assert not at.exception
    assert REFUSED[role] in lines(at)
    assert "First asked" not in lines(at)


def rows(**columns) -> pl.DataFrame:
    return pl.DataFrame(columns)


def test_how_many_there_are_is_said_in_words():
    one = rows(mark=["a"], part=["cannot be told"])
    two, young = rows(mark=["a", "b"], part=["counts"] * 2), one.with_columns(part=pl.lit("not yet known"))
    assert said(Behind(one, 1, 1, True), "in the week of 4 May 2026") == (
        "1 need began in the week of 4 May 2026; it counts in this figure."
    )
    assert said(Behind(two, 214, 211, True), "in the week of 4 May 2026") == (
        "214 needs began in the week of 4 May 2026; 211 count in this figure. The 2 newest are listed."
    )
    assert said(Behind(one, 1, 0, False), "in May 2026") == "1 demand was made in May 2026; none counts in this figure."
    assert said(Behind(young, 1, 0, True), "in May 2026") == (
        "1 need began in May 2026; none counts in this figure yet: it can still move."
    )
    assert said(Behind(two, 2, 2, False), "in May 2026") == "2 demands were made in May 2026; all count in this figure."
    assert said(Behind(one.head(0), 0, 0, True), "in May 2026") == "No needs began in May 2026."


def test_when_is_said_as_people_say_it():
    day = date(2026, 5, 4)
    told = {every: within(day, every) for every in ("day", "week", "month", "year")}
    assert told == {
        "day": "on 4 May 2026", "week": "in the week of 4 May 2026", "month": "in May 2026", "year": "in 2026",
    }  # fmt: skip


def test_an_open_need_says_so_far_and_what_cannot_be_told_says_so():
    given = rows(
        mark=["a1", "b2"], day=[date(2026, 5, 4)] * 2, service=["housing", None], front_door=[None, "Front counter"],
        demands=[1, 3], days=[12.0, 0.25], end=["still open", "met"], part=["not yet known", "counts"], inside=[False, True],
    )  # fmt: skip
    told = as_words(Behind(given, 2, 1, True), shares=True).to_dicts()
    assert told[0] == {
        "Mark": "a1", "First asked": "4 May 2026", "How it ended": "still open", "After": "12 days so far", "Demands": "1",
        "Service": "Housing", "Front door": "not recorded", "Counted as": "", "In the figure": "not yet known",
    }  # fmt: skip
    assert (told[1]["After"], told[1]["Counted as"], told[1]["In the figure"]) == ("6 hours", "one of them", "yes")


def test_a_card_keeps_the_roles_of_a_table_and_names_its_cells(monkeypatch):
    bodies = []
    monkeypatch.setattr(states.st, "html", lambda body, **_: bodies.append(body))
    states.table(pl.DataFrame({"Mark": ["a"], "After": ["<b>"]}), "c", cards=True)
    assert bodies[0].count('role="row"') == 2
    assert '<td role="cell" data-label="After">&lt;b&gt;</td>' in bodies[0]
    states.table(pl.DataFrame({"Mark": ["a"]}), "c")
    assert 'role="row"' not in bodies[1]
    assert "data-label" not in bodies[1]
