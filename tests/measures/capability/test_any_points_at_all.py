"""Whatever the points: a result without not-a-number, or one sentence; never a traceback of something else."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.capability import RULE_SETS, Chart, limits
from measures.capability.kinds import KINDS

WILD = [-0.0, -3.0, 1e-300, 1e12, float("nan"), float("inf")]
NUMBER = st.none() | st.sampled_from([0.0, 1.0, 7.0, 0.1] * 6 + WILD) | st.floats(0, 1e9)
MARK = st.none() | st.booleans()
COLUMNS = {
    "value": NUMBER,
    "of": st.none() | st.integers(0, 5) | st.sampled_from([-1] + [10**10] * 20),
    "subgroup": st.none() | st.integers(0, 2),
    "at": st.none() | st.integers(0, 3),
    "series": st.none() | st.sampled_from("ab"),
    "phase": st.integers(1, 2),
    "baseline": MARK,
    "excluded": MARK,
    "fixed_centre": NUMBER,
    "fixed_lower": NUMBER,
    "fixed_upper": NUMBER,
}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_result_or_one_sentence(kind, data):
    names = ["value", "of", "subgroup", *data.draw(st.sets(st.sampled_from(list(COLUMNS)[3:]), max_size=4))]
    height = data.draw(st.integers(0, 9))
    frame = pl.DataFrame({name: data.draw(st.lists(COLUMNS[name], min_size=height, max_size=height)) for name in names})
    points, sentence = read(frame, Chart(kind, data.draw(st.sampled_from(list(RULE_SETS)))))
    if points is None:
        assert sentence
        assert "\n" not in sentence
        return
    for name in ("value", "centre", "lower", "upper"):
        assert points[name].cast(pl.Float64).is_nan().sum() == 0, name


def read(frame, chart):
    try:
        return limits(frame, chart).points, None
    except ValueError as refused:
        return None, str(refused)
