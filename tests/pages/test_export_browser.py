"""In a real browser: each format taken away and reopened, the page on paper, and the needs behind a point at both widths."""

import xml.etree.ElementTree as ET
from datetime import date
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

import browser
import fastexcel
import polars as pl
import pypdf
import pytest

from connectors.store import open_store
from measures.model.principal import LOCAL
from measures.reading import Request, read

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not browser.available(), reason=f"no Chromium at {browser.CHROMIUM}"),
]
SHARE = "/capability?measure=failure_demand_share&service=housing"
A4 = [210, 297]


@pytest.fixture(scope="module")
def address(town_built: Path, tmp_path_factory: pytest.TempPathFactory):
    import shutil

    folder = tmp_path_factory.mktemp("exports")
    shutil.copytree(town_built, folder / "store")
    with browser.served(f"sqlite:///{folder / 'store' / 'town.db'}", folder / "server.txt") as url:
        yield url, open_store(f"sqlite:///{folder / 'store' / 'town.db'}")


def visit(chromium, url: str, width: int = 1440, scheme: str = "light"):
    page = browser.opened(chromium, url, width, scheme)
    page.wait_for_selector(".sc-footer, .sc-notice-worse")
    browser.settled(page)
    return page


def millimetres(page: pypdf.PageObject) -> list[float]:
    return [float(side) * 25.4 / 72 for side in page.mediabox[2:]]


def test_each_format_is_taken_away_reopened_and_noted(chromium, address, tmp_path):
    url, store = address
    reading = read(store.records(LOCAL), Request("failure_demand_share", where=(("service", "housing"),)), LOCAL)
    page = visit(chromium, url + SHARE)
    files = {}
    for label in ("Figures (CSV)", "Workbook (XLSX)", "Sheet (PDF)", "Picture (PNG)", "Picture (SVG)"):
        file = browser.taken(page.get_by_role("button", name=label), tmp_path)
        files[file.suffix[1:]] = file.read_bytes()
    page.context.close()
    values = reading.table["value"].to_list()
    assert pl.read_csv(BytesIO(files["csv"]))["value"].to_list() == pytest.approx(values)
    book = fastexcel.read_excel(files["xlsx"])
    assert book.load_sheet("Figures").to_polars()["value"].to_list() == pytest.approx(values)
    about = dict(book.load_sheet("About").to_polars().iter_rows())
    assert (
        about["See it again"] == f"{url}{SHARE.split('?', maxsplit=1)[0]}?measure=failure_demand_share&service=housing"
    )
    (sheet,) = pypdf.PdfReader(BytesIO(files["pdf"])).pages
    assert millimetres(sheet) == pytest.approx(A4, abs=0.1)
    assert reading.title in sheet.extract_text()
    assert files["png"].startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(files["png"][16:20]) > 2000
    assert ET.fromstring(files["svg"]).tag.endswith("svg")
    trail = store.audit_trail(LOCAL).filter(action="export")["detail"]
    assert [next(kind for kind in files if f'"{kind}"' in text) for text in trail] == [
        "csv",
        "xlsx",
        "pdf",
        "png",
        "svg",
    ]


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_the_page_prints_on_one_sheet_of_a4_without_controls(chromium, address, scheme):
    url, store = address
    reading = read(store.records(LOCAL), Request("failure_demand_share", where=(("service", "housing"),)), LOCAL)
    page = visit(chromium, url + SHARE, scheme=scheme)
    page.emulate_media(media="print", color_scheme=scheme)
    browser.settled(page)
    drawn = page.locator(".stVegaLiteChart svg").first.bounding_box()
    printed = pypdf.PdfReader(BytesIO(page.pdf(prefer_css_page_size=True, print_background=True))).pages
    page.context.close()
    assert 600 < drawn["width"] <= 690  # drawn anew for the paper, not shrunk until nobody can read it
    assert len(printed) == 1
    assert millimetres(printed[0]) == pytest.approx(A4, abs=0.5)
    text = " ".join(normalize("NFKC", printed[0].extract_text()).split())  # a browser writes fi as one letter
    for said in (reading.title, reading.sentence, reading.definition, "Data version", "natural process limits"):
        assert said in text
    for control in (
        "Figures (CSV)",
        "Sheet (PDF)",
        "Print",
        "Copy link",
        "Split by",
        "Choose a point",
        "Chart and rules",
    ):
        assert control not in text


def test_the_print_button_draws_the_page_at_the_width_of_paper_first(chromium, address):
    url, _ = address
    page = visit(chromium, url + SHARE)
    page.evaluate(
        "() => { window.print = () => { window.printed = document.querySelector('.stVegaLiteChart svg').clientWidth;"
        " window.dispatchEvent(new Event('afterprint')) } }"
    )
    page.get_by_role("button", name="Print").click()
    page.wait_for_function("window.printed")
    assert 600 < page.evaluate("window.printed") <= 690
    page.wait_for_function("!document.documentElement.classList.contains('sc-printing')")
    page.context.close()


def test_people_one_by_one_print_on_two_sheets_with_every_chart_drawn_for_them(chromium, address):
    url, _ = address
    page = visit(chromium, f"{url}/capability?measure=end_to_end_time")
    page.evaluate("() => { window.print = () => { window.printed = true } }")
    page.keyboard.press("Control+p")  # the browser's own key prints as the button does
    page.wait_for_function("window.printed")
    widths = page.locator(".stVegaLiteChart svg").evaluate_all("all => all.map(one => one.clientWidth)")
    sheets = pypdf.PdfReader(BytesIO(page.pdf(prefer_css_page_size=True, print_background=True))).pages
    page.context.close()
    assert len(widths) >= 3
    assert all(600 < width <= 690 for width in widths)
    assert len(sheets) <= 2


@pytest.mark.parametrize(("width", "scheme"), [pytest.param(1440, "light", marks=pytest.mark.slow), (390, "dark")])
def test_the_needs_behind_a_point_are_a_table_and_on_a_phone_cards(chromium, address, width, scheme):
    url, store = address
    table = read(store.records(LOCAL), Request("stayed_met", shape="series"), LOCAL).table
    day: date = table.filter(pl.col("mature") & (pl.col("n") > 0)).sort("period_start")["period_start"][-1]
    page = visit(chromium, f"{url}/capability?point={day.isoformat()}", width, scheme)
    page.locator("summary", has_text="The needs behind a point").click()
    page.wait_for_selector(".sc-cards")
    assert browser.faults(page) == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    row = page.locator(".sc-cards tbody tr").first.bounding_box()
    cells = [cell.bounding_box()["y"] for cell in page.locator(".sc-cards tbody tr").first.locator("th, td").all()]
    assert (row["height"] > 150) is (width == 390)
    assert (len(set(cells)) == len(cells)) is (width == 390)  # on a phone beneath one another
    assert page.get_by_role("table").last.get_by_role("row").count() > 2
    page.context.close()
