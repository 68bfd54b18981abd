"""An import that runs beside the page, so that it can be watched and stopped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from connectors.batch import ImportReport
from connectors.refusal import ImportCancelled, ImportRefused
from connectors.store import StoreError

log = logging.getLogger("system_conditions.pages")


@dataclass
class Job:
    """One import under way.

    Attributes:
        share: how much of the file is read, 0 to 1; None where nobody knows.
        report: how it fell, once it has ended well. `problem`: the sentence, where it did not.
        stopped: whether a person stopped it.
    """

    share: float | None = 0.0
    report: ImportReport | None = None
    problem: str | None = None
    stopped: bool = False
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self, work: Callable[[Job], ImportReport], after: Callable[[], None]) -> None:
        """Begin; `work` calls `told` and asks `cancelled` as it goes; `after` runs whatever happens."""
        self._thread = threading.Thread(target=self._run, args=(work, after), name="import", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it is still at work."""
        return self._thread is not None and self._thread.is_alive()

    def told(self, share: float | None) -> None:
        """How far the reading got."""
        self.share = share

    def cancel(self) -> None:
        """Ask it to stop at the next block; nothing of it will have been kept."""
        self._stop.set()

    def cancelled(self) -> bool:
        """Whether somebody asked it to stop."""
        return self._stop.is_set()

    def wait(self, seconds: float) -> None:
        """Give a short import the time to end, so that nobody sees a bar flash by."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self, work: Callable[[Job], ImportReport], after: Callable[[], None]) -> None:
        try:
            self.report = work(self)
        except ImportCancelled:
            self.stopped = True
        except (ImportRefused, StoreError) as error:
            self.problem = str(error)
        except Exception:
            reference = uuid4().hex[:8]
            log.exception("import failed, reference %s", reference)
            self.problem = (
                "The import failed and nothing of it was kept. Try again, and if it stays so, report this reference: "
                f"{reference}."
            )
        finally:
            after()
