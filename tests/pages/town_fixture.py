"""The small town as a fixture: built once, copied for whoever writes into it."""

import shutil
from pathlib import Path

import pytest
import small_town
from streamlit.testing.v1 import AppTest

DASHBOARD = Path(__file__).parents[2] / "dashboard.py"


@pytest.fixture(scope="session")
def town_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    small_town.build(folder, weeks=58, a_week=8, redesign=44)
    return folder


@pytest.fixture
def town(town_built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a town of one's own, which the pages open."""
    return copied(town_built, tmp_path, monkeypatch)


def copied(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a copy of a built town, which the pages open from now on."""
    shutil.copytree(built, tmp_path / "store")
    url = f"sqlite:///{tmp_path / 'store' / 'town.db'}"
    monkeypatch.setenv("SYSTEM_CONDITIONS_STORE", url)
    return url


def opened(page: str | None = None, **address: str) -> AppTest:
    """The dashboard as a visitor sees it, on a page and with filters in the address."""
    at = AppTest.from_file(str(DASHBOARD), default_timeout=60)
    if page is None:
        at.query_params.update(address)
        return at.run()
    at.run()
    at.switch_page(page)
    at.query_params.update(address)
    return at.run()


def html(at: AppTest) -> str:
    """Everything said through HTML, in one text."""
    return " ".join(element.proto.body for element in at.get("html"))
