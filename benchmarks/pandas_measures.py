"""The measures once more in pandas, from the store's Parquet parts: merges, groupby and shift, as an analyst would write them.

The same rule of needs and the same definitions as in `duckdb_measures.py`; only the columns a measure needs are read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from duckdb_measures import DAY, LOOKBACK, Raw

if TYPE_CHECKING:
    import pandas as pd

PRECISE, DATED = ("instant", "minute"), ("instant", "minute", "day")
TURNED = {"screened_out": "screened_out", "refused": "screened_out", "nfa": "closed_unmet"}
STRAND = ["unit", "issue"]


def _read(raw: Raw, frame: str, columns: list[str]) -> pd.DataFrame:
    """A frame's living rows; integers that may be missing keep all their digits."""
    import pandas as pd

    names = [*columns, "row_id"] if raw.parts.get("superseded") else columns
    parts = [pd.read_parquet(file, columns=names, dtype_backend="numpy_nullable") for file in raw.parts[frame]]
    rows = pd.concat(parts, ignore_index=True)
    if raw.parts.get("superseded"):
        gone = pd.concat([pd.read_parquet(file, columns=["row_id"]) for file in raw.parts["superseded"]])
        rows = rows[~rows["row_id"].isin(gone["row_id"])].drop(columns="row_id")
    return rows


def _sources(raw: Raw) -> pd.DataFrame:
    return raw.sources.to_pandas()


def _demands(raw: Raw, *columns: str) -> pd.DataFrame:
    rows = _read(raw, "demands", ["source", "received_day", "received_precision", "person_key", *columns])
    dated = rows["received_day"].notna() & (rows["received_precision"].isna() | rows["received_precision"].isin(DATED))
    return rows[dated].rename(columns={"received_day": "day", "received_at": "at"}).merge(_sources(raw), on="source")


def _week(day: pd.Series) -> pd.Series:
    return (day + 3) // 7 * 7 - 3


def _weekly(rows: pd.DataFrame) -> pl.DataFrame:
    """Weekly sums of rows of `day, person_key, mature, numerator, denominator, weight, unknown`."""
    rows = rows.assign(start=_week(rows["day"]))
    mature = rows[rows["mature"]]
    counted = mature[mature["denominator"] > 0]
    weeks = rows.groupby("start").size().index
    columns = {
        "numerator": (mature["numerator"] * mature["weight"]).groupby(mature["start"]).sum(),
        "n": counted.groupby("start").size(),
        "people": counted.groupby("start")["person_key"].nunique(),
        "people_in": counted[counted["numerator"] > 0].groupby("start")["person_key"].nunique(),
        "unknown": mature["unknown"].groupby(mature["start"]).sum(),
        "denominator": (mature["denominator"] * mature["weight"]).groupby(mature["start"]).sum(),
    }
    filled = {name: series.reindex(weeks, fill_value=0).to_numpy(float) for name, series in columns.items()}
    return pl.DataFrame({"start": weeks.to_numpy(int), **filled}).sort("start")


def _classified(raw: Raw, numerator: str) -> pl.DataFrame:
    demands = _demands(raw, "demand_id")
    coded = _read(raw, "classification", ["demand_id", "class", "adjudicated", "selection_prob", "judgement_id"])
    coded = coded[coded["class"].notna()].assign(adjudicated=lambda rows: rows["adjudicated"].fillna(False))
    last = coded.sort_values(["adjudicated", "judgement_id"]).drop_duplicates("demand_id", keep="last")
    rows = demands.merge(last, on="demand_id", how="left")
    known = rows["class"].isin(["value", "failure"])
    return _weekly(rows.assign(
        numerator=(rows["class"] == numerator).fillna(False).astype(float), denominator=known.astype(float),
        weight=1.0 / rows["selection_prob"].fillna(1.0).astype(float), unknown=~known, mature=rows["day"] <= rows["seen_day"],
    ))  # fmt: skip


