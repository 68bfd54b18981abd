"""Protected groups: whether a service fails some people more than others, by what sources recorded of each person.

The public sector equality duty asks it of every service. No measure knows of groups: whatever is of people can be told
apart by them, from the register of people, under the same rules of disclosure and with a warning where a group is small.
"""

from __future__ import annotations

from statistics import NormalDist

import polars as pl

from measures.model.measure import GROUPS
from measures.model.records import Records
from measures.model.results import Caveat
from measures.summary import NOT_RECORDED
from measures.survival import wilson

NAMES = {"age_band": "age", "sex": "sex", "ethnicity": "ethnicity", "disability": "disability"}
DIFFERENTLY = "recorded differently"  # sources do not agree: nobody here decides which of them is right
UNTOLD = (NOT_RECORDED, DIFFERENTLY)
CHANCE = 0.05  # that any group at all is said to lie apart where none does
FEW_PEOPLE = 80  # in a group, below which a difference is mostly chance
FEW_A_PERIOD = 20  # in a week or month, below which a share jumps about by itself


def groups_recorded(records: Records, as_of: int | None = None) -> tuple[str, ...]:
    """Which groups the register of people tells anything about."""
    told = records.scan("people", as_of).select(pl.col(name).count() for name in GROUPS).collect()
    return tuple(name for name in GROUPS if told[name].item())


def with_groups(rows: pl.LazyFrame, records: Records, as_of: int | None, names: tuple[str, ...]) -> pl.LazyFrame:
    """Observations with the group of the person each is of.

    Args:
        rows: with `person_key`.
        records: with the frame `people`.
        as_of: UTC microseconds; what was known of people by then.
        names: of GROUPS.

    Returns:
        The rows with a column a name: null where nobody recorded it, or nobody knows the person; `recorded differently`
        where sources disagree.
    """
    agreed = [
        pl.when(pl.col(name).drop_nulls().n_unique() > 1)
        .then(pl.lit(DIFFERENTLY))
        .otherwise(pl.col(name).drop_nulls().first())
        .cast(pl.Categorical)
        for name in names
    ]
    people = records.scan("people", as_of).filter(pl.col("person_key").is_not_null())
    told = people.group_by("person_key").agg(each.alias(name) for each, name in zip(agreed, names, strict=True))
    return rows.join(told, on="person_key", how="left")


def in_order(table: pl.DataFrame, by: str) -> pl.DataFrame:
    """Groups in the order people expect: ages from young to old, others by name, and last those that nobody recorded.

    Args:
        table: a Breakdown with the group in its column.
        by: which of GROUPS.
    """
    name = pl.col(by).str.to_lowercase()
    youngest = name.str.contains(r"^(under|below|less|up to|<)").cast(pl.Int8)
    age = name.str.extract(r"(\d+)").cast(pl.Int64, strict=False)
    return table.sort(
        pl.col(by).is_in(UNTOLD), age, -youngest, by, nulls_last=[False, True, False, False], maintain_order=True
    )


def groups_sentence(table: pl.DataFrame, by: str, kind: str, unit: str) -> str:
    """Which groups lie further from all the others together than chance would put so many people.

    Rows of one person are not independent, so people are counted, not rows; and of many groups one lies apart by chance, so
    the more groups, the wider each may spread (Bonferroni). Only a share can be judged so: of other figures the highest and
    the lowest are named.

    Args:
        table: a Breakdown with the group in its column.
        by: which of GROUPS.
        kind: of the measure: share, rate, count, duration.
        unit: what the measure's figure is of.
    """
    told = table.filter(~pl.col(by).is_in(UNTOLD) & pl.col("value").is_not_null() & (pl.col("people") > 0))
    if told.height < 2:
        return f"There are too few people to compare by {NAMES[by]}."
    if kind != "share":
        ends = told.sort("value", by)
        return f"Of {told.height} groups, lowest for {ends[by][0]} and highest for {ends[by][-1]}."
    all_of = told.select((pl.col("value") * pl.col("n")).sum() / pl.col("n").sum()).item()
    z = NormalDist().inv_cdf(1 - CHANCE / 2 / told.height)
    low, high = wilson(pl.col("value") * pl.col("people"), pl.col("people").cast(pl.Float64), z)
    apart = told.filter((low > all_of) | (high < all_of)).sort("value", by, descending=[True, False])
    if apart.is_empty():
        return f"No group lies further from all, {all_of:.0%} {unit}, than chance would put so many people."
    named = ", ".join(f"{group} ({value:.0%})" for group, value in apart.select(by, "value").rows())
    return f"Further from all, {all_of:.0%} {unit}, than chance would put so many people: {named}."


def groups_caveat(table: pl.DataFrame, by: str, shape: str, period: str, protected: bool) -> Caveat:
    """What must be said beside every figure told apart by a group: who recorded it, and which groups are small.

    Args:
        table: a result with `people`, and the group in the column `series` or its own.
        by: which of GROUPS.
        shape: which result; of a series, people are counted by `period`.
        period: of a series.
        protected: whether small counts are hidden, and so cannot be told.
    """
    text = f"By {NAMES[by]} as sources recorded it of the person; a difference does not say what makes it."
    if protected:
        return Caveat("groups", f"{text} Groups of fewer than {FEW_PEOPLE} people are not shown.")
    group = pl.col(by if by in table.columns else "series")
    over_time = shape == "series"
    usual = pl.col("people").median() if over_time else pl.col("people").max()
    sizes = table.filter(pl.col("people") > 0).group_by(group.alias("group")).agg(usual)
    few = (pl.col("people") < (FEW_A_PERIOD if over_time else FEW_PEOPLE)) & ~pl.col("group").is_in(UNTOLD)
    small = ", ".join(f"{name} ({people:,.0f})" for name, people in sizes.filter(few).sort("people", "group").rows())
    if not small:
        return Caveat("groups", text)
    if over_time:
        warning = f"Small groups, by people in a {period}: {small}. So few make a line jump by chance: choose a longer period."
    else:
        warning = f"Small groups, by people: {small}. Between so few a difference may well be chance."
    return Caveat("groups", f"{text} {warning}")
