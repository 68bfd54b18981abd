"""How many of those who were not helped have fallen silent."""

from __future__ import annotations

import polars as pl

from measures.building import kept_heard, kept_key
from measures.facts import by_source, needs
from measures.gone import gone
from measures.model.measure import Measure, Options
from measures.model.records import Kept, Records
from measures.needs import OWN, Rule

SILENT_DAYS = 365  # 12 months without a word
NEARLY_A_YEAR = SILENT_DAYS - 31  # records of a year seldom begin on its first day
NEVER = 2**31 - 1 - SILENT_DAYS


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a need and calendar year in which it stood unmet: 1 in the year in which nobody had asked about it for 12 months.

    A need counts until it is met, its person dies or moves, or it has counted as silent once: whoever gave up in one year
    does not give up again in the next. Being screened out, closed or out of contact helps nobody and ends nothing here. Any
    demand of the person about the same matter breaks the silence, at any door. Where nobody is known, nobody can be seen
    falling silent: unknown, in the year of the first demand. The year in which a source's records begin is left out.

    Returns:
        `record_id` is the need's; a need of several years has the year behind it.
    """
    owned = needs(records, options)
    began = owned.group_by(pl.col("source").cast(pl.String)).agg(began=pl.col("day").min()).collect()
    owned = owned.filter(~pl.col("lifelong") & (pl.col("day") <= pl.col("seen_day")))
    told = owned.join(gone(records, options).lazy(), on="person_key", how="left").collect()
    left = told["end_kind"].is_in(["died", "moved"])
    over = pl.min_horizontal(pl.when(pl.col("met") | left).then("end_day"), "gone_day")
    told = told.with_columns(over=over.fill_null(NEVER), key=pl.int_range(pl.len(), dtype=pl.UInt32))
    silent = _first_silence(records, options, told)
    rows = told.lazy().join(silent, on="key", how="left").with_columns(
        silent_day=pl.when(pl.col("silent_day") <= pl.col("seen_day")).then("silent_day"),
        unknown=pl.col("person_key").is_null() | pl.col("unsure").fill_null(False),
    )  # fmt: skip
    until = pl.min_horizontal("over", pl.coalesce("silent_day", pl.lit(NEVER)), "seen_day")
    last = pl.when("unknown").then("day").otherwise(pl.max_horizontal(until, "day"))
    years = rows.with_columns(
        year=pl.int_ranges(_year(pl.col("day")), _year(last) + 1), silent_year=_year(pl.col("silent_day"))
    ).explode("year", empty_as_null=False)
    fell = (pl.col("year") == pl.col("silent_year")).fill_null(False) & ~pl.col("unknown")
    begins, ends = pl.date(pl.col("year"), 1, 1).cast(pl.Int32), pl.date(pl.col("year"), 12, 31).cast(pl.Int32)
    reopens = pl.when(pl.col("met") & pl.col("inferred") & (pl.col("end_day") <= ends))
    return (
        years.filter(begins >= by_source(began, "began") + NEARLY_A_YEAR)
        .with_columns(
            day=pl.max_horizontal(begins, "day"),
            numerator=fell.cast(pl.Float64),
            denominator=(~pl.col("unknown")).cast(pl.Float64),
            weight=pl.lit(1.0),
            mature_day=pl.max_horizontal(ends, reopens.then(pl.col("end_day") + pl.col("reopen_days"))),
            record_id=pl.when(pl.col("year") == _year(pl.col("day")))
            .then("need_id")
            .otherwise(pl.concat_str("need_id", pl.lit("/"), "year")),
        )
        .drop("key", "over", "gone_day", "gone_at", "how", "unsure", "silent_day", "silent_year", "year")
    )


def _year(day: pl.Expr) -> pl.Expr:
    return day.cast(pl.Date).dt.year()


def _first_silence(records: Records, options: Options, told: pl.DataFrame) -> pl.LazyFrame:
    """Of each need, the first day on which nobody had asked about it for 12 months while it stood unmet: `key, silent_day`."""
    return (
        told.lazy()
        .select("key", "unit", "issue_key", "day", "over")
        .filter(pl.col("unit").is_not_null())
        .join(_silences(records, options), on=["unit", "issue_key"], how="inner", nulls_equal=True)
        .with_columns(silent_day=pl.col("spoke") + SILENT_DAYS)
        .filter((pl.col("spoke") >= pl.col("day")) & (pl.col("silent_day") < pl.col("over")))
        .group_by("key")
        .agg(pl.col("silent_day").min())
    )


def _silences(records: Records, options: Options) -> pl.LazyFrame:
    """After which days a strand (person and issue) was silent for longer than 12 months, or for good: `unit, issue_key, spoke`.

    Where the source names the need, whoever asks about it asks about what opened it, in whatever words this time.
    """

    def build(_: Kept | None) -> pl.LazyFrame:
        heard = kept_heard(records, options)
        named = heard.filter(pl.col("starts") & (pl.col("found") == OWN)).select(
            "need_key", of_need="issue_key", own=pl.lit(True)
        )
        matter = pl.when("own").then("of_need").otherwise("issue_key")
        rows = (
            heard.filter(pl.col("unit").is_not_null())
            .join(named, on="need_key", how="left")
            .select("unit", "day", issue_key=matter)
        )
        ordered = rows.sort("unit", "issue_key", "day").with_columns(
            next_day=pl.col("day").shift(-1),
            same=pl.col("unit").eq_missing(pl.col("unit").shift(-1))
            & pl.col("issue_key").eq_missing(pl.col("issue_key").shift(-1)),
        )
        longer = ~pl.col("same") | (pl.col("next_day") - pl.col("day") > SILENT_DAYS)
        return ordered.filter(longer).select("unit", "issue_key", spoke="day").collect().lazy()

    return records.keep("silences", ("2", *kept_key(records, options, Rule(options.reopen_days))), build)


MEASURE = Measure(
    name="stopped_asking",
    title="Stopped asking while still in need",
    inferred_title="Never closed, and stopped asking",
    inferred_definition="Needs not closed for good whose person, still living here, had then not asked for 12 months, out of "
    "all needs that stood so in the calendar year; whoever fell silent in an earlier year is counted there only.",
    question="How many people give up asking while nobody has helped them?",
    purpose="To tell people who were helped from people who gave up: both ask no more.",
    why_it_matters="Where asking brings only another assessment, some stop asking for help, and the system counts that as a "
    "success.",
    definition="Needs not met whose person, still living here, had then not asked for 12 months, out of all needs that stood "
    "unmet in the calendar year; whoever fell silent in an earlier year is counted there only.",
    unit="of unmet needs",
    kind="share",
    better="lower",
    readings=("series", "breakdown"),
    chart="p_prime",
    report_lines=(358, 364),
    tags=("people",),
    observe=observe,
    phrase="of needs unmet in any {period} are given up in silence",
    inferred_phrase="of needs not closed in any {period} fall silent",
    periods=("year",),
    caveat="It guards every fall of demand: read it beside how many needs were met. Any demand of the person about the same "
    "matter, at any door, breaks the silence; being screened out or closed does not meet a need. The first year of record "
    "is left out.",
)
