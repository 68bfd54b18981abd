"""A small store with 130 front doors, seven types of failure, four causes and a quarter of demand unclassified."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import polars as pl

from connectors.batch import REJECTS_SCHEMA, MappedBatch, SourceInfo
from connectors.keys import text_key
from connectors.store import Store, open_store
from measures.model.principal import LOCAL
from measures.model.records import FAILURE_TYPES, FRAMES
from measures.model.time import DAY

BEGAN, WEEKS, A_WEEK = 20_276, 52, 60  # 7 July 2025 is a Monday
WARDS = ("North Quay", "Southgate", "Market Ward", "Priory", "Mill Lane", "Castle", "Riverside", "Marsh End",
         "Station Road", "St Anne's", "Eastfield", "Hillcrest", "Quayside")  # fmt: skip
KINDS = ("Housing options desk", "Rent line", "Adult contact team", "Carers' drop-in", "Family hub",
         "Surgery reception", "District nursing line", "Advice session", "101 line", "Community café")  # fmt: skip
DOORS = [f"{kind}, {ward}" for ward in WARDS for kind in KINDS]
ISSUES = ("rent arrears", "repairs", "homelessness", "carer strain", "school", "debt", "a fall at home")
CAUSES = (None, None, None, "Department for Work and Pensions", "Fenside Homes", "Fenbridge General Hospital")


def build(folder: Path, weeks: int = WEEKS) -> Store:
    """Fill a new store; what each demand is follows from chance alone, so nothing but the doors differs."""
    store = open_store(f"sqlite:///{folder / 'doors.db'}")
    chance = random.Random(130)
    weights = [1 / (rank + 4) for rank in range(len(DOORS))]
    demands, classes = [], []
    for number in range(weeks * A_WEEK):
        day = BEGAN + 7 * (number // A_WEEK) + chance.randint(0, 4)
        person = f"P{chance.randint(0, 900)}"
        demands.append({
            "line": number, "demand_id": f"D{number}", "person_id": person, "issue": chance.choice(ISSUES),
            "agency": "Council", "service": "housing" if number % 2 else "health and social care",
            "front_door": DOORS[number] if number < len(DOORS) else chance.choices(DOORS, weights)[0],
            "received_at": day * DAY + DAY // 2, "received_day": day, "received_precision": "day",
            "person_key": text_key(person),
        })  # fmt: skip
        if number % 4:
            failed = chance.random() < 0.4
            classes.append({
                "demand_id": f"D{number}", "coder": "anna", "class": "failure" if failed else "value",
                "failure_type": chance.choice(FAILURE_TYPES) if failed else None,
                "caused_by_agency": chance.choice(CAUSES) if failed else None,
            })  # fmt: skip
    frame = pl.DataFrame(demands, infer_schema_length=None)
    columns = FRAMES["demands"].columns
    batch = MappedBatch(
        rows=frame.select("line", source_key=pl.col("demand_id"), content_hash="line"),
        frames={
            "demands": frame.select(
                "line",
                *(
                    (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
                    for name, kind in columns.items()
                ),
            )
        },
        rejects=pl.DataFrame(schema=REJECTS_SCHEMA),
        read=frame.height,
    )
    source = SourceInfo("doors", "A town of 130 doors (fictional)", "Europe/London", (BEGAN + 7 * weeks) * DAY - 1)
    with store.begin_import(LOCAL, source) as imported:
        imported.add(batch)
        imported.finish()
    store.judge_many(LOCAL, "classification", pl.DataFrame(classes, infer_schema_length=None))
    return store


if __name__ == "__main__":  # a town to look at: python tests/pages/doors_town.py FOLDER
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    build(target)
