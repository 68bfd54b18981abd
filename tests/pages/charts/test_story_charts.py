"""The charts of a person's story, drawn whole: what stands in the picture, and what is said of it."""

from datetime import date

import polars as pl
import pytest

from measures.story.lines import FAMILIES, FAMILY_OF, LINES
from measures.story.picture import picture
from pages.charts.cost_bars import cost_bars
from pages.charts.frame import Drawn, svg
from pages.charts.palette import LIGHT
from pages.charts.record_picture import KINDS, picture_words, record_picture
from pages.charts.steps import steps_chart

SIZE = Drawn(width=900, height=400, heading=("A story",))


def told(precision: str, number: int = 14) -> pl.DataFrame:
    kinds = list(FAMILY_OF)
    return pl.DataFrame([
        {"place": at + 1, "day": 12000 + 90 * at, "precision": precision, "agency": f"agency {at % 3}", "counted": True,
         "kind": kinds[at % len(kinds)], "family": FAMILY_OF[kinds[at % len(kinds)]], "words": "as written"}
        for at in range(number)
    ], schema=LINES)  # fmt: skip


def test_each_kind_has_a_shape_of_its_own_and_every_kind_has_one() -> None:
    assert list(KINDS) == list(FAMILIES)
    assert len({shape for shape, _, _ in KINDS.values()}) == len({sign for _, _, sign in KINDS.values()}) == 7


@pytest.mark.parametrize("precision", ["day", "year", "sequence"])
def test_the_record_picture_is_drawn_for_days_years_and_a_bare_order(precision: str) -> None:
    drawn = picture(told(precision))
    chart = record_picture(drawn.marks, drawn.lanes, title="Every record", said=picture_words(drawn.marks, drawn.lanes),
                           dated=drawn.dated, years=drawn.years, palette=LIGHT, drawn=SIZE)  # fmt: skip
    shown = svg(chart)
    assert all(f"agency {number}</text>" in shown for number in range(3))
    assert {"day": "2003", "year": ">2004<", "sequence": "place in the story"}[precision] in shown
    assert "Records by kind: decided or closed 3, something done 3, looked at 2" in chart.to_dict()["description"]


def test_steps_name_their_lines_and_their_last_values() -> None:
    rows = pl.DataFrame({"x": [date(2020, 1, 1), date(2021, 1, 1)] * 2, "series": ["spent"] * 2 + ["wanted"] * 2,
                         "value": [10.0, 1204.0, 500.0, 500.0]})  # fmt: skip
    chart = steps_chart(rows, title="Cost", money=True, palette=LIGHT, drawn=SIZE)
    assert "spent £1,204" in svg(chart)
    assert "£1,000</text>" in svg(chart)
    assert "spent from £10 to £1,204" in chart.to_dict()["description"]


def test_cost_stands_against_a_range_of_what_was_wanted() -> None:
    chart = cost_bars(106_777, 15_760, 20_760, title="Cost", spent="since 2008", palette=LIGHT, drawn=SIZE)
    assert "£15,760 to £20,760" in svg(chart)
    assert chart.to_dict()["description"] == "Cost. since 2008: Received: £106,777; Wanted: £15,760 to £20,760."
