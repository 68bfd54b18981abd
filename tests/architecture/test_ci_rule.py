"""In CI nothing skips in silence: the rule of `tests/plugins/skips.py`, seen at work on planted tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parents[1] / "plugins" / "skips.py"
SKIPS = "import pytest\n{mark}\ndef test_page():\n    pytest.skip('no browser')\n"
PLANTED = {
    "a test skips": SKIPS.format(mark=""),
    "a marked test skips": SKIPS.format(mark="@pytest.mark.browser"),
    "a fixture skips": (
        "import pytest\n@pytest.fixture\ndef server():\n    pytest.skip('no server')\n"
        "def test_page(server):\n    pass\n"
    ),
    "a whole file skips": "import pytest\npytest.importorskip('no_such_module_at_all')\ndef test_page():\n    pass\n",
    "shared records are there and a test skips all the same": SKIPS.format(mark="@pytest.mark.shared"),
}


def run(root: Path, test: str, ci: str, *, shared: bool) -> subprocess.CompletedProcess[str]:
    """pytest in a checkout of its own at `root/main`, with or without `root/shared`."""
    tests = root / "main" / "tests"
    (tests / "plugins").mkdir(parents=True)
    shutil.copy(PLUGIN, tests / "plugins")
    (tests / "conftest.py").write_text("pytest_plugins = ['plugins.skips']\n")
    (tests / "test_planted.py").write_text(test)
    (root / "main" / "pytest.ini").write_text("[pytest]\nmarkers =\n    shared\n    browser\n")
    if shared:
        (root / "shared").mkdir()
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=root / "main", env={**os.environ, "CI": ci}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("case", PLANTED)
def test_a_skip_fails_in_ci(case: str, tmp_path: Path):
    done = run(tmp_path, PLANTED[case], "true", shared=True)
    assert done.returncode not in (0, 5), done.stdout
    assert "Nothing may skip in CI" in done.stdout


@pytest.mark.parametrize("case", ["a test skips", "a fixture skips"])
def test_a_skip_is_only_said_elsewhere(case: str, tmp_path: Path):
    done = run(tmp_path, PLANTED[case], "", shared=True)
    assert done.returncode == 0, done.stdout
    assert "1 skipped" in done.stdout


def test_tests_of_the_shared_records_may_skip_where_these_are_absent(tmp_path: Path):
    done = run(tmp_path, PLANTED["shared records are there and a test skips all the same"], "true", shared=False)
    assert done.returncode == 0, done.stdout
    assert "1 skipped" in done.stdout
