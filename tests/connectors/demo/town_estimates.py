"""Plain estimators on true need ids, in numpy and pandas: what a careful analyst would count from the records."""

from __future__ import annotations

import numpy as np
import pandas as pd

YEARS = {"before": (104 * 7, 156 * 7 - 1), "after": (208 * 7, 260 * 7 - 1)}
FIRST_YEARS = {"year 1": (0, 52 * 7 - 1), "year 2": (52 * 7, 104 * 7 - 1)}
REOPEN, LOOKBACK, LAST = 180, 365, 312 * 7 - 1


def estimates(demands: dict[str, np.ndarray], needs: dict[str, np.ndarray]) -> dict[tuple[str, str, str], float]:
    """Every figure by (what, service, period).

    Args:
        demands: need, person ("" where unknown), service, day, coded (share of coders saying failure, nan where none).
        needs: need, person, service, issue, start, end, end_day (-1 where open).
    """
    asked, owned = pd.DataFrame(demands), pd.DataFrame(needs)
    asked["known"] = _known(asked)
    asked["first"] = asked.groupby("need")["day"].transform("min")
    second = asked[asked["day"] > asked["first"]].groupby("need")["day"].min()
    begun = owned[owned["start"] >= 0].copy()
    begun["gap"] = begun["need"].map(second) - begun["start"]
    begun["met_after"] = np.where(begun["end"] == "met", begun["end_day"] - begun["start"], np.inf)
    begun["stays"] = _stays(asked, owned, begun)
    begun["asked"] = begun["need"].map(asked.groupby("need").size())
    out: dict[tuple[str, str, str], float] = {}
    for service in sorted(set(owned["service"])):
        a, b = asked[asked["service"] == service], begun[begun["service"] == service]
        for period, (first, last) in {**YEARS, **FIRST_YEARS}.items():
            d, n = a[a["day"].between(first, last)], b[b["start"].between(first, last)]
            weeks = (last - first + 1) / 7
            out["failure_demand_share", service, period] = float(d["coded"].mean())
            out["value_demand a week", service, period] = float((1 - d["coded"]).sum() / weeks)
            out["failure_demand a week", service, period] = float(d["coded"].sum() / weeks)
            if period == "year 1":
                continue
            out["structural_failure_share", service, period] = 1 - len(n) / len(d)
            if period == "year 2":
                out["contacts a need", service, period] = float(n["asked"].mean())
                continue
            out["contacts a need", service, period] = float(n["asked"].mean())
            linked = d[d["person"] != ""]
            out["known_share", service, period] = float(linked["known"].mean())
            for w in (7, 28, 90, 180):
                out[f"first_contact_resolution {w}", service, period] = float(1 - (n["gap"] <= w).mean())
            for t in (7, 28, 90, 180):
                out[f"met by {t}", service, period] = float((n["met_after"] <= t).mean())
            if period == "after":  # before, fewer than half are ever met
                out["median days to met", service, period] = float(np.sort(n["met_after"])[(len(n) + 1) // 2 - 1])
            for w in (7, 28, 90):
                out[f"stayed_met {w}", service, period] = float(((n["met_after"] <= w) & n["stays"]).mean())
            ended = n[n["end"] != "open"]
            out["screened out of ended", service, period] = float((ended["end"] == "screened_out").mean())
    for period, (first, last) in YEARS.items():
        linked = asked[asked["day"].between(first, last) & (asked["person"] != "")]
        out["known_share", "all", period] = float(linked["known"].mean())
    weekly = np.bincount(begun["start"].to_numpy() // 7, minlength=312)[:312]
    out["needs started a week, change over six years", "all", "all"] = float(
        np.polyfit(np.linspace(0, 1, 312), weekly, 1)[0]
    )
    return out


def _known(asked: pd.DataFrame) -> pd.Series:
    """Whether the person asked on an earlier day within the lookback."""
    days = asked.loc[asked["person"] != "", ["person", "day"]].drop_duplicates().sort_values(["person", "day"])
    days["gap"] = days.groupby("person")["day"].diff()
    merged = asked[["person", "day"]].merge(days, on=["person", "day"], how="left")
    return pd.Series((merged["gap"] <= LOOKBACK).to_numpy(), index=asked.index)


def _stays(asked: pd.DataFrame, owned: pd.DataFrame, begun: pd.DataFrame) -> np.ndarray:
    """Whether nobody of the strand (person and issue, whichever need) asked within the reopening gap after the end."""
    strand = owned.assign(strand=owned["person"] + "/" + owned["service"] + "/" + owned["issue"].astype(str))
    name = strand.set_index("need")["strand"]
    rows = asked.assign(strand=asked["need"].map(name)).sort_values("day")[["strand", "day"]]
    ended = begun.assign(strand=begun["need"].map(name), day=begun["end_day"])[["need", "strand", "day"]].sort_values(
        "day"
    )
    later = pd.merge_asof(
        ended, rows.assign(next=rows["day"]), on="day", by="strand", direction="forward", allow_exact_matches=False
    ).set_index("need")
    back = later["next"] - later["day"]
    return ~(begun["need"].map(back) <= REOPEN).to_numpy()
