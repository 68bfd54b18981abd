"""One person's records in their order: what the record picture, the agencies and every count of a story stand on."""

from __future__ import annotations

import polars as pl

from measures.involved import NO_AGENCY
from measures.model.records import Records

# What a record is about, as the picture draws it: seven shapes, because fourteen kinds cannot be told apart by eye.
FAMILIES: dict[str, tuple[str, ...]] = {
    "asked for help": ("demand",),
    "looked at": ("screen", "assess"),
    "something done": ("do", "visit", "meet"),
    "passed on": ("refer", "signpost"),
    "decided or closed": ("decide", "close", "reopen"),
    "something happened": ("incident",),
    "paperwork": ("administer", "document"),
}
KINDS = {
    "demand": "asked for help", "screen": "screened", "assess": "assessed", "do": "did something", "visit": "visited",
    "meet": "met", "refer": "referred", "signpost": "told where else to go", "decide": "decided", "close": "closed",
    "reopen": "opened again", "incident": "something happened", "administer": "paperwork", "document": "document",
}  # fmt: skip
FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}

LINES: dict[str, type[pl.DataType]] = {
    "place": pl.Int32,  # 1, 2, 3 in the story; the copies of one event share a place
    "day": pl.Int32, "precision": pl.String, "seq": pl.Int32, "agency": pl.String, "counted": pl.Boolean,
    "sent_by": pl.String, "team": pl.String, "kind": pl.String, "family": pl.String, "words": pl.String,
    "outcome": pl.String, "asked_by": pl.String, "cost_pence": pl.Int64, "price_year": pl.Int32,
    "event": pl.String, "line": pl.String, "remark": pl.String,
}  # fmt: skip


def lines(records: Records, person_key: int, told: pl.DataFrame | None = None) -> pl.DataFrame:
    """Every demand, activity and document of one person, in order of day, then of their place in the day.

    Args:
        records: to read from.
        person_key: whose.
        told: of a published case, what its report says beside each event (`seq, event, asked_by, outcome, line, remark`);
            what was decided on the spot then stands with the demand, as the report tells it. Without it no words of the
            person are shown: only what the service called the demand.

    Returns:
        The columns of LINES. `agency` is the coded agency: of a referral the one that was referred to (`sent_by` is the
        one that referred). `counted` says whether it is an agency at all: neither blank nor `all` nor `unstated`.
    """
    who = pl.col("person_key") == person_key
    said = pl.col("verbatim") if told is not None else pl.coalesce("presented_as", "issue")
    demands = records.scan("demands").filter(who).select(
        "seq", "agency", day="received_day", precision="received_precision", kind=pl.lit("demand"), words=said,
        asked_by="made_by", id="demand_id",
    )  # fmt: skip
    acts = records.scan("activities").filter(who)
    if told is not None:
        acts = acts.filter((pl.col("kind") != "decide") | pl.col("demand_id").is_null())
    acts = acts.select(
        "seq", "team", "kind", "outcome", "cost_pence", "price_year", day="started_day",
        agency=pl.coalesce("to_agency", "agency"), precision="started_precision", words="type", id="activity_id",
        sent_by=pl.when(pl.col("to_agency").is_not_null()).then("agency"),
    )  # fmt: skip
    papers = records.scan("documents").filter(pl.col("person_id").is_in(ids(records, person_key))).select(
        "agency", day="created_day", precision="created_precision", kind=pl.lit("document"), words="kind",
        id="document_id",
    )  # fmt: skip
    rows = pl.concat([demands.collect(), acts.collect(), papers.collect()], how="diagonal_relaxed")
    if told is not None:
        rows = rows.drop("asked_by", "outcome").join(told, on="seq", how="left")
    return _in_order(rows)


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    known = pl.col("agency").is_not_null() & ~pl.col("agency").is_in(NO_AGENCY)
    # on one day without a stated order, asking comes before what was done about it
    first = pl.col("kind").replace_strict({"demand": 0}, default=1, return_dtype=pl.Int32)
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in LINES.items() if name not in rows.columns]
    ordered = (
        rows.with_columns(missing)
        .with_columns(
            counted=known, family=pl.col("kind").replace_strict(FAMILY_OF, default="something done"), first=first
        )
        .sort("day", "seq", "first", "kind", "id", nulls_last=True)
    )
    same = pl.when(pl.col("seq").is_null()).then(pl.int_range(1, pl.len() + 1)).otherwise(-pl.col("seq").cast(pl.Int64))
    return ordered.with_columns(place=pl.struct("day", same.alias("same")).rle_id().cast(pl.Int32) + 1).select(
        pl.col(name).cast(kind) for name, kind in LINES.items()
    )


def ids(records: Records, person_key: int) -> list[str]:
    """The person's id: documents carry no key."""
    names = [
        records.scan(frame).filter(pl.col("person_key") == person_key).select(pl.col("person_id").first()).collect()
        for frame in ("demands", "activities")
    ]
    return pl.concat(names)["person_id"].drop_nulls().unique().to_list()


def is_in_sequence(rows: pl.DataFrame) -> bool:
    """Whether a story can only be drawn in its order: half of its records or more have no date of their own."""
    return rows.height > 0 and (rows["precision"] == "sequence").sum() * 2 >= rows.height
