"""What the teams of the town do, told a second time, contact by contact in plain Python: no rule is shared with the generator.

It follows docs/reference/demo-town.md. Which doors there are, of which agency, and how popular each is, is data and read as such.
Run as a script it prints the table WORKED of connectors/demo/truth.py.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from itertools import accumulate

import numpy as np

from connectors.demo.places import door_weights, doors

LAST, FOREVER = 312 * 7 - 1, 10**9
TURNED_AWAY = {"housing": 0.50, "health and social care": 0.78}  # of contacts screened in the old way
TURNED_AWAY_NEW, HELPED_AT_ONCE, FILED_TWICE = 0.15, 0.22, 0.5
PULLED = {"health and social care": 0.5}
TEAMS, WORKERS, AGENCIES = 4, 4, 9
SERVICES = ("housing", "health and social care")


def _popular(service: str) -> tuple[list[int], list[float]]:
    weights = door_weights(SERVICES.index(service))
    open_to_them = [door for door in range(len(weights)) if weights[door] > 0]
    return open_to_them, list(accumulate(float(weights[door]) for door in open_to_them))


def _lognormal_days(chance: random.Random, median: float, spread: float) -> int:
    return math.ceil(median * math.exp(chance.gauss(0, spread)))


def _old_way(
    chance: random.Random, service: str, day: int, end: str | None, end_day: int
) -> list[tuple[str, int, str]]:
    """What one contact led to under the old way: kind, day, outcome."""
    if end in ("screened_out", "lost_contact"):
        away = True
    elif end == "met":
        away = False
    else:
        away = chance.random() < TURNED_AWAY[service]
    if away:
        return [("screen", day, "screened_out")]
    done = [("screen", day, "screened_in")]
    wait = _lognormal_days(chance, 9, 0.6)
    when = wait
    if 11 <= wait <= 15 and chance.random() < PULLED.get(service, 0):
        when = chance.choice((9, 10))
    if end == "met":
        if max(wait, when) <= end_day - day:
            done.append(("assess", day + when, "other"))
        return [*done, ("do", end_day, "done"), ("close", end_day, "closed")]
    closed = day + when + _lognormal_days(chance, 14, 0.7)
    if chance.random() < HELPED_AT_ONCE:
        done += [("assess", day + when, "other"), ("do", day + when + 3, "done")]
    else:
        done += [("assess", day + when, "nfa"), ("refer", day + when, "other")]
    return [*done, ("close", closed, "closed")]


def _new_way(chance: random.Random, day: int, end: str | None, end_day: int) -> list[tuple[str, int, str]]:
    """What one contact led to under the new way."""
    away = end in ("screened_out", "lost_contact") or (end != "met" and chance.random() < TURNED_AWAY_NEW)
    if away:
        return [("screen", day, "screened_out")]
    done = [("do", end_day if end == "met" else day + 1, "done")]
    if chance.random() < FILED_TWICE:
        done.append(("administer", day + 1, "other"))
    if end == "met":
        done.append(("close", end_day, "closed"))
    return done


def retell_work(
    seed: int, demands: dict[str, np.ndarray], needs: dict[str, np.ndarray], *, turn: int = 156 * 7
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Which agency each demand came to, and what was done.

    Args:
        seed: where chance starts.
        demands, needs: as `town_retold.retell` gives them.
        turn: the day of the redesign.

    Returns:
        The agency of each demand, and activities by column: need, person, service, day, kind, outcome, agency (of a referral, that
        which it leads to), team, worker.
    """
    chance = random.Random(f"work {seed}")
    door_agency = doors()["agency"].to_list()
    popular = {service: _popular(service) for service in SERVICES}
    of_need = defaultdict(list)
    for row, need in enumerate(demands["need"].tolist()):
        of_need[need].append(row)
    days, nths = demands["day"].tolist(), demands["nth"].tolist()
    came_to = np.zeros(len(days), int)
    rows: list[tuple[int, str, str, int, str, str, int, int, int]] = []
    columns = (needs[name].tolist() for name in ("need", "person", "service", "end", "end_day", "contacts"))
    for need, person, service, end, end_day, contacts in zip(*columns, strict=True):
        ways, heap = popular[service]
        door = None
        for row in sorted(of_need[need], key=lambda at: days[at]):
            if door is None:
                door = chance.choices(ways, cum_weights=heap)[0]
            elif chance.random() < 0.5:
                other = door
                while other == door:
                    other = chance.choices(ways, cum_weights=heap)[0]
                door = other
            agency = came_to[row] = door_agency[door]
            team = agency * TEAMS + chance.randrange(TEAMS)
            told = str(end) if nths[row] == contacts - 1 else None
            day = days[row]
            if day < turn:
                led_to = _old_way(chance, service, day, told, end_day)
            else:
                led_to = _new_way(chance, day, told, end_day)
            for kind, when, outcome in led_to:
                if when <= LAST:
                    met_with = chance.randrange(AGENCIES) if kind == "refer" else agency
                    worker = team * WORKERS + chance.randrange(WORKERS)
                    rows.append((need, person, service, when, kind, outcome, met_with, team, worker))
    names = ("need", "person", "service", "day", "kind", "outcome", "agency", "team", "worker")
    return came_to, dict(zip(names, map(np.array, zip(*rows, strict=True)), strict=True))


if __name__ == "__main__":
    import sys
    from concurrent.futures import ProcessPoolExecutor

    from town_retold import retell
    from work_estimates import work_estimates

    def one(seed: int) -> dict[tuple[str, str, str], float]:
        demands, needs = retell(seed)
        return work_estimates(demands, needs, *retell_work(seed, demands, needs))

    with ProcessPoolExecutor(2) as pool:
        told = list(pool.map(one, range(1, int(sys.argv[1]) + 1)))
    for key in told[0]:
        values = np.array([t[key] for t in told])
        print(f"    {(*key, round(float(values.mean()), 5), round(float(values.std(ddof=1)), 5))!r},")
