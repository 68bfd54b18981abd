"""What the limits would be without some points, and two phases side by side."""

import polars as pl
import pytest

from measures.capability import Chart, limits
from measures.capability.what_if import before_and_after, limits_without

STEADY = [10.0, 12.0, 11.0, 9.0, 10.0, 13.0, 11.0, 10.0, 12.0, 9.0]


def test_limits_with_and_without_a_point_stand_side_by_side():
    frame = pl.DataFrame({"value": [*STEADY, 60.0, *STEADY]})
    row = limits_without(frame, Chart(screening=False), [10]).row(0, named=True)
    given = limits(frame, Chart(screening=False)).points
    alone = limits(frame.with_columns(excluded=pl.int_range(pl.len()) == 10), Chart(screening=False)).points
    assert (row["n"], row["n_without"]) == (21, 20)
    assert row["upper"] == given["upper"][0]
    assert row["upper_without"] == alone["upper"][0]
    assert row["centre_without"] == pytest.approx(10.7)
    assert row["upper_without"] < row["upper"]


def test_each_series_and_phase_has_its_row_and_exclusions_already_made_stay():
    frame = pl.DataFrame(
        {
            "series": ["a"] * 20 + ["b"] * 10,
            "phase": [1] * 10 + [2] * 10 + [1] * 10,
            "value": STEADY * 3,
            "excluded": [i == 0 for i in range(30)],
        }
    )
    table = limits_without(frame, Chart(), [1, 25])
    assert table.select("series", "phase", "n", "n_without").rows() == [
        ("a", 1, 9, 8),
        ("a", 2, 10, 10),
        ("b", 1, 10, 9),
    ]


def test_leaving_nothing_out_changes_nothing():
    row = limits_without(pl.DataFrame({"value": STEADY}), Chart(), []).row(0, named=True)
    assert all(row[name] == row[f"{name}_without"] for name in ("n", "centre", "lower", "upper", "signals"))


def test_signals_that_come_and_go_are_counted_outside_the_points_left_out():
    # With the 60, the middle is 13.3: two runs below it. Without, only the 18 stands out.
    frame = pl.DataFrame({"value": [*STEADY, 18.0, *STEADY, 60.0]})
    row = limits_without(frame, Chart(screening=False), [21]).row(0, named=True)
    assert row["signals"] == 20
    assert row["signals_without"] == 1


@pytest.mark.parametrize(
    ("chart", "without", "says"), [(Chart(), [99], "no row 99"), (Chart("s"), [0], "several rows")]
)
def test_what_cannot_be_left_out_is_refused(chart, without, says):
    frame = pl.DataFrame({"value": STEADY, "subgroup": [1] * 10})
    with pytest.raises(ValueError, match=says):
        limits_without(frame, chart, without)


def weeks(values, phase):
    return pl.DataFrame({"at": [20577 + 7 * i for i in range(len(values))], "value": values, "phase": phase})


def test_phases_side_by_side_say_whether_they_differ():
    moved = before_and_after(weeks(STEADY + [3.0, 2.0, 4.0] * 4, [1] * 10 + [2] * 12), Chart())
    assert moved["n"].to_list() == [10, 12]
    assert moved["centre"].to_list() == pytest.approx([10.7, 3.0])
    assert moved["signal"].to_list() == [False, True]
    same = before_and_after(weeks(STEADY * 2, [1] * 10 + [2] * 10), Chart())
    assert same["signal"].to_list() == [False, False]
    assert same["upper"].null_count() == 0


def test_series_may_have_phases_of_their_own():
    one = weeks(STEADY * 2, [1] * 10 + [2] * 10).with_columns(series=pl.lit("a"))
    two = weeks(STEADY * 2, [1] * 15 + [2] * 5).with_columns(series=pl.lit("b"))
    table = before_and_after(pl.concat([one, two]), Chart())
    assert table.select("series", "n").rows() == [("a", 10), ("a", 10), ("b", 15), ("b", 5)]


def test_phases_need_a_day():
    with pytest.raises(ValueError, match="column 'at'"):
        before_and_after(pl.DataFrame({"value": [1], "phase": [1]}), Chart())
