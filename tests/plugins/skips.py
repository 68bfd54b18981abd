"""In CI a skipped check is a failed check: a browser or a server that is missing there is a fault of the run.

Only tests marked `shared` may skip, and only where the shared records are absent.
"""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared"


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def may_skip(item: pytest.Item) -> bool:
    return item.get_closest_marker("shared") is not None and not SHARED.is_dir()


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"Nothing may skip in CI but tests marked `shared` where ../shared is absent. It said: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and in_ci() and not may_skip(item):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    report = yield
    if report.outcome == "skipped" and in_ci():
        _fail(report)
    return report
