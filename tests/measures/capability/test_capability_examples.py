"""The examples in the docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import measures.capability

MODULES = sorted(module.name for module in pkgutil.iter_modules(measures.capability.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    assert doctest.testmod(importlib.import_module(f"measures.capability.{name}")).failed == 0


def test_there_are_examples_to_run():
    modules = [importlib.import_module(f"measures.capability.{name}") for name in MODULES]
    assert sum(len(found.examples) for module in modules for found in doctest.DocTestFinder().find(module)) > 10
