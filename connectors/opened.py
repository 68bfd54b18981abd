"""A source that was opened and found to be what it says: its columns, and its rows as often as they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from connectors.batch import Batch


@dataclass
class Progress:
    """How far the reading got: bytes or rows, of how many (0: nobody knows)."""

    done: int = 0
    of: int = 0

    @property
    def share(self) -> float | None:
        """Between 0 and 1, or None where the whole is unknown."""
        return min(1.0, self.done / self.of) if self.of else None


@dataclass(frozen=True)
class Opened:
    """A table of text.

    Attributes:
        columns: the header, in order.
        read: called with the columns wanted, yields batches from the start; may be called again.
        progress: where the reading stands.
        remarks: what a person should know about the source (a hidden sheet).
    """

    columns: tuple[str, ...]
    read: Callable[[Sequence[str]], Iterator[Batch]]
    progress: Progress = field(default_factory=Progress)
    remarks: tuple[str, ...] = ()
