"""Sources from different years are not mixed unless somebody asks."""

import random

import polars as pl
import pytest
import small_town
from town_fixture import html, opened

from connectors.batch import REJECTS_SCHEMA, MappedBatch, SourceInfo
from connectors.store import open_store
from measures.model.principal import LOCAL
from measures.model.time import DAY
from pages.desk.apart import together

CAPABILITY = "pages/check/capability.py"


@pytest.mark.parametrize(
    ("rows", "groups"),
    [
        ([], []),
        ([("a", 0, 9)], [["a"]]),
        ([("a", 5, 9), ("b", 0, 5)], [["b", "a"]]),
        ([("a", 5, 9), ("b", 0, 4)], [["b"], ["a"]]),
        ([("long", 0, 90), ("in", 3, 4), ("also", 80, 95), ("later", 96, 97)], [["long", "in", "also"], ["later"]]),
    ],
)
def test_sources_that_overlap_in_time_stand_together(rows, groups):
    schema = {"source": pl.String, "first": pl.Int32, "last": pl.Int32}
    assert together(pl.DataFrame(rows, schema=schema, orient="row")) == groups


@pytest.fixture
def old_book(town):
    """A second source in the town's store, of one day twenty years before the town."""
    day = small_town.BEGAN - 20 * 365
    rows = [small_town._demand(line, f"old{line}", "housing", day, random.Random(line)) for line in range(9)]
    lines = [row["line"] for row in rows]
    batch = MappedBatch(
        rows=pl.DataFrame({"line": lines, "source_key": [str(line) for line in lines], "content_hash": lines}),
        frames={"demands": small_town._frame("demands", rows)},
        rejects=pl.DataFrame(schema=REJECTS_SCHEMA),
        read=len(lines),
    )
    source = SourceInfo("old_book", "An old book", "Europe/London", (day + 1) * DAY - 1)
    with open_store(town).begin_import(LOCAL, source, approve=True) as imported:
        imported.add(batch)
        imported.finish()
    return town


def test_one_source_needs_no_choice(town):
    at = opened()
    assert "address_source" not in [box.key for box in at.selectbox]


def test_the_review_shows_the_newest_and_says_what_is_left_out(old_book):
    at = opened()
    assert at.selectbox(key="address_source").value == "small_town"
    assert "Only Small town is shown. Left out, because from other years: Old book." in html(at)
    assert "source" not in at.query_params


def test_all_sources_are_one_choice_away_and_stand_in_the_address(old_book):
    at = opened()
    at.selectbox(key="address_source").select("all").run()
    assert at.query_params["source"] in ("all", ["all"])
    assert "Left out" not in html(at)
    assert not at.exception


def test_the_other_pages_show_the_same_sources(old_book):
    newest = opened(CAPABILITY, measure="demand_by_front_door", shape="series", period="year")
    every = opened(CAPABILITY, measure="demand_by_front_door", shape="series", period="year", source="all")
    assert "Left out, because from other years: Old book." in html(newest)
    assert "source is small_town" in html(newest)
    assert "2005" in html(every)
    assert "2005" not in html(newest)
