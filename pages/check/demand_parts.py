"""What demand is made of: each door's, issue's or type's demands cut into failure, value and not known; and the gap."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from measures.reading import Reading
from pages.charts import words
from pages.check.figures import category

CODED_GAP = 0.1  # a difference of ten in a hundred: far beyond what two coders of the same demands differ by


@dataclass(frozen=True)
class Totals:
    """How many demands there are, and what is known of them."""

    all: float
    value: float
    failure: float

    @property
    def unknown(self) -> float:
        """Demands that nobody has classified, or that could not be told."""
        return max(self.all - self.value - self.failure, 0.0)

    @property
    def classified(self) -> bool:
        """Whether anything was classified at all."""
        return self.value + self.failure > 0


def split_table(everything: Reading, value: Reading, failure: Reading) -> pl.DataFrame:
    """One row a category, the largest first: `label, total, failure, value, unknown, share, said, short`.

    Args:
        everything: a breakdown of all demand by one column.
        value: of value demand by the same.
        failure: of failure demand by the same; `share` is this out of what was classified.
    """
    name = category(everything.table)
    parts = _numbers(everything, name, "total")
    for reading, column in ((value, "value"), (failure, "failure")):
        parts = parts.join(_numbers(reading, name, column), on="label", how="left")
    known = pl.col("value") + pl.col("failure")
    table = (
        parts.with_columns(pl.col("value", "failure").fill_null(0.0))
        .with_columns(
            unknown=(pl.col("total") - known).clip(lower_bound=0.0),
            share=pl.when(known > 0).then(pl.col("failure") / known),
        )
        .sort("total", "label", descending=[True, False])
    )
    said = [_said(row) for row in table.iter_rows(named=True)]
    short = [text.removesuffix(" failure") for text in said]
    return table.with_columns(said=pl.Series(said, dtype=pl.String), short=pl.Series(short, dtype=pl.String))


def single_table(reading: Reading) -> pl.DataFrame:
    """One row a category of one count: `label, failure` (the count), `share` of all, and `said`, the largest first."""
    table = _numbers(reading, category(reading.table), "failure").filter(pl.col("failure") > 0)
    table = table.with_columns(share=pl.col("failure") / pl.col("failure").sum())
    table = table.sort("failure", "label", descending=[True, False])
    said = [f"{row['failure']:,.0f} · {row['share']:.0%} of it" for row in table.iter_rows(named=True)]
    short = [text.removesuffix(" of it") for text in said]
    return table.with_columns(said=pl.Series(said, dtype=pl.String), short=pl.Series(short, dtype=pl.String))


def totals(table: pl.DataFrame) -> Totals:
    """The sums of a `split_table`."""
    return Totals(*(float(table[column].sum()) for column in ("total", "value", "failure")))


def headline(held: Totals) -> str:
    """What the demand is made of, in one sentence with its numbers."""
    if not held.all:
        return "Nobody has asked for anything within these filters."
    if not held.classified:
        return (
            f"{held.all:,.0f} demands, and none has been classified as value or failure yet: what the records show by "
            "themselves stands below."
        )
    known = held.value + held.failure
    left = (
        f" {held.unknown:,.0f} ({_share(held.unknown, held.all)}) are unclear or not classified."
        if held.unknown
        else ""
    )
    return (
        f"Of {known:,.0f} demands classified, {held.failure:,.0f} ({_share(held.failure, known)}) exist only because "
        f"we failed people before.{left}"
    )  # fmt: skip


def gap_words(coded: Reading, twin: Reading) -> str:
    """What a gap between what people classified and what the records show means; empty where one of them is missing."""
    both = (
        _ratio_parts(coded.table, "coded").join(_ratio_parts(twin.table, "twin"), on="period_start", how="inner")
    )  # fmt: skip
    sums = both.select(pl.exclude("period_start").sum()).row(0, named=True) if both.height else {}
    if not sums or not sums["coded_of"] or not sums["twin_of"]:
        return ""
    said, shown = sums["coded"] / sums["coded_of"], sums["twin"] / sums["twin_of"]
    gap = said - shown
    start = (
        f"People here classified {words.figure(said, 'share')} of demand as failure; by the records alone "
        f"{words.figure(shown, 'share')} came back to a need already begun."
    )
    if abs(gap) < CODED_GAP:
        near = f"The two agree to within {CODED_GAP * 100:.0f} in 100"
        return f"{start} {near}: nothing here casts doubt on the classifying."
    if gap > 0:
        return (
            f"{start} The gap is a question about the records: people who came back may have been taken for new ones, "
            "or the failure was another agency's."
        )
    return (
        f"{start} The gap is a question about the classifying: repeats may have been counted as new requests, or one "
        "need rightly brings several requests."
    )


def doors_words(table: pl.DataFrame, noun: str, plural: str) -> str:
    """How demand spreads over doors or issues: how many take half of it, and the largest."""
    total = float(table["total"].sum())
    if table.is_empty() or not total:
        return f"No {noun} is recorded."
    if table.height == 1:
        return f"All {total:,.0f} demands have one {noun}: {table['label'][0]}."
    many = int((table["total"].cum_sum() < total / 2).sum()) + 1
    first = table.row(0, named=True)
    takes = f"One {noun} takes" if many == 1 else f"{many} of {table.height} {plural} take"
    return (
        f"{takes} half of all demand. The most, {first['total']:,.0f} of {total:,.0f}, is {first['label']}."
    )  # fmt: skip


def rest_words(table: pl.DataFrame, plural: str, most: int = 12) -> str:
    """What the chart leaves to the table: "and 118 more doors, with 4,210 demands between them"."""
    rest = table.slice(most)
    if rest.is_empty():
        return ""
    number = "total" if "total" in rest.columns else "failure"
    return (
        f"And {rest.height} more {plural}, with {rest[number].sum():,.0f} demands between them: all are in the table."
    )


def periods_of(*tables: pl.DataFrame) -> pl.DataFrame:
    """Every period that one of these series has, so that their charts can share a time axis."""
    return pl.concat([table.select("period_start", "period_end") for table in tables]).unique().sort("period_start")


def highest(*tables: pl.DataFrame) -> float | None:
    """The upper end of a vertical axis that holds all values and limits of these shares; None where there are none."""
    tops = [table[name].max() for table in tables for name in ("value", "upper") if table.height]
    held = [float(top) for top in tops if top is not None]
    return min(max(held) * 1.08, 1.02) if held else None


def _numbers(reading: Reading, name: str, column: str) -> pl.DataFrame:
    return reading.table.select(
        label=pl.col(name).cast(pl.String).fill_null("not recorded"), **{column: pl.col("value").fill_null(0.0)}
    )


def _ratio_parts(table: pl.DataFrame, name: str) -> pl.DataFrame:
    settled = words.known(table)
    return settled.select("period_start", pl.col("numerator").alias(name), pl.col("denominator").alias(f"{name}_of"))


def _said(row: dict) -> str:
    known = row["failure"] + row["value"]
    share = f"{_share(row['failure'], known)} failure" if known else "none classified"
    return f"{row['total']:,.0f} · {share}"


def _share(top: float, bottom: float) -> str:
    return words.figure(top / bottom if bottom else 0.0, "share")
