"""Control charts of the same series by established packages, in a Python of their own that need not hold this project.

PYTHON benchmarks/limits_peers.py NAME SERIES POINTS RUNS < values   (float64, one series after another)

Prints one line of JSON: the version, the seconds of each run, and centre, lower and upper limit of the first series, or
`absent` with the reason. Each package draws the individuals chart it has and applies the richest rule set of its own
that is nearest to Wheeler's; drawing is never timed. `benchmarks/limits.py --peers PYTHON` starts one process a package.
"""

from __future__ import annotations

import json
import sys
import time
from array import array
from importlib.metadata import PackageNotFoundError, version

PACKAGES = {  # name here: name to install
    "statprocon": "statprocon",
    "capstat-core": "capstat-core",
    "qikit": "clinical-qikit",
    "pycontrolcharts": "pycontrolcharts",
}


def statprocon(values: list[float]) -> tuple[float, float, float]:
    from statprocon import XmR

    chart = XmR(values)
    limits = chart.x_central_line(), chart.lower_natural_process_limit(), chart.upper_natural_process_limit()
    chart.rule_1_x_indices_beyond_limits()
    chart.rule_1_mr_indices_beyond_limits()
    chart.rule_2_runs_about_central_line()
    chart.rule_3_runs_near_limits()
    return tuple(float(line[0]) for line in limits)


def capstat_core(values: list[float]) -> tuple[float, float, float]:
    from capstat_core import i_mr_chart, western_electric_rules

    chart = i_mr_chart(values).location
    western_electric_rules(chart)
    return chart.limits.center, chart.limits.lower, chart.limits.upper


def qikit(values: list[float]) -> tuple[float, float, float]:
    from qikit import qic

    data = qic(y=values, chart="i", method="weco").data
    return data["cl"].iloc[0], data["lcl"].iloc[0], data["ucl"].iloc[0]


def pycontrolcharts(values: list[float]) -> tuple[float, float, float]:
    from pycontrolcharts.charts.xmr import xmr_chart

    data = xmr_chart(values)
    return data["center_line"].iloc[0], data["lcl"].iloc[0], data["ucl"].iloc[0]


CHARTS = {
    "statprocon": statprocon,
    "capstat-core": capstat_core,
    "qikit": qikit,
    "pycontrolcharts": pycontrolcharts,
}


def measure(name: str, series: list[list[float]], runs: int) -> dict:
    """Seconds of each run over all series, and the limits of the first."""
    chart = CHARTS[name]
    chart(series[0][:52])  # imports, and whatever is made once
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        limits = [chart(values) for values in series]
        seconds.append(time.perf_counter() - began)
    return {"seconds": seconds, "limits": [float(figure) for figure in limits[0]]}


def main() -> None:
    """Read, measure, print."""
    name, count, length, runs = sys.argv[1], *(int(word) for word in sys.argv[2:5])
    values = array("d")
    values.frombytes(sys.stdin.buffer.read())
    series = [values[i * length : (i + 1) * length].tolist() for i in range(count)]
    try:
        found = {"version": version(PACKAGES[name]), **measure(name, series, runs)}
    except (PackageNotFoundError, ImportError) as missing:
        found = {"absent": f"{type(missing).__name__}: {missing}".splitlines()[0]}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
