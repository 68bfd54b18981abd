"""What the fictional town's teams do with each contact: screen, assess, do, refer, close; minutes, worth and cost."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import polars as pl

from connectors.demo.law import DIED, LOST, MET, MOVED, OPEN, SCREENED_OUT, Law
from connectors.demo.places import AGENCIES, teams

DEADLINE_DAYS = 10  # the assessment deadline of the old way of working
TOP_COST_SIGMA = 2.326  # a lognormal whose top 1% holds half (demo-town.md)
YEAR_COST_PENCE = 120_000  # mean cost of a resident in a year, fictional
KINDS = ("screen", "assess", "do", "refer", "close", "administer")
OUTCOMES = ("screened_in", "screened_out", "nfa", "done", "closed", "other")
IN, OUT, NFA, DONE, CLOSED, OTHER = range(6)


def activities(law: Law, contacts: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One row an activity, days counted from the start of the records.

    Args:
        law: of the town.
        contacts: contact, need, resident, life, service, day, minute, agency, end, end_day, is_last, new_way.
        rng: where chance comes from.

    Returns:
        contact, need, resident, life, service, agency, team, kind, day, minute, minutes, outcome, to_agency, value,
        cost, asked_day.
    """
    c = {name: contacts[name].to_numpy() for name in contacts.columns}
    n, last, old = contacts.height, c["is_last"], ~c["new_way"]
    screened = np.array([s.before.screened_out for s in law.services])[c["service"]]
    turned = np.isin(c["end"], (SCREENED_OUT, LOST))
    unknown = np.isin(c["end"], (OPEN, DIED, MOVED))  # their last screening may have gone either way
    out = np.where(last & ~unknown, turned, rng.random(n) < np.where(old, screened, 0.15))
    met = last & (c["end"] == MET)
    rows = []

    def add(
        kind: str, which: np.ndarray, after: np.ndarray, minutes: float, outcome: np.ndarray, *, value: bool
    ) -> None:
        at = np.flatnonzero(which)
        spent = np.maximum(1, np.round(rng.gamma(4, minutes / 4, at.size)))
        rows.append(
            pl.DataFrame({
                "row": at.astype(np.int64), "kind": np.full(at.size, KINDS.index(kind), np.int8),
                "day": (c["day"] + after)[at].astype(np.int32), "minutes": spent,
                "outcome": outcome[at].astype(np.int8), "value": np.full(at.size, value),
            })
        )  # fmt: skip

    same_day = np.zeros(n, np.int64)
    taken_up = old & ~out
    delay = np.ceil(np.exp(rng.normal(np.log(9.0), 0.6, n))).astype(np.int64)
    pulled = (delay >= 11) & (delay <= 15) & (rng.random(n) < 0.5)
    gamed = np.array([s.gamed for s in law.services])[c["service"]] & pulled
    target = np.where(gamed, rng.integers(DEADLINE_DAYS - 1, DEADLINE_DAYS + 1, n), delay)
    to_end = np.where(met, c["end_day"] - c["day"], 10**6)
    assessed = taken_up & (delay <= to_end) & (target <= to_end)
    done = taken_up & (met | (rng.random(n) < 0.22))
    done_after = np.where(met, to_end, target + 3)
    referred = taken_up & ~done
    closing = np.where(met, to_end, target + np.ceil(np.exp(rng.normal(np.log(14.0), 0.7, n))).astype(np.int64))
    other = np.full(n, OTHER)
    add("screen", old, same_day, 12, np.where(out, OUT, IN), value=False)
    add("assess", assessed, target, 75, np.where(done, OTHER, NFA), value=False)
    add("do", done, done_after, 60, np.full(n, DONE), value=True)
    add("refer", referred, target, 15, other, value=False)
    add("close", taken_up, closing, 10, np.full(n, CLOSED), value=False)
    new = ~old
    add("screen", new & out, same_day, 15, np.full(n, OUT), value=False)
    add("do", new & ~out, np.where(met, to_end, 1), 90, np.full(n, DONE), value=True)
    add("administer", new & ~out & (rng.random(n) < 0.5), same_day + 1, 20, other, value=False)
    add("close", met & new, np.where(met, to_end, 0), 10, np.full(n, CLOSED), value=False)

    made = pl.concat(rows).filter(pl.col("day") < law.days).sort("day", "row", "kind")
    at, kind = made["row"].to_numpy(), made["kind"].to_numpy().astype(np.int64)  # the fourth kind, times 35, is no Int8
    whole = made.with_columns(
        contact=contacts["contact"].gather(at), need=contacts["need"].gather(at), life=contacts["life"].gather(at),
        resident=contacts["resident"].gather(at), service=contacts["service"].gather(at),
        agency=contacts["agency"].gather(at), asked_day=contacts["day"].gather(at),
        new_way=contacts["new_way"].gather(at),
        minute=np.minimum(contacts["minute"].gather(at).to_numpy() + 5 + 35 * kind, 20 * 60),
        team=_team(contacts["agency"].to_numpy()[at], at, rng),
        to_agency=pl.Series(rng.integers(0, len(AGENCIES), at.size), dtype=pl.Int8),
    )  # fmt: skip
    return _cost(law, _value_share(law, whole))


