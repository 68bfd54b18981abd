"""A series by hand: weeks from 4 May 2026 with whatever a test says about each."""

from datetime import date, timedelta

import polars as pl

from measures.model.results import COMMON, SERIES

START = date(2026, 5, 4)


def series(values, *, centre=0.5, lower=0.3, upper=0.7, signals=None, young=0, excluded=(), phases=None, absent=()):
    """One row a value; `signals` by position; the last `young` not yet known; `absent` weeks are not there at all."""
    rows = []
    for index, value in enumerate(values):
        if index in absent:
            continue
        start = START + timedelta(weeks=index)
        rows.append({
            "period_start": start, "period_end": start + timedelta(days=6), "value": value, "numerator": None,
            "denominator": 40.0, "open": 0, "mature": index < len(values) - young, "excluded": index in excluded,
            "phase": phases[index] if phases else 1, "centre": centre, "lower": lower, "upper": upper,
            "signals": (signals or {}).get(index, []), "measure": "m", "n": 40, "people": 40, "people_in": 20,
        })  # fmt: skip
    return pl.DataFrame(rows, schema={**SERIES, **COMMON})
