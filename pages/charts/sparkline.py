"""A capability chart small enough for a row of the review: an inline SVG with its own text alternative.

Light on purpose: nine of these cost a page 20 KB and no time, where nine Altair charts cost a third of a second.
"""

from __future__ import annotations

from html import escape

import polars as pl

from pages.charts import words
from pages.charts.palette import PAGE, Palette

WIDTH, HEIGHT = 300, 56
PAD = 8
SQUARE = "M-2.7,-2.7H2.7V2.7H-2.7Z"
MARKS = {
    "outside_limits": "M0,-5L5,0L0,5L-5,0Z",
    "run": SQUARE,
    "long_run": SQUARE,
    "few_crossings": SQUARE,
    **dict.fromkeys(("near_limit", "two_in_three", "four_in_five"), "M0,-4L4,3.2H-4Z"),
    "trend": "M-3.2,-4L4,0L-3.2,4Z",
    **dict.fromkeys(("eight_outside", "alternating", "fifteen_inside"), "M-1,-4H1V-1H4V1H1V4H-1V1H-4V-1H-1Z"),
}
NEWEST = 12  # known points that carry the shape of their signal; before them only the first of its kind in a row does


def sparkline(points: pl.DataFrame, *, label: str, better: str, periods: int = 60, palette: Palette = PAGE) -> str:
    """Draw the last `periods` periods of one series as an SVG 300 wide and 56 high.

    Args:
        points: `results.SERIES` columns, one series.
        label: the text alternative.
        better: `lower`, `higher` or `neither`, for the colour of a signal; its shape says which rule.
        periods: how many of the newest to draw.
        palette: CSS variables for a page, LIGHT for paper.
    """
    rows = points.sort("period_start").tail(periods).to_dicts()
    held = [row[name] for row in rows for name in ("value", "lower", "upper") if row[name] is not None]
    if not held:
        return _svg(label, f'<text x="4" y="32" font-size="13" style="fill:{palette.muted}">nothing known yet</text>')
    low, high = min(held), max(held)
    spread = high - low or abs(high) or 1.0
    step = (WIDTH - 2 * PAD) / max(len(rows) - 1, 1)

    def x(index: int) -> float:
        return PAD + index * step

    def y(value: float) -> float:
        return HEIGHT - PAD - (value - low) / spread * (HEIGHT - 2 * PAD)

    parts = [_strips(rows, x, step, palette)]
    for name, width, dash in (("upper", 1, "4 3"), ("lower", 1, "4 3"), ("centre", 1.5, "")):
        parts.append(_path(_limit(rows, name, x, y), palette.limit, width, dash))
    parts.append(_path(_joined(rows, x, y), palette.line, 1.3, ""))
    parts.extend(_marks(rows, x, y, better, palette))
    return _svg(label, "".join(parts))


def _on_line(row: dict) -> bool:
    return row["value"] is not None and row["mature"] is not False and not row["excluded"]


def _bold(rows: list[dict]) -> set[int]:
    """Where a signal has its shape: the newest points, points outside a limit, and the first of each row of alike.

    Sixty shapes on 300 pixels would smear into a band; the others keep a dot in the signal's colour.
    """
    settled = [index for index, row in enumerate(rows) if _on_line(row)]
    names = [words.strongest(rows[index]["signals"]) for index in settled]
    first = {index for place, index in enumerate(settled) if place == 0 or names[place] != names[place - 1]}
    outside = {index for index, name in zip(settled, names, strict=True) if name == "outside_limits"}
    return {*settled[-NEWEST:], *first, *outside}


def _last(rows: list[dict]) -> int:
    return next((index for index in range(len(rows) - 1, -1, -1) if _on_line(rows[index])), -1)


def _joined(rows: list[dict], x, y) -> str:
    """The line, broken at every period without a settled value and at every absent period."""
    path, drawing = [], False
    for index, row in enumerate(rows):
        if not _on_line(row):
            drawing = False
            continue
        if drawing and (row["period_start"] - rows[index - 1]["period_end"]).days > 1:
            drawing = False
        path.append(f"{'L' if drawing else 'M'}{x(index):.1f},{y(row['value']):.1f}")
        drawing = True
    return "".join(path)


