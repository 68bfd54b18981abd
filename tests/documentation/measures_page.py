"""Write the reference of all measures from what each measure says of itself.

`python tests/documentation/measures_page.py > docs/reference/measures.md`. A test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping

from measures.model.measure import Measure

HEAD = """# The measures

Written by `tests/documentation/measures_page.py` from the files in `measures/catalogue/`; change them there.
What the words mean is in the [glossary](../GLOSSARY.md), what a measure delivers in [Observations](observations.md).
"Report" is *Saving money by doing the right thing* (Locality and Vanguard, 2014), by the lines of its text.
"""
BETTER = {"lower": "lower", "higher": "higher", "neither": "neither way; look and ask"}


def _listed(values: tuple[object, ...]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def section(measure: Measure) -> str:
    """One measure: its question, why it is asked, what is counted, and how it is read."""
    facts = {
        "Counts": measure.unit,
        "Better for people": BETTER[measure.better],
        "Readings": _listed(measure.readings),
        "Kind, and chart by default": f"{measure.kind}, `{measure.chart}`"
        + ("" if measure.rules == "wheeler" else f", read with the rules `{measure.rules}`"),
        "By": ", ".join(measure.periods) if measure.periods != Measure.periods else "",
        "Windows, in days": ", ".join(str(days) for days in measure.windows),
        "Window where nobody chooses": f"{measure.default_window} days" if measure.default_window else "",
        "Lines": _listed(measure.lines),
        "Split by": _listed(measure.splits),
        "Called, where nobody asked": measure.inferred_title or "",
        "Tags": ", ".join(measure.tags),
        "Report": ", ".join(f"L{line}" for line in measure.report_lines),
    }
    rows = [f"| {name} | {value} |" for name, value in facts.items() if value]
    parts = [
        f"## {measure.title} (`{measure.name}`)",
        f"*{measure.question}*",
        f"**Purpose.** {measure.purpose}",
        f"**Why it matters.** {measure.why_it_matters}",
        f"**Definition.** {measure.definition}",
        *([f"**Always said beside it.** {measure.caveat}"] if measure.caveat else []),
        "\n".join(["| | |", "|---|---|", *rows]),
    ]
    return "\n\n".join(parts) + "\n"


def page(measures: Mapping[str, Measure]) -> str:
    """The whole page, measures in the order of their names."""
    return "\n".join([HEAD, *(section(measures[name]) for name in sorted(measures))])


if __name__ == "__main__":
    from measures.catalogue import MEASURES

    print(page(MEASURES), end="")
