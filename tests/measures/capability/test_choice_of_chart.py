"""Which chart a measure gets where nobody chose one, and that the reason is said."""

import pytest

from measures.capability.choice import REASONS, default_kind
from measures.capability.kinds import KINDS

CHOSEN = [
    ({"kind": "share"}, "p_prime"),
    ({"kind": "count"}, "c_prime"),
    ({"kind": "count", "whole": False}, "xmr"),
    ({"kind": "count", "average": 2.0, "times": True}, "c_prime"),
    ({"kind": "count", "average": 1.9, "times": True}, "t"),
    ({"kind": "count", "average": 1.9, "cases": True}, "g"),
    ({"kind": "count", "average": 1.9, "times": True, "cases": True}, "t"),
    ({"kind": "count", "average": 1.9}, "c_prime"),
    ({"kind": "rate"}, "u_prime"),
    ({"kind": "rate", "whole": False}, "i_prime"),
    ({"kind": "rate", "whole": False, "average": 0.5, "times": True}, "i_prime"),
    ({"kind": "median"}, "xmr"),
    ({"kind": "duration"}, "xmr_log"),
]


@pytest.mark.parametrize(("asked", "chosen"), CHOSEN)
def test_the_kind_of_measure_decides_and_the_reason_is_said(asked, chosen):
    kind, reason = default_kind(**asked)
    assert kind == chosen
    assert "because" in reason
    assert reason.endswith(".")


def test_a_measures_own_chart_overrides():
    for kind in KINDS:
        assert default_kind("share", own=kind, average=0.1, times=True)[0] == kind
    assert "definition names it" in default_kind("share", own="run")[1]


def test_only_charts_there_are_can_be_chosen():
    assert set(REASONS) <= set(KINDS)


@pytest.mark.parametrize(
    ("asked", "says"), [({"kind": "mood"}, "'mood' is no kind"), ({"kind": "share", "own": "pie"}, "'pie'")]
)
def test_what_is_not_known_is_refused(asked, says):
    with pytest.raises(ValueError, match=says):
        default_kind(**asked)
