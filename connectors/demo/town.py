"""The fictional town of Fenbridge: six years of asking for help, as the extracts a real town would hand over.

Everything planted is in `law.py` (how needs arise and end), `places.py`, `words.py` and `work.py`; this file writes it
down as rows of text, the way sources deliver them, mess included. What can be recovered from it: `truth.py` and
docs/reference/demo-town.md. Nobody in it is real.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from connectors.demo import mess, words
from connectors.demo.law import DIED, ENDS, MOVED, OPEN, Drawn, Law, draw
from connectors.demo.places import AGENCIES, REMITS, WARDS, choose_doors, doors, teams
from connectors.demo.work import DEADLINE_DAYS, KINDS, OUTCOMES, activities

SEED = 20140301
FIRST_DAY = date(2020, 1, 6)  # a Monday; the records end on Sunday 28 December 2025
EXTRACTED = "2025-12-28T23:59:59.999999+00:00"
ZONE = "Europe/London"
HOUSEHOLDS = 4_300
CHANNELS = (("phone", 0.46), ("in person", 0.27), ("online form", 0.19), ("letter", 0.08))
MADE_BY = (("self", 0.62), ("family", 0.18), ("professional", 0.17), ("anonymous", 0.03))
# protected groups, drawn for themselves: the town fails all of them alike, and a test of equality should find nothing
SEXES = (("woman", 0.51), ("man", 0.49))
DISABILITIES = (("disabled", 0.18), ("not disabled", 0.82))
AGES, AGE_FROM, BANDED = pl.Series(["under 25", "25 to 44", "45 to 64", "65 and over"]), (0, 25, 45, 65), 2025
UNASKED = 0.06  # of people, whom nobody asked about one of these
ACCURACY = 0.92
DOUBLE_CODED = 0.15
CODERS = ("Asha", "Ben")


@dataclass(frozen=True)
class Town:
    """A town as its sources tell it.

    Attributes:
        law: what it was drawn from. `drawn`: the true history, before anybody wrote it down.
        frames: extract name to rows of text, mess included; columns as in docs/reference/demo-town.md.
        classifications: demand_id, coder, class, failure_type: what two coders made of the demands.
        demands: demand_id, need, nth, service, day: the truth of every demand, for tests.
    """

    law: Law
    drawn: Drawn
    frames: dict[str, pl.DataFrame]
    classifications: pl.DataFrame
    demands: pl.DataFrame


def demo_town(
    seed: int = SEED, law: Law | None = None, *, with_need_ids: bool = True, messy: bool = True, district: str = ""
) -> Town:
    """The demonstration town, the same for the same seed.

    Args:
        seed: where chance starts.
        law: what to plant; None: the table of docs/reference/demo-town.md.
        with_need_ids: whether records say which need they belong to; without, needs follow from the gap rule.
        messy: whether rows carry the mess of real extracts.
        district: put before every id, so that several towns can be loaded side by side.

    Returns:
        The town; every cell of its frames is text.
    """
    law = law or Law()
    rng = np.random.default_rng(seed)
    drawn = draw(law, rng)
    ids = _Ids(district)
    needs, contacts = _who_and_where(law, drawn, rng)
    done = activities(law, contacts, rng)
    coded = _classify(contacts, ids, rng)
    frames = {
        "front_doors": _front_doors(),
        "people": _people(law, needs, ids, rng),
        "needs": _needs(needs, ids, rng),
        "demands": _demands(law, contacts, ids, rng),
        "activities": _activities(done, ids, rng),
        "clocks": _clocks(done, ids, rng),
        "staffing": _staffing(law),
        "population": _population(law),
    }
    if not with_need_ids:
        frames = {name: frame for name, frame in frames.items() if name not in ("needs", "clocks")}
        for name in ("demands", "activities"):
            frames[name] = frames[name].with_columns(need_id=pl.lit(None, dtype=pl.String))
    if messy:
        frames = mess.spoil(frames, rng)
    truth = contacts.select(
        demand_id=ids.of("D", pl.col("contact")), need="need", nth="nth", service="service", day="day"
    )
    return Town(law, drawn, frames, coded, truth)


def districts(events: int, seed: int = SEED) -> list[tuple[str, int]]:
    """The districts, each a town of its own, that together hold about this many demands and activities."""
    return [(f"{n:03d}-", seed + n) for n in range(max(1, round(events / EVENTS_A_TOWN)))]


EVENTS_A_TOWN = 173_000  # demands and activities of a town of the default size, near enough


@dataclass(frozen=True)
class _Ids:
    district: str

    def of(self, letter: str, number: pl.Expr) -> pl.Expr:
        return pl.concat_str(pl.lit(f"{letter}{self.district}"), number.cast(pl.String).str.zfill(7))


def _day_text(day: pl.Expr) -> pl.Expr:
    return (pl.lit(FIRST_DAY) + pl.duration(days=day)).dt.strftime("%Y-%m-%d")


def _moment_text(day: pl.Expr, minute: pl.Expr) -> pl.Expr:
    return (pl.lit(FIRST_DAY).cast(pl.Datetime("us")) + pl.duration(days=day, minutes=minute)).dt.strftime(
        "%Y-%m-%d %H:%M"
    )


def _pick(rng: np.random.Generator, choices: tuple[tuple[str, float], ...], n: int) -> pl.Series:
    names = [name for name, _ in choices]
    shares = np.array([share for _, share in choices])
    return pl.Series(names).gather(rng.choice(len(names), n, p=shares / shares.sum()))


def _who_and_where(law: Law, drawn: Drawn, rng: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Needs with their person, issue and ward; contacts with their need's facts, their door and their minute."""
    issue = np.empty(drawn.needs.height, np.int8)
    service = drawn.needs["service"].to_numpy()
    for number in range(len(law.services)):
        mine = service == number
        issue[mine] = rng.choice(len(words.SHARES[number]), mine.sum(), p=words.SHARES[number])
    needs = _lives(drawn.needs.with_columns(issue=pl.Series(issue)), drawn.contacts)
    contacts = (
        drawn.contacts.join(
            needs.select("need", "service", "resident", "life", "issue", "end", "end_day"),
            on="need", how="left", maintain_order="left",
        )
        .with_row_index("contact")
        .with_columns(minute=pl.Series(rng.integers(8 * 60, 19 * 60, drawn.contacts.height), dtype=pl.Int32))
    )  # fmt: skip
    door = choose_doors(contacts["service"].to_numpy(), contacts["need"].to_numpy(), contacts["nth"].to_numpy(), rng)
    at = pl.Series(door, dtype=pl.UInt32)
    return needs, contacts.with_columns(door=at, agency=doors()["agency"].gather(at))


