"""Figures as people read them: shares as %, counts, durations in days; never rounded before a comparison."""

from __future__ import annotations

from collections.abc import Sequence

DAYS = ("duration", "median")


def decimals_for(value: float | None, lower: float | None, upper: float | None, kind: str) -> int:
    """The fewest decimals that tell the limits apart and keep the last value on its true side of them."""
    scale = 100 if kind == "share" else 1
    sides = [(value, limit) for limit in (lower, upper) if value is not None and limit is not None and value != limit]
    pairs = [*sides, (lower, upper)] if lower is not None and upper is not None and upper > lower else sides
    for decimals in range(4):
        if all(round(a * scale, decimals) != round(b * scale, decimals) for a, b in pairs if abs(a - b) * scale > 1e-3):
            return decimals
    return 3


def figure(value: float, kind: str, decimals: int) -> str:
    """One figure.

    >>> figure(0.614, "share", 0), figure(1234.0, "count", 0), figure(6.25, "rate", 1), figure(6.0, "count", 1)
    ('61%', '1,234', '6.2', '6')
    """
    shown = round(value * 100 if kind == "share" else value, decimals) + 0.0  # + 0.0: no minus before nought
    text = f"{shown:,.{decimals}f}"
    if kind == "count" and float(shown).is_integer():
        text = f"{shown:,.0f}"
    return f"{text}%" if kind == "share" else text


def amount(value: float, kind: str, decimals: int) -> str:
    """One figure with what it is measured in.

    >>> amount(1.0, "duration", 0), amount(12.4, "median", 1), amount(0.5, "share", 0)
    ('1 day', '12.4 days', '50%')
    """
    text = figure(value, kind, decimals)
    if kind not in DAYS:
        return text
    return f"{text} day" if text == "1" else f"{text} days"


def noun(unit: str, kind: str) -> str:
    """What the figures count, as it stands after them.

    >>> noun("share of demands", "share"), noun("of needs", "share"), noun("demands", "count"), noun("%", "share")
    ('of demands', 'of needs', 'demands', '')
    """
    if kind in DAYS:
        return "days"
    if kind == "share":
        _, of, what = f" {unit}".partition(" of ")
        return f"of {what}" if of else ""
    return unit


def spread(lower: str | None, upper: str | None, thing: str) -> str:
    """The predictable range in words; a limit that is None is no limit.

    >>> spread("61%", "78%", "of demands"), spread(None, "16", "demands"), spread("61%", None, "of needs")
    ('between 61% and 78% of demands', 'up to 16 demands', '61% or more of needs')
    """
    if lower is None and upper is None:
        return join("anything from none to all", thing)
    if lower is None:
        return join(f"up to {upper}", thing)
    if upper is None:
        return join(f"{lower} or more", thing)
    return join(f"always {lower}" if lower == upper else f"between {lower} and {upper}", thing)


def join(*parts: str) -> str:
    """Words with one space between them, empty ones left out."""
    return " ".join(part for part in parts if part)


def listed(sentences: Sequence[str]) -> str:
    """Sentences one after another, each with a capital."""
    return " ".join(text[0].upper() + text[1:] for text in sentences if text)
