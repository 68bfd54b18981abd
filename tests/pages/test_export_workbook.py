"""A workbook reopened: numbers are numbers, dates are dates, words are words, and nothing in it runs."""

import zipfile
from datetime import date
from io import BytesIO

import fastexcel
import polars as pl
import pytest
from town_fixture import town_built  # noqa: F401 - fixture

from connectors.store import open_store
from measures.model.principal import LOCAL, Principal
from measures.model.time import EPOCH
from measures.reading import Request, read, rows
from pages.check import taken
from pages.check.downloads import about, asked_in_words, book
from pages.check.sheet import Beside
from pages.desk.exports.workbook import Sheet, workbook

WEEKS = Request("failure_demand_share", period="week", where=(("service", "housing"),))
BESIDE = Beside(
    "service is housing, by week", "Records to 1 May 2026", "http://here/capability?service=housing", "today"
)


@pytest.fixture(scope="module")
def records(town_built):  # noqa: F811
    return open_store(f"sqlite:///{town_built / 'town.db'}").records(LOCAL)


def reopened(file: bytes, sheet: str) -> pl.DataFrame:
    """A sheet as another program reads it."""
    return fastexcel.read_excel(file).load_sheet(sheet).to_polars()


def test_the_figures_reopen_as_the_numbers_and_dates_of_the_reading(records):
    reading = read(records, WEEKS, LOCAL)
    found, figures = reopened(book(taken.of(reading), BESIDE), "Figures"), rows(reading)
    assert found.columns == figures.columns
    assert found["period_start"].cast(pl.Date).to_list() == figures["period_start"].to_list()
    for name in ("value", "numerator", "n", "upper"):
        assert found.schema[name].is_numeric()
        assert found[name].cast(pl.Float64).to_list() == pytest.approx(figures[name].cast(pl.Float64).to_list())
    assert [text or "" for text in found["signals"]] == [" ".join(names) for names in figures["signals"]]


def test_the_second_sheet_says_what_the_figures_are(records):
    reading = read(records, WEEKS, LOCAL)
    found = dict(reopened(book(taken.of(reading), BESIDE), "About").iter_rows())
    assert found["Title"] == reading.title
    assert found["Sentence"] == reading.sentence
    assert found["Definition"] == reading.definition
    assert found["What was asked"] == asked_in_words(reading) == "service is housing, by week"
    assert found["Data version"] == str(reading.data_version)
    assert found["See it again"] == BESIDE.link
    said = about(taken.of(reading), BESIDE).filter(pl.col("What") == "What to know")["Says"].to_list()
    assert len(said) == len(set(said)) > 0


def test_phases_have_a_sheet_with_dates_where_there_are_any(records, town_built, tmp_path):  # noqa: F811
    assert fastexcel.read_excel(book(taken.of(read(records, WEEKS, LOCAL)), BESIDE)).sheet_names == ["Figures", "About"]
    import shutil

    shutil.copytree(town_built, tmp_path / "copy")
    store = open_store(f"sqlite:///{tmp_path / 'copy' / 'town.db'}")
    change = {"what": "=One team", "from_day": (date(2026, 3, 2) - EPOCH).days, "confirmed": True, "service": "housing"}
    store.judge(LOCAL, "change", change)
    made = book(taken.of(read(store.records(LOCAL), WEEKS, LOCAL)), BESIDE)
    assert fastexcel.read_excel(made).sheet_names == ["Figures", "Phases", "About"]
    phases = reopened(made, "Phases")
    assert phases["from"].cast(pl.Date).to_list()[1] == date(2026, 3, 2)
    assert phases["name"].to_list()[1] == "'=One team"  # what somebody typed cannot run


@pytest.mark.parametrize("shape", ["breakdown", "curve"])
def test_every_shape_has_a_workbook(records, shape):
    reading = read(records, Request("end_to_end_time", shape=shape), LOCAL)
    assert reopened(book(taken.of(reading), BESIDE), "Figures").height == reading.table.height


def test_a_regulator_takes_away_only_protected_figures(records):
    regulator = Principal("inspector", "regulator")
    reading = read(records, WEEKS, regulator)
    truly = read(records, WEEKS, LOCAL)
    found = reopened(book(taken.of(reading), BESIDE), "Figures")
    assert found["n"].cast(pl.Int64).to_list() == reading.table["n"].to_list() != truly.table["n"].to_list()


def test_a_cell_that_would_run_is_words_and_nothing_is_hidden_or_linked():
    frame = pl.DataFrame({
        "=door": ["=1+1", "+44", "https://example.org", None], "value": [0.5, float("nan"), float("inf"), None],
        "day": [date(2026, 5, 4), None, None, None], "is": [True, False, None, None], "names": [["=a", "b"], [], None, None],
    })  # fmt: skip
    made = workbook([Sheet("Figures", frame, shares=("value",))], "=title")
    with zipfile.ZipFile(BytesIO(made)) as parts:
        texts = {name: parts.read(name).decode() for name in parts.namelist()}
    sheet = texts["xl/worksheets/sheet1.xml"]
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "hidden" not in texts["xl/workbook.xml"]
    assert not any("external" in name.lower() or "vba" in name.lower() for name in texts)
    found = reopened(made, "Figures")
    assert found.columns[0] == "'=door"
    assert found["'=door"].to_list()[:3] == ["'=1+1", "'+44", "https://example.org"]
    assert found["value"].to_list() == [0.5, None, None]
    assert found["names"].to_list()[0] == "'=a b"
    assert found["is"].to_list()[:2] == [True, False]


def test_a_type_without_a_cell_is_refused():
    with pytest.raises(TypeError, match="no cell for"):
        workbook([Sheet("a", pl.DataFrame({"x": [b"bytes"]}))], "t")
