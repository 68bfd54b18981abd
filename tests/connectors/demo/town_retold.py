"""The town's law told a second time, person by person in plain Python: no rule is shared with the generator.

Slow and obvious on purpose. Run as a script it prints the table RETOLD of connectors/demo/truth.py.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict

import numpy as np

WEEKS, REDESIGN_WEEK, HISTORY = 312, 157, 260
K, GAP, GAP_SD, END_SD = 0.585, 21.0, 1.2, 1.0
SERVICES = {
    "housing": {"weekly": 24, "mean": (5.0, 5.0), "out": (0.50, 0.10), "shares": (20, 17, 10, 19, 8, 6, 5, 15)},
    "health and social care": {
        "weekly": 36, "mean": (4.4, 5.6), "out": (0.78, 0.15), "shares": (24, 16, 11, 8, 10, 12, 12, 7),
    },
}  # fmt: skip
RESIDENTS, NEWCOMERS, GONE, FORGOTTEN, NO_PERSON, RIGHT, TWICE_CODED = 10_000, 0.16, 0.03, 0.05, 0.04, 0.92, 0.15
TURN = (REDESIGN_WEEK - 1) * 7
LAST = WEEKS * 7 - 1


def _poisson(chance: random.Random, mean: float) -> int:
    if mean > 30:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    n, product, floor = 0, chance.random(), math.exp(-mean)
    while product > floor:
        n, product = n + 1, product * chance.random()
    return n


def _times_back(chance: random.Random, mean: float) -> int:
    return _poisson(chance, chance.gammavariate(K, mean / K)) if mean > 0 else 0


def _wait(chance: random.Random, median: float, spread: float) -> int:
    return math.ceil(chance.lognormvariate(math.log(median), spread))


def _contacts(chance: random.Random, start: int, mean: float) -> tuple[list[int], bool]:
    """The days on which one person asks about one need, and whether they gave up."""
    gives_up = start + chance.expovariate(-math.log(0.97) / 365)
    days, new_way = [start], start >= TURN
    left = _times_back(chance, 0.272 if new_way else mean - 1)
    while left:
        day = days[-1] + _wait(chance, GAP, GAP_SD)
        if day > gives_up:
            return days, True
        days.append(day)
        left -= 1
        if day >= TURN and not new_way:
            new_way, left = True, _times_back(chance, 0.272)
    return days, False


def retell(seed: int, *, redesign: bool = True) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """One history, as a column a name: demands (need, person, service, day, nth, coded) and needs."""
    global TURN  # noqa: PLW0603
    TURN = (REDESIGN_WEEK - 1) * 7 if redesign else 10**9
    chance = random.Random(seed)
    heat = [chance.expovariate(1) for _ in range(RESIDENTS)]  # a gamma of shape one
    total, at = 0.0, []
    for warmth in heat:
        total += warmth
        at.append(total)
    needs = []
    fresh = RESIDENTS
    import bisect

    for name, service in SERVICES.items():
        for week in range(-HISTORY, WEEKS):
            grown = min(max(week / (REDESIGN_WEEK - 1), 0), 1)
            mean = service["mean"][0] + grown * (service["mean"][1] - service["mean"][0])
            arrivals = sum(_poisson(chance, service["weekly"] / 2) for _ in range(2))
            for _ in range(arrivals):
                if chance.random() < NEWCOMERS:
                    who, fresh = fresh, fresh + 1
                else:
                    who = bisect.bisect(at, chance.random() * total)
                start = week * 7 + chance.randrange(7)
                days, gave_up = _contacts(chance, start, mean)
                new = days[-1] >= TURN
                dice = chance.random()
                out = service["out"][new]
                end = "screened_out" if dice < out else "gone" if dice < out + GONE else "met"
                when = days[-1] + _wait(chance, 2.0 if new else 10.0, END_SD)
                if gave_up:
                    end, when = "lost_contact", days[-1]
                if when > LAST or chance.random() < FORGOTTEN:
                    end, when = "open", -1
                issue = chance.choices(range(8), service["shares"])[0]
                needs.append([name, who, start, days, end, when, issue])
    left = defaultdict(list)
    for _, who, _, _, end, when, _ in needs:
        if end == "gone":
            left[who].append(when)
    rows, kept = [], []
    for number, (name, who, start, days, end, when, issue) in enumerate(needs):
        person = f"{who}.{sum(gone < start for gone in left[who])}"
        inside = [(n, day) for n, day in enumerate(days) if 0 <= day <= LAST]
        if inside:
            kept.append((number, person, name, issue, start, end, when, len(days)))
        for n, day in inside:
            rows.append((number, person if chance.random() >= NO_PERSON else "", name, day, n))
    weekly = Counter((name, day // 7, n > 0) for _, _, name, day, n in rows)
    coded = []
    for _, _, name, day, n in rows:
        both = weekly[name, day // 7, True] + weekly[name, day // 7, False]
        miss = min(0.5, (1 - RIGHT) / 2 * both / weekly[name, day // 7, n > 0])
        votes = [(n > 0) != (chance.random() < miss) for _ in range(1 + (chance.random() < TWICE_CODED))]
        coded.append(sum(votes) / len(votes))
    columns = list(zip(*rows, strict=True))
    demands = dict(zip(("need", "person", "service", "day", "nth"), map(np.array, columns), strict=True))
    demands["coded"] = np.array(coded)
    names = ("need", "person", "service", "issue", "start", "end", "end_day", "contacts")
    return demands, dict(zip(names, map(np.array, zip(*kept, strict=True)), strict=True))


if __name__ == "__main__":
    import sys
    from concurrent.futures import ProcessPoolExecutor

    from town_estimates import estimates

    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 100

    def one(seed: int) -> dict[tuple[str, str, str], float]:
        return estimates(*retell(seed))

    with ProcessPoolExecutor(2) as pool:
        told = list(pool.map(one, range(1, runs + 1)))
    for key in told[0]:
        values = np.array([t[key] for t in told])
        print(f"    {(*key, round(float(values.mean()), 5), round(float(values.std(ddof=1)), 5))!r},")
