"""Who the system fails most: every part is drawn or says that the records do not tell, and a filter that does not reach is said."""

import polars as pl
import pytest
import small_town
from town_fixture import html, opened

from measures.catalogue import MEASURES
from pages.fails.equality import COMPARED, UNTOLD
from pages.fails.rows import PARTS
from pages.fails.sections import SECTIONS, costs

PAGE = "pages/fails/who.py"


def test_every_part_of_the_page_is_a_measure_with_such_a_reading():
    assert all(shape in MEASURES[name].readings for name, shape in SECTIONS)


def test_the_page_draws_what_the_records_tell_and_says_what_they_do_not(town):
    at = opened(PAGE)
    assert not at.exception
    assert "could not be drawn" not in html(at)
    headings = [header.value for header in at.header]
    assert headings[-2:] == ["Does it fail some people more than others?", "What these records do not tell"]
    untold = [(name, shape) for name, shape in SECTIONS if MEASURES[name].question in html(at)]
    assert 0 < len(untold) < len(SECTIONS)
    assert len(headings) == len(SECTIONS) - len(untold) + 2


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a town of two whole years, with a register of people."""
    folder = tmp_path_factory.mktemp("registered")
    small_town.build(folder, weeks=135, a_week=4, register=True)
    return f"sqlite:///{folder / 'town.db'}"


def test_where_nobody_recorded_who_people_are_the_page_says_what_it_takes(town):
    assert UNTOLD in html(opened(PAGE))


def test_people_are_compared_by_the_group_that_is_chosen(registered, monkeypatch):
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", registered)
    at = opened(PAGE, group="sex")
    assert not at.exception
    assert at.header[-2].value == "Does it fail some people more than others?"
    assert at.subheader[0].value == "Are they the same people each year?"
    assert "were among them in 2026 too." in html(at)
    assert len(at.subheader) == 1 + len(COMPARED)
    assert "By sex as sources recorded it of the person" in html(at)
    offered = next(box for box in at.selectbox if box.label == "Compare people by").options
    assert offered == ["Age band", "Sex"]


def test_a_filter_that_does_not_reach_a_measure_is_said(registered, monkeypatch):
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", registered)
    at = opened(PAGE, service="housing")
    assert not at.exception
    drawn = [name for name, _ in SECTIONS if MEASURES[name].question not in html(at)]
    unreached = [name for name in drawn if "service" not in MEASURES[name].splits]
    assert html(at).count("Of all: this is not told apart by service.") == len(unreached) > 0


def test_what_each_time_costs_stands_beside_what_it_costs_in_all():
    parts = {
        "2020": (800.0, 5.0, 100.0, 400_000.0),
        "2021": (None, None, 0.0, None),
        "2022": (2000.0, 1.5, 100.0, 300_000.0),
    }
    rows = [(f"{year}: {part}", value) for year, told in parts.items() for part, value in zip(PARTS, told, strict=True)]
    sentence, table, _ = costs(pl.DataFrame(rows, schema={"part": pl.String, "value": pl.Float64}, orient="row"))
    assert table["Year"].to_list() == ["2020", "2022"]
    assert table["In all"].to_list() == ["£400,000", "£300,000"]
    assert sentence.startswith("Each time somebody asked cost £800 in 2020 and £2,000 in 2022")
