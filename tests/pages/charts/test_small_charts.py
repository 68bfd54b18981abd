"""Sparkline, curve, breakdown and one dot a need: small parts, and what they say."""

from datetime import date
from xml.etree import ElementTree as ET

import polars as pl
from series_by_hand import series

from measures.model.results import CURVE
from pages.charts.bars import bars_chart, bars_words, ranked
from pages.charts.curve import curve_chart, curve_words, thinned
from pages.charts.individuals import individuals_chart
from pages.charts.moving_range import moving_range_chart
from pages.charts.palette import LIGHT
from pages.charts.sparkline import MARKS, sparkline


def test_a_sparkline_is_an_image_with_a_name_and_a_shape_a_signal():
    points = series([0.5] * 20, signals={3: ["outside_limits"], 8: ["run"], 12: ["near_limit"]}, young=2)
    picture = sparkline(points, label='Failure demand: "62%" & rising', better="lower", palette=LIGHT)
    root = ET.fromstring(picture)
    assert (root.get("role"), root.get("width"), root.get("height")) == ("img", "300", "56")
    assert root.get("aria-label") == 'Failure demand: "62%" & rising'
    shapes = [path.get("d") for path in root.iter("path")]
    assert all(MARKS[name] in shapes for name in ("outside_limits", "run", "near_limit"))
    assert len(list(root.iter("rect"))) == 1  # the strip over what is not yet known


def test_a_long_run_keeps_its_shape_at_its_first_and_newest_points_only():
    points = series([0.4] * 40, signals={index: ["run"] for index in range(5, 40)})
    root = ET.fromstring(sparkline(points, label="x", better="lower", palette=LIGHT))
    assert sum(path.get("d") == MARKS["run"] for path in root.iter("path")) == 1 + 12
    dots = [path.get("d").count("h0") for path in root.iter("path") if f"stroke:{LIGHT.better};" in path.get("style")]
    assert dots == [35 - 13]


def test_a_sparkline_hatches_what_is_unknown_at_both_ends_and_not_between():
    points = series([0.5] * 10, young=2).with_columns(
        mature=pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(False)).otherwise("mature")
    )
    root = ET.fromstring(sparkline(points, label="x", better="lower"))
    assert sum(float(strip.get("width")) for strip in root.iter("rect")) < 100


def test_a_sparkline_of_nothing_says_so():
    assert "nothing known yet" in sparkline(
        series([None, None], centre=None, lower=None, upper=None), label="x", better="lower"
    )


def test_a_sparkline_breaks_its_line_at_a_gap():
    whole = sparkline(series([0.4, 0.5, 0.6, 0.5], centre=None, lower=None, upper=None), label="x", better="lower")
    broken = sparkline(series([0.4, 0.5, None, 0.5], centre=None, lower=None, upper=None), label="x", better="lower")

    def line(picture: str) -> str:
        return next(path.get("d") for path in ET.fromstring(picture).iter("path") if "width:1.3" in path.get("style"))

    assert (line(whole).count("M"), line(broken).count("M")) == (1, 2)


def test_a_sparkline_is_light():
    picture = sparkline(series([0.5, 0.6] * 30, young=4), label="x", better="lower")
    assert len(picture) < 4600
    root = ET.fromstring(picture)
    assert sum(path.get("d").count("h0") for path in root.iter("path")) == 56 + 2 * 4  # every point, and rings twice
    assert len(list(root.iter())) < 16  # a browser takes its time over each element


CURVE_ROWS = pl.DataFrame(
    {
        "x": [0.0, 10.0, 20.0], "value": [0.0, 0.4, 0.9], "lower": [0.0, 0.3, 0.8], "upper": [0.0, 0.5, 0.95],
        "at_risk": [10, 6, 1], "events": [0, 4, 5],
    },
    schema=CURVE,
)  # fmt: skip


def test_a_curve_steps_and_has_its_interval_and_says_its_values():
    spec = curve_chart(CURVE_ROWS, title="Met by", x_title="days").to_dict()
    kinds = {layer["mark"]["type"]: layer["mark"].get("interpolate") for layer in spec["layer"]}
    assert kinds == {"area": "step-after", "line": "step-after", "text": None}
    assert spec["description"] == curve_words(CURVE_ROWS, "Met by", "days")
    assert "by 20 90%" in spec["description"]


def test_waiting_is_read_on_a_log_axis_once_it_is_long():
    long = CURVE_ROWS.with_columns(x=pl.col("x") * 20)
    spec = curve_chart(long, title="Met by", x_title="from first asking", waits=True).to_dict()
    x = spec["layer"][0]["encoding"]["x"]
    assert (x["scale"]["type"], x["axis"]["values"]) == ("symlog", [0.0, 1.0, 7.0, 28.0, 90.0, 365.0])
    short = curve_chart(CURVE_ROWS, title="Met by", x_title="from first asking", waits=True).to_dict()
    assert "type" not in short["layer"][0]["encoding"]["x"]["scale"]


