"""Every measure says what it is for, and answers in every shape it offers, also where nothing was ever recorded."""

from __future__ import annotations

import re
from itertools import cycle, product
from pathlib import Path

import polars as pl
import pytest
from hand_tables import coded, demand, reading, told
from of_every_kind import of_every_kind

from measures.catalogue import MEASURES
from measures.model.measure import Options, reached_by
from measures.model.results import BREAKDOWN, COMMON, CURVE, SERIES
from measures.wording import breakdown_sentence

FILES = Path(__file__).parents[2] / "measures" / "catalogue"
REPORT = Path(__file__).parents[2].parent / "shared" / "report" / "saving-money-by-doing-the-right-thing.txt"
SHAPES = {"series": SERIES, "breakdown": BREAKDOWN, "curve": CURVE}
OFFERED = [(name, shape) for name, measure in MEASURES.items() for shape in measure.readings]


def test_every_file_of_the_catalogue_is_a_measure_of_its_name_and_has_a_test():
    files = {path.stem for path in FILES.glob("[a-z]*.py")}
    assert set(MEASURES) == files
    tested = " ".join(path.read_text() for path in (Path(__file__).parent / "catalogue").glob("test_*.py"))
    assert {name for name in files if f'"{name}"' not in tested} == set()


@pytest.mark.parametrize("name", MEASURES)
def test_it_says_what_it_is_for(name):
    measure = MEASURES[name]
    assert measure.question.endswith("?")
    for text in (measure.purpose, measure.why_it_matters, measure.definition):
        assert text.endswith(".")
        assert len(text) > 30
    assert measure.kind in {"count", "share", "rate", "duration", "median"}
    assert measure.better in {"lower", "higher", "neither"}
    assert measure.readings
    assert set(measure.readings) <= set(SHAPES)
    assert ("curve" in measure.readings) == (measure.curve is not None)
    assert measure.report_lines


@pytest.mark.parametrize(("name", "shape"), OFFERED)
def test_it_answers_where_nothing_was_ever_recorded(name, shape):
    empty = reading(name, told(), shape=shape)
    for column, dtype in {**SHAPES[shape], **COMMON}.items():
        assert empty.table.schema[column] == dtype, column
    assert empty.table["n"].sum() == 0
    assert empty.sentence == "There are no records for this measure yet."
    assert empty.title


@pytest.mark.parametrize(("name", "shape"), OFFERED)
def test_it_answers_for_one_demand(name, shape):
    records = told(demand("a", 0, service="housing"), classification=[coded("a", "failure")])
    told_by = reading(name, records, shape=shape)
    assert set(SHAPES[shape]) <= set(told_by.table.columns)
    assert told_by.sentence


def split(name, pairs):
    records = told(
        demand("a", 0, service="housing", channel="phone"), demand("b", 400), classification=[coded("a", "failure")]
    )
    for column, shape in pairs:
        assert reading(name, records, shape=shape, split=column).shape == shape


@pytest.mark.parametrize("name", MEASURES)
def test_it_can_be_split_by_every_column_it_says(name):
    split(name, zip(MEASURES[name].splits, cycle(MEASURES[name].readings), strict=False))  # shapes in turn


@pytest.mark.slow
@pytest.mark.parametrize("name", MEASURES)
def test_it_can_be_split_by_every_column_in_every_shape(name):
    split(name, product(MEASURES[name].splits, MEASURES[name].readings))


@pytest.mark.parametrize("name", MEASURES)
def test_one_observation_is_one_record_and_belongs_to_one_point(name):
    rows = MEASURES[name].observe(of_every_kind(), Options()).collect()
    assert rows["record_id"].n_unique() == rows.height > 0
    assert rows.select(pl.col("numerator", "denominator", "weight").is_not_null().all()).row(0) == (True, True, True)
    assert ((rows["numerator"] <= rows["denominator"]) | (MEASURES[name].kind in ("count", "rate"))).all()


@pytest.mark.shared
@pytest.mark.skipif(not REPORT.is_file(), reason=f"no report in {REPORT}")
def test_the_report_says_so_where_it_is_cited():
    """Each cited line is a sentence of the report, and a figure named under `why_it_matters` stands near one of them."""
    lines = REPORT.read_text(encoding="utf-8").splitlines()
    missing = {}
    for name, measure in MEASURES.items():
        assert all(0 < line <= len(lines) and len(lines[line - 1]) > 20 for line in measure.report_lines), name
        cited = " ".join(" ".join(lines[line - 3 : line + 2]) for line in measure.report_lines)
        figures = set(re.findall(r"\d+(?= per cent)|\d+(?= front doors)", measure.why_it_matters))
        absent = {figure for figure in figures if figure not in cited}
        if absent:
            missing[name] = absent
    assert missing == {}


@pytest.mark.parametrize(
    ("name", "title", "said"),
    [
        ("end_to_end_time", None, "met"),
        ("end_to_end_time", "Time until closed and did not come back", "closed"),
        ("time_to_screened_in", None, "screened in"),
        ("time_to_first_value_work", None, "helped"),
    ],
)
def test_it_is_said_in_its_own_words_what_happened_to_those_who_waited(name, title, said):
    measure = MEASURES[name]
    assert reached_by(measure, title or measure.title) == said


@pytest.mark.parametrize(
    ("agencies", "said"),
    [(["A"], "A: 10 demands."), (["A", "B"], "Highest for A: 10 demands, among 2 shown.")],
)
def test_one_of_a_kind_is_not_the_highest(agencies, said):
    measure = next(each for each in MEASURES.values() if each.kind == "count" and each.unit == "demands")
    table = pl.DataFrame({"agency": agencies, "value": [10.0, 5.0][: len(agencies)], "n": [10] * len(agencies)})
    assert breakdown_sentence(measure, table, measure.title) == said
