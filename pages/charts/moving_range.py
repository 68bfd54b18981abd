"""The steps from each point to the next (mR chart), beneath the chart whose limits come from them, on the same time axis."""

from __future__ import annotations

import altair as alt
import polars as pl

from pages.charts import words
from pages.charts.capability import LABEL_GAP
from pages.charts.frame import SHARE, Drawn, finish, months, room, time_scale, value_axis
from pages.charts.palette import PAGE, Palette

WIDE = 10  # phases whose limits differ by more than this factor stand on a log axis
# Charts whose limits come from the steps as people read them, or on the scale they are taken on.
KINDS = {"xmr": "", "xmr_log": " (on the log scale)", "t": " (on the scale of the limits)"}


def moving_range_chart(
    points: pl.DataFrame,
    *,
    title: str,
    kind: str,
    chart: str,
    every: str,
    palette: Palette = PAGE,
    drawn: Drawn = Drawn(),  # noqa: B008
) -> alt.LayerChart:
    """Draw the steps of one series with their middle and their one limit; only a step beyond it is a signal.

    Args:
        points: `results.SERIES` columns, one series.
        title: the measure's.
        kind: the measure's kind, which decides how figures read.
        chart: the kind of chart above: a key of KINDS.
        every: the period.
        palette: CSS variables for a page, LIGHT for a picture.
        drawn: the size.
    """
    steps = steps_of(points)
    shape = kind if chart == "xmr" else "count"
    first, last = points["period_start"].min(), points["period_end"].max()
    shown = steps.with_columns(
        words=pl.Series([words.figure(step, shape) for step in steps["step"]], dtype=pl.String),
        when=pl.Series([words.period(day, every) for day in steps["at"]], dtype=pl.String),
        says=pl.when("beyond").then(pl.lit(words.SIGNALS["range_outside_limit"])).otherwise(pl.lit("routine")),
    )
    top = max((value for name in ("step", "upper") for value in steps[name].drop_nulls()), default=1.0) * 1.12 or 1.0
    x = alt.X("at:T", title=None, scale=time_scale(first, last), axis=months(first, last))
    tick = SHARE if shape == "share" else ",~r" if top > 5 else ",.2~f"
    least = _least(steps)
    if least:
        scale = alt.Scale(type="symlog", constant=least, domain=[0, top], nice=False)
        axis = alt.Axis(format=tick, values=_ticks(least, top), labelOverlap="greedy")
    else:
        scale, axis = alt.Scale(domain=[0, top], nice=False), value_axis(0.0, top, tick, most=4)
    y = alt.Y("step:Q", title=f"step{KINDS[chart]}{', log axis' if least else ''}", scale=scale, axis=axis)
    line = alt.Chart(shown.select("at", "step", "piece"))
    layers = [
        *_lines(steps, palette),
        line.mark_line(strokeWidth=1.5, color=palette.line).encode(x=x, y=y, detail="piece:O"),
        *(_marks(shown.filter(pl.col("beyond") == beyond), x, y, beyond, palette) for beyond in (False, True)),
        *_labels(steps, shape, palette),
        room(),
    ]
    return finish(
        alt.layer(*layers), palette=palette, drawn=drawn, description=moving_range_words(points, title, shape, every)
    )


def steps_of(points: pl.DataFrame) -> pl.DataFrame:
    """One row a step: `at, step, centre, upper, phase, beyond` and the `piece` of the line it belongs to."""
    rows = points.sort("period_start").select(
        "phase", at="period_start", step="moving_range", centre="range_centre", upper="range_upper",
        beyond=pl.col("signals").list.contains("range_outside_limit").fill_null(False),
    )  # fmt: skip
    broken = pl.col("step").is_null() | pl.col("phase").ne_missing(pl.col("phase").shift())
    return rows.with_columns(piece=broken.cum_sum()).filter(pl.col("step").is_not_null())


