"""What people do on a chart, through dashboard.py: leave out, put back, note, split, accept a suggestion, undo."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import small_town
from small_town import BEGAN
from town_fixture import copied, html, opened

from connectors.store import open_store
from measures.model.principal import LOCAL, Principal
from measures.model.time import EPOCH
from measures.otherwise import left_out, with_and_without
from measures.reading import Request, read

CAPABILITY = "pages/check/capability.py"
NAME = "failure_demand_share"
ASKED = Request(measure=NAME, shape="series", where=(("service", "housing"),))
TENTH = EPOCH + timedelta(days=BEGAN + 70)


@pytest.fixture(scope="module")
def redesigned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town redesigned long enough ago that the level has settled, and nobody recorded it."""
    folder = tmp_path_factory.mktemp("redesigned")
    small_town.build(folder, weeks=64, a_week=12, redesign=34)
    return folder


@pytest.fixture
def settled(redesigned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    return copied(redesigned, tmp_path, monkeypatch)


def page(**address: str):
    return opened(CAPABILITY, measure=NAME, service="housing", point=TENTH.isoformat(), **address)


def press(at, label: str):
    return next(button for button in at.button if button.label == label).click().run()


def reading(url: str, asked: Request = ASKED):
    return read(open_store(url).records(LOCAL), asked, LOCAL)


def held(url: str, name: str):
    return open_store(url).judgements(LOCAL, name)


def limits_then(found) -> float:
    return found.table.row(5, named=True)["upper"]


def test_a_point_is_left_out_with_a_reason_and_undone(town):
    before = limits_then(reading(town))
    at = page()
    at.text_input(key="exclude_reason").set_value("The phones were down")
    press(at, "Exclude")
    out = reading(town)
    assert left_out(out) == [BEGAN + 70]
    assert limits_then(out) != before
    assert out.table["value"].null_count() == 0
    assert "Left out of the limits and of every rule" in html(at)
    assert "The phones were down" in html(at)
    press(at, "Undo last")
    assert left_out(reading(town)) == []
    assert limits_then(reading(town)) == before
    assert held(town, "exclusion").select("version", "withdrawn").rows() == [(2, True)]
    assert "Undone: Left out" in html(at)
    assert not [button for button in at.button if button.label == "Undo last"]


def test_a_point_is_not_left_out_without_a_reason(town):
    at = press(page(), "Exclude")
    assert "Say why this point" in html(at)
    assert held(town, "exclusion").is_empty()


def test_a_point_put_back_can_be_left_out_again(town):
    at = page()
    at.text_input(key="exclude_reason").set_value("The phones were down")
    press(at, "Exclude")
    press(at, "Put it back")
    assert left_out(reading(town)) == []
    at.text_input(key="exclude_reason").set_value("Yes, they were")
    press(at, "Exclude")
    assert left_out(reading(town)) == [BEGAN + 70]
    assert held(town, "exclusion").select("version", "reason").rows() == [(3, "Yes, they were")]


def test_a_point_is_left_out_of_the_whole_services_chart_and_never_from_the_chart_of_one_door(town):
    at = opened(CAPABILITY, measure=NAME, service="housing", front_door=small_town.DOORS[0], point=TENTH.isoformat())
    assert "A point is left out for the whole service" in html(at)
    assert "Exclude" not in {button.label for button in at.button}


def test_a_week_left_out_is_not_the_month_that_begins_on_the_same_day(town):
    monday = date(2025, 9, 1)
    at = opened(CAPABILITY, measure=NAME, service="housing", point=monday.isoformat())
    at.text_input(key="exclude_reason").set_value("The phones were down")
    press(at, "Exclude")
    assert left_out(reading(town)) == [(monday - EPOCH).days]
    months = reading(town, Request(measure=NAME, shape="series", period="month", where=ASKED.where))
    assert months.table["period_start"].to_list()[2] == monday
    assert left_out(months) == []


def test_a_note_is_numbered_on_the_chart_and_taken_out(town):
    at = page()
    at.text_input(key="note_text").set_value("New leaflet")
    press(at, "Save the note")
    assert "1. Week of 15 September 2025: New leaflet" in html(at)
    assert '"field": "number"' in chart(at).proto.spec
    press(at, "Take it out")
    assert held(town, "note")["withdrawn"].to_list() == [True]
    press(at, "Undo last")
    assert held(town, "note")["withdrawn"].to_list() == [False]
    assert "New leaflet" in html(at)


def chart(at):
    return (at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart"))[0]


def test_a_split_is_a_confirmed_change_with_limits_of_its_own(town):
    at = page()
    at.text_input(key="split_what").set_value("One team")
    press(at, "Split here")
    assert reading(town).phases.select("from_day", "state").rows()[-1] == (BEGAN + 70, "confirmed")
    assert "B One team, from 15 September 2025" in html(at)
    press(at, "Undo last")
    assert held(town, "change")["withdrawn"].to_list() == [True]
    assert reading(town).phases.is_empty()


def test_undo_leaves_what_somebody_else_wrote_since(town):
    at = page()
    at.text_input(key="exclude_reason").set_value("The phones were down")
    press(at, "Exclude")
    theirs = held(town, "exclusion").row(0, named=True)
    colleague = Principal(subject="ben", role="local")
    open_store(town).judge(
        colleague,
        "exclusion",
        {**{k: theirs[k] for k in ("exclusion_id", "measure", "service", "point_day")}, "reason": "Ask Ben first"},
    )
    press(at, "Undo last")
    assert held(town, "exclusion").select("reason", "author").rows() == [("Ask Ben first", "ben")]
    assert "Nothing of yours was written" in html(at)


def test_a_suggested_split_asks_what_happened_and_waits_for_an_answer(settled):
    at = page()
    assert "What happened here?" in html(at)
    press(at, "Split the chart there")
    assert "Say what was changed" in html(at)
    at.text_input(key="accept_what").set_value("The redesign")
    press(at, "Split the chart there")
    change = held(settled, "change").row(0, named=True)
    assert (change["what"], change["confirmed"], change["service"]) == ("The redesign", True, "housing")
    assert abs(change["from_day"] - (BEGAN + 34 * 7)) <= 14
    assert "What happened here?" not in html(at)


def test_a_suggestion_put_off_stays_away_for_the_visit(settled):
    at = press(page(), "Not now")
    assert "What happened here?" not in html(at)
    assert "What happened here?" in html(page())
    assert held(settled, "change").is_empty()


def test_limits_without_the_points_left_out_are_those_drawn(town):
    at = page()
    at.text_input(key="exclude_reason").set_value("The phones were down")
    before = reading(town)
    press(at, "Exclude")
    after = reading(town)
    both = with_and_without(after, left_out(after))
    for lines, drawn in zip(both, (before, after), strict=True):
        last = drawn.table.row(-1, named=True)
        assert (lines.centre, lines.upper) == pytest.approx((last["centre"], last["upper"]))
    assert "With them" in html(at)
