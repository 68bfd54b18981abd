"""Bringing a file in a real browser: to the first chart, twice, with questions, refused, held and stopped."""

import re
import time
from pathlib import Path

import browser
import own_files
import pytest

from connectors.store import open_store
from measures.model.principal import LOCAL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not browser.available(), reason=f"no Chromium at {browser.CHROMIUM}"),
]
SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"


@pytest.fixture
def steward(chromium, tmp_path):
    """The Sources page of a fresh store, and that store."""
    store = f"sqlite:///{tmp_path / 'new.db'}"
    with browser.served(store, tmp_path / "log.txt") as url:
        page = browser.opened(chromium, f"{url}/sources")
        page.wait_for_selector(".sc-footer")
        yield page, open_store(store)
        page.context.close()


def send(page, path: Path) -> None:
    page.set_input_files("input[type=file]", str(path))


def let_in(page) -> None:
    browser.press(page.get_by_role("button", name=re.compile("^Import ")))
    page.get_by_role("heading", name="How its rows fell").wait_for()


def uploads_left(store) -> list[Path]:
    return list((store.home / "uploads").iterdir())


def test_a_file_of_ones_own_becomes_a_chart_in_two_clicks_and_a_minute(steward, tmp_path):
    page, store = steward
    began = time.monotonic()
    send(page, own_files.calls(tmp_path / "Housing calls.csv"))
    page.get_by_text("Of 900 rows 898 would be accepted and 2 refused.").wait_for()
    assert store.ledger(LOCAL).is_empty()  # nothing is kept before somebody has looked
    assert browser.faults(page) == []
    let_in(page)
    page.wait_for_selector(".stVegaLiteChart svg")
    assert time.monotonic() - began < 60
    assert page.get_by_text("898 new rows are in, 2 were refused.").is_visible()
    assert browser.faults(page) == []
    assert uploads_left(store) == []
    assert store.records(LOCAL).scan("demands").collect().height == 898


def test_the_same_file_twice_changes_nothing(steward, tmp_path):
    page, store = steward
    path = own_files.calls(tmp_path / "calls.csv", spoiled=0)
    for _ in range(2):
        send(page, path)
        let_in(page)
        browser.press(page.get_by_role("button", name="Bring another file"))
        page.get_by_role("heading", name="Bring a file").wait_for()
    assert store.ledger(LOCAL).sort("import_id")["unchanged"].to_list() == [0, 900]
    assert store.records(LOCAL).scan("demands").collect().height == 900


def test_day_and_month_that_could_change_places_are_asked_about(steward, tmp_path):
    page, store = steward
    path = tmp_path / "calls.csv"
    days = [f"{day:02}/{month:02}/2026" for month in range(1, 9) for day in range(1, 13)]
    path.write_text("Reference,Received\n" + "".join(f"R{number},{day}\n" for number, day in enumerate(days)))
    send(page, path)
    page.get_by_text("Day and month could change places in Received. What is 01/02/2026?").wait_for()
    assert page.get_by_role("button", name=re.compile("^Import ")).count() == 0
    choice = page.get_by_test_id("stRadioGroup")
    browser.press(choice.get_by_text("2 January 2026", exact=True))
    page.get_by_text("Received: 01/02/2026 is read as 2 January 2026.").wait_for()
    browser.press(choice.get_by_text("1 February 2026", exact=True))
    page.get_by_text("Received: 01/02/2026 is read as 1 February 2026.").wait_for()
    let_in(page)
    assert store.records(LOCAL).scan("demands").collect()["received_day"].min() == 20454  # 1 January 2026


def test_letters_of_windows_are_asked_about(steward, tmp_path):
    page, store = steward
    path = tmp_path / "calls.csv"
    rows = "".join(f"R{number},2026-05-{number % 28 + 1:02},Café\n" for number in range(40))
    path.write_bytes(f"Reference,Received,Office\n{rows}".encode("cp1252"))
    send(page, path)
    page.get_by_text("Saved on Windows, it holds these letters: é").wait_for()
    browser.press(page.get_by_text("Yes, it was saved on Windows"))
    page.get_by_text("Of 40 rows 40 would be accepted and none refused.").wait_for()
    let_in(page)
    assert set(store.records(LOCAL).scan("demands").collect()["front_door"]) == {"Café"}


