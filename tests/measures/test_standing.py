"""What was taken back counts nowhere, and the newest answer is the one that stands."""

from hand_tables import answered, demand, told

from measures.model.measure import Options
from measures.named import newest_answers
from measures.ratings import rated
from measures.standing import standing


def records():
    said = [
        answered("a", 10, "not", rating=2, rated_by="person", judgement_id=1),
        answered("a", 20, "met", rating=4, rated_by="family", judgement_id=2),
        answered("b", 30, "met", withdrawn=True, judgement_id=3),
    ]
    wants = [{"want_id": name, "need_id": "a", "item": name, "withdrawn": gone, "judgement_id": number}
             for number, (name, gone) in enumerate([("rail", None), ("ramp", True), ("bath", False)])]  # fmt: skip
    return told(demand("a", 0), outcome=said, want=wants)


def test_what_was_taken_back_is_left_out():
    assert standing(records(), "want").collect()["item"].sort().to_list() == ["bath", "rail"]
    assert standing(records(), "outcome").collect()["need_id"].unique().to_list() == ["a"]


def test_the_newest_answer_of_each_need_stands():
    rows = newest_answers(records(), Options())
    assert rows.select("need_id", "answer").rows() == [("a", "met")]


def test_only_the_persons_own_rating_counts_as_theirs():
    assert rated(records(), Options())["rating"].to_list() == [2]
