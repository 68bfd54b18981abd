"""A real server and a real browser, for what AppTest cannot see."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def available() -> bool:
    """Whether there is a browser to drive; in CI its absence is a failure, which the skip plugin makes of the skip."""
    return Path(CHROMIUM).exists()


SETTLED = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    if (!app || app.dataset.testScriptState === 'running' || document.querySelector('[data-stale=true]')) return false;
    const finite = document.getAnimations().filter(one => one.effect.getComputedTiming().endTime !== Infinity);
    const now = [document.body.innerHTML.length, document.documentElement.scrollHeight, finite.length].join();
    const seen = window.scSettled || {};
    if (seen.state !== now || finite.length > 0) { window.scSettled = {state: now, since: Date.now()}; return false; }
    return Date.now() - seen.since > 400;
}"""


def settled(page) -> None:
    """Wait until the page has drawn what it was asked for and nothing on it fades in any more.

    A picture of a page half drawn has pale letters, and Streamlit may lose a click that comes while it still draws.
    """
    page.wait_for_function(SETTLED, timeout=60_000, polling=100)


def press(control) -> None:
    """Press a control once it is there and its page stands still: what is drawn above it pushes it from under the pointer."""
    control.wait_for()
    settled(control.page)
    control.click()


def taken(control, folder: Path) -> Path:
    """The file that a press on this control gives, kept in the folder under the name it came with."""
    with control.page.expect_download(timeout=60_000) as download:
        press(control)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def faults(page) -> list[tuple]:
    """What axe holds against the settled page: rule, element and what to mend."""
    from axe_playwright_python.sync_playwright import Axe

    settled(page)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(fault["id"], node["target"], node["failureSummary"][:300]) for fault in found for node in fault["nodes"]]


def opened(chromium, url: str, width: int = 1440, scheme: str = "light"):
    """A page of its own at this address, without moving parts, in a window of this width."""
    page = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    ).new_page()
    page.set_default_timeout(60_000)
    page.goto(url)
    return page


@contextmanager
def served(store: str, log: Path) -> Iterator[str]:
    """A fresh server over this store, as the README's command starts it; ended with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(port),
             "--server.headless", "true"],
            cwd=ROOT, env=os.environ | {"SYSTEM_CONDITIONS_STORE": store}, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(10)


def _wait(url: str, server: subprocess.Popen) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode} before it answered")
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer within 30 seconds")
