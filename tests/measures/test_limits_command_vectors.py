"""The reference results, through the command line: their points written to a file, the command run, the print compared."""

import csv
import json
import sys
from pathlib import Path

import pytest

from measures.__main__ import main

sys.path.insert(0, str(Path(__file__).parent / "capability"))
from test_vectors import ask, cases, expected

VECTORS = Path(__file__).parents[2].parent / "shared" / "vectors"
FUNNEL = ("lower95", "upper95", "lower998", "upper998", "od_lower95", "od_upper95", "od_lower998", "od_upper998")

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not VECTORS.is_dir(), reason=f"no reference results in {VECTORS}"),
]


def run(capsys, path, columns, *arguments):
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    assert main(["limits", str(path), *arguments]) == 0
    return json.loads(capsys.readouterr().out)["points"]


def as_arguments(chart, rules="wheeler", run_length=None):
    asked = ["--chart", chart.kind, "--rules", rules, "--centre", chart.centre, "--range", chart.range]
    asked += ["--multiply", repr(chart.multiply), *([] if chart.screening else ["--no-screening"])]
    asked += [] if chart.floor is None else ["--floor", repr(chart.floor)]
    return asked + ([] if run_length is None else ["--run-length", str(run_length)])


def agree(ours, theirs, allowed, what):
    if ours is None or theirs is None:
        assert ours is theirs, f"{what}: {ours} against {theirs}"
    else:
        assert abs(ours - theirs) <= allowed, f"{what}: {ours} against {theirs}"


@pytest.mark.parametrize("case", cases("centre"))
def test_limits_agree(case, tmp_path, capsys):
    frame, chart = ask(case)
    points = run(capsys, tmp_path / "points.csv", frame.to_dict(as_series=False), *as_arguments(chart))
    want = expected(case)
    for name in ("centre", "lower", "upper", "value"):
        for row, (point, theirs) in enumerate(zip(points, want.get(name, []), strict=name in want)):
            if name == "centre" and point["value"] is None:
                continue
            half = abs(theirs - point["centre"]) if theirs is not None and name in ("lower", "upper") else 0.0
            allowed = max(case["abs_tol"] * max(1.0, abs(theirs or 0.0)), 0.0006 * half)
            agree(point[name], theirs, allowed, f"{name}[{row}]")


OURS = {
    "wheeler_rule1_x": ("wheeler", "outside_limits"),
    "wheeler_rule1_mr": ("wheeler", "range_outside_limit"),
    "wheeler_rule2_run8": ("wheeler", "run"),
    "wheeler_rule3_3of4": ("wheeler", "near_limit"),
    "astronomical": ("nhs", "outside_limits"),
    "shift7": ("nhs", "run"),
    "trend7": ("nhs", "trend"),
    "two_of_three": ("nhs", "two_in_three"),
}


@pytest.mark.parametrize("case", cases("signals"))
def test_signals_agree(case, tmp_path, capsys):
    frame, chart = ask(case)
    signals = expected(case)["signals"]
    for theirs in signals.keys() & OURS.keys():
        rules, name = OURS[theirs]
        points = run(capsys, tmp_path / "points.csv", frame.to_dict(as_series=False), *as_arguments(chart, rules))
        assert [row for row, point in enumerate(points) if name in point["signals"]] == signals[theirs], theirs


@pytest.mark.parametrize("path", sorted(VECTORS.glob("funnel_*.json")), ids=lambda path: path.stem)
def test_funnels_agree(path, tmp_path, capsys):
    case = json.loads(path.read_text())
    given, want = case["input"], case["expect"] | case.get("recommended", {})
    asked = ["--chart", "funnel", "--funnel", given["data_type"].lower()]
    asked += ["--sr-method", given["sr_method"].lower()] if given["data_type"] == "SR" else []
    columns = {"at": given["group"], "value": given["y"], "of": given["n"]}
    points = run(capsys, tmp_path / "points.csv", columns, *asked)
    assert [point["at"] for point in points] == given["group"]
    for name in FUNNEL:
        for point, theirs in zip(points, want[name], strict=True):
            agree(point[name], theirs, case["abs_tol"] * max(1.0, abs(theirs)), f"{name} of {point['at']}")
    outside = [row for row, point in enumerate(points) if point["signals"] == ["outside_limits"]]
    assert outside == want["signals"]["outside_od_998" if want["tau2"] > 0 else "outside_998"]
