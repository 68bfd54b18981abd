"""The rows of a review, and making them before anybody asks: a new server reads the records while the browser starts."""

from __future__ import annotations

import logging

import polars as pl

from measures.request import Request
from pages.desk import session
from pages.review.rows import REVIEWED, Row, from_text, text_of

EVERY = "week"
log = logging.getLogger("system_conditions.pages")


def read_rows(where: tuple[tuple[str, str], ...]) -> list[Row]:
    """The rows of all measures, computed once for each service and data version; a new server finds them on disk."""
    requests = [Request(measure=name, shape="series", period=EVERY, where=where, people=False) for name in REVIEWED]
    rows = session.kept_on_disk("review", lambda: pl.DataFrame({"row": list(map(text_of, _made(requests)))}), *requests)
    return list(map(from_text, rows["row"]))


def _made(requests: list[Request]) -> list[Row]:
    from measures.catalogue import MEASURES
    from pages.review.making import row

    found = zip(requests, session.readings(requests), strict=True)
    return [row(MEASURES[request.measure], read, EVERY) for request, read in found]


def make_ready() -> None:
    """Read what the first page shows. Whatever goes wrong here goes wrong again, with its sentence, when the page is drawn."""
    try:
        if not session.standing().empty:
            read_rows(())
    except Exception:
        log.info("the first page could not be made ready; it will be read when somebody asks", exc_info=True)
