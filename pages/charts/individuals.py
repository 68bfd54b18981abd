"""How long each need waited: one dot a need on a log axis, open needs hollow at their age, and the median line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import altair as alt
import polars as pl

from pages.charts.capability import Change, change_marks
from pages.charts.frame import DAYS, HOUR, Drawn, finish, months, room, time_scale
from pages.charts.palette import PAGE, Palette


def individuals_chart(
    dots: pl.DataFrame,
    medians: pl.DataFrame,
    *,
    description: str,
    span: tuple[date, date] | None = None,
    changes: Sequence[Change] = (),
    palette: Palette = PAGE,
    drawn: Drawn = Drawn(),  # noqa: B008
) -> alt.LayerChart:
    """Draw end-to-end times as they happened to people.

    Args:
        dots: a row a need: `day` (of its first demand), `days` (to its end, or its age now), `met`, `open`.
        medians: `period_start, value`: the days by which half of those who asked then had their need met; null where
            fewer than half are met, which breaks the line.
        description: the text alternative.
        span: the first and the last day of the axis, so that charts beneath share it; None: the dots' own.
        changes: what was changed and when.
        palette: CSS variables for a page, LIGHT for a picture.
        drawn: the size.
    """
    needs = dots.select(
        at=pl.col("day").cast(pl.Date),
        days=pl.max_horizontal(pl.col("days").cast(pl.Float64) + HOUR, HOUR),
        end=pl.when(pl.col("open"))
        .then(pl.lit("open"))
        .when(pl.col("met"))
        .then(pl.lit("met"))
        .otherwise(pl.lit("unmet")),
    ).sort("at", "days")
    top = max(needs["days"].max() or 1.0, medians["value"].max() or 1.0) * 1.4
    bottom = max(min(needs["days"].quantile(0.005) or 1.0, 1.0), HOUR)
    first, last = span or (needs["at"].min(), needs["at"].max())
    x = alt.X("at:T", title=None, axis=months(first, last), scale=time_scale(first, last))
    names = " : ".join(f"abs(datum.value - {days}) < 0.001 ? '{name}'" for days, name in DAYS.items()) + " : ''"
    y = alt.Y(
        "days:Q",
        title="from first asking, log axis",
        scale=alt.Scale(type="log", domain=[bottom * 0.9, top], clamp=True, nice=False),
        axis=alt.Axis(values=[days for days in DAYS if bottom * 0.9 <= days <= top], labelExpr=names),
    )
    looks = {  # shape and size; an open need is hollow, one that ended another way a cross
        "unmet": {"shape": "cross", "size": 16, "filled": True, "color": palette.unknown, "opacity": 0.45},
        "met": {"shape": "circle", "size": 20, "filled": True, "color": palette.line, "opacity": 0.4},
        "open": {
            "shape": "circle",
            "size": 30,
            "filled": False,
            "color": palette.line,
            "strokeWidth": 1.2,
            "opacity": 0.9,
        },
    }
    layers = [
        alt.Chart(needs.filter(pl.col("end") == end).select("at", "days")).mark_point(**look).encode(x=x, y=y)
        for end, look in looks.items()
        if (needs["end"] == end).any()
    ]
    line = medians.sort("period_start").with_columns(
        piece=pl.col("value").is_null().cum_sum(), days=pl.max_horizontal(pl.col("value") + HOUR, HOUR)
    )
    line = line.filter(pl.col("value").is_not_null())
    if line.height:
        path = alt.Chart(line.select("days", "piece", at="period_start"))
        layers.append(path.mark_line(strokeWidth=4.5, color=palette.page).encode(x=x, y=y, detail="piece:O"))
        layers.append(path.mark_line(strokeWidth=2.5, color=palette.text).encode(x=x, y=y, detail="piece:O"))
    layers.extend([*change_marks(changes, first, last, palette), room()])
    return finish(alt.layer(*layers), palette=palette, drawn=drawn, description=description)
