"""How much demand comes from people already known: in contact on an earlier day within the lookback."""

import pytest
from hand_tables import demand, figures, observed, reading, told


def asking():
    """Records begin on day 0, so that only from day 365 anybody can be known."""
    return told(
        demand("old", 0, person="z"),
        demand("burn", 364, person="z"),  # a day too early to say
        demand("a1", 10, person="a"), demand("a2", 375, person="a"),  # 365 days before: known
        demand("b1", 10, person="b"), demand("b2", 376, person="b"),  # 366 days before: not known any more
        demand("c1", 400, person="c"), demand("c2", 400, person="c", issue="rent"),  # two needs in one call
        demand("d1", 400, person="d", contact_key="x"), demand("d2", 401, person="d"),  # the day after: known
        demand("e", 400, person=None),  # nobody knows who
    )  # fmt: skip


def test_by_hand():
    assert figures("known_share", asking()) == {"a2": 1, "b2": 0, "c1": 0, "c2": 0, "d1": 0, "d2": 1}
    assert observed("known_share", asking())["e"]["unknown"]


def test_how_far_back_decides_and_is_printed():
    told_by = reading("known_share", asking(), lookback_days=30)
    (lookback,) = [caveat for caveat in told_by.caveats if caveat.code == "lookback"]
    assert "30 days" in lookback.text
    assert figures("known_share", asking(), lookback_days=30) == {
        "burn": 0, "a2": 0, "b2": 0, "c1": 0, "c2": 0, "d1": 0, "d2": 1,
    }  # fmt: skip


def test_each_source_has_a_beginning_of_its_own():
    records = told(
        demand("a", 0, source="calls"), demand("b", 400, source="calls"),  # known, within its second year
        demand("c", 400, person="c", source="letters"), demand("d", 402, person="c", source="letters"),  # too early
    )  # fmt: skip
    assert figures("known_share", records, lookback_days=365) == {"b": 0}
    assert figures("known_share", records, lookback_days=400) == {"b": 1}


def test_a_person_known_in_another_service_is_known():
    records = told(demand("z", 0, person="z"), demand("a", 390, service="housing"), demand("b", 400, service="health"))
    assert figures("known_share", records) == {"a": 0, "b": 1}
    only = reading("known_share", records, where=(("service", "health"),), period="year").table
    assert only["value"].to_list() == [pytest.approx(1.0)]
