"""The rows of a review, and making them before anybody asks: a new server reads the records while the browser starts."""

from __future__ import annotations

import logging

from measures.catalogue import MEASURES
from measures.reading import Request
from pages.desk import session
from pages.review.rows import REVIEWED, Row, row

EVERY = "week"
log = logging.getLogger("system_conditions.pages")


def read_rows(where: tuple[tuple[str, str], ...]) -> list[Row]:
    """The rows of all measures, computed once for each service and data version."""
    requests = [Request(measure=name, shape="series", period=EVERY, where=where, people=False) for name in REVIEWED]

    def build() -> list[Row]:
        return [
            row(MEASURES[name], read, EVERY) for name, read in zip(REVIEWED, session.readings(requests), strict=True)
        ]

    return session.kept("review", build, *requests)  # type: ignore[return-value]


def make_ready() -> None:
    """Read what the first page shows. Whatever goes wrong here goes wrong again, with its sentence, when the page is drawn."""
    try:
        if not session.standing().empty:
            read_rows(())
    except Exception:
        log.info("the first page could not be made ready; it will be read when somebody asks", exc_info=True)
