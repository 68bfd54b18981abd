"""Signals in words: what signalled, since when, and whether that is better or worse for people."""

from __future__ import annotations

import polars as pl

from measures.capability.words import day_words, many

NAMES = {
    "outside_limits": "outside the limits",
    "range_outside_limit": "a larger step than predicted",
    "run": "a run on one side of the middle",
    "near_limit": "three of four close to a limit",
    "trend": "a trend",
    "two_in_three": "two of three close to a limit",
    "four_in_five": "four of five away from the middle",
    "alternating": "up and down in turn",
    "fifteen_inside": "fifteen close to the middle",
    "eight_outside": "eight away from the middle on both sides",
    "long_run": "an unusually long run on one side of the middle",
    "few_crossings": "too few crossings of the middle",
}


def worth(above: bool, better: str) -> str:
    """Whether that way is better for people: ", which is better", ", which is worse", or nothing.

    >>> worth(True, "lower"), worth(True, "higher"), worth(True, "neither")
    (', which is worse', ', which is better', '')
    """
    if better not in ("lower", "higher"):
        return ""
    return ", which is better" if above == (better == "higher") else ", which is worse"


def what_signalled(now: pl.DataFrame, better: str, word: str | None, since: str) -> list[str]:
    """Sentences on the signals of one phase, newest first; "Nothing has changed since …" where there is none.

    Args:
        now: the points of the phase in force that have a figure, with `_day` and `signals`.
        better: lower, higher or neither.
        word: week, month …; None where points are no periods.
        since: when the phase began.
    """
    last = now.row(-1, named=True)
    names, above = set(last["signals"]), last["value"] > last["centre"]
    side, way = ("higher" if above else "lower"), worth(above, better)
    point = word or "point"
    out = []
    if "outside_limits" in names:
        out.append(f"That is {side} than predicted{way}.")
    if names & {"run", "long_run"}:
        length, first = _run_to_the_end(now)
        when = "" if first is None else f", since {day_words(first)}"
        out.append(f"It has been {side} for {many(length, point)} in a row{when}{way}.")
    else:
        out += _close_to_a_limit(now, names, point, better)
    if "trend" in names:
        rising = now["value"][-1] > now["value"][-2]
        out.append(f"It has only {'risen' if rising else 'fallen'} for several {point}s{worth(rising, better)}.")
    out += [f"{text[0].upper()}{text[1:]}: {meaning}." for text, meaning in _patterns(names)]
    if names == {"range_outside_limit"}:
        out.append(f"The step from the {point} before is larger than predicted.")
    if "few_crossings" in names:
        out.append("The line crosses its middle less often than chance alone would.")
    if not out:
        return [_earlier(now, word, since)]
    return [*out, "Ask what happened." if names & {"outside_limits", "range_outside_limit"} else "Ask what changed."]


def _close_to_a_limit(now: pl.DataFrame, names: set[str], point: str, better: str) -> list[str]:
    """The rule about the last few points that says most, where one was met."""
    for name, some, of, where in (
        ("near_limit", "three", "four", "close to the {limit} limit"),
        ("two_in_three", "two", "three", "close to the {limit} limit"),
        ("four_in_five", "four", "five", "well away from the middle, towards the {limit} limit"),
    ):
        if name in names:
            high = _leaning_up(now, {"four": 4, "three": 3, "five": 5}[of])
            limit = "upper" if high else "lower"
            return [f"At least {some} of the last {of} {point}s were {where.format(limit=limit)}{worth(high, better)}."]
    return []


def _patterns(names: set[str]) -> list[tuple[str, str]]:
    """Patterns on both sides of the middle: no way is better, and what they usually mean."""
    meanings = {
        "alternating": "perhaps two sources are taken in turn",
        "fifteen_inside": "the limits may be wider than this system",
        "eight_outside": "perhaps two systems are mixed in one line",
    }
    return [(NAMES[name], meaning) for name, meaning in meanings.items() if name in names]


def _earlier(now: pl.DataFrame, word: str | None, since: str) -> str:
    told = (
        "completes" if "completes" in now.columns else "signals"
    )  # a pattern is seen where it completes, not at its members
    signalled = now.filter(pl.col(told).list.len() > 0)
    if signalled.is_empty():
        return f"Nothing has changed since {since}."
    point = signalled.row(-1, named=True)
    name = next(text for rule, text in NAMES.items() if rule in point[told])
    if point["_day"] is None:
        return f"The last signal was earlier ({name}); nothing since."
    when = "on" if word in (None, "day") else f"in the {word} from"
    return f"The last signal was {when} {day_words(point['_day'])} ({name}); nothing since."


def _run_to_the_end(now: pl.DataFrame) -> tuple[int, int | None]:
    """How many points the run at the end holds, and the day of its first; points on the middle are not counted."""
    away = now["value"] - now["centre"]
    margin = 1e-9 * now.select(pl.max_horizontal(pl.lit(1.0), pl.col("centre").abs())).to_series()
    side = (away > margin).cast(pl.Int8) - (away < -margin).cast(pl.Int8)
    member = now["signals"].list.contains("run") | now["signals"].list.contains("long_run")
    stops = ((side != 0) & (~member | (side != side.filter(side != 0)[-1]))).arg_true()
    start = int(stops[-1]) + 1 if len(stops) else 0
    inside = now[start:].filter(member[start:])
    return inside.height, inside["_day"][0]


def _leaning_up(now: pl.DataFrame, count: int) -> bool:
    """Whether most of the last so many points lie above the middle."""
    last = now.tail(count)
    return bool((last["value"] > last["centre"]).sum() * 2 > last.height)
