"""Who is looking, the store they look into, and what the page was asked to show. The only reader of session state.

A page starts so::

    store = session.store()                    # stops with a sentence where the store cannot be reached
    service = session.choose("Service", "service", {"": "All services", **session.values("service")})
    found = session.reading(Request(measure="stayed_met", where=(("service", service),)))

Nothing here hashes a frame: what is kept is keyed on the request, the person's scope and the data version.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING
from uuid import uuid4

import polars as pl
import streamlit as st

from connectors.store import StaleJudgement, Store, StoreError, StoreUnreachable, open_store
from measures.model.principal import LOCAL, Principal
from measures.model.programs import fingerprint
from measures.model.records import DataVersion, Kept, Records
from measures.request import Request
from pages.desk import states

if TYPE_CHECKING:  # fetched where a figure is computed: a page that is kept on disk needs none of it
    from measures.reading import Reading

log = logging.getLogger("system_conditions.pages")
PROGRAMS = Path(__file__).parents[2]
SENT = Event()  # a page has been sent to somebody
DEFAULT_STORE = "sqlite:///data/system_conditions.db"


def principal() -> Principal:
    """Who is asking: on a laptop without a login, the one local principal."""
    return LOCAL


def store_url() -> str:
    """Where the records are kept."""
    return os.environ.get("SYSTEM_CONDITIONS_STORE", DEFAULT_STORE)


@st.cache_resource(show_spinner=False, max_entries=4)
def _opened(url: str) -> Store:
    try:
        return open_store(url)
    except OSError as error:  # the folder cannot be made or read: the same to a reader as a database that is away
        raise StoreUnreachable(f"The folder of the store cannot be opened ({error.strerror}); check {url}.") from error


def store() -> Store:
    """The store, opened once a process. A failure is not kept: the next rerun tries again."""
    return _opened(store_url())


def version() -> DataVersion:
    """Which records and judgements are being looked at: one cheap query."""
    return store().data_version(principal())


@st.cache_resource(show_spinner=False, max_entries=600)
def _kept(key: tuple[str, ...], _build: Callable[[], object]) -> object:
    return _build()


def kept(name: str, build: Callable[[], object], *parts: object) -> object:
    """Something computed from the records, kept until the records, the judgements or the person's scope change.

    Args:
        name: what it is.
        build: how to compute it; must give something nobody changes afterwards.
        parts: what it depends on besides the records: filters, options.
    """
    who = principal()
    key = (name, store_url(), who.role, *who.scope, str(version()), *(repr(part) for part in parts))
    return _kept(key, build)


def kept_on_disk(name: str, build: Callable[[], pl.DataFrame], *parts: object) -> pl.DataFrame:
    """As `kept`, and on disk as well: a new server need not compute it again.

    Args:
        name: what it is.
        build: how to compute it.
        parts: what it depends on besides the records and the judgements.
    """

    def written(_: Kept | None) -> pl.LazyFrame:
        return build().lazy()

    def found() -> pl.DataFrame:
        # the scope is in every key already (`Records.keep`); a role decides in how round figures a page speaks
        key = (release(), principal().role, str(records().data_version.judgement_id), *map(repr, parts))
        return records().keep(name, key, written).collect()

    return kept(name, found, *parts)  # type: ignore[return-value]


@cache
def release() -> str:
    """Which programs these are: what others computed, or said in other words, is not read."""
    return fingerprint(file for part in ("measures", "connectors", "pages") for file in (PROGRAMS / part).rglob("*.py"))


def records() -> Records:
    """A snapshot of the records at one data version, for this principal; taken once, read by all that is drawn."""
    return kept("records", lambda: store().records(principal()))  # type: ignore[return-value]


def standing() -> states.Standing:
    """How fresh the records are and what was left out; read from the ledger once a data version and import.

    An import that is held, or of which every row is known or refused, leaves the data version as it was.
    """

    def found() -> states.Standing:
        who = principal()
        ledger = store().ledger(who)
        done = ledger.filter(pl.col("state") == "done")
        sources = store().sources(who)
        empty = done.is_empty() or done.select(pl.col("accepted").sum()).item() == 0
        return states.Standing(
            newest=None if empty else records().newest,
            rows_in=int(done["accepted"].sum() or 0),
            rows_out=int(done["rejected"].sum() or 0),
            waiting=ledger.filter(pl.col("state") == "held").height,
            last_import=None if done.is_empty() else int(done["imported_at"].max()),
            sources=tuple(sources["title"].sort().to_list()),
            fictional=any("fiction" in title.lower() or "demonstration" in title.lower() for title in sources["title"]),
            zone=states.clock(sources["timezone"]),
        )

    return kept("standing", found, store().newest_import(principal()))  # type: ignore[return-value]


def judge(name: str, judged: dict, message: str, expected_version: int | None = None) -> None:
    """Store one human judgement, and leave a sentence for the next run; a newer one by somebody else stays."""
    try:
        store().judge(principal(), name, judged, expected_version=expected_version)
    except StaleJudgement as error:
        say(f"{error} Nothing of yours was written: look at theirs, then save again.")
    else:
        say(message)


def today() -> date:
    """The date where the person sits."""
    return datetime.now(states.LONDON).date()


def stamp() -> str:
    """A short unique ending for the id of something a person adds."""
    return f"{today():%Y%m%d}-{uuid4().hex[:6]}"


def reading(request: Request) -> Reading:
    """What a measure says, for this principal; computed once for each request and data version."""
    from measures.reading import read

    return kept("reading", lambda: read(records(), request, principal()), request)  # type: ignore[return-value]


def readings(requests: Sequence[Request]) -> list[Reading]:
    """What several measures say over time, their limits computed together; whoever asks keeps what is made of them."""
    from measures.reading import read_each

    return read_each(records(), requests, principal())


def dots(request: Request) -> pl.DataFrame:
    """One dot a need behind an end-to-end chart, kept as `reading` keeps its answer."""
    from measures.reading import individuals

    return kept("individuals", lambda: individuals(records(), request, principal()), request)  # type: ignore[return-value]


def covered() -> pl.DataFrame:
    """Which services each source tells of, from which day to which."""

    def found() -> pl.DataFrame:
        from measures import tally

        return tally.covered(records())

    return kept_on_disk("covered", found)


def values(column: str) -> dict[str, str]:
    """The values a filter may take in these records, in order: `{"housing": "Housing"}`."""

    def found() -> dict[str, str]:
        if column in ("source", "service"):
            told = covered()[column].drop_nulls().unique()
        else:
            told = records().scan("demands").select(pl.col(column).drop_nulls().unique()).collect()[column]
        return {value: label(value) for value in sorted(told.to_list())}

    return kept("values", found, column)  # type: ignore[return-value]


def groups() -> tuple[str, ...]:
    """The protected groups that these records tell anything of."""
    from measures.groups import groups_recorded

    return kept("groups", lambda: groups_recorded(records()))  # type: ignore[return-value]


def label(value: str) -> str:
    """A code as people read it: `front_counter` is "Front counter". Anything with capitals stands as it came."""
    return value.replace("_", " ").capitalize() if value == value.lower() else value.replace("_", " ")


def choose(title: str, name: str, options: Mapping[str, str], default: str | None = None) -> str:
    """A filter that lives in the address: a link shows what I see, and the way back works.

    Args:
        title: the words above the control.
        name: the filter's name in the address.
        options: each value in the address and its words on the page.
        default: the value that the address leaves out; the first where not said.
    """
    usual = default if default in options else next(iter(options))
    asked = st.query_params.get(name, usual)
    wanted = asked if asked in options else usual
    key = f"address_{name}"
    if st.session_state.get(key) != wanted:
        st.session_state[key] = wanted

    def remember() -> None:
        chosen = st.session_state[key]
        if chosen not in options:  # a browser still shows an option whose words have changed since: nobody chose it
            return
        if chosen == usual:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = chosen

    chosen = st.selectbox(title, list(options), format_func=lambda value: options[value], key=key, on_change=remember)
    if asked != wanted:
        states.line(f"The address asks for “{asked[:60]}”, which is not to be had here; showing {options[wanted]}.")
    return chosen


def typed(key: str) -> str:
    """What stands in a named control, trimmed."""
    return str(st.session_state.get(key) or "").strip()


def selected(key: str, name: str) -> list[dict]:
    """What was chosen on a chart: the rows that its selection of this name holds."""
    state = st.session_state.get(key)
    return [] if state is None else state["selection"].get(name) or []


def hold(name: str, small: object) -> None:
    """Keep something small for this visit, such as where an upload waits; never a frame."""
    st.session_state[f"held_{name}"] = small


def held(name: str) -> object:
    """What was held under this name; None where nothing is."""
    return st.session_state.get(f"held_{name}")


def let_go(name: str) -> None:
    """Hold it no longer."""
    st.session_state.pop(f"held_{name}", None)


def say(message: str) -> None:
    """Leave a sentence to be shown at the top of the next run, after something was saved."""
    st.session_state["said"] = message


def said() -> bool:
    """Show, once, what the last action left to say; whether there was anything."""
    if message := st.session_state.pop("said", None):
        states.notice(message)
    return bool(message)


@contextmanager
def guarded() -> Iterator[None]:
    """Run a page so that every failure ends in a sentence, and a store that comes back is noticed without a click."""
    try:
        yield
    except StoreUnreachable as error:
        states.unreachable(str(error), lambda: open_store(store_url()).data_version(principal()))
    except StoreError as error:
        states.problem(str(error))
    except Exception:
        reference = uuid4().hex[:8]
        log.exception("page failed, reference %s", reference)
        states.problem(
            "This page could not be drawn; nothing was lost. Try again, and if it stays so, "
            f"give the data steward this reference: {reference}."
        )
    finally:
        SENT.set()
