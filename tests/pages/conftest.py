"""What the tests of the pages share."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import browser
from town_fixture import town, town_built  # noqa: F401 - fixtures


@pytest.fixture(scope="module")
def chromium():
    """One browser for the tests of a file; each test opens a page of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=browser.CHROMIUM, args=list(browser.FLAGS))
        yield running
        running.close()
