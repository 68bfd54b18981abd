"""Histories that chance makes, with everything that can go wrong in them: as plain rows, and as records."""

from __future__ import annotations

from random import Random

import polars as pl
from hand_tables import LONG, MONDAY, at

from measures.model.memory import MemoryRecords

ISSUES = ("roof", "rent", None)
OUTCOMES = ("done", "closed", "screened_out", "refused", "nfa", "advice_only")
ENDS = ("met", "met_in_part", "withdrew", "screened_out", "lost_contact")


def history(chance: Random, tag: str, most: int = 6) -> dict:
    """Up to `most` demands and closures of two people and of nobody, some in needs that the source names.

    Days lie close together, or far apart, so that ties and gaps both come up.
    """
    people = (f"{tag}ann", f"{tag}bob")
    owner = {f"{tag}N{place}": (chance.choice((*people, None)), chance.choice(ISSUES)) for place in range(2)}
    span = chance.choice((3, 40, 420))

    def event(name: str) -> dict:
        mine = chance.choice((None, None, None, *owner))
        who, what = owner[mine] if mine else (chance.choice((*people, *people, None)), chance.choice(ISSUES))
        return {
            "id": name, "day": chance.randint(0, span), "seq": chance.choice((None, None, 1, 2)), "person": who,
            "issue": what, "need": mine, "tie": pl.Series([name]).hash()[0],
        }  # fmt: skip

    demands = [event(f"{tag}d{place}") for place in range(chance.randint(1, most))]
    acts = []
    for place in range(chance.randint(0, most)):
        kind = chance.choice(("close", "close", "close", "reopen"))
        outcome = chance.choice(OUTCOMES) if kind == "close" else None
        answers = chance.choice((None, None, *(row["id"] for row in demands)))
        acts.append({**event(f"{tag}a{place}"), "kind": kind, "outcome": outcome, "demand": answers})
    owned = {name: chance.choice((None, (chance.randint(0, span), chance.choice(ENDS)))) for name in owner}
    left = {chance.choice(people): (chance.randint(0, span), chance.choice(("died", "moved")))}
    return {"demands": demands, "acts": acts, "owned": owned, "left": left if chance.random() < 0.2 else {}}


def many(seed: int, how_many: int = 300) -> list[dict]:
    """Histories that share nobody, so that one build holds them all."""
    chance = Random(seed)
    return [history(chance, f"{place:03}") for place in range(how_many)]


def together(told: list[dict]) -> dict:
    """All of them as one history."""
    return {
        "demands": [row for one in told for row in one["demands"]],
        "acts": [row for one in told for row in one["acts"]],
        "owned": {name: end for one in told for name, end in one["owned"].items()},
        "left": {name: end for one in told for name, end in one["left"].items()},
    }


def tables(whole: dict) -> dict[str, pl.DataFrame]:
    """A history as frames of records."""
    frames = {
        "demands": [
            {"demand_id": row["id"], "received_day": MONDAY + row["day"], "seq": row["seq"], "person_id": row["person"],
             "issue": row["issue"], "need_id": row["need"], "service": row.get("service"),
             "front_door": row.get("front_door"), "recorded_at": row.get("recorded_at")}
            for row in whole["demands"]
        ],
        "activities": [
            {"activity_id": row["id"], "kind": row["kind"], "outcome": row["outcome"], "seq": row["seq"],
             "started_day": MONDAY + row["day"], "person_id": row["person"], "issue": row["issue"],
             "need_id": row["need"], "demand_id": row["demand"], "recorded_at": row.get("recorded_at")}
            for row in whole["acts"]
        ],
        "source_needs": [
            {"need_id": name, "end_day": MONDAY + end[0], "end_kind": end[1], "met_basis": "asked"}
            for name, end in whole["owned"].items()
            if end is not None
        ],
        "people": [
            {"person_id": name, "to_day": MONDAY + day, "end_kind": how} for name, (day, how) in whole["left"].items()
        ],
    }  # fmt: skip
    return {name: pl.from_dicts(rows, infer_schema_length=None) for name, rows in frames.items() if rows}


def records(frames: dict[str, pl.DataFrame], seen: float = LONG) -> MemoryRecords:
    """Frames as records, seen to the end of day `seen`."""
    return MemoryRecords(frames, seen_at=at(seen))


def events(seed: int, how_many: int = 4000) -> pl.DataFrame:
    """The integer events that `measures.needs` reads, of a few hundred people: what every engine is given."""
    chance = Random(seed)
    rows = []
    for place in range(how_many):
        kind = chance.choice((0, 0, 0, 1, 1, 2, 3))
        issue = chance.choice((0, 5, 9))
        unit = None if chance.random() < 0.1 else chance.randrange(how_many // 12)
        owned = chance.random() < (1.0 if kind == 3 else 0.2)
        rows.append({
            "day": chance.randint(0, 700), "order": place, "kind": kind, "unit": unit, "issue": issue,
            "need_key": chance.randrange(how_many // 20) if owned else None,
            "result": None if kind in {0, 2} else chance.choice((0, 0, 6, 7)),
            "reopen": 56 if issue == 0 else 180,
        })  # fmt: skip
    types = {"kind": pl.Int8, "day": pl.Int32, "unit": pl.Int64, "issue": pl.Int64, "need_key": pl.Int64,
             "result": pl.Int8, "reopen": pl.Int32}  # fmt: skip
    placed = (
        pl.DataFrame(rows)
        .sort("day", "order")
        .drop("order")
        .cast(types)
        .with_row_index("pos")
        .with_columns(pos=pl.col("pos").cast(pl.Int64))
    )
    asked = placed.filter(pl.col("kind") == 0)["pos"].to_list()
    links = [chance.choice(asked) if kind in {1, 2} and chance.random() < 0.3 else None for kind in placed["kind"]]
    return placed.with_columns(link=pl.Series(links, dtype=pl.Int64))
