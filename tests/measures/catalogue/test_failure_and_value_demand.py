"""Failure demand and value demand, counted: their sum is what was classified."""

import pytest
from hand_tables import coded, demand, reading, told


def three_weeks():
    """Nobody asks in the second week; the records end in the middle of the fourth."""
    return told(
        demand("a", 0, person="a"), demand("b", 1, person="b"), demand("c", 6, person="c"),
        demand("d", 14, person="d"), demand("e", 15, person="e"), demand("f", 22, person="f"),
        classification=[
            coded("a", "failure"), coded("b", "value"), coded("c", "failure", selection_prob=0.25),
            coded("d", "value"), coded("f", "failure"),  # nobody looked at e
        ],
        seen=23,
    )  # fmt: skip


def test_counts_by_week():
    failure, value = (reading(name, three_weeks()).table for name in ("failure_demand", "value_demand"))
    # the first week: a, and c that stands for four; the second: nobody, which is a zero and not a gap
    assert failure["value"].to_list() == [5, 0, 0, 1]
    assert value["value"].to_list() == [1, 0, 1, 0]
    assert failure["n"].to_list() == value["n"].to_list() == [3, 0, 1, 1]
    assert failure["mature"].to_list() == [True, True, True, False]  # the fourth week is not whole


def test_they_sum_to_what_was_classified():
    failure, value = (reading(name, three_weeks(), period="month").table for name in ("failure_demand", "value_demand"))
    assert (failure["value"] + value["value"]).to_list() == [8]


def test_a_week_cut_by_the_beginning_or_the_end_of_records_is_not_whole():
    records = told(
        *(demand(name, 2 + 7 * week, person=name) for week, name in enumerate("abc")),
        classification=[coded(name, "value") for name in "abc"],
    )
    assert reading("value_demand", records).table["mature"].to_list() == [False, True, False]  # cut at both ends


@pytest.mark.parametrize(("name", "by_type"), [("failure_demand", {"progress chase": 2.0, "not recorded": 1.0})])
def test_by_type_of_failure(name, by_type):
    records = told(
        *(demand(one, 0, person=one) for one in "abcd"),
        classification=[
            coded("a", "failure", failure_type="progress chase"), coded("b", "failure"),
            coded("c", "failure", failure_type="progress chase"), coded("d", "value"),
        ],
    )  # fmt: skip
    rows = reading(name, records, shape="breakdown", split="failure_type").table
    assert dict(rows.select("failure_type", "value").rows()) == by_type
