"""What the store says when it cannot do what was asked: one sentence, with what to do."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa


class StoreError(Exception):
    """Something about the store that a person must know; the message is one sentence."""


class StoreUnreachable(StoreError):
    """The database did not answer. The next call tries again by itself."""


class StoreBusy(StoreError):
    """Another import or change holds the store; try again when it has finished."""


class StoreDenied(StoreError):
    """This person's role or scope does not allow it."""


class StaleJudgement(StoreError):
    """Somebody else judged the same thing in the meantime.

    Attributes:
        theirs: what stands in the store now, with its `version` and `author`.
        yours: what was to be written.
    """

    def __init__(self, message: str, theirs: Mapping[str, Any], yours: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.theirs = dict(theirs)
        self.yours = dict(yours)


_BUSY = ("database is locked", "database table is locked", "55P03")
_FULL = ("disk is full", "53100")
_LOST = ("no such table", "42P01")
_DOWN = ("57P", "08", "53", "28", "3D")  # PostgreSQL: shut down, connection, resources, authorisation, no database
_REFUSED = ("constraint failed", "datatype mismatch")


def advise(error: Exception, place: str) -> StoreError:
    """The sentence a person reads instead of a driver's error; it holds no row and no secret."""
    origin = getattr(error, "orig", None) or error
    if isinstance(origin, OSError):
        return StoreUnreachable(f"The files of the store at {place} cannot be written ({origin.strerror or 'failed'}).")
    sqlite = isinstance(origin, sqlite3.Error)
    sign = str(origin) if sqlite else str(getattr(origin, "sqlstate", None) or "57P")
    sentence = f"The store at {place} cannot be reached; check that the database is running."
    if any(busy in sign for busy in _BUSY):
        return StoreBusy(f"Another import or change is being written to {place}; try again when it has finished.")
    if any(full in sign for full in _FULL):
        sentence = f"The disk that holds {place} is full; free some space and try again."
    elif any(lost in sign for lost in _LOST):
        sentence = f"The store at {place} has lost its tables; restore it from a backup or open it anew."
    elif (not sqlite and not sign.startswith(_DOWN)) or any(refused in sign for refused in _REFUSED):
        return StoreError(f"The store at {place} refused what was written ({sign}).")
    elif sqlite:
        sentence = f"The store at {place} cannot be reached ({sign}); check the file and its folder."
    return StoreUnreachable(sentence)


@contextmanager
def advised(place: str) -> Iterator[None]:
    """Turn a driver's errors into the store's own sentences."""
    try:
        yield
    except Exception as error:
        if isinstance(error, _driver_errors()):
            raise advise(error, place) from error
        raise


def _driver_errors() -> tuple[type[Exception], ...]:
    """Those of the drivers in use: PostgreSQL's is imported by whoever has a store there, and takes a while."""
    psycopg = sys.modules.get("psycopg")
    return (sa.exc.DBAPIError, sqlite3.Error, OSError, *((psycopg.Error,) if psycopg else ()))
