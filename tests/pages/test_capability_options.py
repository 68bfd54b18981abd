"""Every option of the Capability page, in the address: a chart that fits, or one sentence and the usual chart."""

import pytest
from town_fixture import html, opened

from connectors.store import open_store
from measures.capability.prices import price_words
from measures.catalogue import MEASURES
from measures.limiting import OFFERED, RARE
from measures.model.principal import LOCAL
from measures.reading import ReadingError, Request, read
from pages.check.computed import limits_words
from pages.check.points import listed
from pages.review.rows import REVIEWED

CAPABILITY = "pages/check/capability.py"
SERIES = [MEASURES[name] for name in REVIEWED]  # this town has weeks of them
EVERY = [(measure.name, kind) for measure in SERIES for kind in OFFERED[measure.kind]]


def charts(at):
    return at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart")


@pytest.fixture(scope="module")
def records(town_built):
    return open_store(f"sqlite:///{town_built / 'town.db'}").records(LOCAL)


def asked(records, name="failure_demand_share", **options):
    return read(records, Request(measure=name, shape="series", **options), LOCAL)


@pytest.mark.parametrize(("name", "kind"), EVERY)
def test_every_chart_offered_is_drawn_or_says_why_not(records, name, kind):
    found = asked(records, name, chart=kind)
    drawn = found.chart == kind
    said = [caveat.text for caveat in found.caveats if caveat.code == "chart_changed"]
    assert drawn != bool(said)
    assert drawn or kind in RARE
    assert found.table["value"].drop_nulls().len() > 0
    assert found.table["centre"].drop_nulls().len() > 0
    assert limits_words(found) != found.chart


@pytest.mark.parametrize(
    ("name", "kind"), [("failure_demand", "p"), ("failure_demand_share", "t"), ("end_to_end_time", "c")]
)
def test_a_chart_that_does_not_fit_gives_one_sentence_and_the_usual_chart(records, name, kind):
    found = asked(records, name, chart=kind)
    usual = asked(records, name)
    assert found.chart == usual.chart
    assert found.table.equals(usual.table)
    said = [caveat.text for caveat in found.caveats if caveat.code == "chart_changed"]
    assert len(said) == 1
    assert said[0].endswith(" is shown instead.")


def test_what_the_engine_does_not_know_is_refused_in_a_sentence(records):
    with pytest.raises(ReadingError, match="chart kind 'pie' is not known"):
        asked(records, chart="pie")
    with pytest.raises(ReadingError, match="run_length is 1"):
        asked(records, run_length=1)


def test_median_limits_screening_and_lengths_reach_the_engine(records):
    name = "failure_demand"
    mean = asked(records, name).table
    assert asked(records, name, centre="median").table["centre"][0] == mean["value"].median()
    assert asked(records, name, range="median").table["range_upper"][0] != mean["range_upper"][0]
    short = asked(records, name, run_length=4).table["signals"].list.contains("run").sum()
    assert short > mean["signals"].list.contains("run").sum()
    assert asked(records, name, rules="none").table["signals"].list.len().sum() == 0


def test_rare_events_are_charted_by_the_days_between_them(records):
    weeks = (("service", "housing"), ("front_door", "Website"))
    found = asked(records, "failure_demand", chart="t", where=weeks, period="day")
    counted = asked(records, "failure_demand", chart="run", where=weeks, period="day").table.filter("mature")
    days = counted.filter(counted["value"] > 0)["period_start"]
    assert found.chart == "t"
    assert found.table["value"].to_list() == days.diff().dt.total_days().drop_nulls().to_list()
    assert found.measure.better == "higher"
    assert "days from one to the next" in found.sentence
    cases = asked(records, "failure_demand_share", chart="g", where=weeks, period="day")
    shares = asked(records, where=weeks, period="day").table
    failures = shares["numerator"].sum()
    assert cases.table.height == failures - 1
    assert cases.table["value"].sum() <= shares["denominator"].sum() - failures


def test_the_address_chooses_everything_and_the_page_says_so(town):
    at = opened(CAPABILITY, measure="failure_demand", chart="c_prime", rules="nhs", run="8", since="2025-09-01",
                until="2026-06-30")  # fmt: skip
    assert not at.exception
    said = html(at)
    assert "c′, because you chose it; usual here is xmr" in said
    assert price_words("nhs") in said
    assert "A run here takes 8 points" in said
    assert "from 1 September 2025, until 30 June 2026" in said
    assert at.selectbox(key="address_chart").value == "c_prime"


def test_any_day_may_stand_in_the_address(town):
    at = opened(CAPABILITY, measure="failure_demand", since="2025-09-09", until="never")
    assert at.selectbox(key="address_since").value == "2025-09-09"
    assert "The address asks for “never”" in html(at)


def test_no_choice_of_chart_or_rules_takes_the_chart_away(town):
    at = opened(CAPABILITY, measure="failure_demand")
    kinds = OFFERED["count"]
    for kind, rules in zip(kinds, ("nelson", "western_electric", "anhoej", "none", "nhs"), strict=False):
        at.selectbox(key="address_chart").set_value(kind).run()
        names = at.selectbox(key="address_rules").options
        at.selectbox(key="address_rules").set_value(rules if len(names) > 2 else "anhoej").run()
        assert not at.exception
        assert charts(at), (kind, rules)
        assert "could not be drawn" not in html(at)


def test_steps_are_drawn_beneath_where_the_limits_come_from_them(town):
    at = opened(CAPABILITY, measure="failure_demand", steps="yes")
    assert charts(at)[1].proto.alt.startswith("Steps of Failure demand, counted from one week to the next: middle ")
    at = opened(CAPABILITY, measure="failure_demand_share", steps="yes")
    assert len(charts(at)) == 1
    assert "There are no steps to draw beneath" in html(at)


def test_a_split_may_be_drawn_as_lines_in_one_chart(town):
    at = opened(CAPABILITY, measure="failure_demand_share", split="front_door", view="together")
    assert len(charts(at)) == 1
    assert "4 lines in one chart" in charts(at)[0].proto.alt
    assert "Front counter: Last known value" in charts(at)[0].proto.alt


def test_end_to_end_times_one_by_one_or_by_period(town):
    assert len(charts(opened(CAPABILITY, measure="end_to_end_time", **{"as": "dots"}))) == 1
    periods = opened(CAPABILITY, measure="end_to_end_time", **{"as": "periods"})
    assert "one dot" not in charts(periods)[0].proto.alt


def test_points_are_listed_signals_first_then_the_newest(records):
    found = asked(records)
    days = list(listed(found))
    signals = found.table.filter(found.table["signals"].list.len() > 0)["period_start"].sort(descending=True)
    assert days[: len(signals)] == [day.isoformat() for day in signals]
    assert sorted(days, reverse=True) != days
    assert len(days) == found.table["value"].drop_nulls().len()
