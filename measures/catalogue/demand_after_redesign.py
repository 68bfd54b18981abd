"""How many of those who asked before a change need not ask after it, and how many would not have anyway."""

from __future__ import annotations

from math import sqrt

import polars as pl

from measures.facts import heard
from measures.gone import gone
from measures.model.measure import Measure, Options
from measures.model.records import Records
from measures.model.time import day_date
from measures.request import ReadingError
from measures.standing import standing
from measures.survival import wilson

YEAR = 365  # days: the 12 months before and after
AFTER, BEFORE, ELSEWHERE, OTHERS = "after the change", "the year before", "other places", "other services"
COMPARED = {
    BEFORE: "more than the year before",
    ELSEWHERE: "more than in other places",
    OTHERS: "more than in other services",
}
COHORT = {
    "day": pl.Int32, "numerator": pl.Float64, "denominator": pl.Float64, "weight": pl.Float64, "unknown": pl.Boolean,
    "mature_day": pl.Int32, "person_key": pl.Int64, "record_id": pl.String, "source": pl.String, "service": pl.String,
    "change": pl.String, "cohort": pl.String,
}  # fmt: skip


def observe(records: Records, options: Options) -> pl.LazyFrame:
    """One row a recorded change, cohort and person who had asked in the 12 months before: 1 where they did not in the next 12.

    The change's own cohort is compared with the same service (and place) a year earlier, where records reach so far back,
    with other places of the service, and with services that nothing was changed in for a year on either side. Whoever died
    or moved meanwhile, and whoever nobody could link, is unknown. `change` names the change, `cohort` the group.
    """
    changes = (
        standing(records, "change", options.as_of)
        .filter(pl.col("from_day").is_not_null())
        .sort("from_day", "judgement_id")
        .collect()
    )
    if changes.is_empty():
        return pl.LazyFrame(schema=COHORT)
    rows = heard(records, options).select(
        "demand_id", "day", "person_key", pl.col("source", "service", "place").cast(pl.String)
    )  # fmt: skip
    left = gone(records, options)
    places = set(rows.select(pl.col("place").unique()).collect()["place"].drop_nulls())
    known = rows.group_by("service").agg(began=pl.col("day").min()).collect()
    made = []
    for change in changes.iter_rows(named=True):
        day, service, where = change["from_day"], change["service"], change["where"]
        mine = pl.lit(True) if service is None else (pl.col("service") == service).fill_null(False)
        began = known.filter(mine)["began"].min()
        groups = [(AFTER, mine, day), (BEFORE, mine, day - YEAR)]
        if where in places:
            here = (pl.col("place") == where).fill_null(False)
            groups = [(AFTER, mine & here, day), (BEFORE, mine & here, day - YEAR), (ELSEWHERE, mine & ~here, day)]
        near = changes.filter((pl.col("from_day") - day).abs() < YEAR)
        if service is not None and not near["service"].has_nulls():
            untouched = pl.col("service").is_not_null() & ~pl.col("service").is_in(near["service"].implode())
            groups.append((OTHERS, untouched, day))
        for cohort, area, cut in groups:
            if cohort == BEFORE and (began is None or began > cut - YEAR):  # records do not reach so far back
                continue
            named = {"change": pl.lit(_name(change)), "cohort": pl.lit(cohort)}
            own = pl.lit(None if cohort == OTHERS else service, dtype=pl.String)
            key = f"{change['change_id']}/{cohort}/"
            made.append(_cohort(rows.filter(area), cut, left, key).with_columns(**named, service=own))
    return pl.concat(made).select(*COHORT).cast(dict(COHORT))  # type: ignore[arg-type]


def _name(change: dict) -> str:
    on = day_date(change["from_day"])
    return f"{change['service'] or 'all services'}, {on.day} {on:%B %Y}"


