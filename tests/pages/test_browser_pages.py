"""In a real browser: deep link first, accessibility, widths and themes, print, and the store that goes away."""

import shutil
from pathlib import Path

import browser
import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not browser.available(), reason=f"no Chromium at {browser.CHROMIUM}"),
]

PAGES = {
    "review": "/",
    "housing": "/?service=housing",
    "capability": "/capability?measure=failure_demand_share",
    "dots": "/capability?measure=end_to_end_time",
    "curve": "/capability?measure=first_contact_resolution&shape=curve",
    "breakdown": "/capability?measure=end_to_end_time&shape=breakdown",
    "split": "/capability?measure=failure_demand_share&split=service",
    "happened": "/happened",
    "flow": "/flow",
    "who": "/who",
}
# each page in one of the two schemes, by turns, and in the other in the long run
IN_BOTH = [
    pytest.param(name, scheme, marks=[pytest.mark.slow] * ((place + turn) % 2))
    for place, name in enumerate(PAGES)
    for turn, scheme in enumerate(("light", "dark"))
]


@pytest.fixture(scope="module")
def address(town_built: Path, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("visited")
    shutil.copytree(town_built, folder / "store")  # what visitors leave behind is theirs
    with browser.served(f"sqlite:///{folder / 'store' / 'town.db'}", folder / "server.txt") as url:
        yield url


def visit(chromium, url: str, width: int = 1440, scheme: str = "light"):
    page = browser.opened(chromium, url, width, scheme)
    page.wait_for_selector(".sc-footer, .sc-notice-worse")
    browser.settled(page)
    return page


def test_a_deep_link_is_the_first_request_of_a_new_server(chromium, town_built, tmp_path):
    with browser.served(f"sqlite:///{town_built / 'town.db'}", tmp_path / "log.txt") as url:
        page = visit(chromium, f"{url}/capability?measure=failure_demand_share&service=housing")
        assert page.locator("h1").inner_text() == "Failure demand"
        assert page.title() == "Capability · System Conditions"
        assert page.get_by_text("Page not found").count() == 0
        assert "service=housing" in page.url
        page.wait_for_selector(".stVegaLiteChart svg")
        page.context.close()


@pytest.mark.parametrize(("name", "scheme"), IN_BOTH)
def test_axe_finds_nothing(chromium, address, name, scheme):
    page = visit(chromium, address + PAGES[name], scheme=scheme)
    for closed in page.locator("summary").all():
        closed.click()
    told = browser.faults(page)
    page.context.close()
    assert told == []


@pytest.mark.parametrize(
    "width", [390, pytest.param(1024, marks=pytest.mark.slow), pytest.param(1440, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("name", ["review", "capability", "dots", "split"])
def test_nothing_is_wider_than_the_window(chromium, address, name, width):
    page = visit(chromium, address + PAGES[name], width)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    page.context.close()


def test_a_chart_is_420_high_and_300_on_a_phone(chromium, address):
    for width, height in ((1440, 420), (390, 300)):
        page = visit(chromium, address + PAGES["capability"], width)
        page.wait_for_selector(".stVegaLiteChart svg")
        assert page.locator(".stVegaLiteChart").first.bounding_box()["height"] == height
        page.context.close()


def test_a_dark_page_has_dark_charts_whose_axis_can_be_read(chromium, address):
    page = visit(chromium, address + PAGES["capability"], scheme="dark")
    page.wait_for_selector(".stVegaLiteChart svg")
    colour = page.evaluate("getComputedStyle(document.querySelector('.stVegaLiteChart .role-axis-label text')).fill")
    assert colour == "rgb(174, 186, 198)"  # the muted text of the dark palette
    assert page.locator(".stVegaLiteChart svg rect.background").count() == 0
    page.context.close()


def test_a_chart_has_its_text_alternative_as_its_name(chromium, address):
    page = visit(chromium, address + PAGES["capability"])
    page.wait_for_selector(".stVegaLiteChart svg")
    name = page.locator('.stVegaLiteChart[role="graphics-document"], .stVegaLiteChart [role="graphics-document"]').first
    label = name.get_attribute("aria-label")
    assert label.startswith("Failure demand by week")
    assert "Last known value" in label
    page.context.close()


def test_changing_a_filter_writes_the_address_and_going_back_undoes_it(chromium, address):
    page = visit(chromium, address + PAGES["capability"])
    page.get_by_label("Service").click()
    page.get_by_role("option", name="Housing").click()
    page.wait_for_url("**service=housing**")
    browser.settled(page)
    page.go_back()
    page.wait_for_function("!location.search.includes('service=housing')")
    browser.settled(page)
    assert "service=housing" not in page.url
    page.context.close()


def test_a_row_opens_the_chart_behind_it_with_the_same_filter(chromium, address):
    page = visit(chromium, address + PAGES["housing"])
    page.get_by_role("link", name="Failure demand", exact=True).click()
    page.wait_for_url("**/capability**")
    page.wait_for_selector(".stVegaLiteChart svg")
    assert "measure=failure_demand_share" in page.url
    assert "service=housing" in page.url
    assert page.locator("h1").inner_text() == "Failure demand"
    page.context.close()


def test_downloads_are_made_on_click(chromium, address, tmp_path):
    page = visit(chromium, address + PAGES["capability"])
    for label, start in (("Picture (SVG)", b"<svg"), ("Picture (PNG)", b"\x89PNG"), ("Figures (CSV)", b"measure,")):
        assert browser.taken(page.get_by_role("button", name=label), tmp_path).read_bytes().startswith(start)
    page.context.close()


def test_the_review_prints_on_paper_without_its_buttons(chromium, address):
    page = visit(chromium, address + PAGES["review"], scheme="dark")
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Record that this was reviewed").is_visible()
    assert not page.get_by_role("button", name="Print").is_visible()
    assert page.get_by_role("link", name="Failure demand", exact=True).is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(27, 39, 51)"
    page.context.close()


def test_the_keyboard_reaches_the_first_measure(chromium, address):
    page = visit(chromium, address + PAGES["review"])
    first = page.locator('[class*="st-key-card_"] a').first
    for _ in range(25):
        page.keyboard.press("Tab")
        if first.evaluate("element => element === document.activeElement"):
            break
    assert first.evaluate("element => element === document.activeElement")
    page.context.close()


def test_a_store_that_was_away_is_found_again_without_a_click(chromium, tmp_path):
    blocked = tmp_path / "folder"
    blocked.write_text("a file stands where the folder should be")
    with browser.served(f"sqlite:///{blocked / 'new.db'}", tmp_path / "log.txt") as url:
        page = visit(chromium, url)
        assert page.get_by_text("looks again every five seconds").is_visible()
        blocked.unlink()
        blocked.mkdir()
        page.wait_for_selector("text=There are no records yet", timeout=20_000)
        page.context.close()
