"""The one composition: filters, splits and dates; sentences instead of failures; who may see what; changes in force."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hand_tables import MONDAY, closed, coded, demand, reading, told

from measures.catalogue import MEASURES
from measures.model.principal import LOCAL, Principal
from measures.reading import ReadingError, Request, flat, individuals, read, rows

HOUSING = Principal("h", "team", ("housing",))
REGULATOR = Principal("r", "regulator")


def two_services(weeks: int = 20, a_week: int = 6):
    """Each week six people ask of housing, and half as many of health; every third demand is failure."""
    asked = [
        demand(f"{service}-{week}-{place}", 7 * week, person=f"{service}-{week}-{place}", service=service,
               channel="phone" if place % 2 else None)
        for service, many in (("housing", a_week), ("health", a_week // 2))
        for week in range(weeks)
        for place in range(many)
    ]  # fmt: skip
    classes = [coded(row["demand_id"], "failure" if int(row["demand_id"][-1]) % 3 == 0 else "value") for row in asked]
    return told(*asked, classification=classes, seen=7 * weeks - 1)


def test_a_split_has_a_series_a_value_and_parts_sum_to_the_whole():
    whole = reading("failure_demand", two_services()).table
    parts = reading("failure_demand", two_services(), split="service").table
    assert parts["series"].unique().sort().to_list() == ["health", "housing"]
    summed = parts.group_by("period_start").agg(pl.col("value", "n", "people").sum()).sort("period_start")
    assert summed.equals(whole.select("period_start", "value", "n", "people").sort("period_start"))


def test_weeks_sum_to_months_and_years():
    weeks, years = (reading("value_demand", two_services(), period=period).table for period in ("week", "year"))
    assert weeks["value"].sum() == years["value"].sum() == 20 * 6


def test_a_filter_keeps_what_it_names_and_several_values_mean_any():
    records = two_services()
    only = reading("value_demand", records, where=(("service", "health"),), period="year")
    both = reading("value_demand", records, where=(("service", "health"), ("service", "housing")), period="year")
    assert (only.rows_out, both.rows_out) == (60, 180)


def test_since_and_until_keep_their_days():
    told_by = reading("value_demand", two_services(), since=date(2026, 1, 12), until=date(2026, 2, 1))
    assert told_by.table["period_start"].to_list() == [date(2026, 1, 12), date(2026, 1, 19), date(2026, 1, 26)]
    assert told_by.table["mature"].all()  # the first week asked for is whole: records began before it


@pytest.mark.parametrize("period", ["day", "week", "month", "quarter", "year"])
def test_every_period_covers_every_day_once(period):
    table = reading("value_demand", two_services(), period=period).table
    ends, starts = table["period_end"].to_list(), table["period_start"].to_list()
    assert [(start - end).days for end, start in zip(ends, starts[1:], strict=False)] == [1] * (len(starts) - 1)


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"measure": "failure_share"}, "did you mean failure_demand_share"),
        ({"measure": "zzz"}, "there are age_of_open"),
        ({"measure": "known_share", "shape": "curve"}, "it offers series, breakdown"),
        ({"measure": "known_share", "split": "team"}, "cannot be split or filtered by 'team'"),
        ({"measure": "known_share", "where": (("colour", "red"),)}, "'colour'"),
        ({"measure": "known_share", "period": "fortnight"}, "day, week, month"),
        ({"measure": "stayed_met", "line": "late"}, "stayed met, early"),
        ({"measure": "end_to_end_time", "quantile": 1.5}, "between 0 and 1"),
        ({"measure": "stayed_met", "window_days": -1}, "0 or more"),
        ({"measure": "known_share", "lookback_days": -1}, "0 or more"),
        ({"measure": "known_share", "chart": "pie"}, "'pie'"),
        ({"measure": "known_share", "rules": "mine"}, "'mine'"),
    ],
    ids=str,
)
def test_what_does_not_exist_gives_one_sentence_that_helps(request_, says):
    with pytest.raises(ReadingError) as refused:
        read(two_services(), Request(**request_), LOCAL)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_dots_of_a_measure_without_days_give_a_sentence():
    with pytest.raises(ReadingError, match="no days"):
        individuals(two_services(), Request("failure_demand_share"), LOCAL)


def test_a_period_outside_a_series_is_ignored_with_a_caveat():
    month = reading("failure_demand_share", two_services(), shape="breakdown", period="month")
    week = reading("failure_demand_share", two_services(), shape="breakdown")
    assert month.table.equals(week.table)
    assert "period_ignored" in {caveat.code for caveat in month.caveats}
    assert "period_ignored" not in {caveat.code for caveat in week.caveats}


def test_what_a_breakdown_calls_not_recorded_can_be_filtered_by():
    records = two_services()
    table = reading("value_demand", records, shape="breakdown", split="channel").table
    shown = dict(table.select("channel", "value").rows())
    only = reading("value_demand", records, where=(("channel", "not recorded"),), period="year").table
    assert only["value"].sum() == shown["not recorded"] > 0


def test_two_principals_with_different_scopes_get_different_figures():
    records = two_services()
    everyone, housing = (read(records, Request("value_demand"), who) for who in (LOCAL, HOUSING))
    assert (everyone.table["value"].sum(), housing.table["value"].sum()) == (120, 80)
    split = read(records, Request("value_demand", split="service"), HOUSING).table
    assert split["series"].unique().to_list() == ["housing"]


def test_a_change_with_five_points_keeps_the_old_limits_in_force():
    def with_change(weeks_after: int):
        asked = [
            demand(f"{week}-{place}", 7 * week, person=f"{week}-{place}")
            for week in range(20 + weeks_after)
            for place in range((11 if week < 20 else 30) - week % 3)
        ]
        change = {"change_id": "c", "what": "one team", "from_day": MONDAY + 7 * 20}
        return told(
            *asked, classification=[coded(row["demand_id"], "value") for row in asked], change=[change],
            seen=7 * (20 + weeks_after) - 1,
        )  # fmt: skip

    five, twelve = (reading("value_demand", with_change(weeks)) for weeks in (5, 14))
    assert five.phases.filter("in_force")["centre"].to_list() == five.phases["centre"].to_list()[:1]
    assert five.phases.filter("in_force")["centre"][0] == pytest.approx(10, abs=0.2)
    assert twelve.phases.filter("in_force")["centre"][0] == pytest.approx(29, abs=0.2)
    assert five.changes.height == 1


@pytest.mark.parametrize("pattern", [(3, 3, 3), (0, 0, 0), (2, 3, 4)], ids=["constant", "all zero", "of three"])
def test_a_stable_series_gives_no_signal(pattern):
    asked = [
        demand(f"{week}-{place}", 7 * week, person=f"{week}-{place}")
        for week in range(30)
        for place in range(pattern[week % 3] + 1)
    ]
    classes = [coded(row["demand_id"], "failure" if int(row["demand_id"].split("-")[1]) else "value") for row in asked]
    records = told(*asked, classification=classes, seen=30 * 7 - 1)
    for name in ("failure_demand", "failure_demand_share", "value_demand"):
        table = reading(name, records).table
        assert table["signals"].list.len().sum() == 0, name


def test_an_excluded_point_stays_visible_and_leaves_the_limits():
    def ten(exclusion: list):
        asked = [
            demand(f"{w}-{p}", 7 * w, person=f"{w}-{p}") for w in range(16) for p in range(40 if w == 5 else 6 + w % 2)
        ]
        classes = [coded(row["demand_id"], "value") for row in asked]
        return reading("value_demand", told(*asked, classification=classes, exclusion=exclusion, seen=16 * 7 - 1)).table

    out = {"exclusion_id": "x", "measure": "value_demand", "point_day": MONDAY + 35, "reason": "the flood"}
    before, after = ten([]), ten([out])
    assert after["value"].to_list() == before["value"].to_list()
    assert after["excluded"].to_list() == [week == 5 for week in range(16)]
    assert after["centre"][0] < before["centre"][0]


def test_regulators_read_protected_figures():
    records = two_services(a_week=120)  # 120 people a week ask of housing, 60 of health
    true, shown = (
        read(records, Request("failure_demand_share", split="service"), who).table for who in (LOCAL, REGULATOR)
    )
    housing = shown.filter(pl.col("series") == "housing")
    assert true.filter(pl.col("series") == "housing")["people"].to_list() == [120] * 20
    assert housing["people"].to_list() == [117] * 20  # the middle of 115 to 120
    assert housing["value"].to_list() == (housing["people_in"] / housing["people"]).to_list()
    assert housing["numerator"].to_list() == housing["people_in"].to_list()
    assert housing["centre"].null_count() == 0  # limits from protected values
    # rule 4: a share of fewer than 80 people is not told
    assert shown.filter(pl.col("series") == "health")["value"].null_count() == 20


def test_regulators_read_no_statistic_of_fewer_than_eight_people():
    few = read(two_services(a_week=4), Request("value_demand"), REGULATOR).table
    assert few["value"].null_count() == few.height  # six people a week
    assert few["people"].null_count() == few.height


def waits(people: int, days=lambda place: place + 1):
    return told(
        *(demand(f"d{place}", 0, person=f"p{place}") for place in range(people)),
        activities=[closed(days(place), person=f"p{place}") for place in range(people)],
    )


def test_a_wait_is_told_to_regulators_only_with_eight_on_either_side():
    median = [read(waits(people), Request("end_to_end_time"), REGULATOR).table["value"][0] for people in (15, 16)]
    assert median == [None, 8]
    quarter = read(waits(31), Request("end_to_end_time", quantile=0.75), REGULATOR).table["value"][0]
    assert quarter is None


def test_regulators_see_no_dots_no_single_steps_and_no_exact_sentence():
    records = waits(100)
    assert individuals(records, Request("end_to_end_time"), LOCAL).height == 100
    assert individuals(records, Request("end_to_end_time"), REGULATOR).is_empty()
    curve = read(records, Request("end_to_end_time", shape="curve"), REGULATOR).table
    true = read(records, Request("end_to_end_time", shape="curve"), LOCAL).table
    steps = curve["value"].diff().drop_nulls().round(9)
    assert (true.height, steps.min()) == (101, 0.08)
    assert curve["value"].max() <= 0.92  # at least eight are left
    few = read(waits(7), Request("end_to_end_time", shape="curve"), REGULATOR)
    assert (few.table.height, few.sentence) == (0, "")
    assert "100" not in read(records, Request("end_to_end_time"), REGULATOR).sentence


def test_of_a_hundred_is_of_eighty_at_least_for_regulators():
    hundred = read(waits(100), Request("end_to_end_time", shape="breakdown"), REGULATOR).table
    assert hundred.select("end_kind", "value", "n").rows() == [("met", 100.0, 99)]
    fifty = read(waits(50), Request("end_to_end_time", shape="breakdown"), REGULATOR)
    assert fifty.table["value"].to_list() == [None]
    assert "too" in fifty.sentence


def test_rows_leave_under_the_name_of_their_split():
    split = reading("value_demand", two_services(), split="service")
    assert "service" in rows(split).columns
    assert "series" not in rows(reading("value_demand", two_services())).columns
    text = flat(split).write_csv()
    assert "data_version" in text.splitlines()[0]
    assert json.dumps(rows(split).to_dicts(), default=str)


def test_a_measure_without_a_weekly_figure_is_read_by_its_own_period_and_says_which_it_has(monkeypatch):
    """How many doors a year has no figure by week; where nobody chose a period, its own is read."""
    yearly = replace(MEASURES["demand_by_front_door"], periods=("year", "quarter"))
    monkeypatch.setitem(MEASURES, "demand_by_front_door", yearly)
    usual = reading("demand_by_front_door", two_services(), shape="series")
    assert usual.request.period == "year"
    assert usual.table["value"].to_list()[0] == 180
    with pytest.raises(ReadingError, match="no figure by month; it has by year, quarter"):
        reading("demand_by_front_door", two_services(), shape="series", period="month")


def test_a_share_that_is_protected_is_the_share_of_the_same_things():
    """A share of demands stays one: of 100 people 50 ask three times, so 100 of 200 demands are asked again."""
    again = [demand(f"d{n}-{time}", 7 * time, person=f"p{n}") for n in range(100) for time in range(3 if n < 50 else 1)]
    records = told(*again, demand("late", 400, person="zoe"))
    true, shown = (
        read(records, Request("structural_failure_share", period="year"), who).table for who in (LOCAL, REGULATOR)
    )
    assert true["value"][0] == 0.5
    assert shown["value"][0] == 99 / 201  # the middles of 97 to 102 and of 199 to 204
    assert shown.select("numerator", "denominator").row(0) == (99.0, 201.0)


def test_parts_of_a_whole_stay_parts_of_it_when_protected():
    """Of 200 households' years a share asks at two agencies; people are counted once, households once a year."""
    rows = [
        demand(f"d{n}-{place}-{year}", 364 * year, person=f"p{n}", household_id=f"h{n}", agency=f"a{place}")
        for n in range(100) for year in range(2) for place in range(2 if n < 50 else 1)
    ]  # fmt: skip
    records = told(*rows, demand("late", 900, person="zoe", household_id="z", agency="a0"))
    shares = [
        dict(read(records, Request("multi_service_households", shape="breakdown"), who).table
             .select("households_that_asked", "value").rows())
        for who in (LOCAL, REGULATOR)
    ]  # fmt: skip
    assert shares[1]["2 agencies"] == pytest.approx(shares[0]["2 agencies"], abs=0.005)
    assert sum(value for value in shares[1].values() if value) <= 1.01


