"""Every measure is in the reference as it describes itself, and what it delivers is as the reference says."""

import re
from pathlib import Path

import pytest
from measures_page import page, section

from measures.catalogue import MEASURES
from measures.model.measure import Options
from measures.model.memory import MemoryRecords
from measures.model.time import DAY

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def test_the_reference_holds_every_measure_as_it_describes_itself():
    assert (REFERENCE / "measures.md").read_text(encoding="utf-8") == page(MEASURES), (
        "run: python tests/documentation/measures_page.py > docs/reference/measures.md"
    )


@pytest.mark.parametrize("name", MEASURES)
def test_a_section_answers_what_a_reader_asks(name: str):
    text = section(MEASURES[name])
    for words in ("**Purpose.** ", "**Why it matters.** ", "**Definition.** ", "| Counts | ", "| Better for people | "):
        assert re.search(re.escape(words) + r"\S", text), words
    assert "| Report | L" in text


@pytest.mark.parametrize("name", MEASURES)
def test_the_columns_of_observations_are_explained(name: str):
    explained = set(re.findall(r"`(\w+)`", (REFERENCE / "observations.md").read_text(encoding="utf-8")))
    observations = MEASURES[name].observe(MemoryRecords({}, seen_at=20_000 * DAY), Options())
    delivered = set(observations.collect_schema().names())
    assert delivered - explained == set()
    assert {"day", "numerator", "denominator", "mature_day"} <= delivered
