"""How many people live there, those who never ask included."""

import polars as pl
from hand_tables import demand, told

from measures.model.measure import Options
from measures.residents import residents

FIRST, SECOND, THIRD = 20_454, 20_819, 21_184  # 1 January 2026, 2027, 2028
YEARS = pl.Series([FIRST, SECOND, THIRD])


def count(area: str, day: int, people: int | None) -> dict:
    return {"area_period": f"{area}/{day}", "area": area, "period_day": day, "people": people}


def by_year(records) -> list[int | None]:
    return residents(records, Options(), YEARS).years["residents"].to_list()


def test_of_each_area_the_newest_count_by_the_end_of_the_year():
    records = told(
        demand("a", 0),
        population=[count("north", FIRST, 100), count("north", SECOND + 300, 120), count("south", FIRST + 40, 50)],
    )
    assert by_year(records) == [150, 170, 170]


def test_before_its_first_count_nobody_knows():
    records = told(population=[count("north", FIRST, 100), count("south", SECOND, 50), count("east", FIRST, None)])
    assert by_year(records) == [None, 150, 150]


def test_where_nobody_counted_whoever_the_register_shows():
    people = [
        {"person_id": "ann", "from_day": None, "to_day": None},  # nobody knows since when: lives there
        {"person_id": "bob", "from_day": FIRST - 900, "to_day": SECOND + 3},  # left in January of the second year
        {"person_id": "cyd", "from_day": THIRD + 10, "to_day": None},
        {"person_id": "ann", "from_day": None, "to_day": None, "household_id": "twice in the register"},
    ]
    records = told(people=people)
    assert by_year(records) == [2, 2, 2]
    assert "the register of people" in residents(records, Options(), YEARS).sentence


def test_nobody_knows_is_said():
    told_by = residents(told(demand("a", 0)), Options(), YEARS)
    assert told_by.years["residents"].to_list() == [None, None, None]
    assert "Nobody knows" in told_by.sentence


def test_the_denominator_is_said():
    records = told(population=[count("north", FIRST, 1000)])
    assert residents(records, Options(), YEARS).sentence.startswith("Residents: 1,000 in 2028, from the population")
