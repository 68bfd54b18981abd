"""What people said when somebody asked them, in place of what records inferred."""

from __future__ import annotations

from hashlib import sha256

import polars as pl

from measures.building import NEEDS, kept_heard
from measures.events import MET
from measures.model.measure import Options
from measures.model.records import END_KINDS, Records
from measures.named import STRANDS, newest_answers
from measures.needs import EARLY_DAYS
from measures.standing import standing

MET_IN_PART = END_KINDS.index("met_in_part")


def answered(records: Records, options: Options, kept: pl.LazyFrame, key: tuple[str, ...]) -> pl.LazyFrame:
    """Needs with the person's own answer in place of what records inferred, where somebody asked.

    Args:
        records: where answers lie.
        options: for `as_of`.
        kept: needs as records tell them, columns NEEDS.
        key: what `kept` depends on besides the records.

    Returns:
        Columns NEEDS, and `enough`: met in part, and enough for the person.
    """
    given = standing(records, "outcome", options.as_of).select("judgement_id").collect()["judgement_id"]
    told = kept.with_columns(enough=pl.lit(False))
    if given.is_empty():
        return told
    ids = sha256(given.sort().to_numpy().tobytes()).hexdigest()
    said = records.keep("answered", (*key, ids), lambda _: _answered(records, options, told))
    others = told.join(said.select("need_id"), on="need_id", how="anti")
    return pl.concat([others.select(*NEEDS, "enough"), said], how="vertical_relaxed")


def _answered(records: Records, options: Options, told: pl.LazyFrame) -> pl.LazyFrame:
    """The needs that somebody asked about, as the person said."""
    answers = newest_answers(records, options).select(
        "need_id", "asked_on_day", "answer", "met_on_day", said_enough="enough"
    )  # fmt: skip
    in_part = pl.col("answer") == "met_in_part"
    met = (pl.col("answer") == "met") | (in_part & pl.col("said_enough").fill_null(False))
    not_met = pl.when(pl.col("result").is_in([MET, MET_IN_PART])).then(END_KINDS.index("closed_unmet"))
    last_heard = pl.min_horizontal(pl.coalesce("acted_day", "last_day"), "asked_on_day")
    given = told.join(answers.lazy(), on="need_id", how="inner").collect()
    acted = _last_acts(records, options, given.filter((met | in_part) & pl.col("met_on_day").is_null()))
    touched = (
        given.lazy()
        .join(acted.lazy(), on="need_id", how="left")
        .with_columns(
            result=pl.when(in_part)
            .then(MET_IN_PART)
            .when(met)
            .then(MET)
            .otherwise(not_met.otherwise("result"))
            .cast(pl.Int8),
            enough=in_part & met,
            end_day=pl.when(met | in_part)
            .then(pl.coalesce("met_on_day", last_heard))
            .otherwise("end_day")
            .cast(pl.Int32),
            end_precise=pl.when(met | in_part).then(False).otherwise("end_precise"),
            inferred=pl.lit(False),
        )
        .collect()
    )
    returns = _returns(kept_heard(records, options), touched.select("need_id", "need_key", *STRANDS, "end_day"))
    back = pl.col("return_day") - pl.col("end_day")
    was_met = (pl.col("result") == MET) | pl.col("enough")
    renewed = (
        touched.drop("acted_day", "return_day", "asked_on_day", "answer", "met_on_day", "said_enough")
        .join(returns, on="need_id", how="left")
        .with_columns(
            early_day=pl.when(was_met & (back.is_null() | (back > EARLY_DAYS))).then("end_day"),
            held_day=pl.when(was_met & (back.is_null() | (back > pl.col("reopen_days")))).then("end_day"),
        )
    )
    return renewed.lazy().select(*NEEDS, "enough")


def _returns(heard: pl.LazyFrame, ended: pl.DataFrame) -> pl.DataFrame:
    """The next demand after the end in each need's strand, as `end_needs` tells it: `need_id, return_day`.

    A strand is the demands of one person in needs about one issue; of a need without a person, its own demands.
    """
    units, keys = ended["unit"].drop_nulls().unique(), ended["need_key"].drop_nulls().unique()
    issues = heard.filter(pl.col("starts") & pl.col("need_key").is_not_null()).select("need_key", of_need="issue_key")
    asked = (
        heard.filter(pl.col("unit").is_in(units.implode()) | pl.col("need_key").is_in(keys.implode()))
        .join(issues, on="need_key", how="left")
        .select(
            "need_key", "unit", asked_day="day",
            issue_key=pl.when(pl.col("need_key").is_null()).then("issue_key").otherwise("of_need"),
        )
        .collect()
    )  # fmt: skip
    nobody = pl.col("unit").is_null()
    found = [
        ended.filter(~nobody).join(asked, on=STRANDS, nulls_equal=True),
        ended.filter(nobody).join(asked.filter(nobody), on="need_key"),
    ]
    return (
        pl.concat([rows.select("need_id", "end_day", "asked_day") for rows in found])
        .filter(pl.col("asked_day") > pl.col("end_day"))
        .group_by("need_id")
        .agg(return_day=pl.col("asked_day").min())
    )


def _last_acts(records: Records, options: Options, asked: pl.DataFrame) -> pl.DataFrame:
    """The last activity for each of these needs up to the day somebody asked: `need_id, acted_day`."""
    if asked.is_empty():
        return pl.DataFrame(schema={"need_id": pl.String, "acted_day": pl.Int32})
    acts = records.scan("activities", options.as_of).filter(pl.col("started_day").is_not_null())
    wanted = asked.lazy().select("need_id", "need_key", "demand_id", "unit", "issue_key", "day", "asked_on_day")
    ways = (["need_key"], ["demand_id"], ["unit", "issue_key"])
    units = acts.with_columns(unit="person_key").select("need_key", "demand_id", "unit", "issue_key", "started_day")
    found = [
        wanted.filter(pl.col("need_key").is_null() if "unit" in way else pl.lit(True))
        .drop_nulls(way[0])
        .join(units.drop_nulls(way[0]), on=way, nulls_equal=True)
        .select("need_id", "day", "asked_on_day", "started_day")
        for way in ways
    ]
    return (
        pl.concat(found)
        .filter(pl.col("started_day").is_between("day", "asked_on_day"))
        .group_by("need_id")
        .agg(acted_day=pl.col("started_day").max())
        .collect()
    )
