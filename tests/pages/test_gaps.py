"""The strip beside a need-based chart speaks in words, and is silent where nothing is old enough."""

from types import SimpleNamespace

import polars as pl

from pages.check.gaps import as_words

TOLD = pl.DataFrame({"gap_days": [28, 365], "needs": [1200, 0], "demands_a_need": [1.25, None], "value": [0.5, None]})


def test_shares_days_and_nothing_read_as_people_say_them():
    share = as_words(TOLD, SimpleNamespace(measure=SimpleNamespace(kind="share"), title="Stayed met"))
    assert share.row(0) == ("28 days", "1,200", "1.2", "50.0%")
    assert share.row(1) == ("365 days", "0", "", "")
    days = as_words(TOLD, SimpleNamespace(measure=SimpleNamespace(kind="duration"), title="Time"))
    assert days["Time"].to_list() == ["12 hours", ""]
