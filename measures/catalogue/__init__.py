"""The measures, one file each. To add one: a file here that defines `MEASURE`, and its test."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from measures.model.measure import Measure


def _found() -> dict[str, Measure]:
    names = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    found = [import_module(f"measures.catalogue.{name}").MEASURE for name in names]
    return {measure.name: measure for measure in found}


MEASURES: dict[str, Measure] = _found()
