"""Columns that identify a person by themselves: names, postcodes, dates of birth. None lands unless somebody maps it."""

from __future__ import annotations

import re

from connectors.mapping import Mapping

# governance.md: birth year only; no names, postcodes in full, or dates of birth
PATTERNS = (
    (r"(^|_)(fore|first|given|last|sur|family|full|middle|person|customer|client|patient|tenant|caller)_?names?$|^names?$",
     "people's names"),
    (r"post_?code|zip_?code|^zip$", "postcodes"),
    (r"(^|_)dob($|_)|birth_?da(te|y)|date_of_birth", "dates of birth"),
    (r"e_?mail|telephone|mobile|phone_?(no|number)", "ways to reach a person"),
)  # fmt: skip


def identifying(mapping: Mapping) -> tuple[str, ...]:
    """A sentence for each mapped column that looks as if it identified people, unless it becomes a pseudonym."""
    landing = {
        column
        for rule in mapping.rules
        for _, field in rule.fields
        if field.pseudonym is None
        for column in field.columns
    }
    found = []
    for column in sorted(landing - mapping.person_columns.keys()):
        plain = re.sub(r"[\s-]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", column)).lower()
        for pattern, what in PATTERNS:
            if re.search(pattern, plain):
                found.append(f"{column!r} looks like {what}; take it out of the mapping, or make it a pseudonym.")
                break
    return tuple(found)
