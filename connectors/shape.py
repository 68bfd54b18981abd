"""From a block of a source's rows to records: the mapping is followed, the gates are passed or the row is kept aside."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import polars as pl

from connectors import gates
from connectors.batch import Batch, MappedBatch
from connectors.keys import Distinct, content_hash, text_keys
from connectors.mapping import ALLOWED, REQUIRED, Condition, Field, Mapping, Rule, times_of
from connectors.pseudonyms import Pseudonyms, person_key
from connectors.refusal import ImportRefused
from connectors.survey import Survey, cleaned, hidden, source_keys
from measures.model.records import FRAMES

# Ids that are a source's own and would meet those of other sources by chance.
OWN_IDS = ("demand_id", "need_id", "activity_id", "clock_id", "document_id", "contact_key", "reopened_of", "want_id")
INHERITED = ("need_id", "agency", "service", "place", "issue")  # what an activity of the same row takes from its demand
KEYED = {"need_key": "need_id", "issue_key": "issue", "place_key": "place"}
MOST_MOVES = 8  # columns whose changes are tried in every combination, to find what a row was taken to say before


@dataclass
class Mapper:
    """Follows one mapping through the blocks of one import.

    Attributes:
        mapping: with its date formats settled.
        pseudonyms: of this installation.
        latest: UTC microseconds after which no event can have happened.
        survey: the flags of a grouped log.
        earlier: of these source keys, those of earlier imports with their content: `source_key, content_hash`.
    """

    mapping: Mapping
    pseudonyms: Pseudonyms
    latest: int
    survey: Survey | None = None
    earlier: Callable[[list[str]], pl.DataFrame] | None = None
    _at: int = 0
    _keys: dict[str, Distinct] = field(default_factory=dict)

    def __post_init__(self) -> None:
        digest = _digest(self.mapping)
        self._salt = self.pseudonyms.salt(digest) if self.mapping.hides else digest
        completed = [_completed(self.mapping, rule) for rule in self.mapping.rules]
        self._rules = tuple(_without_persons(self.mapping, rule) for rule in completed)
        self._elsewhere = {*self.mapping.key}
        for rule in completed:
            for name, spec in rule.fields:
                if _lands(rule, name, spec):
                    self._elsewhere.update(spec.columns)

    def map(self, batch: Batch) -> MappedBatch:
        """Turn a block of text into records and rejects; every row read is one or the other.

        Raises:
            ImportRefused: the whole source cannot be taken under this mapping.
        """
        mapping = self.mapping
        rows = cleaned(batch.rows.select(mapping.columns), mapping.nulls)
        flagged = self._as_before(self._flagged(rows))
        hashes = content_hash(flagged, self._salt)
        rows = rows.with_columns(line=batch.lines, content_hash=hashes).with_columns(self._hidden(rows))
        if mapping.key or mapping.group:
            rows = rows.with_columns(source_key=source_keys(mapping))
        else:  # a source without a key: a row is what it says
            rows = rows.with_columns(source_key=pl.format("={}", "content_hash"))
        rows = rows.with_columns(flagged.select(pl.selectors.starts_with("::")))
        found = gates.Found()
        found.missing(rows, "source_key", "missing_key", ", ".join(mapping.key) or None)
        times = gates.read_times(rows, mapping, self.latest, found)
        frames: dict[str, list[pl.DataFrame]] = {}
        for rule in self._rules:
            made = self._records(rule, rows, times, found)
            frames.setdefault(rule.frame, []).append(made)
        rejects = found.rejects(rows, self._key_hash)
        kept = _accept({name: pl.concat(parts) for name, parts in frames.items()}, rejects)
        accepted = rows.select("line", "source_key", "content_hash")
        refused_keys = accepted["source_key"].clear()
        if rejects.height:
            refused_keys = accepted.join(rejects, on="line", how="semi")["source_key"].drop_nulls()
            accepted = accepted.join(rejects, on="line", how="anti", maintain_order="left")
        if self._makes_nothing(rows.height, kept):
            found.remark("no_record", accepted["line"])
        flags = found.flags(rejects)
        if self.survey and self._at == rows.height and self.survey.out_of_order:
            flags["out_of_order"] = self.survey.out_of_order
        refused = pl.concat([batch.refused, rejects]) if batch.refused.height else rejects
        read = rows.height + batch.refused.height
        return MappedBatch(accepted, kept, refused, read, flags, batch.cursor, refused_keys, self._key_hash)

    def _key_hash(self, key: str) -> str:
        return self.pseudonyms.key_hash(self.mapping.name, key)

    def _makes_nothing(self, height: int, kept: dict[str, pl.DataFrame]) -> bool:
        """Whether a whole block came to nothing: most likely a condition is misspelt.

        That single rows make no record is ordinary, and so it is of the end of a log whose incidents began earlier.
        """
        if any(records.height for records in kept.values()):
            return False
        return self.survey is None or bool(self.survey.first[self._at - height : self._at].any())

    def _hidden(self, rows: pl.DataFrame) -> list[pl.Series]:
        """The pseudonyms that stand for a person's number where it is part of a row's key, an id or another text."""
        domain = self.mapping.person.domain if self.mapping.person else "person"
        return [
            self.pseudonyms.of(rows[column], id_type, domain).alias(hidden(column))
            for column, id_type in self.mapping.person_columns.items()
            if column in self._elsewhere
        ]

    def _flagged(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with what the survey knows of them, as columns named `::…`."""
        if self.survey is None:
            return rows
        part = slice(self._at, self._at + rows.height)
        self._at += rows.height
        columns = {"::first": self.survey.first[part]}
        columns |= {f"::changed:{c}": flags[part] for c, flags in self.survey.changed.items()}
        columns |= {f"::rose:{c}": flags[part] for c, flags in self.survey.rose.items()}
        return rows.with_columns(
            pl.Series(name, flags).cast(pl.Int8).cast(pl.String).alias(name) for name, flags in columns.items()
        )

    def _as_before(self, flagged: pl.DataFrame) -> pl.DataFrame:
        """A row that goes on with an earlier import's group keeps what was said of it then, if it is still the same row.

        What stood before it is not in this extract, so that it seems to change nothing; the hash of its content tells
        what it was taken to change when the row before it was there.
        """
        survey = self.survey
        moves = [name for name in flagged.columns if name.startswith(("::changed:", "::rose:"))]
        if survey is None or survey.goes_on is None or self.earlier is None or len(moves) > MOST_MOVES:
            return flagged
        going_on = survey.goes_on[self._at - flagged.height : self._at]
        if not going_on.any():
            return flagged
        rows = flagged.with_row_index("::at").filter(going_on)
        keys = rows.select(source_keys(self.mapping).alias("source_key"))["source_key"]
        held = self.earlier(keys.drop_nulls().to_list())
        found = []
        for said in product("01", repeat=len(moves)):
            tried = rows.with_columns(pl.lit(flag).alias(name) for name, flag in zip(moves, said, strict=True))
            hashes = content_hash(tried.drop("::at"), self._salt)
            found.append(
                tried.select("::at", *moves).with_columns(source_key=keys, content_hash=hashes)
                .join(held, on=["source_key", "content_hash"], how="semi").drop("source_key", "content_hash")
            )  # fmt: skip
        told = flagged.with_row_index("::at").join(pl.concat(found), on="::at", how="left", maintain_order="left")
        return flagged.with_columns(pl.coalesce(told[f"{name}_right"], told[name]).alias(name) for name in moves)

    # One rule

    def _records(
        self, rule: Rule, rows: pl.DataFrame, times: dict[str, pl.DataFrame], found: gates.Found
    ) -> pl.DataFrame:
        frame = FRAMES[rule.frame]
        numbered = rows.with_row_index("::row")
        chosen = numbered.filter([_holds(c) for c in rule.when]) if rule.when else numbered
        chosen = chosen.with_columns(pl.format("{}|" + rule.name, "source_key").alias("::id"))
        chosen = chosen.with_columns(gates.times_of_rule(rule, times, chosen["::row"]))
        found.absent_times(rule, chosen)
        chosen = gates.set_doubtful_ends_aside(rule, chosen, times, found)
        made: dict[str, pl.Series] = {}
        for name, spec in rule.fields:
            if name in times_of(rule.frame):
                continue
            made[name] = self._value(rule, name, spec, chosen, found)
        for name in frame.columns:
            if name in made or (name.endswith("_key") and name in KEYED | {"person_key": ""}):
                continue
            made[name] = chosen[f"@{name}"] if f"@{name}" in chosen.columns else _nothing(chosen.height)
        made |= self._integers(rule, made)
        records = pl.DataFrame([made[name].cast(dtype).alias(name) for name, dtype in frame.columns.items()])
        records = records.with_columns(chosen["line"])
        if self.mapping.known == "as it happened":
            records = records.with_columns(gates.recorded_at(rule, times, chosen).alias("recorded_at"))
        return records

    def _value(self, rule: Rule, name: str, spec: Field, rows: pl.DataFrame, found: gates.Found) -> pl.Series:
        """One column of the records, read as the mapping says and refused where it cannot be."""
        if spec.value is not None:
            values = rows.select(pl.repeat(spec.value, pl.len(), dtype=pl.String).alias("v"))["v"]
            return gates.typed(rule, name, spec, values, rows, found)
        source = rows.select(pl.coalesce(spec.columns).alias("v"))["v"]
        field_name = spec.columns[0].removeprefix(hidden(""))
        if spec.pseudonym is not None:
            found.ids(rows, source, spec.pseudonym, field_name)
            domain = self.mapping.person.domain if self.mapping.person and name == "person_id" else "person"
            return self.pseudonyms.of(source, spec.pseudonym, domain if name == "person_id" else name)
        allowed = ALLOWED.get(f"{rule.frame}.{name}")
        values = _translated(source, spec, listed=allowed is not None)
        if allowed:
            required = name in REQUIRED.get(rule.frame, ())
            found.outside(rows, source, values, allowed, spec, required=required)
        if name in OWN_IDS and self.mapping.prefix:
            values = (pl.Series([self.mapping.name + ":"]) + values) if values.len() else values
        if name == FRAMES[rule.frame].key:
            found.missing_in(rows, values, "missing_value", field_name)
        return gates.typed(rule, name, spec, values, rows, found)

    def _integers(self, rule: Rule, made: dict[str, pl.Series]) -> dict[str, pl.Series]:
        columns = FRAMES[rule.frame].columns
        integers: dict[str, pl.Series] = {}
        for key, name in KEYED.items():
            if key in columns:
                integers[key] = self._keys.setdefault(key, text_keys()).of(made[name].cast(pl.String))
        if "person_key" in columns:
            person = made["person_id"].cast(pl.String)
            if self.mapping.person and not self.mapping.person.pseudonym:
                integers["person_key"] = self._keys.setdefault("person", text_keys()).of(person)
            else:
                integers["person_key"] = person.to_frame("p").select(person_key(pl.col("p")))["p"]
        return integers


