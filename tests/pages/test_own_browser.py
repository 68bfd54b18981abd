"""'Your own figures' in a real browser: paste to chart within a minute, the link in a second browser, axe, widths."""

import time

import browser
import pytest
from test_own_page import TEXT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not browser.available(), reason=f"no Chromium at {browser.CHROMIUM}"),
]
# Streamlit's own: its uploader names a section whose role it takes away.
THEIRS = ("presentation-role-conflict", '[data-testid="stFileUploaderDropzone"]')


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    with browser.served(f"sqlite:///{folder / 'new.db'}", folder / "log.txt") as url:
        yield f"{url}/own"


def paste(page, text: str = TEXT) -> None:
    page.get_by_label("Dates and numbers").fill(text)
    browser.press(page.get_by_role("button", name="Draw the chart"))
    page.wait_for_selector(".stVegaLiteChart svg")
    browser.settled(page)


def faults_of_ours(page) -> list[tuple]:
    rule, place = THEIRS
    return [
        fault for fault in browser.faults(page)
        if fault[0] != rule or not page.locator(fault[1][0]).first.evaluate(f"one => one.matches('{place}')")
    ]  # fmt: skip


def test_from_paste_to_chart_and_on_to_a_second_browser(chromium, address, tmp_path):
    page = browser.opened(chromium, address)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.wait_for_selector(".sc-footer")
    began = time.monotonic()
    paste(page)
    assert time.monotonic() - began < 60
    assert "?f=" not in page.url  # nothing goes into the address unless somebody copies the link
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Link copied: whoever has it sees these figures.").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    sentence = page.locator(".sc-sentence").first.inner_text()
    name = page.locator('[role="graphics-document"]').first.get_attribute("aria-label")
    for label, start in (("Picture (SVG)", b"<svg"), ("Figures (CSV)", b"at,value,plotted")):
        assert browser.taken(page.get_by_role("button", name=label), tmp_path).read_bytes().startswith(start)
    page.context.close()
    second = browser.opened(chromium, link)
    second.wait_for_selector(".stVegaLiteChart svg")
    browser.settled(second)
    assert second.locator(".sc-sentence").first.inner_text() == sentence
    assert second.locator('[role="graphics-document"]').first.get_attribute("aria-label") == name
    assert len(link) < 300
    second.context.close()


def test_axe_finds_nothing_of_ours_in_the_dark_and_on_a_phone_and_nothing_is_wider_than_the_window(chromium, address):
    page = browser.opened(chromium, address, 1440, "dark")
    page.wait_for_selector(".sc-footer")
    paste(page)
    for closed in page.locator("summary").all():
        closed.click()
    told = faults_of_ours(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 900})
    told += faults_of_ours(page)
    background = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    page.context.close()
    assert told == []
    assert background == "rgb(255, 255, 255)"  # the page did become light
    assert wide <= 390
