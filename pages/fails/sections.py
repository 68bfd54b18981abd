"""Which measures the page shows, in which order and shape."""

from __future__ import annotations

# (measure, shape, line), in the order of the page
SECTIONS: tuple[tuple[str, str, str | None], ...] = (
    ("concentration", "curve", None),
    ("concentration", "series", None),
    ("multi_service_households", "series", None),
    ("agencies_per_person", "breakdown", None),
    ("continuity", "series", None),
    ("demands_per_person", "breakdown", None),
    ("unit_and_total_cost", "breakdown", None),
    ("demand_after_redesign", "breakdown", None),
    ("stopped_asking", "series", None),
)
AS_ROWS = (
    "unit_and_total_cost",
    "demand_after_redesign",
)  # their rows are of different kinds: bars would compare pounds with needs
HEADINGS = {("concentration", "series"): "How much is that of the few, year by year"}
