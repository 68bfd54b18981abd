"""What people judge: written with author, time and version; a later version replaces an earlier one, none is lost."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connectors.store import bulk
from connectors.store.errors import StaleJudgement, StoreDenied, StoreError
from connectors.store.parts import Part, PartWriter
from connectors.store.reading import judgements_between
from connectors.store.schema import JUDGED, counters
from connectors.store.schema import parts as parts_table
from measures.model.principal import Principal
from measures.model.records import FAILURE_TYPES, JUDGEMENT_KEYS, JUDGEMENTS
from measures.model.records import JUDGED as BOOKKEEPING

PART_FROM = 2_000  # judgements at once, or since the last part: as many make a part of their own
WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("classification", "class"): ("value", "failure", "unclear"),
    ("classification", "failure_type"): FAILURE_TYPES,
    ("outcome", "answer"): ("met", "met_in_part", "not"),
    ("change", "decision"): ("kept", "reverted"),
}
REQUIRED: dict[str, tuple[str, ...]] = {
    "classification": ("demand_id", "class"),
    "want": ("need_id", "item"),
    "outcome": ("need_id", "asked_on_day", "answer"),
    "condition_observation": ("condition",),
    "need_merge": ("need_id", "into_need_id"),
    "change": ("what", "from_day"),
    "question": ("asked",),
    "note": ("text",),
    "exclusion": ("measure", "point_day", "reason"),
    "review": ("on_day",),
}
# The demand or the needs that a judgement of this kind is about: those of the person's own services only.
ABOUT: dict[str, tuple[str, ...]] = {
    "classification": ("demand_id",), "want": ("need_id",), "outcome": ("need_id",),
    "need_merge": ("need_id", "into_need_id"),
}  # fmt: skip
MADE_HERE = ("want_id", "change_id", "question_id", "note_id", "exclusion_id", "review_id")


def checked(principal: Principal, name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The judgements with every column of their kind, or the sentence that says what is wrong with them.

    Raises:
        StoreError: an unknown column, a missing value, or a word that is not in the vocabulary.
        StoreDenied: judged in another coder's name, or about another service.
    """
    schema = {column: kind for column, kind in JUDGEMENTS[name].items() if column not in BOOKKEEPING}
    unknown = sorted(set(rows.columns) - set(schema) - {"judged_at"})
    if unknown:
        raise StoreError(f"A {_word(name)} has no {unknown[0]!r}; it has {', '.join(schema)}.")
    told: dict[str, type[pl.DataType]] = {**schema, "judged_at": pl.Int64}
    try:
        rows = rows.select(
            (pl.col(column).cast(kind) if column in rows.columns else pl.lit(None, dtype=kind)).alias(column)
            for column, kind in told.items()
        )
    except pl.exceptions.InvalidOperationError as error:
        raise StoreError(f"A {_word(name)} holds a value of the wrong kind: {str(error).splitlines()[0]}.") from error
    rows = _completed(principal, name, rows)
    for column in REQUIRED[name]:
        if rows[column].null_count():
            raise StoreError(f"A {_word(name)} needs {column!r}; one was given without.")
    for (kind, column), words in WORDS.items():
        wrong = rows.filter(~pl.col(column).is_in(list(words)))[column] if kind == name else pl.Series()
        if len(wrong):
            raise StoreError(f"{wrong[0]!r} is no {column.replace('_', ' ')}; choose one of: {', '.join(words)}.")
    _refuse_other_services(principal, rows)
    return rows


