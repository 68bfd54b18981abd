"""Pseudonyms: the name under which a person's records meet, made here, so that what identifies them never lands.

A keyed hash, never a plain or salted one: every valid NHS number can be tried in about ten minutes (governance.md). Whoever
holds the key can test a guess, so the key stays out of the database: in the environment, or in a file only its owner reads.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import tempfile
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from connectors.keys import Distinct
from connectors.refusal import ImportRefused

ENVIRONMENT = "SYSTEM_CONDITIONS_KEY"
KEY_FILE, CHECK_FILE = "pseudonym.key", "pseudonym.check"
SHORTEST_KEY = 32  # bytes
# As spreadsheets write it: 1.23E+09. A code such as 12E5 has no sign and no decimal mark, and is let be.
SCIENTIFIC = r"^[+-]?\d+(?:[.,]\d+)?[eE][+-]\d+$|^[+-]?\d+[.,]\d+[eE]\d+$"
_BLANKS = re.compile(r"[\s\u00ad\u200b-\u200f\u2010-\u2015\u2060\ufeff\u2212-]+")
_CHECKED = b"system-conditions pseudonym key check"


def normalise(value: str) -> str:
    """One person, one text: width, blanks, dashes and a spreadsheet's `.0` do not make two people of one.

    Leading zeros count: `0012345` and `12345` may be two people.

    >>> normalise(" 943-476 5919.0")
    '9434765919'
    """
    if value.isascii() and value.isalnum():
        return value
    plain = _BLANKS.sub("", unicodedata.normalize("NFKC", value))
    return re.sub(r"^(\d+)\.0+$", r"\1", plain)


def is_nhs_number(value: str) -> bool:
    """Ten digits whose last is the Modulus 11 check digit of the others (NHS Data Dictionary).

    >>> is_nhs_number("9434765919")
    True
    """
    if not re.fullmatch(r"\d{10}", value):
        return False
    check = 11 - sum(int(digit) * weight for digit, weight in zip(value, range(10, 1, -1), strict=False)) % 11
    return {11: 0}.get(check, check) == int(value[9])


def find_key(folder: Path) -> bytes:
    """The key from the environment, or from a file in the data folder that is made on first use.

    Raises:
        ImportRefused: the key is too short, readable by others, or not the one earlier imports were made with.
    """
    given = os.environ.get(ENVIRONMENT)
    path = folder / KEY_FILE
    if given is not None:
        key = given.encode()
        if len(key) < SHORTEST_KEY:
            raise ImportRefused(
                f"{ENVIRONMENT} holds {len(key)} bytes and needs at least {SHORTEST_KEY}; make one with "
                f"python -c 'import secrets; print(secrets.token_hex(32))'."
            )
    else:
        key = _file_key(path)
    _check(key, folder / CHECK_FILE)
    return key


def _file_key(path: Path) -> bytes:
    try:
        _create_private(path, secrets.token_hex(32).encode())
    except FileExistsError:
        pass
    except OSError as problem:
        raise ImportRefused(
            f"no pseudonym key could be kept at {path}: {problem.strerror}; set {ENVIRONMENT}."
        ) from None
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise ImportRefused(f"others can read the pseudonym key {path}; run chmod 600 {path}.")
    key = path.read_bytes().strip()
    if len(key) < SHORTEST_KEY:
        raise ImportRefused(
            f"the pseudonym key {path} is shorter than {SHORTEST_KEY} bytes; restore it from its backup."
        )
    return key


def _create_private(path: Path, content: bytes) -> None:
    """Write a file only its owner reads, whole or not at all, unless there is one already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        raise FileExistsError(path)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)  # fails where somebody was quicker
    finally:
        os.unlink(temporary)


def _check(key: bytes, path: Path) -> None:
    """Refuse a key other than the one earlier pseudonyms were made with: nobody would meet their own records."""
    value = hmac.new(key, _CHECKED, hashlib.sha256).hexdigest()[:32].encode()
    try:
        _create_private(path, value)
    except FileExistsError:
        if not hmac.compare_digest(path.read_bytes().strip(), value):
            raise ImportRefused(
                f"the pseudonym key is not the one these records were made with (check value in {path}); "
                f"set {ENVIRONMENT} to the earlier key."
            ) from None


@dataclass
class Pseudonyms:
    """Keyed pseudonyms of one installation; remembers what it has made within an import."""

    key: bytes
    _made: dict[tuple[str, str], Distinct] = field(default_factory=dict)

    def of(self, values: pl.Series, id_type: str, domain: str = "person") -> pl.Series:
        """128 bits as 32 hex digits for each value; null for null and for what is empty once normalised."""
        made = self._made.get((domain, id_type))
        if made is None:
            begun = hmac.new(self.key, f"{domain}|{id_type}|".encode(), "sha256")
            made = self._made[domain, id_type] = Distinct(
                lambda texts: pl.Series([_one(begun, text) for text in texts], dtype=pl.String), pl.String
            )
        return made.of(values)

    def salt(self, mapping: bytes) -> bytes:
        """Sixteen bytes for hashes of rows that identify people: without the key nobody can try every number on them."""
        return hmac.digest(self.key, b"content|" + mapping, "sha256")[:16]

    def key_hash(self, source: str, source_key: str) -> str:
        """What quarantine keeps of a refused row: enough to recognise it again, nothing to read."""
        return hmac.digest(self.key, f"row|{source}|{source_key}".encode(), "sha256").hex()[:32]


def _one(begun: hmac.HMAC, value: str) -> str | None:
    """The pseudonym of one value; `begun` holds the key and what kind of id it is, and is left as it is."""
    plain = normalise(value)
    if not plain:
        return None
    made = begun.copy()
    made.update(plain.encode())
    return made.hexdigest()[:32]


def person_key(pseudonym: pl.Expr) -> pl.Expr:
    """The integer that stands for a person: the first 15 hex digits of the pseudonym."""
    return pseudonym.str.slice(0, 15).str.to_integer(base=16, strict=False, dtype=pl.Int64)


def problems(values: pl.Series, id_type: str) -> pl.Series:
    """A reason code for each id that must not become a pseudonym, null where it may."""
    frame = values.rename("id").to_frame()
    digits = pl.col("id").str.replace_all(r"\s", "")
    frame = frame.with_columns(
        pl.when(digits.str.contains(SCIENTIFIC)).then(pl.lit("person_id_scientific")).alias("problem")
    )
    if id_type == "nhs_number":
        distinct = frame.select("id").unique().drop_nulls()
        bad = [value for value in distinct["id"].to_list() if not is_nhs_number(normalise(value))]
        frame = frame.with_columns(
            pl.when(pl.col("problem").is_null() & pl.col("id").is_in(bad))
            .then(pl.lit("nhs_number_invalid")).otherwise("problem").alias("problem")
        )  # fmt: skip
    return frame["problem"]
