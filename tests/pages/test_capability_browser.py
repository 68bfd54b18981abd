"""In a real browser: click a point, leave it out, note, split, accept a suggestion, undo, and share the link."""

import shutil
from pathlib import Path

import browser
import pytest
import small_town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not browser.available(), reason=f"no Chromium at {browser.CHROMIUM}"),
]
ADDRESS = "/capability?measure=failure_demand&service=housing"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory):
    """A town redesigned long ago without anybody recording it, on a server of its own: these tests write."""
    folder: Path = tmp_path_factory.mktemp("redesigned")
    small_town.build(folder, weeks=64, a_week=8, redesign=34)
    with browser.served(f"sqlite:///{folder / 'town.db'}", folder / "server.txt") as url:
        yield url
    shutil.rmtree(folder)


def visit(chromium, url: str, width: int = 1440, scheme: str = "light"):
    page = browser.opened(chromium, url, width, scheme)
    page.wait_for_selector(".sc-footer, .sc-notice-worse")
    browser.settled(page)
    return page


def say(page, label: str, text: str, button: str) -> None:
    page.get_by_label(label).fill(text)
    browser.press(page.get_by_role("button", name=button, exact=True))
    page.locator(".sc-notice", has_text=text).first.wait_for()
    browser.settled(page)


def undo(page) -> None:
    browser.press(page.get_by_role("button", name="Undo last"))
    page.get_by_text("Undone:").first.wait_for()
    browser.settled(page)


def shapes(page) -> int:
    """How many crossed hollow circles the large chart holds: a circle, and two lines across it."""
    marks = page.locator(".stVegaLiteChart").first.locator("path").all()
    drawn = [mark.get_attribute("d") or "" for mark in marks]
    return sum(path.count("M") == 3 and path.count("L") == 2 for path in drawn)


def test_a_point_is_clicked_left_out_noted_and_split_and_each_is_undone(chromium, address):
    page = visit(chromium, address + ADDRESS)
    chart = page.locator(".stVegaLiteChart svg").first
    chart.wait_for()
    box = chart.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.5)
    page.wait_for_url("**point=2025-**")
    page.get_by_label("Leave it out, because").wait_for()
    browser.settled(page)

    say(page, "Leave it out, because", "The phones were down", "Exclude")
    assert shapes(page) == 1
    assert page.get_by_role("heading", name="Left out of the limits").is_visible()
    undo(page)
    assert shapes(page) == 0

    say(page, "Note what happened", "New leaflet", "Save the note")
    assert page.get_by_text("1. Week of").is_visible()
    assert browser.faults(page) == []
    undo(page)
    assert page.get_by_text("1. Week of").count() == 0

    say(page, "Split here: what changed?", "One team", "Split here")
    assert page.locator(".sc-phase", has_text="B One team").is_visible()
    undo(page)
    assert page.locator(".sc-phase", has_text="B One team").count() == 0
    page.context.close()


def test_a_suggested_split_is_accepted_and_a_shared_link_shows_the_same(chromium, address):
    link = f"{address}{ADDRESS}&chart=c_prime&rules=nhs&run=8&point=2026-03-02&since=2025-08-01"
    page = visit(chromium, link)
    browser.press(page.get_by_role("button", name="Accept"))
    page.get_by_label("What happened?").fill("The redesign")
    assert browser.faults(page) == []
    browser.press(page.get_by_role("button", name="Split the chart there"))
    page.locator(".sc-phase", has_text="B The redesign").wait_for()
    browser.settled(page)
    assert page.get_by_text("What happened here?").count() == 0
    shared = page.url
    other = visit(chromium, shared, 390, "dark")
    assert other.locator(".sc-sentence").inner_text() == page.locator(".sc-sentence").inner_text()
    assert other.locator(".sc-phases").inner_text() == page.locator(".sc-phases").inner_text()
    names = [one.locator('[role="graphics-document"]').first.get_attribute("aria-label") for one in (page, other)]
    assert names[0] == names[1]
    assert "c′, because you chose it" in other.locator("body").inner_text()
    assert other.get_by_label("Leave it out, because").is_visible()
    assert other.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    assert browser.faults(other) == []
    page.context.close()
    other.context.close()
