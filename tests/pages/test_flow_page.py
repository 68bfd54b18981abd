"""Flow: a hundred who asked, in one sentence, one picture and three lines that say the same."""

from itertools import pairwise

import polars as pl
import pytest
from town_fixture import html, opened

from measures.paths import WORDS, Paths
from pages.charts.paths import paths_chart
from pages.flow.words import STAGES, headline, stage_words, steps_left, steps_shown

PAGE = "pages/flow/flow.py"


def test_the_page_says_what_happened_and_draws_it(town):
    at = opened(PAGE)
    assert not at.exception
    said = html(at)
    assert "Of 100 needs that people asked about" in said
    assert "First, of 100 who asked" in said
    assert "could not be drawn" not in said


def test_where_one_kind_of_work_is_recorded_no_matrix_of_one_cell_is_drawn(town, monkeypatch):
    alone = pl.DataFrame({"before": ["close"], "after": ["close"], "times": [7], "people": [7]})
    monkeypatch.setattr("measures.paths.follows", lambda *_: alone)
    said = html(opened(PAGE))
    assert "These records hold one kind of work only (close), so nothing else can follow it." in said
    assert "Read along a row" not in said


@pytest.mark.parametrize(("held", "shown", "left"), [
    ([100], 1, None),
    ([60, 30, 10], 2, "The one other kind of step holds 10% of the waiting."),
    ([50, 20, 15, 10, 5], 4, "The one other kind of step holds 5% of the waiting."),
    ([20] * 20, 12, "The other 8 kinds of steps hold 40% of the waiting."),
    ([0, 0], 1, None),
])  # fmt: skip
def test_the_steps_that_hold_nine_tenths_of_the_waiting_are_shown(held, shown, left):
    steps = pl.DataFrame({"days": held})
    assert (steps_shown(steps), steps_left(steps)) == (shown, left)


def test_a_year_in_which_nobody_asked_says_so(town):
    at = opened(PAGE, year="2026", service="nobody's")
    assert not at.exception
    assert "which is not to be had here" in html(at)


def found(*rows: tuple[str, str, str, int]) -> Paths:
    table = pl.DataFrame(rows, schema=["first", "again", "stands", "n"], orient="row")
    return Paths(table, table["n"].sum())


def test_the_parts_of_every_stage_make_a_hundred_and_are_all_said():
    ways = found(("helped", WORDS["again"][0], "met", 80), ("turned away", WORDS["again"][1], "turned away", 119),
                 ("assessed", WORDS["again"][2], "still open", 1))  # fmt: skip
    for stage in STAGES:
        assert sum(ways.of_hundred(stage.column).values()) == 100
    assert stage_words("first", ways.of_hundred("first")) == (
        "First, of 100 who asked, 60 were turned away, 40 were helped and fewer than 1 were assessed."
    )
    assert headline(ways) == (
        "Of 100 needs that people asked about, 60 were turned away at first, 60 had to be asked about again, and 40 have been "
        "met."
    )


def test_one_of_a_hundred_is_told_as_one():
    ways = found(("helped", WORDS["again"][0], "met", 98), ("turned away", WORDS["again"][1], "still open", 1),
                 ("assessed", WORDS["again"][2], "closed, not met", 1))  # fmt: skip
    assert stage_words("stands", ways.of_hundred("stands")) == (
        "Today, 98 have had their need met, 1 was closed without it being met and 1 is still waiting."
    )


def test_ribbons_leave_each_bar_where_they_enter_it_and_fill_it():
    ways = found(*((first, again, stands, 1 + len(first) + len(stands)) for first in WORDS["first"]
                   for again in WORDS["again"] for stands in WORDS["stands"]))  # fmt: skip
    spec = paths_chart(ways.table, STAGES, description="x").to_dict()
    rows = [row for data in spec["datasets"].values() for row in data if "path" in row]
    for level in (0.16, 1.0, 1.16, 2.0):
        here = sorted((row["from"], row["to"]) for row in rows if abs(row["top"] - level) < 1e-9)
        assert abs(here[0][0]) < 1e-9
        assert abs(here[-1][1] - 100) < 1e-6
        assert all(abs(one[1] - two[0]) < 1e-6 for one, two in pairwise(here))
