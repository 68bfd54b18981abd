"""What people noted on a point goes with its chart: as a number on the picture, and in words beside it and in the book."""

import shutil
import xml.etree.ElementTree as ET
from io import BytesIO

import fastexcel
import pypdf
import pytest
from town_fixture import town_built  # noqa: F401 - fixture

from connectors.store import open_store
from measures.model.principal import LOCAL
from measures.reading import Request, read
from pages.charts.frame import svg
from pages.check import points, taken
from pages.check.downloads import book
from pages.check.sheet import Beside, sheet

HOUSING = Request("failure_demand_share", where=(("service", "housing"),))
WORDS = "The letters went out twice <b>& late"


@pytest.fixture(scope="module")
def noted(town_built, tmp_path_factory):  # noqa: F811
    """A chart with one note on its tenth week, and what may be taken away of it."""
    folder = tmp_path_factory.mktemp("noted")
    shutil.copytree(town_built, folder / "store")
    store = open_store(f"sqlite:///{folder / 'store' / 'town.db'}")
    day = read(store.records(LOCAL), HOUSING, LOCAL).table.sort("period_start")["period_start"].to_physical()[9]
    note = {"note_id": "n1", "measure": HOUSING.measure, "service": "housing", "point_day": day, "text": WORDS}
    store.judge(LOCAL, "note", note | {"withdrawn": False})
    reading = read(store.records(LOCAL), HOUSING, LOCAL)
    return store, reading, taken.of(reading, points.judged(store, reading))


def said(picture: str) -> list[str]:
    return [text for text in ET.fromstring(picture).itertext() if text.strip()]


def test_a_note_is_a_number_on_the_picture_and_words_above_it(noted):
    _, reading, away = noted
    with_note, without = said(svg(away.picture())), said(svg(taken.of(reading).picture()))
    assert any(text.startswith("1. Week of") and WORDS in text for text in with_note)
    assert with_note.count("1") == without.count("1") + 1


def test_a_note_stands_on_the_sheet_and_in_the_workbook(noted):
    _, _, away = noted
    beside = Beside("service is housing", "Records to today", "", "today")
    text = " ".join(pypdf.PdfReader(BytesIO(sheet(away, beside))).pages[0].extract_text().split())
    assert "What people noted" in text
    assert WORDS in text
    about = fastexcel.read_excel(book(away, beside)).load_sheet("About").to_polars()
    assert [says for what, says in about.iter_rows() if what == "Note on a point"] == list(away.notes)
    assert WORDS in away.notes[0]


def test_a_note_taken_out_leaves_with_no_file(noted):
    store, reading, _ = noted
    store.judge(LOCAL, "note", {"note_id": "n1", "measure": HOUSING.measure, "service": "housing", "text": WORDS,
                                "point_day": 0, "withdrawn": True})  # fmt: skip
    assert taken.of(reading, points.judged(store, reading)).notes == ()
