"""What follows what, who hands over to whom, and what is done again: by hand, and as a plain library counts a real log."""

import gzip
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import polars as pl
import pytest
from hand_tables import MONDAY, act, demand, told

from measures.acts import acts
from measures.flow import handovers, referrals, repetitions, transitions
from measures.model.measure import Options
from measures.model.memory import MemoryRecords
from measures.model.time import DAY

RECEIPT = Path(__file__).parents[2].parent / "shared" / "data" / "receipt_wabo.xes.gz"
TABLE = ("before", "after", "times", "needs", "people")


def two_needs() -> pl.LazyFrame:
    return acts(
        told(
            demand("a", 0), demand("b", 0, "bob"),
            activities=[
                act("screen", 0, team="duty"), act("assess", 1, team="duty"), act("assess", 2, team="care"),
                act("refer", 3, team="care", agency="council", to_agency="nhs"),
                act("refer", 4, agency="nhs", to_agency="council"),
                act("screen", 0, "bob", team="duty"), act("refer", 1, "bob", team="duty", agency="council"),
                act("do", 9, None, team="duty"),  # of no need
            ],
        ),
        Options(),
    )  # fmt: skip


def test_what_follows_what():
    assert transitions(two_needs()).select(TABLE).rows() == [
        ("assess", "assess", 1, 1, 1), ("assess", "refer", 1, 1, 1), ("refer", "refer", 1, 1, 1),
        ("screen", "assess", 1, 1, 1), ("screen", "refer", 1, 1, 1),
    ]  # fmt: skip
    assert transitions(two_needs(), by="team")["times"].sum() == 5


def test_who_hands_over_to_whom():
    assert handovers(two_needs()).select(TABLE).rows() == [("care", "nhs", 1, 1, 1), ("duty", "care", 1, 1, 1)]
    assert referrals(two_needs()).select(TABLE).rows() == [
        ("council", "nhs", 1, 1, 1), ("council", None, 1, 1, 1), ("nhs", "council", 1, 1, 1),
    ]  # fmt: skip


def test_what_is_done_again():
    assert repetitions(two_needs()).rows() == [
        ("assess", 2, 1, 1, 1, 1), ("refer", 3, 1, 2, 1, 2), ("screen", 2, 0, 2, 0, 2),
    ]  # fmt: skip


def test_nothing_was_done():
    nothing = acts(told(demand("a", 0)), Options())
    for table in (transitions(nothing), handovers(nothing), referrals(nothing), repetitions(nothing)):
        assert table.is_empty()


@pytest.fixture(scope="module")
def permits() -> pl.DataFrame:
    """A municipality's permit applications: `case, kind, team, at`, in the order of the file."""
    if not RECEIPT.is_file():
        pytest.skip(f"no log in {RECEIPT}")
    rows = []
    with gzip.open(RECEIPT) as file:
        for _, trace in ET.iterparse(file):
            if not trace.tag.endswith("trace"):
                continue
            case = next(tag.get("value") for tag in trace if tag.get("key") == "concept:name")
            for event in trace:
                if event.tag.endswith("event"):
                    words = {tag.get("key"): tag.get("value") for tag in event}
                    moment = datetime.fromisoformat(words["time:timestamp"]).timestamp()
                    rows.append((case, words["concept:name"], words["org:group"], round(moment * 1e6)))
            trace.clear()
    return pl.DataFrame(rows, schema=["case", "kind", "team", "at"], orient="row")


@pytest.mark.shared
def test_a_real_log_follows_as_a_plain_library_counts_it(permits):
    told_in_order = permits.with_columns(
        day=(pl.col("at") // DAY).cast(pl.Int32), seq=pl.int_range(pl.len()).over("case")
    )
    asked = told_in_order.group_by("case").agg(pl.col("day").min())
    frames = {
        "demands": asked.select(demand_id="case", need_id="case", received_day="day"),
        "activities": told_in_order.sample(fraction=1, shuffle=True, seed=1).select(
            "kind", "team", "seq", need_id="case", started_at="at", started_day="day",
            activity_id=pl.concat_str("case", "seq", separator="/"),
        ),
    }  # fmt: skip
    rows = acts(MemoryRecords(frames, seen_at=(MONDAY + 1) * DAY), Options())
    plain = told_in_order.to_pandas().sort_values(["case", "day", "seq"])
    for column, ours in (("kind", transitions(rows)), ("team", transitions(rows, by="team"))):
        following = plain.groupby("case")[column].shift(-1)
        expected = pd.Series(zip(plain[column], following, strict=True)).value_counts()
        expected = {pair: times for pair, times in expected.items() if isinstance(pair[1], str)}
        assert {(before, after): times for before, after, times in ours.select(TABLE[:3]).rows()} == expected
        assert ours["times"].sum() == permits.height - asked.height == 7143
    again = plain.assign(again=plain.groupby(["case", "kind"]).cumcount() > 0).groupby("kind")["again"].sum()
    assert dict(repetitions(rows).select("kind", "again").rows()) == again.to_dict()
    passed_on = plain["team"].ne(plain.groupby("case")["team"].shift()) & plain.duplicated("case")
    assert handovers(rows)["times"].sum() == passed_on.sum()
