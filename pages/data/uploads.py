"""A file that was sent waits beside the store, not in anybody's session, and goes as soon as it is done with."""

from __future__ import annotations

import os
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

BLOCK = 1 << 20
ROOM = 3  # times the file's size: the records, their part and the log of the transaction
FORGOTTEN = 24 * 3600  # seconds after which an upload that nobody finished is removed


class NoRoomError(Exception):
    """One sentence that says how much is needed and how much is free."""


@dataclass(frozen=True)
class Waiting:
    """A file that waits to be imported.

    Attributes:
        path: where its bytes lie. name: as the person knows it. size: bytes.
        ours: whether it was uploaded and is ours to remove; a file of the server's folder is left where it is.
    """

    path: Path
    name: str
    size: int
    ours: bool = True


def take(sent: BinaryIO, name: str, size: int, home: Path) -> Waiting:
    """Put the bytes of an upload into a file that only this account can read.

    Args:
        sent: the bytes, from the start.
        name: what the person calls the file.
        size: how many bytes.
        home: the store's folder.

    Raises:
        NoRoomError: the disk could not hold what the import would write.
    """
    uploads = home / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    sweep(uploads)
    check_room(uploads, size, name)
    path = uploads / uuid4().hex / plain_name(name)
    path.parent.mkdir(mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        shutil.copyfileobj(sent, out, BLOCK)
    return Waiting(path, path.name, size)


def plain_name(name: str) -> str:
    r"""A file's own name without folders and without signs that a file system or a page would trip over.

    >>> plain_name("../../etc/pass\nwd"), plain_name("Housing calls.csv")
    ('pass_wd', 'Housing calls.csv')
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return re.sub(r"[^\w .()+-]", "_", last).strip(" .")[-100:] or "file"


def check_room(folder: Path, size: int, name: str) -> None:
    """Say before anything is written that the disk is too full for it."""
    free = shutil.disk_usage(folder).free
    if free < ROOM * size:
        raise NoRoomError(
            f"{name} has {size / 1e6:,.0f} MB and importing it takes about {ROOM * size / 1e6:,.0f} MB of disk, of "
            f"which {free / 1e6:,.0f} MB are free; make room and send it again."
        )


def drop(waiting: Waiting) -> None:
    """Remove an upload that is done with."""
    if waiting.ours:
        shutil.rmtree(waiting.path.parent, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove uploads that somebody left lying: a day old or older."""
    for path in folder.iterdir():
        if path.stat().st_mtime < time.time() - FORGOTTEN:
            shutil.rmtree(path, ignore_errors=True)
