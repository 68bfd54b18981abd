"""The printable sheet reopened: one page of A4 whose words are words, with the chart drawn as lines."""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from itertools import pairwise

import pypdf
import pytest
from town_fixture import town_built  # noqa: F401 - fixture

from connectors.store import open_store
from measures.catalogue import MEASURES
from measures.model.principal import LOCAL
from measures.model.results import Caveat
from measures.reading import Request, read
from pages.check import taken
from pages.check.sheet import Beside, sheet, sheet_svg
from pages.desk.exports import paper
from pages.desk.exports.paper import Style, paragraph, width
from pages.desk.exports.titled import titled

BESIDE = Beside(
    "service is housing, by week", "Records to 1 May 2026", "http://here/capability?service=housing", "today"
)
EVERY = [(name, shape) for name, measure in MEASURES.items() for shape in measure.readings]


@pytest.fixture(scope="module")
def records(town_built):  # noqa: F811
    return open_store(f"sqlite:///{town_built / 'town.db'}").records(LOCAL)


def words_of(text: str) -> str:
    """The words alone: how lines are broken has no say."""
    return " ".join(text.split())


def test_it_is_one_page_of_a4_with_its_words_as_words(records):
    reading = read(records, Request("failure_demand_share", where=(("service", "housing"),)), LOCAL)
    pages = pypdf.PdfReader(BytesIO(sheet(taken.of(reading), BESIDE))).pages
    assert len(pages) == 1
    millimetres = [float(side) * 25.4 / 72 for side in pages[0].mediabox[2:]]
    assert millimetres == pytest.approx([210, 297], abs=0.1)
    text = words_of(pages[0].extract_text())
    for said in (
        reading.title,
        reading.sentence,
        reading.definition,
        BESIDE.asked,
        BESIDE.link,
        str(reading.data_version),
    ):
        assert words_of(said) in text
    assert "middle" in text
    assert not list(pages[0].images)  # the chart is lines, not a photograph of lines


@pytest.mark.parametrize(("name", "shape"), EVERY)
def test_every_reading_has_a_sheet_on_which_nothing_stands_over_the_edge_or_on_other_words(records, name, shape):
    reading = read(records, Request(name, shape=shape), LOCAL)
    if not reading.table.height:  # this town tells nothing of it: there is nothing to print, and that is said
        assert taken.of(reading).picture is None
        return
    drawn = sheet_svg(taken.of(reading), BESIDE)
    outside = re.sub(r"<svg x=.*</svg>(?=<text|<path)", "", drawn, flags=re.DOTALL)
    lines = [
        (float(x), float(y), float(size), unescape(text))
        for x, y, size, text in re.findall(
            r'<text x="([\d.]+)" y="([\d.]+)" font-size="([\d.]+)"[^>]*>([^<]*)<', outside
        )
    ]
    assert len(lines) > 6
    for x, y, size, text in lines:
        assert paper.MARGIN <= x
        assert x + width(text, size) <= paper.WIDE - paper.MARGIN + 0.5, text
        assert y <= paper.HIGH - paper.MARGIN + 0.5
    heights = [y for _, y, _, _ in lines]
    gaps = [after - before for before, after in pairwise(heights)]
    assert min(gaps) >= 8


def test_it_says_its_title_and_its_language(records):
    reading = read(records, Request("failure_demand_share"), LOCAL)
    document = pypdf.PdfReader(BytesIO(sheet(taken.of(reading), BESIDE)), strict=True)
    assert document.metadata.title == reading.title
    assert document.trailer["/Root"]["/Lang"] == "en-GB"
    assert document.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reading.title in document.pages[0].extract_text()


def test_a_title_may_be_any_words_and_no_other_end_is_guessed_at():
    plain = paper.pdf(paper.page(""))
    for title in ("P′ “late” (š) >> endobj", "", "a\nb"):
        assert (pypdf.PdfReader(BytesIO(titled(plain, title)), strict=True).metadata.title or "") == title
    with pytest.raises(ValueError, match="without a catalogue"):
        titled(b"%PDF-1.7\n", "x")


def test_more_than_fits_is_left_out_and_said(records):
    reading = read(records, Request("failure_demand_share"), LOCAL)
    caveats = tuple(Caveat("made_up", f"{number} {'long ' * 60}") for number in range(60))
    long = replace(reading, caveats=caveats)
    text = words_of(pypdf.PdfReader(BytesIO(sheet(taken.of(long), BESIDE))).pages[0].extract_text())
    assert "There is more to know than fits this sheet" in text
    assert str(reading.data_version) in text


def test_lines_are_no_wider_than_asked_and_no_word_is_lost():
    style = Style(10, "#000")
    told = paragraph("Met & stayed met " * 20 + "http://" + "x" * 300, style, wide=200)
    assert all(width(line, 10) <= 200 for line in told.lines)
    assert "".join("".join(told.lines).split()) == "".join(("Met & stayed met " * 20 + "http://" + "x" * 300).split())


def test_words_of_people_stay_words_on_the_sheet():
    style = Style(10, "#000")
    assert "<script" not in paper.drawn(paragraph("<script>x</script> \x00 & more", style), 0, 0)
    paper.pdf(paper.page(paper.drawn(paragraph("<b> \x00\x08 & more", style), 0, 0)))


def test_a_picture_keeps_its_proportions():
    drawn, high = paper.picture('<svg width="200" viewBox="0 0 200 100"><g/></svg>', 10, 20, 100, 100)
    assert high == 50
    assert 'width="100.00" height="50.00"' in drawn
    with pytest.raises(ValueError, match="viewBox"):
        paper.picture("<svg></svg>", 0, 0, 1, 1)
