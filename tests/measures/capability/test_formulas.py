"""Every chart says how it comes to its lines, and never calls a geometric mean a median."""

import pytest

from measures.capability import Chart
from measures.capability.formulas import formula, middle_name
from measures.capability.kinds import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_formula_and_the_name_of_its_middle(kind):
    for average in ("mean", "median"):
        chart = Chart(kind, centre=average, range=average)
        assert formula(chart)
        assert "{" not in formula(chart)
        assert middle_name(chart)


def test_the_middle_of_times_on_a_log_scale_is_no_median():
    assert middle_name(Chart("xmr_log")) == "typical (geometric mean)"
    assert "median" not in middle_name(Chart("t"))


def test_the_constants_are_those_of_the_average_that_is_used():
    assert "2.66 × mean" in formula(Chart("xmr"))
    assert "3.145 × median" in formula(Chart("xmr_trended", range="median"))
    assert "3.865" in formula(Chart("mr", range="median"))
