"""The town's law: how needs arise, how often people must come back, and how it ends. Numbers only, no names or text.

A need begins when a person first asks. Whoever is not helped asks again after a while, often at another door, until
the need is met, the person is screened out for good, or gives up. At the redesign the law changes: from then on
whoever asks is met by the new way of working. Sources: docs/reference/demo-town.md; report lines 209, 268, 282, 290,
364, 665 and 677.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log

import numpy as np
import polars as pl

K = 0.585  # the one dispersion that fits FCR .30 at mean 5, .24 at 7.14 and .80 at 1.27 (demo-town.md)
GAP_MEDIAN, GAP_SIGMA = 21.0, 1.2  # days until a person who was not helped asks again
END_SIGMA = 1.0  # spread of the days from the last contact to the end
GIVING_UP = -log(1 - 0.03) / 365  # a day: 3% a year of unmet needs stop asking
ENDS = ("met", "screened_out", "died", "moved", "lost_contact", "open")
MET, SCREENED_OUT, DIED, MOVED, LOST, OPEN = range(6)


@dataclass(frozen=True)
class Endings:
    """How the needs of one way of working end: shares of all that end, and the days the end takes."""

    screened_out: float
    died_or_moved: float
    median_days: float


@dataclass(frozen=True)
class Service:
    """One service of the town.

    Attributes:
        title: as records name it.
        new_per_week: needs that begin in a week, Poisson, for ever the same.
        contacts: mean contacts a need in the first week and just before the redesign; straight in between.
        contacts_after: mean contacts a need from the redesign on.
        value: share of minutes that is value work, before and after.
        gamed: whether assessments of days 11 to 15 are pulled under the 10-day deadline.
    """

    title: str
    new_per_week: float
    contacts: tuple[float, float]
    contacts_after: float
    before: Endings
    after: Endings
    value: tuple[float, float]
    gamed: bool


HOUSING = Service(
    "housing", 24.0, (5.0, 5.0), 1.272, Endings(0.50, 0.03, 10.0), Endings(0.10, 0.03, 2.0), (0.30, 0.80), gamed=False
)  # 30% to 80% at first contact: Great Yarmouth, report line 665
CARE = Service(
    "health and social care", 36.0, (4.4, 5.6), 1.272, Endings(0.78, 0.03, 10.0), Endings(0.15, 0.03, 2.0),
    (0.25, 0.80), gamed=True,
)  # five cycles, 78% screened out, 25% to 80% value work: Gloucester, report lines 268, 286, 677  # fmt: skip


@dataclass(frozen=True)
class Law:
    """Everything the town is drawn from.

    Attributes:
        weeks: how long the records run.
        redesign: the week (from 1) in which the new way of working begins; None: never.
        history: weeks simulated before the records begin, so that they open in a steady state.
        residents: people living there. `frailty`: shape of the gamma that spreads needs over them.
        newcomers: share of new needs that bring a person nobody knew; tuned so that 86% of demand is from people known.
        never_ended: share of finished needs whose end nobody wrote down.
    """

    services: tuple[Service, ...] = (HOUSING, CARE)
    weeks: int = 312
    redesign: int | None = 157
    history: int = 260
    residents: int = 10_000
    frailty: float = 1.0
    newcomers: float = 0.16
    never_ended: float = 0.05

    @property
    def days(self) -> int:
        """How many days the records run."""
        return self.weeks * 7

    @property
    def redesign_day(self) -> int:
        """The day (from 0) on which the new way of working begins; after the end where it never does."""
        return (self.redesign - 1) * 7 if self.redesign else 10**9


@dataclass(frozen=True)
class Drawn:
    """What happened: one row a need and one row a contact, in days since the records begin.

    Attributes:
        needs: need, service, resident, start, end_day, end (index into ENDS), last, contacts.
        contacts: need, nth (0 is the first), day, new_way, is_last; only those within the records, in order of day.
    """

    needs: pl.DataFrame
    contacts: pl.DataFrame
    law: Law = field(repr=False)


def draw(law: Law, rng: np.random.Generator) -> Drawn:
    """One history of the town under this law."""
    needs = _begin(law, rng)
    contacts = _ask(law, needs, rng)
    ends = _end(law, needs, contacts, rng)
    seen = contacts.filter(pl.col("day").is_between(0, law.days - 1)).join(
        ends.select("need", "last"), on="need", how="left", maintain_order="left"
    )
    seen = seen.with_columns(new_way=pl.col("day") >= law.redesign_day, is_last=pl.col("day") == pl.col("last")).drop(
        "last"
    )
    kept = ends.join(seen.select("need").unique(), on="need", how="semi", maintain_order="left")
    return Drawn(kept, seen.sort("day", "need"), law)


def _begin(law: Law, rng: np.random.Generator) -> pl.DataFrame:
    """New needs, week by week, each with a resident and the mean number of contacts it will take."""
    frailty = np.cumsum(rng.gamma(law.frailty, 1 / law.frailty, law.residents))
    weeks = np.arange(-law.history, law.weeks)
    frames = []
    for number, service in enumerate(law.services):
        week = np.repeat(weeks, rng.poisson(service.new_per_week, weeks.size))
        until = law.redesign - 1 if law.redesign else law.weeks
        first, last = service.contacts
        mean = first + (last - first) * np.clip(week / until, 0, 1)
        frames.append(
            pl.DataFrame({
                "service": np.full(week.size, number, np.int8),
                "start": (week * 7 + rng.integers(0, 7, week.size)).astype(np.int32),
                "mean": mean,
            })
        )  # fmt: skip
    needs = pl.concat(frames)
    who = np.searchsorted(frailty, rng.random(needs.height) * frailty[-1])
    new = rng.random(needs.height) < law.newcomers
    who = np.where(new, law.residents + np.cumsum(new) - 1, who)
    return (
        needs.with_columns(resident=pl.Series(who, dtype=pl.Int32))
        .sort("start", maintain_order=True)
        .with_row_index("need")
    )


def _ask(law: Law, needs: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Every contact of every need: the old way up to the first contact after the redesign, then the new."""
    start, need = needs["start"].to_numpy(), needs["need"].to_numpy()
    old = start < law.redesign_day
    stops = start + rng.exponential(1 / GIVING_UP, start.size)
    again = _returns(need[old], start[old], needs["mean"].to_numpy()[old] - 1, rng)
    first = pl.DataFrame({"need": need, "day": start})
    turned = again.filter(pl.col("day") >= law.redesign_day).group_by("need").agg(pl.col("day").min()).sort("need")
    before = again.join(turned.rename({"day": "turned"}), on="need", how="left").filter(
        pl.col("turned").is_null() | (pl.col("day") <= pl.col("turned"))
    )
    anchors = pl.concat([first.filter(pl.col("day") >= law.redesign_day), turned]).sort("need")
    means = np.array([service.contacts_after for service in law.services])
    service = needs["service"].to_numpy()[anchors["need"].to_numpy()]
    later = _returns(anchors["need"].to_numpy(), anchors["day"].to_numpy(), means[service] - 1, rng)
    every = pl.concat([first, before.select("need", "day"), later]).sort("need", "day")
    return (
        every.with_columns(stop=pl.Series(stops).gather(every["need"]))
        .filter(pl.col("day") <= pl.col("stop"))
        .with_columns(nth=pl.int_range(pl.len(), dtype=pl.Int32).over("need"))
        .join(every.group_by("need").agg(meant=pl.len()), on="need", how="left", maintain_order="left")
        .select("need", "nth", "day", "meant")
    )


