"""What a story says in sentences."""

from __future__ import annotations

from measures.model.published import PublishedCase
from measures.story.agencies import years
from measures.story.costs import Costs
from measures.story.told import Story
from pages.story.naming import pounds


def times(number: int) -> str:
    """How often, in words: never, once, twice, 3 times."""
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number:,} times")


def headline(story: Story) -> str:
    """The one sentence of a story: how much there is of it, and how often anything came of it.

    The number of agencies is of those named; the years are those that records carry.
    """
    rows, cycles = story.rows, story.cycles
    asked = rows.filter(kind="demand").height
    span = years(rows)
    time = "" if span is None else f" from {span[0]}" + (f" to {span[1]}" if span[1] != span[0] else " on")
    agencies = story.number_of_agencies
    return (
        f"{rows.height:,} records at {agencies:,} {'agency' if agencies == 1 else 'agencies'}{time}. "
        f"Help was asked for {times(asked)}; somebody began to look {times(cycles.opened)}, and something came of it "
        f"{times(cycles.completed)}."
    )


def agencies_words(story: Story) -> str:
    """How many agencies, and how fast they came."""
    rows, number = story.agencies, story.number_of_agencies
    if not number:
        return "No record names an agency."
    if story.period == "place":
        half = rows.filter(rows["ever"] * 2 >= number)["at"].min()
        return f"{number:,} agencies in all; half of them by record {half} of {rows['at'].max()}."
    most = rows.sort("lately", "at", descending=[True, False]).row(0, named=True)
    when = f"in one year, {most['from'].year}" if story.period == "year" else f"within 12 months, to {most['to']:%B %Y}"
    return f"{number:,} agencies in all; at most {most['lately']:,} {when}."


def costs_words(costs: Costs, case: PublishedCase | None) -> str:
    """What was spent against what was wanted, with "and/or" as a range."""
    if costs.received is None:
        return "No cost is printed for this person." if case else "No record of this person carries a cost."
    prices = f" at {' and '.join(map(str, costs.price_years))} prices" if costs.price_years else ""
    spent = f"{pounds(costs.received)}{prices}, {case.spent}" if case else f"{pounds(costs.received)}{prices}"
    if costs.low is None or costs.difference is None or costs.ratio is None:
        if case:
            return (
                f"Received: {spent}. What was wanted has no price, so there is nothing to set against it. Costs a year are "
                "printed nowhere, so no curve is drawn."
            )
        return f"{spent}. Nobody has written down what this person wanted and what it would cost."
    least, most = costs.difference
    low = "" if costs.low == costs.high else f"{pounds(costs.low)} to "
    more = "" if least == most else f" to {pounds(most)}"
    ratio = f"{costs.ratio[0]:.1f}" if least == most else f"{costs.ratio[0]:.1f} to {costs.ratio[1]:.1f}"
    curve = " Costs a year are printed nowhere, so no curve is drawn." if case else ""
    return (
        f"Received: {spent}. Wanted: {low}{pounds(costs.high)}. That is {pounds(least)}{more} more than was wanted, "
        f"or {ratio} times as much.{curve}"
    )