def test_a_web_page_saved_as_a_table_is_refused_in_one_sentence(steward, tmp_path):
    page, store = steward
    path = tmp_path / "export.csv"
    path.write_text("<!doctype html><html><title>Sign in</title></html>")
    send(page, path)
    page.get_by_text("perhaps a login page saved in place of the export").wait_for()
    browser.press(page.get_by_role("button", name="Put it away"))
    page.get_by_role("heading", name="Bring a file").wait_for()
    assert uploads_left(store) == []


def test_what_was_held_is_let_in_by_a_person(steward, tmp_path):
    page, store = steward
    send(page, own_files.calls(tmp_path / "calls.csv", spoiled=90))
    browser.press(page.get_by_role("button", name=re.compile("^Import ")))
    page.get_by_text("Held for approval: 90 of 900 rows were refused").wait_for()
    assert store.records(LOCAL).scan("demands").collect().is_empty()
    browser.press(page.get_by_role("button", name="Let it in", exact=True))
    page.get_by_text("810 new rows are in, 90 were refused.").wait_for()
    assert store.records(LOCAL).scan("demands").collect().height == 810
    assert uploads_left(store) == []


def test_an_import_is_watched_and_can_be_stopped(steward, tmp_path):
    page, store = steward
    send(page, own_files.calls(tmp_path / "calls.csv", 600_000, spoiled=0))
    page.get_by_text("Of the first 20,000 rows 20,000 would be accepted and none refused.").wait_for()
    browser.press(page.get_by_role("button", name="Import the file"))
    page.get_by_role("button", name="Stop the import").click()
    page.get_by_text("The import was stopped; nothing of it was kept.").wait_for()
    assert store.records(LOCAL).scan("demands").collect().is_empty()
    browser.press(page.get_by_role("button", name="Put it away"))
    page.get_by_role("heading", name="Bring a file").wait_for()
    assert uploads_left(store) == []


def test_the_mapping_can_be_taken_away_and_given_back(steward, tmp_path):
    page, store = steward
    path = own_files.calls(tmp_path / "calls.csv", spoiled=0)
    send(page, path)
    given = browser.taken(page.get_by_role("button", name="Download the mapping"), tmp_path)
    assert 'name = "calls"' in given.read_text()
    page.get_by_label("How to read it").click()
    page.get_by_role("option", name="A mapping file (TOML)").click()
    page.get_by_text("Choose a mapping that was downloaded here").wait_for()
    page.set_input_files("input[type=file]", str(given))
    page.get_by_text("Of 900 rows 900 would be accepted and none refused.").wait_for()
    let_in(page)
    assert store.ledger(LOCAL)["source"].to_list() == ["calls"]


@pytest.mark.parametrize(("width", "scheme"), [pytest.param(1440, "dark", marks=pytest.mark.slow), (390, "light")])
def test_nothing_is_wider_than_the_window_and_axe_finds_nothing(steward, tmp_path, width, scheme):
    page, _ = steward
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    send(page, own_files.calls(tmp_path / "calls.csv"))
    page.get_by_text("Of 900 rows").wait_for()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    assert browser.faults(page) == []
    let_in(page)
    page.wait_for_selector(".stVegaLiteChart svg")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    assert browser.faults(page) == []


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared records are not beside the project")
@pytest.mark.parametrize(
    ("name", "title", "rows", "demands"),
    [
        pytest.param(
            "boston311_2015_q1.csv", "Municipal service requests (shipped)", 26_788, 26_788, marks=pytest.mark.slow
        ),
        ("uci_incident_log.csv", "Service desk incidents (shipped)", 5_998, 890),
    ],
)
def test_the_shared_extracts_are_recognised_and_reconcile(steward, name, title, rows, demands):
    page, store = steward
    for turn, said in enumerate(
        (f"{rows:,} new rows are in", f"Nothing changed: all {rows:,} rows were known already.")
    ):
        send(page, SHARED / name)
        page.get_by_role("button", name=f"Import {rows:,} rows").wait_for()
        assert page.get_by_label("How to read it").input_value().endswith("(shipped)")
        let_in(page)
        page.get_by_text(said).wait_for()
        page.wait_for_selector(".stVegaLiteChart svg")
        assert store.ledger(LOCAL).height == turn + 1
        browser.press(page.get_by_role("button", name="Bring another file"))
        page.get_by_role("heading", name="Bring a file").wait_for()
    assert store.records(LOCAL).scan("demands").collect().height == demands
