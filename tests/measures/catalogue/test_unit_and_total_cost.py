"""Cost each time × times asked × needs = total cost: dearer visits may cost less in all."""

import pytest
from hand_tables import act, demand, figures, gone, observed, reading, told


def year_of(first: int, needs: int, asks: int, pence: int, tag: str) -> tuple[list[dict], list[dict]]:
    """In a calendar year that begins on this day: needs, each asked about so often, each time for so much."""
    demands = [
        demand(f"{tag}{need}.{ask}", first + 30 * ask + need, person=f"{tag}{need}", need_id=f"{tag}N{need}")
        for need in range(needs) for ask in range(asks)
    ]  # fmt: skip
    demands.append(demand(f"{tag}last", first + 360, person=f"{tag}0", need_id=f"{tag}N0"))  # so that the year is whole
    costs = [
        act("do", row["received_day"] - demand("", 0)["received_day"], name=f"{row['demand_id']}/done", cost_pence=pence,
            price_year=2026)
        for row in demands
    ]  # fmt: skip
    return demands, costs


def parts(records, **request) -> dict[str, tuple[float | None, float | None]]:
    table = reading("unit_and_total_cost", records, shape="breakdown", **request).table
    return {part: (value, ratio) for part, value, ratio in table.select("part", "value", "against_first").rows()}


def test_by_hand():
    records = told(
        demand("a", 0), demand("a2", 10), demand("b", 20, person="ben"), demand("c", 30, person=None),  # 3 needs, 4 times
        activities=[
            act("do", 0, name="x", cost_pence=3000, price_year=2026), act("do", 5, name="y", cost_pence=5000, price_year=2026),
            act("do", 6, name="z"),  # nobody wrote down what it cost
        ],
        people=[gone("ann", 900)],
    )  # fmt: skip
    assert figures("unit_and_total_cost", records) == {"x": 30.0, "y": 50.0}
    assert observed("unit_and_total_cost", records)["z"]["unknown"]
    assert {part: value for part, (value, _) in parts(records).items()} == {
        "2026: cost each time asked": 20.0, "2026: times asked for each need": pytest.approx(4 / 3), "2026: needs": 3,
        "2026: total cost": 80.0,
    }  # fmt: skip


@pytest.mark.parametrize("dearer", [1.3, 1.4])
def test_the_reports_arithmetic(dearer):
    """Visits cost 30 to 40 per cent more each, and half as many are asked for: 0.65 to 0.70 of the total (line 734)."""
    # 2026 begins on day -4 and 2027 on day 361: ten needs asked about 4 times (one of them 5), then half as often
    demands, costs = year_of(-4, 10, 4, 10_000, "old")
    later, dear = year_of(361, 10, 2, round(10_000 * dearer), "new")
    records = told(*demands, *later, activities=costs + dear)
    found = parts(records)
    assert found["2026: total cost"] == (4100.0, 1.0)
    each, times, needs, total = (
        found[f"2027: {part}"][1]
        for part in ("cost each time asked", "times asked for each need", "needs", "total cost")
    )
    assert each == pytest.approx(dearer)
    assert times == pytest.approx(21 / 41)
    assert needs == 1.0
    assert total == pytest.approx(each * times * needs)
    assert total == pytest.approx(dearer * 0.5, abs=0.02)


def test_a_cost_that_nobody_knows_gives_no_total():
    found = parts(told(demand("a", 0), activities=[act("do", 0, name="z")]))
    assert found["2026: total cost"] == (None, None)
    assert found["2026: cost each time asked"] == (None, None)
    assert found["2026: needs"][0] == 1.0


def test_different_price_years_are_not_added():
    records = told(
        demand("a", 0),
        activities=[
            act("do", 0, name="x", cost_pence=3000, price_year=2026), act("do", 5, name="y", cost_pence=5000, price_year=2025)
        ],
    )  # fmt: skip
    assert figures("unit_and_total_cost", records) == {}
    assert all(observed("unit_and_total_cost", records)[name]["unknown"] for name in ("x", "y"))


def test_the_series_is_the_total():
    demands, costs = year_of(-4, 10, 4, 10_000, "old")
    table = reading("unit_and_total_cost", told(*demands, activities=costs), shape="series", period="year").table
    assert table["value"].sum() == 4100.0
