"""The fictional town of Fenbridge and the three published cases: what a newcomer meets first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connectors.batch import ImportReport
    from connectors.store import Store
    from measures.model.principal import Principal


def load(
    store: Store,
    principal: Principal,
    events: int | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> list[ImportReport]:
    """Load the town and the published cases into a store; what is there already is left alone.

    Args:
        store: where to.
        principal: who loads.
        events: about how many demands and activities, for benchmarks; None: the town of docs/reference/demo-town.md.
        progress: told what is being done, and how much of it is behind (0 to 1).

    Returns:
        A report an import made now; empty where everything was loaded before.
    """
    from connectors.demo.loading import load_cases, load_town

    return [*load_cases(store, principal), *load_town(store, principal, events=events, progress=progress)]
