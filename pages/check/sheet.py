"""The printable sheet: one page of A4 that says the same as the page, with the chart as lines and the words as words."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from measures.reading import Reading
from pages.charts import words
from pages.charts.palette import LIGHT
from pages.check.drawing import phase_cells
from pages.check.taken import Taken
from pages.desk import states
from pages.desk.exports import paper
from pages.desk.exports.paper import HIGH, MARGIN, WIDE, Paragraph, Style, paragraph
from pages.desk.exports.titled import titled
from pages.desk.shown import shown, told

ROOM = WIDE - 2 * MARGIN
ACROSS = 700  # pixels of the plot, so that its words are about as large as the others once it fits the page
TALLEST, LEAST = 330.0, 190.0  # points of the chart: large enough to read, and it gives way to words
TITLE = Style(19, LIGHT.text, bold=True)
SAID = Style(12.5, LIGHT.text, before=5)
QUIET = Style(9, LIGHT.muted, before=4)
HEAD = Style(10.5, LIGHT.text, bold=True, before=9)
BODY = Style(9.5, LIGHT.text, before=2)
FOOT = Style(8, LIGHT.muted)
LEGEND = (
    "Diamond: outside a limit. Square: in a run on one side of the middle. Triangle: one of several near a limit. Crossed "
    "circle: left out, with a reason. Hatched: not yet known. Dashed: natural process limits, the range to expect while "
    "nothing changes. A signal is a question, not a verdict."
)


@dataclass(frozen=True)
class Beside:
    """What the sheet says besides the reading: what was asked, how fresh the records are, and where to see it again.

    Attributes:
        asked: the filters in words. freshness: of the records. link: the address that shows the same; empty without one.
        printed: the day, in words. fictional: whether the records are of the demonstration town.
        clock: the one that moments are told by.
    """

    asked: str
    freshness: str
    link: str
    printed: str
    fictional: bool = False
    clock: ZoneInfo = states.LONDON


def sheet(taken: Taken, beside: Beside) -> bytes:
    """The sheet as PDF."""
    return titled(paper.pdf(sheet_svg(taken, beside)), taken.title)


def sheet_svg(taken: Taken, beside: Beside) -> str:
    """The sheet as SVG: title, sentence, filters, chart, notes, phases, signals, definition, caveats, version, link."""
    top = [paragraph(taken.title, TITLE), paragraph(taken.sentence, SAID), paragraph(beside.asked, QUIET)]
    foot = _foot(taken.reading, beside)
    under = _fitting(_under(taken), HIGH - 2 * MARGIN - LEAST - 24 - _high(top) - _high(foot))
    room = min(TALLEST, HIGH - 2 * MARGIN - 24 - _high(top) - _high(under) - _high(foot))
    parts, y = _placed(top, MARGIN)
    drawn, tall = paper.picture(chart_svg(taken), MARGIN, y + 8, ROOM, room)
    below, _ = _placed(under, y + 16 + tall)
    end, _ = _placed(foot, HIGH - MARGIN - _high(foot))
    rule = HIGH - MARGIN - _high(foot) - 4
    line = f'<path d="M{MARGIN},{rule:.2f}H{WIDE - MARGIN}" stroke="{LIGHT.band}" stroke-width="1"/>'
    return paper.page(parts + drawn + below + line + end)


def chart_svg(taken: Taken) -> str:
    """The chart in dark on white without a heading of its own, which the sheet says in its words."""
    import vl_convert

    if taken.picture is None:
        raise ValueError(f"{taken.title} has no single picture, so no sheet")
    spec = taken.picture().to_dict()
    return vl_convert.vegalite_to_svg({**spec, "title": {"text": ""}, "width": ACROSS})


def _under(taken: Taken) -> list[Paragraph]:
    """What stands beneath the chart, the most needed first: what does not fit is left out from the end."""
    reading = taken.reading
    blocks = [paragraph(taken.key, FOOT)] if taken.key else []
    if reading.shape == "series":
        kind, every = reading.measure.kind, reading.request.period
        if shown(reading).charted:
            blocks += [paragraph(LEGEND, FOOT), paragraph("What to expect", HEAD)]
            blocks += [_bullet(_phase(cell)) for cell in phase_cells(reading)]
        points = shown(reading).points
        blocks += [paragraph(words.signal_list(points, kind=kind, every=every, most=5), BODY)]
        blocks += [paragraph(words.last_value(points, kind=kind, every=every), BODY)]
    if taken.notes:
        blocks += [paragraph("What people noted", HEAD), *(paragraph(text, BODY, indent=6) for text in taken.notes)]
    blocks += [paragraph("What is counted", HEAD), paragraph(reading.definition, BODY)]
    blocks += [paragraph(reading.measure.question, BODY)]
    caveats = told(reading)
    if caveats:
        blocks += [paragraph("What to know", HEAD), *map(_bullet, caveats)]
    return blocks


def _phase(cell: dict[str, str]) -> str:
    return " · ".join(text for text in (cell["name"], cell["figures"], cell["n"], cell["verdict"]) if text)


def _bullet(text: str) -> Paragraph:
    return paragraph(f"• {text}", BODY, indent=6)


def _fitting(blocks: list[Paragraph], room: float) -> list[Paragraph]:
    """As many of the blocks as there is room for, and where some are left out a line that says so."""
    if _high(blocks) <= room:
        return blocks
    more = paragraph("There is more to know than fits this sheet: open the page.", QUIET)
    kept: list[Paragraph] = []
    for block in blocks:
        if _high([*kept, block, more]) > room:
            break
        kept.append(block)
    return [*kept, more]


def _foot(reading: Reading, beside: Beside) -> list[Paragraph]:
    fiction = " The demonstration town is fictional: no person in it exists." if beside.fictional else ""
    known_at = states.moment(reading.as_of, beside.clock)
    version = f"Data version {reading.data_version} · known at {known_at} · printed {beside.printed}."
    lines = [f"{beside.freshness}.{fiction}", version, *([f"See it again: {beside.link}"] if beside.link else [])]
    return [paragraph(line, FOOT) for line in lines]


def _high(blocks: list[Paragraph]) -> float:
    return sum(block.high for block in blocks)


def _placed(blocks: list[Paragraph], y: float) -> tuple[str, float]:
    parts = []
    for block in blocks:
        parts.append(paper.drawn(block, MARGIN, y))
        y += block.high
    return "".join(parts), y