def _team(agency: np.ndarray, contact: np.ndarray, rng: np.random.Generator) -> pl.Series:
    """A team of the agency for each contact, the same for all that contact led to."""
    per_agency = len(teams()) // len(AGENCIES)
    pick = rng.integers(0, per_agency, contact.max(initial=0) + 1)
    return pl.Series(agency.astype(np.int64) * per_agency + pick[contact], dtype=pl.Int8)


def _value_share(law: Law, made: pl.DataFrame) -> pl.DataFrame:
    """Stretch the minutes of value work to the planted share, service by service, before and after the redesign."""
    share = pl.DataFrame(
        [(n, way, s.value[way]) for n, s in enumerate(law.services) for way in (0, 1)],
        schema={"service": pl.Int8, "new_way": pl.Int8, "share": pl.Float64}, orient="row",
    ).with_columns(pl.col("new_way").cast(pl.Boolean))  # fmt: skip
    group = ("service", "new_way")
    valued = pl.col("minutes").filter(pl.col("value")).sum().over(*group)
    wasted = pl.col("minutes").filter(~pl.col("value")).sum().over(*group)
    stretched = pl.col("share") / (1 - pl.col("share")) * wasted / valued * pl.col("minutes")
    return (
        made.join(share, on=group, how="left", maintain_order="left")
        .with_columns(minutes=pl.when(pl.col("value")).then(stretched.round(1)).otherwise(pl.col("minutes")))
        .drop("share")
    )


def _cost(law: Law, made: pl.DataFrame) -> pl.DataFrame:
    """Pence: each year's residents, most minutes first, take the strata of a lognormal; the top 1% exactly half."""
    normal = NormalDist()
    n = law.residents
    strata = np.exp([TOP_COST_SIGMA * normal.inv_cdf(1 - (rank + 0.5) / n) for rank in range(n)])
    person_years = (
        made.with_columns(year=pl.col("day") // 364)
        .group_by("year", "resident").agg(total=pl.col("minutes").sum())
        .sort("year", "total", "resident", descending=[False, True, False])
        .with_columns(rank=pl.int_range(pl.len()).over("year"))
        .filter(pl.col("rank") < n)
    )  # fmt: skip
    top = n // 100
    costed = person_years.with_columns(stratum=pl.Series(strata).gather(person_years["rank"])).with_columns(
        part=pl.col("stratum") / pl.col("stratum").sum().over("year", pl.col("rank") < top) / 2
    )
    return (
        made.with_columns(year=pl.col("day") // 364)
        .join(
            costed.select("year", "resident", "total", "part"),
            on=["year", "resident"],
            how="left",
            maintain_order="left",
        )
        .with_columns(
            cost=(pl.col("part") * pl.col("minutes") / pl.col("total") * YEAR_COST_PENCE * n).round().fill_null(0)
        )
        .with_columns(pl.col("cost").cast(pl.Int64))
        .drop("year", "total", "part")
    )
