"""Fixtures that several areas share live in `tests/plugins/`, one file an idea; every file there is loaded."""

from pathlib import Path

pytest_plugins = [f"plugins.{path.stem}" for path in sorted((Path(__file__).parent / "plugins").glob("[a-z]*.py"))]
