"""What every benchmark here shares: a child of its own for each contender, medians, peak memory, and a plain table.

Times of a shared machine are noise. Read ratios between contenders of one run, and CPU seconds; the load is printed.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Took:
    """What one piece of work took.

    Attributes:
        walls: seconds by the clock, a run each. cpus: CPU seconds of all threads, a run each.
        peak: the most memory its process held so far, bytes.
        result: what the last run returned.
    """

    walls: tuple[float, ...]
    cpus: tuple[float, ...]
    peak: int
    result: Any = None

    @property
    def wall(self) -> float:
        """The median by the clock."""
        return statistics.median(self.walls)

    @property
    def cpu(self) -> float:
        """The median of CPU seconds."""
        return statistics.median(self.cpus)


def timed(work: Callable[[], Any], runs: int = 1, before: Callable[[], Any] | None = None) -> Took:
    """Run the work so many times; `before` runs ahead of each, off the clock."""
    walls, cpus, result = [], [], None
    for _ in range(runs):
        if before:
            before()
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Took(tuple(walls), tuple(cpus), peak(), result)


def together(runs: Sequence[Took]) -> Took:
    """Several runs as one, with every run's figures, the most memory of any and the first one's result."""
    walls, cpus = (tuple(took for run in runs for took in getattr(run, name)) for name in ("walls", "cpus"))
    return Took(walls, cpus, max(run.peak for run in runs), runs[0].result)


def peak() -> int:
    """The most memory this process has held, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def in_child(work: Callable[..., Any], *args: Any) -> Any:
    """Call a function of a module in a new process, so that its memory is its own and nothing is warm.

    Raises:
        RuntimeError: the child failed; its own words are on standard error.
    """
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe(duplex=False)
    child = spawning.Process(target=_call, args=(theirs, work, args))
    child.start()
    theirs.close()
    try:
        result = ours.recv()
    except EOFError:
        result = None
        child.join()
        raise RuntimeError(f"{work.__name__} stopped with exit code {child.exitcode}") from None
    child.join()
    return result


def _call(pipe: Any, work: Callable[..., Any], args: tuple) -> None:
    pipe.send(work(*args))
    pipe.close()


def describe(*packages: str) -> None:
    """Print which machine and versions these figures come from."""
    load = os.getloadavg()
    print(
        f"Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in packages)
        + f"; {os.cpu_count()} processors, load average {load[0]:.1f} (1 minute) {load[1]:.1f} (5 minutes)"
    )
    print(
        "Times vary with what else the machine does: compare columns of one run, and prefer ratios and CPU seconds.\n"
    )


def load_now() -> str:
    """The load average, for the line below a table."""
    return f"Load average at the end: {os.getloadavg()[0]:.1f}."


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows under heads, the first column to the left and the others to the right."""
    cells = [list(heads), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(heads))]
    for number, row in enumerate(cells):
        print("  ".join(text.ljust(width) if at == 0 else text.rjust(width)
                        for at, (text, width) in enumerate(zip(row, widths, strict=True))).rstrip())  # fmt: skip
        if number == 0:
            print("  ".join("-" * width for width in widths))
    print(flush=True)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)


def ratio(ours: float, theirs: float) -> str:
    """How many times theirs ours took: below 1 ours is ahead."""
    return f"{ours / theirs:.2f}×" if theirs else "–"
