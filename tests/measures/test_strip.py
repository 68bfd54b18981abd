"""Beside every need-based chart: what the gap rule makes of the same demands."""

import polars as pl
import pytest
from hand_tables import demand, reading, told

from measures.model.memory import MemoryRecords
from measures.model.principal import LOCAL, Principal
from measures.model.time import DAY
from measures.reading import ReadingError, Request, strip

# One person asks on days 0, 40, 130 and 400: gaps of 40, 90 and 270 days.
ASKED = pl.DataFrame(
    {"demand_id": list("abcd"), "person_id": ["p"] * 4, "issue": ["x"] * 4, "received_day": [0, 40, 130, 400]}
)
RECORDS = MemoryRecords({"demands": ASKED}, seen_at=DAY * 2000)


def test_a_longer_gap_makes_fewer_needs_of_more_demands():
    told = strip(RECORDS, Request("first_contact_resolution", window_days=28), LOCAL)
    assert told["gap_days"].to_list() == [28, 56, 90, 180, 365]
    assert told["needs"].to_list() == [4, 3, 2, 2, 1]  # 90 days after is not more than 90
    assert told["demands_a_need"].to_list() == [1.0, 4 / 3, 2.0, 2.0, 4.0]
    assert told["value"].to_list() == [1.0, 1.0, 1.0, 1.0, 1.0]  # nobody asked again within 28 days


def test_a_measure_of_demands_has_no_strip():
    with pytest.raises(ReadingError, match="counts demands, not needs"):
        strip(RECORDS, Request("failure_demand_share"), LOCAL)


REGULATOR = Principal("r", "regulator")


def test_a_protected_role_reads_the_strip_in_classes_and_nothing_of_a_few():
    few = told(*(demand(f"d{n}", n, person=f"p{n}") for n in range(3)), seen=400)
    assert strip(few, Request("stayed_met"), REGULATOR).drop("gap_days").unique().rows() == [(None, None, None)]
    many = told(
        *(demand(f"d{n}", n % 7, person=f"p{n}") for n in range(97)),
        *(demand(f"e{n}", n % 7 + 40, person=f"p{n}") for n in range(8)), seen=400,
    )  # fmt: skip
    open_, protected = (strip(many, Request("first_contact_resolution"), who) for who in (LOCAL, REGULATOR))
    assert open_["needs"].to_list() == [105, 97, 97, 97, 97]
    assert protected["needs"].to_list() == [105, 99, 99, 99, 99]
    assert protected["demands_a_need"].to_list() == [1.0, 1.1, 1.1, 1.1, 1.1]
    assert protected["value"].to_list()[1:] != open_["value"].to_list()[1:]


def test_beside_a_breakdown_a_protected_role_reads_counts_in_classes():
    few = told(*(demand(f"d{n}", n, person=f"p{n}") for n in range(3)), seen=400)
    asked = {"shape": "breakdown", "split": "service"}
    told_ = [reading("demand_by_front_door", few, who, **asked) for who in (LOCAL, REGULATOR)]
    assert [(each.rows_in, each.rows_out) for each in told_] == [(3, 3), (0, 0)]
