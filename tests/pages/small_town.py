"""A small real store for the pages' tests: two services over 70 weeks, redesigned in week 40, every truth known."""

from __future__ import annotations

import os
import random
from datetime import date
from pathlib import Path

import polars as pl

from connectors.batch import REJECTS_SCHEMA, MappedBatch, SourceInfo
from connectors.keys import text_key
from connectors.store import Store, open_store
from measures.model.principal import LOCAL
from measures.model.records import FRAMES
from measures.model.time import DAY, day_number

BEGAN = day_number(date(2025, 7, 7))  # a Monday
WEEKS, REDESIGN = 70, 40
SERVICES = ("housing", "health and social care")
DOORS = ("Front counter", "Telephone line", "Website", "GP surgery")


def build(
    folder: Path, weeks: int = WEEKS, a_week: int = 12, *, redesign: int = REDESIGN, classed: bool = True,
    register: bool = False,
) -> Store:  # fmt: skip
    """Fill a new store: demands, a closure for most needs, a classification for each demand; and who people are, if wanted."""
    store = open_store(f"sqlite:///{folder / 'town.db'}")
    chance = random.Random(20140301)
    demands, closures, classes = [], [], []
    for week in range(weeks):
        for service in SERVICES:
            for _ in range(a_week + chance.randint(-3, 3)):
                need = f"N{len(demands)}-{week}"
                day = BEGAN + 7 * week + chance.randint(0, 4)
                again = chance.random() < (0.6 if week < redesign else 0.2)
                asks = [day, *([day + chance.randint(3, 20)] if again else [])]
                for number, asked in enumerate(asks):
                    if asked >= BEGAN + 7 * weeks:
                        continue
                    line = len(demands)
                    demands.append(_demand(line, need, service, asked, chance))
                    classes.append({"demand_id": f"D{line}", "coder": "anna", "class": "failure" if number else "value",
                                    "failure_type": "progress chase" if number else None})  # fmt: skip
                if chance.random() < 0.9:
                    closures.append((need, service, asks[-1] + int(chance.lognormvariate(2, 0.7))))
    closures = [row for row in closures if row[2] < BEGAN + 7 * weeks]
    acts = [_closure(len(demands) + number, *row) for number, row in enumerate(closures)]
    people = _people(demands, len(demands) + len(acts)) if register else []
    lines = [row["line"] for row in (*demands, *acts, *people)]
    refused = {"line": [9_999_999], "field": ["received"], "reason": ["'31/02/2026' is no date"], "key_hash": [None]}
    batch = MappedBatch(
        rows=pl.DataFrame({"line": lines, "source_key": [str(line) for line in lines], "content_hash": lines}),
        frames={
            "demands": _frame("demands", demands),
            "activities": _frame("activities", acts),
            **({"people": _frame("people", people)} if register else {}),
        },
        rejects=pl.DataFrame(refused, schema=REJECTS_SCHEMA),
        read=len(lines) + 1,
    )
    source = SourceInfo("small_town", "A small town (fictional)", "Europe/London", (BEGAN + 7 * weeks) * DAY - 1)
    with store.begin_import(LOCAL, source, approve=True) as imported:
        imported.add(batch)
        imported.finish()
    if classed:
        store.judge_many(LOCAL, "classification", pl.DataFrame(classes))
    return store


def _demand(line: int, need: str, service: str, day: int, chance: random.Random) -> dict:
    return {
        "line": line, "demand_id": f"D{line}", "person_id": f"P{need}", "need_id": need, "service": service,
        "agency": "Council", "front_door": chance.choice(DOORS), "channel": "phone", "made_by": "self",
        "received_at": day * DAY + DAY // 2, "received_day": day, "received_precision": "day",
        "person_key": text_key(f"P{need}"), "need_key": text_key(need),
    }  # fmt: skip


def _closure(line: int, need: str, service: str, day: int) -> dict:
    return {
        "line": line, "activity_id": f"A{line}", "person_id": f"P{need}", "need_id": need, "service": service,
        "agency": "Council", "kind": "close", "outcome": "closed", "started_at": day * DAY + DAY // 2,
        "started_day": day, "started_precision": "day", "person_key": text_key(f"P{need}"), "need_key": text_key(need),
    }  # fmt: skip


def _people(demands: list[dict], lines: int) -> list[dict]:
    """Everybody who asked, two to a household, every third one a man; of every tenth nobody wrote down what they are."""
    everybody = sorted({row["person_id"] for row in demands})
    return [
        {
            "line": lines + number, "person_id": name, "person_key": text_key(name), "household_id": f"H{number // 2}",
            "sex": None if number % 10 == 0 else "man" if number % 3 == 0 else "woman",
            "age_band": "25 to 44" if number % 2 else "65 and over",
        }
        for number, name in enumerate(everybody)
    ]  # fmt: skip


def _frame(name: str, rows: list[dict]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return frame.select(
        pl.col("line").cast(pl.Int64),
        *(
            (pl.col(column) if column in frame.columns else pl.lit(None)).cast(kind).alias(column)
            for column, kind in FRAMES[name].columns.items()
        ),
    )


if __name__ == "__main__":  # a town to look at: python -m tests.pages.small_town FOLDER
    import sys

    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    build(target)
    os.write(1, f"sqlite:///{target / 'town.db'}\n".encode())
