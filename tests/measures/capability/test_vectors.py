"""Centre, limits and signals against the reference results computed with established software."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from measures.capability import Chart, limits, runs_analysis
from measures.capability.anhoej import fewest_crossings_allowed, longest_run_allowed
from measures.capability.suggestions import suggest_splits

VECTORS = Path(__file__).parents[3].parent / "shared" / "vectors"
KINDS = {
    "pprime": "p_prime",
    "uprime": "u_prime",
    "cprime": "c_prime",
    "iprime": "i_prime",
    "pp": "p_prime",
    "up": "u_prime",
}
ELSEWHERE = ("funnel", "run_thresholds")  # files about something else than a series with limits

# Their name of a rule: the rule set and run length to ask for, and our name of the signal.
RULES = {
    "wheeler_rule1_x": ("wheeler", None, "outside_limits"),
    "wheeler_rule1_mr": ("wheeler", None, "range_outside_limit"),
    "wheeler_rule2_run8": ("wheeler", None, "run"),
    "wheeler_rule3_3of4": ("wheeler", None, "near_limit"),
    "astronomical": ("nhs", None, "outside_limits"),
    "shift7": ("nhs", None, "run"),
    "trend7": ("nhs", None, "trend"),
    "two_of_three": ("nhs", None, "two_in_three"),
    "shift8": ("wheeler", 8, "run"),
    "tie_skipped (qicharts2/Anhoej, NHS guide)": ("wheeler", None, "run"),
}
NUMBERED = {  # sets whose rules go by number
    "nelson": {
        "1": "outside_limits",
        "2": "run",
        "3": "trend",
        "4": "alternating",
        "5": "two_in_three",
        "6": "four_in_five",
        "7": "fifteen_inside",
        "8": "eight_outside",
    },
    "western_electric": {"1": "outside_limits", "2": "two_in_three", "3": "four_in_five", "4": "run"},
}
OTHER_CONVENTIONS = ("tie_breaks", "tie_included", "tie_counts_as_below")  # three other answers to one question

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not VECTORS.is_dir(), reason=f"no reference results in {VECTORS}"),
]


def cases(giving=None):
    read = [json.loads(path.read_text()) for path in sorted(VECTORS.glob("*.json"))]
    ours = [case for case in read if not case["chart"].startswith(ELSEWHERE)]
    return [pytest.param(case, id=case["name"]) for case in ours if giving is None or giving in case["expect"]]


def ask(case):
    """The frame and the chart of a case; its limits rest on all points, on a baseline, or on figures given."""
    given = case["input"]
    height = len(given["y"])
    columns = {"value": [None if y is None else float(y) for y in given["y"]]}
    if "n" in given:
        columns["of"] = given["n"]
    starts = given.get("phase_starts_index") or [given["x"].index(day) for day in given.get("phase_starts", [])]
    starts = starts or case["expect"].get("phase_starts", [])
    columns["phase"] = [sum(i >= start for start in starts) for i in range(height)]
    frame = pl.DataFrame(columns)
    if (first := given.get("baseline_points") or given.get("period_min")) is not None:
        within = pl.int_range(pl.len()).over("phase")
        frame = frame.with_columns(baseline=within < first)
    if excluded := given.get("excluded") or case["expect"].get("excluded"):
        frame = frame.with_columns(excluded=pl.int_range(pl.len()).is_in(excluded))
    chart = Chart(
        kind=KINDS.get(case["chart"], case["chart"]),
        centre=given.get("centre_uses", "mean"),
        range=given.get("moving_range_uses", "mean"),
        screening=given.get("screen_moving_ranges", True),
        multiply=given.get("multiply", 1.0),
        floor=given.get("floor"),
    )
    return frame, chart


def expected(case):
    return case["expect"] | case.get("recommended", {})


def with_rules(chart, rules, run_length=None):
    return Chart(**{**chart.__dict__, "rules": rules, "run_length": run_length})


def where(points, rule, column="signals"):
    return [row for row, names in enumerate(points[column]) if rule in names]


def test_every_file_is_read():
    names = {case.id for case in cases()}
    files = {path.stem for path in VECTORS.glob("*.json") if not path.stem.startswith(("funnel_", "anhoej_thresholds"))}
    assert names == files


@pytest.mark.parametrize("case", cases("centre"))
def test_centre_and_limits_agree(case):
    frame, chart = ask(case)
    points = limits(frame, chart).points
    want = expected(case)
    for name in ("centre", "lower", "upper", "value"):
        if name not in want:
            continue
        for row, (ours, theirs) in enumerate(zip(points[name], want[name], strict=True)):
            if theirs is None or ours is None:
                nothing_there = name == "centre" and points["value"][row] is None
                assert ours is theirs or nothing_there, f"{name}[{row}]: {ours} against {theirs}"
                continue
            half = abs(theirs - points["centre"][row]) if name in ("lower", "upper") else 0.0
            allowed = max(case["abs_tol"] * max(1.0, abs(theirs)), 0.0006 * half)
            assert abs(ours - theirs) <= allowed, f"{name}[{row}]: {ours} against {theirs}"


@pytest.mark.parametrize("case", cases("mr"))
def test_moving_ranges_agree(case):
    frame, chart = ask(case)
    points = limits(frame, chart).points
    assert points["moving_range"].to_list() == pytest.approx(case["expect"]["mr"], abs=case["abs_tol"])
    assert points["range_centre"][0] == pytest.approx(case["expect"]["mr_centre"], abs=case["abs_tol"])
    assert points["range_upper"][0] == pytest.approx(case["expect"]["mr_upper"], abs=case["abs_tol"], rel=6e-4)


@pytest.mark.parametrize("case", cases("signals") + cases("signals_by_convention"))
def test_signals_agree(case):
    frame, chart = ask(case)
    compared = 0
    for theirs, rows in (expected(case).get("signals") or case["expect"]["signals_by_convention"]).items():
        if theirs in NUMBERED:
            points = limits(frame, with_rules(chart, theirs)).points
            for number, ours in NUMBERED[theirs].items():
                want = rows.get(number, {"completing_points": [], "member_points": []})
                assert where(points, ours) == want["member_points"], f"{theirs} {number}"
                assert where(points, ours, "completes") == want["completing_points"], f"{theirs} {number}"
        elif theirs.startswith(OTHER_CONVENTIONS):
            continue
        else:
            rules, run_length, ours = RULES[theirs]  # an unknown name must fail, not pass unread
            points = limits(frame, with_rules(chart, rules, run_length)).points
            assert where(points, ours) == rows, f"{theirs}: {where(points, ours)} against {rows}"
        compared += 1
    assert compared or not case["expect"].get("signals")


@pytest.mark.parametrize("case", cases("anhoej_per_phase"))
def test_runs_and_crossings_agree(case):
    phases = case["expect"]["anhoej_per_phase"]
    frame, chart = ask(case)
    ours = runs_analysis(frame, chart)
    for row, theirs in zip(ours.to_dicts(), phases, strict=True):
        assert row["useful"] == theirs["n_useful"]
        assert row["longest_run"] == theirs["longest_run"]
        assert row["longest_run_max"] == theirs["longest_run_max"]
        assert row["crossings"] == theirs["crossings"]
        assert row["crossings_min"] == theirs["crossings_min"]
        assert row["signal"] is theirs["signal"]


@pytest.mark.parametrize("case", cases("slope"))
def test_the_slope_of_a_trend_agrees(case):
    frame, chart = ask(case)
    centre = limits(frame, chart).points["centre"]
    assert centre.diff().drop_nulls().to_list() == pytest.approx([case["expect"]["slope"]] * (len(centre) - 1))


def test_thresholds_of_anhoej_from_2_to_120_useful_points():
    case = json.loads((VECTORS / "anhoej_thresholds_2_120.json").read_text())
    useful = case["input"]["n_useful"]
    assert [longest_run_allowed(n) for n in useful] == case["expect"]["longest_run_max"]
    assert [fewest_crossings_allowed(n) for n in useful] == case["expect"]["crossings_min"]


def test_a_phase_starts_on_its_day():
    case = json.loads((VECTORS / "ptd_ae_RJZ_rebase_and_fix.json").read_text())
    start = case["expect"]["phase"].index(1)
    assert date.fromisoformat(case["input"]["x"][start]) == date.fromisoformat(case["input"]["phase_starts"][0])


@pytest.mark.parametrize("case", [case for case in cases("phase_starts") if case.id.startswith("autospc_")])
def test_the_splits_suggested_are_those_found_by_the_stable_shift_algorithm(case):
    frame, chart = ask(case)
    given = case["input"]
    asked = frame.drop("phase", "baseline", "excluded", strict=False).with_columns(at=pl.int_range(pl.len()))
    found = suggest_splits(
        asked, chart, run=given["shift_rule_threshold"], period=given["period_min"], leave_out=given["max_exclusions"]
    )
    assert [suggestion.at for suggestion in found] == case["expect"]["phase_starts"]