def _asked(raw: Raw) -> pd.DataFrame:
    """Demands with the person (or place) who asked, and the issue."""
    rows = _demands(raw, "received_at", "seq", "demand_id", "need_key", "issue_key", "place_key")
    place = rows["place_key"].where(rows["proxy"] == "place")
    issue = rows["issue_key"].fillna(0)
    return rows.assign(
        unit=rows["person_key"].fillna(place), issue=issue, reopen=np.where(issue == 0, 56, 180),
        precise=rows["received_precision"].isin(PRECISE),
    )  # fmt: skip


def _placed(asked: pd.DataFrame) -> pd.DataFrame:
    """Which need each demand belongs to; rows in order of time under a column `pos`."""
    owners = asked[asked["need_key"].notna()].groupby("need_key")["unit"].max().rename("owner")
    rows = asked.merge(owners, left_on="need_key", right_index=True, how="left").sort_values("pos")
    own = rows["need_key"].notna()
    strand = ~own & rows["unit"].notna()
    rows = rows.assign(
        unit=rows["unit"].fillna(rows["owner"]),
        found=np.select([own, strand], [1, 2], 3),
        first_key=rows["need_key"].fillna(rows["unit"]).fillna(rows["pos"]),
        second_key=rows["issue"].where(strand, 0),
    )
    groups = rows.groupby(["found", "first_key", "second_key"], sort=False)["day"]
    rows["previous_day"], rows["next_day"] = groups.shift(1), groups.shift(-1)
    gap = rows["day"] - rows["previous_day"]
    rows["starts"] = rows["previous_day"].isna() | ((rows["found"] == 2) & (gap > rows["reopen"])).fillna(False)
    return rows


def _timed(asked: pd.DataFrame) -> pd.DataFrame:
    ordered = asked.sort_values(["day", "at", "seq", "demand_id"], kind="stable")
    return ordered.assign(pos=np.arange(len(ordered)))


def _structural(raw: Raw) -> pl.DataFrame:
    rows = _placed(_timed(_asked(raw)))
    linked = rows["found"] != 3
    return _weekly(rows.assign(
        numerator=(linked & ~rows["starts"]).astype(float), denominator=linked.astype(float), weight=1.0, unknown=~linked,
        mature=rows["day"] <= rows["seen_day"],
    ))  # fmt: skip


def _first_contact(raw: Raw) -> pl.DataFrame:
    rows = _placed(_timed(_asked(raw)))
    rows = rows[rows["starts"]]
    linked = rows["found"] != 3
    once = rows["next_day"].isna() | (rows["next_day"] - rows["day"] > rows["reopen"]).fillna(False)
    return _weekly(rows.assign(
        numerator=(linked & once).astype(float), denominator=linked.astype(float), weight=1.0, unknown=~linked,
        mature=rows["day"] + rows["reopen"] <= rows["seen_day"],
    ))  # fmt: skip


def _known(raw: Raw) -> pl.DataFrame:
    rows = _demands(raw)
    days = rows[["person_key", "day"]].dropna().drop_duplicates().sort_values(["person_key", "day"])
    days["previous_day"] = days.groupby("person_key")["day"].shift(1)
    rows = rows.merge(days, on=["person_key", "day"], how="left")
    rows = rows[rows["day"] >= rows.groupby("source")["day"].transform("min") + LOOKBACK]
    linked = rows["person_key"].notna()
    recent = (rows["day"] - rows["previous_day"] <= LOOKBACK).fillna(False)
    return _weekly(rows.assign(
        numerator=(linked & recent).astype(float), denominator=linked.astype(float), weight=1.0, unknown=~linked,
        mature=rows["day"] <= rows["seen_day"],
    ))  # fmt: skip


def _front_doors(raw: Raw) -> pl.DataFrame:
    rows = _demands(raw, "front_door")
    doors = rows[rows["day"] <= rows["seen_day"]].groupby("front_door")["person_key"].agg(["size", "nunique"])
    return pl.DataFrame(
        {
            "front_door": doors.index.to_numpy(object),
            "n": doors["size"].to_numpy(int),
            "people": doors["nunique"].to_numpy(int),
        }
    ).sort("front_door")


