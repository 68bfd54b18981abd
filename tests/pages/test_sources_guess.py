"""What a file's columns and dates are taken for, and what must be asked instead."""

import polars as pl
import pytest

from connectors.mapping import Condition
from pages.data.answers import Answers, mapping_of, short
from pages.data.dates import written
from pages.data.guess import guess


def frame(**columns: list[str]) -> pl.DataFrame:
    return pl.DataFrame(columns)


def how(*texts: str | None):
    return written([pl.Series("when", texts, dtype=pl.String)])


def test_a_small_file_of_ones_own_is_understood_from_its_names():
    rows = frame(
        Reference=["R1", "R2", "R3"], Received=["2026-05-04 09:00", "2026-05-05", "2026-05-06"],
        Closed=["2026-05-07", "", ""], Tenant=["7", "8", "7"], How=["phone", "counter", "phone"],
        About=["repairs"] * 3, Category=["damp", "boiler", "damp"], Property=["12", "13", "12"], Postcode=["AB1"] * 3,
    )  # fmt: skip
    said = guess(rows.columns, rows, "Calls")
    assert (said.asked, said.closed, said.key, said.person) == ("Received", "Closed", "Reference", "Tenant")
    assert (said.front_door, said.issue, said.place, said.log) == ("How", "Category", "Property", None)
    assert not said.proxy


def test_a_name_or_postcode_is_never_taken_for_a_person_or_place():
    rows = frame(Date=["2026-05-04"], Client_name=["A"], Site_postcode=["AB1 2CD"])
    said = guess(rows.columns, rows, "Calls")
    assert said.person is None
    assert said.place is None


def test_a_column_called_opened_that_holds_no_dates_is_not_when_they_asked():
    rows = frame(opened_by=["Ann", "Bob"], opened_at=["04/05/2026", "05/05/2026"])
    assert guess(rows.columns, rows, "Calls").asked == "opened_at"


def test_a_reference_on_several_rows_asks_which_column_orders_them():
    rows = frame(number=["A", "A"], opened_at=["2026-05-04"] * 2, updated_at=["2026-05-04", "2026-05-05"])
    assert guess(rows.columns, rows, "Log").log == "updated_at"


def test_place_stands_for_a_person_only_where_nobody_is_named():
    rows = frame(Date=["2026-05-04", "2026-05-05"], property_id=["1", "2"])
    assert guess(rows.columns, rows, "Calls").proxy


@pytest.mark.parametrize(
    ("texts", "order", "formats"),
    [
        (["2026-05-04 09:00:00", "2026-05-05"], "year", {"%Y-%m-%d %H:%M:%S", "%Y-%m-%d"}),
        (["03/04/2026", "25/04/2026"], "day", {"%d/%m/%Y"}),
        (["03/04/2026 10:00", "04/25/2026 11:30"], "month", {"%m/%d/%Y %H:%M"}),
        (["4 May 2026", "12 May 2026"], "year", None),
        (["29-02-2016 01:16", "05-03-2016 12:00", None], "day", {"%d-%m-%Y %H:%M"}),
    ],
)
def test_dates_that_can_be_read_one_way_are(texts, order, formats):
    found = how(*texts)
    assert found.order == order
    assert formats is None or set(found.formats[order]) == formats


def test_dates_that_could_change_places_are_asked_about_with_an_example_that_tells():
    found = how("04/04/2026", "03/04/2026", "12/11/2026")
    assert found.order is None
    assert found.example == "03/04/2026"


def test_one_mistyped_date_does_not_settle_the_order():
    texts = [f"{day:02}/{month:02}/2026" for day in range(1, 13) for month in range(1, 13)]
    assert how(*texts, "13/02/2026").order is None


def test_an_empty_column_has_no_dates():
    assert how(None, "", "?") is None


def test_how_far_a_column_sees_leaves_out_what_lies_ahead():
    found = how("2026-05-04", "2099-01-01")  # a day counts to its last microsecond
    assert found.newest("year", "UTC", 1_800_000_000_000_000) == 1_777_939_199_999_999


def test_answers_become_a_mapping_that_reads_itself_back():
    from connectors.mapping import loads

    said = Answers(
        "Housing calls", "Received", "Closed", "Ref", "Tenant", None, "How", "About", None, "housing",
        formats=(("Received", ("%d/%m/%Y",)), ("Closed", ("%d/%m/%Y",))),
    )  # fmt: skip
    mapping = mapping_of(said)
    again = loads(mapping.to_toml())
    assert again == mapping
    assert again.columns == mapping.columns
    assert mapping.name == "housing_calls"


def test_a_log_makes_one_demand_of_a_reference_and_a_closing_of_each_change_of_its_end():
    said = Answers("Log", "opened", "closed", "number", log="updated")
    mapping = mapping_of(said)
    assert [rule.when[0] for rule in mapping.rules[:2]] == [Condition("", "first")] * 2
    assert mapping.rules[2].when == (Condition("closed", "present"), Condition("closed", "changed"))
    assert mapping.group.by == "number"


def test_nothing_is_made_of_a_file_without_a_date():
    assert "which column holds when they asked" in Answers("x").problem
    assert "tells one request from another" in Answers("x", "when", log="updated").problem


def test_a_short_name_is_plain():
    assert short("311 requests, Q1.csv") == "source_311_requests_q1_csv"
    assert short("***") == "source"
