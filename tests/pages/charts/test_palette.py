"""The palette: contrast as designed, and the theme's configuration in step with it."""

import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from pages.charts.palette import DARK, LIGHT, variables

CONFIG = tomllib.loads((Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text())


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("role", "least"),
    [("text", 7), ("muted", 4.5), ("line", 4.5), ("limit", 4.5), ("better", 4.5), ("worse", 4.5), ("signal", 4.5),
     ("unknown", 3)],
)  # fmt: skip
def test_every_role_can_be_read_on_page_and_panel(palette, role, least):
    colour = asdict(palette)[role]
    assert contrast(colour, palette.page) >= least
    if least >= 4.5:
        assert contrast(colour, palette.panel) >= 4.5


def test_limits_can_be_read_on_their_band():
    assert contrast(LIGHT.limit, LIGHT.band) >= 4.5
    assert contrast(DARK.limit, DARK.band) >= 4.5


@pytest.mark.parametrize(("theme", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_the_theme_is_the_palette(theme, palette):
    held = CONFIG["theme"][theme]
    assert held["backgroundColor"] == palette.page
    assert held["secondaryBackgroundColor"] == palette.panel
    assert held["textColor"] == palette.text
    assert held["primaryColor"] == palette.better


def test_every_role_reaches_the_page_as_a_variable():
    assert all(f"--sc-{role}:light-dark({colour}," in variables() for role, colour in asdict(LIGHT).items())


def test_the_server_keeps_to_itself():
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["server"]["enableAgentApi"] is False
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"] == {
        "showErrorDetails": "none", "showErrorLinks": False, "disableDataExport": True, "toolbarMode": "minimal",
    }  # fmt: skip
