"""Who is asking. Every read and write of the store, and every reading, takes one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["team", "leader", "regulator", "steward", "local"]


@dataclass(frozen=True)
class Principal:
    """A person at the keyboard, as the store knows them.

    Attributes:
        subject: who it is, as written into audit and beside judgements.
        role: `team`, `leader`, `regulator`, `steward`, or `local` (a laptop: all four over its own data).
        scope: the services this person may see; empty means all of them.
    """

    subject: str
    role: Role
    scope: tuple[str, ...] = ()

    def sees(self, service: str) -> bool:
        """Whether records of this service lie within the person's scope."""
        return not self.scope or service in self.scope


LOCAL = Principal(subject="local", role="local")