def moving_range_words(points: pl.DataFrame, title: str, kind: str, every: str) -> str:
    """The text alternative: the middle, the limit, and each step beyond it."""
    steps = steps_of(points)
    if steps.is_empty():
        return f"{title}: no steps from one {words.PERIODS[every]} to the next."
    last = steps.row(-1, named=True)
    beyond = steps.filter("beyond").sort("at", descending=True)
    said = "; ".join(
        f"{words.period(row['at'], every)}, {words.figure(row['step'], kind)}"
        for row in beyond.head(6).iter_rows(named=True)
    )
    more = f"; and {beyond.height - 6} earlier" if beyond.height > 6 else ""
    return (
        f"Steps of {title} from one {words.PERIODS[every]} to the next: middle {words.figure(last['centre'], kind)}, "
        f"most {words.figure(last['upper'], kind)}. "
        + (f"Bigger than is usual: {said}{more}." if said else "None is bigger than is usual.")
    )


def _least(steps: pl.DataFrame) -> float | None:
    """The smallest limit, where another phase's is so much larger that only a log axis shows both; else None."""
    limits = steps["upper"].drop_nulls()
    limits = limits.filter(limits > 0)
    if limits.is_empty():
        return None
    least, most = float(limits.min()), float(limits.max())  # type: ignore[arg-type]
    return least if most > WIDE * least else None


def _ticks(least: float, top: float) -> list[float]:
    """Nought, and 1, 2, 5, 10 and so on from the smallest limit to the top of the axis."""
    ticks = [figure * 10.0**power for power in range(-6, 10) for figure in (1, 2, 5)]
    return [0.0, *(tick for tick in ticks if least / 2 <= tick <= top)]


def _lines(steps: pl.DataFrame, palette: Palette) -> list[alt.Chart]:
    layers = []
    for name, dash, width in (("centre", [1, 0], 2.0), ("upper", [6, 4], 1.5)):
        drawn = steps.filter(pl.col(name).is_not_null()).select("at", "phase", step=name)
        layers.append(
            alt.Chart(drawn)
            .mark_line(strokeWidth=width, strokeDash=dash, color=palette.limit, interpolate="step")
            .encode(x="at:T", y="step:Q", detail="phase:O")
        )
    return layers


def _marks(rows: pl.DataFrame, x: alt.X, y: alt.Y, beyond: bool, palette: Palette) -> alt.Chart:
    tooltip = [
        alt.Tooltip("when:N", title="To"),
        alt.Tooltip("words:N", title="Step"),
        alt.Tooltip("says:N", title="Reads"),
    ]
    look = {"shape": "diamond", "size": 11**2, "color": palette.signal} if beyond else {
        "shape": "circle", "size": 5**2, "color": palette.line}  # fmt: skip
    return alt.Chart(rows).mark_point(filled=True, opacity=1, **look).encode(x=x, y=y, tooltip=tooltip)


def _labels(steps: pl.DataFrame, kind: str, palette: Palette) -> list[alt.Chart]:
    """The middle and the limit of the newest steps, in words at the right."""
    known = steps.filter(pl.col("centre").is_not_null())
    if known.is_empty():
        return []
    row = known.row(-1, named=True)
    middle = row["centre"]
    heights = {
        "centre": f"scale('y', {middle})",
        "upper": f"min(scale('y', {row['upper']}), scale('y', {middle}) - {LABEL_GAP})",
    }
    found = []
    for name, word in (("upper", "most"), ("centre", "middle")):
        if row[name] is None:
            continue
        figure = words.figure(row[name], kind)
        label = pl.DataFrame({"long": [f"{word} {figure}"], "short": [figure]})
        found.append(
            alt.Chart(label)
            .mark_text(
                x=alt.expr("width + 8"), y=alt.expr(heights[name]), align="left", baseline="middle", fontSize=13,
                fontWeight=600 if name == "centre" else 400, color=palette.text if name == "centre" else palette.muted,
                text=alt.expr("width < 420 ? datum.short : datum.long"),
            )
            .encode()
        )  # fmt: skip
    return found
