"""A reading without its season: on counts and waits by month or day, and in one sentence why not elsewhere."""

from __future__ import annotations

import polars as pl
import pytest
from hand_tables import MONDAY, demand, reading, told

from measures.capability.seasons import NAMES
from measures.reading import flat, rows

COLUMNS = ("unadjusted", "season", "season_factor", "season_n")


def weeks(many: int = 8, **frames):
    """Six people ask each Monday, two on every other day."""
    asked = [
        demand(f"{day}-{place}", day, person=f"{day}-{place}", service="housing", front_door="Counter")
        for day in range(7 * many)
        for place in range(6 if day % 7 == 0 else 2)
    ]
    return told(*asked, seen=7 * many - 1, **frames)


def codes(found) -> set[str]:
    return {caveat.code for caveat in found.caveats}


def test_a_busy_monday_is_a_day_like_the_others_once_its_season_is_out():
    plain = reading("demand_by_front_door", weeks(), shape="series", period="day", chart="xmr")
    without = reading("demand_by_front_door", weeks(), shape="series", period="day", chart="xmr", season=True)
    assert plain.table["value"].to_list() == [6.0, *[2.0] * 6] * 8
    assert without.table["value"].to_list() == pytest.approx([18 / 7] * 56)
    assert without.table["unadjusted"].to_list() == plain.table["value"].to_list()
    assert without.table["numerator"].to_list() == plain.table["numerator"].to_list()
    assert without.table["season"].to_list() == [*NAMES["weekday"]] * 8
    assert without.table["season_n"].to_list() == [8] * 56
    assert without.table["upper"][-1] == pytest.approx(18 / 7)
    assert "without their season" in without.sentence
    assert "without their season" not in plain.sentence
    assert "season" in codes(without)
    assert not set(COLUMNS) & set(plain.table.columns)


def test_files_carry_the_factor_and_the_figure_as_it_was():
    found = reading("demand_by_front_door", weeks(), shape="series", period="day", chart="xmr", season=True)
    assert set(COLUMNS) <= set(rows(found).columns) & set(flat(found).columns)


def test_a_change_is_no_season():
    change = {"change_id": "c", "what": "One team", "from_day": MONDAY + 30, "confirmed": True, "judgement_id": 1}
    found = reading(
        "demand_by_front_door", weeks(change=[change]), shape="series", period="day", chart="xmr", season=True
    )
    assert set(found.table["season_n"]) == {4 + 3}  # four weeks before; from the Wednesday on three whole ones
    assert found.table["value"].to_list() == pytest.approx([18 / 7] * 56)


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        ({"period": "week"}, "season_unused", "by week there is none"),
        ({"period": "day", "chart": "c_prime"}, "season_unused", "a c′ chart reads whole events"),
        ({"period": "month"}, "season_short", "2 full years"),
    ],
)
def test_where_it_stays_in_one_sentence_says_why(asked, code, said):
    found = reading("demand_by_front_door", weeks(40), shape="series", season=True, **asked)
    (text,) = [caveat.text for caveat in found.caveats if caveat.code == code]
    assert said in text
    assert "without their season" not in found.sentence
    plain = reading("demand_by_front_door", weeks(40), shape="series", **asked)
    assert found.table["value"].equals(plain.table["value"])
    assert found.table["upper"].equals(plain.table["upper"])


def test_a_share_keeps_its_season_and_says_why():
    found = reading("known_share", weeks(), shape="series", period="day", season=True)
    assert "a share is read out of its n" in next(c.text for c in found.caveats if c.code == "season_unused")


def test_a_breakdown_says_that_it_has_no_season_to_take_out():
    found = reading("demand_by_front_door", weeks(), shape="breakdown", season=True)
    assert "a series only" in next(caveat.text for caveat in found.caveats if caveat.code == "season_unused")


def test_each_series_of_a_split_has_its_own_factors():
    other = [demand(f"h{day}-{place}", day, person=f"h{day}-{place}", service="health")
             for day in range(56) for place in range(5 if day % 7 == 4 else 3)]  # fmt: skip
    both = told(
        *(demand(f"{d}-{p}", d, person=f"{d}-{p}", service="housing") for d in range(56) for p in range(6 if d % 7 == 0 else 2)),
        *other, seen=55,
    )  # fmt: skip
    found = reading(
        "demand_by_front_door", both, shape="series", period="day", chart="xmr", season=True, split="service"
    )
    highest = found.table.sort("season_factor").group_by("series").agg(pl.col("season").last())
    assert dict(highest.iter_rows()) == {"housing": "Monday", "health": "Friday"}
