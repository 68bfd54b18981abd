"""The parts of a story's page, each a heading, what it says, its chart and what lies under it."""

from __future__ import annotations

from html import escape

import polars as pl
import streamlit as st

from measures.model.published import PublishedCase
from measures.story.lines import KINDS as DONE
from measures.story.picture import Picture, in_words, picture
from measures.story.told import Story
from pages.charts import cost_bars as bars
from pages.charts import record_picture as drawing
from pages.charts.frame import Drawn
from pages.charts.palette import LIGHT
from pages.charts.steps import steps_chart, steps_words
from pages.desk import states
from pages.story.behind import behind
from pages.story.naming import agency, named, pounds, when
from pages.story.said import agencies_words, costs_words, times


def record_part(story: Story, who: str, *, person: bool) -> None:
    """The record picture."""
    st.header("Every record, by agency", anchor=False)
    found: Picture = picture(story.rows)
    marks, lanes = named(found.marks), named(found.lanes)
    key = "".join(
        f'<span><span aria-hidden="true" style="color:var(--sc-{role})">{sign}</span> {escape(family)}</span>'
        for family, (_, role, sign) in drawing.KINDS.items()
        if family in set(marks["family"])
    )
    st.html(f'<p class="sc-muted sc-legend">{key}</p>')
    said = drawing.picture_words(marks, lanes)
    title = f"Every record of {who}, by agency"

    def draw(**looks: object):
        return drawing.record_picture(
            marks, lanes, title=title, said=said, dated=found.dated, years=found.years or found.cell == "year", **looks
        )  # type: ignore[arg-type]

    tall = drawing.height(marks, lanes, found.dated.height > 0)
    states.chart(draw().to_dict(), "records", tall)
    states.line(f"A lane is an agency, in the order in which they came in. {in_words(found)}")
    heading = (title, in_words(found))
    behind(
        "records", "Every record", record_table(story.rows, published=not person), f"{title}. {said}",
        picture=lambda: draw(palette=LIGHT, drawn=Drawn(width=1000, height=tall - 60, heading=heading, right=40)),
        person=person,
    )  # fmt: skip


def record_table(rows: pl.DataFrame, *, published: bool) -> pl.DataFrame:
    """The records as people read them, one a row; of a published case with the report's lines and words."""
    told = []
    for row in rows.iter_rows(named=True):
        line = {
            "Place": f"{row['place']:,}", "When": when(row), "Agency": agency(row["agency"] or "not recorded"),
            "What": DONE.get(row["kind"], row["kind"]), "In words": row["words"] or "",
            "Sent by": agency(row["sent_by"] or ""), "Asked by": row["asked_by"] or "",
            "Came to": (row["outcome"] or "").replace("_", " "),
        }  # fmt: skip
        if published:
            line |= {"As printed": row["remark"] or "", "Report line": row["line"] or ""}
        told.append(line)
    table = pl.DataFrame(told, infer_schema_length=None)
    empty = [name for name in table.columns if (table[name] == "").all()]
    return table.drop(empty)


def agencies_part(story: Story, who: str, *, person: bool) -> None:
    """How many agencies, ever and lately."""
    st.header("Agencies involved", anchor=False)
    rows = story.agencies
    states.paragraph(agencies_words(story))
    if rows.height < 2:
        return
    placed = story.period == "place"
    x = pl.col("at").cast(pl.Float64) if placed else pl.col("from")
    lines = [rows.select(x=x, series=pl.lit("so far"), value=pl.col("ever").cast(pl.Float64))]
    if not placed:
        lines.append(rows.select(x=x, series=pl.lit("in 12 months"), value=pl.col("lately").cast(pl.Float64)))
    drawn = pl.concat(lines)
    if placed:
        drawn = pl.concat([drawn, drawn.tail(1).with_columns(pl.col("x") + 1)])
    else:  # a step lasts to the end of its period
        ends = drawn.group_by("series", maintain_order=True).last().with_columns(x=pl.lit(rows["to"].max()))
        drawn = pl.concat([drawn, ends.select(drawn.columns)]).sort("series", "x", descending=[True, False])
    title = f"Agencies involved with {who}"
    x_title = "place in the story, first to last" if placed else None

    def draw(**looks: object):
        return steps_chart(drawn, title=title, x_title=x_title, **looks)  # type: ignore[arg-type]

    states.chart(draw().to_dict(), "agencies", 260)
    named_new = [", ".join(agency(one) for one in told.split(", ") if one) for told in rows["new"]]
    at = rows["at"].cast(pl.String) if placed else pl.Series([_span(story, row) for row in rows.iter_rows(named=True)])
    table = pl.DataFrame({
        "Place" if placed else story.period.capitalize(): at, "So far": rows["ever"].cast(pl.String),
        **({} if placed else {"In 12 months": rows["lately"].cast(pl.String)}), "New": named_new,
    })  # fmt: skip
    behind("agencies", "Agencies involved", table, steps_words(drawn, title), numbers=("So far", "In 12 months"),
           picture=lambda: draw(palette=LIGHT, drawn=Drawn(width=900, height=320, heading=(title,), right=20)),
           person=person)  # fmt: skip


