"""Records of every kind, so that every measure has something to observe: who asks what a measure does with its rows asks these.

A measure that reads a frame not here yet adds a few rows of it.
"""

from __future__ import annotations

from random import Random

import polars as pl
from hand_tables import MONDAY, act, answered, at, demand, told

from measures.model.memory import MemoryRecords
from measures.model.time import DAY

KINDS = ("screen", "assess", "do", "refer", "visit", "decide", "administer", "do", "close")
ENDS = {"screen": ("screened_out", "screened_in"), "decide": ("overturned", "upheld")}  # by turns; else "other"


def spent(place: int) -> dict:
    """What an activity took, cost and brought."""
    return {
        "team": f"team {place % 3}", "worker_id": f"w{place % 5}", "minutes": 15.0 * (1 + place % 4), "type": "visit",
        "cost_pence": 1000 * (place % 6), "price_year": 2026, "quantity": 1.0 + place % 3, "entitled_quantity": 3.0,
        "work": ("value", "waste", "compliance")[place % 3], "want_id": f"want {place % 4}" if place % 2 else None,
    }  # fmt: skip


def ended(place: int) -> str:
    """How an activity ended."""
    return ENDS.get(KINDS[place % len(KINDS)], ("other", "other"))[place // len(KINDS) % 2]


def of_every_kind() -> MemoryRecords:
    """Nine hundred days of seven people in two services, seen to day 1000."""
    days = range(0, 900, 13)
    services = ("housing", "health")
    return told(
        *(
            demand(f"d{day}", day, person=f"p{day % 7}", household_id=f"h{day % 3}", agency=f"agency {day % 2}",
                   service=services[day % 2], front_door=f"door {day % 4}", contact_key=f"c{day}", made_by="self")
            for day in days
        ),
        activities=[
            act(KINDS[place % len(KINDS)], day + 1, person=f"p{day % 7}", name=f"a{day}", outcome=ended(place),
                ended_day=MONDAY + day + 1 + place % 9, agency=f"agency {day % 2}", service=services[day % 2],
                demand_id=f"d{day}", **spent(place))
            for place, day in enumerate(days)
        ],
        documents=[
            {"document_id": f"doc{day}", "person_id": f"p{day % 7}", "agency": f"agency {day % 2}", "kind": "letter",
             "created_day": MONDAY + day, "content_hash": f"hash {day % 5}"}
            for day in days
        ],
        staffing=[
            {"team_week": f"team {team}/{week}", "team": f"team {team}", "week_day": MONDAY + 7 * week,
             "full_time_equivalents": 4.5}
            for team in range(3) for week in range(130)
        ],
        people=[{"person_id": f"p{n}", "household_id": f"h{n % 3}", "area": "north"} for n in range(7)],
        outcome=[
            answered(f"d{13 * n}", asked, "not", rating=rating, rated_by="self")
            for n in range(4) for asked, rating in ((13 * n + 20, 3), (13 * n + 400, 2 + n))
        ],
        want=[
            {"want_id": f"want {n}", "need_id": f"d{13 * n}", "item": "a ramp", "cost_pence": 5000, "met": n == 0}
            for n in range(3)
        ],
        change=[{"change_id": "redesign", "service": "housing", "what": "listen first", "from_day": MONDAY + 500}],
    )  # fmt: skip


def also_recorded(frames: dict[str, pl.DataFrame], chance: Random) -> dict[str, pl.DataFrame]:
    """A history with frames that it lacks, each row with the moment it was recorded or judged: late, or the same day."""
    asked = frames["demands"].drop_nulls("person_id").select("demand_id", "person_id", "received_day").rows()
    acts = [
        {"activity_id": f"more{place}", "kind": KINDS[place % len(KINDS)], "started_day": day + 1, "demand_id": demand_id,
         "person_id": person, "issue": "roof", "outcome": ended(place), "ended_day": day + 1 + place % 9,
         "agency": f"agency {place % 2}", "service": ("housing", "health")[place % 2], **spent(place),
         "recorded_at": (day + 1 + chance.choice((0, 0, 5, 30))) * DAY + DAY // 2}
        for place, (demand_id, person, day) in enumerate(asked)
        if KINDS[place % len(KINDS)] != "close"
    ]  # fmt: skip
    staffing = [
        {"team_week": f"team {team}/{week}", "team": f"team {team}", "week_day": MONDAY + 7 * week,
         "full_time_equivalents": 4.5, "recorded_at": (MONDAY + 7 * week + chance.choice((0, 7, 30))) * DAY}
        for team in range(3) for week in range(60)
    ]  # fmt: skip
    wants = [
        {"want_id": f"want {place}", "need_id": demand_id, "item": "a ramp", "cost_pence": 5000, "met": place % 2 == 0,
         "judged_at": (day + chance.randint(0, 60)) * DAY}
        for place, (demand_id, _, day) in enumerate(asked[:40])
    ]  # fmt: skip
    ratings = [
        {"need_id": demand_id, "asked_on_day": day + after, "answer": "not", "rating": chance.randint(1, 5),
         "rated_by": "self", "judged_at": (day + after + 1) * DAY}
        for demand_id, _, day in asked[::4] for after in (10, 60)
    ]  # fmt: skip
    change = [
        {"change_id": "redesign", "service": "housing", "what": "listen first", "from_day": MONDAY + 100,
         "judged_at": at(100)}
    ]  # fmt: skip
    documents = [
        {"document_id": f"doc{place}", "person_id": person, "agency": f"agency {place % 2}", "kind": "letter",
         "created_day": day, "content_hash": f"hash {place % 5}", "recorded_at": (day + place % 30) * DAY + DAY // 2}
        for place, (_, person, day) in enumerate(asked)
    ]  # fmt: skip
    remits = [
        {"front_door": door, "remit": "roof", "recorded_at": at(chance.choice((0, 40)))} for door in ("desk", "phone")
    ]
    needs = frames["source_needs"].with_columns(
        issues=pl.Series([chance.choice(("roof", "debt;roof", None)) for _ in range(frames["source_needs"].height)])
    )
    both = pl.concat([frames["activities"], pl.from_dicts(acts, infer_schema_length=None)], how="diagonal_relaxed")
    told_so = [frames["outcome"], pl.from_dicts(ratings)] if "outcome" in frames else [pl.from_dicts(ratings)]
    return {
        **frames, "activities": both, "documents": pl.from_dicts(documents),
        "front_doors": pl.from_dicts(remits), "source_needs": needs,
        "staffing": pl.from_dicts(staffing), "want": pl.from_dicts(wants),
        "outcome": pl.concat(told_so, how="diagonal_relaxed"), "change": pl.from_dicts(change),
    }  # fmt: skip
