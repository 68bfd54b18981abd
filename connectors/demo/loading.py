"""The fictional town into a store, by the way every source takes: text, mapping, gates, one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import polars as pl

from connectors.batch import Batch, ImportReport, MappedBatch, SourceInfo
from connectors.demo import cases
from connectors.demo.law import Law
from connectors.demo.town import EXTRACTED, FIRST_DAY, SEED, Town, demo_town, districts
from connectors.mapping import Mapping
from connectors.mapping import load as load_mapping
from connectors.pseudonyms import Pseudonyms, find_key
from connectors.shape import Mapper
from connectors.store import Store
from measures.model.principal import Principal
from measures.model.time import DAY, SECOND, day_number, instant

MAPPINGS = Path(__file__).parent / "mappings"
SOURCE = "fenbridge"
BLOCK = 50_000  # rows mapped at a time
TOGETHER = 4  # districts in one import
CODED_AT = 22 * 3600 * SECOND  # the evening of the day: whoever took the demand has listened to it
SHARED = ("front_doors", "staffing", "population")  # the same for every district of a large town

Progress = Callable[[str, float], None]


def load_town(
    store: Store, principal: Principal, *, events: int | None = None, progress: Progress | None = None
) -> list[ImportReport]:
    """Load the town, what its coders made of the demands, and its redesign: whatever of these is not there yet.

    Args:
        store: where to.
        principal: who loads.
        events: about how many demands and activities, written district by district; None: the town of the design.
        progress: told what is being done, and how much of it is behind (0 to 1).

    Returns:
        What the imports made of the rows; empty where everything was loaded before.
    """
    lots = [("", SEED)] if events is None else districts(events)
    loaded = set(store.ledger(principal).filter(source=SOURCE, state="done")["file_name"])
    mappers: dict[str, Mapper] = {}
    reports = []
    for at in range(0, len(lots), TOGETHER):
        lot = lots[at : at + TOGETHER]
        name = _file_name(lot)
        if name in loaded and _is_judged(store, principal, lot):
            continue
        if progress:
            progress(f"Loading {name}", at / len(lots))
        mappers = mappers or _mappers(store)
        towns = [demo_town(seed, district=district) for district, seed in lot]
        if name not in loaded:
            with store.begin_import(principal, _info(mappers["demands"].mapping), file_name=name) as importing:
                for number, town in enumerate(towns, start=at):
                    for batch in _mapped(town, mappers, shared=number == 0):
                        importing.add(batch)
                reports.append(importing.finish())
        store.judge_many(principal, "classification", pl.concat([_classifications(town) for town in towns]))
    if store.judgements(principal, "change").filter(pl.col("change_id").str.starts_with(SOURCE)).is_empty():
        store.judge_many(principal, "change", _changes())
    return reports


def load_cases(store: Store, principal: Principal) -> list[ImportReport]:
    """Load the three published cases, unless they are there."""
    name = "the published cases"
    if not store.ledger(principal).filter(source=cases.SOURCE, state="done", file_name=name).is_empty():
        return []
    with store.begin_import(principal, cases.info(), file_name=name) as importing:
        for batch in cases.batches():
            importing.add(batch)
        return [importing.finish()]


def _file_name(lot: list[tuple[str, int]]) -> str:
    first, last = lot[0][0].strip("-"), lot[-1][0].strip("-")
    return (
        f"the fictional town of Fenbridge, districts {first} to {last}" if first else "the fictional town of Fenbridge"
    )


def _mapping(extract: str) -> Mapping:
    return load_mapping(MAPPINGS / f"{extract}.toml")


def _mappers(store: Store) -> dict[str, Mapper]:
    pseudonyms = Pseudonyms(find_key(store.home))
    latest = instant(datetime.fromisoformat(EXTRACTED)) + DAY
    return {path.stem: Mapper(_mapping(path.stem), pseudonyms, latest) for path in MAPPINGS.glob("*.toml")}


def _info(mapping: Mapping) -> SourceInfo:
    return SourceInfo(
        mapping.name, mapping.title, mapping.timezone, extracted_at=instant(datetime.fromisoformat(EXTRACTED)),
        warnings=mapping.warnings, asked=mapping.asked,
    )  # fmt: skip


def _mapped(town: Town, mappers: dict[str, Mapper], *, shared: bool) -> Iterator[MappedBatch]:
    """The town's extracts, block by block, as records and rejects."""
    for name, rows in town.frames.items():
        if name in SHARED and not shared:
            continue
        for at in range(0, rows.height, BLOCK):
            block = rows.slice(at, BLOCK)
            yield mappers[name].map(Batch(block, pl.Series(range(at + 2, at + 2 + block.height), dtype=pl.Int64)))


def _is_judged(store: Store, principal: Principal, lot: list[tuple[str, int]]) -> bool:
    """Whether the last district's first demand has been classified: classifications are written after the import."""
    first = f"{SOURCE}:D{lot[-1][0]}{0:07d}"
    rows = store.records(principal).scan("classification").filter(pl.col("demand_id") == first).head(1).collect()
    return not rows.is_empty()


def _classifications(town: Town) -> pl.DataFrame:
    """What the coders said, on the evening of the demand."""
    day = (pl.col("day").cast(pl.Int64) + day_number(FIRST_DAY)) * DAY + CODED_AT
    judged = town.demands.select("demand_id", judged_at=day)
    return town.classifications.join(judged, on="demand_id", how="left", maintain_order="left").with_columns(
        demand_id=pl.concat_str(pl.lit(f"{SOURCE}:"), "demand_id"), selection_prob=pl.lit(1.0)
    )


def _changes() -> pl.DataFrame:
    """The redesign, as each service wrote it down."""
    law = Law()
    day = day_number(FIRST_DAY) + law.redesign_day
    return pl.DataFrame(
        [
            {
                "change_id": f"{SOURCE}-redesign-{number}",
                "service": service.title,
                "what": "Redesign: help at the first contact",
                "where": "all doors of the service",
                "from_day": day,
                "hypothesis": "If whoever listens first can help, and pulls in the expertise it takes, people need not "
                "ask again.",
                "expected": "first_contact_resolution;failure_demand_share;end_to_end_time;stayed_met",
                "judged_at": day * DAY,
            }
            for number, service in enumerate(law.services)
        ]
    )