def _span(story: Story, row: dict) -> str:
    return f"{row['from'].year}" if story.period == "year" else f"{row['from']:%B %Y}"


def costs_part(story: Story, who: str, case: PublishedCase | None) -> None:
    """What was spent against what was wanted."""
    st.header("Cost against what was wanted", anchor=False)
    costs = story.costs
    states.paragraph(costs_words(costs, case))
    if costs.received is None or (costs.low is None and costs.dated.height < 2):
        return
    title = f"Cost of what {who} received and wanted"
    person = case is None
    if costs.dated.height > 1:
        _cumulative(story, title, person=person)
        return
    low, high = (None if pence is None else pence / 100 for pence in (costs.low, costs.high))

    def draw(**looks: object):
        return bars.cost_bars(
            costs.received / 100, low, high, title=title, spent=case.spent if case else "by the records", **looks
        )  # type: ignore[arg-type, operator]

    spec = draw().to_dict()
    states.chart(spec, "costs", bars.height(low is not None))
    if low is not None and low != high:
        states.line("Outlined: what was wanted, at the least. Dashed: what “and/or” may add.")
    lines = [("Received", case.spent if case else "", pounds(costs.received))]
    lines += [
        (f"Wanted: {item.item}", "and/or" if item.either else "", pounds(item.cost_pence)) for item in story.wanted
    ]
    if costs.low is not None and costs.difference and costs.ratio:
        least, most = costs.difference
        lines += [
            ("Wanted together, at the most", "every item", pounds(costs.high)),
            ("Wanted together, at the least", "the cheapest of each “and/or”", pounds(costs.low)),
            ("Received less wanted, at the most", "", f"{pounds(least)} ({costs.ratio[0]:,.3f} times)"),
            ("Received less wanted, at the least", "", f"{pounds(most)} ({costs.ratio[1]:,.3f} times)"),
        ]
    table = pl.DataFrame(lines, schema=["What", "About it", "Pounds"], orient="row")
    behind("costs", "Cost against what was wanted", table, str(spec["description"]), numbers=("Pounds",),
           picture=lambda: draw(palette=LIGHT, drawn=Drawn(width=900, height=140, heading=(title,), right=24)),
           person=person)  # fmt: skip


def _cumulative(story: Story, title: str, *, person: bool) -> None:
    """Spending so far, where records carry cost and date; what was wanted as a level line."""
    dated = story.costs.dated.with_columns(x=pl.col("day").cast(pl.Date))
    drawn = dated.select("x", series=pl.lit("spent"), value=pl.col("total") / 100)
    if story.costs.high is not None:
        ends = pl.DataFrame({"x": [dated["x"].min(), dated["x"].max()]})
        level = ends.with_columns(series=pl.lit("wanted"), value=pl.lit(story.costs.high / 100))
        drawn = pl.concat([drawn, level], how="diagonal_relaxed")

    def draw(**looks: object):
        return steps_chart(drawn, title=title, money=True, **looks)  # type: ignore[arg-type]

    states.chart(draw().to_dict(), "costs", 280)
    table = pl.DataFrame({
        "Date": [states.day(day) for day in dated["x"]], "Spent": [pounds(pence) for pence in dated["pence"]],
        "So far": [pounds(pence) for pence in dated["total"]],
    })  # fmt: skip
    behind("costs", "Cost so far", table, steps_words(drawn, title, money=True), numbers=("Spent", "So far"),
           picture=lambda: draw(palette=LIGHT, drawn=Drawn(width=900, height=320, heading=(title,), right=20)),
           person=person)  # fmt: skip


def met_part(story: Story, case: PublishedCase | None) -> None:
    """How often somebody looked, and who the person met."""
    st.header("Looked at again and again, by whom", anchor=False)
    cycles, held = story.cycles, story.continuity
    none = "the report names none" if case else "not recorded"
    looked = (
        f"Opened {times(cycles.opened)}: somebody screened or assessed. Completed {times(cycles.completed)}: something was "
        "done, referred, decided or closed before the next look."
    )
    terms = [
        ("Cycles", looked),
        ("Workers", none if held.workers is None else f"{held.workers:,}"),
        ("Most-seen worker", none if held.most_seen is None else
         f"{held.most_seen:.0%} of {held.contacts:,} contacts were with the worker seen most"),
        ("Teams", none if held.teams is None else f"{held.teams:,} named"),
        ("Home visits", f"{held.visits:,} in these records"),
        ("Documents", ("the report prints none for this person" if case else "not recorded") if held.documents is None
         else f"{held.documents:,}" + (f", {held.duplicates:,} of them again the same" if held.duplicates else "")),
    ]  # fmt: skip
    states.terms([("Workers, teams", none), *(term for term in terms if term[1] != none)]
                 if held.workers is None and held.teams is None else terms)  # fmt: skip
