"""A page of A4 as SVG, in which words stay words: text broken into lines, pictures placed, nothing over the edge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

WIDE, HIGH = 595.28, 841.89  # points: 210 × 297 mm
MARGIN = 40.0
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
LINE = 1.36  # of the size, from one line to the next
BOLD = 1.07  # how much wider bold letters are
# Widths of Liberation Sans in thousandths of its size (those of Arial); any other character counts as a wide one.
WIDTHS = {
    letter: width
    for width, letters in {
        191: "'", 222: "ijl", 278: " !,./:;I[\\]ft·", 333: "()-`r‘’“”", 355: '"', 350: "•", 389: "*", 469: "^", 500: "Jcksvxyz",
        556: "#$0123456789?L_abdeghnopqu–", 584: "+<=>~×−±", 611: "FTZ", 667: "&ABEKPSVXY", 722: "CDHNRUw", 778: "GOQ",
        833: "Mm", 889: "%", 944: "W", 1000: "—…", 1015: "@",
    }.items()
    for letter in letters
}  # fmt: skip
WIDEST = 1000


@dataclass(frozen=True)
class Style:
    """How a paragraph looks: its size in points, whether bold, its colour, and the air before it."""

    size: float
    colour: str
    bold: bool = False
    before: float = 0.0


@dataclass(frozen=True)
class Paragraph:
    """Lines that fit, and how high they stand."""

    lines: tuple[str, ...]
    style: Style
    indent: float = 0.0

    @property
    def high(self) -> float:
        """Points, the air before it included."""
        return self.style.before + len(self.lines) * self.style.size * LINE if self.lines else 0.0


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide a line of text is, in points."""
    return sum(WIDTHS.get(letter, WIDEST) for letter in text) * size / 1000 * (BOLD if bold else 1.0)


def paragraph(text: str, style: Style, wide: float = WIDE - 2 * MARGIN, indent: float = 0.0) -> Paragraph:
    """The text broken between words, or within a word too long for a line, such as an address."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        for piece in _pieces(word, style, wide - indent):
            longer = f"{line} {piece}".strip()
            if line and width(longer, style.size, style.bold) > wide - indent:
                lines.append(line)
                longer = piece
            line = longer
    return Paragraph((*lines, line) if line else (), style, indent)


def _pieces(word: str, style: Style, wide: float) -> list[str]:
    if width(word, style.size, style.bold) <= wide:
        return [word]
    pieces, piece = [], ""
    for letter in word:
        if width(piece + letter, style.size, style.bold) > wide:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]


def drawn(told: Paragraph, x: float, y: float) -> str:
    """A paragraph as SVG text whose top stands at y."""
    style = told.style
    weight = ' font-weight="700"' if style.bold else ""
    first = y + style.before + style.size
    return "".join(
        f'<text x="{x + told.indent:.2f}" y="{first + number * style.size * LINE:.2f}" font-size="{style.size}"'
        f' fill="{style.colour}"{weight}>{escape(_printable(line))}</text>'
        for number, line in enumerate(told.lines)
    )


def picture(svg: str, x: float, y: float, wide: float, high: float) -> tuple[str, float]:
    """A picture as large as fits, and how high it became. Its own size is read from its `viewBox`."""
    head = re.match(r"<svg[^>]*>", svg)
    box = re.search(r'viewBox="([^"]+)"', head.group(0)) if head else None
    if head is None or box is None:
        raise ValueError("a picture for paper must be an SVG that says its viewBox")
    own_wide, own_high = (float(number) for number in box.group(1).split()[2:])
    scale = min(wide / own_wide, high / own_high)
    place = f'x="{x:.2f}" y="{y:.2f}" width="{own_wide * scale:.2f}" height="{own_high * scale:.2f}"'
    inner = svg[head.end() :]
    return f'<svg {place} viewBox="{box.group(1)}">{inner}', own_high * scale


def page(body: str) -> str:
    """One white page with this on it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{WIDE}" '
        f'height="{HIGH}" viewBox="0 0 {WIDE} {HIGH}" font-family="{FONT}">'
        f'<rect width="{WIDE}" height="{HIGH}" fill="#FFFFFF"/>{body}</svg>'
    )


def pdf(svg: str) -> bytes:
    """A page as PDF; its words can be searched and copied."""
    import vl_convert

    return vl_convert.svg_to_pdf(svg)


def _printable(text: str) -> str:
    """Text without the characters that XML forbids."""
    return re.sub(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
