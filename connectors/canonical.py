"""A source whose columns are already named as our records are: the mapping is the identity over what is there."""

from __future__ import annotations

from dataclasses import replace

from connectors.mapping import REQUIRED, Field, Mapping, Rule, fields_of
from connectors.refusal import MappingError
from measures.model.records import FRAMES


def canonical_rules(mapping: Mapping, columns: tuple[str, ...]) -> Mapping:
    """The mapping with a rule for the frame its columns fill: the one whose key and required columns it has.

    Args:
        mapping: `canonical = true`; rules it has of its own are kept as they are.
        columns: of the source. A time may stand as `received` or `received_at`.

    Raises:
        MappingError: the columns fill no frame.
    """
    if mapping.rules:
        return mapping
    rules = []
    for name, frame in FRAMES.items():
        fields = _fields(name, columns)
        given = dict(fields)
        whole = all(needed in given for needed in REQUIRED.get(name, ()))
        if whole and frame.key in given:
            rules.append(Rule(name, name, fields))
    if not rules:
        raise MappingError(
            "these columns fill no record; a table of demands needs demand_id and received, one of activities "
            "activity_id, kind and started (docs/reference/records.md)."
        )
    # an activity may name its demand too: the frame whose id stands first, else the one filled best, is meant
    meant = max(rules, key=lambda rule: (FRAMES[rule.frame].key == columns[0], len(rule.fields)))
    return replace(mapping, rules=(meant,), key=mapping.key or (FRAMES[meant.frame].key,))


def _fields(frame: str, columns: tuple[str, ...]) -> tuple[tuple[str, Field], ...]:
    found = []
    for name in fields_of(frame):
        told = next((column for column in (name, f"{name}_at") if column in columns), None)
        if told is not None:
            found.append((name, Field(columns=(told,))))
    return tuple(found)
