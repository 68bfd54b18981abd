"""The files that wait for browsers and servers begin, so that no process sits idle while another ends with a long one."""

import pytest

LONG = ("browser", "servers")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with such tests first, each file whole and in its own order."""
    long = {item.path for item in items if any(item.get_closest_marker(name) for name in LONG)}
    items.sort(key=lambda item: item.path not in long)