def _limit(rows: list[dict], name: str, x, y) -> str:
    """A limit as flat pieces, a new piece at each phase and each gap."""
    path, before = [], None
    for index, row in enumerate(rows):
        value = row[name]
        if value is None:
            before = None
            continue
        joined = before is not None and before == row["phase"]
        path.append(f"{'L' if joined else 'M'}{x(index):.1f},{y(value):.1f}")
        before = row["phase"] if row["phase"] is not None else 0
    return "".join(path)


def _strips(rows: list[dict], x, step: float, palette: Palette) -> str:
    """A band with slanting lines over each stretch that is not yet known."""
    young = [index for index, row in enumerate(rows) if row["mature"] is False]
    begins = [index for index in young if index - 1 not in young]
    ends = [index for index in young if index + 1 not in young]
    return "".join(
        _strip(x(begin) - step / 2, x(end) + step / 2, palette) for begin, end in zip(begins, ends, strict=True)
    )


def _strip(left: float, right: float, palette: Palette) -> str:
    left, right = max(left, 0.0), min(right, WIDTH)
    slants = "".join(
        f"M{at:.1f},{HEIGHT}L{min(at + 8, right):.1f},{HEIGHT - (min(at + 8, right) - at) * HEIGHT / 8:.1f}"
        for at in [left + 4 * number for number in range(int((right - left) / 4) + 1)]
        if at < right
    )
    band = (
        f'<rect x="{left:.1f}" y="0" width="{right - left:.1f}" height="{HEIGHT}" style="fill:{palette.band}"></rect>'
    )
    return band + _path(slants, palette.unknown, 0.7, "")


def _marks(rows: list[dict], x, y, better: str, palette: Palette) -> list[str]:
    """The points: dots alike in one path, since a browser takes its time over each element; then shapes, above them."""
    dots: dict[tuple[str, float], list[str]] = {}
    shapes = []
    bold, last = _bold(rows), _last(rows)
    for index, row in enumerate(rows):
        if row["value"] is None:
            continue
        at, height = x(index), y(row["value"])
        name = words.strongest(row["signals"])
        if row["mature"] is False:
            looks = ((palette.unknown, 5.0), (palette.page, 3.0))  # a ring is a dot on a larger one
        elif row["excluded"]:
            ring = f"fill:none;stroke:{palette.line}"
            shapes.append(f'<circle cx="{at:.1f}" cy="{height:.1f}" r="2.5" style="{ring}"></circle>')
            continue
        elif name not in MARKS:
            looks = ((palette.line, 6.0 if index == last else 2.8),)
        else:
            colour = getattr(palette, words.direction(row["value"], row["centre"], better))
            if index in bold:
                place = f"translate({at:.1f},{height:.1f})"
                shapes.append(f'<path d="{MARKS[name]}" transform="{place}" style="fill:{colour}"></path>')
                continue
            looks = ((colour, 3.2),)
        for look in looks:
            dots.setdefault(look, []).append(f"M{at:.1f},{height:.1f}h0")
    return [_dots("".join(places), *look) for look, places in dots.items()] + shapes


def _dots(d: str, colour: str, width: float) -> str:
    """Lines of no length with round ends."""
    return f'<path d="{d}" style="fill:none;stroke:{colour};stroke-width:{width:g};stroke-linecap:round"></path>'


def _path(d: str, colour: str, width: float, dash: str) -> str:
    if not d:
        return ""
    dashed = f";stroke-dasharray:{dash}" if dash else ""
    return f'<path d="{d}" style="fill:none;stroke:{colour};stroke-width:{width}{dashed}"></path>'


def _svg(label: str, body: str) -> str:
    return (
        f'<svg role="img" aria-label="{escape(label)}" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" style="max-width:100%">{body}</svg>'
    )
