"""What is accepted, what is kept aside and why: the row gate. No text of a refused row is kept, only where it stood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import polars as pl

from connectors.batch import REJECTS_SCHEMA
from connectors.mapping import PLANS, REQUIRED, Field, Mapping, Rule, times_of
from connectors.pseudonyms import normalise, problems
from connectors.times import parse
from measures.model.records import FRAMES
from measures.model.time import SECOND

# A record's beginning and end where it has both: an end before its beginning is set aside, the record is kept.
SPANS = {
    "activities": ("started", "ended"), "source_needs": ("first_demand", "end"), "clocks": ("started", "stopped"),
    "people": ("from", "to"), "caseload": ("from", "to"), "front_doors": ("open_from", "open_to"),
}  # fmt: skip
WHOLE = r"^[+-]?\d{1,18}$"  # what a 64-bit integer holds for certain
DECIMAL = r"^[+-]?\d{1,15}(\.\d+)?$"
MINUTE = 60 * SECOND
YES, NO = ("true", "yes", "y", "1", "t"), ("false", "no", "n", "0", "f")


@dataclass
class Found:
    """What the gates have found in one block, a row a finding."""

    reasons: list[pl.DataFrame] = field(default_factory=list)
    remarks: list[tuple[str, pl.Series]] = field(default_factory=list)

    def refuse(self, lines: pl.Series, where: pl.Series, reason: str | pl.Series, name: str | None) -> None:
        """Keep these lines aside, for this reason, because of this column."""
        if not where.any():
            return
        given = pl.Series([reason] * lines.len(), dtype=pl.String) if isinstance(reason, str) else reason
        frame = pl.DataFrame({"line": lines, "reason": given}).filter(where)
        self.reasons.append(frame.select("line", pl.lit(name, pl.String).alias("field"), "reason"))

    def remark(self, flag: str, lines: pl.Series) -> None:
        """Accept these lines with a remark."""
        if lines.len():
            self.remarks.append((flag, lines))

    def missing(self, rows: pl.DataFrame, column: str, reason: str, name: str | None) -> None:
        """Rows that lack what makes up their key."""
        self.refuse(rows["line"], rows[column].is_null(), reason, name)

    def missing_in(self, rows: pl.DataFrame, values: pl.Series, reason: str, name: str) -> None:
        """Rows that lack a value their record cannot do without."""
        self.refuse(rows["line"], values.is_null(), reason, name)

    def absent_times(self, rule: Rule, rows: pl.DataFrame) -> None:
        """Rows without the time their record begins with."""
        for name in REQUIRED.get(rule.frame, ()):
            if name in times_of(rule.frame):
                columns = (rule.field(name) or Field()).columns
                self.refuse(
                    rows["line"], rows[f"@{name}_at"].is_null(), "missing_time", columns[0] if columns else name
                )

    def ids(self, rows: pl.DataFrame, values: pl.Series, id_type: str, name: str) -> None:
        """Ids that must not become a pseudonym: a spreadsheet's 1.23E+09, or nothing once blanks are taken off."""
        found = problems(values, id_type)
        self.refuse(rows["line"], found.is_not_null(), found, name)
        short = values.filter(values.str.len_chars() < 4).unique()  # only short texts can vanish in normalising
        vanishing = [value for value in short.to_list() if not normalise(value)]
        if vanishing:
            self.refuse(rows["line"], values.is_in(vanishing).fill_null(value=False), "person_id_too_short", name)

    def outside(
        self,
        rows: pl.DataFrame,
        source: pl.Series,
        values: pl.Series,
        allowed: Sequence[str],
        spec: Field,
        *,
        required: bool,
    ) -> None:
        """Values that are none of a closed list, or that neither the mapping's table nor its `otherwise` knows."""
        name = spec.columns[0]
        known = values.is_in(list(allowed)).fill_null(value=spec.otherwise is not None)
        self.refuse(rows["line"], source.is_not_null() & ~known, "not_an_allowed_value", name)
        if required:
            self.refuse(rows["line"], values.is_null(), "missing_value", name)

    def rejects(self, rows: pl.DataFrame, key_hash: Callable[[str], str]) -> pl.DataFrame:
        """One row a refused source row: its line, the first thing wrong with it, and its key as a keyed hash."""
        if not self.reasons:
            return pl.DataFrame(schema=REJECTS_SCHEMA)
        first = pl.concat(self.reasons).unique("line", keep="first", maintain_order=True)
        keyed = first.join(rows.select("line", "source_key"), on="line", how="left", maintain_order="left")
        hashes = [None if key is None else key_hash(key) for key in keyed["source_key"].to_list()]
        return keyed.select("line", "field", "reason", pl.Series("key_hash", hashes, dtype=pl.String)).sort("line")

    def flags(self, rejects: pl.DataFrame) -> dict[str, int]:
        """How many accepted rows carry each remark."""
        refused = rejects["line"].implode()
        counts: dict[str, int] = {}
        for flag, lines in self.remarks:
            kept = int((~lines.is_in(refused)).sum())
            if kept:
                counts[flag] = counts.get(flag, 0) + kept
        return counts