BROKEN_DOWN = pl.DataFrame({
    "front_door": ["b", "a", None, "c"], "value": [0.4, 0.4, 0.9, None], "lower": [0.3, 0.3, 0.7, None],
    "upper": [0.5, 0.5, 1.0, None], "n": [50, 60, 10, 0],
})  # fmt: skip


def test_a_breakdown_is_ranked_ties_by_name_and_the_unknown_is_named():
    assert ranked(BROKEN_DOWN, "front_door", 20)["label"].to_list() == ["not known", "a", "b"]


def test_a_breakdown_shows_intervals_where_there_are_some_and_bars_where_there_are_none():
    with_intervals = bars_chart(BROKEN_DOWN, "front_door", title="T", kind="share", unit="u").to_dict()
    assert [layer["mark"]["type"] for layer in with_intervals["layer"]] == ["rule", "point", "text"]
    plain = BROKEN_DOWN.with_columns(lower=pl.lit(None, pl.Float64), upper=pl.lit(None, pl.Float64))
    bars = bars_chart(plain, "front_door", title="T", kind="count", unit="u").to_dict()
    assert [layer["mark"]["type"] for layer in bars["layer"]] == ["bar", "text"]
    assert bars_words(BROKEN_DOWN, "front_door", "T", "share").startswith("T, the largest first: not known 90%; a 40%")


def test_open_needs_are_hollow_met_ones_filled_and_the_axis_is_logarithmic():
    dots = pl.DataFrame({
        "day": [20_000, 20_001, 20_002], "days": [0.0, 12.0, 30.0], "met": [True, False, False],
        "open": [False, True, False],
    })  # fmt: skip
    medians = pl.DataFrame({"period_start": [date(2024, 9, 30), date(2024, 10, 7)], "value": [5.0, None]})
    spec = individuals_chart(dots, medians, description="d").to_dict()
    points = [layer for layer in spec["layer"] if layer["mark"]["type"] == "point"]
    assert [(layer["mark"]["shape"], layer["mark"]["filled"]) for layer in points] == [
        ("cross", True), ("circle", True), ("circle", False),
    ]  # fmt: skip
    assert points[0]["encoding"]["y"]["scale"]["type"] == "log"
    assert "id" not in str(spec["datasets"]).replace("width", "")


def test_steps_of_phases_of_very_different_size_stand_on_a_log_axis_and_others_do_not():
    def axis(after: float) -> dict:
        points = series([100.0, 200.0] * 4 + [after, after * 2] * 4).with_row_index("row").with_columns(
            moving_range=pl.when(pl.col("row") < 8).then(100.0).otherwise(after),
            phase=pl.when(pl.col("row") < 8).then(1).otherwise(2),
            range_centre=pl.when(pl.col("row") < 8).then(100.0).otherwise(after),
            range_upper=pl.when(pl.col("row") < 8).then(326.8).otherwise(after * 3.268),
        )  # fmt: skip
        spec = moving_range_chart(
            points.drop("row"), title="Time", kind="duration", chart="xmr", every="week"
        ).to_dict()
        return next(
            layer["encoding"]["y"] for layer in spec["layer"] if "axis" in layer.get("encoding", {}).get("y", {})
        )

    assert axis(50.0)["title"] == "step"
    wide = axis(1.5)
    assert (wide["title"], wide["scale"]["type"]) == ("step, log axis", "symlog")
    assert wide["axis"]["values"][0] == 0


def test_rows_with_an_order_of_their_own_keep_it_and_a_count_is_said_once():
    rows = pl.DataFrame(
        {"cycles": ["0", "1", "2", "12 or more"], "value": [5.0, 9.0, 2.0, 3.0], "n": [5, 9, 2, 3]}
    ).with_columns(lower=pl.lit(None, pl.Float64), upper=pl.lit(None, pl.Float64))
    drawn = bars_chart(rows, "cycles", title="T", kind="rate", unit="u", ordered=True).to_dict()
    assert drawn["layer"][0]["encoding"]["y"]["sort"] == ["0", "1", "2", "12 or more"]
    assert "n=" not in str(drawn)
    one = rows.head(1).with_columns(value=pl.lit(1.0), n=pl.lit(1))
    assert "100% · n=1" in str(bars_chart(one, "cycles", title="T", kind="share", unit="u").to_dict())
    assert bars_words(rows, "cycles", "T", "rate", ordered=True) == "T: 0 5; 1 9; 2 2; 12 or more 3."


def test_a_curve_of_many_steps_is_drawn_by_those_that_can_be_told_apart():
    many = 20_000
    curve = pl.DataFrame({"x": [float(x) for x in range(many)], "value": [x / many for x in range(many)]}).with_columns(
        lower="value", upper="value"
    )
    rows = thinned(curve.with_columns(series=pl.lit("all")))
    assert rows.height <= 1_001
    assert rows["x"].to_list()[-1] == many - 1
    kept = rows.join_asof(curve.select("x", whole="value"), on="x")
    assert (kept["value"] == kept["whole"]).all()
    step = curve.join_asof(rows.select("x", drawn="value"), on="x")
    assert (step["value"] - step["drawn"]).max() <= 0.001
    assert curve_chart(curve, title="T", x_title="days").to_dict()["layer"]