def _acts(raw: Raw) -> pd.DataFrame:
    """Closures (1), reopenings (2) and the sources' own ends (3)."""
    import pandas as pd

    columns = ["source", "kind", "outcome", "started_day", "started_at", "started_precision", "seq", "person_key",
               "need_key", "demand_id", "issue_key", "place_key"]  # fmt: skip
    acts = _read(raw, "activities", columns).merge(_sources(raw), on="source")
    turned = acts["kind"].isin(["screen", "assess", "decide"]) & acts["outcome"].isin(list(TURNED))
    acts = acts[acts["started_day"].notna() & (acts["kind"].isin(["close", "reopen"]) | turned)]
    place = acts["place_key"].where(acts["proxy"] == "place")
    acts = acts.rename(columns={"started_day": "day", "started_at": "at"}).assign(
        unit=acts["person_key"].fillna(place), issue=acts["issue_key"].fillna(0), said=True,
        precise=acts["started_precision"].isin(PRECISE), result=acts["outcome"].map(TURNED).fillna("met"),
        kind=np.where(acts["kind"] == "reopen", 2, 1),
    )  # fmt: skip
    ends = _read(
        raw, "source_needs", ["source", "need_key", "end_day", "end_at", "end_precision", "end_kind", "met_basis"]
    )
    ends = ends.merge(_sources(raw), on="source").assign(end_kind=lambda rows: rows["end_kind"].fillna("met"))
    ends = ends[ends["end_day"].notna() & ends["need_key"].notna() & (ends["end_kind"] != "open")]
    basis = ends["met_basis"].fillna(pd.Series(np.where(ends["asked"], "asked", "none"), ends.index))
    ends = ends.rename(columns={"end_day": "day", "end_at": "at", "end_kind": "result"}).assign(
        kind=3, issue=0, said=~ends["end_kind"].isin(["met", "met_in_part"]) | (basis == "asked"),
        precise=ends["end_precision"].isin(PRECISE),
    )  # fmt: skip
    columns = ["kind", "day", "at", "seq", "need_key", "demand_id", "unit", "issue", "precise", "result", "said"]
    lacking = {name: pd.Series(pd.NA, ends.index, acts[name].dtype) for name in ("seq", "demand_id", "unit")}
    return pd.concat([acts[columns], ends.assign(**lacking)[columns]], ignore_index=True)


def _needs(raw: Raw) -> pd.DataFrame:
    """One row a need with its end: measures/needs.py, in pandas."""
    import pandas as pd

    events = pd.concat([_asked(raw).assign(kind=0), _acts(raw)], ignore_index=True)
    late = ~events["precise"].astype(bool) & (events["kind"] != 0) & events["seq"].isna()
    events["order"] = events["at"] + late * (DAY - 1)
    events = events.sort_values(["day", "order", "seq", "kind"], kind="stable").reset_index(drop=True)
    events["pos"] = np.arange(len(events))
    placed = _placed(events[events["kind"] == 0])
    opener = placed["pos"].where(placed["starts"])
    placed["need"] = opener.groupby([placed[key] for key in ("found", "first_key", "second_key")], sort=False).ffill()
    firsts = placed[placed["starts"]].set_index("need")
    acts = events.loc[events["kind"] != 0, ["pos", "kind", "day", "at", "precise", "result", "said", "need_key",
                                            "demand_id", "unit", "issue"]]  # fmt: skip
    named = firsts[firsts["found"] == 1]
    acts["direct"] = acts["need_key"].map(pd.Series(named.index, named["need_key"]))
    links = acts["direct"].isna() & acts["demand_id"].notna()
    if links.any():
        acts.loc[links, "direct"] = acts.loc[links, "demand_id"].map(placed.set_index("demand_id")["need"])
    nobody = pd.Series(-1 - firsts.index, firsts.index)
    strand_unit, strand_issue = firsts["unit"].fillna(nobody), firsts["issue"]
    found = acts["direct"].notna()
    acts["unit"] = acts["direct"].map(strand_unit).where(found, acts["unit"])
    acts["issue"] = acts["direct"].map(strand_issue).where(found, acts["issue"])
    asked = pd.DataFrame({
        "pos": placed["pos"], "kind": 0, "unit": placed["unit"].fillna(-1 - placed["need"]),
        "issue": placed["need"].map(strand_issue), "opener": placed["need"].where(placed["found"] == 2),
        "asked_day": placed["day"],
    })  # fmt: skip
    together = pd.concat([acts[acts["unit"].notna()], asked], ignore_index=True).sort_values("pos")
    strands = together.groupby(STRAND, sort=False)
    together["current"], together["return_day"] = strands["opener"].ffill(), strands["asked_day"].bfill()
    acts = together[together["kind"] != 0].copy()
    acts["need"] = acts["direct"].fillna(acts["current"])
    acts = acts[acts["need"].notna()]
    return _ended(firsts, placed, acts, raw)


