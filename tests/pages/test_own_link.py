"""A link holds the figures and nothing else, opens the same picture, and a damaged one is one sentence."""

import random
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.own import link
from pages.own.drawn import picture
from pages.own.meaning import Asked, default_chart, default_what
from pages.own.pasted import Figures, understand


def weeks(count: int, value=lambda: random.randint(100, 999), of: bool = False) -> Figures:
    random.seed(count)
    start = date(2022, 1, 3)
    lines = []
    for place in range(count):
        second = f"\t{random.randint(1000, 1999)}" if of else ""
        lines.append(f"{start + timedelta(weeks=place)}\t{value()}{second}")
    return understand("\n".join(lines)).figures


def asked_of(figures: Figures) -> Asked:
    what, _ = default_what(figures)
    return Asked(what=what, chart=default_chart(what, figures)[0], title="Calls", unit="calls")


@pytest.mark.parametrize("of", [False, True])
def test_two_hundred_points_fit_and_open_the_same_picture(of):
    figures = weeks(200, of=of)
    asked = asked_of(figures)
    packed = link.pack(figures, asked)
    assert len(packed) < 1_500  # a line of three and a half screens at most; LONGEST leaves room for decimals
    again, asked_again = link.unpack(packed)
    assert asked_again == asked
    here, there = picture(figures, asked, 20_000), picture(again, asked_again, 20_000)
    assert here.sentence == there.sentence
    assert here.points.equals(there.points)


def test_figures_without_dates_with_gaps_and_in_per_cent_come_back():
    for text in ("41\n\n38.25\n40", "45%\n\n50%", "2026-05-04\n2026-05-11\n2026-05-29"):
        figures = understand(text).figures
        again, _ = link.unpack(link.pack(figures, asked_of(figures)))
        assert again.points["value"].to_list() == figures.points["value"].to_list()
        assert again.points["day"].to_list() == figures.points["day"].to_list()
        assert (again.percent, again.events, again.dated) == (figures.percent, figures.events, figures.dated)


def test_a_thousand_points_are_too_many():
    figures = weeks(1_000, value=random.random)
    assert len(link.pack(figures, asked_of(figures))) > link.LONGEST


def test_words_are_shortened_and_a_number_of_somebody_is_left_out():
    figures = weeks(12)
    long = replace(asked_of(figures), title="x" * 200, unit="y\n" * 40)
    _, asked = link.unpack(link.pack(figures, long))
    assert (len(asked.title), len(asked.unit)) == (link.TITLE, link.UNIT - 1)  # no space at the end
    for title in ("Mail ann@example.org", "Case 4512 3398", "Ring 07700 900123"):
        _, asked = link.unpack(link.pack(figures, replace(long, title=title)))
        assert asked.title == ""
    _, asked = link.unpack(link.pack(figures, replace(long, title="Calls 2025-26")))
    assert asked.title == "Calls 2025-26"


def outcome(text: str) -> str:
    try:
        return link.pack(*link.unpack(text))
    except link.LinkDamaged:
        return "refused"


def test_every_lost_or_changed_letter_is_noticed():
    packed = link.pack(weeks(12), asked_of(weeks(12)))
    random.seed(1)
    for _ in range(200):
        place = random.randrange(len(packed))
        other = random.choice([letter for letter in "ABCxyz019_-" if letter != packed[place]])
        for damaged in (
            packed[:place],
            packed[:place] + packed[place + 1 :],
            packed[:place] + other + packed[place + 1 :],
        ):
            came = outcome(damaged)
            assert came in ("refused", packed)  # a last letter holds bits that mean nothing


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_no_address_ever_raises_anything_else(text):
    with pytest.raises(link.LinkDamaged):
        link.unpack(text)


def forged(**changes) -> str:
    """What somebody might send who knows the form of a link."""
    import base64
    import json
    import zlib

    held = {"version": 1, "what": "count", "chart": "c_prime", "rules": "wheeler", "better": "neither", "per": 1, "flags": 0,
            "currency": "", "title": "", "unit": "", "steps": [20000, 7], "value": [1, 2], "of": None} | changes  # fmt: skip
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(list(held.values())).encode())).decode().rstrip("=")


def test_the_forger_can_forge():
    figures, _ = link.unpack(forged())
    assert figures.points["value"].to_list() == [1, 2]


@pytest.mark.parametrize("changes", [
    {"what": "murders"}, {"what": ["count"]}, {"chart": "t"}, {"rules": "mine"}, {"better": "up"}, {"per": 7}, {"per": True},
    {"flags": 9}, {"currency": "<b>"}, {"title": "x" * 99}, {"title": "a\nb"}, {"unit": 5}, {"steps": [1]}, {"steps": [9, -1]},
    {"steps": [10**9, 1]}, {"steps": [1.5, 1]}, {"value": [1, "2"]}, {"value": [1, True]}, {"value": [1, 1e300]},
    {"value": [None, None]}, {"value": []}, {"value": "12"}, {"value": [float("inf"), 1]}, {"of": [1, 2]},
    {"what": "share", "chart": "p_prime"},
    {"value": [1] * 6_000, "steps": None}, {"version": 2}, {"value": [[[[]]]], "steps": None},
])  # fmt: skip
def test_a_forged_link_is_refused(changes):
    with pytest.raises(link.LinkDamaged):
        link.unpack(forged(**changes))


def test_a_link_that_unpacks_to_a_flood_is_refused():
    with pytest.raises(link.LinkDamaged):
        link.unpack(forged(title="x" * 5_000_000))
    with pytest.raises(link.LinkDamaged):
        link.unpack(forged(title="[" * 100_000))


def test_what_comes_out_of_a_link_is_a_frame_of_the_same_kind():
    figures, _ = link.unpack(forged())
    assert dict(figures.points.schema) == {"day": pl.Date, "value": pl.Float64, "of": pl.Float64, "line": pl.UInt32}
