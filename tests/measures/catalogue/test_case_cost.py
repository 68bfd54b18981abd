"""What was spent: pounds of different price years are never added unless an index says how. Day 0 is in 2026, day 400 in 2027."""

from random import Random

import pytest
from hand_tables import act, figures, observed, reading, told
from hypothesis import Phase, given, settings
from hypothesis import strategies as st


def spent(name: str, day: int, pence: int | None, year: int | None = 2009, **more) -> dict:
    return act("do", day, name=name, cost_pence=pence, price_year=year, **more)


def case(*more: dict, **frames):
    return told(
        activities=[
            spent("a", 0, 1000, agency="police"),
            spent("b", 10, 2550, agency="police"),
            spent("c", 400, 500, agency="police"),
            spent("d", 20, None, agency="nhs", type="visit"),  # nobody wrote it down
            spent("e", 30, 0, agency="nhs"),  # known to have cost nothing
            spent("f", 30, 700, agency=None, person=None),  # of nobody known: spent all the same
            spent("g", 30, 900, started_precision="year"),  # on no day
            *more,
        ],
        **frames,
    )  # fmt: skip


def test_by_hand():
    assert figures("case_cost", case()) == {"a": 10.0, "b": 25.5, "c": 5.0, "e": 0.0, "f": 7.0}
    assert [name for name, row in observed("case_cost", case()).items() if row["unknown"]] == ["d"]


def test_by_agency_and_year_with_whose_figures_they_are():
    table = reading("case_cost", case(), shape="breakdown").table
    columns = ("agency_and_year", "value", "n", "activities_without_cost", "source")
    assert table.select(columns).rows() == [
        ("agency not recorded, 2026", 7.0, 1, 0, "memory"), ("nhs, 2026", 0.0, 1, 1, "memory"),
        ("police, 2026", 35.5, 2, 0, "memory"), ("police, 2027", 5.0, 1, 0, "memory"),
    ]  # fmt: skip


def test_a_table_of_unit_costs_stands_in_and_is_named():
    units = [{"item": "visit", "pence": 4200, "price_year": 2009, "cost_source": "unit costs of health care"}]
    records = case(unit_costs=units)
    assert figures("case_cost", records)["d"] == 42.0
    table = reading("case_cost", records, shape="breakdown").table
    (row,) = table.filter(table["agency_and_year"] == "nhs, 2026").to_dicts()
    assert row["source"] == "memory, unit costs of health care"


MIXED = spent("m", 40, 1000, 2012, agency="police")


def test_different_price_years_are_not_added():
    records = case(MIXED)
    assert figures("case_cost", records) == {}
    table = reading("case_cost", records, shape="breakdown").table
    told_by = dict(table.select("agency_and_year", "value").rows())
    assert told_by["police, 2026, prices of 2009"] == 35.5
    assert told_by["police, 2026, prices of 2012"] == 10.0
    assert reading("case_cost", records, shape="curve").table.is_empty()


def test_each_price_year_can_be_read_alone():
    table = reading("case_cost", case(MIXED), shape="series", period="year", split="price_year").table
    by_year = {(row["series"], row["period_start"].year): row["value"] for row in table.to_dicts()}
    assert by_year["2009", 2026] == 42.5
    assert by_year["2012", 2026] == 10.0


def test_an_index_brings_them_to_the_newest_year():
    index = [{"index_year": "2009", "year": 2009, "index": 80.0}, {"index_year": "2012", "year": 2012, "index": 100.0},
             {"index_year": "2020", "year": 2020, "index": 130.0}]  # fmt: skip
    found = figures("case_cost", case(MIXED, spent("n", 41, 300, None), price_index=index))
    assert found["a"] == pytest.approx(12.5)
    assert found["m"] == 10.0
    assert "n" not in found  # no price year: it cannot be brought to any other


def test_spent_up_to_each_day():
    table = reading("case_cost", case(), shape="curve").table
    assert table.select("x", "value", "at_risk", "events").rows() == [
        (0.0, 10.0, 5, 1), (10.0, 35.5, 4, 1), (30.0, 42.5, 3, 2), (400.0, 47.5, 1, 1),
    ]  # fmt: skip


@settings(max_examples=5, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(seed=st.integers(0, 10**6))
def test_as_a_loop_says(seed):
    chance = Random(seed)
    index = {2009: 80.0, 2010: 90.0, 2011: 95.0}
    rows = [
        (f"a{n}", chance.randint(0, 700), chance.choice((None, chance.randint(0, 10**6))), chance.choice((2009, 2010, 2011, 2012)))
        for n in range(60)
    ]  # fmt: skip
    frame = [{"index_year": str(year), "year": year, "index": value} for year, value in index.items()]
    records = told(activities=[spent(*row) for row in rows], price_index=frame)
    newest = index[max(year for _, _, pence, year in rows if pence is not None and year in index)]
    expected = {
        name: pytest.approx(pence / 100 * newest / index[year])
        for name, _, pence, year in rows if pence is not None and year in index
    }  # fmt: skip
    assert figures("case_cost", records) == expected
