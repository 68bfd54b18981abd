"""Bank holidays on a chart: a tick a holiday, said in words, and nothing where nothing is marked."""

from datetime import date, timedelta

import polars as pl

from measures.holidays import marked
from pages.charts.capability import capability_chart
from pages.charts.holidays import holiday_marks, holidays_said
from pages.charts.palette import LIGHT

LIMITS = {
    "lower": pl.lit(80.0), "upper": pl.lit(120.0), "mature": pl.lit(True), "excluded": pl.lit(False),
    "phase": pl.lit(1), "signals": pl.lit([], dtype=pl.List(pl.String)), "denominator": pl.lit(None, pl.Float64),
}  # fmt: skip


def points(weeks: int, first: date = date(2026, 3, 30)) -> pl.DataFrame:
    """So many weeks of counts from a Monday."""
    starts = [first + timedelta(weeks=week) for week in range(weeks)]
    return pl.DataFrame({"period_start": starts, "period_end": [day + timedelta(days=6) for day in starts]})


def ticks(frame: pl.DataFrame) -> list[dict]:
    """The data of the ticks."""
    return holiday_marks(frame, LIGHT)[0].data.to_dicts()


def test_a_tick_stands_where_its_period_begins_and_names_its_holiday():
    drawn = ticks(marked(points(6), "week", "count"))
    assert [(row["at"], row["holiday"]) for row in drawn] == [
        (date(2026, 3, 30), "Good Friday"), (date(2026, 4, 6), "Easter Monday"),
        (date(2026, 5, 4), "Early May bank holiday"),
    ]  # fmt: skip
    assert drawn[0]["when"] == "week of 30 March 2026"


def test_a_line_beneath_the_axis_says_what_a_tick_is():
    shown = [layer.to_dict()["mark"] for layer in holiday_marks(marked(points(6), "week", "count"), LIGHT)]
    assert [mark.get("text") for mark in shown] == [None, "|", "week with a bank holiday"]
    assert (
        holiday_marks(marked(points(6), "week", "count"), LIGHT, "day")[2].to_dict()["mark"]["text"] == "bank holiday"
    )


def test_several_series_over_the_same_weeks_have_one_tick_a_week():
    assert len(ticks(pl.concat([marked(points(6), "week", "count")] * 2))) == 3


def test_nothing_is_drawn_or_said_where_nothing_is_marked_or_falls():
    for frame in (points(6), marked(points(3, date(2026, 6, 1)), "week", "count"), points(0)):
        assert holiday_marks(frame, LIGHT) == []
        assert holidays_said(frame, "week") == ""


def test_the_words_name_the_latest_three_and_count_the_earlier():
    said = holidays_said(marked(points(10), "week", "count"), "week")
    assert said == (
        "4 weeks have a bank holiday: week of 25 May 2026, Spring bank holiday; week of 4 May 2026, Early May bank "
        "holiday; week of 6 April 2026, Easter Monday; and 1 earlier."
    )
    assert holidays_said(marked(points(1), "week", "count"), "week") == (
        "1 week has a bank holiday: week of 30 March 2026, Good Friday."
    )


def test_the_capability_chart_of_a_count_says_its_holidays_and_that_of_a_share_does_not():
    counts = points(30, date(2026, 1, 5)).with_columns(value=pl.lit(100.0), centre=pl.lit(100.0), **LIMITS)
    chart = {"title": "Demand", "sentence": "Steady.", "unit": "demands", "better": "lower", "every": "week"}
    said = capability_chart(marked(counts, "week", "count"), kind="count", **chart).to_dict()
    assert said["description"].endswith("week of 6 April 2026, Easter Monday; and 1 earlier.")
    assert "week with a bank holiday" in str(said["layer"])
    plain = capability_chart(counts, kind="count", **chart).to_dict()
    assert "holiday" not in str(plain)
    assert plain["description"] == plain["description"].strip()