def _digest(mapping: Mapping) -> bytes:
    """Sixteen bytes that change when rows would be read otherwise, and not when a title or a warning does."""
    told = replace(mapping, title="", warnings=(), asked=False, snapshot=False)
    fields = (told.name, told.timezone, told.rules, told.key, told.known, told.prefix, told.nulls, told.formats,
              told.column_formats, told.person, told.group)  # fmt: skip
    return hashlib.blake2b(repr(fields).encode(), digest_size=16).digest()


def _completed(mapping: Mapping, rule: Rule) -> Rule:
    """The rule with what follows from the rest of the mapping: ids, the person, the demand its row belongs to."""
    columns = FRAMES[rule.frame].columns
    key = FRAMES[rule.frame].key
    fields = dict(rule.fields)
    demand = next((r for r in mapping.rules if r.frame == "demands"), None)
    same_row = demand is not None and rule is not demand and (mapping.group is not None or not demand.when)
    if key == "demand_id" and key not in fields:
        fields[key] = Field(columns=(mapping.group.by,)) if mapping.group else Field(columns=("source_key",))
    elif key not in fields and key != "person_id":
        fields[key] = Field(columns=("source_key",)) if _alone(mapping, rule) else Field(columns=("::id",))
    if same_row and demand is not None:
        if "demand_id" in columns and "demand_id" not in fields:
            fields["demand_id"] = dict(_completed(mapping, demand).fields)["demand_id"]
        for name in INHERITED:
            given = demand.field(name)
            if name in columns and name not in fields and given and not (name == "issue" and mapping.group):
                fields[name] = given
    if "person_id" in columns and "person_id" not in fields and mapping.person:
        fields["person_id"] = Field(columns=(mapping.person.column,))
    given = fields.get("person_id")
    if given and given.columns and given.pseudonym is None and given.columns[0] in mapping.person_columns:
        fields["person_id"] = replace(given, pseudonym=mapping.person.id_type if mapping.person else mapping.name)
    return replace(rule, fields=tuple(fields.items()))


