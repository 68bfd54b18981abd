"""What the store says when it cannot do what was asked: one sentence, with what to do."""

from __future__ import annotations

import sqlite3
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


_BUSY = ("database is locked", "database table is locked", "lock timeout", "could not obtain lock")
_REFUSED = ("constraint failed", "datatype mismatch")


def advise(error: Exception, place: str) -> StoreError:
    """The sentence a person reads instead of a driver's error; it holds no row and no secret."""
    origin = getattr(error, "orig", None) or error
    if isinstance(origin, sqlite3.Error):
        text = str(origin)
        if any(sign in text for sign in _BUSY):
            return StoreBusy(f"Another import or change is being written to {place}; try again when it has finished.")
        if "disk is full" in text:
            return StoreUnreachable(f"The disk that holds {place} is full; free some space and try again.")
        if "no such table" in text:
            return StoreUnreachable(
                f"The store at {place} has lost its tables; restore it from a backup or open it anew."
            )
        if isinstance(origin, sqlite3.IntegrityError) or any(sign in text for sign in _REFUSED):
            return StoreError(f"The store at {place} refused what was written: {text}.")
        return StoreUnreachable(f"The store at {place} cannot be reached ({text}); check the file and its folder.")
    if isinstance(origin, OSError):
        return StoreUnreachable(f"The files of the store at {place} cannot be written ({origin.strerror or 'failed'}).")
    state = getattr(origin, "sqlstate", None)
    if state == "55P03":
        return StoreBusy(f"Another import or change is being written to {place}; try again when it has finished.")
    if state in (None, "57P01", "57P02", "57P03") or str(state).startswith(("08", "53", "28", "3D")):
        return StoreUnreachable(f"The store at {place} cannot be reached; check that the database is running.")
    return StoreError(f"The store at {place} refused what was written (SQLSTATE {state}).")


@contextmanager
def advised(place: str) -> Iterator[None]:
    """Turn a driver's errors into the store's own sentences."""
    driver_errors: tuple[type[Exception], ...] = (sa.exc.DBAPIError, sqlite3.Error, OSError)
    try:
        import psycopg

        driver_errors = (*driver_errors, psycopg.Error)
    except ImportError:  # pragma: no cover - psycopg is a dependency; SQLite alone would do without
        pass
    try:
        yield
    except driver_errors as error:
        raise advise(error, place) from error
