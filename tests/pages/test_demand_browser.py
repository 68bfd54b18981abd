"""The Demand page in a real browser: axe, widths, aligned plots, downloads, and the way back."""

import browser
import doors_town
import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not browser.available(), reason=f"no Chromium at {browser.CHROMIUM}"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doors")
    doors_town.build(folder)
    with browser.served(f"sqlite:///{folder / 'doors.db'}", folder / "log.txt") as url:
        yield f"{url}/demand"


def visit(chromium, url: str, width: int = 1440, scheme: str = "light"):
    page = browser.opened(chromium, url, width, scheme)
    page.wait_for_selector(".sc-footer")
    page.wait_for_function("document.querySelectorAll('.stVegaLiteChart svg').length >= 8")
    browser.settled(page)
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light"), (1024, "dark")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(chromium, address, width, scheme):
    page = visit(chromium, address, width, scheme)
    page.get_by_text("Value demand: table, how it was computed, downloads").click()
    page.get_by_text("Demand by front door: table, how it was computed, downloads").click()
    page.get_by_role("heading", name="How this was computed").nth(1).wait_for()
    told = browser.faults(page)
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    page.context.close()
    assert told == []
    assert wide <= width


@pytest.mark.parametrize("width", [1440, 390])
def test_value_and_failure_stand_under_each_other_week_for_week(chromium, address, width):
    page = visit(chromium, address, width)
    plots = page.evaluate(
        "[...document.querySelectorAll('.stVegaLiteChart')].slice(0, 2).map(chart => {"
        "const view = chart.querySelector('.mark-group.role-frame .background').getBoundingClientRect();"
        "return [Math.round(view.left), Math.round(view.right)]})"
    )
    page.context.close()
    assert plots[0] == plots[1]
    assert plots[0][1] - plots[0][0] > width * 0.4


def test_the_table_holds_all_130_doors_and_its_file_too(chromium, address, tmp_path):
    page = visit(chromium, address)
    page.get_by_text("Demand by front door: table, how it was computed, downloads").click()
    table = page.get_by_role("region", name="Demand by front door: the figures behind the chart.")
    table.wait_for()
    assert table.locator("tbody tr").count() == 130
    with page.expect_download() as download:
        page.get_by_role("button", name="Figures (CSV)").click()
    download.value.save_as(tmp_path / "doors.csv")
    assert len((tmp_path / "doors.csv").read_text().splitlines()) == 131
    page.context.close()
