"""A store of its own for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.store import Store, open_store


@pytest.fixture
def store_at() -> Iterator[Callable[..., Store]]:
    """Opens stores and closes them after the test."""
    opened = []

    def at(url: str, folder: Path) -> Store:
        opened.append(open_store(url, folder))
        return opened[-1]

    yield at
    for store in opened:
        store.close()


@pytest.fixture
def store(store_at: Callable[..., Store], tmp_path: Path) -> Store:
    """An empty SQLite store."""
    return store_at(f"sqlite:///{tmp_path}/store.db", tmp_path)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def any_store(request: pytest.FixtureRequest, store_at: Callable[..., Store], tmp_path: Path) -> Store:
    """An empty store, in SQLite and then in PostgreSQL."""
    if request.param == "sqlite":
        return store_at(f"sqlite:///{tmp_path}/store.db", tmp_path)
    return store_at(request.getfixturevalue("postgresql_url"), tmp_path)
