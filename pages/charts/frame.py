"""What every large chart shares: its size, axes, type and text alternative; and pictures of it for download."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor

import altair as alt

from pages.charts.palette import Palette

alt.data_transformers.disable_max_rows()  # charts thin what they draw, and say so, rather than fail at 5,000 rows
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"
HOUR = 1 / 24  # days; a need met within the hour still has a place on a log axis
DAYS = {
    HOUR: "1 hour",
    1.0: "1 day",
    7.0: "1 week",
    28.0: "4 weeks",
    90.0: "90 days",
    365.0: "1 year",
    1825.0: "5 years",
}
SHARE = ".0%"  # how a share is written on an axis
SHARES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)  # between two ticks
STEPS = (1, 2, 3, 6, 12, 24, 36, 60)  # months between two ticks


@dataclass(frozen=True)
class Drawn:
    """How large: on a page as its place is (420 high, 300 on a phone, by `look.css`); in a picture a fixed size.

    Attributes:
        width: pixels, or None for the place it stands in.
        height: pixels of the plot in a picture.
        heading: lines above the plot; a page says them in its own words, so only a picture has them.
        right: air at the right; words that stand there make their own room.
    """

    width: int | None = None
    height: int = 420
    heading: tuple[str, ...] = ()
    right: int = 12


def months(first: date, last: date) -> alt.Axis:
    """A time axis whose ticks are month starts, named "May 2018", horizontal, at most about nine of them."""
    span = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next((step for step in STEPS if span / step <= 9), 120)
    start = first.year * 12 + first.month - 1
    start += -start % step if step < 12 else -start % 12
    ticks = [
        alt.DateTime(year=month // 12, month=month % 12 + 1, date=1)
        for month in range(start, last.year * 12 + last.month, step)
        if first - timedelta(days=(last - first).days // 100) <= date(month // 12, month % 12 + 1, 1)
    ]
    if len(ticks) < 2:  # a few weeks: days tell more than one lonely month
        return alt.Axis(format="%-d %b %Y", labelAngle=0, tickCount=5, labelOverlap="greedy", labelSeparation=12)
    return alt.Axis(values=ticks, format="%b %Y", labelAngle=0, labelOverlap="greedy", labelSeparation=12)


def numbered() -> alt.Axis:
    """An axis for points without dates, which stand a day apart from 1970 on: their numbers, 1, 2, 3."""
    number = "round((+datum.value - +datetime(1970, 0, 1)) / 86400000)"
    shown = f"{number} >= 1 ? format({number}, ',') : ''"
    return alt.Axis(
        title="points in order",
        labelExpr=shown,
        labelAngle=0,
        tickCount=8,
        tickMinStep=86_400_000,
        labelOverlap="greedy",
        labelSeparation=12,
    )


def value_axis(low: float, high: float, written: str, most: int = 6) -> alt.Axis:
    """An axis of figures; shares have ticks of their own, of which no two read alike and none lies above 100%.

    Args:
        low: where it begins.
        high: where it ends.
        written: how a figure is written, SHARE for one.
        most: about so many ticks.
    """
    if written != SHARE:
        return alt.Axis(format=written, tickCount=most)
    top = min(high, 1.0)
    step = next((step for step in SHARES if (top - low) / step <= most), SHARES[-1])
    ticks = [round(number * step, 4) for number in range(ceil(low / step - 1e-9), floor(top / step + 1e-9) + 1)]
    return alt.Axis(format=SHARE if step >= 0.01 else ".1%", values=ticks)


def days_axis(low: float, high: float) -> alt.Axis:
    """Days on a log axis, with ticks named as people say them: 1 day, 4 weeks, 1 year."""
    named = " : ".join(f"abs(datum.value - {days}) < 0.001 ? '{name}'" for days, name in DAYS.items()) + " : '0'"
    ticks = ([0.0] if low <= 0 else []) + [days for days in DAYS if max(low, 0.4) <= days <= high]
    return alt.Axis(values=ticks, labelExpr=named, labelOverlap="greedy", labelSeparation=8)


def days_scale(low: float, high: float) -> alt.Scale:
    """Days on an axis that is logarithmic above one day and still has a place for none."""
    return alt.Scale(type="symlog", constant=1, domain=[low, high], nice=False, zero=False)


def room() -> alt.Chart:
    """An unseen word as wide as any limit's at the right, so that plots on one time axis are equally wide."""
    return (
        alt.Chart(alt.InlineData(values=[{}]))
        .mark_text(
            text=alt.expr("width < 420 ? '88.88' : 'no upper limit'"), x=alt.expr("width + 8"), y=0, align="left",
            fontSize=13, fontWeight=600, opacity=0,
        )
        .encode()
    )  # fmt: skip


def time_scale(first: date, last: date) -> alt.Scale:
    """The days from first to last, with a little air on both sides."""
    days = max((last - first).days, 7)
    ends = (first - timedelta(days=days * 0.01), last + timedelta(days=1 + days * 0.005))
    return alt.Scale(domain=[alt.DateTime(year=day.year, month=day.month, date=day.day) for day in ends], nice=False)


def finish(chart: alt.LayerChart, *, palette: Palette, drawn: Drawn, description: str) -> alt.LayerChart:
    """Give a layered chart its size, type and colours, and its text alternative."""
    title = alt.Title(
        text=drawn.heading[0], subtitle=list(drawn.heading[1:]), anchor="start", fontSize=18, subtitleFontSize=13,
        color=palette.text, subtitleColor=palette.muted, offset=14, frame="bounds",
    ) if drawn.heading else alt.Title(text="")  # fmt: skip
    sized = chart.properties(
        width=drawn.width or "container",
        height=drawn.height if drawn.width is not None else "container",
        description=description,
        title=title,
        background="transparent" if drawn.width is None else palette.page,
        padding={"left": 4, "top": 12, "bottom": 4, "right": drawn.right},
        autosize=alt.AutoSizeParams(type="fit" if drawn.width is None else "pad", contains="padding"),
        usermeta={"embedOptions": {"renderer": "svg", "actions": False}},
    )
    return (
        sized.configure(font=FONT)
        .configure_mark(aria=False)  # the chart has one name: hundreds of nameless marks help nobody
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=palette.muted, titleColor=palette.muted, labelFontSize=13, titleFontSize=13, titleFontWeight=400,
            domainColor=palette.limit, tickColor=palette.limit, gridColor=palette.band, labelPadding=6, titlePadding=10,
            aria=False,
        )
        .configure_axisX(grid=False)
        .configure_axisY(domain=False, ticks=False, minExtent=alt.expr("width < 420 ? 36 : 60"))
    )  # fmt: skip


def svg(chart: alt.LayerChart) -> str:
    """The chart as an SVG picture."""
    import vl_convert

    return vl_convert.vegalite_to_svg(chart.to_dict())


def png(chart: alt.LayerChart) -> bytes:
    """The chart as a PNG picture at twice its size, sharp on paper."""
    import vl_convert

    return vl_convert.vegalite_to_png(chart.to_dict(), scale=2)
