"""Small parts of the capability chart: every rule of the grammar that a reader relies on."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis.strategies import floats, sampled_from
from series_by_hand import START, series

from pages.charts.capability import Change, capability_chart, limit_words, point_marks, value_range
from pages.charts.frame import SHARE, Drawn, months, png, svg, value_axis
from pages.charts.palette import LIGHT, PAGE
from pages.charts.unknown import stretches


def marks(points, better="lower"):
    return point_marks(points, kind="share", better=better, every="week", palette=LIGHT)


def drawn(points, **more):
    said = {"title": "T", "sentence": "S.", "kind": "share", "unit": "of demand", "better": "lower", "every": "week"}
    return capability_chart(points, **(said | more)).to_dict()


def layers_with(spec, mark):
    return [layer for layer in spec["layer"] if layer["mark"].get("type") == mark]


@pytest.mark.parametrize(
    ("signal", "shape", "size"),
    [
        ([], "circle", 49),
        (["outside_limits"], "diamond", 144),
        (["run"], "square", 81),
        (["near_limit"], "triangle-up", 121),
        (["run", "outside_limits"], "diamond", 144),
        (["range_outside_limit"], "circle", 49),
    ],
)
def test_each_signal_has_its_own_shape(signal, shape, size):
    row = marks(series([0.5, 0.8, 0.5], signals={1: signal})).row(1, named=True)
    assert (row["shape"], row["size"]) == (shape, size)


def test_colour_follows_the_direction_and_shape_does_not():
    points = series([0.5, 0.8, 0.5], signals={1: ["outside_limits"]})
    colours = {better: marks(points, better).row(1, named=True)["stroke"] for better in ("lower", "higher", "neither")}
    assert colours == {"lower": LIGHT.worse, "higher": LIGHT.better, "neither": LIGHT.signal}


def test_the_line_is_broken_at_a_missing_value_an_absent_week_an_excluded_and_an_unknown_point():
    points = series([0.5, 0.5, None, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], absent=(4,), excluded=(6,), young=2)
    told = {row["at"]: row for row in marks(points).iter_rows(named=True)}
    weeks = {index: told.get(START + timedelta(weeks=index)) for index in range(10)}
    assert weeks[0]["piece"] == weeks[1]["piece"] != weeks[3]["piece"]
    assert weeks[3]["piece"] != weeks[5]["piece"]
    assert weeks[5]["piece"] != weeks[7]["piece"]
    assert [index for index, row in weeks.items() if row and not row["on_line"]] == [6, 8, 9]


def test_excluded_is_a_crossed_hollow_circle_and_unknown_a_hollow_grey_one():
    told = marks(series([0.5, 0.9, 0.5, 0.5], excluded=(1,), young=1)).to_dicts()
    assert told[1]["shape"].startswith("M-1,0A1,1")
    assert (told[1]["fill"], told[1]["says"]) == (LIGHT.page, "left out, with a reason")
    assert (told[3]["fill"], told[3]["stroke"]) == (LIGHT.page, LIGHT.unknown)


def test_shuffled_rows_draw_the_same_chart():
    points = series([0.5, 0.8, 0.4, 0.6], signals={1: ["outside_limits"]})
    assert drawn(points) == drawn(points.sample(fraction=1, shuffle=True, seed=3))


def test_values_stand_on_the_first_the_last_and_points_outside_a_limit_only():
    points = series([0.5] * 9 + [0.8] + [0.5] * 10, signals={9: ["outside_limits"], 5: ["run"]})
    labelled = marks(points).with_row_index().filter(pl.col("label") != "")
    assert labelled["index"].to_list() == [0, 9, 19]


def test_of_neighbours_outside_the_same_limit_only_the_furthest_has_its_figure():
    points = series([0.5] * 20 + [0.8, 0.9, 0.85] + [0.5] * 20, signals={at: ["outside_limits"] for at in (20, 21, 22)})
    labelled = marks(points).with_row_index().filter(pl.col("label") != "")
    assert labelled["index"].to_list() == [0, 21, 42]


def test_a_figure_stands_clear_of_its_neighbours_and_beside_a_point_on_a_steep_line():
    hill = series([0.5] * 30 + [0.6, 0.8, 0.75] + [0.5] * 30, signals={31: ["outside_limits"]})
    top = marks(hill).row(31, named=True)
    assert (top["up"], top["stands"], top["beside"]) == (True, 0.8, 0)
    steep = series([0.9] * 31 + [0.6] + [0.3] * 31, signals={31: ["outside_limits"]})
    assert marks(steep).row(31, named=True)["beside"] == 1


def test_the_range_to_expect_is_shaded_and_is_absent_without_limits():
    (band,) = layers_with(drawn(series([0.5] * 8)), "area")
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("lower", "upper")
    bare = series([0.5] * 8).with_columns(lower=pl.lit(None, pl.Float64), upper=pl.lit(None, pl.Float64))
    assert not layers_with(drawn(bare), "area")


def test_a_week_not_yet_known_and_thinly_counted_draws_no_limits_of_its_own():
    points = series([0.5] * 10).with_row_index("row").with_columns(
        mature=pl.col("row") < 9, upper=pl.when(pl.col("row") == 9).then(0.97).otherwise(pl.col("upper")),
    )  # fmt: skip
    heights = {
        row["upper"] for rows in drawn(points.drop("row"))["datasets"].values() for row in rows if "upper" in row
    }
    assert 0.97 not in heights


def test_limits_are_named_in_words_and_a_bound_is_no_limit():
    assert limit_words(3.0, 18.0, 49.0, "duration") == {"upper": "most 49", "centre": "middle 18", "lower": "least 3"}
    assert limit_words(0.0, 0.5, 1.0, "share") == {
        "upper": "no upper limit", "centre": "middle 50%", "lower": "no lower limit",
    }  # fmt: skip


def test_limit_labels_are_kept_sixteen_pixels_apart():
    spec = drawn(series([0.5] * 6))
    places = [
        layer["mark"]["y"]["expr"] for layer in layers_with(spec, "text") if "scale('y'" in str(layer["mark"].get("y"))
    ]
    assert any("- 16" in place for place in places)
    assert any("+ 16" in place for place in places)


def test_a_share_is_never_drawn_beyond_its_bounds_and_a_count_starts_at_zero_where_zero_is_near():
    low, high = value_range(series([0.97, 0.99], centre=0.98, lower=0.9, upper=1.0), "share")
    assert low > 0.85
    assert high <= 1.02
    assert value_range(series([1.0, 9.0], centre=5.0, lower=0.0, upper=12.0), "count")[0] == 0.0


def test_centre_is_two_pixels_and_limits_are_dashed_six_four():
    lines = [layer["mark"] for layer in layers_with(drawn(series([0.5] * 6)), "line")]
    assert (2.0, [1, 0]) in [(line["strokeWidth"], line.get("strokeDash")) for line in lines]
    assert [line["strokeDash"] for line in lines if line.get("strokeDash") == [6, 4]] == [[6, 4], [6, 4]]


def test_old_limits_carried_on_are_dashed_lighter():
    points = series([0.5] * 6).with_columns(extended_upper=pl.lit(0.7))
    lighter = [layer["mark"] for layer in layers_with(drawn(points), "line") if layer["mark"].get("opacity") == 0.7]
    assert [mark["strokeDash"] for mark in lighter] == [[3, 5]]


def test_a_change_is_a_dotted_vertical_with_its_letter_and_name_and_one_outside_the_range_is_not_drawn():
    inside, outside = Change(START + timedelta(weeks=3), "One team", "B"), Change(date(2020, 1, 1), "Old", "A")
    spec = drawn(series([0.5] * 8), changes=[inside, outside])
    rules = [layer for layer in layers_with(spec, "rule") if layer["mark"].get("strokeDash") == [2, 3]]
    assert len(rules) == 1
    rows = spec["datasets"][rules[0]["data"]["name"]]
    assert [row["label"] for row in rows] == ["B One team"]


def test_what_can_still_move_stands_on_a_hatched_strip_so_named():
    spec = drawn(series([0.5] * 8, young=3))
    assert any(layer["encoding"].get("x2") for layer in layers_with(spec, "rule"))
    assert any(row.get("label") == "not yet known" for rows in spec["datasets"].values() for row in rows)
    assert not layers_with(drawn(series([0.5] * 8)), "rect")


def test_unknown_periods_at_both_ends_are_two_strips():
    points = series([0.5] * 8, young=2).with_columns(
        mature=pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(False)).otherwise("mature")
    )
    assert stretches(points).rows() == [
        (START, START + timedelta(weeks=1), 7), (START + timedelta(weeks=6), START + timedelta(weeks=8), 14),
    ]  # fmt: skip


def test_days_that_fall_from_a_year_to_a_week_stand_on_a_log_axis_and_others_do_not():
    fallen = series([434.0] * 6 + [5.0] * 6, centre=5.0, lower=1.0, upper=9.0)
    said = {"kind": "median", "unit": "days"}
    spec = drawn(fallen, **said)
    y = next(layer["encoding"]["y"] for layer in layers_with(spec, "line") if "axis" in layer["encoding"]["y"])
    assert y["scale"]["type"] == "symlog"
    assert y["axis"]["values"] == [0.0, 1.0, 7.0, 28.0, 90.0, 365.0]
    assert "'4 weeks'" in y["axis"]["labelExpr"]
    assert "symlog" not in str(drawn(series([30.0, 20.0, 10.0], centre=20.0, lower=5.0, upper=40.0), **said))
    assert "symlog" not in str(drawn(series([0.9, 0.01])))


def test_one_figure_alone_is_drawn_from_zero():
    assert value_range(series([2.2], centre=None, lower=None, upper=None), "median")[0] == 0.0


@pytest.mark.parametrize(
    ("low", "high", "written", "ticks"),
    [
        (0.097, 0.131, ".0%", [0.1, 0.11, 0.12, 0.13]),
        (0.0, 1.2, ".0%", [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.0, 0.004, ".1%", [0.0, 0.001, 0.002, 0.003, 0.004]),
    ],
)
def test_ticks_of_shares_never_read_alike_and_stop_at_100(low, high, written, ticks):
    axis = value_axis(low, high, SHARE).to_dict()
    assert (axis["format"], axis["values"]) == (written, pytest.approx(ticks))


@given(low=floats(0, 0.99), span=floats(0.002, 1.2), most=sampled_from([4, 6]))
def test_a_share_has_ticks_and_no_two_that_read_alike(low, span, most):
    axis = value_axis(low, low + span, SHARE, most=most).to_dict()
    said = [format(tick, axis["format"]) for tick in axis["values"]]
    assert len(set(said)) == len(said) <= most + 1
    assert said or low + span > 1


def test_months_are_named_with_their_year_and_lie_flat():
    axis = months(date(2015, 1, 1), date(2018, 5, 30)).to_dict()
    assert (axis["format"], axis["labelAngle"]) == ("%b %Y", 0)
    assert len(axis["values"]) <= 9
    assert months(date(2020, 1, 6), date(2025, 12, 28)).to_dict()["values"][0]["year"] == 2020


def test_a_few_days_over_a_month_end_are_named_by_days():
    axis = months(date(2016, 2, 29), date(2016, 3, 6)).to_dict()
    assert axis["format"] == "%-d %b %Y"
    assert "values" not in axis


def test_colours_on_a_page_are_left_to_the_browser_and_in_a_picture_are_colours():
    assert "var(--sc-line)" in str(drawn(series([0.5] * 6)))
    assert "var(" not in str(drawn(series([0.5] * 6), palette=LIGHT))
    assert PAGE.line == "var(--sc-line)"


def test_one_point_and_no_limits_still_make_a_chart():
    alone = series([0.5], centre=None, lower=None, upper=None)
    assert drawn(alone)["description"].startswith("T by week")


def test_a_picture_carries_its_title_and_sentence():
    chart = capability_chart(
        series([0.5, 0.8, 0.5], signals={1: ["outside_limits"]}), title="Failure demand", sentence="S.", kind="share",
        unit="of demand", better="lower", every="week", palette=LIGHT,
        drawn=Drawn(width=700, heading=("Failure demand", "Between 30% and 70%.")),
    )  # fmt: skip
    picture = svg(chart)
    assert "Failure demand" in picture
    assert "Between 30% and 70%." in picture
    assert LIGHT.worse.lower() in picture.lower()
    assert png(chart).startswith(b"\x89PNG")
