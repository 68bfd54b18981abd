"""The share met by t, where most are screened out, against Aalen and Johansen's estimate as lifelines computes it.

lifelines takes those screened out from the people at risk and lets them never be met; we keep them at risk as long as the
source sees. Where everybody asked on one day both are the plain share of all who asked.
"""

from __future__ import annotations

import warnings
from random import Random

import numpy as np
import pytest
from hand_tables import MONDAY, reading, told

from measures.model.time import DAY

OUT, MET = 0.78, 0.17  # of all who asked; the others are still waiting
SEEN = 400  # days


def cohort(seed: int, people: int, spread: int) -> list[dict]:
    """Needs of different people, begun on one day or spread over many, ended by the minute so that no two tie."""
    chance = Random(seed)
    rows = []
    for number in range(people):
        begun = MONDAY * DAY + chance.randrange(spread) * DAY + DAY // 2
        dice = chance.random()
        kind = "screened_out" if dice < OUT else "met" if dice < OUT + MET else None
        after = chance.lognormvariate(2.0 if kind == "screened_out" else 4.0, 1.0) * DAY
        ended = kind is not None and begun + after < (MONDAY + SEEN + 1) * DAY - 1
        rows.append({"need": f"{number}", "begun": begun, "kind": kind if ended else None, "end": int(begun + after)})
    return rows


def ours(rows: list[dict]) -> tuple[np.ndarray, np.ndarray]:
    """Days and the share met by each, as the measure's curve reads."""
    demands = [
        {"demand_id": row["need"], "need_id": row["need"], "person_id": row["need"], "issue": "roof",
         "received_at": row["begun"]}
        for row in rows
    ]  # fmt: skip
    ends = [
        {"need_id": row["need"], "person_id": row["need"], "first_demand_at": row["begun"],
         "first_demand_day": row["begun"] // DAY, "first_demand_precision": "instant",
         **({"end_at": row["end"], "end_day": row["end"] // DAY, "end_precision": "instant", "end_kind": row["kind"],
             "met_basis": "asked"} if row["kind"] else
            {"end_at": None, "end_day": None, "end_precision": None, "end_kind": None, "met_basis": None})}
        for row in rows
    ]  # fmt: skip
    table = reading("end_to_end_time", told(*demands, seen=SEEN, source_needs=ends), shape="curve").table
    return table["x"].to_numpy(), table["value"].to_numpy()


def theirs(rows: list[dict]) -> tuple[np.ndarray, np.ndarray]:
    """The cumulative incidence of being met, the screened out as a competing end."""
    from lifelines import AalenJohansenFitter

    until = (MONDAY + SEEN + 1) * DAY - 1
    days = np.array([((row["end"] if row["kind"] else until) - row["begun"]) / DAY for row in rows])
    event = np.array([{"met": 1, "screened_out": 2, None: 0}[row["kind"]] for row in rows])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of lifelines and pandas about each other, and of those still waiting, who tie
        told_by = AalenJohansenFitter(seed=1, calculate_variance=False).fit(days, event, event_of_interest=1)
    shares = told_by.cumulative_density_.iloc[:, 0]
    return shares.index.to_numpy(), shares.to_numpy()


def apart(rows: list[dict]) -> float:
    """The most that both differ on any day."""
    (x, value), (days, share) = ours(rows), theirs(rows)
    assert value[-1] > 0.1  # something was compared
    grid = np.arange(0.25, SEEN)
    read = [
        np.r_[0.0, v][np.searchsorted(np.r_[-1.0, at], grid + 1e-6, side="right") - 1]
        for at, v in ((x, value), (days, share))
    ]
    return float(np.abs(read[0] - read[1]).max())


@pytest.mark.parametrize("seed", range(5))
def test_on_one_day_both_are_the_share_of_all_who_asked(seed):
    assert apart(cohort(seed, people=500, spread=1)) < 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_over_a_year_they_differ_by_less_than_one_point(seed):
    assert apart(cohort(seed, people=2_000, spread=365)) < 0.01
