"""The weekly review over a large store: its readings without any cached answer, the page drawn, and a rerun once drawn.

python benchmarks/review_page.py [--events 10000000] [--folder FOLDER] [--runs 5]

The folder may be the one of read_measures.py. Pages are run by Streamlit's own AppTest, in this process, without a browser:
what a browser then draws is not counted, and what AppTest itself costs is.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

import machine
from machine import MEGABYTE, Took, in_child, table, timed, together
from read_measures import EVENTS, load

TIMEOUT = 600


def readings(url: str, runs: int) -> dict[str, Took]:
    """What the page reads of each measure, and all of them together; needs are on disk, nothing else is kept."""
    from connectors.store import open_store
    from measures.catalogue import MEASURES
    from measures.model.principal import LOCAL
    from measures.reading import Request, read

    store = open_store(url)
    names = [name for name, measure in MEASURES.items() if "series" in measure.readings]

    def one(name: str) -> Any:
        return read(
            store.records(LOCAL), Request(name, shape="series", period="week", people=False), LOCAL
        ).table.height

    for name in names:
        one(name)  # builds needs where they are not on disk yet
    took = {name: timed(lambda name=name: one(name), runs) for name in names}
    return {**took, "all of them, one after another": timed(lambda: [one(name) for name in names], runs)}


def drawn(url: str, runs: int) -> dict[str, Took]:
    """The page drawn in a new process; for other visitors of it; after a judgement, so with new figures; and reruns."""
    os.environ["SYSTEM_CONDITIONS_STORE"] = url
    os.chdir(machine.ROOT)
    from streamlit.testing.v1 import AppTest

    from connectors.store import open_store
    from measures.model.principal import LOCAL

    def visit() -> AppTest:
        page = AppTest.from_file(str(machine.ROOT / "dashboard.py"), default_timeout=TIMEOUT).run()
        assert not page.exception, page.exception
        assert page.title, "the page drew nothing"
        return page

    def judged() -> Took:
        open_store(url).judge(LOCAL, "note", {"measure": "stayed_met", "text": "a note of the benchmark"})
        return timed(visit)

    first = timed(visit)
    others = timed(visit, runs)
    anew = [judged() for _ in range(runs)]
    page = visit()
    again = timed(page.run, runs)
    return {
        name: Took(took.walls, took.cpus, took.peak)
        for name, took in {
            "the page, first drawn by a new process": first, "the page, for another visitor": others,
            "the page, after somebody judged something": together(anew), "a rerun once drawn": again,
        }.items()
    }  # fmt: skip


def main() -> None:
    """Load where needed, time, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--events", type=int, default=EVENTS, help="demands and activities in the store")
    parser.add_argument("--folder", type=Path, help="where the store is or shall be; default a temporary folder")
    parser.add_argument("--runs", type=int, default=5, help="runs of which the median counts")
    arguments = parser.parse_args()
    machine.describe("polars", "streamlit")
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{folder.absolute() / 'store.db'}"
        if not (folder / "store.db").exists():
            in_child(load, url, arguments.events)
        took = in_child(readings, url, arguments.runs)
        rows = [(name, each.wall, each.cpu, None) for name, each in took.items()]
        pages = in_child(drawn, url, arguments.runs)
        rows += [(name, each.wall, each.cpu, f"{each.peak / MEGABYTE:,.0f} MB") for name, each in pages.items()]
        table((f"median of {arguments.runs}", "seconds", "CPU s", "peak memory"), rows)
        print(machine.load_now())


if __name__ == "__main__":
    main()
