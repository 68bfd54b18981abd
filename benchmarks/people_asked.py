"""What the town's records leave out: what people were asked and said, what they wanted, and what was written about them.

One need in two hundred was asked about twice, with a rating each time; one in four hundred has a list of three wanted things,
the second of them an alternative to the first, and the first of which something was done about; and two documents, one of them
a copy, were written about one demand in four. All of it comes from the order of the records, so that two stores of one size
hold the same.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from connectors.store import Store

SOURCE = "fenbridge"
AGO = 60  # days before the end of the records by which a need began, so that both answers lie inside
ASKED_ABOUT, LISTED = 200, 400  # one need in so many
WRITTEN = 4  # one demand in so many
ITEMS = ("a cleaner", "and/or a move", "a stair lift")
HEAD = """
name = "fenbridge"
title = "Fenbridge, a fictional town"
timezone = "Europe/London"
known = "as it happened"
asked = true
key = ["{key}"]

[times]
formats = ["%Y-%m-%d"]

[person]
column = "person_id"
id_type = "fenbridge"
pseudonym = false

[[{kind}]]
"""
DOCUMENT = """
id = "document_id"
created = "created"
agency = "agency"
kind = "kind"
content_hash = "content"
"""
THING = """
id = "activity_id"
started = "started"
demand_id = "demand_id"
kind = { value = "do" }
want_id = "want_id"
cost_pence = "cost_pence"
price_year = { value = "2020" }
"""


def load(url: str) -> int:
    """Write into the store what people were asked and what was written about them; a second run adds nothing.

    Returns:
        How many records and judgements were added.
    """
    from connectors.store import open_store
    from measures.facts import needs
    from measures.model.measure import Options
    from measures.model.principal import LOCAL

    store = open_store(url)
    records = store.records(LOCAL)
    if not records.scan("documents").head(1).collect().is_empty():
        return 0
    told = ("need_id", "demand_id", "day", "seen_day")
    begun = needs(records, Options()).filter(pl.col("day") < pl.col("seen_day") - AGO).select(told)
    in_order = begun.sort("day", "need_id").collect().with_row_index("number")
    asked = records.scan("demands").filter(pl.col("person_id").is_not_null())
    people = asked.select("demand_id", "person_id", "received_day", "agency").sort("demand_id").collect()
    listed = in_order.gather_every(LISTED, offset=7)
    outcomes, wants = _outcomes(in_order.gather_every(ASKED_ABOUT)), _wants(listed)
    things, documents = _things(listed.join(people, on="demand_id")), _documents(people.gather_every(WRITTEN))
    return (
        store.judge_many(LOCAL, "outcome", outcomes)
        + store.judge_many(LOCAL, "want", wants)
        + _import(store, HEAD.format(key="activity_id", kind="activity") + THING, things)
        + _import(store, HEAD.format(key="document_id", kind="document") + DOCUMENT, documents)
    )


def _outcomes(needs: pl.DataFrame) -> pl.DataFrame:
    """Two answers about each need, a fortnight and seven weeks after it began; every other one does not say since when."""
    turn = pl.col("number") // ASKED_ABOUT
    first = needs.select(
        "need_id", asked_on_day=pl.col("day") + 14, answer=pl.lit("not"), rating=1 + turn % 4, rated_by=pl.lit("self"),
        met_on_day=pl.lit(None, pl.Int32),
    )  # fmt: skip
    answers = dict(enumerate(("met", "not", "met_in_part")))
    later = needs.select(
        "need_id", asked_on_day=pl.col("day") + 49, answer=(turn % 3).replace_strict(answers, return_dtype=pl.String),
        rating=1 + (turn * 7) % 5, rated_by=pl.when(turn % 11 == 0).then(pl.lit("staff")).otherwise(pl.lit("self")),
        met_on_day=pl.when(turn % 2 == 0).then(pl.col("day") + 21),
    )  # fmt: skip
    return pl.concat([first, later], how="vertical_relaxed").with_columns(enough=pl.col("rating") > 2)


def _want_id(place: int) -> pl.Expr:
    return pl.format("{}:W{}-{}", pl.lit(SOURCE), "number", pl.lit(place))


def _wants(needs: pl.DataFrame) -> pl.DataFrame:
    """The items of each list, in its order; of the last nobody knows what it costs, nor of every third whether it was got."""
    return pl.concat(
        needs.select(
            "need_id", "number", want_id=_want_id(place), item=pl.lit(item), place=pl.lit(place),
            cost_pence=pl.lit((250_000, 90_000, None)[place], pl.Int64),
            met=pl.when((pl.col("number") // LISTED + place) % 3 > 0).then((pl.col("number") // LISTED + place) % 3 > 1),
        )
        for place, item in enumerate(ITEMS)
    ).sort("number", "place").drop("number", "place")  # fmt: skip


def _things(needs: pl.DataFrame) -> pl.DataFrame:
    """What was done ten days after: for every other list the first wanted thing, for the others something else."""
    wanted = pl.col("number") // LISTED % 2 == 0
    return needs.select(
        "person_id",
        activity_id=pl.format("WANTED{}", "number"),
        started=(pl.col("day") + 10).cast(pl.Date).cast(pl.String),
        demand_id=_without_source("demand_id"),
        want_id=pl.when(wanted).then(_want_id(0).str.strip_prefix(f"{SOURCE}:")),
        cost_pence=pl.lit("120000"),
    )


def _documents(demands: pl.DataFrame) -> pl.DataFrame:
    """A letter, and a copy of it a week later, on the day after each demand."""
    letter = demands.select(
        "person_id", "agency",
        document_id=pl.format("LETTER-{}", _without_source("demand_id")),
        created=(pl.col("received_day") + 1).cast(pl.Date).cast(pl.String),
        kind=pl.when(pl.col("received_day") % 3 == 0).then(pl.lit("report")).otherwise(pl.lit("letter")),
        content="demand_id",
    )  # fmt: skip
    copy = letter.with_columns(document_id=pl.format("{}-COPY", "document_id"))
    return pl.concat([letter, copy])


def _without_source(column: str) -> pl.Expr:
    return pl.col(column).str.strip_prefix(f"{SOURCE}:")


def _import(store: Store, mapping: str, rows: pl.DataFrame) -> int:
    """By the way of every file."""
    from connectors.demo.town import EXTRACTED
    from connectors.intake import import_file
    from connectors.mapping import load as load_mapping
    from measures.model.principal import LOCAL

    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "mapping.toml").write_text(mapping)
        rows.write_csv(Path(name) / "rows.csv")
        read = load_mapping(Path(name) / "mapping.toml")
        report = import_file(store, LOCAL, Path(name) / "rows.csv", read, extracted_at=EXTRACTED)
    assert report.accepted == rows.height, f"all {rows.height} rows were to be accepted: {report}"
    return report.accepted
