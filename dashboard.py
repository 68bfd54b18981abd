"""The entry: which pages there are, and how they look. Nothing else; what may be seen is decided in the store.

`streamlit run dashboard.py` finds `app` below and serves it. Without it, the first visitor of a new server who follows
a deep link is told "Page not found", because Streamlit takes any folder called `pages` for its legacy pages until
somebody's run has reached `st.navigation`.
"""

import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib import import_module
from inspect import stack
from pathlib import Path
from sys import getswitchinterval, setswitchinterval
from threading import Thread
from time import sleep

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

PAGES = Path(__file__).parent / "pages"
# A flat list: section headers in the navigation break WCAG 1.3.1. Scripts lie one folder deep, never in pages/ itself.
SCRIPTS = (
    ("review/weekly.py", "Weekly review", "review"),
    ("check/capability.py", "Capability", "capability"),
    ("check/demand.py", "Demand", "demand"),
    ("flow/flow.py", "Flow", "flow"),
    ("fails/who.py", "Who it fails most", "who"),
    ("happened/happened.py", "What happened", "happened"),
    ("story/story.py", "A person's story", "story"),
    ("own/figures.py", "Your own figures", "own"),
    ("data/sources.py", "Sources", "sources"),
)
FIRST_NEEDED = (
    "connectors.store",
    "pages.desk.session",
    "pages.review.rows",
    "pages.review.questions",
    "pages.review.changes",
    "pages.desk.look",
    "sqlalchemy.dialects.sqlite",
)
NEXT_NEEDED = ("measures.reading", "holidays.countries")  # by every other page, and by the first after an import
AT_LEISURE = 2.0  # seconds in which a browser draws what it was sent
NOBODY_CAME = 60.0  # seconds
GIVE_WAY = 0.0005  # seconds, usually 0.005: a browser asks for a hundred files while a thread of ours computes


@asynccontextmanager
async def serving(_app: st.App) -> AsyncIterator[None]:
    """Before the first visitor: no legacy pages; and what the first page shows is read while the browser starts."""
    PagesManager.uses_pages_directory = False
    Thread(target=get_ready, daemon=True).start()
    yield


@contextmanager
def haste() -> Iterator[None]:
    """Until the first page is sent: who computes gives way sooner, and nothing is collected, for what is fetched now stays."""
    usual = getswitchinterval()
    setswitchinterval(GIVE_WAY)
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
        setswitchinterval(usual)


def get_ready() -> None:
    """Fetch the programs that the first page needs and its figures; then, when it is drawn, what the other pages need."""
    with haste():
        for name in FIRST_NEEDED:
            import_module(name)
        import_module("pages.review.ready").make_ready()
        stack()  # Streamlit asks once which file it was started by; what that looks up is kept for it here
        import_module("pages.desk.session").SENT.wait(NOBODY_CAME)
    sleep(AT_LEISURE)
    for name in NEXT_NEEDED:
        import_module(name)


def draw() -> None:
    """One run of the page somebody asked for."""
    from pages.desk import look, session

    page = st.navigation(
        [
            st.Page(PAGES / script, title=title, url_path=path, default=path == "review")
            for script, title, path in SCRIPTS
        ],
        position="top",
    )
    st.set_page_config(page_title=f"{page.title} · System Conditions", layout="wide", initial_sidebar_state="collapsed")
    look.apply()
    with session.guarded():
        page.run()


if st.runtime.exists():
    draw()
else:
    app = st.App(__file__, lifespan=serving)
