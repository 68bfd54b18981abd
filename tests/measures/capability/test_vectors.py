"""Centre, limits and signals against the reference results computed with established software."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from measures.capability import Chart, limits, runs_analysis
from measures.capability.anhoej import fewest_crossings_allowed, longest_run_allowed

VECTORS = Path(__file__).parents[3].parent / "shared" / "vectors"
KINDS = {"run": "run", "xmr": "xmr", "c": "c", "p": "p", "pprime": "p_prime", "np": "np", "u": "u", "uprime": "u_prime"}
RULES = {  # their name of a rule: ours. The other rule sets are not ours yet
    "wheeler_rule1_x": "outside_limits",
    "wheeler_rule1_mr": "range_outside_limit",
    "wheeler_rule2_run8": "run",
    "wheeler_rule3_3of4": "near_limit",
    "astronomical": "outside_limits",
    "tie_skipped (qicharts2/Anhoej, NHS guide)": "run",
}
NOT_YET = {"shift7", "shift8", "trend7", "two_of_three", "nelson", "western_electric"}
REBASED_BY_ALGORITHM = ("autospc_",)

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not VECTORS.is_dir(), reason=f"no reference results in {VECTORS}"),
]


def cases(giving="signals"):
    read = [json.loads(path.read_text()) for path in sorted(VECTORS.glob("*.json"))]
    ours = [case for case in read if case["chart"] in KINDS and not case["name"].startswith(REBASED_BY_ALGORITHM)]
    return [pytest.param(case, id=case["name"]) for case in ours if giving in case["expect"]]


def ask(case):
    given = case["input"]
    height = len(given["y"])
    columns = {"value": [None if y is None else float(y) for y in given["y"]]}
    if "n" in given:
        columns["of"] = given["n"]
    starts = given.get("phase_starts_index") or [given["x"].index(day) for day in given.get("phase_starts", [])]
    columns["phase"] = [sum(i >= start for start in starts) for i in range(height)]
    frame = pl.DataFrame(columns)
    if (first := given.get("baseline_points")) is not None:
        within = pl.int_range(pl.len()).over("phase")
        frame = frame.with_columns(baseline=within < first)
    chart = Chart(
        kind=KINDS[case["chart"]],
        centre=given.get("centre_uses", "mean"),
        range=given.get("moving_range_uses", "mean"),
        screening=given.get("screen_moving_ranges", True),
        multiply=given.get("multiply", 1.0),
        floor=given.get("floor"),
    )
    return frame, chart


def expected(case):
    return case["expect"] | case.get("recommended", {}) | {"of_the_peer": case["expect"]}


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
                assert ours is theirs, f"{name}[{row}]: {ours} against {theirs}"
                continue
            half = max(abs(theirs - points["centre"][row]), 0.0) if name in ("lower", "upper") else 0.0
            allowed = max(case["abs_tol"] * max(1.0, abs(theirs)), 0.0006 * half)
            assert abs(ours - theirs) <= allowed, f"{name}[{row}]: {ours} against {theirs}"


@pytest.mark.parametrize("case", cases("mr"))
def test_moving_ranges_agree(case):
    frame, chart = ask(case)
    points = limits(frame, chart).points
    assert points["moving_range"].to_list() == pytest.approx(case["expect"]["mr"], abs=case["abs_tol"])
    assert points["range_centre"][0] == pytest.approx(case["expect"]["mr_centre"], abs=case["abs_tol"])
    assert points["range_upper"][0] == pytest.approx(case["expect"]["mr_upper"], abs=case["abs_tol"], rel=6e-4)


@pytest.mark.parametrize("case", cases() + cases("signals_by_convention"))
def test_signals_agree(case):
    frame, chart = ask(case)
    points = limits(frame, chart).points
    signals = expected(case).get("signals", {}) | case["expect"].get("signals_by_convention", {})
    for theirs, rows in signals.items():
        if theirs in NOT_YET or (theirs.startswith("tie_") and theirs not in RULES):
            continue
        rule = RULES[theirs]  # an unknown name must fail, not pass unread
        ours = [i for i, names in enumerate(points["signals"]) if rule in names]
        assert ours == rows, f"{theirs}: {ours} against {rows}"


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


def test_thresholds_of_anhoej_from_2_to_120_useful_points():
    case = json.loads((VECTORS / "anhoej_thresholds_2_120.json").read_text())
    useful = case["input"]["n_useful"]
    assert [longest_run_allowed(n) for n in useful] == case["expect"]["longest_run_max"]
    assert [fewest_crossings_allowed(n) for n in useful] == case["expect"]["crossings_min"]


def test_a_phase_starts_on_its_day():
    case = json.loads((VECTORS / "ptd_ae_RJZ_rebase_and_fix.json").read_text())
    start = case["expect"]["phase"].index(1)
    assert date.fromisoformat(case["input"]["x"][start]) == date.fromisoformat(case["input"]["phase_starts"][0])
