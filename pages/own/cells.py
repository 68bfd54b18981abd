"""A pasted text as lines and cells. Where a comma may stand between two columns or inside a number, a person is asked."""

from __future__ import annotations

import csv
import re

import polars as pl

from pages.own import amounts, days

BETWEEN = {"tab": "\t", "semicolon": ";", "bar": "|", "comma": ","}
WAYS = (*BETWEEN, "first_comma", "spaces", "whole")
MOST_COLUMNS = 60
LOOK = 400  # lines looked at to find out how a text is cut
A_DAY = (
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
    r"|\d{4}-\d{1,2}|(?:\d{1,2} )?[A-Za-z]{3,9} \d{4}"
)
DAY_AND_REST = rf"^({A_DAY})[ \u00a0]+(.+)$"


def lines_of(text: str) -> pl.DataFrame:
    """Every line with its number, from the first that is not blank to the last."""
    sound = text.encode("utf-8", "replace").decode("utf-8")  # a browser may send half of a pair of letters
    held = re.split(r"\r\n|\r|\n", sound.removeprefix("\ufeff").replace("\0", ""))
    frame = pl.DataFrame({"text": held}).with_row_index("line", 1)
    filled = frame["text"].str.contains(r"[^\s,;|\u00a0]").arg_true()
    return frame.clear() if filled.is_empty() else frame[int(filled[0]) : int(filled[-1]) + 1]


def ways_of(lines: pl.DataFrame) -> list[str]:
    """The ways in which these lines may be cut into cells, the likeliest first; more than one is a question."""
    told = lines["text"].filter(lines["text"].str.contains(r"\S")).head(LOOK)
    for way in ("tab", "semicolon", "bar"):
        if _most(told.str.contains(BETWEEN[way], literal=True)):
            return [way]
    body = told[1:] if told.len() > 1 and not _is_number(told[:1])[0] else told
    whole = bool(_is_number(body).all())
    if _most(told.str.contains(",", literal=True)):
        return _with_commas(told, body, whole=whole)
    if _most(body.str.contains(DAY_AND_REST) & days.read(body)["day"].is_null()):
        return ["spaces"]
    tokens = body.str.strip_chars().str.split(" ").list.eval(pl.element().filter(pl.element() != ""))
    several = tokens.list.len()
    if several.min() == several.max() and (several.min() or 1) > 1 and _is_number(tokens.explode()).all():
        return ["whole", "spaces"] if whole else ["spaces"]
    return ["whole"]


def cut(lines: pl.DataFrame, way: str) -> pl.DataFrame:
    """The lines as cells.

    Returns:
        `line`, and `c0`, `c1` …: text without spaces round it, null where nothing is left.
    """
    text = lines["text"]
    if way == "whole":
        parts = text.to_frame("p").select(pl.concat_list("p"))["p"]
    elif way == "first_comma":
        parts = text.str.splitn(",", 2).struct.unnest().select(pl.concat_list(pl.all()))["field_0"]
    elif way == "spaces":
        parts = _at_spaces(text)
    elif text.str.contains('"', literal=True).any():
        parts = pl.Series([_row(line, BETWEEN[way]) for line in text], dtype=pl.List(pl.String))
    else:
        parts = text.str.split(BETWEEN[way])
    width = min(int(parts.list.len().max() or 1), MOST_COLUMNS)
    found = parts.to_frame("p").select(
        pl.col("p").list.get(place, null_on_oob=True).str.strip_chars().alias(f"c{place}") for place in range(width)
    )
    empty = [pl.when(pl.col(name).str.len_bytes() > 0).then(name) for name in found.columns]
    return found.select(lines["line"], *empty)


def _with_commas(told: pl.Series, body: pl.Series, *, whole: bool) -> list[str]:
    """Commas between columns, or inside numbers: more than one way where both read."""
    counts = told.str.count_matches(",")
    quoted = told.str.contains('"', literal=True).any()
    if whole and not quoted:
        return ["whole"] if body.str.count_matches(",").n_unique() > 1 else ["comma", "whole"]
    if not quoted and counts.min() == counts.max() == 2:  # under headings of three columns nobody would ask
        rest = told.str.splitn(",", 2).struct.field("field_1")
        if days.read(told.str.split(",").list.first())["day"].is_not_null().all() and _is_number(rest).all():
            return ["comma", "first_comma"]
    return ["comma"]


def _at_spaces(text: pl.Series) -> pl.Series:
    """A date, then what follows it; or numbers with spaces between; a line that is neither stays one cell."""
    line = pl.col("t").str.replace_all(r"[ \u00a0]+", " ").str.strip_chars()
    day, rest = line.str.extract(DAY_AND_REST, 1), line.str.extract(DAY_AND_REST, 2)
    words = line.str.split(" ")
    numbers = words.list.eval(pl.element().str.contains(r"^[+-]?[£$€]?[0-9][0-9.,]*%?$")).list.all()
    parts = (
        pl.when(day.is_not_null()).then(pl.concat_list(day, rest.str.split(" ")))
        .when(numbers).then(words).otherwise(pl.concat_list(line))
    )  # fmt: skip
    return text.to_frame("t").select(p=parts)["p"]


def _row(line: str, mark: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=mark), [""])
    except csv.Error:
        return line.split(mark)


def _is_number(texts: pl.Series) -> pl.Series:
    return amounts.read(texts, amounts.POINT).is_not_null() | amounts.read(texts, amounts.COMMA).is_not_null()


def _most(found: pl.Series) -> bool:
    return bool(len(found)) and int(found.fill_null(value=False).sum()) * 2 >= len(found)
