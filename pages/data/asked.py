"""The questions a steward answers about a file of their own, each with a first guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import streamlit as st

from connectors.mapping import FileFormat, Mapping
from connectors.times import parse
from pages.data.answers import QUESTIONS, Answers, mapping_of
from pages.data.ask import dates_of, zone
from pages.data.dates import Written
from pages.data.guess import guess, plain
from pages.data.look import Seen
from pages.data.uploads import Waiting
from pages.desk import states

NONE = "(not in this file)"
ORDER = {"day": "day first", "month": "month first"}


def draw(waiting: Waiting, file: FileFormat, seen: Seen) -> Mapping | None:
    """Ask, beginning with the guess; None while something is missing, and the page says what."""
    title = plain(Path(waiting.name).stem).capitalize() or waiting.name
    guessed = guess(seen.columns, seen.rows, title)
    answers = replace(_columns(waiting, seen, guessed), encoding=file.encoding)
    if answers.problem:
        states.notice(answers.problem)
        return None
    formats = _formats(waiting, file, answers)
    return None if formats is None else mapping_of(replace(answers, formats=formats))


def _columns(waiting: Waiting, seen: Seen, guessed: Answers) -> Answers:
    """Which column answers which question."""
    st.subheader("What its columns mean", anchor=False)
    states.line("Each is a guess from the columns' names. Change what is wrong; leave out what the file does not say.")
    said: dict[str, str | None] = {}
    places = st.columns(2, gap="large")
    options = [NONE, *seen.columns]
    for number, (name, (question, help_text)) in enumerate(QUESTIONS.items()):
        first = getattr(guessed, name)
        with places[number % 2]:
            chosen = st.selectbox(
                question, options, index=options.index(first) if first in options else 0,
                key=f"{name}_{waiting.path}", help=f"{help_text} {examples(seen.rows, first)}".strip(),
            )  # fmt: skip
        said[name] = None if chosen == NONE else chosen
    with places[0]:
        title = st.text_input("What to call this source", guessed.title, key=f"title_{waiting.path}")
        clock = zone(waiting, "Europe/London")
    service_name = ""
    with places[1]:
        if said["service"] is None:
            service_name = st.text_input("The name of the service", key=f"service_name_{waiting.path}")
        log = _log(waiting, seen, said["key"], guessed.log)
        proxy = False
        if said["person"] is None and said["place"] is not None:
            proxy = st.checkbox(
                "Nobody is named: let the same place and kind of request stand for a person", value=True,
                key=f"proxy_{waiting.path}",
            )  # fmt: skip
    return Answers(title=title.strip() or guessed.title, **said, service_name=service_name, log=log, proxy=proxy,
                   timezone=clock)  # fmt: skip


def _log(waiting: Waiting, seen: Seen, key: str | None, guessed: str | None) -> str | None:
    """Where one reference stands on several rows: which column says when each was written."""
    if key is None or seen.rows[key].n_unique() == seen.rows.height:
        return None
    options = [NONE, *seen.columns]
    chosen = st.selectbox(
        f"{states.as_label(key)} stands on several rows. If each is a change to one request: when was the row written?", options,
        index=options.index(guessed) if guessed in options else 0, key=f"log_{waiting.path}",
    )  # fmt: skip
    if chosen == NONE:
        states.line("Then rows with the same reference and other content will be refused as contradicting each other.")
    return None if chosen == NONE else chosen


def _formats(waiting: Waiting, file: FileFormat, answers: Answers) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    """How each column writes its dates; asked where day and month could change places."""
    with st.spinner("Reading the dates of the whole file…"):
        held = dates_of(waiting, file, answers.times)
    if answers.asked not in held:
        states.problem(f"{answers.asked} holds no dates; say which column holds when they asked.")
        return None
    settled = {column: how.order for column, how in held.items()}
    unsure = [column for column, order in settled.items() if order is None]
    if unsure:
        known = {order for order in settled.values() if order in ORDER}
        order = known.pop() if len(known) == 1 else _ask_order(waiting, unsure[0], held[unsure[0]])
        if order is None:
            return None
        settled |= dict.fromkeys(unsure, order)
    said = []
    for column, how in held.items():
        chosen = how.formats[str(settled[column])]
        if not chosen:
            states.problem(f"The dates in {column}, such as “{how.example}”, are written in no way known here.")
            return None
        said.append(f"{column}: {how.example} is read as {_read(how.example, chosen)}.")
    states.lines(said)
    return tuple((column, how.formats[str(settled[column])]) for column, how in held.items())


def _ask_order(waiting: Waiting, column: str, how: Written) -> str | None:
    readings = {_read(how.example, how.formats[order]): order for order in ORDER}
    where, example = states.as_label(column), states.as_label(how.example)
    said = st.radio(
        f"Day and month could change places in {where}. What is {example}?", ["Not sure yet", *readings],
        key=f"order_{waiting.path}_{column}",
    )  # fmt: skip
    return readings.get(said)


def _read(text: str, formats: tuple[str, ...]) -> str:
    """A date as it would be read, in words."""
    at = parse(pl.Series([text]), formats, "UTC")["at"][0]
    return states.day(datetime.fromtimestamp(at / 1_000_000, tz=UTC).date()) if at is not None else "no date"


def examples(rows: pl.DataFrame, column: str | None) -> str:
    """How many different values a column has in the rows looked at; never the values, which may be people."""
    if column is None or column not in rows.columns:
        return ""
    return f"In the first {rows.height:,} rows it has {rows[column].n_unique():,} different values."
