"""From the command that starts a server to its weekly review in a browser, beside a Streamlit page of one line.

python benchmarks/first_page.py [--folder FOLDER] [--starts 9]

The folder is a checkout in which the README's first command was run before: a later start is timed with its own Python and its
own store. By turns a new server of ours and one of a page with one line are started, each opened by a Chromium that runs already
but holds nothing of it. Ours is drawn when every row has its chart and the foot of the page stands; theirs when its line does.
Without `--folder` the demonstration town is loaded into this checkout's own `data/`, if nothing is there yet.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import machine
from machine import Took, ratio, table, together

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
)
DRAWN = "document.querySelector('.sc-footer') && document.querySelectorAll('[class*=st-key-card_] svg').length > 0"
ONE_LINE = 'import streamlit as st\n\nst.write("one line")\n'
PATIENCE = 120.0  # seconds


def start(browser: Any, folder: Path, script: Path, drawn: str) -> Took:
    """Start a server of this script, open it, and wait until the page says it is drawn; CPU seconds are the server's."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    command = [str(folder / ".venv" / "bin" / "streamlit"), "run", str(script), "--server.port", str(port),
               "--server.headless", "true"]  # fmt: skip
    begun = time.perf_counter()
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, server)
        page.goto(f"http://127.0.0.1:{port}/", wait_until="commit")
        page.wait_for_function(drawn, timeout=PATIENCE * 1000, polling="raf")
        wall = time.perf_counter() - begun
        cpu = _cpu(server.pid)
    finally:
        server.terminate()
        server.wait(10)
        context.close()
    return Took((wall,), (cpu,), 0)


def _wait(port: int, server: subprocess.Popen) -> None:
    """As an impatient person does: try until it answers."""
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with exit code {server.returncode} before it answered")
        try:
            with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"the server did not answer within {PATIENCE:.0f} s")


def _cpu(pid: int) -> float:
    """CPU seconds of a process so far, as Linux tells them; unknown elsewhere."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return float("nan")
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Start, open, wait, by turns; print."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--folder", type=Path, default=machine.ROOT, help="a checkout with its .venv; default this one")
    parser.add_argument("--starts", type=int, default=9, help="starts of each, of which the median counts")
    arguments = parser.parse_args()
    folder = arguments.folder.absolute()
    machine.describe("streamlit", "playwright")
    if not (folder / "data" / "system_conditions.db").exists():
        subprocess.run([folder / ".venv" / "bin" / "python", "-m", "connectors", "demo"], cwd=folder, check=True)
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        line = Path(temporary) / "one_line.py"
        line.write_text(ONE_LINE)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        start(chromium, folder, folder / "dashboard.py", DRAWN)  # off the record: files come from disk once
        for _ in range(arguments.starts):
            ours.append(start(chromium, folder, folder / "dashboard.py", DRAWN))
            theirs.append(start(chromium, folder, line, "document.body.innerText.includes('one line')"))
        chromium.close()
    rows = []
    for name, took in (("the weekly review", together(ours)), ("a page of one line", together(theirs))):
        rows.append((name, took.wall, min(took.walls), max(took.walls), took.cpu))
    table((f"median of {arguments.starts} starts", "seconds", "least", "most", "server's CPU s"), rows)
    print(f"Ours to theirs {ratio(rows[0][1], rows[1][1])}. {machine.load_now()}")


if __name__ == "__main__":
    main()
