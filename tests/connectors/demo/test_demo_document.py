"""The page about the town prints the values that are planted, and says for every measure what the town holds."""

from __future__ import annotations

import re
from pathlib import Path

from connectors.demo.truth import first_truths, truths, work_truths

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "demo-town.md"


def rows(heading: str) -> list[list[str]]:
    part = PAGE.read_text("utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    table = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table][1:]


def test_every_measure_is_there_once_with_what_the_town_holds() -> None:
    table = rows("The 39 measures")
    assert [int(row[0]) for row in table] == list(range(1, 40))
    assert all(re.match(r"planted|in the records|hand table only", row[2]) for row in table)


def test_the_printed_values_are_the_planted_ones() -> None:
    printed = {(row[0].strip("`"), row[1], row[2]): row[3:] for row in rows("What is planted")}
    checked = 0
    for planted in (*truths(), *first_truths(), *work_truths()):
        if planted.period not in ("before", "after"):
            continue
        cell = printed[planted.measure, str(planted.window_days or ""), planted.service][planted.period == "after"]
        share = cell.split()[0].endswith("%")
        scale = 100 if share else 1
        for text, true in zip(re.findall(r"[\d.]+", cell)[:2], (planted.value, planted.standard_error), strict=True):
            digits = len(text.partition(".")[2])
            assert abs(float(text) - scale * true) <= 0.51 * 10**-digits, cell
        checked += 1
    assert checked > 120