def _without_persons(mapping: Mapping, rule: Rule) -> Rule:
    """The rule with pseudonyms wherever a column that says who somebody is would land as it stands."""
    said = {column: hidden(column) for column in mapping.person_columns}
    return replace(rule, fields=tuple(
        (name, replace(spec, columns=tuple(said.get(c, c) for c in spec.columns)) if _lands(rule, name, spec) else spec)
        for name, spec in rule.fields
    ))  # fmt: skip


def _lands(rule: Rule, name: str, spec: Field) -> bool:
    """Whether a column's text would be kept as it stands: no pseudonym, no word of ours, no time, no number."""
    return (
        spec.pseudonym is None and not spec.table and not spec.patterns and name not in times_of(rule.frame)
        and f"{rule.frame}.{name}" not in ALLOWED and FRAMES[rule.frame].columns[name] == pl.String
    )  # fmt: skip


def _alone(mapping: Mapping, rule: Rule) -> bool:
    return sum(r.frame == rule.frame for r in mapping.rules) == 1


def _holds(condition: Condition) -> pl.Expr:
    column = pl.col(condition.column) if condition.column else pl.lit(None)
    folded = [value.lower() for value in condition.values]
    match condition.test:
        case "present":
            return column.is_not_null()
        case "absent":
            return column.is_null()
        case "in":
            return column.str.to_lowercase().is_in(folded).fill_null(value=False)
        case "not in":
            return ~column.str.to_lowercase().is_in(folded).fill_null(value=False)
        case "~":
            return column.str.contains(condition.values[0]).fill_null(value=False)
        case "first" | "later":
            return pl.col("::first") == ("1" if condition.test == "first" else "0")
        case "changed" | "rose":
            return pl.col(f"::{condition.test}:{condition.column}") == "1"
    raise ImportRefused(f"the condition {condition.test!r} is not one this project follows.")


