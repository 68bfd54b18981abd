"""How much of what people ask exists only because the service failed them before."""

import pytest
from hand_tables import coded, demand, figures, observed, reading, told


def a_week(*judged: dict):
    return told(*(demand(name, 0, person=name) for name in "abcdef"), classification=list(judged))


def test_by_hand():
    records = a_week(
        coded("a", "failure", failure_type="progress chase"),
        coded("b", "value"),
        coded("c", "failure"),
        coded("d", "unclear"),  # somebody looked, and could not tell
        # nobody looked at e and f
    )
    assert figures("failure_demand_share", records) == {"a": 1, "b": 0, "c": 1}
    assert {name for name, row in observed("failure_demand_share", records).items() if row["unknown"]} == set("def")
    week = reading("failure_demand_share", records).table.row(0, named=True)
    assert (week["value"], week["numerator"], week["denominator"], week["n"]) == (pytest.approx(2 / 3), 2, 3, 3)


def test_a_sampled_demand_stands_for_those_not_sampled():
    records = a_week(
        coded("a", "failure", selection_prob=0.1),  # stands for 10
        coded("b", "value", selection_prob=0.5),  # stands for 2
        coded("c", "value"),  # stands for itself
    )
    week = reading("failure_demand_share", records).table.row(0, named=True)
    assert (week["numerator"], week["denominator"], week["n"]) == (10, 13, 3)
    assert week["value"] == pytest.approx(10 / 13)


def test_the_newest_judgement_counts_and_an_adjudicated_one_before_it():
    records = a_week(
        coded("a", "failure", coder="kim"), coded("a", "value", coder="lee"),  # lee judged later
        coded("b", "failure", coder="joy", adjudicated=True), coded("b", "value", coder="lee"),  # joy decided
        coded("c", "failure", coder="kim"), coded("c", "value", coder="kim"),  # kim thought again
        coded("d", "failure", coder="kim"), coded("d", None, coder="kim"),  # and took it back
    )  # fmt: skip
    assert figures("failure_demand_share", records) == {"a": 0, "b": 1, "c": 0}


def test_bounds_where_more_than_one_in_twenty_is_unknown():
    told_by = reading("failure_demand_share", a_week(coded("a", "failure"), coded("b", "value"), coded("c", "value")))
    (unknown,) = [caveat for caveat in told_by.caveats if caveat.code == "unknown"]
    # 1 of 3 known, 3 unknown: between 1 and 4 of 6
    assert "3 of 6" in unknown.text
    assert "17%" in unknown.text
    assert "67%" in unknown.text


def test_up_to_one_in_twenty_unknown_is_not_mentioned():
    names = [f"d{number}" for number in range(20)]
    records = told(
        *(demand(name, 0, person=name) for name in names), classification=[coded(name, "value") for name in names[1:]]
    )
    assert "unknown" not in {caveat.code for caveat in reading("failure_demand_share", records).caveats}


def test_by_type_and_by_cause():
    records = a_week(
        coded("a", "failure", failure_type="progress chase"),
        coded("b", "failure", failure_type="passed on", caused_by_agency="benefits office"),
        coded("c", "failure", failure_type="progress chase"),
        coded("d", "value"),
    )
    by_cause = reading("failure_demand_share", records, shape="breakdown", split="caused_by_agency").table
    assert dict(by_cause.select("caused_by_agency", "n").rows()) == {"benefits office": 1, "not recorded": 3}


def test_classifying_one_demand_changes_the_chart():
    before = reading("failure_demand_share", a_week(coded("a", "failure"), coded("b", "value"))).table["value"][0]
    after = reading(
        "failure_demand_share", a_week(coded("a", "failure"), coded("b", "value"), coded("c", "failure"))
    ).table["value"][0]
    assert (before, after) == (pytest.approx(1 / 2), pytest.approx(2 / 3))


@pytest.mark.parametrize("service", [(), (("service", "housing"),)], ids=["from a tally", "of one service"])
@pytest.mark.parametrize("people", [False, True], ids=["added up", "one by one"])
def test_those_whom_a_sample_left_out_are_no_unknowns(service, people):
    asked = [demand(f"d{number}", number % 70, person=f"p{number}", service="housing") for number in range(1000)]
    sampled = [
        coded(f"d{n}", "failure" if n % 50 else "value", selection_prob=0.1) for n in range(0, 1000, 10)
    ]  # fmt: skip
    read = reading("failure_demand_share", told(*asked, classification=sampled, seen=100), where=service, people=people)
    said = {caveat.code: caveat.text for caveat in read.caveats}
    assert "unknown" not in said
    assert (
        said["sample"] == "A sample: 100 were classified, and the figure counts each for as many as it was drawn from."
    )
