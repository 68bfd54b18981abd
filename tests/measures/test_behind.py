"""The needs and demands behind a point: they are its n, told in words, without anybody's name or id."""

from datetime import date, timedelta

import polars as pl
import pytest
from hand_tables import MONDAY, act, answered, closed, coded, demand, gone, told

from measures.behind import INFERRED, MOST, REFUSED, behind
from measures.catalogue import MEASURES
from measures.model.principal import LOCAL, Principal
from measures.model.time import day_date
from measures.reading import ReadingError, Request, read

FIRST = date(2026, 1, 5)
SERIES = [name for name, measure in MEASURES.items() if "series" in measure.readings]
RECORDS = told(
    demand("a1", 0, "ann", service="housing", front_door="Counter"),
    demand("a2", 3, "ann", service="housing", front_door="Counter"),  # asks again: the same need
    demand("b1", 2, "bob", service="housing", front_door="Phone"),  # met, as he says himself
    demand("c1", 6, "cat", service="health", front_door="Phone"),  # screened out on the next day
    demand("d1", 1, "dan", service="housing"),  # dies
    demand("e1", 4, None, service="housing"),  # nobody is known
    demand("f1", 8, "fay", service="housing"),  # the week after
    activities=[
        act("assess", 1, "ann", service="housing"), act("decide", 2, "bob", outcome="overturned", service="housing"),
        closed(20, "ann"), closed(9, "bob"), closed(7, "cat", outcome="screened_out", service="health"),
    ],
    people=[gone("dan", 30)],
    outcome=[answered("b1", 12, "met", met_on=9)],
    classification=[coded("a1", "value"), coded("a2", "failure", failure_type="progress chase"), coded("b1", "unclear")],
)  # fmt: skip


def asked(name: str, **request) -> Request:
    return Request(measure=name, **request)


def test_a_row_is_a_need_with_its_day_its_wait_and_its_end_in_words():
    found = behind(RECORDS, asked("end_to_end_time"), FIRST, LOCAL)
    assert found.of_needs
    rows = {(row["day"] - FIRST).days: row for row in found.rows.to_dicts()}
    assert list(rows) == [6, 4, 2, 1, 0]  # the newest first
    said = {day: (row["days"], row["end"], row["demands"]) for day, row in rows.items()}
    assert said[0] == (20.0, INFERRED, 2)  # closed after two demands; nobody asked her
    assert said[2] == (7.0, "met", 1)
    assert said[6] == (1.0, "screened out", 1)
    assert said[1] == (29.0, "died", 1)
    assert said[4][1] == "still open"
    assert (rows[0]["service"], rows[0]["front_door"]) == ("housing", "Counter")


def test_a_row_is_a_demand_where_demands_are_counted():
    found = behind(RECORDS, asked("failure_demand_share"), FIRST, LOCAL)
    assert not found.of_needs
    rows = {(row["day"] - FIRST).days: row for row in found.rows.to_dicts()}
    assert (rows[3]["class"], rows[3]["failure_type"], rows[3]["part"], rows[3]["inside"]) == (
        "failure", "progress chase", "counts", True,
    )  # fmt: skip
    assert (rows[0]["class"], rows[0]["part"], rows[0]["inside"]) == ("value", "counts", False)
    assert (rows[2]["class"], rows[2]["part"]) == ("unclear", "cannot be told")
    assert rows[4]["part"] == "cannot be told"  # nobody classified it
    assert (found.counted, found.total) == (2, 6)


# by day for the core of them; by whatever else a measure has for all
POINTS = [
    (name, period)
    for name in SERIES
    for period in MEASURES[name].periods
    if period in ("week", "month", "year") or (period == "day" and "core" in MEASURES[name].tags)
]


@pytest.mark.parametrize(("name", "period"), POINTS)
def test_the_rows_that_count_are_the_n_of_the_point(name, period):
    request = asked(name, shape="series", period=period, lookback_days=0)
    points = read(RECORDS, request, LOCAL).table.head(12)
    for start, n in points.select("period_start", "n").iter_rows():
        found = behind(RECORDS, request, start, LOCAL)
        assert found.counted == n == found.rows.filter(part="counts").height, start
        assert found.total == found.rows.height


