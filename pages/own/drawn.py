"""From somebody's own figures to what stands on the page: points with limits, the sentence, the chart, the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor, log10
from textwrap import wrap

import altair as alt
import polars as pl

from measures.capability import limits, sentence
from measures.capability.caveats import FEW
from measures.capability.suggestions import suggest_splits
from measures.capability.words import period_word
from measures.model.results import Caveat
from pages.charts import words
from pages.charts.capability import capability_chart, limit_words
from pages.charts.frame import Drawn
from pages.charts.palette import LIGHT, PAGE
from pages.own.meaning import Asked, engine_chart, for_engine, reads_as
from pages.own.pasted import Figures

MOST_DRAWN = 1_000  # points a person can still tell apart across a wide screen
POINT = "point"  # points one after another, where there is no calendar to stand on
START = date(1970, 1, 1)


@dataclass(frozen=True)
class Picture:
    """Figures with their limits, ready to be drawn and said.

    Attributes:
        points: the columns of `results.SERIES` that a chart reads, and `of`; every point, in order.
        sentence: what they say. caveats: what must be known beside them.
        every: the period of a point, or `POINT`. kind: how figures read. unit: words of the axis. title: of the chart.
        charted: whether there are limits, or the middle of a run chart, to read them by. known: points with a figure.
        questions: where the level seems to have moved, each as a question.
    """

    points: pl.DataFrame
    sentence: str
    caveats: tuple[Caveat, ...]
    every: str
    kind: str
    unit: str
    title: str
    better: str
    charted: bool
    known: int
    questions: tuple[str, ...] = ()


def picture(figures: Figures, asked: Asked, today: int | None = None) -> Picture:
    """Limits, signals and the sentence of these figures.

    Raises:
        ValueError: one sentence, where the figures have no place on that chart.
    """
    every = _every(figures)
    spoken = figures if every != POINT and asked.what not in ("between", "cases") else _undated(figures)
    chart, reads = engine_chart(asked, figures), reads_as(asked, figures)
    limited = limits(for_engine(asked, spoken), chart)
    title, unit = asked.title or "Your figures", axis_words(asked, figures)
    read = _kind(reads, limited.points)
    decimals = int(read.removeprefix(words.MEASURED)) if read.startswith(words.MEASURED) else None
    said = sentence(
        limited.points, title=title, unit=f"of {asked.unit}" if reads == "share" and asked.unit else unit, better=asked.better,
        kind="rate" if reads == "measure" else reads, caveats=limited.caveats, today=today, decimals=decimals,
    )  # fmt: skip
    known = int(limited.points["value"].is_not_null().sum())
    points = _as_series(figures, limited.points, every)
    charted = known >= FEW
    questions = () if not charted else tuple(
        each.evidence for each in suggest_splits(for_engine(asked, spoken), chart)
    ) if figures.points.height <= MOST_DRAWN else ()  # fmt: skip
    return Picture(
        points if charted else _bare(points), said, limited.caveats, every, read, unit, title,
        asked.better, charted, known, questions,
    )  # fmt: skip


def axis_words(asked: Asked, figures: Figures) -> str:
    """What the figures count, in the person's words, or the plainest that fit."""
    if asked.unit:
        return asked.unit if asked.per == 1 or asked.what != "rate" else f"{asked.unit} for each {asked.per:,}"
    if reads_as(asked, figures) == "share":
        return "share"
    if asked.what == "rate":
        return "for each" if asked.per == 1 else f"for each {asked.per:,}"
    plain = {"between": "days", "duration": "days", "cases": "cases"}
    return plain.get(asked.what) or {"£": "pounds", "$": "dollars", "€": "euros"}.get(figures.currency, "")


def chart_of(picture: Picture, source: str = "") -> alt.LayerChart:
    """The large chart: for the page, or with a source line as a picture that holds its title and sentence."""
    heading = (picture.title, *wrap(picture.sentence, 120), source) if source else ()
    return capability_chart(
        picture.points.tail(MOST_DRAWN), title=picture.title, sentence=picture.sentence, kind=picture.kind,
        unit=picture.unit, better=picture.better, every=picture.every, palette=LIGHT if source else PAGE,
        drawn=Drawn(width=1000, height=420, heading=heading) if source else Drawn(),
    )  # fmt: skip


def phase_cells(picture: Picture) -> list[dict[str, str]]:
    """The header above the plot: what is predictable now, and from how many points."""
    settled = words.known(picture.points).filter(pl.col("centre").is_not_null())
    if settled.is_empty():
        return []
    row = settled.row(-1, named=True)
    said = limit_words(row["lower"], row["centre"], row["upper"], picture.kind)
    figures = " · ".join(said[name] for name in ("centre", "lower", "upper") if name in said)
    regular = picture.every != "day" or period_word(picture.points["period_start"]) == "day"
    name = picture.every if regular else POINT
    return [{"name": "As the system now works", "figures": figures, "n": f"{settled.height:,} {name}s"}]


