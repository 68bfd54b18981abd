"""The Capability page through dashboard.py, on a small real store."""

import os
from datetime import date, timedelta

import polars as pl
import pytest
from town_fixture import html, opened

from connectors.store import open_store
from measures.catalogue import MEASURES
from measures.model.principal import LOCAL
from measures.model.time import day_date
from measures.reading import Request, read
from pages.check.drawing import drawn_points
from pages.review.rows import REVIEWED

CAPABILITY = "pages/check/capability.py"
EVERY_READING = [(name, shape) for name, measure in MEASURES.items() for shape in measure.readings]


@pytest.mark.parametrize(("name", "shape"), EVERY_READING)
def test_every_reading_of_every_measure_can_be_drawn(town_built, monkeypatch, name, shape):
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", f"sqlite:///{town_built / 'town.db'}")
    at = opened(CAPABILITY, measure=name, shape=shape)
    assert not at.exception
    assert "could not be drawn" not in html(at)
    said = read(open_store(os.environ["SYSTEM_CONDITIONS_STORE"]).records(LOCAL), Request(name, shape=shape), LOCAL)
    known = said.table.height and said.table["value"].null_count() < said.table.height
    assert bool(at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart")) or not known or name not in REVIEWED
    # nobody was asked in this town, so the page must not say that the person said so
    measure = MEASURES[name]
    assert (measure.inferred_definition or measure.definition).replace("'", "&#x27;") in html(at)


def test_the_page_says_what_the_reading_says(town):
    at = opened(CAPABILITY, measure="failure_demand_share", service="housing", period="month")
    asked = Request(measure="failure_demand_share", shape="series", period="month", where=(("service", "housing"),))
    reading = read(open_store(town).records(LOCAL), asked, LOCAL)
    assert at.title[0].value == reading.title
    assert reading.sentence in html(at).replace("&#x27;", "'")


def test_how_it_was_computed_names_source_rows_rules_and_version(town):
    said = html(opened(CAPABILITY, measure="stayed_met"))
    for words in (
        "A small town (fictional)",
        "observations read",
        "1 source rows",
        "A signal is a question",
        "data version",
        "P′",
    ):
        assert words in said


def test_the_chart_has_a_text_alternative(town):
    at = opened(CAPABILITY, measure="failure_demand_share")
    chart = (at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart"))[0]
    assert chart.proto.alt.startswith("Failure demand by week")
    assert "Last known value" in chart.proto.alt


def test_end_to_end_time_has_its_dots_its_medians_and_both_windows_beneath(town):
    at = opened(CAPABILITY, measure="end_to_end_time")
    charts = at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart")
    assert len(charts) == 4
    assert "one dot for each of" in charts[0].proto.alt
    headings = [heading.value for heading in at.header]
    assert any(text.startswith("Early: reads high") for text in headings)


def test_a_split_has_a_row_a_value(town):
    at = opened(CAPABILITY, measure="failure_demand_share", split="service")
    assert len([element for element in at.markdown if "<svg" in element.value]) == 2


def test_a_filter_that_leaves_nothing_says_what_to_do(town):
    at = opened(CAPABILITY, measure="failure_demand_share", since="2026-07-01")
    assert not at.exception
    assert "No records match" in html(at) or "known" in html(at)


def test_a_change_is_added_confirmed_and_taken_out(town):
    at = opened(CAPABILITY, measure="failure_demand_share", service="housing")
    at.text_input(key="change_what").set_value("One team")
    at.text_input(key="change_from").set_value("13/07/2026")
    at.text_input(key="change_hypothesis").set_value("Fewer come back")
    next(button for button in at.button if button.label == "Add the change").click().run()
    store = open_store(town)
    held = store.judgements(LOCAL, "change").row(0, named=True)
    assert (held["what"], held["service"], held["expected"]) == ("One team", "housing", "failure_demand_share")
    assert day_date(held["from_day"]).isoformat() == "2026-07-13"
    assert "B One team, from 13 July 2026" in html(at)
    assert "The old limits stay in force" in html(at)
    next(button for button in at.button if button.label == "Confirm the split").click().run()
    assert store.judgements(LOCAL, "change")["confirmed"].to_list() == [True]
    assert "Confirmed by a person" in html(at)
    next(button for button in at.button if button.label == "Undo the split").click().run()
    assert store.judgements(LOCAL, "change")["confirmed"].to_list() == [False]
    next(button for button in at.button if button.label == "Take it out").click().run()
    assert store.judgements(LOCAL, "change")["withdrawn"].to_list() == [True]
    assert "B One team" not in html(at)


def test_a_change_without_a_date_is_refused(town):
    at = opened(CAPABILITY, measure="failure_demand_share")
    at.text_input(key="change_what").set_value("One team")
    at.text_input(key="change_from").set_value("last spring")
    next(button for button in at.button if button.label == "Add the change").click().run()
    assert "“last spring” is not a date" in html(at)
    assert open_store(town).judgements(LOCAL, "change").is_empty()


def test_a_chart_begins_with_the_first_point_that_holds_anything_and_draws_the_newest():
    days = [date(2000, 1, 1) + timedelta(days=n) for n in range(5_000)]
    values = [None if n < 10 or n == 20 else float(n) for n in range(5_000)]
    points = pl.DataFrame({"period_start": days, "value": values, "n": [0 if value is None else 1 for value in values]})
    assert drawn_points(points.head(100))["value"].to_list() == values[10:100]
    assert drawn_points(points.reverse())["value"].to_list() == values[1_000:]
    assert drawn_points(points.head(5)).height == 5  # nothing is known yet: the periods themselves are what there is