@pytest.mark.parametrize("name", ["stayed_met", "failure_demand_share", "structural_failure_share"])
def test_those_above_the_line_are_the_points_numerator(name):
    points = read(RECORDS, asked(name), LOCAL).table
    for start, numerator in points.select("period_start", "numerator").iter_rows():
        assert behind(RECORDS, asked(name), start, LOCAL).rows["inside"].sum() == (numerator or 0)


def test_filters_hold_behind_the_point_too():
    health = asked("end_to_end_time", where=(("service", "health"),))
    assert behind(RECORDS, health, FIRST, LOCAL).rows["service"].to_list() == ["health"]
    own = Principal("kim", "team", ("health",))
    assert behind(RECORDS, asked("end_to_end_time"), FIRST, own).rows["service"].to_list() == ["health"]


def test_any_day_of_the_week_means_its_point():
    thursday = FIRST + timedelta(days=3)
    first = behind(RECORDS, asked("stayed_met"), FIRST, LOCAL).rows
    assert behind(RECORDS, asked("stayed_met"), thursday, LOCAL).rows.equals(first)


def test_a_point_that_can_still_move_shows_who_is_in_it_and_counts_nobody():
    young = told(demand("a1", 0, "ann"), demand("b1", 1, "bob"), seen=10)
    found = behind(young, asked("stayed_met"), FIRST, LOCAL)
    assert (found.counted, found.rows["part"].unique().to_list()) == (0, ["not yet known"])


def test_at_most_two_hundred_the_newest_are_listed_and_all_are_counted():
    many = told(*(demand(f"d{number}", number % 7, f"p{number}") for number in range(MOST + 31)))
    found = behind(many, asked("end_to_end_time"), FIRST, LOCAL)
    assert (found.rows.height, found.total, found.counted) == (MOST, MOST + 31, MOST + 31)
    listed = found.rows["day"].to_list()
    assert listed == sorted(listed, reverse=True)
    assert listed[0] == FIRST + timedelta(days=6)


def test_no_name_and_no_id_is_in_any_row():
    for name in SERIES:
        texts = behind(RECORDS, asked(name), FIRST, LOCAL).rows.cast(pl.String).write_csv()
        cells = {cell for line in texts.splitlines() for cell in line.split(",")}
        assert not cells & {"ann", "bob", "cat", "dan", "fay", "a1", "a2", "b1", "c1", "d1", "e1", "f1"}


def test_a_mark_is_short_stays_the_same_and_tells_rows_apart():
    marks = behind(RECORDS, asked("end_to_end_time"), FIRST, LOCAL).rows["mark"]
    assert marks.to_list() == behind(RECORDS, asked("stayed_met"), FIRST, LOCAL).rows["mark"].to_list()
    assert marks.n_unique() == 5
    assert marks.str.len_chars().unique().to_list() == [8]


@pytest.mark.parametrize("role", ["leader", "regulator", "steward"])
def test_other_roles_get_a_sentence_and_nothing_is_read(role):
    class Unread:
        def __getattr__(self, name):
            raise AssertionError(f"{name} was read")

    found = behind(Unread(), asked("end_to_end_time"), FIRST, Principal("kim", role))
    assert found.refused == REFUSED[role]
    assert "own team" in found.refused
    assert (found.rows.height, found.total, found.counted) == (0, 0, 0)


def test_a_measure_without_points_says_what_it_offers():
    with pytest.raises(ReadingError, match="has no series"):
        behind(RECORDS, asked("age_of_open"), FIRST, LOCAL)


def test_an_empty_period_is_empty():
    found = behind(RECORDS, asked("stayed_met"), day_date(MONDAY + 700), LOCAL)
    assert (found.rows.height, found.total) == (0, 0)


def test_what_was_done_says_its_own_day_and_service():
    records = told(
        demand("a", 0, service="housing"),
        activities=[act("assess", 3, service="lettings", name="1"), act("do", 5, service="lettings")],
    )
    found = behind(records, asked("assess_without_do"), FIRST, LOCAL)
    assert found.rows.select("day", "service", "part", "inside").rows() == [
        (FIRST + timedelta(3), "lettings", "counts", False)
    ]


def test_a_need_that_counts_when_it_ended_is_found():
    records = told(demand("a", 0, service="housing"), activities=[act("assess", 3), closed(20)])
    found = behind(records, asked("cycles_per_need"), FIRST + timedelta(14), LOCAL)
    assert found.rows.select("day", "service", "demands", "part").rows() == [(FIRST, "housing", 1, "counts")]
