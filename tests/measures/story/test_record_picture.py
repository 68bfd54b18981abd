"""The record picture's marks: for 5 and for 5,000 records, for days, years and a bare order."""

import polars as pl
import pytest

from measures.story.lines import FAMILY_OF, LINES
from measures.story.picture import MOST_APART, MOST_LANES, Picture, in_words, picture

KINDS = ("demand", "assess", "do", "refer", "close")


def rows(number: int, *, precision: str = "day", agencies: int = 4, days: int = 2000) -> pl.DataFrame:
    """Records of one person, a few kinds and agencies in turn, spread over the days."""
    told = [
        {
            "place": at + 1, "day": 15000 + at * days // max(number, 1), "precision": precision, "seq": at,
            "agency": f"agency {at % agencies}", "counted": True, "kind": KINDS[at % 5], "family": FAMILY_OF[KINDS[at % 5]],
            "words": f"words {at}",
        }
        for at in range(number)
    ]  # fmt: skip
    return pl.DataFrame(told, schema=LINES)


def whole(drawn: Picture) -> bool:
    """Whether every record is in one mark or another."""
    return int(drawn.marks["n"].sum()) == drawn.records - drawn.undated


def test_five_records_are_five_marks_on_their_days() -> None:
    drawn = picture(rows(5))
    assert (drawn.cell, drawn.marks.height, drawn.marks["n"].max()) == ("day", 5, 1)
    assert in_words(drawn) == ""
    assert drawn.lanes["agency"].to_list() == ["agency 0", "agency 1", "agency 2", "agency 3"]


def test_five_thousand_are_put_together_aloud_and_none_is_lost() -> None:
    drawn = picture(rows(5000, agencies=7))
    assert drawn.marks.height <= MOST_APART
    assert whole(drawn)
    assert "5,000 records are drawn as" in in_words(drawn)


def test_more_agencies_than_lanes_share_the_last() -> None:
    drawn = picture(rows(400, agencies=40))
    assert drawn.lanes.height == MOST_LANES
    assert drawn.merged == 40 - MOST_LANES + 1
    assert whole(drawn)
    assert "share the last lane" in in_words(drawn)


def test_dates_known_to_the_year_are_drawn_across_the_year() -> None:
    drawn = picture(rows(6, precision="year", agencies=1, days=100))
    # 15000 is 26 January 2011: all six lie in one year, one mark a kind, none at a date of its own
    assert drawn.marks["n"].to_list() == [2, 1, 1, 1, 1]
    assert drawn.marks["x"].is_unique().all()
    assert drawn.marks["when"].unique().to_list() == ["2011"]
    assert "within it the place means nothing" in in_words(drawn)


@pytest.mark.parametrize("number", [1, 47, 5000])
def test_a_bare_order_is_drawn_as_an_order(number: int) -> None:
    told = rows(number, precision="sequence")
    told = told.with_columns(precision=pl.when(pl.col("place") == 3).then(pl.lit("month")).otherwise("precision"))
    drawn = picture(told)
    assert drawn.in_sequence
    assert whole(drawn)
    assert drawn.marks.height <= MOST_APART
    assert 0 < drawn.marks["x"].min() <= drawn.marks["x"].max() <= number + 1
    assert drawn.dated["x"].to_list() == ([3.0] if number > 1 else [])
    assert "drawn in their order" in in_words(drawn)


def test_a_record_without_a_date_is_left_out_aloud() -> None:
    told = rows(4).with_columns(day=pl.when(pl.col("place") == 2).then(None).otherwise("day"))
    drawn = picture(told)
    assert drawn.marks["n"].sum() == 3
    assert "1 record has no date and is not drawn" in in_words(drawn)


def test_lanes_that_name_no_agency_come_last() -> None:
    told = rows(4).with_columns(
        agency=pl.Series(["all", None, "b", "a"]), counted=pl.Series([False, False, True, True])
    )
    assert picture(told).lanes["agency"].to_list() == ["b", "a", "all agencies", "agency not recorded"]


def test_nothing_is_an_empty_picture() -> None:
    assert picture(rows(0)).marks.is_empty()