def table_of(picture: Picture) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The figures behind the chart as they read, and which columns are numbers."""

    def figure(name: str) -> pl.Expr:
        return pl.col(name).map_elements(lambda v: words.figure(v, picture.kind), return_dtype=pl.String)

    def reads(row: dict) -> str:
        name = words.strongest(row["signals"])
        return words.SIGNALS[name] if name else "gap" if row["value"] is None else ""

    shown = picture.points.tail(400)  # as many as a page's table shows
    read = [reads(row) for row in shown.select("value", "signals").iter_rows(named=True)]
    when = [words.period(day, picture.every) for day in shown["period_start"]]
    sized = shown["denominator"].is_not_null().any()
    table = shown.select(
        pl.Series(picture.every.capitalize(), when), figure("value").alias("Value"),
        *([figure_plain("numerator").alias("Number"), figure_plain("denominator").alias("Out of")] if sized else []),
        figure("lower").alias("Least"), figure("centre").alias("Middle"), figure("upper").alias("Most"),
        pl.Series("Reads", read),
    )  # fmt: skip
    return table, tuple(name for name in table.columns[1:] if name != "Reads")


def figure_plain(name: str) -> pl.Expr:
    """A number as it was given."""
    return pl.col(name).map_elements(lambda v: f"{v:,.10g}", return_dtype=pl.String)


def for_a_file(picture: Picture, figures: Figures) -> pl.DataFrame:
    """The figures and their limits as a file that this page, and anybody's spreadsheet, reads again."""
    points = picture.points
    return pl.DataFrame(
        {
            "at": figures.points["day"] if figures.dated else pl.int_range(1, points.height + 1, eager=True),
            "value": figures.points["value"],
            **({"of": figures.points["of"]} if figures.sized else {}),
            "plotted": points["value"],
            "centre": points["centre"],
            "lower": points["lower"],
            "upper": points["upper"],
            "signals": points["signals"],
        }
    )


def _every(figures: Figures) -> str:
    """The period of a point; `POINT` where there are no dates, or several points share one."""
    day = figures.points["day"]
    if not figures.dated or day.n_unique() < day.len():
        return POINT
    return "day" if figures.events else period_word(day) or "day"


def _undated(figures: Figures) -> Figures:
    return Figures(figures.points, dated=False, sized=figures.sized, percent=figures.percent)


def _as_series(figures: Figures, limited: pl.DataFrame, every: str) -> pl.DataFrame:
    """The columns a chart reads. Without a calendar, points stand a day apart from 1970 on, and are named by number."""
    count = limited.height
    start = (
        pl.Series([START + timedelta(days=place) for place in range(1, count + 1)])
        if every == POINT
        else figures.points["day"]
    )
    step = start.shift(-1)
    return limited.select("value", "centre", "lower", "upper", "signals", phase=pl.lit(1, pl.Int32)).with_columns(
        period_start=start,
        period_end=step.dt.offset_by("-1d").fill_null(start[-1]),
        numerator=figures.points["value"],
        denominator=figures.points["of"],
        mature=pl.lit(value=True),
        excluded=pl.lit(value=False),
        n=figures.points["of"].cast(pl.Int64, strict=False).fill_null(1),
    )


def _bare(points: pl.DataFrame) -> pl.DataFrame:
    """The same points without limits and signals, where too few stand behind them."""
    empty = pl.lit(None, pl.Float64)
    return points.with_columns(
        empty.alias("centre"), empty.alias("lower"), empty.alias("upper"), signals=pl.lit([], dtype=pl.List(pl.String))
    )


def _kind(reads: str, limited: pl.DataFrame) -> str:
    """How figures read on the chart: measurements and rates with as many decimals as tell the limits apart."""
    if reads not in ("measure", "rate"):
        return reads
    ends = [limited[name].drop_nulls() for name in ("value", "lower", "upper")]
    held = pl.concat(ends)
    width = float(held.max() - held.min()) if len(held) else 0.0  # type: ignore[operator]
    largest = float(held.abs().max() or 1.0) if len(held) else 1.0  # type: ignore[arg-type]
    return f"measured-{min(max(1 - floor(log10(width if width > 1e-9 * largest else largest)), 0), 6)}"


def newest_drawn(picture: Picture) -> Sequence[str]:
    """What to say where not every point is drawn."""
    hidden = picture.points.height - MOST_DRAWN
    if hidden <= 0:
        return ()
    return (
        f"The newest {MOST_DRAWN:,} of {picture.points.height:,} points are drawn. Limits and sentence rest on all of them.",
    )
