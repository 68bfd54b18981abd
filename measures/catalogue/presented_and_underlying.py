"""How often people come to a door that cannot help with what lies behind what they ask."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from measures.acts import need_number
from measures.facts import begun
from measures.model.measure import Measure, Options
from measures.model.records import Records

BY = ("source", "front_door", "service", "agency", "channel", "place", "made_by", "issue")
SEVERAL = ";"  # between the codes of one cell


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need: 1 where an issue that lies behind it is outside the remit of the door where it was first asked.

    A need counts once somebody has studied what lies behind it (`issues` of the need), at a door whose remit is known; all
    others are unknown.
    """
    needs = begun(records, replace(options, columns=frozenset(BY))).select(
        "need_id", "day", "person_key", *BY, need=need_number()
    )
    studied = (
        records.scan("source_needs", options.as_of)
        .select(need=need_number(), cell=pl.col("issues").cast(pl.Categorical))
        .unique("need")
    )
    begun_with = needs.join(studied, on="need", how="left")
    rows = begun_with.join(_judged(records, options, begun_with), on=["cell", "front_door"], how="left")
    known = pl.col("outside").is_not_null()
    return rows.with_columns(
        numerator=pl.col("outside").fill_null(False).cast(pl.Float64),
        denominator=known.cast(pl.Float64),
        weight=pl.lit(1.0),
        unknown=~known,
        mature_day="day",
        record_id="need_id",
    ).drop("need", "cell", "outside")


def _judged(records: Records, options: Options, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Whether what lies behind is outside a door's remit: told once for each cell of codes and door, not for each need.

    Returns:
        `cell, front_door, outside`, of cells and doors that have any codes.
    """
    pairs = rows.select("cell", "front_door").drop_nulls().unique().collect().lazy()
    cells = pairs.select("cell").unique().with_columns(behind=_codes(pl.col("cell").cast(pl.String)))
    doors = records.scan("front_doors", options.as_of).select(
        pl.col("front_door").cast(pl.Categorical), remit=_codes(pl.col("remit"))
    )
    return (
        pairs.join(cells.filter(pl.col("behind").list.len() > 0), on="cell")
        .join(doors.filter(pl.col("remit").list.len() > 0).unique("front_door"), on="front_door")
        .select("cell", "front_door", outside=pl.col("behind").list.set_difference("remit").list.len() > 0)
    )


def _codes(cell: pl.Expr) -> pl.Expr:
    """The codes in one cell, without spaces or case, each once; null where there are none."""
    parts = cell.str.to_lowercase().str.split(SEVERAL).list.eval(pl.element().str.strip_chars())
    return parts.list.eval(pl.element().filter(pl.element() != "")).list.unique()


MEASURE = Measure(
    name="presented_and_underlying",
    title="What lies behind it is not this door's business",
    question="How often can the door where people ask not help with what lies behind it?",
    purpose="To see which expertise is wanted at a door, so that people are helped where they ask.",
    why_it_matters="Of those who asked one housing organisation for a home, 50 per cent would never qualify, and 35 per cent had "
    "problems that a home would not solve.",
    definition="Needs with an underlying issue outside the remit of the door where the person first asked, out of needs whose "
    "underlying issues were studied, at doors whose remit is known.",
    unit="of needs studied",
    kind="share",
    better="neither",
    readings=("breakdown", "series"),
    chart="p_prime",
    report_lines=(235, 236, 241),
    tags=("people",),
    observe=observe,
    phrase="of needs begun in any {period} have something behind them that the door cannot help with",
    splits=BY,
    caveat="It holds for the needs that were studied. Nobody studies all of them, and often the hardest ones first.",
)