def test_of_a_split_only_the_sparse_lose_their_limits():
    """A busy door keeps its limits among many rare ones, and a rare one gets none for standing beside a busy one."""
    busy = [
        demand(f"b{w}-{k}", 7 * w + k % 7, person=f"b{w}-{k}", front_door="busy")
        for w in range(40)
        for k in range(12 + w % 3)
    ]
    rare = [
        demand(f"{door}-{w}", 7 * w, person=f"{door}-{w}", front_door=door)
        for door in (f"rare {number}" for number in range(13)) for w in range(0, 40, 6)
    ]  # fmt: skip
    asked = {"shape": "series", "split": "front_door"}
    for others in (rare[:7], rare):
        split = reading("demand_by_front_door", told(*busy, *others, seen=290), **asked)
        alone = reading("demand_by_front_door", told(*busy, seen=290), **asked)
        limits = split.table.group_by("series").agg(
            pl.col("upper").drop_nulls().len(), pl.col("signals").list.len().sum()
        )
        assert dict(limits.filter(pl.col("series") != "busy").select("upper", "signals").unique().rows()) == {0: 0}
        kept = [
            read_.table.filter(pl.col("series") == "busy").select("centre", "lower", "upper")
            for read_ in (split, alone)
        ]
        assert kept[0].equals(kept[1])
        assert kept[0]["upper"].null_count() == 0
        assert "sparse_series" in {caveat.code for caveat in split.caveats}
    none = reading("demand_by_front_door", told(*rare, seen=290), **asked)
    assert (none.chart, [caveat.code for caveat in none.caveats if "sparse" in caveat.code]) == (
        "none",
        ["sparse_count"],
    )
