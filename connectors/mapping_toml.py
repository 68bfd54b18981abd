"""A mapping written back as the TOML a steward can read, keep and correct."""

from __future__ import annotations

import json

from connectors.mapping import WORDS, Condition, Field, Mapping, Rule
from measures.model.records import FRAMES


def write(mapping: Mapping) -> str:
    """The TOML that `loads` reads into the same mapping."""
    lines = [
        f"name = {_text(mapping.name)}",
        f"title = {_text(mapping.title)}",
        f"timezone = {_text(mapping.timezone)}",
    ]
    if mapping.known != "at import":
        lines.append(f"known = {_text(mapping.known)}")
    if mapping.proxy is not None:
        lines.append(f"proxy = {_text(mapping.proxy)}")
    for name, usual in (("asked", False), ("snapshot", False), ("prefix", True), ("canonical", False)):
        if getattr(mapping, name) != usual:
            lines.append(f"{name} = {_yes(getattr(mapping, name))}")
    if mapping.key:
        lines.append(f"key = {_list(mapping.key)}")
    if mapping.nulls != ("",):
        lines.append(f"nulls = {_list(tuple(word for word in mapping.nulls if word))}")
    if mapping.warnings:
        lines.append(f"warnings = {_list(mapping.warnings)}")
    file = {name: value for name, value in vars(mapping.file).items() if value is not None}
    if file:
        lines += ["", "[file]", *(f"{name} = {_text(value)}" for name, value in file.items())]
    lines += ["", "[times]", f"formats = {_list(mapping.formats)}"]
    if mapping.column_formats:
        lines += ["", "[times.columns]"]
        lines += [f"{_text(column)} = {_list(formats)}" for column, formats in mapping.column_formats]
    if mapping.person:
        person = mapping.person
        lines += ["", "[person]", f"column = {_text(person.column)}", f"id_type = {_text(person.id_type)}"]
        if person.domain != "person":
            lines.append(f"domain = {_text(person.domain)}")
        if not person.pseudonym:
            lines.append("pseudonym = false")
    if mapping.group:
        lines += ["", "[group]", f"by = {_text(mapping.group.by)}", f"order = {_list(mapping.group.order)}"]
    for rule in mapping.rules:
        lines += ["", *_rule(rule, mapping)]
    return "\n".join(lines) + "\n"


def _rule(rule: Rule, mapping: Mapping) -> list[str]:
    lines = [f"[[{WORDS[rule.frame]}]]", f"rule = {_text(rule.name)}"]
    if rule.when:
        lines.append(f"when = {_list(tuple(_condition(condition) for condition in rule.when))}")
    if rule.not_before:
        lines.append(f"not_before = {_text(rule.not_before)}")
    inherited = mapping.group.order[:1] if mapping.group else ()
    if rule.recorded != inherited:
        lines.append(f"recorded = {_list(rule.recorded)}")
    key = FRAMES[rule.frame].key
    return lines + [f"{'id' if name == key else name} = {_field(field)}" for name, field in rule.fields]


def _condition(condition: Condition) -> str:
    match condition.test:
        case "first" | "later":
            return f"{condition.test} of group"
        case "present" | "absent" | "changed" | "rose":
            return f"{condition.column} {condition.test}"
        case "~":
            return f"{condition.column} ~ {condition.values[0]}"
    return f"{condition.column} {condition.test} {' | '.join(condition.values)}"


def _field(field: Field) -> str:
    plain = Field(columns=field.columns)
    if field == plain:
        return _text(field.columns[0]) if len(field.columns) == 1 else _list(field.columns)
    parts = []
    if field.columns:
        parts.append(f"columns = {_list(field.columns)}")
    for name in ("value", "otherwise", "pseudonym", "unit"):
        if getattr(field, name) is not None:
            parts.append(f"{name} = {_text(getattr(field, name))}")
    if field.table:
        parts.append("table = { " + ", ".join(f"{_text(word)} = {_text(ours)}" for word, ours in field.table) + " }")
    if field.patterns:
        parts.append("patterns = [" + ", ".join(_list(pair) for pair in field.patterns) + "]")
    return "{ " + ", ".join(parts) + " }"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _list(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(_text(text) for text in texts) + "]"


def _yes(value: bool) -> str:
    return "true" if value else "false"