def _ended(firsts: pd.DataFrame, placed: pd.DataFrame, acts: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """Needs with the end that counts."""
    acts = acts.assign(reopen=acts["need"].map(firsts["reopen"]), next_act=acts.groupby("need")["day"].shift(-1))
    reopened = acts["need"].map(acts[acts["kind"] == 2].groupby("need")["pos"].max())
    begun = (acts["pos"] > acts["need"]) | (acts["kind"] == 3)  # a closure before anybody asked ends nothing
    back = acts["return_day"] - acts["day"]
    nobody = acts["return_day"].isna() | (back > acts["reopen"]).fillna(False)
    alone = (
        acts["next_act"].isna() | (acts["next_act"] - acts["day"] > acts["reopen"]).fillna(False) | (acts["kind"] == 3)
    )
    held = acts[(acts["result"] == "met") & nobody & alone & begun]
    standing = acts[begun & (acts["kind"] == 1) & (reopened.isna() | (acts["pos"] > reopened).fillna(False))]
    own = acts[acts["kind"] == 3].groupby("need")["pos"].max()
    kept = standing[nobody[standing.index]].groupby("need")["pos"].max()
    closed = standing.groupby("need")["pos"].max()
    needs = firsts[["source", "day", "at", "precise", "person_key", "need_key", "demand_id", "unit", "issue", "found", "reopen",
                    "seen_at", "seen_day"]].copy()  # fmt: skip
    needs["need"] = needs.index
    needs["last_pos"], needs["last_day"] = placed.groupby("need")["pos"].max(), placed.groupby("need")["day"].max()
    needs["own"], needs["kept"], needs["closed"] = own, kept, closed
    returned = needs["own"].isna() & needs["kept"].isna() & (needs["closed"] > needs["last_pos"]).fillna(False)
    needs["end_pos"] = needs["own"].fillna(needs["kept"]).fillna(needs["closed"].where(returned))
    ends = acts.set_index("pos")[["day", "at", "precise", "result", "said"]].add_prefix("end_")
    needs = needs.merge(ends, left_on="end_pos", right_index=True, how="left")
    needs.loc[returned & (needs["end_result"] == "met").fillna(False), "end_result"] = "closed_unmet"
    closure = needs["own"].isna()
    needs["inferred"] = closure | (needs["end_said"] == False).fillna(False)  # noqa: E712 - three values
    by_closure, by_source = (held[held["kind"] == kind].groupby("need")["day"].min() for kind in (1, 3))
    needs["held_day"] = by_closure.reindex(needs.index).where(closure, by_source.reindex(needs.index))
    gone = _read(raw, "people", ["person_key", "to_day", "end_kind"])
    gone = gone[gone["end_kind"].isin(["died", "moved"]) & gone["to_day"].notna()].sort_values("to_day")
    gone = gone.drop_duplicates("person_key").rename(columns={"end_kind": "gone_kind"})
    needs = needs.merge(gone, on="person_key", how="left")
    young = closure.to_numpy() & (needs["to_day"] <= needs["end_day"] + needs["reopen"]).fillna(False)
    leaves = (needs["to_day"] >= needs["day"]).fillna(False) & (needs["end_day"].isna() | young)
    shaken = leaves & (needs["to_day"] <= needs["held_day"] + needs["reopen"]).fillna(False)
    needs = needs.assign(
        result=needs["end_result"].mask(leaves, needs["gone_kind"]), end_day=needs["end_day"].mask(leaves, needs["to_day"]),
        end_precise=(needs["end_precise"] == True).fillna(False).astype(bool) & ~leaves, inferred=needs["inferred"] & ~leaves,  # noqa: E712 - three values
        held_day=needs["held_day"].mask(shaken),
    )  # fmt: skip
    needs = _answered(needs, placed, raw)
    lasting = _read(raw, "source_needs", ["need_key", "lifelong"])
    lasting = lasting[lasting["lifelong"].fillna(False)]["need_key"]
    return needs[~needs["need_key"].isin(lasting)]


def _answered(needs: pd.DataFrame, placed: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """Needs with what the person said in place of what records tell, where somebody asked: measures/answers.py, in pandas."""
    import pandas as pd

    columns = ["need_id", "asked_on_day", "answer", "met_on_day", "enough", "withdrawn", "judgement_id"]
    said = _read(raw, "outcome", columns) if "outcome" in raw.parts else raw.rest["outcome"].to_pandas()[columns]
    said = said[~said["withdrawn"].fillna(False).astype(bool)].sort_values(["asked_on_day", "judgement_id"])
    said = said.drop_duplicates("need_id", keep="last")
    ids = _read(raw, "demands", ["demand_id", "need_id"])
    ids = ids.assign(need_id=ids["need_id"].fillna(ids["demand_id"])).merge(said, on="need_id")
    asked = needs.merge(ids.drop(columns="need_id"), on="demand_id")
    acts = _read(raw, "activities", ["need_key", "demand_id", "person_key", "issue_key", "started_day"])
    acts = acts.assign(unit=acts["person_key"], issue=acts["issue_key"].fillna(0))
    own = asked[["need", "day", "asked_on_day", "need_key", "demand_id", "unit", "issue"]]
    done = pd.concat([
        own.dropna(subset="need_key").merge(acts[["need_key", "started_day"]], on="need_key"),
        own.merge(acts.dropna(subset="demand_id")[["demand_id", "started_day"]], on="demand_id"),
        own[own["need_key"].isna()].dropna(subset="unit").merge(acts[["unit", "issue", "started_day"]], on=["unit", "issue"]),
    ])  # fmt: skip
    done = done[(done["started_day"] >= done["day"]) & (done["started_day"] <= done["asked_on_day"])]
    acted = asked["need"].map(done.groupby("need")["started_day"].max()).fillna(asked["last_day"])
    over, in_part = asked["answer"] != "not", asked["answer"] == "met_in_part"
    met = over & (~in_part | asked["enough"].fillna(False).astype(bool))
    over_day = asked["met_on_day"].fillna(acted.where(acted < asked["asked_on_day"], asked["asked_on_day"]))
    again = asked.assign(over_day=over_day)[["need", "unit", "issue", "over_day"]]
    again = again.dropna(subset="unit").merge(placed[["unit", "issue", "day"]], on=["unit", "issue"])
    again = asked["need"].map(again[again["day"] > again["over_day"]].groupby("need")["day"].min())
    undisturbed = again.isna() | (again - over_day > asked["reopen"]).fillna(False)
    was_met = asked["result"].isin(["met", "met_in_part"])
    told = asked.assign(
        result=asked["result"].mask(was_met, "closed_unmet").mask(over, "met_in_part").mask(met, "met"),
        end_day=asked["end_day"].mask(over, over_day), end_precise=asked["end_precise"] & ~over, inferred=False,
        held_day=over_day.where(met & undisturbed),
    )  # fmt: skip
    return pd.concat([needs[~needs["need"].isin(told["need"])], told[needs.columns]], ignore_index=True)


def _stayed(raw: Raw) -> pl.DataFrame:
    needs = _needs(raw)
    linked = needs["found"] != 3
    held = linked & (needs["held_day"] - needs["day"] <= 28).fillna(False)
    return _weekly(needs.assign(
        numerator=held.astype(float), denominator=linked.astype(float), weight=1.0, unknown=~linked,
        mature=needs["day"] + 28 + needs["reopen"] <= needs["seen_day"],
    ))  # fmt: skip


def _waited(raw: Raw) -> pd.DataFrame:
    needs = _needs(raw)
    met = (needs["result"] == "met").fillna(False).astype(bool)
    exact = needs["precise"].astype(bool) & needs["end_precise"]
    to_end = ((needs["end_at"] - needs["at"]) / DAY).where(exact, needs["end_day"] - needs["day"])
    so_far = ((needs["seen_at"] - needs["at"]) / DAY).where(
        needs["precise"].astype(bool), needs["seen_day"] - needs["day"]
    )
    days = to_end.where(met, so_far).astype(float).clip(lower=0)
    return needs.assign(met=met, days=days, start=_week(needs["day"]))


def _end_to_end(raw: Raw) -> pl.DataFrame:
    rows = _waited(raw)
    surely = (rows["met"] & ~rows["inferred"]).groupby(rows["source"]).transform("any")
    perhaps = (rows["met"] & rows["inferred"]).groupby(rows["source"]).transform("any")
    patience = rows["reopen"].where(~(surely & ~perhaps), 0)
    rows = rows.assign(numerator=rows["met"].astype(float), denominator=1.0, weight=1.0, unknown=False,
                       mature=rows["day"] + 90 + patience <= rows["seen_day"])  # fmt: skip
    ordered = rows.sort_values(["start", "days", "met"], ascending=[True, True, False])
    weeks = ordered.groupby("start")
    at_risk = weeks["days"].transform("size") - weeks.cumcount()
    survival = (1 - ordered["met"] / at_risk).groupby(ordered["start"]).cumprod()
    medians = ordered.loc[survival <= 0.5 + 1e-9].groupby("start")["days"].min()
    found = pl.DataFrame({"start": medians.index.to_numpy(int), "value": medians.to_numpy(float)})
    still = rows[rows["result"].isna()].groupby("start").size()
    waiting = pl.DataFrame({"start": still.index.to_numpy(int), "open": still.to_numpy(int)})
    joined = _weekly(rows).join(found, on="start", how="left").join(waiting, on="start", how="left")
    return joined.with_columns(pl.col("open").fill_null(0)).drop("denominator", "unknown").sort("start")


def _age_of_open(raw: Raw) -> pl.DataFrame:
    rows = _waited(raw)
    rows = rows[rows["result"].isna() & (rows["seen_day"] >= rows["day"])]
    band = np.searchsorted([7, 28, 90, 180, 365], rows["days"].to_numpy(float), side="left")
    ages = rows.groupby(band)["person_key"].agg(["size", "nunique"])
    return pl.DataFrame(
        {"band": ages.index.to_numpy(int), "n": ages["size"].to_numpy(int), "people": ages["nunique"].to_numpy(int)}
    )


READERS: dict[str, Callable[[Raw], pl.DataFrame]] = {
    "age_of_open": _age_of_open, "demand_by_front_door": _front_doors, "end_to_end_time": _end_to_end,
    "failure_demand": lambda raw: _classified(raw, "failure"),
    "failure_demand_share": lambda raw: _classified(raw, "failure"),
    "first_contact_resolution": _first_contact, "known_share": _known, "stayed_met": _stayed,
    "structural_failure_share": _structural, "value_demand": lambda raw: _classified(raw, "value"),
}  # fmt: skip


def reader(raw: Raw, measure: str) -> Callable[[], Any]:
    """What reads this measure."""
    return lambda: READERS[measure](raw)
