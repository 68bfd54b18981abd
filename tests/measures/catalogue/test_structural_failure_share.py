"""One less needs started over demands received: failure demand that needs no coder."""

import pytest
from hand_tables import demand, figures, observed, reading, told


def test_by_hand():
    records = told(
        demand("a", 0), demand("a2", 10), demand("a3", 180),  # one need: two of three return to it
        demand("b", 0, person="bob"), demand("b2", 181, person="bob"),  # two needs
        demand("c", 0, person=None), demand("d", 1, person=None),  # nobody known
    )  # fmt: skip
    assert figures("structural_failure_share", records) == {"a": 0, "a2": 1, "a3": 1, "b": 0, "b2": 0}
    assert {name for name, row in observed("structural_failure_share", records).items() if row["unknown"]} == {"c", "d"}
    whole = reading("structural_failure_share", records, period="year").table
    assert whole["value"].to_list() == [pytest.approx(1 - 3 / 5)]  # three needs started, five linked demands


def test_five_cycles_and_eighty_per_cent_are_the_same_number():
    records = told(*(demand(f"{who}{turn}", 10 * turn, person=who) for who in "abcd" for turn in range(5)))
    assert reading("structural_failure_share", records, period="year").table["value"].to_list() == [pytest.approx(0.8)]


def test_it_moves_with_the_gap_and_says_which_gap():
    records = told(*(demand(f"d{turn}", 50 * turn) for turn in range(4)))
    shares = {}
    for gap in (28, 56):
        told_by = reading("structural_failure_share", records, period="year", reopen_days=gap)
        shares[gap] = told_by.table["value"][0]
        assert f"{gap} days" in " ".join(caveat.text for caveat in told_by.caveats if caveat.code == "needs_rule")
    assert shares == {28: 0.0, 56: pytest.approx(0.75)}


def test_the_needs_a_source_names_are_its_needs():
    records = told(demand("a", 0, person=None, need_id="N"), demand("b", 900, person=None, need_id="N"))
    assert figures("structural_failure_share", records) == {"a": 0, "b": 1}
