"""A first guess at what a file's columns mean, from their names and a few hundred rows; a person corrects it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from pages.data.answers import QUESTIONS, Answers

# What columns are called in the exports people have, by question; the earlier pattern wins.
NAMES: dict[str, tuple[str, ...]] = {
    "asked": (
        r"^(received|asked|requested|opened|open|reported|logged|raised|created|first contact|contact)( |$)",
        r"\b(received|asked|requested|opened|reported|logged|created)\b",
        r"^(start|started|date|datetime|timestamp|time|when)\b",
    ),
    "closed": (r"^(closed|close|completed|resolved|ended|end|finished|done)\b", r"\b(closed|completed|resolved)\b"),
    "key": (
        r"^(case|(service )?request|ticket|incident|contact|record|unique|row|call)( enquiry)? ?(id|key|no|ref)",
        r"^(id|number|reference|ref|key)$", r"\b(id|number|reference|ref)$",
    ),
    "person": (
        r"\b(person|client|customer|caller|resident|tenant|citizen|patient|requester|nhs|service user|applicant)\b",
    ),
    "service": (r"^(service|directorate)( name)?$", r"\b(service|department|division|subject)\b"),
    "front_door": (r"\b(front door|door|office|reception)\b", r"\b(source|origin|contact type|channel|route|how)\b"),
    "issue": (r"^(issue|need|problem|topic|reason|category|type|request type|case type)( name)?$",
              r"\b(issue|category|reason|type|topic|subject)\b"),
    "place": (r"\b(property|premises|uprn|site|location|place)\b", r"\b(ward|area|neighbourhood|neighborhood)\b"),
}  # fmt: skip
# A person's or a place's number is looked for before a request's, which any column that ends in "id" could be.
FIRST_ASKED = sorted(QUESTIONS, key=lambda question: question not in ("asked", "closed", "person", "place"))
PERSON_CODES = re.compile(r"\b(postcode|zip|name|dob|birth|email|phone|mobile|street)\b")


def guess(columns: Sequence[str], rows: pl.DataFrame, title: str) -> Answers:
    """Answers to every question that the names and the first rows suggest.

    Args:
        columns: the header.
        rows: some rows, every cell text.
        title: what the source may be called.
    """
    found: dict[str, str | None] = {}
    for question in FIRST_ASKED:
        taken = {column for column in found.values() if column}
        found[question] = next(
            (column for column in _named(question, columns) if column not in taken and _fits(question, rows, column)),
            None,
        )
    if found["key"] is None:
        found["key"] = next((c for c in columns[:1] if c not in found.values() and _is_unique(rows, c)), None)
    repeated = found["key"] is not None and not _is_unique(rows, found["key"])
    return Answers(
        title=title, **found, log=_log(columns, rows) if repeated else None,
        proxy=found["person"] is None and found["place"] is not None,
    )  # fmt: skip


def plain(name: str) -> str:
    """A column's name as words: `CASE_ENQUIRY_ID` and `caseEnquiryId` are "case enquiry id".

    >>> plain("OPEN_DT"), plain("receivedAt")
    ('open dt', 'received at')
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[^a-z0-9]+", " ", words.lower()).strip()


def _named(question: str, columns: Sequence[str]) -> list[str]:
    """The columns whose name answers a question, the likeliest first."""
    found: dict[str, None] = {}
    for pattern in NAMES[question]:
        found.update(dict.fromkeys(column for column in columns if re.search(pattern, plain(column))))
    return list(found)


def _fits(question: str, rows: pl.DataFrame, column: str) -> bool:
    """Whether the cells can be what the name promises."""
    cells = rows[column].drop_nulls() if column in rows.columns else pl.Series([], dtype=pl.String)
    cells = cells.filter(cells.str.strip_chars() != "")
    if question in ("asked", "closed"):
        return cells.len() > 0 and bool(cells.str.contains(r"\d{1,4}[-/. ]\w{1,9}[-/. ]\d{2,4}").mean() > 0.8)  # type: ignore[operator]
    if PERSON_CODES.search(plain(column)):
        return False
    if question in ("service", "front_door", "issue"):
        return 0 < cells.n_unique() <= max(40, cells.len() // 4)
    return cells.len() > 0 and not cells.str.contains(r"^\d{4}-\d{2}-\d{2}").all()


def _is_unique(rows: pl.DataFrame, column: str) -> bool:
    return column in rows.columns and rows.height > 0 and rows[column].n_unique() == rows.height


def _log(columns: Sequence[str], rows: pl.DataFrame) -> str | None:
    """Of a log, the column that says when each row was written."""
    for column in columns:
        if re.search(r"\b(updated|modified|changed|event|status)\b.*\b(at|on|date|dt|time)\b", plain(column)):
            return column if _fits("asked", rows, column) else None
    return None
