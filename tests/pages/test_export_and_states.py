"""What leaves as a file, and what words from records may do on a page: nothing."""

from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.desk import states
from pages.desk.export import csv, neutral


@pytest.mark.parametrize(
    "text", ["=1+1", "+44", "-2", "@cmd", "\tx", "\rx", "  =SUM(A1)", "\u00a0=x", "＝1", "\u200b=1"]
)
def test_a_cell_that_would_run_is_quoted(text):
    assert neutral(text) == f"'{text}"


@given(st.text())
def test_neutral_text_never_starts_a_formula(text):
    assert not neutral(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert neutral(text).removeprefix("'") in (text, text.removeprefix("'"))


def test_csv_keeps_numbers_joins_lists_and_quotes_formulas():
    frame = pl.DataFrame({"=door": ["=cmd()", None], "value": [-0.5, 1.0], "signals": [["run", "near_limit"], []]})
    assert csv(frame).decode().splitlines() == ["'=door,value,signals", "'=cmd(),-0.5,run near_limit", ',1.0,""']


def test_words_of_people_are_shown_and_never_run(monkeypatch):
    said = []
    monkeypatch.setattr(states.st, "html", lambda body, **_: said.append(body))
    states.paragraph("<img src=x onerror=alert(1)> ![x](http://e) $x$")
    states.table(pl.DataFrame({"<b>": ["<script>alert(1)</script>"]}), "c")
    assert "<img" not in said[0]
    assert "<script" not in said[1]
    assert "&lt;b&gt;" in said[1]


def test_a_long_table_says_what_it_leaves_out(monkeypatch):
    said = []
    monkeypatch.setattr(states.st, "html", lambda body, **_: said.append(body))
    states.table(pl.DataFrame({"a": range(50)}), "Weeks.", limit=10)
    assert "The last 10 of 50 rows." in said[0]
    assert said[0].count("<tr>") == 11


def test_freshness_is_told_by_the_clock_of_the_sources():
    standing = states.Standing(1_795_327_800_000_000, 1, 0, 0, None, zone=ZoneInfo("America/New_York"))
    assert standing.fresh().startswith("Records to 22 November 2026, 01:10 · ")


def test_freshness_names_what_is_in_out_and_waiting():
    standing = states.Standing(1_795_327_800_000_000, 12_410, 37, 1, None)
    assert (
        standing.fresh()
        == "Records to 22 November 2026, 06:10 · 12,410 rows in · 37 left out · 1 import waits for approval"
    )
