"""Whom to ask what happened: who is on the list, in which order, and what an answer changes."""

import polars as pl
from hand_tables import MONDAY, answered, closed, demand, gone, owned, told

from measures.asking import counted, seemed_to_end, wants
from measures.model.principal import LOCAL, Principal


def records(**judged):
    return told(
        demand("a", 0), demand("b", 1, person="ben", service="housing"), demand("c", 2, person="cem"),
        demand("d", 3, person="dan"), demand("e", 4, person="eve", need_id="n"), demand("f", 5, person="flo"),
        activities=[closed(20), closed(21, person="ben", outcome="refused", service="housing"),
                    closed(300, person="cem"), closed(25, person="flo")],
        source_needs=[owned("n", 4, 30, "met", met_basis="asked")],
        people=[gone("flo", 26)], **judged,
    )  # fmt: skip


def listed(told_, principal=LOCAL, service="", first=0, last=100):
    return seemed_to_end(told_, principal, service, MONDAY + first, MONDAY + last)


def test_whoever_seemed_to_get_an_end_in_this_time_is_asked_and_nobody_else():
    """Not who is still open, who ended later, who died, or whom the source itself asked."""
    assert sorted(listed(records())["need_id"]) == ["a", "b"]
    assert sorted(listed(records(), last=400)["need_id"]) == ["a", "b", "c"]


def test_only_needs_of_ones_own_services_and_of_the_one_chosen():
    assert listed(records(), Principal("h", "team", ("housing",)))["need_id"].to_list() == ["b"]
    assert listed(records(), service="housing")["need_id"].to_list() == ["b"]


def test_chance_draws_the_order_once_for_all():
    asked = [demand(f"d{n}", n % 7, person=f"p{n}") for n in range(60)]
    ends = [closed(20, person=f"p{n}") for n in range(60)]
    first, again = (listed(told(*rows, activities=ends))["need_id"].to_list() for rows in (asked, asked[::-1]))
    assert first == again
    assert first != sorted(first)


def test_an_answer_is_counted_and_one_taken_back_is_not():
    said = [answered("a", 40, "met", met_on=19), answered("b", 41, "not", withdrawn=True)]
    rows = listed(records(outcome=said))
    assert dict(rows.select("need_id", "answer").iter_rows()) == {"a": "met", "b": None}
    told_ = counted(rows)
    assert (told_.seemed, told_.asked, told_.met, told_.unmet) == (2, 1, 1, 0)


def test_the_newest_answer_stands():
    said = [answered("a", 40, "met"), answered("a", 60, "not")]
    assert listed(records(outcome=said)).filter(pl.col("need_id") == "a")["answer"].to_list() == ["not"]


def test_an_answer_and_a_want_are_found_though_the_need_is_called_otherwise_now():
    """A late record of an earlier day is the need's first; the answer is taken back under the name it was given."""
    want = {"want_id": "rail", "need_id": "b", "item": "rail", "judgement_id": 1}
    late = told(demand("a", 0), demand("b", 5), outcome=[answered("b", 40, "met", met_on=19)], want=[want])
    assert listed(late).select("need_id", "answer", "named").rows() == [("a", "met", "b")]
    assert wants(late, "a")["item"].to_list() == ["rail"]


def test_wants_are_those_of_the_need_and_not_taken_back():
    rows = [{"want_id": name, "need_id": need, "item": name, "withdrawn": gone_, "judgement_id": n}
            for n, (name, need, gone_) in enumerate([("rail", "a", None), ("ramp", "a", True), ("bath", "b", None)])]  # fmt: skip
    assert wants(records(want=rows), "a")["item"].to_list() == ["rail"]
