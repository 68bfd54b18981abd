"""The Demand page through `dashboard.py`: its states, its filters in the address, and its figures."""

from datetime import date
from pathlib import Path

import doors_town
import pytest
from streamlit.testing.v1 import AppTest

from connectors.store import open_store
from measures.model.principal import LOCAL
from measures.reading import Request, read
from pages.desk import session

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    return doors_town.build(tmp_path_factory.mktemp("doors"), weeks=30)


@pytest.fixture
def page(monkeypatch):
    """Runs the page over a store, with an address."""

    def run(store, **address):
        monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", store.database.url.render_as_string(hide_password=False))
        session._opened.clear()
        session._kept.clear()
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
        app.query_params.update(address)
        return app.switch_page("pages/check/demand.py").run()

    return run


def text(app) -> str:
    return " ".join(str(element.proto.body) for element in app.main if element.type == "html") + " ".join(
        str(node.proto) for node in app.get("html")
    )


def test_it_says_what_demand_is_made_of(page, doors):
    app = page(doors)
    assert not app.exception
    request = Request(measure="failure_demand", shape="breakdown", split="front_door")
    failure = read(doors.records(LOCAL), request, LOCAL).table["value"].sum()
    assert f"{failure:,.0f} (" in text(app)
    assert "450 (25%) are unclear or not classified" in text(app)


def test_130_doors_are_named_by_their_number(page, doors):
    app = page(doors)
    assert "And 118 more doors" in text(app)


def test_the_address_decides_what_is_shown(page, doors):
    app = page(doors, service="housing", since="2025-10-01", period="month")
    assert app.selectbox(key="address_service").value == "housing"
    assert app.selectbox(key="address_since").value == "2025-10-01"
    expected = read(
        doors.records(LOCAL),
        Request(measure="failure_demand", shape="breakdown", split="front_door", where=(("service", "housing"),),
                since=date(2025, 10, 1)), LOCAL,
    ).table["value"].sum()  # fmt: skip
    assert f" {expected:,.0f} (" in text(app)


def test_any_date_may_stand_in_a_link(page, doors):
    app = page(doors, since="2025-10-13")
    assert app.selectbox(key="address_since").value == "2025-10-13"


def test_a_first_day_after_the_last_says_so(page, doors):
    app = page(doors, since="2026-01-01", until="2025-09-30")
    assert not app.exception
    assert "choose an earlier" in text(app)


def test_nothing_classified_is_said_and_all_demand_is_drawn_instead(page, tmp_path):
    import small_town

    app = page(small_town.build(tmp_path, weeks=12, classed=False))
    assert not app.exception
    assert "none has been classified" in text(app)
    assert "All demand" in [header.value for header in app.header]


def test_what_lies_behind_a_chart_comes_when_it_is_opened(page, doors):
    app = page(doors)
    assert "Refused at import" not in text(app)


def test_an_empty_store_offers_what_to_do(page, tmp_path):
    app = page(open_store(f"sqlite:///{tmp_path / 'empty.db'}"))
    assert not app.exception
    assert "There are no records yet" in text(app)


def test_a_store_that_cannot_be_reached_says_so(monkeypatch):
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1")
    session._opened.clear()
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).switch_page("pages/check/demand.py").run()
    assert not app.exception
    assert "looks again every five seconds" in text(app)
