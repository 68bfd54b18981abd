"""What happened: a team writes what a person said, sees it counted at once, and can take it back."""

import polars as pl
from town_fixture import html, opened

from connectors.store import open_store
from measures.model.principal import LOCAL, Principal
from measures.model.time import EPOCH
from measures.ratings import OWN
from pages.check import acting
from pages.desk import session, states
from pages.happened.form import RATERS
from pages.happened.said import told_lately

PAGE = "pages/happened/happened.py"


def answers(url: str) -> pl.DataFrame:
    return open_store(url).judgements(LOCAL, "outcome").filter(~pl.col("withdrawn").fill_null(False))


def write(at, said: str = "met", **typed: str):
    """Open the first need's form, fill it in and save; the page after that."""
    next(button for button in at.button if button.label == "Write what they said").click().run()
    radio = at.radio[0]
    radio.set_value(said)
    for field in at.text_input:
        name = field.key.split("_")[0]
        if name in typed:
            field.set_value(typed[name])
    next(button for button in at.button if button.label == "Save what they said").click().run()
    return at


def test_an_answer_is_saved_said_counted_and_undone(town):
    at = opened(PAGE)
    assert not at.exception
    assert "nobody has asked the people yet" in html(at)
    write(at, more="a walk-in shower")
    assert not at.exception
    assert "Saved: yes, it was met" in html(at)
    assert "Of 1 asked, 1 said their need was met and 0 not" in html(at)
    held = answers(town)
    assert held["answer"].to_list() == ["met"]
    assert open_store(town).judgements(LOCAL, "want")["item"].to_list() == ["a walk-in shower"]
    next(button for button in at.button if button.label == "Undo last").click().run()
    assert answers(town).is_empty()
    assert "nobody has asked the people yet" in html(at)


def test_what_a_person_wanted_is_shown_in_their_words_and_never_as_markdown(town):
    at = opened(PAGE)
    next(button for button in at.button if button.label == "Write what they said").click().run()
    need = at.radio[0].key.removeprefix("said_")
    open_store(town).judge(LOCAL, "want", {"want_id": "w", "need_id": need, "item": "a *new* [stove](http://x)"})
    at.run()
    (label,) = [box.label for box in at.checkbox if box.key == "want_w"]
    assert label == "They got: " + states.as_label("a *new* [stove](http://x)")
    assert "*new*" not in label


def theirs(url: str, need: str) -> None:
    """What a colleague writes of the same need on the same day."""
    judged = {"need_id": need, "asked_on_day": (session.today() - EPOCH).days, "answer": "not"}
    open_store(url).judge(Principal("ben", "local"), "outcome", judged)


def test_an_answer_that_a_colleague_wrote_meanwhile_stands_and_is_said(town):
    at = opened(PAGE)
    next(button for button in at.button if button.label == "Write what they said").click().run()
    need = at.radio[0].key.removeprefix("said_")
    theirs(town, need)
    at.radio[0].set_value("met")
    next(button for button in at.button if button.label == "Save what they said").click().run()
    assert answers(town).select("answer", "author").rows() == [("not", "ben")]
    assert "Somebody else has just written what this person said" in html(at)


def test_an_answer_that_was_written_while_the_page_saved_is_not_overwritten(town, monkeypatch):
    at = opened(PAGE)
    act = acting.act

    def late(name, judged, message, **more):
        theirs(town, judged["need_id"])
        act(name, judged, message, **more)

    monkeypatch.setattr(acting, "act", late)
    write(at)
    assert answers(town).select("answer", "author").rows() == [("not", "ben")]
    assert "Nothing of yours was written" in html(at)


def test_an_answer_taken_back_can_be_given_again_on_the_same_day(town):
    at = write(opened(PAGE))
    next(button for button in at.button if button.label == "Undo last").click().run()
    write(at, "not")
    assert answers(town)["answer"].to_list() == ["not"]


def test_dates_that_cannot_be_are_refused_in_a_sentence_and_nothing_is_lost(town):
    at = write(opened(PAGE), on="soon")
    assert "“soon” is not a date" in html(at)
    assert at.radio[0].value == "met"
    assert answers(town).is_empty()
    at = write(opened(PAGE), on="01/01/2024")
    assert "cannot have been asked before they first came" in html(at)


def test_no_need_stands_in_the_address_or_in_the_table_of_answers():
    row = {
        "need_id": "N7",
        "answer": "not",
        "asked_on_day": 20000,
        "end_day": 19990,
        "issue": None,
        "service": "housing",
    }
    assert "N7" not in str(told_lately(pl.DataFrame([row])).to_dict(as_series=False))


def test_a_rating_that_the_page_says_is_the_persons_own_counts_as_their_own():
    assert [rater for rater in RATERS if rater in OWN] == ["person"]
