"""The town: the same for the same seed, and every planted truth found again by estimators that know no rule of it."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from town_estimates import estimates

from connectors.demo.law import CARE, HOUSING, Law, draw
from connectors.demo.places import AGENCIES, doors, teams
from connectors.demo.town import FIRST_DAY, Town, demo_town, null, small
from connectors.demo.truth import RETOLD, door_truths, first_contact_resolution, front_door_shares, truth, truths

LAW = Law()


@pytest.fixture(scope="module")
def town() -> Town:
    return demo_town()


@pytest.fixture(scope="module")
def read(town: Town) -> dict[tuple[str, str, str], float]:
    return estimates(*as_read(town))


def as_read(town: Town) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The extracts as a careful analyst would take them in: impossible dates and repeated rows dropped."""
    rows = town.frames["demands"].to_pandas()
    rows["at"] = pd.to_datetime(rows["received"], format="%Y-%m-%d %H:%M", errors="coerce")
    rows = rows[rows["at"].notna() & ~rows["demand_id"].str.endswith("x")].drop_duplicates("demand_id")
    votes = town.classifications.to_pandas()
    failure = (votes["class"] == "failure").groupby(votes["demand_id"]).mean()
    start = pd.Timestamp(FIRST_DAY)
    demands = {
        "need": rows["need_id"].to_numpy(), "person": rows["person"].fillna("").to_numpy(dtype=str),
        "service": rows["service"].to_numpy(dtype=str),
        "day": (rows["at"].dt.normalize() - start).dt.days.to_numpy(dtype=np.int64),
        "coded": rows["demand_id"].map(failure).to_numpy(),
    }  # fmt: skip
    ends = town.frames["needs"].to_pandas()
    of_need = rows.drop_duplicates("need_id").set_index("need_id")
    day = {
        c: (pd.to_datetime(ends[c]) - start).dt.days.fillna(-1).to_numpy(dtype=np.int64)
        for c in ("first_demand", "end")
    }
    needs = {
        "need": ends["need_id"].to_numpy(), "person": ends["person"].to_numpy(dtype=str),
        "service": ends["need_id"].map(of_need["service"]).to_numpy(dtype=str),
        "issue": ends["need_id"].map(of_need["issue"]).to_numpy(dtype=str),
        "start": day["first_demand"], "end": ends["end_kind"].to_numpy(dtype=str), "end_day": day["end"],
    }  # fmt: skip
    return demands, needs


def _digest(town: Town) -> str:
    text = "".join(frame.write_csv() for frame in (*town.frames.values(), town.classifications))
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_same_seed_gives_the_same_town_and_another_seed_another() -> None:
    little = small(LAW, 0.05)
    assert _digest(demo_town(1, little)) == _digest(demo_town(1, little))
    assert _digest(demo_town(1, little)) != _digest(demo_town(2, little))


def test_the_town_has_the_size_the_design_gives_it(town: Town) -> None:
    demands, people = town.frames["demands"], town.frames["people"]
    assert demands["front_door"].n_unique() == 130
    assert doors().height == 130
    assert teams()["team"].n_unique() == 36
    assert len(AGENCIES) == 9
    assert people["household"].n_unique() == 4_300
    assert town.law.weeks == 312
    assert all(kind == pl.String for frame in town.frames.values() for kind in frame.dtypes)


@pytest.mark.parametrize("row", RETOLD, ids=lambda row: " · ".join(row[:3]))
def test_every_planted_truth_is_read_within_three_standard_errors(
    row: tuple[str, str, str, float, float], read: dict[tuple[str, str, str], float]
) -> None:
    planted = truths()[RETOLD.index(row)]
    assert planted.holds(read[row[:3]]), f"{row[:3]} read {read[row[:3]]:.4f}, planted {planted.value:.4f}"


def test_formula_and_retelling_agree() -> None:
    for planted, row in zip(truths(), RETOLD, strict=True):
        if planted.how == "formula":  # the mean of 100 retellings, so a tenth of one town's error
            assert abs(planted.value - row[3]) <= 3 * row[4] / 10, row


