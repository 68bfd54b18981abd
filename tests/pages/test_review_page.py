"""The weekly review through dashboard.py, on a small real store."""

import json
import time

from town_fixture import html, opened

from connectors.store import open_store
from measures.model.principal import LOCAL
from pages.review.rows import REVIEWED, last_review

CAPABILITY = "pages/check/capability.py"


def test_every_purpose_measure_has_a_row_with_its_sparkline(town):
    at = opened()
    assert not at.exception
    said = html(at)
    assert "measures need a conversation" in said
    pictures = [element.value for element in at.markdown if "<svg" in element.value]
    assert len(pictures) == len(REVIEWED) == 9
    assert all('role="img"' in picture and "aria-label=" in picture for picture in pictures)
    assert "Records to" in said
    assert "1 left out" in said


def test_the_service_in_the_address_filters_the_review(town):
    at = opened(service="housing")
    assert at.selectbox(key="address_service").value == "housing"
    assert "Housing ·" in html(at)


def test_an_address_that_names_nothing_we_have_says_so_and_shows_all(town):
    at = opened(service="<script>")
    assert at.selectbox(key="address_service").value == ""
    assert "The address asks for “&lt;script&gt;”" in html(at)


def test_choosing_a_service_writes_the_address(town):
    at = opened()
    at.selectbox(key="address_service").select("housing").run()
    assert at.query_params["service"] in ("housing", ["housing"])


def test_a_question_is_asked_waits_and_is_answered(town):
    at = opened()
    measure = next(field.key for field in at.text_input if field.key.startswith("question_"))
    at.text_input(key=measure).set_value("Why did it fall? <b>")
    at.text_input(key=measure.replace("question_", "who_")).set_value("Ann")
    at.text_input(key=measure.replace("question_", "by_")).set_value("31/12/2026")
    at.button(key=next(b.key for b in at.button if b.key and measure.removeprefix("question_") in b.key)).click().run()
    assert "Why did it fall? &lt;b&gt;" in html(at)
    assert "Ann goes to look, by 31 December 2026." in html(at)
    found = next(field for field in at.text_input if field.key.startswith("found_"))
    found.set_value("A team moved in")
    next(button for button in at.button if button.label == "Save the answer").click().run()
    held = open_store(town).judgements(LOCAL, "question")
    assert held["answer"].to_list() == ["A team moved in"]
    assert held["version"].to_list() == [2]
    assert "A team moved in" in html(at)


def test_a_date_that_is_none_is_refused_with_the_value(town):
    at = opened()
    measure = next(field.key for field in at.text_input if field.key.startswith("question_"))
    at.text_input(key=measure).set_value("Why?")
    at.text_input(key=measure.replace("question_", "by_")).set_value("31/02/2026")
    at.button(key=next(b.key for b in at.button if b.key and measure.removeprefix("question_") in b.key)).click().run()
    assert "“31/02/2026” is not a date" in html(at)
    assert open_store(town).judgements(LOCAL, "question").is_empty()


def test_a_recorded_review_is_what_the_next_one_compares_with(town):
    at = opened()
    assert "First review" in html(at)
    next(button for button in at.button if button.label == "Record that this was reviewed").click().run()
    reviews = open_store(town).judgements(LOCAL, "review")
    assert set(json.loads(reviews["seen"][0])) >= {"stayed_met", "failure_demand_share"}
    assert last_review(reviews, "") is not None
    said = html(at)
    assert "Continues; looked at" in said
    assert "No change since" in said
    assert "First review" not in said


def test_a_running_change_is_decided_here(town):
    store = open_store(town)
    store.judge(LOCAL, "change", {"change_id": "c1", "service": "housing", "what": "One team", "from_day": 20500})
    at = opened(service="housing")
    assert "One team" in html(at)
    at.selectbox(key="decision_c1").select("kept")
    at.text_input(key="why_c1").set_value("It helped")
    next(button for button in at.button if button.label == "Save the decision").click().run()
    assert store.judgements(LOCAL, "change").select("decision", "reason").row(0) == ("kept", "It helped")


def test_classifying_one_demand_changes_the_figures(town):
    at = opened(CAPABILITY, measure="failure_demand_share")
    before = [element.proto.body for element in at.get("html") if "sc-table" in element.proto.body]
    store = open_store(town)
    store.judge(LOCAL, "classification", {"demand_id": "D0", "coder": "anna", "class": "failure"})
    at.run()
    after = [element.proto.body for element in at.get("html") if "sc-table" in element.proto.body]
    assert before != after


def test_a_rerun_once_drawn_costs_under_a_fifth_of_a_second(town):
    at = opened()
    costs = []
    for _ in range(3):
        began = time.process_time()
        at.run()
        costs.append(time.process_time() - began)
    assert min(costs) < 0.2
