"""Who stops asking in the town, counted in pandas from the true history: no rule is shared with the measure.

Run as a script, it prints what the law gives: means and standard deviations over towns told a second time.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

FIRST, LAST, FOREVER = date(2020, 1, 6), 312 * 7 - 1, 10**6
YEARS = (2022, 2024)


def given_up(demands: dict[str, np.ndarray], needs: dict[str, np.ndarray]) -> dict[tuple[str, int], float]:
    """By service and calendar year: of needs that stood unmet, the share nobody had then asked about for 12 months.

    Args:
        demands: need, day. needs: need, person, service, issue, end, end_day (-1 where open).
    """
    owned = pd.DataFrame(needs).set_index("need")
    owned["strand"] = owned["person"].astype(str) + "/" + owned["service"] + "/" + owned["issue"].astype(str)
    helped_or_gone = owned["end"].isin(["met", "gone", "died", "moved"])
    owned["over"] = np.where(helped_or_gone, owned["end_day"], FOREVER)
    asked = pd.DataFrame({"need": demands["need"], "day": demands["day"]})
    owned["first"] = asked.groupby("need")["day"].min()
    days = (
        asked.assign(strand=asked["need"].map(owned["strand"])).groupby("strand")["day"].apply(lambda d: sorted(set(d)))
    )
    silent = {}
    for need, row in owned.iterrows():
        mine = [day for day in days[row["strand"]] if day >= row["first"]]
        ends = [day + 365 for day, later in zip(mine, [*mine[1:], FOREVER], strict=True) if later - day > 365]
        silent[need] = next((day for day in ends if day < row["over"] and day <= LAST), FOREVER)
    owned["silent"] = pd.Series(silent)
    out = {}
    for service in sorted(set(owned["service"])):
        mine = owned[owned["service"] == service]
        for year in YEARS:
            begins, ends = (date(year, 1, 1) - FIRST).days, (date(year, 12, 31) - FIRST).days
            until = mine[["over", "silent"]].min(axis=1)
            unmet = (mine["first"] <= ends) & (np.maximum(until, mine["first"]) >= begins)
            out[service, year] = float((mine["silent"].between(begins, ends) & unmet).sum() / unmet.sum())
    return out


if __name__ == "__main__":
    import sys

    from town_retold import retell

    told = [given_up(*retell(seed)) for seed in range(1, int(sys.argv[1]) + 1)]
    for key in told[0]:
        values = [each[key] for each in told]
        print(key, round(float(np.mean(values)), 4), round(float(np.std(values, ddof=1)), 4))