def read_times(rows: pl.DataFrame, mapping: Mapping, latest: int, found: Found) -> dict[str, pl.DataFrame]:
    """Every time column of the block, read once.

    Returns:
        By column: `at, day, precision`, null where absent or refused. What cannot be read, does not exist on the clock,
        or happened after `latest` keeps its row aside; a time the clock showed twice is remarked on.
    """
    events = {
        column
        for rule in mapping.rules
        for time in times_of(rule.frame)
        if time not in PLANS
        for column in (rule.field(time) or Field()).columns
    }
    read: dict[str, pl.DataFrame] = {}
    for column in mapping.time_columns:
        times = parse(rows[column], mapping.formats_of(column), mapping.timezone)
        found.refuse(rows["line"], times["problem"].is_not_null(), times["problem"], column)
        if column in events:
            found.refuse(rows["line"], (times["at"] > latest).fill_null(value=False), "event_in_future", column)
        found.remark("ambiguous_time", rows["line"].filter(times["ambiguous"]))
        read[column] = times.select("at", "day", "precision")
    return read


def times_of_rule(rule: Rule, times: dict[str, pl.DataFrame], at: pl.Series) -> list[pl.Series]:
    """The times of one rule's records as columns `@received_at`, `@received_day`, `@received_precision` and so on."""
    made = []
    for name in times_of(rule.frame):
        columns = (rule.field(name) or Field()).columns
        chosen = _first_told([times[column][at] for column in columns], at.len())
        made += [chosen[part].alias(f"@{name}_{part}") for part in ("at", "day", "precision")]
    return made


def _first_told(tables: list[pl.DataFrame], height: int) -> pl.DataFrame:
    """The first of several times that a row has."""
    if not tables:
        nothing = {"at": pl.Int64, "day": pl.Int32, "precision": pl.String}
        return pl.DataFrame({name: pl.Series([None] * height, dtype=kind) for name, kind in nothing.items()})
    whole = tables[0]
    for other in tables[1:]:
        absent = whole["at"].is_null()
        whole = pl.DataFrame({name: other[name].zip_with(absent, whole[name]) for name in whole.columns})
    return whole


def set_doubtful_ends_aside(
    rule: Rule, rows: pl.DataFrame, times: dict[str, pl.DataFrame], found: Found
) -> pl.DataFrame:
    """An end before its own beginning is no end: it is nulled and remarked on, and what began is kept.

    Where the end is a record of its own (a closing that the rule says is `not_before` its opening), that record is left
    out.
    """
    if rule.not_before:
        begun = times[rule.not_before][rows["::row"]]
        event = times_of(rule.frame)[0]
        before = _before(rows[f"@{event}_at"], rows[f"@{event}_day"], rows[f"@{event}_precision"], begun)
        found.remark("end_doubtful", rows["line"].filter(before))
        rows = rows.filter(~before)
    begin, end = SPANS.get(rule.frame, (None, None))
    if begin is None or rule.field(str(end)) is None:
        return rows
    begun = rows.select(at=f"@{begin}_at", day=f"@{begin}_day", precision=f"@{begin}_precision")
    doubtful = _before(rows[f"@{end}_at"], rows[f"@{end}_day"], rows[f"@{end}_precision"], begun)
    found.remark("end_doubtful", rows["line"].filter(doubtful))
    kept = rows.with_columns(
        pl.when(~doubtful).then(pl.col(f"@{end}_{part}")).alias(f"@{end}_{part}") for part in ("at", "day", "precision")
    )
    if "end_doubtful" in FRAMES[rule.frame].columns:
        kept = kept.with_columns(doubtful.alias("@end_doubtful"))
    return kept


