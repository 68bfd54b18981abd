"""The record picture: every record of one person by date and agency.

"Each different colour represents a different agency's involvement", report line 519. Here an agency is a lane, and
colour and shape say what kind of record it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from measures.story.lines import FAMILIES, is_in_sequence

MOST_MARKS = 240  # more than these on shared lines cannot be told apart; then a mark stands for several records, aloud
MOST_APART = 1500  # and so many where each kind of an agency has a line of its own
APART_CELLS = 24  # places across on such lines, so that a number has room beside each mark
MOST_LANES = 24  # agencies drawn on a lane of their own; the rest share one
ACROSS = 90  # marks that fit beside one another on a page
FEW_CROWDED = 0.06  # share of marks that may touch another
MOST_CELLS = 60  # places across, in a story that is only in order
UNNAMED = {"all": "all agencies", "unstated": "agency not stated"}
NOT_RECORDED = "agency not recorded"
FINE = ("day", "week")  # while kinds share a line, a mark stays close to its date
CELLS = {"day": "1d", "week": "1w", "month": "1mo", "quarter": "1q", "year": "1y"}
OWN = {"year": "year", "month": "month"}  # a date known to the year or month only is drawn across that year or month


@dataclass(frozen=True)
class Picture:
    """What the record picture draws.

    Attributes:
        marks: a row a mark: `lane` (0 at the top), `row` (line in the lane, 0 unless kinds stand apart), `agency`,
            `family`, `x` (a datetime, or a place in the story), `n` records, `alone` (nothing stands at its right in the
            cell), `vague` (its place is its order only), `when` and `words` for whoever asks.
        lanes: `lane, agency, n`, in order of first appearance, so that the picture grows downwards.
        cell: what a mark stands for at the finest: `day`, `week`, `month`, `quarter`, `year`, `place`.
        in_sequence: whether x is the place in the story. dated: in such a story `x, label` where a date is given.
        years: whether some records are known to the year only. merged: agencies that share the last lane.
    """

    marks: pl.DataFrame
    lanes: pl.DataFrame
    cell: str
    in_sequence: bool
    dated: pl.DataFrame
    years: bool
    merged: int
    records: int
    undated: int
    unnamed: bool


def picture(rows: pl.DataFrame) -> Picture:
    """The record picture of `lines.LINES`, thinned where there are more records than can be told apart."""
    sequence = is_in_sequence(rows)
    drawn = rows if sequence else rows.filter(pl.col("day").is_not_null())
    laned, lanes, merged = _laned(drawn)
    if sequence:
        cell, marks = "place", _places(laned)
    else:
        cell, marks = _dates(laned)
    return Picture(
        marks.sort("lane", "x", "family"), lanes, cell, sequence, _dated(drawn) if sequence else _no_dates(),
        not sequence and bool((drawn["precision"] == "year").any()), merged, rows.height, rows.height - drawn.height,
        bool(drawn["counted"].not_().any()),
    )  # fmt: skip


def _laned(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """The rows with `lane`, the lanes, and how many agencies share the last one."""
    named = rows.with_columns(
        agency=pl.col("agency").replace(UNNAMED).fill_null(NOT_RECORDED), at=pl.int_range(pl.len())
    )
    order = named.group_by("agency").agg(pl.col("at").min(), n=pl.len(), counted=pl.col("counted").any())
    merged = 0
    if order.height > MOST_LANES:
        kept = order.sort("n", "at", descending=[True, False]).head(MOST_LANES - 1)["agency"]
        merged = order.height - kept.len()
        other = f"{merged} more agencies"
        named = named.with_columns(agency=pl.when(pl.col("agency").is_in(kept.implode())).then("agency").otherwise(
            pl.lit(other)))  # fmt: skip
        order = named.group_by("agency").agg(pl.col("at").min(), n=pl.len(), counted=pl.col("counted").any())
        order = order.with_columns(counted=pl.col("agency") != other)
    lanes = order.sort(pl.col("counted").not_(), "at").with_row_index("lane").select(
        pl.col("lane").cast(pl.Int32), "agency", "n"
    )  # fmt: skip
    return named.join(lanes.select("lane", "agency"), on="agency", maintain_order="left"), lanes, merged


def _places(rows: pl.DataFrame) -> pl.DataFrame:
    """Marks on an axis of order: one for each agency and kind at a place, several places together where there are many."""
    last = max(rows["place"].to_list(), default=1)
    if last <= MOST_CELLS:
        return _by_place(rows, 1, last, apart=False)
    return _by_place(rows, -(-last // APART_CELLS), last, apart=True)


def _by_place(rows: pl.DataFrame, width: int, last: int, *, apart: bool) -> pl.DataFrame:
    celled = rows.with_columns(cell=(pl.col("place") - 1) // width)
    first, end = pl.col("cell") * width + 1, ((pl.col("cell") + 1) * width).clip(upper_bound=last)
    marks = _merged(celled, ["cell"]).with_columns(
        x=(first + end) / 2, vague=pl.lit(False), row=_row(rows, apart=apart)
    )
    if width == 1:
        when = pl.concat_str(pl.lit("record "), first)
    else:
        when = pl.concat_str(pl.lit("records "), first, pl.lit(" to "), end)
    return _spread_places(marks.with_columns(when=when), width).select(COLUMNS)


def _spread_places(marks: pl.DataFrame, width: int) -> pl.DataFrame:
    """Kinds at one place of one lane stand beside one another, not on top."""
    share, alone = _share("lane", "row", "cell")
    return marks.with_columns(x=pl.col("x") + (share - 0.5) * width, alone=alone)


def _share(*cell: str) -> tuple[pl.Expr, pl.Expr]:
    """Where in its cell a mark stands, 0 to 1, with room at its right for its number; and whether it is the last there."""
    room = 1 + 0.8 * (pl.col("n") > 1).cast(pl.Float64) + 0.5 * (pl.col("n") > 9).cast(pl.Float64)
    before = room.cum_sum().over(*cell) - room
    rank = pl.int_range(pl.len()).over(*cell)
    return (before + 0.5) / room.sum().over(*cell), rank == pl.len().over(*cell) - 1


COLUMNS = ("lane", "row", "agency", "family", "x", "n", "alone", "vague", "when", "words")


def _dates(rows: pl.DataFrame) -> tuple[str, pl.DataFrame]:
    """The finest cells whose marks can be told apart, and the marks; the least crowded where none can.

    First all kinds on one line of a lane, each record where its date is; where they would hide each other, each kind
    gets a line of its own in the lane.
    """
    tried: list[tuple[float, str, pl.DataFrame]] = []
    for apart, cells in ((False, FINE), (True, tuple(CELLS))):
        for cell in cells:
            marks = _by_date(rows, cell, apart=apart)
            crowded = _crowded(marks)
            if marks.height <= (MOST_APART if apart else MOST_MARKS):
                tried.append((crowded, cell, marks))
                if crowded <= FEW_CROWDED:
                    return cell, marks
    if not tried:
        return "year", _by_date(rows, "year", apart=True)
    _, cell, marks = min(tried, key=lambda one: one[0])
    return cell, marks


def _crowded(marks: pl.DataFrame) -> float:
    """The share of marks that would touch the mark before them in their lane, or its number."""
    if marks.height < 2:
        return 0.0
    at = marks["x"].dt.epoch("ms")
    span = max(max(at.to_list()) - min(at.to_list()), 1)
    needed = span / ACROSS * (1 + (pl.col("n") > 1).cast(pl.Float64)).shift(1)
    gaps = marks.with_columns(at=at).sort("lane", "row", "at").with_columns(gap=pl.col("at").diff(), needed=needed)
    beside = (pl.col("lane") == pl.col("lane").shift(1)) & (pl.col("row") == pl.col("row").shift(1))
    touching = gaps.filter(beside & (pl.col("gap") < pl.col("needed")))
    return touching.height / marks.height


def _by_date(rows: pl.DataFrame, cell: str, *, apart: bool) -> pl.DataFrame:
    names = list(CELLS)
    date = pl.col("day").cast(pl.Date)
    own = pl.col("precision").replace_strict(OWN, default="day", return_dtype=pl.String)
    coarser = {name: [other for other in names if names.index(other) >= names.index(cell)] for name in names}[cell]
    length = pl.when(own.is_in(coarser)).then(own).otherwise(pl.lit(cell))
    told = rows.with_columns(length=length, date=date)
    parts = [
        part.with_columns(
            start=pl.col("date").dt.truncate(CELLS[str(name)]),
            end=pl.col("date").dt.truncate(CELLS[str(name)]).dt.offset_by(CELLS[str(name)]),
        )
        for (name,), part in told.group_by("length", maintain_order=True)
    ]
    celled = pl.concat(parts) if parts else told.with_columns(start="date", end="date")
    marks = _merged(celled, ["start", "end", "length"])
    marks = marks.with_columns(row=_row(rows, apart=apart))
    # within its cell a mark has no date of its own: kinds stand side by side, in the order they first came
    share, alone = _share("lane", "row", "start", "end")
    span = (pl.col("end").cast(pl.Datetime("ms")) - pl.col("start").cast(pl.Datetime("ms"))).dt.total_milliseconds()
    at = pl.col("start").cast(pl.Datetime("ms")).dt.epoch("ms") + (span * share).cast(pl.Int64)
    when = pl.coalesce(*(
        pl.when(pl.col("length") == name).then(pl.col("start").dt.strftime(form))
        for name, form in (("day", "%-d %B %Y"), ("week", "week of %-d %B %Y"), ("month", "%B %Y"), ("year", "%Y"))
    ), pl.col("start").dt.strftime("three months from %B %Y"))  # fmt: skip
    return marks.with_columns(
        x=at.cast(pl.Datetime("ms")), alone=alone, when=when, vague=(pl.col("precisions") == ["sequence"])
    ).select(COLUMNS)


def _row(rows: pl.DataFrame, *, apart: bool) -> pl.Expr:
    """The line of a mark in its lane: one for all kinds, or one for each kind that the story holds."""
    present = [family for family in FAMILIES if family in set(rows["family"])]
    order = {family: at if apart else 0 for at, family in enumerate(present)}
    return pl.col("family").replace_strict(order, default=0, return_dtype=pl.Int32)


def _merged(rows: pl.DataFrame, cell: list[str]) -> pl.DataFrame:
    """One row a lane, kind and cell, in the order of the story."""
    return (
        rows.group_by("lane", "agency", "family", *cell)
        .agg(
            n=pl.len(), first=pl.col("place").min(), precisions=pl.col("precision").unique().sort(),
            words=pl.col("words").drop_nulls().unique(maintain_order=True).head(3).str.join("; "),
        )
        .sort("lane", "first", "family")
    )  # fmt: skip


def _dated(rows: pl.DataFrame) -> pl.DataFrame:
    """Where a story in order does give a date: the first record that carries it."""
    form = {"year": "%Y", "month": "%b %Y"}
    said = pl.coalesce(*(
        pl.when(pl.col("precision") == name).then(pl.col("day").cast(pl.Date).dt.strftime(text))
        for name, text in form.items()
    ), pl.col("day").cast(pl.Date).dt.strftime("%-d %b %Y"))  # fmt: skip
    return (
        rows.filter(pl.col("precision") != "sequence")
        .with_columns(label=said)
        .group_by("label")
        .agg(x=pl.col("place").min().cast(pl.Float64))
        .sort("x")
        .select("x", "label")
    )


def _no_dates() -> pl.DataFrame:
    return pl.DataFrame(schema={"x": pl.Float64, "label": pl.String})


def in_words(drawn: Picture) -> str:
    """What was put together so that the picture can be read; empty where every record has its own mark."""
    put_together = drawn.marks.height < drawn.records and drawn.cell != "day"
    if drawn.in_sequence:
        put_together = bool(drawn.marks["row"].max())  # only then do places share a mark
    near, inside = f"a {drawn.cell}", f"the {drawn.cell}"
    if drawn.in_sequence:
        near, inside = "neighbouring places", "them"
    told: Sequence[str] = (
        f"{drawn.records:,} records are drawn as {drawn.marks.height:,} marks: a mark stands for all records of one agency "
        f"and kind in {near}, and its number says how many; within {inside} it has no "
        "place of its own." if put_together else "",
        "A number is how many records a mark stands for." if not put_together and drawn.marks["n"].max() != 1 else "",
        "Each kind has a line of its own in a lane." if drawn.marks["row"].max() else "",
        f"{drawn.merged} agencies with the fewest records share the last lane." if drawn.merged else "",
        f"{drawn.undated:,} record{'s have' if drawn.undated != 1 else ' has'} no date and {'are' if drawn.undated != 1 else 'is'} "
        "not drawn." if drawn.undated else "",
        "Dates known only to the year are drawn across that year; within it the place means nothing." if drawn.years else "",
        "The records are drawn in their order, because most have no date of their own; a date above the picture is one that "
        "a record carries." if drawn.in_sequence else "",
        "Lanes that name no agency come last and are not counted as one." if drawn.unnamed else "",
    )  # fmt: skip
    return " ".join(text for text in told if text)
