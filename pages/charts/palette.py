"""The colours of every page and chart: a light and a dark value a role, and the same roles as CSS variables.

Blue and orange are near-equal in grey, so a colour never carries a meaning alone: a shape or a word stands beside it.
Contrast ratios against the page are in docs (experience): text 15.2, lines 9.1, limits 5.5, better 6.7, worse 5.5.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Palette:
    """A colour a role. `better` is also links, focus and value demand; `worse` is also failure demand."""

    page: str
    panel: str
    band: str
    text: str
    muted: str
    line: str
    limit: str
    better: str
    worse: str
    signal: str
    unknown: str


LIGHT = Palette(
    page="#FFFFFF",
    panel="#F4F6F8",
    band="#E6ECF2",
    text="#1B2733",
    muted="#4A5866",
    line="#3B4A59",
    limit="#5B6B7B",
    better="#0B5CAD",
    worse="#B34700",
    signal="#6B3FA0",
    unknown="#7C8894",
)
DARK = Palette(
    page="#11181F",
    panel="#1A232C",
    band="#22303C",
    text="#E8EDF2",
    muted="#AEBAC6",
    line="#C3CDD7",
    limit="#93A1AF",
    better="#6CB6FF",
    worse="#FFA657",
    signal="#C8A6FF",
    unknown="#8896A4",
)
# What a page draws with: the browser picks light or dark itself, so a chart never disagrees with the page it stands on.
PAGE = Palette(**{role: f"var(--sc-{role})" for role in asdict(LIGHT)})


def variables() -> str:
    """The CSS declarations that give each role its light and dark value."""
    dark = asdict(DARK)
    return "".join(f"--sc-{role}:light-dark({light},{dark[role]});" for role, light in asdict(LIGHT).items())
