"""Times as sources write them: a format is a contract on the text, and a day belongs to the source's own zone."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from connectors.times import ISO, ORDERS, Orders, format_of, parse, try_format
from measures.model.time import day_number, instant


def read(*texts: str | None, formats: tuple[str, ...] = ("iso",), zone: str = "Europe/London") -> list[dict]:
    return parse(pl.Series("t", texts, dtype=pl.String), formats, zone).rows(named=True)


def one(text: str, *formats: str, zone: str = "Europe/London") -> dict:
    return read(text, formats=formats or ("iso",), zone=zone)[0]


def test_half_past_eleven_at_night_utc_in_june_is_tomorrow_in_london():
    told = one("2026-06-01T23:30:00Z")
    assert told["at"] == instant(datetime(2026, 6, 1, 23, 30, tzinfo=UTC))
    assert told["day"] == day_number(date(2026, 6, 2))


def test_a_naive_time_is_the_sources_own():
    told = one("2026-06-01 00:15:00")
    assert told["at"] == instant(datetime(2026, 5, 31, 23, 15, tzinfo=UTC))
    assert told["day"] == day_number(date(2026, 6, 1))


def test_a_time_the_clocks_jumped_over_is_refused_and_one_they_showed_twice_is_flagged():
    gone, twice, once = read("2026-03-29 01:30:00", "2026-10-25 01:30:00", "2026-10-25 02:30:00")
    assert gone["problem"] == "time_does_not_exist"
    assert gone["at"] is None
    assert twice["problem"] is None
    assert twice["ambiguous"]
    assert twice["at"] == instant(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))  # the earlier
    assert not once["ambiguous"]


def test_a_time_with_its_own_offset_is_never_ambiguous():
    told = one("2026-10-25T01:30:00+00:00")
    assert (told["ambiguous"], told["at"]) == (False, instant(datetime(2026, 10, 25, 1, 30, tzinfo=UTC)))


@pytest.mark.parametrize(("text", "precision", "day"), [
    ("2026-05-04 09:30:00", "instant", date(2026, 5, 4)),
    ("2026-05-04T09:30:00.123456+01:00", "instant", date(2026, 5, 4)),
    ("2026-05-04 09:30", "minute", date(2026, 5, 4)),
    ("2026-05-04", "day", date(2026, 5, 4)),
    ("2026-05", "month", date(2026, 5, 1)),
    ("1997", "year", date(1997, 1, 1)),
])  # fmt: skip
def test_the_precision_is_that_of_the_text(text, precision, day):
    told = one(text)
    assert (told["precision"], told["day"], told["problem"]) == (precision, day_number(day), None)


def test_a_day_stands_on_its_own_midnight_even_where_midnight_does_not_exist():
    assert one("2026-06-02")["at"] == instant(datetime(2026, 6, 1, 23, 0, tzinfo=UTC))
    cairo = one("2026-04-24", zone="Africa/Cairo")  # the clocks go forward at midnight
    assert (cairo["problem"], cairo["day"]) == (None, day_number(date(2026, 4, 24)))


@pytest.mark.parametrize(("text", "problem"), [
    ("5/1/2020", "time_not_in_format"), ("05/01/20", "time_not_in_format"), ("05/01/2020 ", "time_not_in_format"),
    ("05/01/2020 10:00", "time_not_in_format"), ("43835", "time_not_in_format"), ("", "time_not_in_format"),
    ("31/02/2026", "impossible_date"), ("29/02/2025", "impossible_date"), ("01/13/2026", "impossible_date"),
    ("01/01/1066", "impossible_date"), ("01/01/2999", "impossible_date"), ("29/02/2024", None),
])  # fmt: skip
def test_a_format_is_a_contract_on_the_text(text, problem):
    assert one(text, "%d/%m/%Y")["problem"] == problem


def test_single_digits_are_read_only_where_they_are_declared():
    assert one("5/1/2020", "%-d/%-m/%Y")["day"] == day_number(date(2020, 1, 5))


def test_the_first_declared_format_that_fits_is_taken():
    told = read("04-05-2026 09:30", "2026-05-04 09:30:00", None, formats=("%d-%m-%Y %H:%M", "%Y-%m-%d %H:%M:%S"))
    assert [t["day"] for t in told] == [day_number(date(2026, 5, 4))] * 2 + [None]
    assert told[2]["problem"] is None


def test_twelve_hour_clocks_and_month_names():
    told = one("04 May 2026 01:30 PM", "%d %b %Y %I:%M %p", zone="UTC")
    assert told["at"] == instant(datetime(2026, 5, 4, 13, 30, tzinfo=UTC))


def test_a_format_nobody_reads_is_refused():
    with pytest.raises(ValueError, match="holds no year"):
        format_of("%d/%m")
    with pytest.raises(ValueError, match="%Q"):
        format_of("%Q%Y")


@pytest.mark.parametrize("text", [*ISO, *(text for pair in ORDERS for text in pair), "%-d/%-m/%y %-I:%M %p", "%Y%j", "%B %Y",
                                  "%d %b %Y %H:%M:%S%.f", "%Y%m%dT%H%M%S%z"])  # fmt: skip
def test_a_format_that_reads_a_time_is_let_be(text):
    try_format(text)


@pytest.mark.parametrize("text", ["%d/%m/%Y %I:%M", "%d/%m/%Y %H:%M %p", "%d/%M/%Y", "%d/%m/%Y %H", "%d %Y"])
def test_a_format_that_makes_no_time_is_refused_before_any_row_is_read(text):
    with pytest.raises(ValueError, match=r"makes no time|and no month"):
        try_format(text)


def test_an_order_is_settled_only_by_the_whole_column():
    order = Orders()
    order.see(pl.Series(["03/04/2026", "05/06/2026"]))
    assert set(order.possible) == {"%d/%m/%Y", "%m/%d/%Y"}
    order.see(pl.Series(["13/04/2026"]))
    assert order.possible == ("%d/%m/%Y",)
