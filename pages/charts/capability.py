"""The capability chart: what the next person can predictably expect, and what to go and ask about.

Takes a series as `measures.reading` gives it (columns of `results.SERIES`) and draws it by the grammar of
docs (experience): the line is broken at gaps, each signal has a shape of its own, and the limits are labelled in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import altair as alt
import polars as pl

from pages.charts import words
from pages.charts.figures_placed import furthest, placed, rank, thinned, value_labels
from pages.charts.frame import (
    SHARE,
    Drawn,
    days_axis,
    days_scale,
    finish,
    months,
    numbered,
    room,
    time_scale,
    value_axis,
)
from pages.charts.holidays import holiday_marks, holidays_said
from pages.charts.palette import PAGE, Palette
from pages.charts.unknown import Upright, unknown_strips

# Vega's `size` is the square of a mark's width in pixels.
SHAPES = {
    "routine": ("circle", 7**2),
    "outside_limits": ("diamond", 12**2),
    "run": ("square", 9**2),
    "long_run": ("square", 9**2),
    "few_crossings": ("square", 9**2),
    "trend": ("triangle-right", 11**2),
    **dict.fromkeys(("near_limit", "two_in_three", "four_in_five"), ("triangle-up", 11**2)),
    **dict.fromkeys(("eight_outside", "alternating", "fifteen_inside"), ("cross", 10**2)),
    "excluded": ("M-1,0A1,1,0,1,1,1,0A1,1,0,1,1,-1,0M-.7,-.7L.7,.7M.7,-.7L-.7,.7", 11**2),
    "unknown": ("circle", 7**2),
}
STATES = {"routine": "routine", "unknown": "not yet known: it can still move", "excluded": "left out, with a reason"}
WIDE = 20  # a duration whose range spans more than this factor stands on a log axis
LABEL_GAP = 16  # pixels between two labels at the right


@dataclass(frozen=True)
class Note:
    """What somebody noted about a point: the day on which its period begins, and the number of the note."""

    day: date
    number: int


@dataclass(frozen=True)
class Change:
    """A dated change, drawn as a dotted vertical: what was done, from which day, and the letter of what it began."""

    day: date
    label: str
    letter: str = ""


def capability_chart(
    points: pl.DataFrame,
    *,
    title: str,
    sentence: str,
    kind: str,
    unit: str,
    better: str,
    every: str,
    changes: Sequence[Change] = (),
    notes: Sequence[Note] = (),
    picked: date | None = None,
    pick: bool = False,
    middle: str = "middle",
    palette: Palette = PAGE,
    drawn: Drawn = Drawn(),  # noqa: B008
) -> alt.LayerChart:
    """Draw one series with its centre, limits, signals and changes.

    Args:
        points: `results.SERIES` columns, one series, any order; `extended_*` columns are drawn where present.
        title: the measure's title.
        sentence: what the chart says, for the text alternative.
        kind: the measure's kind, which decides how figures read.
        unit: the words on the vertical axis.
        better: `lower`, `higher` or `neither`: decides the colour of a signal, never its shape.
        every: the period.
        changes: what was changed and when.
        notes: what people noted, a numbered circle each above the axis.
        picked: the day on which the chosen point's period begins; it has a ring.
        pick: a point may be chosen on the chart: the selection `picked` holds its `place`, in order of time.
        middle: what the line in the middle is called.
        palette: CSS variables for a page, LIGHT for a picture.
        drawn: the size.
    """
    marks = point_marks(points, kind=kind, better=better, every=every, palette=palette)
    low, high = value_range(points, kind)
    first, last = points["period_start"].min(), points["period_end"].max()
    bent, names = bends(points, kind), sum(first <= change.day <= last for change in changes)
    above = min(names, 3) + (not points["mature"].fill_null(True).all())  # lines of words above the plotted one
    high = high * (1 + 0.35 * above) if bent else high + (high - low) * 0.09 * above
    x = alt.X(
        "at:T",
        title=None,
        scale=time_scale(first, last),
        axis=numbered() if every == "point" else months(first, last),
    )
    if bent:
        y = alt.Y("value:Q", title=f"{unit}, log axis", scale=days_scale(low, high), axis=days_axis(low, high))
    else:
        scale = alt.Scale(domain=[low, high], nice=False, zero=False)
        fine = high > 5 or kind.startswith(words.MEASURED)
        shape = SHARE if kind == "share" else ",~r" if fine else ",.1~f"
        y = alt.Y("value:Q", title=unit, scale=scale, axis=value_axis(low, high, shape))
    layers = [
        *unknown_strips(points, Upright(low, high, bent), 16 * min(names, 3), palette),
        *holiday_marks(points, palette, every),
        *_limits(points, palette),
        *change_marks(changes, first, last, palette),
        _line(marks, x, y, palette),
        *_ring(marks, picked, palette),
        _points(marks, x, y, every, pick=pick),
        *_notes(notes, first, last, palette),
        *value_labels(marks, palette),
        *_limit_labels(points, kind, middle, palette),
        room(),
    ]
    description = f"{words.alternative(title, sentence, points, kind=kind, every=every)} {holidays_said(points, every)}"
    return finish(alt.layer(*layers), palette=palette, drawn=drawn, description=description.strip())


def point_marks(points: pl.DataFrame, *, kind: str, better: str, every: str, palette: Palette) -> pl.DataFrame:
    """One row a mark: where it stands, its shape, size and colours, its label, and the piece of line it belongs to.

    The line is broken where a value is missing, excluded or not yet known, and where a period is absent altogether.
    """
    ordered = (
        points.sort("period_start")
        .with_row_index("place")
        .with_columns(mature=pl.col("mature").fill_null(True), excluded=pl.col("excluded").fill_null(False))
    )
    on_line = pl.col("value").is_not_null() & pl.col("mature") & ~pl.col("excluded")
    gap = (pl.col("period_start") - pl.col("period_end").shift(1)).dt.total_days() > 1
    ordered = ordered.with_columns(on_line=on_line).with_columns(
        piece=((~pl.col("on_line")) | gap | (~pl.col("on_line")).shift(1)).fill_null(True).cast(pl.Int32).cum_sum()
    )
    rows = ordered.filter(pl.col("value").is_not_null()).to_dicts()
    settled = [index for index, row in enumerate(rows) if row["on_line"]]
    far = furthest(rows, [_role(row) for row in rows])
    styled = []
    low, high = value_range(points, kind)
    for index, row in enumerate(rows):
        role = _role(row)
        shape, size = SHAPES[role]
        colour = palette.line if role in ("routine", "excluded") else palette.unknown
        if role not in ("routine", "excluded", "unknown"):
            colour = getattr(palette, words.direction(row["value"], row["centre"], better))
        hollow = role in ("excluded", "unknown")
        styled.append({
            "place": row["place"], "at": row["period_start"],
            "value": row["value"], "piece": row["piece"], "on_line": row["on_line"],
            "role": role, "shape": shape, "size": size, "stroke": colour, "fill": palette.page if hollow else colour,
            "label": words.figure(row["value"], kind), "words": words.figure(row["value"], kind),
            "rank": rank(role, index, settled, far), "over": row["centre"] is None or row["value"] >= row["centre"],
            "when": words.period(row["period_start"], every),
            "off": abs(row["value"] - (row["centre"] or 0.0)),
            "says": {**words.SIGNALS, **STATES}[role], "n": int(row.get("n") or row["denominator"] or 0),
        })  # fmt: skip
    return thinned(placed(styled, low, high, bent=bends(points, kind)))


def value_range(points: pl.DataFrame, kind: str) -> tuple[float, float]:
    """The vertical range: every value and limit with a little air; zero where it is near; a share within 0 and 1."""
    plotted = ("value", "lower", "upper", "centre", "extended_lower", "extended_upper")
    held = [value for name in plotted if name in points.columns for value in points[name].drop_nulls().to_list()]
    if not held:
        return 0.0, 1.0
    low, high = min(held), max(held)
    if low == high:  # one figure alone: from zero, so that its height means something
        low, high = min(low, 0.0), high * 1.5 or 1.0
    if low >= 0 and low <= 0.25 * high:
        low = 0.0
    air = (high - low or abs(high) or 1.0) * 0.08
    high += air
    low = low if low == 0 else low - air
    return (max(low, 0.0), min(high, 1.02)) if kind == "share" else (low, high)


def bends(points: pl.DataFrame, kind: str) -> bool:
    """Whether days span so wide a range, 434 before a change and 5 after it, that only a log axis shows both."""
    days = points["value"].drop_nulls()
    days = days.filter(days > 0)
    if kind not in ("duration", "median") or days.is_empty():
        return False
    return float(days.max()) > WIDE * max(float(days.min()), 0.5)  # type: ignore[arg-type]


def limit_words(
    lower: float | None, centre: float | None, upper: float | None, kind: str, middle: str = "middle"
) -> dict[str, str]:
    """The limits in words: "most 49", "middle 18", "least 3"; a limit at a physical bound is no limit.

    >>> limit_words(0.0, 18, 49, "duration")
    {'upper': 'most 49', 'centre': 'middle 18', 'lower': 'no lower limit'}
    """
    least, mid, most = words.side_by_side((lower, centre, upper), kind)
    said = {}
    if upper is not None:
        said["upper"] = "no upper limit" if kind == "share" and upper >= 1 else f"most {most}"
    if centre is not None:
        said["centre"] = f"{middle} {mid}"
    if lower is not None:
        said["lower"] = "no lower limit" if lower <= 0 and not _below_nought(lower, kind) else f"least {least}"
    return said


def _below_nought(lower: float, kind: str) -> bool:
    """Whether a limit below nought is one: a measurement may lie there, a count or a time may not."""
    return lower < 0 and kind.startswith(words.MEASURED)


def _role(row: dict) -> str:
    if row["excluded"]:
        return "excluded"
    if not row["mature"]:
        return "unknown"
    name = words.strongest(row["signals"])
    return name if name in SHAPES else "routine"


def _line(marks: pl.DataFrame, x: alt.X, y: alt.Y, palette: Palette) -> alt.Chart:
    joined = marks.filter(pl.col("on_line")).select("at", "value", "piece") if marks.height else marks
    return alt.Chart(joined).mark_line(strokeWidth=1.5, color=palette.line).encode(x=x, y=y, detail="piece:O")


def _points(marks: pl.DataFrame, x: alt.X, y: alt.Y, every: str, *, pick: bool = False) -> alt.Chart:
    tooltip = [
        alt.Tooltip("when:N", title=words.PERIODS[every].capitalize()),
        alt.Tooltip("words:N", title="Value"),
        alt.Tooltip("n:Q", title="n", format=","),
        alt.Tooltip("says:N", title="Reads"),
    ]
    chart = (
        alt.Chart(marks)
        .mark_point(
            strokeWidth=1.5,
            opacity=1,
            cursor="pointer" if pick else "default",
            size=alt.expr(f"datum.size * {_crowding(marks.height)}"),
        )
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("shape:N", scale=None),
            stroke=alt.Stroke("stroke:N", scale=None),
            fill=alt.Fill("fill:N", scale=None),
            tooltip=tooltip,
        )
    )
    if not pick or marks.is_empty():
        return chart
    # nearest: a circle of seven pixels is too small a target for a finger
    return chart.add_params(alt.selection_point(name="picked", fields=["place"], nearest=True, toggle=False))


def _ring(marks: pl.DataFrame, picked: date | None, palette: Palette) -> list[alt.Chart]:
    """A ring round the chosen point, and a thin line down to its day."""
    row = marks.filter(pl.col("at") == picked) if picked is not None and marks.height else marks.clear()
    if row.is_empty():
        return []
    base = alt.Chart(row.select("at", "value"))
    return [
        base.mark_rule(strokeWidth=1, color=palette.better, opacity=0.7).encode(x="at:T"),
        base.mark_point(
            shape="circle", size=21**2, filled=False, strokeWidth=2, color=palette.better, opacity=1
        ).encode(x="at:T", y="value:Q"),
    ]  # fmt: skip


def _notes(notes: Sequence[Note], first: date, last: date, palette: Palette) -> list[alt.Chart]:
    """A numbered circle a note just above the axis, under its point; the words stand under the chart."""
    inside = sorted((note for note in notes if first <= note.day <= last), key=lambda note: (note.day, note.number))
    if not inside:
        return []
    days = list(dict.fromkeys(note.day for note in inside))
    numbers = [",".join(str(note.number) for note in inside if note.day == day) for day in days]
    near = max((last - first).days * 0.025, 1)
    heights: list[int] = []
    for place, day in enumerate(days):  # neighbours stand above one another
        close = place and (day - days[place - 1]).days < near
        heights.append((heights[-1] + 1) % 3 if close else 0)
    base = alt.Chart(pl.DataFrame({"at": days, "number": numbers, "lift": [12 + 22 * lift for lift in heights]}))
    y = alt.expr("height - datum.lift")
    return [
        base.mark_point(
            shape="circle",
            size=19**2,
            filled=True,
            fill=palette.page,
            stroke=palette.text,
            strokeWidth=1.2,
            opacity=1,
            y=y,
        ).encode(x="at:T"),
        base.mark_text(fontSize=12, fontWeight=600, color=palette.text, baseline="middle", y=y).encode(
            x="at:T", text="number:N"
        ),
    ]


def _crowding(number: int) -> str:
    """How far marks shrink where many stand on a narrow plot, as an expression: routine ones more than signals."""
    least = "datum.role == 'routine' ? 0.1 : datum.role == 'outside_limits' ? 0.5 : 0.25"
    return f"clamp(width / {max(number, 1) * 8}, {least}, 1)"


def _limits(points: pl.DataFrame, palette: Palette) -> list[alt.Chart]:
    """Centre 2 px, limits 1.5 px dashed 6-4, a piece a phase; the old limits carried on are dashed lighter."""
    ordered = _steady(points.sort("period_start").with_columns(phase=pl.col("phase").fill_null(0)))
    layers = _band(ordered, palette)
    styles = [("centre", [1, 0], 2.0, 1.0), ("lower", [6, 4], 1.5, 1.0), ("upper", [6, 4], 1.5, 1.0)]
    styles += [
        (name, [3, 5], 1.5, 0.7)
        for name in ("extended_centre", "extended_lower", "extended_upper")
        if name in points.columns
    ]
    for name, dash, width, opacity in styles:
        if ordered[name].null_count() == ordered.height:
            continue
        drawn = ordered.filter(pl.col(name).is_not_null()).select(at="period_start", value=name, phase="phase")
        layers.append(
            alt.Chart(drawn)
            .mark_line(strokeWidth=width, strokeDash=dash, opacity=opacity, color=palette.limit, interpolate="step")
            .encode(x="at:T", y="value:Q", detail="phase:O")
        )
    return layers


def _steady(ordered: pl.DataFrame) -> pl.DataFrame:
    """The limits, without those of a period not yet known that stand elsewhere only because few are counted in it yet."""
    settled = ordered.filter(pl.col("mature").fill_null(True))
    last = {name: settled[name].drop_nulls() for name in ("lower", "upper")}
    young = ~pl.col("mature").fill_null(True)
    return ordered.with_columns(
        pl.when(young & (pl.col(name) != held[-1])).then(None).otherwise(pl.col(name)).alias(name)
        for name, held in last.items()
        if len(held)
    )


def _band(ordered: pl.DataFrame, palette: Palette) -> list[alt.Chart]:
    """The range to expect, shaded between its limits, so that it is seen at a glance what lies outside."""
    both = ordered.filter(pl.col("lower").is_not_null() & pl.col("upper").is_not_null())
    if both.is_empty():
        return []
    return [
        alt.Chart(both.select("lower", "upper", "phase", at="period_start"))
        .mark_area(color=palette.band, opacity=0.55, interpolate="step")
        .encode(x="at:T", y="lower:Q", y2="upper:Q", detail="phase:O")
    ]


def _limit_labels(points: pl.DataFrame, kind: str, middle_word: str, palette: Palette) -> list[alt.Chart]:
    """The limits in force, in words at the right, kept apart; on a phone the figures alone."""
    inforce = words.known(points).filter(pl.col("centre").is_not_null())
    if inforce.is_empty():
        return []
    row = inforce.row(-1, named=True)
    said = limit_words(row["lower"], row["centre"], row["upper"], kind, middle_word)
    label_row = pl.DataFrame(
        {name: [row[name]] for name in ("lower", "centre", "upper") if row[name] is not None}
        | {f"{name}_words": [text] for name, text in said.items()}
        | {f"{name}_short": ["" if text.startswith("no ") else text.split(" ", 1)[1]] for name, text in said.items()}
    )
    middle = "scale('y', datum.centre)"
    heights = {
        "centre": middle,
        "upper": f"min(scale('y', datum.upper), {middle} - {LABEL_GAP})",
        "lower": f"max(scale('y', datum.lower), {middle} + {LABEL_GAP})",
    }
    return [
        alt.Chart(label_row)
        .mark_text(
            x=alt.expr("width + 8"),
            y=alt.expr(heights[name]),
            text=alt.expr(f"width < 420 ? datum.{name}_short : datum.{name}_words"),
            align="left",
            baseline="middle",
            fontSize=13,
            fontWeight=600 if name == "centre" else 400,
            color=palette.text if name == "centre" else palette.muted,
        )
        .encode()
        for name in said
    ]


def change_marks(changes: Sequence[Change], first: date, last: date, palette: Palette) -> list[alt.Chart]:
    """A dotted vertical a change, with its label at the top of the plot, staggered so that neighbours stay apart."""
    inside = sorted((change for change in changes if first <= change.day <= last), key=lambda change: change.day)
    if not inside:
        return []
    late = [(change.day - first).days > 0.7 * (last - first).days for change in inside]
    rows = pl.DataFrame({
        "at": [change.day for change in inside],
        "letter": [change.letter for change in inside],
        "label": [f"{change.letter} {_short(change.label)}".strip() for change in inside],
        "drop": [8 + 16 * (index % 3) for index in range(len(inside))],
        "late": late,
    })  # fmt: skip
    rule = alt.Chart(rows).mark_rule(strokeWidth=2, strokeDash=[2, 3], color=palette.text).encode(x="at:T")
    text = [
        alt.Chart(rows.filter(pl.col("late") == side))
        .mark_text(
            align="right" if side else "left", dx=-6 if side else 6, y=alt.expr("datum.drop"), fontSize=13,
            color=palette.text, baseline="middle",
            text=alt.expr("width < 420 ? datum.letter : datum.label"),
        )
        .encode(x="at:T")
        for side in (False, True)
        if side in late
    ]  # fmt: skip
    return [rule, *text]


def _short(label: str) -> str:
    return label if len(label) <= 48 else label[:47] + "…"
