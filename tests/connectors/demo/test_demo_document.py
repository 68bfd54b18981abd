"""The page about the town prints the values that are planted, and says for every measure what the town holds."""

from __future__ import annotations

import re
from pathlib import Path

from connectors.demo.truth import first_truths, truths

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
    for planted in (*truths(), *first_truths()):
        if planted.period not in ("before", "after"):
            continue
        cell = printed[planted.measure, str(planted.window_days or ""), planted.service][planted.period == "after"]
        share = cell.split()[0].endswith("%")
        value, error = (float(number) for number in re.findall(r"[\d.]+", cell)[:2])
        scale, digits = (100, 1) if share else (1, 2)
        assert abs(value - scale * planted.value) <= 10**-digits * (1 if share else 5), cell
        assert abs(error - scale * planted.standard_error) <= 10**-digits * (1 if share else 5), cell
        checked += 1
    assert checked > 60
