"""The figures on a capability chart: which points have one, and where it stands so that it covers no other point."""

from __future__ import annotations

from datetime import date, timedelta
from math import log1p

import altair as alt
import polars as pl

from pages.charts.palette import Palette

BESIDE = 0.018  # of the plot's width: points so near stand where a figure would
FLOOR = 0.055  # of the plot's height: so near its foot no figure has room under a point
CROWD = 0.06  # of the plot's height: the same for a low point among others
LIFT = 0.16  # of the plot's height: further than that from its point nobody sees whose figure it is


def furthest(rows: list[dict], roles: list[str]) -> set[int]:
    """Of each stretch of neighbours outside the same limit, the one furthest from the middle: it has the figure."""
    found: set[int] = set()
    stretch: list[int] = []
    side = None
    for index, row in enumerate(rows):
        outside = roles[index] == "outside_limits" and row["centre"] is not None
        now = (row["value"] >= row["centre"], row["phase"]) if outside else None
        if now != side and stretch:
            found.add(max(stretch, key=lambda one: abs(rows[one]["value"] - rows[one]["centre"])))
            stretch = []
        side = now
        if outside:
            stretch.append(index)
    return found | ({max(stretch, key=lambda one: abs(rows[one]["value"] - rows[one]["centre"]))} if stretch else set())


def rank(role: str, index: int, settled: list[int], far: set[int]) -> int:
    """0 the last known point, 1 the furthest outside a limit, 2 the first, 9 none: the others have no figure."""
    if settled and index == settled[-1]:
        return 0
    if index in far:
        return 1
    if settled and index == settled[0]:
        return 2
    return 9


def placed(styled: list[dict], low: float, high: float, *, bent: bool = False) -> list[dict]:
    """Put each figure where its neighbours leave room: above or below them, or beside a point on a steep line.

    Adds `up`, the height at which the figure `stands`, and `beside`: -1 left of its point, 1 right of it, 0 over it.
    """
    wide = (len(styled) and (styled[-1]["at"] - styled[0]["at"]).days) or 1
    low, high = (log1p(max(low, 0.0)), log1p(high)) if bent else (low, high)
    tall = high - low

    def height(row: dict) -> float:
        return log1p(max(row["value"], 0.0)) if bent else row["value"]

    for row in styled:
        row["up"], row["stands"], row["beside"] = row["over"], row["value"], 0
        if row["rank"] == 9:
            continue
        near = [other for other in styled if abs((other["at"] - row["at"]).days) <= BESIDE * wide]
        top, foot = max(near, key=height), min(near, key=height)
        floor = height(foot) - low < FLOOR * tall
        over, under = height(top) - height(row), height(row) - height(foot)
        row["up"] = floor or over < under or (over == under and row["over"])
        lift = over if row["up"] else under
        if floor and lift > CROWD * tall and row["rank"] == 1:
            row["rank"] = 9  # low among many: above them nobody sees whose figure it is
        elif lift <= LIFT * tall:
            row["stands"] = (top if row["up"] else foot)["value"]
        else:
            before = [other["value"] for other in near if other["at"] < row["at"]]
            after = [other["value"] for other in near if other["at"] > row["at"]]
            falls = (before[-1] if before else row["value"]) > (after[0] if after else row["value"])
            row["up"], row["beside"] = True, 1 if falls or not before else -1
    return styled


def thinned(styled: list[dict]) -> pl.DataFrame:
    """Drop labels that would stand on one another: the more telling one stays."""
    wide = (len(styled) and (styled[-1]["at"] - styled[0]["at"]).days) or 1
    taken: dict[str, list[date]] = {"wide": [], "middling": [], "narrow": []}
    for row in sorted(styled, key=lambda row: (row["rank"], -row["off"])):
        stands = row["at"] + timedelta(days=0.025 * wide * row["beside"])
        for place, share in (("wide", 0.045), ("middling", 0.085), ("narrow", 0.17)):
            close = any(abs((stands - other).days) < share * wide for other in taken[place])
            row[place] = row["rank"] < 9 and not close
            if row[place]:
                taken[place].append(stands)
        row["label"] = row["label"] if row["wide"] else ""
    schema = {"at": pl.Date, "value": pl.Float64}
    return pl.DataFrame(styled, infer_schema_length=None) if styled else pl.DataFrame(schema=schema)


def value_labels(marks: pl.DataFrame, palette: Palette) -> list[alt.Chart]:
    """Values on the first point, the last, and those outside a limit; on a phone only the last and the strongest."""
    if marks.is_empty():
        return []
    labelled = marks.filter(pl.col("label") != "").select(
        "at", "label", "rank", "up", "narrow", "middling", "beside", value="stands"
    )
    hidden = alt.expr("(width < 420 && !datum.narrow) || (width < 720 && !datum.middling) ? 0 : 1")
    looks = ({"stroke": palette.page, "strokeWidth": 4}, {"color": palette.text})  # a halo, then the figure on it
    aligned = "datum.beside > 0 || datum.rank == 2 ? 'left' : datum.beside < 0 || datum.rank == 0 ? 'right' : 'center'"
    return [
        alt.Chart(labelled.filter((pl.col("up") == up) & (pl.col("beside") == beside)))
        .mark_text(
            dx=9 * beside, dy=dy if beside == 0 else -6, fontSize=13, fontWeight=600, opacity=hidden, baseline="middle",
            align=alt.expr(aligned), **look,
        )
        .encode(x="at:T", y="value:Q", text="label:N")
        for look in looks
        for up, dy in ((True, -15), (False, 14))
        for beside in (-1, 0, 1)
        if labelled.filter((pl.col("up") == up) & (pl.col("beside") == beside)).height
    ]  # fmt: skip
