"""What demand is made of: sums that hold, words that show their numbers, periods that line up."""

from datetime import date
from types import SimpleNamespace

import polars as pl
import pytest

from pages.charts.stack import FAILURE, UNKNOWN, VALUE, height, stack_chart, stack_words
from pages.check.demand_asked import edges
from pages.check.demand_parts import (
    doors_words,
    gap_words,
    headline,
    highest,
    periods_of,
    rest_words,
    single_table,
    split_table,
    totals,
)


def breakdown(rows: dict[str | None, float]) -> SimpleNamespace:
    table = pl.DataFrame({"measure": ["m"] * len(rows), "door": list(rows), "value": list(rows.values())})
    return SimpleNamespace(table=table.with_columns(lower=None, upper=None, source=None, n=1, people=1, people_in=1))


def series(weeks: list[tuple[float, float]], first: date = date(2026, 1, 5)) -> SimpleNamespace:
    starts = pl.Series([date.fromordinal(first.toordinal() + 7 * n) for n in range(len(weeks))])
    return SimpleNamespace(
        table=pl.DataFrame({
            "period_start": starts, "period_end": starts.dt.offset_by("6d"), "numerator": [top for top, _ in weeks],
            "denominator": [bottom for _, bottom in weeks], "value": [top / bottom for top, bottom in weeks],
            "upper": [None] * len(weeks), "mature": [True] * len(weeks), "excluded": [False] * len(weeks),
        }, schema_overrides={"upper": pl.Float64})
    )  # fmt: skip


@pytest.fixture
def doors() -> pl.DataFrame:
    # desk: 10 asked, 4 failure and 3 value, so 3 unknown; line: 6 asked, none classified; one demand names no door
    return split_table(
        breakdown({"desk": 10.0, "line": 6.0, None: 1.0}), breakdown({"desk": 3.0, None: 1.0}), breakdown({"desk": 4.0})
    )


def test_each_door_is_cut_into_failure_value_and_not_known(doors):
    rows = doors.select("label", "total", "failure", "value", "unknown").rows()
    assert rows == [("desk", 10, 4, 3, 3), ("line", 6, 0, 0, 6), ("not recorded", 1, 0, 1, 0)]
    assert doors["share"].to_list() == [pytest.approx(4 / 7), None, 0.0]
    assert doors["said"].to_list() == ["10 · 57% failure", "6 · none classified", "1 · 0% failure"]


def test_parts_sum_to_the_whole_and_the_headline_says_them(doors):
    held = totals(doors)
    assert held.value + held.failure + held.unknown == held.all == 17
    assert headline(held) == (
        "Of 8 demands classified, 4 (50%) exist only because we failed people before. 9 (53%) are unclear or not "
        "classified."
    )


def test_the_headline_owns_up_when_nothing_is_classified():
    nothing = totals(split_table(breakdown({"desk": 5.0}), breakdown({}), breakdown({})))
    assert not nothing.classified
    assert "none has been classified" in headline(nothing)


def test_a_type_says_its_share_of_failure_demand():
    table = single_table(breakdown({"chasing": 3.0, None: 1.0, "never": 0.0}))
    assert table.select("label", "said").rows() == [("chasing", "3 · 75% of it"), ("not recorded", "1 · 25% of it")]


def test_twelve_of_130_doors_are_drawn_and_the_rest_is_counted():
    many = {f"door {number:03}": 200.0 - number for number in range(130)}
    table = split_table(breakdown(many), breakdown({}), breakdown({}))
    rest = sum(sorted(many.values())[:118])
    assert (
        rest_words(table, "doors")
        == f"And 118 more doors, with {rest:,.0f} demands between them: all are in the table."
    )
    assert rest_words(table.head(12), "doors") == ""
    spec = stack_chart(table, title="Doors", unit="demands").to_dict()
    assert len({row["at"] for data in spec["datasets"].values() for row in data}) == 12
    assert height(table) == height(table.head(12)) > height(table.head(3))


def test_how_many_doors_take_half(doors):
    assert doors_words(doors, "front door", "front doors") == (
        "One front door takes half of all demand. The most, 10 of 17, is desk."
    )
    assert doors_words(doors.head(0), "front door", "front doors") == "No front door is recorded."


def test_bars_end_where_the_next_part_begins(doors):
    spec = stack_chart(doors, title="Doors", unit="demands").to_dict()
    pieces = sorted(
        (row["at"], row["from"], row["to"], row["part"])
        for data in spec["datasets"].values() for row in data if "part" in row
    )  # fmt: skip
    assert pieces == [
        (0, 0, 4, "failure"), (0, 4, 7, "value"), (0, 7, 10, "unknown"), (1, 0, 6, "unknown"), (2, 0, 1, "value"),
    ]  # fmt: skip


def test_the_text_alternative_names_every_part(doors):
    said = stack_words(doors, "Doors", (FAILURE, VALUE, UNKNOWN), most=2)
    assert said == (
        "Doors, the largest first: desk 4 failure, 3 value, 3 unclear or not classified; line 6 unclear or not "
        "classified; and 1 more."
    )
    assert stack_words(doors.head(0), "Doors", (FAILURE,)) == "Doors. Nothing to show."


@pytest.mark.parametrize(
    ("coded", "twin", "means"),
    [
        ([(5, 10), (5, 10)], [(4, 10), (5, 10)], "nothing here casts doubt"),
        ([(8, 10), (8, 10)], [(3, 10), (3, 10)], "question about the records"),
        ([(2, 10), (2, 10)], [(7, 10), (7, 10)], "question about the classifying"),
    ],
)
def test_what_a_gap_means(coded, twin, means):
    assert means in gap_words(series(coded), series(twin))


def test_no_gap_is_read_where_the_two_share_no_week():
    assert gap_words(series([(5, 10)]), series([(5, 10)], date(2027, 1, 4))) == ""


def test_two_charts_share_every_week_of_either():
    early, late = series([(1, 2)] * 3).table, series([(1, 2)] * 3, date(2026, 1, 19)).table
    assert periods_of(early, late)["period_start"].to_list() == [date(2026, 1, day) for day in (5, 12, 19, 26)] + [
        date(2026, 2, 2)
    ]
    assert highest(early, late) == pytest.approx(0.54)
    assert highest(early.head(0)) is None


def test_dates_to_choose_from_are_months_then_quarters_then_years():
    begins, ends = edges(date(2026, 1, 20), date(2026, 3, 2))
    assert begins == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    assert ends == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
    assert edges(date(2022, 5, 1), date(2026, 3, 2))[0][:2] == [date(2022, 4, 1), date(2022, 7, 1)]
    assert edges(date(2001, 5, 1), date(2026, 3, 2))[0][1] == date(2002, 1, 1)