def test_figures_of_the_design_follow_from_one_dispersion() -> None:
    # k = 0.585: mean 5 → FCR .30, 7.14 → .24, 1.272 → .80; the windows of measures.md for a true 20% use no giving up
    for mean, share in ((5.0, 0.30), (7.14, 0.24), (1.272, 0.80)):
        assert (1 + (mean - 1) / 0.585) ** -0.585 == pytest.approx(share, abs=0.005)
    assert first_contact_resolution(5.0, 28) == pytest.approx(0.58, abs=0.005)


def test_known_share_lies_where_the_report_puts_it(read: dict[tuple[str, str, str], float]) -> None:
    assert read["known_share", "all", "before"] == pytest.approx(0.86, abs=0.02)


def test_health_failure_demand_grows_before_the_redesign_while_value_demand_does_not() -> None:
    share = [truth("failure_demand_share", CARE.title, year).value for year in ("year 1", "year 2", "before")]
    assert share == sorted(share)
    assert share[2] - share[0] > 0.02
    assert {truth("value_demand", CARE.title, year).value for year in ("year 1", "before", "after")} == {36.0}


def test_whoever_asks_again_goes_to_another_door_half_the_time(town: Town) -> None:
    rows = town.frames["demands"].filter(~pl.col("demand_id").str.ends_with("x")).unique("demand_id")
    pairs = rows.sort("need_id", "received").with_columns(last=pl.col("front_door").shift(1).over("need_id"))
    again = pairs.filter(pl.col("last").is_not_null())
    moved = (again["front_door"] != again["last"]).mean()
    assert abs(moved - 0.5) <= 3 * (0.25 / again.height) ** 0.5


def test_busy_doors_have_the_share_that_follows_from_the_law(town: Town) -> None:
    rows = town.frames["demands"].filter(~pl.col("demand_id").str.ends_with("x")).unique("demand_id")
    for planted in door_truths():
        first, last = planted.days
        asked = rows.filter(
            pl.col("received").str.slice(0, 10).is_between(pl.lit(first), pl.lit(last)), service=planted.service
        )
        assert planted.holds((asked["front_door"] == planted.front_door).mean()), planted
    for number in (0, 1):
        assert sum(front_door_shares(number, 5.0).values()) == pytest.approx(1)


def test_value_work_has_the_planted_share_of_minutes(town: Town) -> None:
    acts = town.frames["activities"].filter(~pl.col("activity_id").str.ends_with("x")).unique("activity_id")
    turn = (pl.lit(FIRST_DAY) + pl.duration(days=LAW.redesign_day)).dt.strftime("%Y-%m-%d")
    demands = town.frames["demands"].unique("demand_id").select("demand_id", "received")
    share = (
        acts.join(demands, on="demand_id")
        .with_columns(after=pl.col("received") >= turn, minutes=pl.col("minutes").cast(float))
        .group_by("service", "after")
        .agg(share=pl.col("minutes").filter(pl.col("work") == "value").sum() / pl.col("minutes").sum())
    )  # fmt: skip
    read = {(service, after): value for service, after, value in share.rows()}
    for service in (HOUSING, CARE):
        for after in (False, True):
            assert read[service.title, after] == pytest.approx(service.value[after], abs=0.01)


