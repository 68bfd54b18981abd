"""What a source's columns mean: which rows become demands, activities, needs and clocks, and how their text is read.

A mapping is a TOML file a steward can read aloud (docs/reference/mapping.md). This module turns it into frozen records and
back; it opens no data.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.refusal import MappingError
from measures.model.records import ACTIVITY_KINDS, END_KINDS, FRAMES, MADE_BY, OUTCOMES, WORK

PRESETS = Path(__file__).parent / "presets"
# The word for one record in a mapping, and the frame it lands in.
RULES = {
    "demand": "demands", "activity": "activities", "need": "source_needs", "clock": "clocks", "document": "documents",
    "front_door": "front_doors", "person_record": "people", "population": "population", "staffing": "staffing",
    "caseload": "caseload", "unit_cost": "unit_costs", "contract": "contracts", "price_index": "price_index",
    "assumption": "assumptions",
}  # fmt: skip
WORDS = {frame: word for word, frame in RULES.items()}
# Columns whose values are a closed list. A value outside it is refused, unless the field says `otherwise`.
ALLOWED: dict[str, tuple[str, ...]] = {
    "activities.kind": ACTIVITY_KINDS, "activities.outcome": OUTCOMES, "activities.work": WORK,
    "demands.made_by": MADE_BY, "source_needs.end_kind": END_KINDS,
    "source_needs.met_basis": ("asked", "inferred", "none"), "front_doors.kind": ("front", "back", "crisis"),
}  # fmt: skip
# Without these a record says nothing.
REQUIRED = {
    "demands": ("received",), "activities": ("started", "kind"), "source_needs": ("first_demand",),
    "clocks": ("name", "started"), "documents": ("created",),
}  # fmt: skip
IN_A_GROUP = ("first", "later", "changed", "rose")  # what only the rows of a group can be
PLANS = ("expected_by", "deadline", "open_to", "to", "week", "period")  # plans and periods are not events
KEYS_MADE = ("person_key", "need_key", "issue_key", "place_key")


def times_of(frame: str) -> tuple[str, ...]:
    """The times a frame holds: `demands` has `received` and `expected_by`."""
    return tuple(c.removesuffix("_precision") for c in FRAMES[frame].columns if c.endswith("_precision"))


def fields_of(frame: str) -> tuple[str, ...]:
    """What a mapping may fill in a frame: its columns, with a time as one word, without the integers made here."""
    times = times_of(frame)
    parts = {f"{time}_{part}" for time in times for part in ("at", "day", "precision")}
    return tuple(c for c in FRAMES[frame].columns if c not in parts and c not in KEYS_MADE) + times


@dataclass(frozen=True)
class Field:
    """Where one column of a record comes from.

    Attributes:
        columns: source columns; the first that is not null counts.
        value: a constant instead.
        table: source value → our value; compared without regard to case.
        patterns: (regular expression, our value); the first that matches counts. Tried after `table`.
        otherwise: what a value neither in `table` nor matched becomes, an empty one too ("": nothing); without it such a
            value stays as it is, or is refused in a column that takes only listed ones.
        pseudonym: the id type under which values are replaced by keyed pseudonyms.
        unit: `pounds` where money is written in pounds.
    """

    columns: tuple[str, ...] = ()
    value: str | None = None
    table: tuple[tuple[str, str], ...] = ()
    patterns: tuple[tuple[str, str], ...] = ()
    otherwise: str | None = None
    pseudonym: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Condition:
    """One thing a row must satisfy, as in `CLOSED_DT present` or `state in Resolved | Closed`."""

    column: str
    test: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """Which rows make one record of a frame, and how."""

    frame: str
    name: str
    fields: tuple[tuple[str, Field], ...]
    when: tuple[Condition, ...] = ()
    not_before: str | None = None
    recorded: tuple[str, ...] = ()

    def field(self, name: str) -> Field | None:
        """The field that fills a column, if the mapping says."""
        return dict(self.fields).get(name)


@dataclass(frozen=True)
class Group:
    """A log with several rows an incident: which column names the incident, and what orders its rows."""

    by: str
    order: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """Which column says who asked, and under which id type the pseudonym is made."""

    column: str
    id_type: str
    domain: str = "person"
    pseudonym: bool = True


@dataclass(frozen=True)
class FileFormat:
    """How a file is written, where its name does not say."""

    kind: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Mapping:
    """Everything a source's rows mean. See docs/reference/mapping.md."""

    name: str
    title: str
    timezone: str
    rules: tuple[Rule, ...]
    key: tuple[str, ...] = ()
    known: str = "at import"
    proxy: str | None = None
    asked: bool = False
    snapshot: bool = False
    prefix: bool = True
    canonical: bool = False
    warnings: tuple[str, ...] = ()
    nulls: tuple[str, ...] = ("",)
    formats: tuple[str, ...] = ("iso",)
    column_formats: tuple[tuple[str, tuple[str, ...]], ...] = ()
    person: Person | None = None
    group: Group | None = None
    file: FileFormat = FileFormat()

    @cached_property
    def time_columns(self) -> tuple[str, ...]:
        """Source columns that hold times, in order of first use."""
        found: dict[str, None] = {}
        for rule in self.rules:
            for time in times_of(rule.frame):
                found.update(dict.fromkeys((rule.field(time) or Field()).columns))
            found.update(dict.fromkeys(rule.recorded))
            if rule.not_before:
                found[rule.not_before] = None
        if self.group and self.group.order:
            found[self.group.order[0]] = None
        return tuple(found)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every source column the mapping names, in a fixed order."""
        found: dict[str, None] = dict.fromkeys(self.key)
        if self.person:
            found[self.person.column] = None
        if self.group:
            found.update(dict.fromkeys((self.group.by, *self.group.order)))
        for rule in self.rules:
            for _, field in rule.fields:
                found.update(dict.fromkeys(field.columns))
            found.update(dict.fromkeys(c.column for c in rule.when if c.column))
        found.update(dict.fromkeys(self.time_columns))
        return tuple(found)

    def formats_of(self, column: str) -> tuple[str, ...]:
        """The declared date formats of a column, in the order they are tried."""
        return dict(self.column_formats).get(column, self.formats)

    @cached_property
    def person_columns(self) -> dict[str, str]:
        """Source columns that say who somebody is, and the id type of their pseudonyms; none where they are pseudonyms."""
        if self.person and not self.person.pseudonym:
            return {}
        id_type = self.person.id_type if self.person else self.name
        found = {self.person.column: id_type} if self.person else {}
        for rule in self.rules:
            told = rule.field("person_id")
            if told:
                found.update(dict.fromkeys(told.columns, told.pseudonym or id_type))
        return found

    @property
    def hides(self) -> bool:
        """Whether any text becomes a pseudonym."""
        return bool(self.person_columns) or any(field.pseudonym for rule in self.rules for _, field in rule.fields)

    @property
    def infers(self) -> tuple[str, ...]:
        """Time columns whose date order is to be found from the whole column."""
        return tuple(c for c in self.time_columns if "infer" in self.formats_of(c))

    def with_formats(self, found: Dict[str, tuple[str, ...]]) -> Mapping:
        """The same mapping with date formats settled for some columns."""
        return replace(self, column_formats=tuple({**dict(self.column_formats), **found}.items()))

    def for_columns(self, columns: tuple[str, ...]) -> Mapping:
        """The mapping itself; for a canonical source, the identity over the columns that are there."""
        if not self.canonical:
            return self
        from connectors.canonical import canonical_rules

        return canonical_rules(self, columns)

    def to_toml(self) -> str:
        """The mapping as the TOML it could have been read from."""
        from connectors.mapping_toml import write

        return write(self)


def load(where: str | Path) -> Mapping:
    """Read a mapping from a TOML file, or a shipped one by `preset:NAME` or its bare name.

    Raises:
        MappingError: one sentence on what is wrong and where.
    """
    text = str(where)
    path = Path(text)
    shipped = PRESETS / f"{text.removeprefix('preset:')}.toml"
    if text.startswith("preset:") or (not path.suffix and shipped.exists()):
        if not shipped.exists():
            names = ", ".join(sorted(p.stem for p in PRESETS.glob("*.toml")))
            raise MappingError(f"there is no preset {shipped.stem!r}; the shipped ones are {names}.")
        path = shipped
    try:
        content = path.read_text("utf-8")
    except FileNotFoundError:
        raise MappingError(f"there is no mapping file {text}; write one, or use --map preset:NAME.") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise MappingError(f"the mapping {text} could not be read: {problem}.") from None
    return loads(content, path.name)


def loads(text: str, where: str = "the mapping") -> Mapping:
    """Read a mapping from TOML text."""
    try:
        table = tomllib.loads(text.removeprefix("\ufeff"))  # the mark some editors begin a file with
    except tomllib.TOMLDecodeError as problem:
        raise MappingError(f"{where} is not valid TOML: {problem}.") from None
    try:
        return _mapping(table)
    except MappingError as problem:
        raise MappingError(f"{where}: {problem}") from None


_TOP = {
    "name", "title", "timezone", "known", "proxy", "asked", "snapshot", "prefix", "canonical", "warnings", "nulls", "key",
    "times", "person", "group", "file", "tables", *RULES,
}  # fmt: skip


def _mapping(table: dict[str, Any]) -> Mapping:
    _only(table, _TOP, "the mapping")
    for needed in ("name", "timezone"):
        if not table.get(needed):
            example = {"name": 'name = "housing_repairs"', "timezone": 'timezone = "Europe/London"'}[needed]
            raise MappingError(f"{needed} is missing; add {example}.")
    for word in ("name", "title", "timezone", "known"):
        if word in table and not isinstance(table[word], str):
            raise MappingError(f"{word} = {table[word]!r} must be text, in quotes.")
    name = str(table["name"])
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        raise MappingError(f"name = {name!r} must be short and plain: small letters, digits and underscores.")
    zone = str(table["timezone"])
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise MappingError(f'timezone = "{zone}" is not a time zone; write one such as "Europe/London".') from None
    known = str(table.get("known", "at import"))
    _one_of("known", known, ("at import", "as it happened"))
    if table.get("proxy") is not None:
        _one_of("proxy", table["proxy"], ("place",))
    group = _group(table["group"]) if "group" in table else None
    person = _person(table["person"], name) if "person" in table else None
    times = table.get("times", {})
    _only(times, {"formats", "columns"}, "[times]")
    if not isinstance(times.get("columns", {}), dict):
        raise MappingError(f"[times.columns] must be a table of its own; it is {times['columns']!r}.")
    for column, formats in {"formats": times.get("formats", ()), **times.get("columns", {})}.items():
        _check_formats(_texts(formats), column)
    file = table.get("file", {})
    _only(file, {"kind", "delimiter", "encoding", "sheet"}, "[file]")
    if "kind" in file:
        _one_of("[file] kind", file["kind"], ("delimited", "workbook", "parquet"))
    if "delimiter" in file:
        _one_of("[file] delimiter", file["delimiter"], (",", ";", "\t", "|"))
    tables = table.get("tables", {})
    default_recorded = group.order[:1] if group else ()
    rules = tuple(
        _rule(word, at, given, tables, default_recorded)
        for word in RULES
        for at, given in enumerate(_list(table.get(word, [])))
    )
    moves = [c for rule in rules for c in rule.when if c.test in IN_A_GROUP]
    if moves and group is None:
        said = f"{moves[0].column} {moves[0].test}" if moves[0].column else f"{moves[0].test} of group"
        raise MappingError(f'when = "{said}" means nothing without [group]; add one, with by and order.')
    if not rules and not table.get("canonical"):
        raise MappingError("no rows become records; add a [[demand]] with received = the column of the request's time.")
    names = [rule.name for rule in rules]
    if len(set(names)) < len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise MappingError(f"two rules are named {twice!r}; give one another name.")
    meant = Mapping(
        name=name,
        title=str(table.get("title", name.replace("_", " "))),
        timezone=zone,
        rules=rules,
        key=_texts(table.get("key", ())),
        known=known,
        proxy=table.get("proxy"),
        asked=_yes_or_no(table, "asked", usual=False),
        snapshot=_yes_or_no(table, "snapshot", usual=False),
        prefix=_yes_or_no(table, "prefix", usual=True),
        canonical=_yes_or_no(table, "canonical", usual=False),
        warnings=_texts(table.get("warnings", ())),
        nulls=tuple(dict.fromkeys(("", *_texts(table.get("nulls", ()))))),
        formats=_texts(times.get("formats", ("iso",))),
        column_formats=tuple((str(c), _texts(f)) for c, f in times.get("columns", {}).items()),
        person=person,
        group=group,
        file=FileFormat(**{k: str(v) for k, v in file.items()}),
    )
    _check_group(meant)
    return meant


def _group(given: dict[str, Any]) -> Group:
    _only(given, {"by", "order"}, "[group]")
    if "by" not in given:
        raise MappingError('[group] needs by = "COLUMN", the column that names the incident.')
    return Group(str(given["by"]), _texts(given.get("order", ())))


def _person(given: dict[str, Any], name: str) -> Person:
    _only(given, {"column", "id_type", "domain", "pseudonym"}, "[person]")
    if "column" not in given:
        raise MappingError('[person] needs column = "COLUMN", the column that says who asked.')
    return Person(
        str(given["column"]), str(given.get("id_type", name)), str(given.get("domain", "person")),
        _yes_or_no(given, "pseudonym", usual=True, where="[person] "),
    )  # fmt: skip


def _check_group(meant: Mapping) -> None:
    """Refuse a log whose rows are told apart by a person: across extracts they are known by their key as it stands."""
    if meant.group is None:
        return
    if meant.group.order and "infer" in meant.formats_of(meant.group.order[0]):
        raise MappingError(
            f"{meant.group.order[0]!r} orders the rows of a group, so its date format must be named in [times.columns]."
        )
    for column in (meant.group.by, *meant.group.order, *meant.key):
        if column in meant.person_columns:
            raise MappingError(
                f"{column!r} says who somebody is and cannot tell the rows of a group apart; name the incident's own "
                "number in [group] and in key."
            )


def _rule(word: str, at: int, given: dict[str, Any], tables: dict[str, Any], recorded: tuple[str, ...]) -> Rule:
    frame = RULES[word]
    where = f"[[{word}]] {at + 1}"
    if not isinstance(given, dict):
        raise MappingError(f"{given!r} stands where a record belongs; begin it with [[{word}]] on a line of its own.")
    given = dict(given)
    rule_name = str(given.pop("rule", word if not at else f"{word}{at + 1}"))
    when = tuple(condition(text) for text in _texts(given.pop("when", ())))
    not_before = given.pop("not_before", None)
    if not isinstance(not_before, str | None):
        raise MappingError(f"{where} not_before = {not_before!r} must be the name of one column, in quotes.")
    recorded = _texts(given.pop("recorded", recorded))
    key = FRAMES[frame].key
    if "id" in given:
        given[key] = given.pop("id")
    _only(given, set(fields_of(frame)), where)
    fields = tuple((str(name), _field(spec, tables, f"{where} {name}")) for name, spec in given.items())
    for needed in REQUIRED.get(frame, ()):
        if needed not in given:
            raise MappingError(f"{where} needs {needed}.")
    for name, field in fields:
        allowed = ALLOWED.get(f"{frame}.{name}")
        if allowed:
            said = [field.value, field.otherwise, *(v for _, v in field.table), *(v for _, v in field.patterns)]
            for value in said:
                if value and value not in allowed:
                    raise MappingError(f"{where} {name}: {value!r} is not one of {', '.join(allowed)}.")
    return Rule(frame, rule_name, fields, when, not_before, recorded)


def _field(spec: Any, tables: dict[str, Any], where: str) -> Field:
    if isinstance(spec, str):
        return Field(columns=(spec,))
    if isinstance(spec, list):
        return Field(columns=_texts(spec))
    if not isinstance(spec, dict):
        raise MappingError(f'{where} must be a column name, a list of them, or {{ value = "…" }}; it is {spec!r}.')
    _only(spec, {"column", "columns", "value", "table", "patterns", "otherwise", "pseudonym", "unit"}, where)
    table = spec.get("table", {})
    if isinstance(table, str):
        if table not in tables:
            raise MappingError(f"{where} names the table {table!r}; add [tables.{table}].")
        table = tables[table]
    if not isinstance(table, dict):
        raise MappingError(
            f'{where} table = {table!r} must be pairs such as {{ Theirs = "ours" }}, or a name in [tables].'
        )
    patterns = _patterns(spec.get("patterns", ()), where)
    for word in ("pseudonym", "unit"):
        if not isinstance(spec.get(word), str | None):
            raise MappingError(f"{where} {word} = {spec[word]!r} must be text, in quotes.")
    if "unit" in spec:
        _one_of(f"{where} unit", spec["unit"], ("pounds",))
    columns = _texts(spec.get("columns", spec.get("column", ())))
    if not columns and spec.get("value") is None:
        raise MappingError(f'{where} names neither a column nor a value; add column = "…" or value = "…".')
    otherwise = spec.get("otherwise")
    return Field(
        columns=columns,
        value=None if spec.get("value") is None else str(spec["value"]),
        table=tuple((str(k), str(v)) for k, v in table.items()),
        patterns=patterns,
        otherwise=None if otherwise is None else str(otherwise),
        pseudonym=spec.get("pseudonym"),
        unit=spec.get("unit"),
    )


def _patterns(given: Any, where: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(given, list | tuple) or not all(isinstance(pair, list) and len(pair) == 2 for pair in given):
        raise MappingError(f'{where} patterns must be pairs such as [["(?i)dup", "nfa"]]; it is {given!r}.')
    patterns = tuple((str(pattern), str(value)) for pattern, value in given)
    for pattern, _ in patterns:
        _check_pattern(pattern, where)
    return patterns


def _check_formats(formats: tuple[str, ...], where: str) -> None:
    from connectors.times import try_format

    for text in formats:
        if text in ("iso", "infer"):
            continue
        try:
            try_format(text)
        except ValueError as problem:
            raise MappingError(f"[times] {where}: {problem}; see docs/reference/mapping.md.") from None


def _check_pattern(pattern: str, where: str) -> None:
    import polars as pl

    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError:
        raise MappingError(f"{where}: {pattern!r} is not a regular expression.") from None


_CONDITION = re.compile(
    r"""^(?:
      (?P<order>first|later)\ of\ group
      |(?P<column>.+?)\ (?:
        (?P<state>present|absent|changed|rose)
        |(?P<test>=|!=|in|not\ in|~)\ (?P<values>.+)))$""",
    re.VERBOSE,
)


def condition(text: str) -> Condition:
    """Read one condition.

    >>> condition("state in Resolved | Closed").values
    ('Resolved', 'Closed')
    """
    found = _CONDITION.match(text.strip())
    if not found:
        raise MappingError(
            f'when = "{text}" cannot be read; write "COLUMN present", "COLUMN absent", "COLUMN = value", '
            f'"COLUMN in a | b", "COLUMN not in a | b", "COLUMN ~ expression", "COLUMN changed", "COLUMN rose", '
            f'"first of group" or "later of group".'
        )
    if found["order"]:
        return Condition("", found["order"])
    if found["state"]:
        return Condition(found["column"], found["state"])
    test = {"=": "in", "!=": "not in"}.get(found["test"], found["test"])
    if test == "~":
        _check_pattern(found["values"], "when")
        return Condition(found["column"], "~", (found["values"],))
    return Condition(found["column"], test, tuple(value.strip() for value in found["values"].split("|")))


def _list(given: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(given, dict | list):
        raise MappingError(f"{given!r} stands where a record belongs; begin it with [[demand]] on a line of its own.")
    yield from ([given] if isinstance(given, dict) else given)


def _texts(given: Any) -> tuple[str, ...]:
    if not isinstance(given, str | list | tuple):
        raise MappingError(f"{given!r} stands where a text or a list of texts belongs; put it in quotes.")
    return (given,) if isinstance(given, str) else tuple(str(item) for item in given)


def _only(given: dict[str, Any], allowed: set[str], where: str) -> None:
    import difflib

    if not isinstance(given, dict):
        raise MappingError(f"{where} must be a table of its own; it is {given!r}.")
    for word in given:
        if word not in allowed:
            near = difflib.get_close_matches(word, sorted(allowed), n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it may hold {', '.join(sorted(allowed))}."
            raise MappingError(f"{where} holds {word!r}, which means nothing there; {hint}")


def _yes_or_no(given: dict[str, Any], word: str, *, usual: bool, where: str = "") -> bool:
    value = given.get(word, usual)
    if not isinstance(value, bool):
        raise MappingError(f"{where}{word} = {value!r} must be true or false, without quotes.")
    return value


def _one_of(where: str, value: Any, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise MappingError(f"{where} = {value!r} is not one of {', '.join(map(repr, allowed))}.")
