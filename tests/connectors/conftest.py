"""A store of its own for each test, and files brought to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from intake_by_hand import Intake

from connectors.store import open_store


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    """An empty SQLite store that takes files."""
    store = open_store(f"sqlite:///{tmp_path}/store.db", tmp_path)
    yield Intake(store, tmp_path)
    store.close()
