"""One table of letters: the header, the lines on the chart and the caveats call a phase by the same letter."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "measures"))

from hand_tables import MONDAY, demand, reading, told

from pages.check.drawing import changes_of, phase_cells
from pages.desk.shown import told as said_beside


def changed(*changes: tuple[str, int, bool]):
    """Five to seven requests a week for forty weeks, and changes: what, on which day, confirmed."""
    asked = [demand(f"d{w}_{k}", 7 * w + k % 5, person=f"p{w}_{k}") for w in range(40) for k in range(5 + w % 3)]
    rows = [
        {"change_id": str(n), "service": None, "what": what, "from_day": MONDAY + day, "confirmed": confirmed}
        for n, (what, day, confirmed) in enumerate(changes)
    ]
    return reading("demand_by_front_door", told(*asked, seen=282, change=rows), shape="series")


def letters(read) -> tuple[list[str], list[tuple[str, str]]]:
    """Of the header, and of the lines on the chart."""
    return [cell["name"][0] for cell in phase_cells(read)], [
        (change.letter, change.label) for change in changes_of(read)
    ]


@pytest.mark.parametrize(
    ("changes", "header", "lines"),
    [
        pytest.param(
            [("Old", -30, False), ("New", 140, True)],
            ["A", "B"],
            [("", "Old"), ("B", "New")],
            id="one before the first point",
        ),
        pytest.param(
            [("One", 100, False), ("Two", 259, True)],
            ["A", "B", "C"],
            [("B", "One"), ("C", "Two")],
            id="one that waits",
        ),
        pytest.param(
            [("Mon", 141, False), ("Wed", 143, True)],
            ["A", "B"],
            [("", "Mon"), ("B", "Wed")],
            id="two between two points",
        ),
    ],
)
def test_header_and_lines_say_one_letter(changes, header, lines):
    assert letters(changed(*changes)) == (header, lines)


def test_a_caveat_names_the_change_whose_limits_it_speaks_of():
    """The confirmed change is the engine's second phase and the third stretch."""
    beside = said_beside(changed(("One", 100, False), ("Two", 259, True)))
    assert "Too few points for limits: 3 of the 6 needed (phase C)." in beside


def test_changes_of_one_day_are_one_line_and_one_confirmed_confirms_it():
    read = changed(("One", 140, False), ("Two", 140, True))
    assert read.phases.select("name", "state").rows()[-1] == ("One; Two", "confirmed")
    assert letters(read) == (["A", "B"], [("B", "One; Two")])
