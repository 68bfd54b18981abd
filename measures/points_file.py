"""Anybody's figures from a CSV file: read strictly, so that no figure is guessed, and refused in one sentence.

The first line names the columns. Text is checked as text before it is a number, so that a "12,5" or an "n/a" is said
with its row, and never becomes nothing. Rows are counted below that first line, from 1.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import polars as pl

from measures.model.results import Caveat

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBERS = ("value", "of", "fixed_centre", "fixed_lower", "fixed_upper")
MARKS = ("baseline", "excluded")
NAMES = ("series", "phase", "subgroup")
COLUMNS = ("value", "of", "at", *NAMES, *MARKS, *NUMBERS[2:])

TRUE, FALSE = ("true", "1"), ("false", "0")
MOST = 1e100  # beyond, squares and sums no longer fit a number of the machine
ISO_DAY = r"^\d{4}-\d{2}-\d{2}$"
ISO_MOMENT = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?)?$"
OTHER_DAY = r"^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}"


class PointsRefused(ValueError):
    """What is in the file cannot be read as points; one sentence says where and what to do."""


def read_points(data: bytes) -> pl.DataFrame:
    """One row a row of the file, in its order, with the columns it has of `COLUMNS`.

    Args:
        data: the file. Columns: `value` (the numerator of a rate); optionally `of` (the denominator), `at` (a number,
            a date as 2026-05-04, or a name), `series`, `phase`, `subgroup`, `baseline` and `excluded` (true, false,
            1 or 0), `fixed_centre`, `fixed_lower`, `fixed_upper`.

    Returns:
        Numbers as Float64, marks as Boolean, names as String (a phase of whole numbers as Int64), `at` as a number
        where all of them are, else as the text it was. An empty cell is null; an empty mark is false.

    Raises:
        PointsRefused: one sentence that shows the row and the value.
    """
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    data = (data if b"\n" in data else data.replace(b"\r", b"\n")).rstrip(b"\r\n")  # blank lines at the end are no rows
    header = _header(data)
    cells = _cells(data, header)
    empty = [name for name in header if cells.height and cells[name].null_count() == cells.height]
    given = [name for name in header if name in ("value", "of") or name not in empty]
    columns = []
    for name in given:
        if name in NUMBERS:
            columns.append(_numbers(cells[name]))
        elif name in MARKS:
            columns.append(_marks(cells[name]))
        elif name == "phase":
            columns.append(_phases(cells[name]))
        elif name == "at":
            columns.append(_times(cells[name]))
        else:
            columns.append(cells[name])
    return pl.DataFrame(columns)


def _header(data: bytes) -> list[str]:
    """The names of the columns."""
    if not data.strip():
        raise PointsRefused("the file is empty; its first line names the columns, for instance: at,value")
    try:
        first = data.split(b"\n", 1)[0].decode("utf-8")
    except UnicodeDecodeError:
        raise PointsRefused("the file is not text in UTF-8; save it as CSV UTF-8") from None
    if "\0" in first:
        raise PointsRefused("the file is not text in UTF-8; save it as CSV UTF-8")
    names = [name.strip() for name in next(csv.reader([first.rstrip("\r")]), [])]
    known = ", ".join(COLUMNS)
    for name in names:
        if names.count(name) > 1:
            raise PointsRefused(f"the column '{name}' is there twice; keep one of them")
        if name in COLUMNS:
            continue
        apart = next((mark for mark in (";", "\t", "|") if mark in name), None)
        if apart is not None:
            raise PointsRefused(
                f"the first line is {first.strip()!r}; separate columns with commas, not with {apart!r}"
            )
        if _is_number(name):
            raise PointsRefused(f"the first line holds {name!r}, a number; name the columns there, of: {known}")
        raise PointsRefused(f"the column '{name}' is not known; name each column one of: {known}")
    if "value" not in names:
        raise PointsRefused(f"there is no column 'value', only {', '.join(names)}; call the figures 'value'")
    return names


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _cells(data: bytes, header: list[str]) -> pl.DataFrame:
    """Every cell as text without spaces round it, null where nothing is left."""
    _check_widths(data, len(header))
    try:
        read = pl.read_csv(io.BytesIO(data), infer_schema=False)
    except pl.exceptions.PolarsError as problem:
        if "utf-8" in str(problem):
            raise PointsRefused("the file is not text in UTF-8; save it as CSV UTF-8") from None
        _check_each_width(data, len(header))
        raise PointsRefused(
            "the file cannot be read as CSV: a quotation mark is opened and not closed, or stands inside a cell; "
            "save it again as CSV UTF-8"
        ) from None
    read.columns = header
    text = pl.all().str.strip_chars()
    return read.with_columns(pl.when(text.str.len_bytes() > 0).then(text))


def _check_widths(data: bytes, width: int) -> None:
    """Refuse a row with more or fewer cells than there are names: which cell is missing would be a guess."""
    if b'"' not in data and data.count(b",") == (width - 1) * (data.count(b"\n") + 1):
        return  # not a look at every line of ten million; where one has too many, reading itself stops
    _check_each_width(data, width)


def _check_each_width(data: bytes, width: int) -> None:
    for row, cells in enumerate(_rows(data)):
        if row and cells != width and not (width == 1 and cells == 0):
            raise PointsRefused(
                f"row {row} has {cells} {'cell' if cells == 1 else 'cells'} where the first line names {width}; "
                "leave a cell without a figure empty, and put a cell with a comma in quotation marks"
            )


def _rows(data: bytes) -> Iterator[int]:
    """How many cells each line has."""
    if b'"' not in data:
        yield from (line.count(b",") + 1 if line.strip() else 0 for line in data.split(b"\n"))
        return
    try:
        yield from (len(row) for row in csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    except UnicodeDecodeError:
        raise PointsRefused("the file is not text in UTF-8; save it as CSV UTF-8") from None
    except csv.Error:
        return


def _where(wrong: pl.Series) -> int:
    return wrong.arg_max() or 0


def _numbers(text: pl.Series) -> pl.Series:
    numbers = text.cast(pl.Float64, strict=False)
    wrong = text.is_not_null() & ~numbers.is_finite().fill_null(value=False)
    if wrong.any():
        row = _where(wrong)
        raise PointsRefused(
            f"'{text.name}' holds {text[row]!r} in row {row + 1}, which is not a number; write 12.5 as 12.5, and leave a "
            "cell without a figure empty"
        )
    if (wrong := (numbers.abs() > MOST).fill_null(value=False)).any():
        row = _where(wrong)
        raise PointsRefused(
            f"'{text.name}' holds {text[row]!r} in row {row + 1}, too large to reckon with; measure it in a larger unit"
        )
    return numbers


def _marks(text: pl.Series) -> pl.Series:
    lower = text.str.to_lowercase()
    wrong = lower.is_not_null() & ~lower.is_in([*TRUE, *FALSE])
    if wrong.any():
        row = _where(wrong)
        raise PointsRefused(
            f"'{text.name}' holds {text[row]!r} in row {row + 1}; mark each row true or false (or 1 or 0)"
        )
    return lower.is_in(TRUE).fill_null(value=False).alias(text.name)


def _phases(text: pl.Series) -> pl.Series:
    if text.null_count():
        raise PointsRefused(f"'phase' is empty in row {_where(text.is_null()) + 1}; name the phase of each row")
    numbers = text.cast(pl.Int64, strict=False)
    return text if numbers.null_count() else numbers


def _times(text: pl.Series) -> pl.Series:
    """Numbers where all are numbers (whole ones whole), else the text as it is."""
    for kind in (pl.Int64(), pl.Float64()):
        numbers = text.cast(kind, strict=False)
        if numbers.null_count() == text.null_count() and (kind == pl.Int64() or numbers.drop_nulls().is_finite().all()):
            return numbers
    return text


def days(at: pl.Series) -> pl.Series | None:
    """The days of `at` where every one is a date as 2026-05-04; else None."""
    if at.dtype != pl.String or at.null_count() or not at.str.contains(ISO_DAY).all():
        return None
    dates = at.str.to_date("%Y-%m-%d", strict=False)
    return None if dates.null_count() else dates


def said_of_times(points: pl.DataFrame) -> list[Caveat]:
    """What a reader must know of the order of the rows, which is the order of the points: `unsorted`, `same_time`
    and `times_as_names`.
    """  # noqa: D205
    if "at" not in points.columns:
        return []
    at = points["at"]
    known = at.drop_nulls()
    if at.dtype == pl.String and not known.str.contains(ISO_MOMENT).all():
        return _as_names(at)
    if at.dtype == pl.String and (wrong := _no_such_day(at)) is not None:
        return [_names(at, wrong)]
    name = ["series"] if "series" in points.columns else []
    # each row beside the one before it in its series; text of ISO times sorts as the times do
    before = pl.col("at").shift().over(name) if name else pl.col("at").shift()
    beside = points.select("at", before.alias("before"))
    back, same = beside["at"] < beside["before"], beside["at"] == beside["before"]
    said = []
    if back.any():
        row = _where(back.fill_null(value=False))
        said.append(
            Caveat(
                "unsorted",
                f"'at' goes from {beside['before'][row]} back to {at[row]} in row {row + 1}: the rows are read in the order "
                "of the file; sort them by time if that is not the order things happened in",
            )
        )
    if same.any() and "subgroup" not in points.columns:
        count, row = int(same.sum()), _where(same.fill_null(value=False))
        said.append(
            Caveat(
                "same_time",
                f"{count:,} {'row has' if count == 1 else 'rows have'} the time of the row before, the first in row "
                f"{row + 1} ({at[row]}): each is a point of its own; name a subgroup to make one point of them",
            )
        )
    return said


def _no_such_day(at: pl.Series) -> int | None:
    """The first row with a day that no calendar has."""
    wrong = at.is_not_null() & at.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).is_null()
    return _where(wrong) if wrong.any() else None


def _as_names(at: pl.Series) -> list[Caveat]:
    """Names have no order of their own; say so where they look like times."""
    times = at.str.contains(ISO_MOMENT).fill_null(value=False)
    if times.any():
        return [_names(at, _where(at.is_not_null() & ~times))]
    looks = at.str.contains(OTHER_DAY).fill_null(value=False)
    return [_names(at, _where(looks))] if looks.any() else []


def _names(at: pl.Series, row: int) -> Caveat:
    return Caveat(
        "times_as_names",
        f"'at' holds {at[row]!r} in row {row + 1}, which is not a date as 2026-05-04: the times are read as names, and the "
        "rows in the order of the file",
    )
