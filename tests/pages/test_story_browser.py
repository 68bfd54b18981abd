"""A person's story in a real browser: axe with everything opened, nothing wider than the window, downloads noted."""

import browser
import pytest

from connectors.store import open_store
from measures.model.principal import LOCAL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not browser.available(), reason=f"no Chromium at {browser.CHROMIUM}"),
]
PARTS = ("Every record", "Agencies involved", "Cost against what was wanted")


@pytest.fixture(scope="module")
def address(town_built, tmp_path_factory):
    import shutil

    folder = tmp_path_factory.mktemp("story") / "store"
    shutil.copytree(town_built, folder)
    store = f"sqlite:///{folder / 'town.db'}"
    with browser.served(store, folder / "log.txt") as url:
        yield f"{url}/story", store


@pytest.mark.parametrize(("width", "scheme"), [pytest.param(1440, "light", marks=pytest.mark.slow), (390, "dark")])
def test_axe_finds_nothing_on_ruth_s_story_and_her_chart_leaves_noted(chromium, address, tmp_path, width, scheme):
    url, store = address
    page = browser.opened(chromium, f"{url}?case=ruth", width, scheme)
    page.wait_for_selector(".sc-footer")
    for part in PARTS:
        browser.press(page.get_by_text(f"{part}: table and downloads"))
        page.get_by_role("region", name=f"{part}: the figures behind the chart.").wait_for()
    page.wait_for_function("document.querySelectorAll('.stVegaLiteChart svg').length >= 3")
    told = browser.faults(page)
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    picture = browser.taken(page.get_by_role("button", name="Picture (SVG)").first, tmp_path)
    page.context.close()
    assert told == []
    assert wide <= width
    assert "Wellbeing team" in picture.read_text("utf-8")
    assert '"part": "records"' in open_store(store).audit_trail(LOCAL).filter(action="export")["detail"][-1]


def test_a_person_of_the_records_is_opened_without_a_word_in_the_address(chromium, address):
    url, _ = address
    page = browser.opened(chromium, f"{url}?case=records", 390, "light")
    browser.press(page.get_by_role("button", name="Open the story"))
    page.wait_for_selector(".stVegaLiteChart svg")
    told = browser.faults(page)
    at = page.url
    page.context.close()
    assert told == []
    assert at.endswith("/story?case=records")
