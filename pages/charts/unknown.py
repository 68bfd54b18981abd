"""What is not yet known on a capability chart: a hatched strip, so named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import expm1, log1p

import altair as alt
import polars as pl

from pages.charts.palette import Palette

WORDS = 106  # pixels that "not yet known" takes with its air


@dataclass(frozen=True)
class Upright:
    """The vertical axis: its ends, and whether it is a log axis."""

    low: float
    high: float
    bent: bool = False

    def at(self, share: float) -> float:
        """The value so far up the axis.

        >>> Upright(0, 10).at(0.5), round(Upright(0, 99, bent=True).at(0.5), 6)
        (5.0, 9.0)
        """
        if not self.bent:
            return self.low + (self.high - self.low) * share
        return expm1(log1p(self.low) + (log1p(self.high) - log1p(self.low)) * share)


def unknown_strips(points: pl.DataFrame, upright: Upright, drop: int, palette: Palette) -> list[alt.Chart]:
    """A hatched strip over each stretch that can still move, the longest one named at the top, above its points.

    Args:
        points: `results.SERIES` columns, one series.
        upright: the vertical axis.
        drop: pixels below the top at which the words stand, clear of the names of changes.
        palette: the colours.
    """
    strips = stretches(points)
    if strips.is_empty():
        return []
    whole = max((points["period_end"].max() - points["period_start"].min()).days, 1)
    hatch = pl.concat([_hatch(row, whole, upright) for row in strips.iter_rows(named=True)])
    longest = strips.sort("days").tail(1).with_columns(share=pl.col("days") / whole, label=pl.lit("not yet known"))
    # a narrow strip at the beginning has its words behind it, one at the end before it
    first = longest["at"][0] == points["period_start"].min() and longest["share"][0] < 0.5
    inside = f"width * datum.share > {WORDS}"
    words = {
        "align": "left" if first else alt.expr(f"{inside} ? 'left' : 'right'"),
        "dx": 6 if first else alt.expr(f"{inside} ? 6 : -6"),
        "fontSize": 13, "y": 8 + drop, "baseline": "middle", "opacity": alt.expr("width < 420 ? 0 : 1"),
    }  # fmt: skip
    named = alt.Chart(longest.with_columns(at="until") if first else longest)
    return [
        alt.Chart(strips).mark_rect(color=palette.band, opacity=0.6).encode(x="at:T", x2="until:T"),
        alt.Chart(hatch)
        .mark_rule(strokeWidth=1, opacity=0.45, color=palette.unknown)
        .encode(x="at:T", x2="until:T", y="value:Q", y2="to_value:Q"),
        named.mark_text(**words, stroke=palette.page, strokeWidth=4).encode(x="at:T", text="label:N"),
        named.mark_text(**words, color=palette.muted).encode(x="at:T", text="label:N"),
    ]


def stretches(points: pl.DataFrame) -> pl.DataFrame:
    """One row a stretch of periods that can still move: `at`, `until` and its length in `days`, in order of time."""
    ordered = points.sort("period_start").with_columns(young=~pl.col("mature").fill_null(True))
    young = ordered.with_columns(stretch=pl.col("young").rle_id()).filter("young")
    found = young.group_by("stretch").agg(
        at=pl.col("period_start").min(), until=pl.col("period_end").max() + timedelta(days=1)
    )
    return found.select("at", "until", days=(pl.col("until") - pl.col("at")).dt.total_days()).sort("at")


def _hatch(strip: dict, whole: int, upright: Upright) -> pl.DataFrame:
    """Slanting lines over one strip: the same slant and distance however wide it is."""
    share = strip["days"] / whole
    steep, apart = min(0.12 / share, 3.0), max(0.012 / share, 0.02)
    lines = []
    for index in range(-int(steep / apart) - 1, int(1 / apart) + 1):
        begin = index * apart
        left, right = max(begin, 0.0), min(begin + steep, 1.0)
        if right > left:
            lines.append((left, right, upright.at((left - begin) / steep), upright.at((right - begin) / steep)))
    hours = strip["days"] * 24
    began = pl.lit(strip["at"]).cast(pl.Datetime("ms"))
    return pl.DataFrame(lines, schema=["left", "right", "value", "to_value"], orient="row").select(
        "value", "to_value",
        at=began + pl.duration(hours=pl.col("left") * hours), until=began + pl.duration(hours=pl.col("right") * hours),
    )  # fmt: skip
