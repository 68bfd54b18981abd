"""What a picture of a reading needs to know of its frame: which column is the category, what its axes are called."""

from __future__ import annotations

import polars as pl

from measures.model.measure import Measure
from measures.model.results import BREAKDOWN, COMMON


def category(table: pl.DataFrame) -> str:
    """The column that names the rows of a breakdown."""
    known = {*BREAKDOWN, *COMMON, "series", "shown", "order"}
    return next((name for name in table.columns if name not in known), "series")


def curve_title(measure: Measure) -> str:
    """The words under the horizontal axis of a measure's curve."""
    if measure.curve_axis is not None:
        return measure.curve_axis
    if measure.name == "first_contact_resolution":
        return "days we wait for the person to come back"
    return "from first asking" if measure.name == "end_to_end_time" else "days"
