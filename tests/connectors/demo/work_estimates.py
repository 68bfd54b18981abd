"""What a careful analyst would count of the work and of the people, in pandas: no rule is shared with the measures."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

WEEKS = {"before": (104 * 7, 156 * 7 - 1), "after": (208 * 7, 260 * 7 - 1)}
YEARS = {"before": 2022, "after": 2024}  # of what is counted by calendar year
FIRST, YEAR, REOPEN, TEAMS, EQUIVALENTS, HOMES = date(2020, 1, 6), 365, 180, 36, 9.5, 4_300
PASSES_ON = {"do", "refer", "close"}
ORDER = {"screen": 0, "assess": 1, "do": 2, "refer": 3, "close": 4, "administer": 5}
Counted = dict[tuple[str, str, str], float]


def work_estimates(
    demands: dict[str, np.ndarray], needs: dict[str, np.ndarray], came_to: np.ndarray, acts: dict[str, np.ndarray]
) -> Counted:
    """Every figure by (what, service, period).

    Args:
        demands: need, person ("" where unknown), service, day.
        needs: need, person, service, issue, start, end, end_day (-1 where nobody wrote it down).
        came_to: the agency of each demand.
        acts: need, person, service, day, kind, outcome, agency, team, worker.
    """
    asked = pd.DataFrame(demands).assign(agency=came_to)
    owned = pd.DataFrame(needs).set_index("need", drop=False)
    done = pd.DataFrame(acts)
    done["turn"] = done["kind"].map(ORDER)
    done = done.sort_values(["need", "day", "turn"], kind="stable").reset_index(drop=True)
    owned["first"] = asked.groupby("need")["day"].min()
    _ends(owned, asked, done)
    out: Counted = {}
    for count in (_cycles, _assessments, _assessed_people, _turned_away, _helped, _met, _repeated, _people):
        out |= count(asked, owned, done)
    return out


def _within(days: pd.Series, period: str) -> pd.Series:
    return days.between(*WEEKS[period])


def _each(frame: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(str(name), part) for name, part in frame.groupby("service")]


def _ends(owned: pd.DataFrame, asked: pd.DataFrame, done: pd.DataFrame) -> None:
    """The end that was written down; where none was, the last closure after which nobody of the strand asked for 180 days."""
    strand = owned["person"].astype(str) + "/" + owned["service"] + "/" + owned["issue"].astype(str)
    # who asked without saying who they are is not seen to come back, unless about a need the record names
    known = asked[asked["person"] != ""]
    days = known.groupby(known["need"].map(strand))["day"].apply(np.array).to_dict()
    mine = asked.groupby("need")["day"].apply(np.array).to_dict()
    closing = done["kind"].eq("close") | done["outcome"].isin(["screened_out", "nfa"])
    closures = {need: part for need, part in done[closing].groupby("need")}
    ended, met = owned["end_day"].where(owned["end"] != "open").to_dict(), (owned["end"] == "met").to_dict()
    for need in owned.index[owned["end"] == "open"]:
        if need not in closures:
            continue
        theirs = closures[need]
        theirs = theirs[theirs["day"] >= mine[need].min()]
        others = np.unique(np.r_[days.get(strand[need], []), mine[need]])
        chosen = None
        for day, kind in zip(theirs["day"], theirs["kind"], strict=True):
            later = others[others > day]
            if not later.size or later[0] - day > REOPEN:
                chosen = day, kind == "close"
        if chosen is None and len(theirs) and theirs["day"].iloc[-1] >= mine[need].max():
            chosen = theirs["day"].iloc[-1], False
        if chosen is not None:
            ended[need], met[need] = chosen
    owned["ended"], owned["was_met"] = pd.Series(ended, dtype=float), pd.Series(met)


def _cycles(asked: pd.DataFrame, owned: pd.DataFrame, done: pd.DataFrame) -> Counted:
    opened, completed = dict.fromkeys(owned.index, 0), dict.fromkeys(owned.index, 0)
    for (need, _), kinds in done.groupby(["need", "team"], sort=False)["kind"]:
        before, running, complete = "", False, False
        for kind in kinds:
            if kind == "screen" or (kind == "assess" and before != "screen"):
                completed[need] += complete
                opened[need] += 1
                running, complete = True, False
            elif kind in PASSES_ON and running:
                complete = True
            before = kind
        completed[need] += complete
    owned = owned.assign(opened=pd.Series(opened), completed=pd.Series(completed))
    worked = owned[owned["need"].isin(done["need"])]
    out = {}
    for service, part in _each(worked):
        for period in WEEKS:
            ended = part[_within(part["ended"], period)]
            out["cycles_per_need", service, period] = float(ended["completed"].mean())
            out["cycles opened a need", service, period] = float(ended["opened"].mean())
            if period == "before":
                out["a dozen cycles or more", service, period] = float((ended["opened"] >= 12).mean())
    return out


def _assessments(asked: pd.DataFrame, owned: pd.DataFrame, done: pd.DataFrame) -> Counted:
    does = done[done["kind"] == "do"].groupby("need")["day"].apply(np.array).to_dict()
    made = done[(done["kind"] == "assess") & _within(done["day"], "before")]
    wait = []
    for need, day in zip(made["need"], made["day"], strict=True):
        later = does.get(need, np.array([]))
        later = later[later >= day]
        wait.append(later.min() - day if later.size else np.inf)
    made = made.assign(wait=wait)
    return {
        (f"assess_without_do {window}", service, "before"): float((part["wait"] > window).mean())
        for service, part in _each(made)
        for window in (28, 90)
    }


def _later(asked: pd.DataFrame) -> dict[str, np.ndarray]:
    """The days on which each person asked; a demand that names nobody is theirs if another of its need names them."""
    owner = asked[asked["person"] != ""].groupby("need")["person"].first()
    linked = asked.assign(person=asked["person"].where(asked["person"] != "", asked["need"].map(owner).fillna("")))
    known = linked[linked["person"] != ""]
    return known.groupby("person")["day"].apply(lambda days: np.sort(days.to_numpy())).to_dict()


def _assessed_people(asked: pd.DataFrame, owned: pd.DataFrame, done: pd.DataFrame) -> Counted:
    days, nothing = _later(asked), np.array([])
    first = done[done["kind"] == "assess"].sort_values("day", kind="stable").drop_duplicates("person")
    first = first[_within(first["day"], "before")]
    after = [days.get(who, nothing) - day for who, day in zip(first["person"], first["day"], strict=True)]
    first = first.assign(
        back=[(gaps[gaps > 0].min() if (gaps > 0).any() else np.inf) for gaps in after],
        times=[((gaps > 0) & (gaps <= YEAR)).sum() for gaps in after],
    )
    out = {}
    for service, part in _each(first):
        for window in (28, 90, YEAR):
            out[f"re_presentation {window}", service, "before"] = float((part["back"] <= window).mean())
        out["demands_after_assessment", service, "before"] = float(part["times"].mean())
        returned = part.loc[part["times"] > 0, "times"]
        out["demands after assessment, of those back", service, "before"] = float(returned.mean())
    return out


def _turned_away(asked: pd.DataFrame, owned: pd.DataFrame, done: pd.DataFrame) -> Counted:
    """Whoever is turned away is known by the decision."""
    days, nothing = _later(asked), np.array([])
    decides = done["kind"].isin(["do", "close"]) | (
        done["kind"].isin(["screen", "assess"]) & (done["outcome"] != "other")
    )
    first = done[decides].drop_duplicates("need")
    first = first[first["outcome"].isin(["screened_out", "nfa"]) | (first["kind"] == "close")]
    back = []
    for who, day in zip(first["person"], first["day"], strict=True):
        later = days.get(who, nothing)
        later = later[later > day]
        back.append(later[0] - day if later.size else np.inf)
    first = first.assign(back=back)
    return {
        (f"screened_out_returned {window}", service, period): float(
            (part.loc[_within(part["day"], period), "back"] <= window).mean()
        )
        for service, part in _each(first)
        for period in WEEKS
        for window in ((28, 90, YEAR) if period == "before" else (28, 90))  # nobody has seen a year after all of 2024
    }


def _helped(asked: pd.DataFrame, owned: pd.DataFrame, done: pd.DataFrame) -> Counted:
    does = done[done["kind"] == "do"]
    first = does[does["day"] >= does["need"].map(owned["first"])].groupby("need")["day"].min()
    wait = (first - owned["first"]).reindex(owned.index).fillna(np.inf)
    return {
        (f"helped by {day}", service, period): float((part[_within(part["first"], period)]["wait"] <= day).mean())
        for service, part in _each(owned.assign(wait=wait))
        for period in WEEKS
        for day in (7, 28, 90)
    }


def _met(asked: pd.DataFrame, owned: pd.DataFrame, done: pd.DataFrame) -> Counted:
    met = owned[owned["was_met"] & owned["need"].isin(done["need"])]
    staffed = TEAMS * EQUIVALENTS * 52
    return {
        ("needs_met_per_fte", "all", period): float(_within(met["ended"], period).sum() / staffed) for period in WEEKS
    }


def _repeated(asked: pd.DataFrame, owned: pd.DataFrame, done: pd.DataFrame) -> Counted:
    rows = done[done["kind"] != "close"].sort_values(["need", "kind", "day"], kind="stable")
    previous = rows.groupby(["need", "kind"])["day"].shift(1)
    again = rows[previous.notna()].assign(previous=previous.dropna().astype(int))
    start = np.datetime64(FIRST)
    limit = pd.to_datetime(start + again["previous"].to_numpy().astype("timedelta64[D]")) + pd.DateOffset(months=24)
    again = again[pd.to_datetime(start + again["day"].to_numpy().astype("timedelta64[D]")) < limit]
    return {
        ("repeated_work a week", service, period): float(_within(part["day"], period).sum() / 52)
        for service, part in _each(again)
        for period in WEEKS
    }


def _people(asked: pd.DataFrame, owned: pd.DataFrame, done: pd.DataFrame) -> Counted:
    """What is counted by person, or by household, in each calendar year."""
    year_of = np.array([(FIRST + timedelta(days=day)).year for day in range(312 * 7)])
    asked = asked[asked["person"] != ""].assign(year=lambda rows: year_of[rows["day"]])
    done = done.assign(year=year_of[done["day"]])
    out: Counted = {}
    for period, year in YEARS.items():
        said, did = asked[asked["year"] == year], done[done["year"] == year]
        for service in ("all", *sorted(set(done["service"]))):
            d = said if service == "all" else said[said["service"] == service]
            a = did if service == "all" else did[did["service"] == service]
            out["demands_per_person", service, period] = len(d) / d["person"].nunique()
            had = pd.concat([d[["person", "agency"]], a[["person", "agency"]]])
            out["agencies_per_person", service, period] = float(had.groupby("person")["agency"].nunique().mean())
            teams = a.groupby("person")["team"].nunique().sum() / had["person"].nunique()
            out["teams a person", service, period] = float(teams)
            with_them = a[a["kind"].isin(["screen", "assess", "do"])].groupby(["person", "worker"]).size()
            seen = with_them.groupby("person").agg(["max", "sum"])
            seen = seen[seen["sum"] >= 2]
            out["continuity", service, period] = float(seen["max"].sum() / seen["sum"].sum())
        home = said["person"].str.split(".").str[0].astype(int) % HOMES
        several = said.groupby(home)["agency"].nunique() >= 2
        out["multi_service_households", "all", period] = float(several.sum() / HOMES)
    return out