def _before(at: pl.Series, day: pl.Series, precision: pl.Series, begun: pl.DataFrame) -> pl.Series:
    """Whether a time certainly lies before another: told by the coarser of the two, a minute, a day, a month or a year."""
    told = pl.DataFrame({"at": at, "day": day.cast(pl.Date), "precision": precision}).hstack(
        begun.select(begun_at="at", begun_day=pl.col("day").cast(pl.Date), begun_precision=pl.col("precision"))
    )
    either = [pl.col("precision"), pl.col("begun_precision")]

    def coarse(*words: str) -> pl.Expr:
        return pl.any_horizontal(precision.is_in(words) for precision in either)

    # 10:05 is not before 10:05:30; between two times to the minute there is nothing to forgive
    within = pl.when(pl.col("precision") == pl.col("begun_precision")).then(0).otherwise(MINUTE - 1)
    earlier = (
        pl.when(coarse("year")).then(pl.col("day").dt.year() < pl.col("begun_day").dt.year())
        .when(coarse("month")).then(pl.col("day").dt.truncate("1mo") < pl.col("begun_day").dt.truncate("1mo"))
        .when(coarse("day")).then(pl.col("day") < pl.col("begun_day"))
        .otherwise(pl.col("at") + within < pl.col("begun_at"))
    )  # fmt: skip
    return told.select(earlier.fill_null(value=False).alias("earlier"))["earlier"]


def recorded_at(rule: Rule, times: dict[str, pl.DataFrame], rows: pl.DataFrame) -> pl.Series:
    """When a record of a history loaded late was known: as the rule says, else when the last thing it tells happened."""
    if rule.recorded:
        return _first_told([times[column][rows["::row"]] for column in rule.recorded], rows.height)["at"]
    plans = [name for name in times_of(rule.frame) if name not in PLANS]
    if not plans:
        plans = list(times_of(rule.frame))
    if not plans:
        return pl.Series([None] * rows.height, dtype=pl.Int64)
    return rows.select(pl.max_horizontal(f"@{name}_at" for name in plans)).to_series()


def typed(rule: Rule, name: str, spec: Field, values: pl.Series, rows: pl.DataFrame, found: Found) -> pl.Series:
    """Text as the number or the yes or no its column holds; what is not plainly one keeps its row aside."""
    dtype = FRAMES[rule.frame].columns[name]
    told = spec.columns[0] if spec.columns else name
    if dtype == pl.String:
        return values
    if dtype == pl.Boolean:
        folded = values.str.to_lowercase()
        answer = pl.Series([None] * values.len(), dtype=pl.Boolean)
        answer = answer.zip_with(~folded.is_in(YES).fill_null(value=False), pl.Series([True] * values.len()))
        answer = answer.zip_with(~folded.is_in(NO).fill_null(value=False), pl.Series([False] * values.len()))
        found.refuse(rows["line"], values.is_not_null() & answer.is_null(), "not_yes_or_no", told)
        return answer
    whole = dtype in (pl.Int64, pl.Int32) and spec.unit != "pounds"
    sound = values.str.contains(WHOLE if whole else DECIMAL).fill_null(value=False)
    found.refuse(rows["line"], values.is_not_null() & ~sound, "not_a_number", told)
    plain = values.set(~sound, None)
    if spec.unit == "pounds":
        pence = plain.cast(pl.Decimal(38, 6)) * 100
        return pence.round(0).cast(pl.Int64)
    number = plain.cast(dtype, strict=False)
    # more digits than the column holds: 20260101093000 where a small number belongs
    found.refuse(rows["line"], plain.is_not_null() & number.is_null(), "not_a_number", told)
    return number
