"""The Demand page in a real browser: axe, widths, aligned plots, downloads, and the way back."""

import json
from io import BytesIO

import browser
import doors_town
import fastexcel
import pypdf
import pytest

from connectors.store import open_store
from measures.model.principal import LOCAL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not browser.available(), reason=f"no Chromium at {browser.CHROMIUM}"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doors")
    doors_town.build(folder)
    return folder


@pytest.fixture(scope="module")
def address(folder):
    with browser.served(f"sqlite:///{folder / 'doors.db'}", folder / "log.txt") as url:
        yield f"{url}/demand"


FORMATS = ("Figures (CSV)", "Workbook (XLSX)", "Sheet (PDF)", "Picture (PNG)", "Picture (SVG)")


def visit(chromium, url: str, width: int = 1440, scheme: str = "light"):
    page = browser.opened(chromium, url, width, scheme)
    page.wait_for_selector(".sc-footer")
    page.wait_for_function("document.querySelectorAll('.stVegaLiteChart svg').length >= 8")
    browser.settled(page)
    return page


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (1440, "light"),
        pytest.param(1440, "dark", marks=pytest.mark.slow),
        pytest.param(390, "light", marks=pytest.mark.slow),
        pytest.param(1024, "dark", marks=pytest.mark.slow),
    ],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(chromium, address, width, scheme):
    page = visit(chromium, address, width, scheme)
    for title in ("Value demand", "Demand by front door"):
        browser.press(page.get_by_text(f"{title}: table, how it was computed, downloads"))
    page.get_by_role("heading", name="How this was computed").nth(1).wait_for()
    told = browser.faults(page)
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    page.context.close()
    assert told == []
    assert wide <= width


@pytest.mark.parametrize("width", [390, pytest.param(1440, marks=pytest.mark.slow)])
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


def taken(page, tmp_path) -> dict[str, bytes]:
    """Every format that the opened part of the page offers, by the ending of its file."""
    files = [browser.taken(page.get_by_role("button", name=label), tmp_path) for label in FORMATS]
    return {file.suffix[1:]: file.read_bytes() for file in files}


@pytest.mark.parametrize(
    ("title", "measure"),
    [
        ("Demand by front door", "demand_by_front_door"),
        pytest.param("Failure demand", "failure_demand_share", marks=pytest.mark.slow),
    ],
)
def test_each_format_of_a_chart_is_taken_away_reopened_and_noted(chromium, address, folder, tmp_path, title, measure):
    store = open_store(f"sqlite:///{folder / 'doors.db'}")
    before = store.audit_trail(LOCAL).filter(action="export").height
    page = visit(chromium, f"{address}?service=housing")
    page.get_by_text(f"{title}: table, how it was computed, downloads", exact=True).click()
    files = taken(page, tmp_path)
    page.context.close()
    lines = [json.loads(text) for text in store.audit_trail(LOCAL).filter(action="export")["detail"][before:]]
    assert [line["format"] for line in lines] == ["csv", "xlsx", "pdf", "png", "svg"]
    assert {line["measure"] for line in lines} == {measure}
    assert all(line["asked"]["where"] == "service=housing" for line in lines)
    book = fastexcel.read_excel(files["xlsx"])
    figures, rows = book.load_sheet("Figures").to_polars(), files["csv"].decode().splitlines()
    assert figures.height == len(rows) - 1 > 20
    about = dict(book.load_sheet("About").to_polars().iter_rows())
    assert about["Title"] == title
    assert about["See it again"] == f"{address}?service=housing"
    text = " ".join(pypdf.PdfReader(BytesIO(files["pdf"])).pages[0].extract_text().split())
    assert title in text
    assert "service is housing" in text
    assert files["png"].startswith(b"\x89PNG")
    assert "data version" in files["svg"].decode()


def test_the_table_holds_all_130_doors_and_its_file_too(chromium, address, tmp_path):
    page = visit(chromium, address)
    page.get_by_text("Demand by front door: table, how it was computed, downloads").click()
    table = page.get_by_role("region", name="Demand by front door: the figures behind the chart.")
    table.wait_for()
    assert table.locator("tbody tr").count() == 130
    file = browser.taken(page.get_by_role("button", name="Figures (CSV)"), tmp_path)
    assert len(file.read_text().splitlines()) == 131
    page.context.close()