def _cohort(rows: pl.LazyFrame, cut: int, left: pl.DataFrame, key: str) -> pl.LazyFrame:
    """Who asked in the 12 months before a day, and whether again in the 12 after."""
    near = rows.filter((pl.col("day") >= cut - YEAR) & (pl.col("day") < cut + YEAR))
    linked = (
        near.filter(pl.col("person_key").is_not_null())
        .group_by("person_key")
        .agg(first=pl.col("day").min(), last=pl.col("day").max(), source=pl.col("source").min())
        .filter(pl.col("first") < cut)
        .join(left.lazy(), on="person_key", how="left")
    )
    lost = (pl.col("unsure") | (pl.col("gone_day") < cut + YEAR)).fill_null(False) & (pl.col("last") < cut)
    people = linked.select(
        "person_key", "source", unknown=lost, again=pl.col("last") >= cut,
        record_id=pl.concat_str(pl.lit(key), pl.col("person_key").cast(pl.String)),
    )  # fmt: skip
    nobody = near.filter(pl.col("person_key").is_null() & (pl.col("day") < cut)).select(
        "person_key", "source", unknown=pl.lit(True), again=pl.lit(False),
        record_id=pl.concat_str(pl.lit(key), pl.col("demand_id")),
    )  # fmt: skip
    return pl.concat([people, nobody]).with_columns(
        day=pl.lit(cut, pl.Int32),
        mature_day=pl.lit(cut + YEAR - 1, pl.Int32),
        numerator=(~pl.col("again") & ~pl.col("unknown")).cast(pl.Float64),
        denominator=(~pl.col("unknown")).cast(pl.Float64),
        weight=pl.lit(1.0),
    )


def breakdown(observations: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Each change with what it is compared with, and the difference; its interval is Newcombe's (1998, method 10).

    Raises:
        ReadingError: a change has nothing to be compared with, and no other change has.
    """
    counted = observations.filter("mature") if "mature" in observations.columns else observations
    sums = counted.group_by("change", "cohort").agg(
        day=pl.col("day").max(), n=pl.col("denominator").sum(), not_again=pl.col("numerator").sum()
    )
    low, high = wilson(pl.col("not_again"), pl.col("n"))
    valued = sums.filter(pl.col("n") > 0).with_columns(value=pl.col("not_again") / pl.col("n"), lower=low, upper=high)
    rows, alone = [], []
    for change, _ in sorted(
        valued.filter(cohort=AFTER).select("change", "day").rows(), key=lambda row: (row[1], row[0])
    ):
        groups = {row["cohort"]: row for row in valued.filter(change=change).iter_rows(named=True)}
        compared = [name for name in COMPARED if name in groups]
        if not compared:
            alone.append(change)
            rows.append((f"{change}: nothing to compare with", None, None, None, 0, None, None))
            continue
        rows += [_told(change, groups[name]) for name in (AFTER, *compared)]
        rows += [_difference(change, groups[AFTER], groups[name]) for name in compared]
    if rows and len(alone) == len(rows):
        raise ReadingError(
            f"there is nothing to compare {alone[0]} with: records reach less than two years before it, and every other "
            "service changed too; without a comparison a fall says nothing"
        )
    schema = {
        "people_who_asked": pl.String, "value": pl.Float64, "lower": pl.Float64, "upper": pl.Float64, "n": pl.Int64,
        "people": pl.Int64, "people_in": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(source=pl.lit(None, pl.String))


def _told(change: str, group: dict) -> tuple:
    n, inside = int(group["n"]), int(group["not_again"])
    return (f"{change}: {group['cohort']}", group["value"], group["lower"], group["upper"], n, n, inside)


def _difference(change: str, after: dict, other: dict) -> tuple:
    gap = after["value"] - other["value"]
    down = sqrt((after["value"] - after["lower"]) ** 2 + (other["upper"] - other["value"]) ** 2)
    up = sqrt((after["upper"] - after["value"]) ** 2 + (other["value"] - other["lower"]) ** 2)
    n = int(after["n"] + other["n"])
    # nobody is counted in a difference: a protected role gets its two parts
    return (f"{change}: {COMPARED[other['cohort']]}", gap, gap - down, gap + up, n, None, None)


MEASURE = Measure(
    name="demand_after_redesign",
    title="Asked before a change, and not after it",
    question="How many of those who asked before we changed something did not have to ask again, and would they have anyway?",
    purpose="To tell whether a new way of working solved people's problems, or whether demand would have fallen without it.",
    why_it_matters="After a redesign half the cases no longer presented as in need; only a comparison can tell how many "
    "would have stopped anyway.",
    definition="People who asked in the 12 months before a recorded change and not in the 12 months after it, out of all who "
    "asked in the 12 months before; beside it the same a year earlier, or elsewhere, and the difference.",
    unit="of people who had asked",
    kind="share",
    better="higher",
    readings=("breakdown",),
    chart="p_prime",
    report_lines=(671, 805),
    tags=("people",),
    observe=observe,
    breakdown=breakdown,
    splits=(),
    caveat="People also ask no more because they gave up: read it beside those who stopped asking while still in need. "
    "Whoever died or moved away is left out. A difference says what happened, not why.",
)
