"""The lists of a story: wanted and received, as printed and as computed, and what the report contradicts."""

from __future__ import annotations

import polars as pl
import streamlit as st

from measures.model.published import PublishedCase
from measures.story.beside import Beside
from measures.story.told import Story
from pages.desk import states
from pages.story.naming import agreement, figure, lines, not_told, pounds


def wanted_part(story: Story, case: PublishedCase | None) -> None:
    """What the person wanted beside what they received."""
    st.header("Wanted and received", anchor=False)
    if case is None:
        _asked(story)
        return
    if not case.said:
        states.paragraph("The report does not say what this person wanted, so there is nothing to pair.")
        return
    served = [item for item in case.received if item.serves]
    states.paragraph(
        f"{len(case.said)} things were wanted. Of {len(case.received)} things received, {len(served)} "
        f"{'was' if len(served) == 1 else 'were'} wanted, {served[0].how}. {case.afterwards}"
        if served
        else f"{len(case.said)} things were wanted; none of the {len(case.received)} received is one of them. {case.afterwards}"
    )
    states.table(paired(case), "What was wanted, what it would have cost, and what was received for it.", cards=True)
    rest = [item for item in case.received if not item.serves]
    if rest:
        states.paragraph("Received, and not wanted:")
        states.lines([f"{item.item} (report {lines(item.line)})" for item in rest])


def paired(case: PublishedCase) -> pl.DataFrame:
    """A row a thing wanted, in the person's words."""
    rows = []
    for name, words in case.said.items():
        prices = [
            f"{item.item}, {pounds(item.cost_pence)}" for item in case.wanted if item.serves == name
        ]  # fmt: skip
        either = any(item.either for item in case.wanted if item.serves == name)
        got = [f"{item.item} ({item.how})" for item in case.received if item.serves == name]
        rows.append({
            "Wanted": f"“{words}”", "It would have taken": " and/or ".join(prices) if either else "; ".join(prices),
            "Received for it": "; ".join(got) or "nothing",
        })  # fmt: skip
    return pl.DataFrame(rows)


def _asked(story: Story) -> None:
    if not story.wanted:
        states.paragraph("Nobody has written down what this person wanted. The page What happened is the place for it.")
        return
    met = {True: "yes", False: "no", None: "not asked"}
    rows = [
        {"Wanted": item.item, "Would cost": pounds(item.cost_pence), "Received": met[item.met]} for item in story.wanted
    ]
    states.table(pl.DataFrame(rows), "What the person wanted, and whether they received it.", cards=True)


def flags_part(case: PublishedCase, *, own: bool = True) -> None:
    """Where the report contradicts itself or leaves something out: words first, behind a sign.

    Args:
        case: whose.
        own: whether under a heading of its own.
    """
    if own and case.flags:
        st.header("Where the report contradicts itself, or leaves something out", anchor=False)
    for flag in case.flags:
        states.signed("◆", f"{flag.says} (Report {lines(flag.line)}.)")


def printed_part(case: PublishedCase, found: tuple[Beside, ...]) -> None:
    """Every figure the report prints, with ours beside it."""
    st.header("As printed, and as computed from the records", anchor=False)
    differ = sum(one.agrees is False for one in found)
    compared = sum(one.agrees is not None for one in found)
    if compared:
        states.paragraph(
            f"{compared} figures can be compared: {compared - differ} are the same, {differ} "
            f"{'differs' if differ == 1 else 'differ'}. Nothing printed is changed."
        )
    states.table(printed_table(found), f"{case.title}: every figure of the report, and ours for the same thing.",
                 numbers=("As printed", "Computed"), cards=True)  # fmt: skip


def printed_table(found: tuple[Beside, ...]) -> pl.DataFrame:
    """A row a figure: as printed, as computed, whether they agree, and what to know."""
    return pl.DataFrame([
        {
            "Figure": one.figure.name,
            "As printed": figure(one.figure.printed, one.figure.unit) or "not printed",
            "Computed": figure(one.computed, one.figure.unit) or not_told(one.figure),
            "Do they agree?": agreement(one), "What to know": one.figure.remark, "Report line": one.figure.line,
        }
        for one in found
    ])  # fmt: skip


def figures_table(found: tuple[Beside, ...]) -> pl.DataFrame:
    """Figures of people without events: as printed, and what follows from the printed ones."""
    rows = [
        {
            "Figure": one.figure.name, "As printed": figure(one.figure.printed, one.figure.unit),
            "Worked out from them": figure(one.computed, one.figure.unit), "What to know": one.figure.remark,
            "Report line": one.figure.line,
        }
        for one in found
    ]  # fmt: skip
    table = pl.DataFrame(rows)
    return table.drop([name for name in ("Worked out from them", "What to know") if (table[name] == "").all()])
