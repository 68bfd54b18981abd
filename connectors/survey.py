"""What can only be known from the whole of a source: the first row of each group, and which order its dates admit.

One pass over a few columns before the rows are mapped; nothing depends on the order of rows in the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from connectors.batch import Batch
from connectors.keys import hash_texts
from connectors.mapping import Field, Mapping
from connectors.pseudonyms import problems
from connectors.refusal import ImportRefused
from connectors.times import ORDERS, Orders, parse

DATE_SHAPE = re.compile(
    r"(\d{4}[/.-]\d{1,2}[/.-]\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2}))([ T]\d{1,2}:\d{2}(:\d{2})?)?"
)
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Survey:
    """A flag a row, by its position among the rows that could be read.

    Attributes:
        first: the row begins its group.
        changed, rose: by column, whether the value differs from (is greater than) that of the row before in the group.
        out_of_order: rows that stood before an earlier row of their group.
        goes_on: the row goes on with a group that an earlier import began, and nothing in this source stands before it:
            whether it changed anything cannot be told from here.
    """

    first: Flags
    changed: dict[str, Flags] = field(default_factory=dict)
    rose: dict[str, Flags] = field(default_factory=dict)
    out_of_order: int = 0
    goes_on: Flags | None = None


def columns_needed(mapping: Mapping) -> tuple[str, ...]:
    """The columns a survey reads; none if the mapping can be followed row by row."""
    found: dict[str, None] = dict.fromkeys(mapping.infers)
    if mapping.group:
        found.update(dict.fromkeys((mapping.group.by, *mapping.group.order, *mapping.key)))
        found.update(dict.fromkeys((*mapping.time_columns, *mapping.person_columns)))
        found.update(dict.fromkeys(c.column for c in _moves(mapping)))
    return tuple(found)


def survey(
    mapping: Mapping, batches: Iterable[Batch], known: pl.DataFrame | None = None
) -> tuple[Mapping, Survey | None]:
    """Read the source once for what needs the whole of it.

    Args:
        mapping: with `infer` among its formats, or a group.
        batches: the source's rows with at least `columns_needed`.
        known: `group, source_key` of the demands earlier imports made; a group known stays with its first row.

    Returns:
        The mapping with its date formats settled, and the flags of a grouped log.

    Raises:
        ImportRefused: a column's dates could be read in two orders, or in none.
    """
    orders = {column: Orders() for column in mapping.infers}
    kept: list[pl.DataFrame] = []
    for batch in batches:
        rows = cleaned(batch.rows, mapping.nulls)
        for column, order in orders.items():
            order.see(rows[column])
        if mapping.group:
            kept.append(_narrow(mapping, rows))
    mapping = mapping.with_formats({column: (_settle(column, order),) for column, order in orders.items()})
    if not mapping.group:
        return mapping, None
    return mapping, _flags(mapping, kept, known)


def cleaned(rows: pl.DataFrame, nulls: tuple[str, ...]) -> pl.DataFrame:
    """Text without blanks around it, and null where the mapping says a word means nothing."""
    stripped = rows.with_columns(pl.all().str.strip_chars())
    return stripped.with_columns(pl.when(~pl.all().is_in(list(nulls))).then(pl.all()))


def source_keys(mapping: Mapping) -> pl.Expr:
    r"""The text that identifies a source row; null where a part of it is missing.

    Parts are joined by `|`. A part that holds one has it written `\|`, so that no two keys are joined into the same text.
    A column that says who somebody is stands as its pseudonym, in the column `hidden` names.
    """
    assert mapping.key or mapping.group
    parts = mapping.key or (mapping.group.by, *mapping.group.order)  # type: ignore[union-attr]
    told = [pl.col(hidden(part) if part in mapping.person_columns else part) for part in parts]
    if len(told) == 1:
        return told[0]
    return pl.concat_str([_escaped(part) for part in told], separator="|")


def hidden(column: str) -> str:
    """Where the pseudonyms of a column stand, beside its text."""
    return f"::hidden:{column}"


def _escaped(part: pl.Expr) -> pl.Expr:
    escaped = part.str.replace_all("\\", "\\\\", literal=True).str.replace_all("|", "\\|", literal=True)
    return pl.when(part.str.contains("|", literal=True)).then(escaped).otherwise(part)


def _moves(mapping: Mapping) -> list:
    return [c for rule in mapping.rules for c in rule.when if c.test in ("changed", "rose")]


def _settle(column: str, order: Orders) -> str:
    if order.example is None:
        return "iso"
    if len(order.possible) == 1:
        return order.possible[0]
    for day_first, month_first in ORDERS:
        if {day_first, month_first} <= set(order.possible):
            named = column if re.fullmatch(r"[A-Za-z0-9_-]+", column) else json.dumps(column, ensure_ascii=False)
            raise ImportRefused(
                f"the dates in {column!r} could be day first or month first (for example {order.example!r}); add "
                f'{named} = "{day_first}" or "{month_first}" to [times.columns] in the mapping.'
            )
    # in a column that holds no dates a value may be anything, a person's name too
    example = f" (for example {order.example!r})" if DATE_SHAPE.fullmatch(order.example) else ""
    raise ImportRefused(
        f"no single date format reads all of {column!r}{example}; name its format in [times.columns] of the mapping."
    )


def _narrow(mapping: Mapping, rows: pl.DataFrame) -> pl.DataFrame:
    group = mapping.group
    assert group is not None
    texts = rows[group.by].fill_null("").to_list()
    keys = rows.select(source_keys(mapping).fill_null("").alias("key"))["key"].to_list()
    narrow = pl.DataFrame({"group": hash_texts(texts), "key": hash_texts(keys), "usable": rows[group.by].is_not_null()})
    narrow = narrow.with_columns(_sound(mapping, rows).alias("sound"))
    for at, column in enumerate(group.order):
        if at == 0:
            times = parse(rows[column], mapping.formats_of(column), mapping.timezone)
            narrow = narrow.with_columns(
                times["at"].alias("order0"), usable=pl.col("usable") & times["at"].is_not_null()
            )
        else:
            narrow = narrow.with_columns(rows[column].cast(pl.Int64, strict=False).alias(f"order{at}"))
    for condition in _moves(mapping):
        column = condition.column
        values = (
            rows[column].cast(pl.Int64, strict=False) if condition.test == "rose"
            else pl.Series(hash_texts(rows[column].fill_null("\x00").to_list()))
        )  # fmt: skip
        narrow = narrow.with_columns(values.alias(f"{condition.test}:{column}"))
    return narrow


def _sound(mapping: Mapping, rows: pl.DataFrame) -> pl.Series:
    """Whether a row can begin its group: a row that will be refused makes no demand, so the next one must."""
    sound = rows.select(source_keys(mapping).is_not_null().alias("sound"))["sound"]
    for column in mapping.time_columns:
        if column not in mapping.infers:
            sound &= parse(rows[column], mapping.formats_of(column), mapping.timezone)["problem"].is_null()
    for column, id_type in mapping.person_columns.items():
        sound &= problems(rows[column], id_type).is_null()
    for rule in mapping.rules:
        received = (rule.field("received") or Field()).columns if rule.frame == "demands" else ()
        if received and all(condition.test == "first" for condition in rule.when):
            sound &= rows.select(pl.coalesce(received).is_not_null().alias("told"))["told"]
    return sound


def _flags(mapping: Mapping, kept: list[pl.DataFrame], known: pl.DataFrame | None) -> Survey:
    if not kept:
        return Survey(np.zeros(0, bool))
    rows = pl.concat(kept).with_row_index("position")
    orders = [c for c in rows.columns if c.startswith("order")]
    ordered = rows.sort(
        ["group", "usable", *orders, "position"], descending=[False, True] + [False] * (len(orders) + 1)
    )
    new_group = pl.col("group") != pl.col("group").shift(1)
    ordered = ordered.with_columns(first=new_group.fill_null(value=True) & pl.col("usable"))
    leading = ordered["first"]
    if ordered.select((pl.col("usable") & ~pl.col("sound")).any()).item():
        able = pl.col("usable") & pl.col("sound")
        ordered = ordered.with_columns(
            first=pl.when(able.any().over("group")).then(able & (able.cum_sum().over("group") == 1)).otherwise("first")
        )
    if known is not None and known.height:
        held = pl.DataFrame({
            "group": hash_texts(known["group"].to_list()), "held": hash_texts(known["source_key"].to_list()),
        })  # fmt: skip
        ordered = ordered.join(held.unique("group"), on="group", how="left", maintain_order="left").with_columns(
            goes_on=leading & (pl.col("held") != pl.col("key")).fill_null(value=False),
            first=pl.when(pl.col("held").is_null()).then("first").otherwise(pl.col("held") == pl.col("key")),
        )
    same = ~new_group.fill_null(value=True)
    moves = [c for c in ordered.columns if ":" in c]
    ordered = ordered.with_columns(
        (same & (pl.col(c) > pl.col(c).shift(1) if c.startswith("rose:") else pl.col(c) != pl.col(c).shift(1)))
        .fill_null(value=False)
        .alias(c)
        for c in moves
    )
    late = ordered.select(((pl.col("position") < pl.col("position").shift(1)) & same).sum()).item()
    by_row = ordered.sort("position")
    return Survey(
        by_row["first"].to_numpy(),
        {c.removeprefix("changed:"): by_row[c].to_numpy() for c in moves if c.startswith("changed:")},
        {c.removeprefix("rose:"): by_row[c].to_numpy() for c in moves if c.startswith("rose:")},
        int(late or 0),
        by_row["goes_on"].to_numpy() if moves and "goes_on" in by_row.columns else None,
    )
