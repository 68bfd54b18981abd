"""The head of a page: its title's place, which sources and which service it shows, and the tools to print and copy."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from connectors.store import Store
from pages.desk import apart, session, states
from pages.review import welcome


@dataclass(frozen=True)
class Head:
    """What every page of figures begins with.

    Attributes:
        store, standing: of the records. top: where the title goes, once it is known.
        more: places for further filters, beside the others.
        service: the one chosen; empty: all. where: the filters on source and service.
    """

    store: Store
    standing: states.Standing
    top: DeltaGenerator
    more: tuple[DeltaGenerator, ...]
    service: str
    where: tuple[tuple[str, str], ...]

    @property
    def service_name(self) -> str:
        """The service as people say it."""
        return session.label(self.service) if self.service else "All services"


def asked(wide: float, more: int = 0) -> Head:
    """Draw the head and say what was asked for; a store without records is answered by a welcome, and the page ends.

    Args:
        wide: of the title, where a filter is 1.
        more: how many further filters there are.
    """
    store, standing = session.store(), session.standing()
    if standing.empty:
        welcome.draw(store)
        st.stop()
    several = apart.several()
    places = st.columns([wide, *([1] if several else []), 1, *[1] * more, 1.2], vertical_alignment="bottom")
    top, *filters, tools = places
    first, service_at = filters[0], filters[1 if several else 0]
    with tools:
        states.tools()
    with first:
        sources = apart.source_asked()
    with service_at:
        service = session.choose("Service", "service", {"": "All services", **session.values("service")})
    where = (*sources, *((("service", service),) if service else ()))
    return Head(store, standing, top, tuple(filters[2 if several else 1 :]), service, where)
