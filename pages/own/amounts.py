"""Numbers as people and spreadsheets write them: £1,234.50, 45%, 1 234,5, (12). What could be two numbers is not guessed."""

from __future__ import annotations

import polars as pl

POINT, COMMA = "point", "comma"
MOST = 1e100  # beyond, squares and sums no longer fit a number of the machine
SPACES = "[ \u00a0\u2009\u202f'’]"
GROUPED = rf"^([+-]?[0-9]{{1,3}})((?:{SPACES}[0-9]{{3}})+)([.,][0-9]+)?$"
SHAPES = {
    POINT: r"^[+-]?([0-9]+|[1-9][0-9]{0,2}(,[0-9]{3})+)?(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?$",
    COMMA: r"^[+-]?([0-9]+|[1-9][0-9]{0,2}(\.[0-9]{3})+)?(,[0-9]*)?([eE][+-]?[0-9]{1,3})?$",
}


def bare(texts: pl.Series) -> pl.Series:
    """The texts without what stands round a number: currency, per cent, spaces between thousands; (12) is -12."""
    text = pl.col("text").str.replace_all("[−–]", "-").str.strip_chars(" \u00a0\u2009\u202f\ufeff")
    text = text.str.replace(r"^\(([^()-]+)\)$", "-$1").str.replace(r"^([+-]?)\s*[£$€]\s*", "$1")
    text = text.str.replace(r"\s*[£€]$", "").str.replace(r"\s*%$", "")
    digits = text.str.replace_all(SPACES, "")
    frame = texts.cast(pl.String).rename("text").to_frame()
    return frame.select(text=pl.when(text.str.contains(GROUPED)).then(digits).otherwise(text))["text"]


def read(texts: pl.Series, mark: str) -> pl.Series:
    """The numbers, with decimals written after a point or after a comma; null where a text is no number.

    >>> read(pl.Series(["£1,234.50", "45%", "n/a"]), POINT).to_list()
    [1234.5, 45.0, None]
    >>> read(pl.Series(["1.234,5"]), COMMA).to_list()
    [1234.5]
    """
    if texts.cast(pl.String).str.contains("^[0-9]{1,15}$").all():  # as most columns of counts are written
        return texts.cast(pl.Float64).rename("value")
    text = pl.col("text")
    sound = text.str.contains(SHAPES[mark]) & text.str.contains("[0-9]")
    plain = text.str.replace_all(",", "") if mark == POINT else text.str.replace_all(r"\.", "").str.replace(",", ".")
    frame = bare(texts).to_frame().select(value=pl.when(sound).then(plain).cast(pl.Float64, strict=False))
    return frame.select(pl.when(pl.col("value").abs() <= MOST).then("value"))["value"]


def in_percent(texts: pl.Series) -> bool:
    """Whether the column is written in per cent."""
    told = texts.drop_nulls().str.strip_chars()
    told = told.filter(told.str.contains("[0-9]"))
    return bool(len(told)) and bool(told.str.ends_with("%").all())


def currency(texts: pl.Series) -> str:
    """The sign of the currency a column is written in; empty where there is none, or several."""
    found = texts.drop_nulls().str.extract("([£$€])").drop_nulls().unique().to_list()
    return found[0] if len(found) == 1 else ""


def mark_of(columns: list[pl.Series]) -> tuple[str | None, str]:
    """How decimals are written in these columns together; None and an example where that could be two things.

    >>> mark_of([pl.Series(["12,5", "1,234"])]), mark_of([pl.Series(["1,234", "12"])])
    (('comma', '12,5'), (None, '1,234'))
    """
    texts = pl.concat([column.cast(pl.String).rename("text") for column in columns]).drop_nulls() if columns else None
    texts = None if texts is None else texts.unique(maintain_order=True)
    if texts is None or texts.is_empty():
        return POINT, ""
    point, comma = read(texts, POINT), read(texts, COMMA)
    only_point, only_comma = point.is_not_null() & comma.is_null(), comma.is_not_null() & point.is_null()
    differ = (point != comma).fill_null(value=False)
    if only_point.any() and only_comma.any():
        return None, texts.filter(only_comma)[0]
    if only_point.any():
        return POINT, texts.filter(only_point)[0]
    if only_comma.any():
        return COMMA, texts.filter(only_comma)[0]
    return (None, texts.filter(differ)[0]) if differ.any() else (POINT, "")
