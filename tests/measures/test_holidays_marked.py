"""Bank holidays: the published list of England and Wales, and which points carry them."""

from datetime import date, timedelta

import polars as pl
import pytest
from hand_tables import coded, demand, reading, told

from measures.holidays import bank_holidays, marked

# https://www.gov.uk/bank-holidays, division england-and-wales, 2019 to 2027
PUBLISHED = """
2019-01-01 2019-04-19 2019-04-22 2019-05-06 2019-05-27 2019-08-26 2019-12-25 2019-12-26
2020-01-01 2020-04-10 2020-04-13 2020-05-08 2020-05-25 2020-08-31 2020-12-25 2020-12-28
2021-01-01 2021-04-02 2021-04-05 2021-05-03 2021-05-31 2021-08-30 2021-12-27 2021-12-28
2022-01-03 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-08-29 2022-09-19 2022-12-26 2022-12-27
2023-01-02 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26
2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26
2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26
2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28
"""


def weeks(first: date, number: int) -> pl.DataFrame:
    """So many weeks from a Monday, and a value that must stay."""
    starts = [first + timedelta(weeks=week) for week in range(number)]
    return pl.DataFrame(
        {"period_start": starts, "period_end": [day + timedelta(days=6) for day in starts], "value": range(number)}
    )


def test_the_days_are_those_published_for_england_and_wales():
    expected = [date.fromisoformat(day) for day in PUBLISHED.split()]
    assert list(bank_holidays(date(2019, 1, 1), date(2027, 12, 31))) == expected


def test_only_days_asked_for_are_told():
    assert bank_holidays(date(2026, 5, 4), date(2026, 5, 4)) == {date(2026, 5, 4): "Early May bank holiday"}
    assert bank_holidays(date(2026, 5, 5), date(2026, 5, 24)) == {}


def test_a_day_in_place_of_one_at_the_weekend_says_so():
    assert bank_holidays(date(2022, 12, 24), date(2022, 12, 31)) == {
        date(2022, 12, 26): "Boxing Day",
        date(2022, 12, 27): "Christmas Day (substitute day)",
    }


def test_a_week_names_its_holidays_and_another_has_none():
    told = marked(weeks(date(2026, 3, 30), 6), "week", "count")
    assert told["holiday"].to_list() == ["Good Friday", "Easter Monday", None, None, None, "Early May bank holiday"]
    assert told.drop("holiday").equals(weeks(date(2026, 3, 30), 6))


def test_two_in_one_week_are_both_named():
    assert marked(weeks(date(2025, 12, 22), 1), "week", "count")["holiday"].item() == "Christmas Day, Boxing Day"


def test_a_week_across_the_year_holds_the_first_of_january():
    assert marked(weeks(date(2025, 12, 29), 1), "week", "count")["holiday"].item() == "New Year's Day"


def test_days_carry_their_own():
    days = pl.DataFrame({"period_start": [date(2026, 5, day) for day in (3, 4, 5)]}).with_columns(
        period_end="period_start"
    )
    assert marked(days, "day", "count")["holiday"].to_list() == [None, "Early May bank holiday", None]


def test_day_numbers_do_as_well_as_dates():
    points = weeks(date(2026, 3, 30), 6)
    numbers = points.select(start=pl.col("period_start").cast(pl.Int32), end=pl.col("period_end").cast(pl.Int32))
    assert marked(numbers, "week", "count")["holiday"].equals(marked(points, "week", "count")["holiday"])


def test_the_order_of_rows_has_no_say():
    points = weeks(date(2026, 3, 30), 6)
    assert marked(points.reverse(), "week", "count").reverse().equals(marked(points, "week", "count"))


@pytest.mark.parametrize(("period", "kind"), [("month", "count"), ("week", "share"), ("week", "duration")])
def test_longer_periods_and_shares_and_waits_are_not_marked(period, kind):
    points = weeks(date(2026, 3, 30), 6)
    assert marked(points, period, kind) is points


def test_a_week_without_any_in_a_series_without_any_is_null():
    assert marked(weeks(date(2026, 6, 1), 3), "week", "count")["holiday"].to_list() == [None, None, None]


def test_nothing_stays_nothing():
    assert marked(weeks(date(2026, 3, 30), 0), "week", "count").is_empty()


def test_a_count_by_week_is_read_with_its_holidays_and_a_share_or_a_month_without():
    asks = [demand(f"d{day}", day, f"p{day}") for day in range(-7, 70)]  # from 29 December 2025
    records = told(*asks, classification=[coded(row["demand_id"], "failure") for row in asks])
    named = reading("failure_demand", records).table
    assert named.drop_nulls("holiday").select("period_start", "holiday").rows() == [
        (date(2025, 12, 29), "New Year's Day"),
    ]  # fmt: skip
    assert reading("failure_demand", records, period="day").table.drop_nulls("holiday").height == 1
    assert "holiday" not in reading("failure_demand", records, period="month").table.columns
    assert "holiday" not in reading("failure_demand_share", records).table.columns
