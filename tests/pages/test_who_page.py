"""Who the system fails most: every part is drawn or says that the records do not tell, and a filter that does not reach is said."""

from town_fixture import html, opened

from measures.catalogue import MEASURES
from pages.fails.sections import SECTIONS

PAGE = "pages/fails/who.py"


def test_every_part_of_the_page_is_a_measure_with_such_a_reading():
    assert all(shape in MEASURES[name].readings for name, shape, _ in SECTIONS)


def test_the_page_draws_what_the_records_tell_and_says_what_they_do_not(town):
    at = opened(PAGE)
    assert not at.exception
    assert "could not be drawn" not in html(at)
    assert at.header[0].value == MEASURES["concentration"].title
    assert len(at.header) == len(SECTIONS)


def test_a_filter_that_does_not_reach_a_measure_is_said(town):
    at = opened(PAGE, service="housing")
    assert not at.exception
    unreached = [name for name, _, _ in SECTIONS if "service" not in MEASURES[name].splits]
    assert html(at).count("Of all: this is not told apart by service.") == len(unreached)