def _translated(source: pl.Series, spec: Field, *, listed: bool) -> pl.Series:
    """Through the field's table, then its patterns; `otherwise` for the rest, empty ones included.

    Without `otherwise` a word that neither knows stays as it is, save in a column that takes only listed ones.
    """
    if not spec.table and not spec.patterns:
        return source.fill_null(spec.otherwise) if spec.otherwise is not None else source
    frame = source.to_frame("v")
    found: pl.Expr = pl.lit(None, pl.String)
    if spec.table:
        folded = {key.lower(): value for key, value in spec.table}
        found = pl.col("v").str.to_lowercase().replace_strict(folded, default=None, return_dtype=pl.String)
    if spec.patterns:
        chain: Any = pl.when(pl.lit(value=False)).then(pl.lit(None, pl.String))
        for pattern, value in spec.patterns:
            chain = chain.when(pl.col("v").str.contains(pattern)).then(pl.lit(value))
        found = pl.coalesce(found, chain.otherwise(pl.lit(None, pl.String)))
    if spec.otherwise is not None:
        found = found.fill_null(pl.lit(spec.otherwise or None, pl.String))
    elif not listed:
        found = pl.coalesce(found, "v")
    return frame.select(found.alias("v"))["v"]


def _nothing(height: int) -> pl.Series:
    return pl.repeat(None, height, dtype=pl.String, eager=True)


def _accept(frames: dict[str, pl.DataFrame], rejects: pl.DataFrame) -> dict[str, pl.DataFrame]:
    if not rejects.height:
        return frames
    return {
        name: records.join(rejects.select("line"), on="line", how="anti", maintain_order="left")
        for name, records in frames.items()
    }
