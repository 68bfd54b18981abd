"""Where people of the fictional town ask: nine agencies, 36 teams and 130 front doors. Every name is made up."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

WARDS = (
    "North Quay", "Southgate", "Market Ward", "Priory", "Mill Lane", "Castle", "Riverside", "Marsh End",
    "Station Road", "St Anne's", "Eastfield", "Hillcrest",
)  # fmt: skip
# agency: which services' people come here (0 housing, 1 health and social care), how many doors, kinds of door, teams
AGENCIES: dict[str, tuple[tuple[int, ...], int, tuple[str, ...], tuple[str, ...]]] = {
    "Fenbridge Borough Council": (
        (0,), 22, ("Housing options desk", "Benefits counter"),
        ("housing options", "allocations and lettings", "housing benefit", "council tax"),
    ),
    "Fenside Homes": (
        (0,), 18, ("Neighbourhood office", "Rent line"), ("income", "tenancy", "repairs", "lettings"),
    ),
    "Wend Adult Social Care": (
        (1,), 20, ("Adult contact team", "Carers' drop-in"),
        ("adult contact", "adult assessment", "reablement", "reviews"),
    ),
    "Wend Children's Services": (
        (1,), 16, ("Children's front desk", "Family hub"),
        ("children's contact", "initial assessment", "family support", "children in need"),
    ),
    "Fenbridge GP Practices": (
        (1,), 14, ("Surgery reception", "Practice nurse"), ("Quayside practice", "Priory practice",
                                                           "Castle practice", "Eastfield practice"),
    ),
    "Wend Community Health": (
        (1,), 12, ("District nursing line", "Community clinic"),
        ("district nursing", "occupational therapy", "physiotherapy", "community mental health"),
    ),
    "Fenbridge General Hospital": (
        (1,), 8, ("Accident and emergency", "Discharge lounge"),
        ("emergency department", "discharge", "outpatients", "mental health liaison"),
    ),
    "Wend Police": ((0, 1), 8, ("Police front counter", "101 line"), ("response", "neighbourhood", "vulnerable people",
                                                                       "custody")),
    "Fenbridge Neighbours and Advice": (
        (0, 1), 12, ("Advice session", "Community café"), ("welfare rights", "debt advice", "befriending", "outreach"),
    ),
}  # fmt: skip
# What a door can help with besides what people say there: of what is found when somebody sits down with them (words.py). No
# other door says what it is for.
REMITS = {
    "Housing options desk": ("suitability of housing", "insecurity over housing"),
    "Benefits counter": ("benefits and credits",),
    "Neighbourhood office": ("suitability of housing", "insecurity over housing"),
    "Rent line": ("managing finances", "benefits and credits"),
    "Advice session": ("managing finances", "benefits and credits", "employment", "insecurity over housing"),
}
CRISIS = ("Accident and emergency", "Police front counter", "101 line")


@cache
def teams() -> pl.DataFrame:
    """The 36 teams: team, agency (index into AGENCIES)."""
    rows = [(f"{team} team", number) for number, (_, _, _, names) in enumerate(AGENCIES.values()) for team in names]
    return pl.DataFrame(rows, schema={"team": pl.String, "agency": pl.Int8}, orient="row")


@cache
def doors() -> pl.DataFrame:
    """The 130 front doors: front_door, name (the same in every ward), agency (index), kind, place, opened (year)."""
    rows = []
    for number, (_, count, names, _) in enumerate(AGENCIES.values()):
        for n in range(count):
            name, ward = names[n % len(names)], WARDS[(n // len(names)) % len(WARDS)]
            kind = "crisis" if name in CRISIS else "front"
            rows.append((f"{name}, {ward}", name, number, kind, ward, 1984 + (number * 5 + n) % 30))
    return pl.DataFrame(
        rows, orient="row",
        schema={"front_door": pl.String, "name": pl.String, "agency": pl.Int8, "kind": pl.String, "place": pl.String,
                "opened": pl.Int32},
    )  # fmt: skip


@cache
def door_weights(service: int) -> np.ndarray:
    """How likely a person of this service comes first to each of the 130 doors; sums to 1."""
    serves = np.array([service in AGENCIES[name][0] for name in AGENCIES])[doors()["agency"].to_numpy()]
    rank = np.random.default_rng(130 + service).permutation(serves.size)
    weight = np.where(serves, 1 / (rank + 12), 0.0)
    return weight / weight.sum()


def choose_doors(service: np.ndarray, need: np.ndarray, nth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The door of each contact: first by popularity; whoever asks again goes to another with probability one half.

    Args:
        service: index of the service of each contact.
        need: the need of each contact.
        nth: its number within the need, 0 for the first.
        rng: where chance comes from.

    Returns:
        Index of the door of each contact, in the order given.
    """
    order = np.lexsort((nth, need))
    chosen = np.empty(need.size, np.int16)
    fresh = np.empty(need.size, np.int16)
    for number in np.unique(service):
        mine = service == number
        fresh[mine] = rng.choice(len(doors()), mine.sum(), p=door_weights(int(number)))
    stays = (rng.random(need.size) < 0.5) & (nth > 0)
    # contacts of one need in order; the k-th contacts of all needs together, so that a switch can avoid the last door
    rank = np.empty(need.size, np.int32)
    sorted_need = need[order]
    starts = np.r_[True, sorted_need[1:] != sorted_need[:-1]]
    begin = np.maximum.accumulate(np.where(starts, np.arange(need.size), 0))
    rank[order] = np.arange(need.size) - begin
    before = np.empty(need.size, np.int64)
    before[order] = np.r_[-1, order[:-1]] if need.size else order
    for step in range(int(rank.max(initial=-1)) + 1):
        rows = np.flatnonzero(rank == step)
        if step == 0:
            chosen[rows] = fresh[rows]
            continue
        last = chosen[before[rows]]
        pick = fresh[rows]
        again = np.flatnonzero(pick == last)
        while again.size:
            for number in np.unique(service[rows[again]]):
                here = again[service[rows[again]] == number]
                pick[here] = rng.choice(len(doors()), here.size, p=door_weights(int(number)))
            again = again[pick[again] == last[again]]
        chosen[rows] = np.where(stays[rows], last, pick)
    return chosen
