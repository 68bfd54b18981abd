"""From a reading to what stands on the page: the specification of its chart, its phases in words, its table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import wrap

import altair as alt
import polars as pl

from measures.capability.words import many
from measures.limiting import RARE
from measures.model.measure import GROUPS
from measures.model.time import EPOCH
from measures.reading import Reading
from measures.seasonal import season_factors
from pages.charts import words
from pages.charts.bars import bars_chart
from pages.charts.capability import Change, Note, capability_chart
from pages.charts.curve import curve_chart
from pages.charts.frame import Drawn
from pages.charts.individuals import individuals_chart
from pages.charts.moving_range import moving_range_chart
from pages.charts.overlaid import overlaid_chart
from pages.charts.palette import LIGHT, PAGE, Palette
from pages.check.figures import category, curve_title
from pages.desk import session
from pages.desk.shown import Shown, letter, lettered, shown

MOST_DRAWN = 4_000  # points in one chart: ten years by day


@dataclass(frozen=True)
class Marked:
    """What people put on a chart: notes, the point they chose, and whether one may be chosen on it."""

    notes: tuple[Note, ...] = ()
    picked: date | None = None
    pick: bool = False


def changes_of(reading: Reading) -> list[Change]:
    """The recorded changes, each with the letter of the phase it begins; A is what was before the first.

    A change that begins no phase here, because another follows before the next point, has none.
    """
    changes = reading.changes.sort("from_day")
    letters = dict(lettered(reading.phases).select("from_day", "letter").reverse().iter_rows())
    if not letters:  # a chart without phases counts them
        letters = {day: letter(number) for number, day in enumerate(changes["from_day"], 2)}
    return [
        Change(_date(row["from_day"]), row["what"] or "change", letters.get(row["from_day"], ""))
        for row in changes.iter_rows(named=True)
    ]


def chart_of(
    reading: Reading, held: Shown | None = None, *, picture: bool = False, marked: Marked = Marked(),
    beneath: tuple[str, ...] = (),
) -> alt.LayerChart:  # fmt: skip
    """The large chart of a reading: for the page, or as a picture with its title, sentence and these lines inside."""
    measure, palette = reading.measure, LIGHT if picture else PAGE
    drawn = _picture(reading, beneath) if picture else Drawn()
    if reading.shape == "curve":
        return curve_chart(
            reading.table, title=reading.title, x_title=curve_title(measure), waits=measure.kind == "duration", palette=palette,
            drawn=drawn,
        )  # fmt: skip
    if reading.shape == "breakdown":
        name = category(reading.table)
        kind = "whole" if name == "end_kind" else measure.kind
        unit = "of 100 who asked" if name == "end_kind" else measure.unit
        return bars_chart(
            reading.table, name, title=reading.title, kind=kind, unit=unit, palette=palette, drawn=drawn,
            ordered=reading.request.split in GROUPS or (reading.request.split is None and measure.breakdown is not None),
        )  # fmt: skip
    held = held or shown(reading)
    return capability_chart(
        drawn_points(held.points),
        title=reading.title,
        sentence=held.sentence,
        kind=measure.kind,
        unit=measure.unit if season_factors(reading.table).is_empty() else f"{measure.unit} (season out)",
        better=measure.better,
        every=reading.request.period,
        changes=changes_of(reading),
        notes=marked.notes,
        picked=marked.picked,
        pick=marked.pick,
        middle=middle_word(reading),
        palette=palette,
        drawn=drawn,
    )


def drawn_points(points: pl.DataFrame) -> pl.DataFrame:
    """The points a chart draws, in order of time: from the first that holds anything on, the newest 4,000.

    Args:
        points: `results.SERIES` columns of one series.
    """
    ordered = points.sort("period_start")
    held = (ordered["value"].is_not_null() | (ordered["n"] > 0).fill_null(False)).arg_true()
    return ordered.slice(int(held[0]) if held.len() else 0).tail(MOST_DRAWN)


def steps_chart(reading: Reading) -> alt.LayerChart:
    """The steps beneath a chart whose limits come from them, on the same time axis."""
    return moving_range_chart(
        drawn_points(shown(reading).points), title=reading.title, kind=reading.measure.kind, chart=reading.chart,
        every=reading.request.period, palette=PAGE,
    )  # fmt: skip


def together_chart(reading: Reading) -> alt.LayerChart:
    """A split as lines in one chart, the largest first."""
    measure = reading.measure
    return overlaid_chart(
        reading.table, title=reading.title, kind=measure.kind, unit=measure.unit, every=reading.request.period,
        names={value: session.label(value) for value in reading.table["series"].unique().to_list()}, palette=PAGE,
    )  # fmt: skip


def dots_chart(reading: Reading, dots: pl.DataFrame, palette: Palette = PAGE) -> alt.LayerChart:
    """End-to-end times: one dot a need and the median line, with what was changed."""
    every = reading.request.period
    said = words.last_value(reading.table, kind=reading.measure.kind, every=every)
    description = (
        f"{reading.title}: one dot for each of {dots.height:,} needs by the day of first asking, days on a log axis; "
        f"{int(dots['open'].sum())} still open are hollow. {reading.sentence} {said}"
    )
    settled = pl.col("mature").fill_null(True) & ~pl.col("excluded").fill_null(False)
    medians = reading.table.filter(settled).select("period_start", "value")
    span = (reading.table["period_start"].min(), reading.table["period_end"].max())
    return individuals_chart(
        dots, medians, description=description, span=span, changes=changes_of(reading), palette=palette
    )


def phase_cells(reading: Reading) -> list[dict[str, str]]:
    """A cell a phase for the header above the plot: its letter and name, its dates, centre, range and n."""
    kind = reading.measure.kind
    rows = reading.phases
    if rows.is_empty():
        settled = words.known(reading.table).filter(pl.col("centre").is_not_null())
        if settled.is_empty():
            return []
        row = settled.row(-1, named=True)
        return [{
            "name": "As the system now works", "figures": _figures(row, kind, middle_word(reading)),
            "n": counted(settled.height, reading), "verdict": "",
        }]  # fmt: skip
    cells = []
    for number, row in enumerate(lettered(rows).iter_rows(named=True)):
        first = number == 0
        span = f"to {words.day(_date(row['to_day']))}" if first else f"from {words.day(_date(row['from_day']))}"
        name = f"{row['letter']} {span}" if first else f"{row['letter']} {row['name']}, {span}"
        force = " · in force" if row["in_force"] and rows.height > 1 else ""
        cells.append({
            "name": name, "figures": _figures(row, kind, middle_word(reading)), "n": f"{counted(row['n'], reading)}{force}",
            "verdict": "" if first else row.get("verdict") or "",
        })  # fmt: skip
    return cells


def counted(number: int, reading: Reading) -> str:
    """So many points of a chart: weeks, months, or events where the chart is of rare ones."""
    return many(number, "event" if reading.chart in RARE else reading.request.period)


def before_and_after(reading: Reading) -> pl.DataFrame:
    """Each phase side by side: centre, predictable range, n, and whether the difference is a signal."""
    kind = reading.measure.kind
    rows = [
        {
            "Phase": cell["name"], "Middle": _figure(row["centre"], kind), "Least": _figure(row["lower"], kind),
            "Most": _figure(row["upper"], kind), "n": cell["n"], "Difference": cell["verdict"],
        }
        for cell, row in zip(phase_cells(reading), reading.phases.sort("from_day").iter_rows(named=True), strict=True)
    ]  # fmt: skip
    return pl.DataFrame(rows)


def table_of(reading: Reading) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The figures behind the chart as they read, and which of the columns are numbers."""
    kind, every = reading.measure.kind, reading.request.period
    if reading.shape == "series":
        ordered = reading.table.sort("series", "period_start")
        rows = [
            {
                **({"Split": row["series"]} if reading.request.split else {}),
                every.capitalize(): words.period(row["period_start"], every), "Value": _figure(row["value"], kind),
                **({"As it happened": _figure(row["unadjusted"], kind)} if "unadjusted" in row else {}),
                "n": f"{row['n'] or 0:,}", "Least": _figure(row["lower"], kind), "Middle": _figure(row["centre"], kind),
                "Most": _figure(row["upper"], kind), "Reads": "; ".join(filter(None, (_reads(row), _holiday(row)))),
            }
            for row in ordered.iter_rows(named=True)
        ]  # fmt: skip
        return pl.DataFrame(rows), ("Value", "As it happened", "n", "Least", "Middle", "Most")
    if reading.shape == "curve":
        every_step = reading.table.gather_every(max(1, reading.table.height // 60))
        rows = [
            {
                "Days": words.figure(row["x"], "count"), "Value": _figure(row["value"], "share"),
                "Least": _figure(row["lower"], "share"), "Most": _figure(row["upper"], "share"),
                "At risk": f"{row['at_risk'] or 0:,}",
            }
            for row in every_step.iter_rows(named=True)
        ]  # fmt: skip
        return pl.DataFrame(rows), ("Days", "Value", "Least", "Most", "At risk")
    name = category(reading.table)
    kind = "whole" if name == "end_kind" else kind
    rows = [
        {
            name.replace("_", " ").capitalize(): row[name] or "not known", "Value": _figure(row["value"], kind),
            "Least": _figure(row["lower"], kind), "Most": _figure(row["upper"], kind), "n": f"{row['n'] or 0:,}",
        }
        for row in reading.table.iter_rows(named=True)
    ]  # fmt: skip
    return pl.DataFrame(rows), ("Value", "Least", "Most", "n")


def _holiday(row: dict) -> str:
    return f"bank holiday: {row['holiday']}" if row.get("holiday") else ""


def _reads(row: dict) -> str:
    if row["excluded"]:
        return "left out"
    if row["mature"] is False:
        return "not yet known"
    name = words.strongest(row["signals"])
    return words.SIGNALS[name] if name else ""


def middle_word(reading: Reading) -> str:
    """What the line in the middle is called: turned back from a log scale it is the typical time, never a median."""
    return "typical" if reading.chart == "xmr_log" else "middle"


def _figures(row: dict, kind: str, middle: str = "middle") -> str:
    if row["centre"] is None:
        return "no limits yet"
    centre, least, most = words.side_by_side((row["centre"], row["lower"], row["upper"]), kind)
    return f"{middle} {centre}" if most is None else f"{middle} {centre} · {least or 0} to {most}"


def _figure(value: float | None, kind: str) -> str:
    return "" if value is None else words.figure(value, kind)


def _date(day: int) -> date:
    return EPOCH + timedelta(days=day)


def _picture(reading: Reading, beneath: tuple[str, ...]) -> Drawn:
    request = reading.request
    where = ", ".join(value.replace("_", " ") for _, value in request.where) or "all services"
    said = [line for text in beneath for line in wrap(text, 120)]
    lines = [*wrap(reading.sentence, 120), *said, f"{where} · data version {reading.data_version}"]
    return Drawn(width=1000, height=420, heading=(reading.title, *lines))