def _returns(need: np.ndarray, day: np.ndarray, mean: np.ndarray, rng: np.random.Generator) -> pl.DataFrame:
    """How often each comes back (negative binomial), and on which days (lognormal gaps in whole days, one at least)."""
    times = rng.poisson(rng.gamma(K, np.maximum(mean, 1e-9) / K))
    gaps = np.ceil(np.exp(rng.normal(np.log(GAP_MEDIAN), GAP_SIGMA, times.sum()))).astype(np.int64)
    elapsed = np.r_[0, np.cumsum(gaps)]
    begun = np.cumsum(times) - times
    days = np.repeat(day - elapsed[begun], times) + elapsed[1:]
    return pl.DataFrame({"need": np.repeat(need, times), "day": np.minimum(days, 2**30).astype(np.int32)})


def _end(law: Law, needs: pl.DataFrame, contacts: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """How and when each need ended: the way of working at the last contact decides; unended by the last day is open."""
    made = contacts.group_by("need").agg(
        last=pl.col("day").max(), contacts=pl.len(), gave_up=pl.len() < pl.col("meant").first()
    )
    rows = needs.join(made, on="need", how="left").sort("need")
    last, service = rows["last"].to_numpy(), rows["service"].to_numpy()
    new = (last >= law.redesign_day).astype(int)
    ways = [[s.before, s.after] for s in law.services]
    out, gone, days = (
        np.array([[getattr(w, name) for w in pair] for pair in ways])[service, new]
        for name in ("screened_out", "died_or_moved", "median_days")
    )
    u = rng.random(rows.height)
    end = np.select([u < out, u < out + gone / 2, u < out + gone], [SCREENED_OUT, DIED, MOVED], MET)
    took = np.ceil(np.exp(rng.normal(np.log(days), END_SIGMA))).astype(np.int64)
    took = np.where(rows["gave_up"].to_numpy(), 0, took)
    end = np.where(rows["gave_up"].to_numpy(), LOST, end)
    end_day = last + took
    forgotten = rng.random(rows.height) < law.never_ended
    end = np.where((end_day >= law.days) | forgotten, OPEN, end)
    return rows.select("need", "service", "resident", "start", "last", "contacts").with_columns(
        end=pl.Series(end, dtype=pl.Int8), end_day=pl.Series(np.where(end == OPEN, -1, end_day), dtype=pl.Int32)
    )
