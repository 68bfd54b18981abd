"""Sources whose records lie in different years are not mixed unless somebody asks for it.

Two extracts that never overlap in time make one chart with a hole in it and one sentence about two systems. So where
that would happen, a page shows the sources with the newest records, says so, and offers the others.
"""

from __future__ import annotations

import polars as pl
import streamlit as st

from pages.desk import session

ALL = "all"


def together(spans: pl.DataFrame) -> list[list[str]]:
    """Sources in groups that overlap in time, the oldest group first.

    Args:
        spans: a row a source: `source`, `first` and `last` day on which somebody asked for something.

    >>> together(pl.DataFrame({"source": ["a", "b", "c"], "first": [9, 0, 3], "last": [12, 4, 8]}))
    [['b', 'c'], ['a']]
    """
    groups: list[list[str]] = []
    reached = 0
    for row in spans.sort("first", "last", "source").iter_rows(named=True):
        if groups and row["first"] <= reached:
            groups[-1].append(row["source"])
        else:
            groups.append([row["source"]])
        reached = max(reached, row["last"]) if len(groups[-1]) > 1 else row["last"]
    return groups


def several() -> bool:
    """Whether there are sources to choose from."""
    return sum(map(len, _groups())) > 1


def source_asked() -> tuple[tuple[str, str], ...]:
    """The filter on sources, chosen in the address; no control and no filter where there is one source only."""
    groups = _groups()
    names = [name for group in groups for name in group]
    if len(names) < 2:
        return ()
    newest = groups[-1]
    usual = ",".join(newest) if len(groups) > 1 else ALL
    options = {",".join(newest): _and(newest)} if len(groups) > 1 else {}
    options |= {name: session.label(name) for name in sorted(names)} | {ALL: "All sources"}
    chosen = session.choose("Source", "source", options, usual)
    return tuple(("source", name) for name in chosen.split(",") if chosen != ALL)


def left_out(where: tuple[tuple[str, str], ...]) -> str:
    """Which sources are left out because their records lie in other years, in words; empty where none is."""
    groups = _groups()
    if len(groups) > 1 and {name for column, name in where if column == "source"} == set(groups[-1]):
        rest = [name for group in groups[:-1] for name in group]
        return f"Only {_and(groups[-1])} is shown. Left out, because from other years: {_and(rest)}."
    return ""


def address() -> dict[str, str]:
    """What a link to another page must carry so that it shows the same sources."""
    return {"source": st.query_params["source"]} if "source" in st.query_params else {}


def _groups() -> list[list[str]]:
    def found() -> list[list[str]]:
        if session.store().sources(session.principal()).height < 2:
            return []
        spans = session.covered().group_by("source").agg(first=pl.col("first_day").min(), last=pl.col("last_day").max())
        return together(spans)

    return session.kept("sources apart", found)  # type: ignore[return-value]


def _and(names: list[str]) -> str:
    *most, last = [session.label(name) for name in names]
    return f"{', '.join(most)} and {last}" if most else last
