"""How much of what people got is what they said they wanted."""

from __future__ import annotations

import polars as pl

from measures.acts import acts, need_number
from measures.facts import needs
from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.named import under_needs
from measures.standing import standing

RECEIVED, WANTED = "received", "wanted"
EITHER = r"(?i)^\s*(and\s*/\s*or|or)\b"  # a wanted thing that stands in for the one named before it (report line 569)
PLACED = ("source", "service", "team", "issue")
LEAST, MOST, SPENT, SPENT_ON_WANTED = (
    "wanted, at least", "wanted, at most", "received", "received, of what was wanted"
)  # fmt: skip


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """The line *received*: one row a thing done for a need of which somebody wrote down what was wanted; 1 where it was wanted.

    A thing received is an activity of the kind `do`, or any that names what was wanted. The line *wanted*: one row a wanted
    thing, 1 where it was got; where nobody said whether, unknown. Rows of the line not read have no denominator: the breakdown
    needs both. `wanted` says which a row is, `met` whether the two came together, `pounds` the cost, `either` whether a wanted
    thing is an alternative to the one before it in the list, in the order of `judgement_id`.
    """
    said = standing(records, "want", options.as_of).select(
        "want_id", "need_id", "item", "cost_pence", "met", "judgement_id"
    )  # fmt: skip
    wants = under_needs(said.collect(), records, options).drop("named")
    listed = wants["need_id"].drop_nulls().unique().implode()
    owned = (
        needs(records, options)
        .filter(pl.col("need_id").is_in(listed))
        .select("need_id", "person_key", "day", "seen_day", *(pl.col(name).cast(pl.String) for name in PLACED))
        .collect()
    )
    wanted = wants.join(owned, on="need_id", how="inner").with_columns(wanted=pl.lit(True), record_id="want_id")
    got = _received(records, options, wants, owned).join(owned.drop("day"), on="need_id", how="inner")
    both = pl.concat([wanted.drop("want_id"), got.with_columns(wanted=pl.lit(False))], how="diagonal")
    line = pl.col("wanted") if options.line == WANTED else ~pl.col("wanted")
    known = pl.col("met").is_not_null()
    return both.lazy().select(
        "day", *PLACED, "person_key", "record_id", "need_id", "wanted", "met", "judgement_id",
        numerator=(line & known & pl.col("met").fill_null(False)).cast(pl.Float64),
        denominator=(line & known).cast(pl.Float64),
        weight=pl.lit(1.0),
        unknown=line & ~known,
        mature_day="day",
        pounds=pl.col("cost_pence") / 100,
        either=pl.col("wanted") & pl.col("item").str.contains(EITHER).fill_null(False),
    )  # fmt: skip


def _received(records: Records, options: Options, wants: pl.DataFrame, owned: pl.DataFrame) -> pl.DataFrame:
    """What was done for needs with a list: `record_id, need_id, day, met` (whether it was wanted), `cost_pence`.

    A thing done belongs to the need of the want it names, else to the need it was done for.
    """
    listed = owned.select("need_id", need=need_number())
    of_need = (
        acts(records, options)
        .filter((pl.col("kind") == "do") & pl.col("need").is_in(listed["need"].implode()))
        .select("activity_id", "need")
        .collect()
        .join(listed, on="need")
        .select("activity_id", done_for="need_id")
    )
    of_want = wants.filter(pl.col("want_id").is_not_null()).select("want_id", of_want="need_id")
    found = (
        records.scan("activities", options.as_of)
        .filter(
            pl.col("started_day").is_not_null()
            & (
                pl.col("want_id").is_in(of_want["want_id"].implode())
                | pl.col("activity_id").is_in(of_need["activity_id"].implode())
            ).fill_null(False)
        )
        .select("activity_id", "want_id", "cost_pence", day="started_day")
        .collect()
    )
    return found.join(of_want, on="want_id", how="left").join(of_need, on="activity_id", how="left").select(
        "day", "cost_pence", met=pl.col("of_want").is_not_null(), record_id="activity_id",
        need_id=pl.coalesce("of_want", "done_for"),
    )  # fmt: skip


def breakdown(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """In pounds, as prices were written down: what was wanted, as a range where it was "and/or", and what was received instead.

    Of alternatives the least counts the cheapest, the most all of them together. A sum is null where it has nothing to add;
    `without_cost` says how many things nobody wrote a cost down for.
    """
    listed = observations.filter("wanted").sort("need_id", "judgement_id")
    group = (~pl.col("either")).cast(pl.Int64).cum_sum().over("need_id")
    cheapest = listed.with_columns(group=group).group_by("need_id", "group").agg(pl.col("pounds").min())
    got = observations.filter(~pl.col("wanted"))
    parts = (
        (LEAST, cheapest, listed), (MOST, listed, listed), (SPENT, got, got),
        (SPENT_ON_WANTED, got.filter("met"), got.filter("met")),
    )  # fmt: skip
    rows = []
    for name, priced, counted in parts:
        known = priced["pounds"].drop_nulls()
        people = counted["person_key"].drop_nulls().n_unique()
        total = float(known.sum()) if known.len() else None
        rows.append((name, total, counted.height, people, people, counted["pounds"].null_count()))
    schema = {
        "cost_of": pl.String, "value": pl.Float64, "n": pl.Int64, "people": pl.Int64, "people_in": pl.Int64,
        "without_cost": pl.Int64,
    }  # fmt: skip
    none = pl.lit(None, pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        lower=none, upper=none, source=pl.lit(None, pl.String)
    )  # fmt: skip


def breakdown_says(table: pl.DataFrame) -> str:
    """What was wanted cost, beside what was received."""
    told = dict(table.select("cost_of", "value").rows())
    least, most, spent, on_wanted = (told.get(name) for name in (LEAST, MOST, SPENT, SPENT_ON_WANTED))
    if least is None or most is None or spent is None:
        return "The cost of what was wanted, or of what was received, was not written down."
    price = f"£{least:,.0f}" if least == most else f"£{least:,.0f} to £{most:,.0f}"
    of_it = f", of which £{on_wanted:,.0f} was wanted" if on_wanted is not None else ""
    return f"What was wanted costs {price}; what was received cost £{spent:,.0f}{of_it}."


MEASURE = Measure(
    name="wanted_and_received",
    title="Received, and wanted",
    question="Is what people get what they said they wanted?",
    purpose="To do what would help in the person's own eyes, before anything else.",
    why_it_matters="What Ruth wanted cost £20,760 or less: a cleaner, a move and perhaps a stair lift; she received "
    "services worth £106,777 that were mostly something else.",
    definition="Things done that were on the person's list of wants, out of all things done for needs with such a list; the "
    "other line: wanted things that were got, out of all that were wanted.",
    unit="of what was received",
    kind="share",
    better="higher",
    readings=("series", "breakdown"),
    chart="p_prime",
    report_lines=(543, 566, 573),
    tags=("people", "asked"),
    observe=observe,
    breakdown=breakdown,
    breakdown_says=breakdown_says,
    lines=(RECEIVED, WANTED),
    splits=PLACED,
    periods=("quarter", "year"),
    caveat="Only needs of which somebody wrote down what was wanted are read. Costs stand as they were written down, at their "
    'own price years; "and/or" gives a range, from the cheapest to all together.',
)
