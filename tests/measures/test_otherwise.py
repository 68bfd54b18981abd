"""What a chart would say otherwise: where a split is suggested, by the runs that the chart itself reads."""

from __future__ import annotations

import pytest
from hand_tables import coded, demand, reading, told

from measures.otherwise import suggested

BEFORE, AFTER = 30, 40  # weeks
OLD, NEW = (5, 7, 6, 8, 4), (12, 14, 11, 15, 13)  # people a week, in turn


def moved(run: int):
    """A level that moves for good, but of which every so many weeks one lies on the old side: no run is longer than `run`."""
    later = [3 if week % (run + 1) == run else NEW[week % 5] for week in range(AFTER)]
    many = [*(OLD[week % 5] for week in range(BEFORE)), *later]
    asked = [
        demand(f"{week}-{place}", 7 * week, person=f"{week}-{place}")
        for week, n in enumerate(many)
        for place in range(n)
    ]
    classes = [coded(row["demand_id"], "value") for row in asked]
    return told(*asked, classification=classes, seen=7 * len(many) - 1)


@pytest.mark.parametrize(
    ("chart", "rules", "shortest"), [("c", "wheeler", 8), ("c", "recurring", 13), ("run", None, 10)]
)
def test_a_split_is_suggested_from_as_long_a_run_as_the_chart_reads(chart, rules, shortest):
    """Of 70 weeks a run chart reads runs of ten: round(log2 70) + 3 is what chance makes."""

    def found(run: int) -> list[int]:
        asked = {"chart": chart, "rules": rules} if rules else {"chart": chart}
        return [one.row for one in suggested(reading("value_demand", moved(run), **asked))]

    assert (found(shortest - 1), found(shortest)[:1]) == ([], [BEFORE])
