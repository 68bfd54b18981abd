"""As of T: the whole history read as of T equals a history of which only what was known by T was ever loaded."""

from __future__ import annotations

from random import Random

import polars as pl
import pytest
from hand_tables import MONDAY, at, told
from histories import many, tables, together
from of_every_kind import also_recorded

from measures.catalogue import MEASURES
from measures.model.measure import Options
from measures.model.memory import MemoryRecords
from measures.model.principal import LOCAL
from measures.model.time import DAY
from measures.reading import Request, read

SEEN = 500  # days; the histories are of 420
DATES = (30, 200, 380)


def recorded(seed: int) -> dict[str, pl.DataFrame]:
    """Histories whose rows were recorded up to a month after they happened, with judgements made at any time."""
    chance = Random(seed)
    frames = {}
    for name, rows in tables(together(many(seed, 80))).items():
        day = {"demands": "received_day", "activities": "started_day", "source_needs": "end_day", "people": "to_day"}[
            name
        ]
        late = [chance.choice((0, 0, 1, 5, 30)) for _ in range(rows.height)]
        frames[name] = rows.with_columns(recorded_at=(pl.col(day) + pl.Series(late)).cast(pl.Int64) * DAY + DAY // 2)
    asked = frames["demands"]
    frames["demands"] = asked.with_columns(
        service=pl.Series([chance.choice(("housing", "health")) for _ in range(asked.height)]),
        front_door=pl.Series([chance.choice(("desk", "phone", None)) for _ in range(asked.height)]),
    )
    judged = [
        {"demand_id": name, "coder": chance.choice(("kim", "lee")), "class": chance.choice(("value", "failure")),
         "judged_at": at(day - MONDAY + chance.randint(0, 60)), "adjudicated": chance.random() < 0.1}
        for name, day in asked.select("demand_id", "received_day").rows()
    ]  # fmt: skip
    frames["classification"] = pl.from_dicts(judged)
    answers = [
        {"need_id": name, "asked_on_day": day + 40, "answer": chance.choice(("met", "not", "met_in_part")),
         "enough": chance.random() < 0.5, "judged_at": (day + 41) * DAY}
        for name, day in asked.select("demand_id", "received_day").sample(20, seed=seed).rows()
    ]  # fmt: skip
    frames["outcome"] = pl.from_dicts(answers)
    return also_recorded(frames, chance)


def known_by(frames: dict[str, pl.DataFrame], day: int) -> MemoryRecords:
    """A store into which only what was known by then was loaded."""
    column = dict.fromkeys(("classification", "outcome", "want", "change"), "judged_at")
    kept = {name: rows.filter(pl.col(column.get(name, "recorded_at")) <= at(day)) for name, rows in frames.items()}
    return MemoryRecords(kept, seen_at=at(day))


def table(records: MemoryRecords, measure: str, as_of: int | None, **request) -> list[tuple]:
    """What a reading tells, in order."""
    told_by = read(records, Request(measure, as_of=as_of, lookback_days=60, **request), LOCAL)
    first = [name for name in ("series", "period_start", "x") if name in told_by.table.columns] or [
        told_by.table.columns[1]
    ]
    plain = told_by.table.with_columns(pl.col(pl.Float64).round(9)).sort(first)
    return [*plain.rows(), told_by.title, told_by.sentence, told_by.caveats]


@pytest.fixture(scope="module")
def histories():
    return recorded(1)


@pytest.mark.parametrize("day", DATES)
@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_reads_as_it_would_have_read_then(histories, name, day):
    full = MemoryRecords(histories, seen_at=at(SEEN))
    then = known_by(histories, day)
    for shape in MEASURES[name].readings:
        assert table(full, name, at(day), shape=shape) == table(then, name, None, shape=shape), shape


@pytest.mark.parametrize("name", MEASURES)
def test_what_was_recorded_later_does_change_some_reading(histories, name):
    """A check of the check: were nothing ever late, the test above could not fail."""
    full = MemoryRecords(histories, seen_at=at(SEEN))
    assert table(full, name, at(DATES[0])) != table(full, name, None)


MATURING = ("stayed_met", "first_contact_resolution", "known_share", "structural_failure_share", "demand_by_front_door")


@pytest.mark.parametrize(("name", "line"), [(name, None) for name in MATURING] + [("stayed_met", "early")])
@pytest.mark.parametrize("seed", [2, 3])
def test_a_mature_point_never_moves(name, line, seed):
    """Every row recorded as it happened: once a week is mature, no later date reads it otherwise."""
    frames = recorded(seed)
    asked = frames["demands"].select("demand_id", asked_day="received_day")
    linked = frames["activities"].join(asked, on="demand_id", how="left")
    early = pl.col("asked_day") > pl.col("started_day")  # nothing answers a demand that nobody has made yet
    frames["activities"] = linked.with_columns(demand_id=pl.when(~early).then("demand_id")).drop("asked_day")
    days = {"demands": "received_day", "activities": "started_day", "people": "to_day"}
    prompt = {key: frames[key].with_columns(recorded_at=pl.col(day).cast(pl.Int64) * DAY) for key, day in days.items()}
    records = MemoryRecords(prompt, seen_at=at(SEEN + 400))
    first: dict = {}
    checked = 0
    for day in range(60, SEEN + 400, 70):
        now = read(records, Request(name, shape="series", as_of=at(day), line=line, lookback_days=60), LOCAL).table
        for start, value, n in now.filter("mature").select("period_start", "value", "n").rows():
            assert first.setdefault(start, (value, n)) == (value, n), (start, day)
            checked += 1
    assert checked > len(first) > 5


def test_a_sources_sight_ends_with_as_of():
    records = told({"demand_id": "a", "received_day": MONDAY, "person_id": "ann"}, seen=100)
    observe = MEASURES["end_to_end_time"].observe
    assert observe(records, Options(as_of=at(30))).collect()["days"].to_list() == [30.0]
    assert observe(records, Options(as_of=at(300))).collect()["days"].to_list() == [100.0]  # nobody saw further
