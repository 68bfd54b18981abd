"""What breakdowns of a measure's own say first: from hand-written rows, and where rows are hidden or nothing is known."""

import polars as pl
import pytest

from measures.catalogue import MEASURES


def says(name: str, **rows: float | None) -> str:
    """What the measure says of these rows, in this order."""
    label = {"wanted_and_received": "cost_of", "case_cost": "agency_and_year", "repeated_work": "type",
             "hardest_served": "year_and_difficulty"}.get(name, "row")  # fmt: skip
    table = pl.DataFrame(
        {label: list(rows), "value": list(rows.values())}, schema={label: pl.String, "value": pl.Float64}
    ).with_columns(lower=pl.col("value") - 0.05, upper=pl.col("value") + 0.05)
    told = MEASURES[name].breakdown_says
    assert told is not None
    return told(table)


WANTED = dict(zip(("wanted, at least", "wanted, at most", "received", "received, of what was wanted"),
                  (15760.0, 20760.0, 106777.0, 1000.0), strict=True))  # fmt: skip


@pytest.mark.parametrize(
    ("name", "rows", "said"),
    [
        ("agencies_per_person",
         {"agencies": 2.1, "teams": 2.5, "workers": 4.5, "agencies so far": 3.4, "teams so far": 5.1, "workers so far": 9.6},
         ("In a year in which anything happens a person has to do with 2.1 agencies, 2.5 teams and 4.5 workers; since their first "
         "record, with 3.4 agencies, 5.1 teams and 9.6 workers.")),
        ("condition", {"better": 0.2, "the same": 0.2, "worse": 0.1, "not asked, or only once": 0.5},
         "Of those asked twice 40% say they are better and 20% worse; 50% of all were not asked twice."),
        ("condition", {"better": 0.0, "the same": 0.0, "worse": 0.0, "not asked, or only once": 1.0},
         "Nobody has been asked twice how they are, so nobody can say whether help helped."),
        ("continuity", {"1 worker": 0.42, "2 workers": 0.2, "3 workers": 0.1, "4 or 5 workers": 0.09, "6 workers or more": 0.19},
         "In a year 42% of people who saw anybody saw 1 worker only, and 19% saw 6 workers or more."),
        ("front_doors", {"1 door": 54.0, "2 doors": 20.0, "3 doors": 10.0, "4 doors": 7.0, "5 doors or more": 9.0},
         "In a year 54% of people came to one door only, and 9% to 5 doors or more."),
        ("multi_service_households", {"nobody": 0.44, "1 agency": 0.25, "2 agencies": 0.2, "3 agencies": 0.11},
         "In a year 31% of households asked at 2 agencies or more, and of 44% nobody asked."),
        ("repeated_work", {"screen": 34_041.0, "assess": 12.0}, "Most often done again: screen, 34,041 times."),
        ("wanted_and_received", WANTED,
         "What was wanted costs £15,760 to £20,760; what was received cost £106,777, of which £1,000 was wanted."),
        ("case_cost", {"Council, 2022": 300.0, "Police, 2022": 700.0}, "Most was spent by Police, 2022: £700 of £1,000 in all."),
        ("hardest_served", {"2021: easiest less hardest": 0.12, "2022: easiest less hardest": -0.03},
         "In 2022 the needs of the hardest third were met more often than those of the easiest, by 3 points, which may be chance."),
    ],
)  # fmt: skip
def test_the_rows_that_matter_are_said(name, rows, said):
    assert says(name, **rows) == said


@pytest.mark.parametrize("name", ["agencies_per_person", "condition", "continuity", "front_doors", "repeated_work"])
def test_hidden_rows_are_not_guessed(name):
    assert (
        says(name, **{"1 door": None, "better": None})
        == "There are too few people in some rows to say more than they show."
    )


def test_where_nothing_is_written_down_that_is_said():
    assert says("case_cost", **{"Council, 2022": None}) == "Nobody wrote down what anything cost."
    assert says("wanted_and_received", received=5.0).startswith("The cost of what was wanted")
    assert says("hardest_served", **{"2021: easiest third": 0.2}).startswith("Nobody rated")
    assert says("repeated_work") == "Nothing was done a second time."