def test_the_dearest_hundredth_of_residents_takes_half_of_each_year(town: Town) -> None:
    clean = demo_town(messy=False).frames["activities"]
    day = (pl.col("started").str.slice(0, 10).str.to_date() - pl.lit(FIRST_DAY)).dt.total_days()
    cost = clean.group_by(day // 364, "person").agg(pl.col("cost_pence").cast(pl.Int64).sum())
    for (_,), year in cost.group_by("literal" if "literal" in cost.columns else cost.columns[0]):
        top = year["cost_pence"].sort(descending=True)[:100].sum()
        assert top / year["cost_pence"].sum() == pytest.approx(0.5, abs=0.02)


def test_two_coders_are_right_in_92_of_100_and_their_totals_are_true(town: Town) -> None:
    nth = dict(town.demands.select("demand_id", "nth").rows())
    coded = town.classifications
    right = np.mean([(nth[d] > 0) == (c == "failure") for d, c in coded.select("demand_id", "class").rows()])
    assert right == pytest.approx(0.92, abs=0.005)
    twice = coded.group_by("demand_id").len()
    assert (twice["len"] == 2).mean() == pytest.approx(0.15, abs=0.01)


def test_only_health_assessments_are_pulled_under_the_deadline() -> None:
    waits = {}
    clocks = demo_town(messy=False).frames
    service = dict(clocks["demands"].select("need_id", "service").unique().rows())
    acts = (
        clocks["activities"]
        .filter(pl.col("kind") == "assess")
        .join(clocks["demands"].select("demand_id", "received"), on="demand_id")
    )
    for need, started, received in acts.select("need_id", "started", "received").rows():
        waits.setdefault(service[need], []).append((pd.Timestamp(started[:10]) - pd.Timestamp(received[:10])).days)
    before = {name: np.bincount(days, minlength=20)[8:14] for name, days in waits.items()}
    gamed, placebo = before[CARE.title], before[HOUSING.title]
    assert gamed[1:3].sum() > 1.3 * gamed[0] * 2  # days 9 and 10 stand out from day 8
    assert placebo[1:3].sum() < 1.1 * placebo[0] * 2


def test_the_mess_is_there_in_the_planted_shares(town: Town) -> None:
    demands, acts = town.frames["demands"], town.frames["activities"]
    true_rows = demands.filter(~pl.col("demand_id").str.ends_with("x"))
    assert true_rows["person"].is_null().mean() == pytest.approx(0.04, abs=0.004)
    for rows, key in ((demands, "demand_id"), (acts, "activity_id")):
        assert 1 - rows[key].n_unique() / rows.height == pytest.approx(0.02, abs=0.003)
        assert rows[key].unique().str.ends_with("x").mean() == pytest.approx(0.01, abs=0.002)
    backwards = acts.filter(pl.col("ended") < pl.col("started"), ~pl.col("activity_id").str.ends_with("x"))
    assert backwards.height / acts.height == pytest.approx(0.01, abs=0.002)
    assert {"00A", "0A"} <= set(town.frames["people"]["person"])
    ended = draw(LAW, np.random.default_rng(5)).needs.filter(pl.col("last") < 2000)
    assert (ended["end"] == 5).mean() == pytest.approx(0.05, abs=0.006)


def test_the_mess_touches_no_planted_truth() -> None:
    law = small(LAW, 0.1)
    clean, messy = demo_town(3, law, messy=False).frames, demo_town(3, law).frames
    kept = messy["demands"].filter(~pl.col("demand_id").str.ends_with("x")).unique("demand_id").sort("demand_id")
    same = ["demand_id", "need_id", "issue", "service", "front_door"]
    assert kept.select(same).equals(clean["demands"].sort("demand_id").select(same))
    assert kept["received"].str.slice(0, 10).equals(clean["demands"].sort("demand_id")["received"].str.slice(0, 10))


def test_the_twin_says_nothing_of_needs() -> None:
    twin = demo_town(3, small(LAW, 0.05), with_need_ids=False)
    assert twin.frames["demands"]["need_id"].null_count() == twin.frames["demands"].height
    assert "needs" not in twin.frames


def test_a_null_town_never_changes() -> None:
    quiet = draw(null(LAW), np.random.default_rng(9))
    assert not quiet.contacts["new_way"].any()
    yearly = quiet.contacts.group_by(pl.col("day") // 364).agg(share=(pl.col("nth") > 0).mean()).sort("day")["share"]
    assert yearly.max() - yearly.min() < 0.02
    assert replace(null(LAW), services=LAW.services, redesign=157) == LAW


@pytest.mark.slow
def test_the_law_told_again_gives_the_table() -> None:
    from town_retold import retell

    told = [estimates(*retell(seed)) for seed in range(1001, 1011)]
    for *key, value, error in RETOLD:
        mean = np.mean([t[tuple(key)] for t in told])
        assert abs(mean - value) <= 4 * error * (1 / 10 + 1 / 100) ** 0.5, (key, mean, value)