def _lives(needs: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """Whoever died or moved away is followed in their home by somebody new; nobody who died is heard from again."""
    gone = needs.filter(pl.col("end").is_in([DIED, MOVED])).select("resident", "end_day")
    before = (
        needs.select("need", "resident", "start").join(gone, on="resident")
        .filter(pl.col("end_day") < pl.col("start")).group_by("need").agg(life=pl.len())
    )  # fmt: skip
    lived = needs.join(before, on="need", how="left", maintain_order="left").with_columns(pl.col("life").fill_null(0))
    heard = (
        contacts.select("need", "day").join(lived.select("need", "resident", "life"), on="need")
        .group_by("resident", "life").agg(heard=pl.col("day").max())
    )  # fmt: skip
    still = (pl.col("end") == DIED) & (pl.col("heard") > pl.col("end_day"))
    return (
        lived.join(heard, on=["resident", "life"], how="left", maintain_order="left")
        .with_columns(end=pl.when(still).then(pl.lit(MOVED, pl.Int8)).otherwise("end"))
        .drop("heard")
    )


def _person() -> pl.Expr:
    """The raw id a source would know the person by: P, the resident, and a letter for who lives there now."""
    letters = pl.col("life").cast(pl.UInt32).replace_strict(dict(enumerate("ABCDEFGHIJ")), default="K")
    return pl.concat_str(pl.lit("P"), pl.col("resident").cast(pl.String).str.zfill(6), letters)


def _with_person(frame: pl.DataFrame, ids: _Ids) -> pl.DataFrame:
    household = pl.concat_str(
        pl.lit(f"H{ids.district}"), (pl.col("resident") % HOUSEHOLDS).cast(pl.String).str.zfill(5)
    )
    return frame.with_columns(
        person=pl.concat_str(pl.lit(ids.district), _person()) if ids.district else _person(), household=household
    )


def _service_title(column: str = "service") -> pl.Expr:
    return pl.col(column).cast(pl.Int64).replace_strict(dict(enumerate(s.title for s in Law().services)))


def _agency(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Int64).replace_strict(dict(enumerate(AGENCIES)))


def _issue_text(service: pl.Series, issue: pl.Series) -> pl.Series:
    names = pl.Series([name for issues in words.ISSUES for name in issues])
    offset = pl.Series([0, len(words.HOUSING)])
    return names.gather(offset.gather(service.cast(pl.UInt32)) + issue.cast(pl.Int64))


def _words(contacts: pl.DataFrame, again: np.ndarray, rng: np.random.Generator) -> pl.Series:
    """What each person said: of their need at first, of what went wrong when they must ask again."""
    first = [list(said) for issues in words.ISSUES for said in issues.values()]
    later = [list(said) for said in words.AGAIN.values()]
    spoken = pl.Series([line for said in first + later for line in said])
    sizes = np.array([len(said) for said in first + later])
    starts = np.r_[0, np.cumsum(sizes)[:-1]]
    group = contacts["issue"].to_numpy() + np.array([0, len(words.HOUSING)])[contacts["service"].to_numpy()]
    group = np.where(contacts["nth"].to_numpy() > 0, len(first) + again, group)
    return spoken.gather(starts[group] + (rng.random(group.size) * sizes[group]).astype(np.int64))


def _again(contacts: pl.DataFrame) -> np.ndarray:
    """Which type of failure demand a repeated contact is: fixed by its need and number, so words and codes agree."""
    mixed = (
        contacts["need"].to_numpy().astype(np.uint64) * 2654435761
        + contacts["nth"].to_numpy().astype(np.uint64) * 40503
    )
    return np.searchsorted(np.cumsum(words.AGAIN_SHARES), (mixed % 100_003) / 100_003).clip(
        0, len(words.AGAIN_SHARES) - 1
    )


def _demands(law: Law, contacts: pl.DataFrame, ids: _Ids, rng: np.random.Generator) -> pl.DataFrame:
    n = contacts.height
    door = contacts["door"]
    presented = [_pick(rng, choices, n) for choices in words.PRESENTED]
    whole = _with_person(contacts, ids).with_columns(
        issue_text=_issue_text(contacts["service"], contacts["issue"]), said=_words(contacts, _again(contacts), rng),
        front_door=doors()["front_door"].gather(door), channel=_pick(rng, CHANNELS, n), made_by=_pick(rng, MADE_BY, n),
        place=pl.Series(WARDS).gather((contacts["resident"] % len(WARDS)).cast(pl.UInt32)),
        for_housing=presented[0], for_care=presented[1],
    )  # fmt: skip
    return whole.select(
        demand_id=ids.of("D", pl.col("contact")),
        person="person", household="household", need_id=ids.of("N", pl.col("need")), issue="issue_text",
        agency=_agency("agency"), service=_service_title(), front_door="front_door", channel="channel", place="place",
        made_by="made_by", received=_moment_text(pl.col("day"), pl.col("minute")),
        presented_as=pl.when(pl.col("service") == 0).then("for_housing").otherwise("for_care"), verbatim="said",
        # one call, whatever was asked in it: the same person on the same day
        contact_key=ids.of("C", pl.col("contact").min().over("person", "day")),
    )  # fmt: skip


def _activities(done: pl.DataFrame, ids: _Ids, rng: np.random.Generator) -> pl.DataFrame:
    worker = pl.Series(rng.integers(1, 5, done.height)).cast(pl.String)
    whole = _with_person(done, ids)
    rounds = pl.duration(minutes=pl.col("minutes").round().cast(pl.Int64))
    started = pl.lit(FIRST_DAY).cast(pl.Datetime("us")) + pl.duration(days=pl.col("day"), minutes=pl.col("minute"))
    kind = pl.col("kind").cast(pl.Int64).replace_strict(dict(enumerate(KINDS)))
    return whole.with_columns(worker=worker).select(
        activity_id=ids.of("A", pl.int_range(pl.len())),
        person="person", need_id=ids.of("N", pl.col("need")), demand_id=ids.of("D", pl.col("contact")),
        agency=_agency("agency"), service=_service_title(), team=teams()["team"].gather(done["team"].cast(pl.UInt32)),
        worker_id=pl.concat_str(pl.lit("W"), pl.col("team").cast(pl.String), pl.lit("-"), "worker"),
        kind=kind, type=kind, started=started.dt.strftime("%Y-%m-%d %H:%M"),
        ended=(started + rounds).dt.strftime("%Y-%m-%d %H:%M"), minutes=pl.col("minutes").cast(pl.String),
        cost_pence=pl.col("cost").cast(pl.String), price_year=pl.lit("2020"),
        outcome=pl.col("outcome").cast(pl.Int64).replace_strict(dict(enumerate(OUTCOMES))),
        to_agency=pl.when(pl.col("kind") == KINDS.index("refer")).then(_agency("to_agency")),
        work=pl.when(pl.col("value")).then(pl.lit("value")).otherwise(pl.lit("waste")),
    )  # fmt: skip


def _needs(needs: pl.DataFrame, ids: _Ids, rng: np.random.Generator) -> pl.DataFrame:
    """The needs' own ends, as people said when asked whether it was met; those nobody wrote down stay open."""
    found = rng.random((needs.height, len(words.UNDERLYING))) < [share for _, share in words.UNDERLYING]
    several = [pl.when(pl.Series(found[:, n])).then(pl.lit(name)) for n, (name, _) in enumerate(words.UNDERLYING)]
    ended = pl.col("end") != OPEN
    kinds = dict(enumerate(ENDS))
    return _with_person(needs, ids).with_columns(issue_text=_issue_text(needs["service"], needs["issue"])).select(
        need_id=ids.of("N", pl.col("need")), person="person", household="household",
        issues=pl.concat_str(pl.col("issue_text"), *several, separator=";", ignore_nulls=True),
        # some began before the records do
        first_demand=_day_text(pl.col("start")),
        end=pl.when(ended).then(_day_text(pl.col("end_day"))),
        end_kind=pl.col("end").cast(pl.Int64).replace_strict(kinds),
        met_basis=pl.when(pl.col("end") == 0).then(pl.lit("asked")).otherwise(pl.lit("none")),
    )  # fmt: skip


def _people(law: Law, needs: pl.DataFrame, ids: _Ids, rng: np.random.Generator) -> pl.DataFrame:
    """Residents, those who came since and those who left: when they came is known by year only."""
    born_here = pl.DataFrame({"resident": np.arange(law.residents, dtype=np.int32)}).with_columns(
        life=pl.lit(0, pl.UInt32)
    )
    known = needs.select("resident", pl.col("life").cast(pl.UInt32))
    who = pl.concat([born_here, known]).unique().sort("resident", "life")
    left = (
        needs.filter(pl.col("end").is_in([DIED, MOVED]))
        .with_columns(pl.col("life").cast(pl.UInt32))
        .group_by("resident", "life").agg(pl.col("end_day").max(), pl.col("end").sort_by("end_day").last())
    )  # fmt: skip
    n = who.height
    apart = rng.spawn(1)[0]  # what is drawn here moves nothing else in the town
    birth = rng.integers(1935, 2004, n)
    came = np.minimum(np.maximum(birth, rng.integers(1960, 2020, n)), 2019)
    whole = who.join(left, on=["resident", "life"], how="left", maintain_order="left")
    return _with_person(whole, ids).select(
        register=pl.concat_str(pl.lit(f"R{ids.district}"), pl.int_range(pl.len()).cast(pl.String).str.zfill(6)),
        person="person", household="household", birth_year=pl.Series(birth).cast(pl.String),
        age_band=_some(AGES.gather(np.searchsorted(AGE_FROM, BANDED - birth, side="right") - 1), apart),
        sex=_some(_pick(apart, SEXES, n), apart), disability=_some(_pick(apart, DISABILITIES, n), apart),
        area=pl.Series(WARDS).gather((who["resident"] % len(WARDS)).cast(pl.UInt32)),
        **{"from": pl.Series(came).cast(pl.String)},
        to=_day_text(pl.col("end_day")),
        end_kind=pl.col("end").cast(pl.Int64).replace_strict({DIED: "died", MOVED: "moved"}, default=None),
    )  # fmt: skip


def _some(values: pl.Series, rng: np.random.Generator) -> pl.Series:
    """What a register knows of it: for some people nobody wrote it down."""
    return values.set(pl.Series(rng.random(values.len()) < UNASKED), None)


def _front_doors() -> pl.DataFrame:
    return doors().select(
        "front_door", agency=_agency("agency"), kind="kind", place="place", open_from=pl.col("opened").cast(pl.String),
        remit=pl.col("name").replace_strict(_remits(), default=None),
    )  # fmt: skip


def _remits() -> dict[str, str]:
    """What each kind of door is for: whatever people come to it with, and what it can help with of what lies behind that."""
    asked_there = [issue for issues in words.ISSUES for issue in issues]
    return {name: ";".join(dict.fromkeys([*asked_there, *behind])) for name, behind in REMITS.items()}


def _clocks(done: pl.DataFrame, ids: _Ids, rng: np.random.Generator) -> pl.DataFrame:
    """The 10-day assessment deadline: runs from the asking, sometimes starts again, stops when the box is ticked."""
    assessed = (
        done.with_columns(activity=ids.of("A", pl.int_range(pl.len())))
        .filter(pl.col("kind") == KINDS.index("assess"))
    )  # fmt: skip
    waited = (assessed["day"] - assessed["asked_day"]).to_numpy()
    gamed = pl.Series([s.gamed for s in Law().services]).gather(assessed["service"].cast(pl.UInt32)).to_numpy()
    restarted = gamed & (waited > DEADLINE_DAYS) & (rng.random(waited.size) < 0.4)
    begins = assessed["asked_day"].to_numpy() + np.where(restarted, waited - DEADLINE_DAYS + 1, 0)
    return assessed.with_columns(begins=pl.Series(begins)).select(
        clock_id=ids.of("K", pl.int_range(pl.len())), need_id=ids.of("N", pl.col("need")), activity_id="activity",
        name=pl.lit("assessment within 10 days"), started=_day_text(pl.col("begins")), stopped=_day_text(pl.col("day")),
        deadline=_day_text(pl.col("begins") + DEADLINE_DAYS),
    )  # fmt: skip


def _staffing(law: Law) -> pl.DataFrame:
    weeks = pl.DataFrame({"week": np.arange(law.weeks)})
    return teams().join(weeks, how="cross").select(
        team_week=pl.concat_str("team", pl.lit(" "), pl.col("week").cast(pl.String)), team="team",
        week=_day_text(pl.col("week") * 7), full_time_equivalents=pl.lit("9.5"),
    )  # fmt: skip


def _population(law: Law) -> pl.DataFrame:
    years = sorted({(FIRST_DAY + timedelta(days=day)).year for day in (0, law.days - 1)})
    rows = [
        (f"Fenbridge {year}", "Fenbridge", str(year), str(law.residents)) for year in range(years[0], years[-1] + 1)
    ]
    return pl.DataFrame(
        rows, orient="row", schema=dict.fromkeys(("area_period", "area", "period", "people"), pl.String)
    )


def _classify(contacts: pl.DataFrame, ids: _Ids, rng: np.random.Generator) -> pl.DataFrame:
    """Two coders, each right in 92 of 100, whose mistakes cancel in the totals, as those of experienced people do.

    In every week of a service as many value demands are taken for failure as failure demands for value, so that the
    coded shares stay true while single codes do not: agreement (kappa) shows the mistakes, the totals do not.
    """
    week = pl.col("day") // 7
    counted = contacts.with_columns(
        failure=pl.col("nth") > 0,
        n=pl.len().over("service", week),
        of=pl.len().over("service", week, pl.col("nth") > 0),
    )
    wrong = ((1 - ACCURACY) / 2 * counted["n"] / counted["of"]).clip(0, 0.5).to_numpy()
    both = rng.random(contacts.height) < DOUBLE_CODED
    first = rng.random(contacts.height) < 0.5
    kinds = pl.Series(list(words.AGAIN)).gather(_again(contacts))
    failure = counted["failure"].to_numpy()
    coded = []
    for coder, codes in zip(CODERS, (first | both, ~first | both), strict=True):
        says = failure ^ (rng.random(contacts.height) < wrong)
        coded.append(
            contacts.select(demand_id=ids.of("D", pl.col("contact")))
            .with_columns(
                pl.lit(coder).alias("coder"),
                pl.when(pl.Series(says)).then(pl.lit("failure")).otherwise(pl.lit("value")).alias("class"),
                pl.when(pl.Series(says)).then(kinds).alias("failure_type"),
            )
            .filter(pl.Series(codes))
        )
    return pl.concat(coded).sort("demand_id", "coder")


def small(law: Law, share: float) -> Law:
    """The same law for a smaller place: as many needs a resident, fewer of both."""
    services = tuple(replace(s, new_per_week=s.new_per_week * share) for s in law.services)
    return replace(law, services=services, residents=max(200, round(law.residents * share)))


def null(law: Law) -> Law:
    """The same place where nothing ever changes: no redesign, no growth of failure demand."""
    services = tuple(replace(s, contacts=(sum(s.contacts) / 2,) * 2) for s in law.services)
    return replace(law, services=services, redesign=None)
