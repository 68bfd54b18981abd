"""The season on the Capability page: offered where two full cycles are known, in the address, in words and in files."""

import doors_town
import fastexcel
import pytest
from town_fixture import html, opened

from measures.model.principal import LOCAL
from measures.reading import Request, read
from pages.check import season, taken
from pages.check.downloads import asked_in_words, book
from pages.check.drawing import chart_of, table_of
from pages.check.sheet import Beside
from pages.desk import session

PAGE = "pages/check/capability.py"
DAYS = {"measure": "demand_by_front_door", "shape": "series", "period": "day", "service": "housing"}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return doors_town.build(tmp_path_factory.mktemp("seasons"), weeks=12)


@pytest.fixture
def page(store, monkeypatch):
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", store.database.url.render_as_string(hide_password=False))
    session._opened.clear()
    session._kept.clear()
    return lambda **address: opened(PAGE, **address)


@pytest.fixture(scope="module")
def reading(store):
    asked = Request("demand_by_front_door", shape="series", period="day", where=(("service", "housing"),), season=True)
    return read(store.records(LOCAL), asked, LOCAL)


def test_it_is_offered_where_it_can_be_taken_out_and_only_there(page):
    def offered(**address) -> bool:
        at = page(**address)
        assert not at.exception
        return any(box.key == "address_season" for box in at.selectbox)

    assert offered(**DAYS)
    assert not offered(**DAYS | {"period": "week"})
    assert not offered(**DAYS | {"period": "month"})  # three months are no two years
    assert not offered(**DAYS | {"chart": "c_prime"})
    assert not offered(measure="failure_demand_share", period="day")


def test_taken_out_it_stands_in_the_address_the_sentence_and_a_table(page, reading):
    at = page(**DAYS)
    assert "without their season" not in html(at)
    at = at.selectbox(key="address_season").select("yes").run()
    assert at.query_params["season"] in ("yes", ["yes"])
    said = html(at)
    assert "Figures on the chart are without their season" in said
    assert "Wednesday" in said
    assert f"{reading.table['season_n'].drop_nulls()[0]:,} points" in said
    assert "figure ÷ factor of its month" in said
    assert "What was asked" in said


def test_a_link_that_asks_for_it_where_it_cannot_be_says_why(page):
    at = page(**DAYS | {"period": "week", "season": "yes"})
    assert not at.exception
    assert "by week there is none to take out" in html(at)


def test_a_point_says_what_it_was(page, reading):
    day = reading.table.filter(reading.table["season_factor"].is_not_null())["period_start"][20]
    assert "As it happened:" in html(page(**DAYS, season="yes", point=day.isoformat()))


def test_table_axis_and_files_keep_both_figures(reading):
    shown, numbers = table_of(reading)
    assert {"Value", "As it happened"} <= set(shown.columns) & set(numbers)
    assert "(season out)" in str(chart_of(reading).to_dict())
    away = taken.of(reading)
    told = asked_in_words(reading)
    assert told.endswith("without its season")
    figures = fastexcel.read_excel(book(away, Beside(told, "", "", ""))).load_sheet("Figures").to_polars()
    assert figures["unadjusted"].to_list() == reading.table["unadjusted"].to_list()
    assert figures["value"].to_list() != figures["unadjusted"].to_list()
    assert "season_factor" in away.plain().columns


def test_several_series_say_whose_factors_they_are(store):
    split = Request("demand_by_front_door", shape="series", period="day", split="service", season=True)
    words = season.as_words(season.season_factors(read(store.records(LOCAL), split, LOCAL).table))
    assert words.columns == ["Split", "Season", "Factor", "Rests on"]
    assert words["Season"].to_list()[:2] == ["Monday", "Tuesday"]