def write(
    connection: Connection, principal: Principal, name: str, rows: pl.DataFrame, at: int,
    expected_version: int | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Number and version checked judgements and write them; the caller holds the chain.

    Returns:
        The rows as written.

    Raises:
        StaleJudgement: somebody wrote a version in between that the caller has not seen.
    """
    keys = list(JUDGEMENT_KEYS[name])
    last = connection.execute(sa.select(counters.c.value).where(counters.c.name == "judgement_id")).scalar_one()
    rows = rows.with_columns(
        judgement_id=pl.int_range(last + 1, last + 1 + pl.len(), dtype=pl.Int64),
        author=pl.lit(principal.subject),
        judged_at=pl.col("judged_at").fill_null(at),
    )
    if keys == ["judgement_id"]:
        rows = rows.with_columns(version=pl.lit(1, dtype=pl.Int32))
    else:
        rows = _versioned(connection, name, rows, keys)
        if expected_version is not None and rows["version"][0] != expected_version + 1:
            raise _stale(connection, name, rows, keys, expected_version)
    rows = rows.select(list(JUDGEMENTS[name]))
    bulk.insert(connection, JUDGED[name].name, rows)
    connection.execute(sa.update(counters).where(counters.c.name == "judgement_id").values(value=last + rows.height))
    return rows


def write_part(connection: Connection, name: str, rows: pl.DataFrame, writer: PartWriter) -> None:
    """Put what was judged since the last part into a part of its own, once it is much.

    Args:
        connection: the transaction that wrote `rows`.
        name: the kind of judgement.
        rows: what this transaction wrote.
        writer: writes the file; the caller publishes it before the commit.
    """
    last = connection.execute(
        sa.select(sa.func.max(parts_table.c.last_row)).where(
            parts_table.c.frame == name, parts_table.c.retired_at.is_(None)
        )
    ).scalar() or 0  # fmt: skip
    first, newest = int(rows["judgement_id"][0]), int(rows["judgement_id"][-1])
    table = JUDGED[name]
    earlier = connection.execute(
        sa.select(sa.func.count()).where(table.c.judgement_id > last, table.c.judgement_id < first)
    ).scalar_one()
    if earlier + rows.height < PART_FROM:
        return
    if earlier:
        rows = pl.concat([judgements_between(connection, name, last + 1, first - 1), rows])
    writer.put(name, rows)
    (written,) = writer.finish()
    replacing = "[1]" if rows["version"].max() != 1 else "[]"
    part = Part(written.file, name, written.sha256, written.rows, last + 1, newest, 0, 0, replacing)
    connection.execute(sa.insert(parts_table).values(**vars(part)))


def newest(connection: Connection, name: str) -> pl.DataFrame:
    """The newest version of each thing judged."""
    table = JUDGED[name]
    keys = [table.c[key] for key in JUDGEMENT_KEYS[name]]
    latest = sa.select(sa.func.max(table.c.judgement_id)).group_by(*keys)
    query = (
        sa.select(*(table.c[column] for column in JUDGEMENTS[name]))
        .where(table.c.judgement_id.in_(latest))
        .order_by(table.c.judgement_id)
    )
    return bulk.frame(connection.execute(query).fetchall(), dict(JUDGEMENTS[name]))


def one(judgement: Mapping[str, Any], name: str) -> pl.DataFrame:
    """One judgement as a frame, its values in the types of their columns.

    Raises:
        StoreError: a value of the wrong kind.
    """
    schema = JUDGEMENTS.get(name)
    if schema is None:
        raise StoreError(f"There are no judgements called {name!r}; there are {', '.join(JUDGEMENTS)}.")
    columns = {}
    for column, value in judgement.items():
        try:
            columns[column] = pl.Series(column, [value], dtype=schema.get(column), strict=True)
        except (TypeError, pl.exceptions.PolarsError):
            raise StoreError(
                f"{value!r} is not what {column!r} of a {_word(name)} holds; give it as {schema[column].__name__}."
            ) from None
    return pl.DataFrame(columns)


def _completed(principal: Principal, name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """What the store fills in: the coder, and an id for something new."""
    if name == "classification":
        rows = rows.with_columns(pl.col("coder").fill_null(principal.subject))
        others = rows.filter(pl.col("coder") != principal.subject)["coder"]
        if len(others) and principal.role != "local":
            raise StoreDenied(f"Only {others[0]!r} may classify in the name of {others[0]!r}; leave the coder out.")
    key = JUDGEMENT_KEYS[name][0]
    if key in MADE_HERE and rows[key].null_count():
        ids = [given or uuid.uuid4().hex for given in rows[key]]
        rows = rows.with_columns(pl.Series(key, ids, dtype=pl.String))
    return rows


def _refuse_other_services(principal: Principal, rows: pl.DataFrame) -> None:
    if principal.scope and "service" in rows.columns:
        for service in rows["service"].unique():
            if service is None or not principal.sees(service):
                raise StoreDenied(f"{service!r} lies outside your services ({', '.join(principal.scope)}).")


def _versioned(connection: Connection, name: str, rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The rows with the version that follows what the store holds, and none judged before what it replaces."""
    table = JUDGED[name].name
    schema: dict[str, type[pl.DataType]] = {"version": pl.Int32, "judged_at": pl.Int64}
    known = bulk.match(connection, table, rows.select(keys).unique(), schema) if _any(connection, name) else None
    ordinal = pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over(keys)
    if known is None or known.is_empty():
        return rows.with_columns(version=ordinal)
    latest = known.group_by(keys).agg(before=pl.col("version").max(), not_before=pl.col("judged_at").max())
    return (
        rows.join(latest, on=keys, how="left", maintain_order="left")
        .with_columns(
            version=ordinal + pl.col("before").fill_null(0),
            judged_at=pl.max_horizontal("judged_at", "not_before"),
        )
        .drop("before", "not_before")
    )


def _any(connection: Connection, name: str) -> bool:
    return connection.execute(sa.select(JUDGED[name].c.judgement_id).limit(1)).first() is not None


def _stale(connection: Connection, name: str, rows: pl.DataFrame, keys: list[str], expected: int) -> StaleJudgement:
    table = JUDGED[name]
    yours = rows.row(0, named=True)
    found = connection.execute(
        sa.select(*(table.c[column] for column in JUDGEMENTS[name]))
        .where(*(table.c[key] == yours[key] for key in keys))
        .order_by(table.c.version.desc())
        .limit(1)
    ).mappings().first()  # fmt: skip
    theirs = dict(found) if found else {}
    version, author = theirs.get("version", 0), theirs.get("author", "nobody")
    return StaleJudgement(
        f"This {_word(name)} stands at version {version}, by {author}, and you saw version {expected}; "
        "look at both and save again.",
        theirs,
        yours,
    )


def _word(name: str) -> str:
    return name.replace("_", " ")


def summary(name: str, rows: pl.DataFrame) -> dict[str, Any]:
    """What the audit keeps of a judgement: which, never what it says."""
    detail: dict[str, Any] = {"kind": name, "judgements": rows.height, "last": int(rows["judgement_id"][-1])}
    if rows.height == 1:
        detail["about"] = json.loads(json.dumps([rows[key][0] for key in JUDGEMENT_KEYS[name]]))
    return detail
