"""How needs begin is told without waiting for how they end, and told alike."""

from __future__ import annotations

import pytest
from hand_tables import closed, demand, told
from histories import many, records, tables, together
from polars.testing import assert_frame_equal

from measures.facts import begun, needs
from measures.model.measure import Options
from measures.model.principal import LOCAL
from measures.reading import Request, read

ALIKE = ["need_id", "day", "source", "service", "issue", "person_key", "demands", "next_day", "found", "reopen_days",
         "seen_day"]  # fmt: skip


@pytest.mark.parametrize("reopen", [None, 28, 0])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_needs_begin_alike_by_either_way(seed, reopen):
    whole = records(tables(together(many(seed))))
    options = Options(reopen_days=reopen, columns=frozenset({"issue", "demands"}))
    quick, slow = (way(whole, options).select(ALIKE).sort("need_id").collect() for way in (begun, needs))
    assert quick.height > 300
    assert_frame_equal(quick, slow, check_dtypes=False)


def test_split_by_team_it_waits_for_what_was_done():
    rows = told(
        demand("a", 0, need_id="n1"), demand("b", 1, person="bob", need_id="n2"),
        activities=[closed(3, need_id="n1", team="north"), closed(4, person="bob", need_id="n2", team="south")],
    )  # fmt: skip
    table = read(rows, Request("first_contact_resolution", shape="breakdown", split="team"), LOCAL).table
    assert sorted(table["team"]) == ["north", "south"]
