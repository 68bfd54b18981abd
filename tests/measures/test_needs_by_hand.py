"""Which need a demand belongs to and how it ends: every branch of docs/explanation/needs.md, in tables by hand."""

import pytest
from hand_tables import LONG, act, answered, at, closed, demand, gone, needs_of, owned, reading, told

from measures.needs import Rule


def test_a_gap_of_exactly_reopen_days_is_the_same_need_and_one_day_more_is_not():
    records = told(
        demand("a", 0),
        demand("b", 180),  # exactly 180 after a: the same need
        demand("c", 361),  # 181 after b: a new need
    )
    rows = needs_of(records)
    assert {name: row["demands"] for name, row in rows.items()} == {"a": 2, "c": 1}


def test_the_gap_is_between_demands_and_not_from_the_first():
    records = told(*(demand(f"d{day}", day) for day in (0, 150, 300, 450)))
    assert {name: row["demands"] for name, row in needs_of(records).items()} == {"d0": 4}


def test_without_an_issue_the_gap_is_56_days():
    records = told(
        demand("a", 0, issue=None),
        demand("b", 56, issue=None),  # exactly 56
        demand("c", 113, issue=None),  # 57 after b
    )
    assert {name: row["demands"] for name, row in needs_of(records).items()} == {"a": 2, "c": 1}


def test_a_stated_gap_holds_with_and_without_an_issue():
    records = told(demand("a", 0), demand("b", 30), demand("c", 0, issue=None), demand("d", 30, issue=None))
    assert len(needs_of(records, reopen_days=29)) == 4
    assert len(needs_of(records, reopen_days=30)) == 2
    assert len(needs_of(records, reopen_days=0)) == 4
    assert (Rule(None).with_issue, Rule(None).without_issue, Rule(28).with_issue) == (180, 56, 28)


def test_closing_sooner_never_makes_more_needs():
    asked = [demand("a", 0), demand("b", 20)]
    assert len(needs_of(told(*asked))) == len(needs_of(told(*asked, activities=[closed(1), closed(21)]))) == 1


def test_two_issues_in_one_call_are_two_needs():
    records = told(
        demand("a", 0, issue="roof", contact_key="call-1"),
        demand("b", 0, issue="rent", contact_key="call-1"),
    )
    assert set(needs_of(records)) == {"a", "b"}


def test_two_people_with_one_issue_are_two_needs():
    assert set(needs_of(told(demand("a", 0), demand("b", 1, person="bob")))) == {"a", "b"}


def test_nobody_known_is_a_need_of_its_own():
    records = told(demand("a", 0, person=None), demand("b", 1, person=None))  # same issue, a day later
    assert set(needs_of(records)) == {"a", "b"}


def test_a_place_stands_for_a_person_only_where_the_source_says_so():
    asked = (
        demand("a", 0, person=None, place="1 High Street"),
        demand("b", 5, person=None, place="1 High Street"),
        demand("c", 6, person=None, place="2 High Street"),
        demand("d", 7, person=None, place=None),
    )
    assert set(needs_of(told(*asked))) == {"a", "b", "c", "d"}
    assert {name: row["demands"] for name, row in needs_of(told(*asked, proxy="place")).items()} == {
        "a": 2, "c": 1, "d": 1,
    }  # fmt: skip


def test_the_needs_a_source_names_win_over_people_issues_and_gaps():
    records = told(
        demand("a", 0, need_id="N1"),
        demand("b", 400, need_id="N1", issue="rent"),  # another issue, long after: still the source's need
        demand("c", 1, need_id="N2"),  # the same person and issue, a day later: another need
        demand("d", 2),  # the same strand, without a need: the rule's own need
    )
    rows = needs_of(records)
    assert {name: row["demands"] for name, row in rows.items()} == {"N1": 2, "N2": 1, "d": 1}


def test_a_need_describes_its_first_demand():
    records = told(
        demand("a", 0, service="housing", front_door="desk", channel="visit", made_by="family", place="x"),
        demand("b", 9, service="health", front_door="phone", channel="call", made_by="self", place="y"),
        activities=[act("do", 3, team="late", demand_id="a"), act("assess", 2, team="first", demand_id="a")],
    )
    row = needs_of(records)["a"]
    seen = (row["service"], row["front_door"], row["channel"], row["made_by"], row["place"], row["team"])
    assert seen == ("housing", "desk", "visit", "family", "x", "first")


def test_a_closure_nobody_followed_is_inferred_and_met():
    row = needs_of(told(demand("a", 0), activities=[closed(10)]))["a"]
    assert (row["end_kind"], row["end_day"], row["inferred"], row["met"], row["provisional"]) == (
        "met", 10, True, True, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "end_kind"), [("screened_out", "screened_out"), ("refused", "screened_out"), ("nfa", "closed_unmet")]
)
@pytest.mark.parametrize("kind", ["close", "screen", "assess", "decide"])
def test_a_closure_that_turns_people_away_is_never_met(kind, outcome, end_kind):
    row = needs_of(told(demand("a", 0), activities=[act(kind, 10, outcome=outcome)]))["a"]
    assert (row["end_kind"], row["end_day"], row["met"]) == (end_kind, 10, False)
    assert row["days"] == LONG  # and the person is waiting still


def test_a_decision_that_helps_ends_nothing():
    assert needs_of(told(demand("a", 0), activities=[act("decide", 10, outcome="upheld")]))["a"]["end_kind"] == "open"


def test_a_closure_after_which_the_person_came_back_is_no_end():
    records = told(demand("a", 0), demand("b", 100), activities=[closed(10)])
    row = needs_of(records)["a"]
    assert (row["end_kind"], row["end_day"], row["days"]) == ("open", None, LONG)


def test_a_return_on_the_last_day_counts_and_a_day_later_does_not():
    # the closure of day 10 waits 180 days: day 190 is a return, day 191 is not. b is 189 or more after a: a new need
    back = needs_of(told(demand("a", 0), demand("b", 190), activities=[closed(10)]))["a"]
    assert (back["end_kind"], back["met"], back["return_day"]) == ("closed_unmet", False, 190)
    kept = needs_of(told(demand("a", 0), demand("b", 191), activities=[closed(10)]))["a"]
    assert (kept["end_kind"], kept["met"], kept["return_day"]) == ("met", True, 191)


def test_the_last_closure_that_held_is_the_end():
    records = told(demand("a", 0), demand("b", 20), activities=[closed(10), closed(30), closed(33)])
    row = needs_of(records)["a"]  # the closure of day 10 was followed by b
    assert (row["end_day"], row["met"]) == (33, True)


def test_a_return_in_another_need_of_the_strand_counts_for_a_source_s_need():
    records = told(
        demand("a", 0, need_id="N1"),
        demand("b", 50),  # the same person and issue, in no need the source names
        activities=[closed(10, need_id="N1")],
    )
    assert needs_of(records)["N1"]["met"] is False


def test_a_need_without_a_person_sees_its_own_demands_come_back():
    records = told(
        demand("a", 0, person=None, need_id="N1"),
        demand("b", 30, person=None, need_id="N1"),
        activities=[closed(10, person=None, need_id="N1")],
    )
    row = needs_of(records)["N1"]
    assert (row["end_kind"], row["met"]) == ("open", False)


def test_a_demand_without_a_person_takes_the_person_of_its_need():
    records = told(
        demand("a", 0, person=None, need_id="N1"),
        demand("b", 2, need_id="N1"),  # here the person is known
        demand("c", 60),  # the same person and issue
        activities=[closed(10, person=None, need_id="N1")],
    )
    assert needs_of(records)["N1"]["return_day"] == 60


def test_a_reopening_takes_back_the_end_before_it():
    activities = [closed(10), act("reopen", 12)]
    assert needs_of(told(demand("a", 0), activities=activities))["a"]["end_kind"] == "open"
    row = needs_of(told(demand("a", 0), activities=[*activities, closed(20)]))["a"]
    assert (row["end_day"], row["met"]) == (20, True)


def test_a_closure_before_anybody_asked_ends_nothing():
    assert needs_of(told(demand("a", 5), activities=[closed(3)]))["a"]["end_kind"] == "open"


def test_a_closure_before_the_first_demand_we_hold_of_a_need_ends_nothing():
    records = told(demand("a", 300, need_id="N1"), activities=[closed(3, need_id="N1"), closed(3, demand_id="a")])
    assert needs_of(records)["N1"]["end_kind"] == "open"


def test_a_closure_ends_the_need_before_it_in_the_strand():
    records = told(demand("a", 0), demand("b", 200), activities=[closed(3), closed(210)])
    rows = needs_of(records)
    assert (rows["a"]["end_day"], rows["b"]["end_day"]) == (3, 210)


def test_a_closure_that_answers_a_demand_ends_its_need_whatever_its_person_says():
    records = told(
        demand("a", 0),
        demand("b", 0, issue="rent"),
        activities=[closed(10, person=None, issue=None, demand_id="b")],
    )
    rows = needs_of(records)
    assert (rows["a"]["end_kind"], rows["b"]["end_kind"]) == ("open", "met")


def test_on_one_day_the_demand_comes_first_unless_seq_says_otherwise():
    same_day = told(demand("a", 0), demand("b", 10), activities=[closed(10)])
    assert needs_of(same_day)["a"]["end_kind"] == "met"
    closed_then_asked = told(demand("a", 0, seq=1), demand("b", 10, seq=3), activities=[closed(10, seq=2)])
    assert needs_of(closed_then_asked)["a"]["end_kind"] == "open"


def test_the_source_s_own_end_wins_over_closures():
    records = told(
        demand("a", 0, need_id="N1"),
        activities=[closed(10, need_id="N1")],
        source_needs=[owned("N1", 0, 30, "withdrew")],
    )
    row = needs_of(records)["N1"]
    assert (row["end_kind"], row["end_day"], row["met"], row["inferred"]) == ("withdrew", 30, False, False)
    assert row["days"] == LONG


@pytest.mark.parametrize(("basis", "inferred"), [("asked", False), ("inferred", True), ("none", True)])
def test_a_source_s_met_is_the_person_s_only_where_somebody_asked(basis, inferred):
    records = told(demand("a", 0, need_id="N1"), source_needs=[owned("N1", 0, 30, "met", met_basis=basis)])
    row = needs_of(records)["N1"]
    assert (row["met"], row["inferred"]) == (True, inferred)


def test_an_open_need_of_the_source_is_open():
    records = told(demand("a", 0, need_id="N1"), source_needs=[owned("N1", 0, 30, "open")])
    assert needs_of(records)["N1"]["end_kind"] == "open"


def test_a_source_s_met_in_part_is_not_met():
    records = told(demand("a", 0, need_id="N1"), source_needs=[owned("N1", 0, 30, "met_in_part", met_basis="asked")])
    row = needs_of(records)["N1"]
    assert (row["end_kind"], row["met"], row["days"]) == ("met_in_part", False, LONG)


@pytest.mark.parametrize("how", ["died", "moved"])
def test_death_and_moving_end_a_need_and_never_meet_it(how):
    row = needs_of(told(demand("a", 0), people=[gone("ann", 40, how)]))["a"]
    # all who asked stay at risk until as_of: otherwise a death would shorten the wait
    assert (row["end_kind"], row["end_day"], row["met"], row["days"]) == (how, 40, False, LONG)


@pytest.mark.parametrize("as_of", [None, at(30)], ids=["newest", "as of then"])
def test_a_move_that_is_planned_ends_nothing_before_its_day(as_of):
    ahead = told(demand("a", 0), people=[gone("ann", 60, "moved")], seen=30)
    assert needs_of(ahead, as_of=as_of)["a"]["end_kind"] == "open"
    assert reading("age_of_open", ahead, as_of=as_of).sentence == "One need is open; it has waited 28 to 90 days."


def test_death_wins_over_a_closure_it_left_too_young_to_judge_and_not_over_an_old_one():
    young = needs_of(told(demand("a", 0), activities=[closed(10)], people=[gone("ann", 190)]))["a"]
    assert young["end_kind"] == "died"  # day 190 is the last on which ann could have come back
    old = needs_of(told(demand("a", 0), activities=[closed(10)], people=[gone("ann", 191)]))["a"]
    assert (old["end_kind"], old["end_day"]) == ("met", 10)


def test_death_does_not_end_what_was_asked_later_or_what_the_source_ended():
    records = told(
        demand("a", 50),  # on ann's behalf, after her death
        demand("b", 0, person="bob", need_id="N1"),
        source_needs=[owned("N1", 0, 30, "met", met_basis="asked")],
        people=[gone("ann", 40), gone("bob", 35)],
    )
    rows = needs_of(records)
    assert (rows["a"]["end_kind"], rows["N1"]["end_kind"]) == ("open", "met")


def test_the_person_s_answer_overrides_the_closure():
    records = told(
        demand("a", 0), demand("b", 0, person="bob"), demand("c", 0, person="cat"),
        activities=[closed(10), closed(10, person="bob"), closed(10, person="cat")],
        outcome=[
            answered("a", 60, "met", met_on=25),  # the closure came too early
            answered("b", 60, "not"),  # closed, and not met
            answered("c", 60, "met"),  # met, and nobody knows when: the last activity before asking
        ],
    )  # fmt: skip
    rows = needs_of(records)
    seen = ("end_kind", "end_day", "met", "inferred")
    assert [tuple(rows[name][column] for column in seen) for name in "abc"] == [
        ("met", 25, True, False), ("closed_unmet", 10, False, False), ("met", 10, True, False),
    ]  # fmt: skip


def test_an_answer_without_a_day_means_the_last_activity_before_asking():
    records = told(
        demand("a", 0),
        activities=[closed(10), act("visit", 30), act("do", 40), act("do", 80)],
        outcome=[answered("a", 60, "met")],
    )
    assert needs_of(records)["a"]["end_day"] == 40


def test_an_answer_of_not_met_leaves_another_end_as_it_was():
    records = told(
        demand("a", 0), demand("b", 0, person="bob"), demand("c", 0, person="cat"),
        activities=[closed(10, outcome="screened_out")],
        people=[gone("bob", 70)],
        outcome=[answered("a", 60, "not"), answered("b", 60, "not"), answered("c", 60, "not")],
    )  # fmt: skip
    rows = needs_of(records)
    assert [rows[name]["end_kind"] for name in "abc"] == ["screened_out", "died", "open"]


def test_the_newest_answer_counts():
    records = told(demand("a", 0), outcome=[answered("a", 30, "not"), answered("a", 60, "met", met_on=50)])
    assert needs_of(records)["a"]["end_day"] == 50


def test_met_in_part_is_met_only_if_it_was_enough():
    records = told(
        demand("a", 0), demand("b", 0, person="bob"), demand("c", 0, person="cat"),
        outcome=[
            answered("a", 60, "met_in_part", met_on=25, enough=True),
            answered("b", 60, "met_in_part", met_on=25, enough=False),
            answered("c", 60, "met_in_part", met_on=25),  # nobody asked whether it was enough
        ],
    )  # fmt: skip
    rows = needs_of(records)
    assert [(rows[name]["end_kind"], rows[name]["met"], rows[name]["days"]) for name in "abc"] == [
        ("met_in_part", True, 25), ("met_in_part", False, LONG), ("met_in_part", False, LONG),
    ]  # fmt: skip


def test_an_answer_judges_returns_from_the_day_it_names():
    records = told(
        demand("a", 0), demand("b", 40),
        activities=[closed(50)],
        outcome=[answered("a", 60, "met", met_on=25)],  # met on day 25; asked again on day 40
    )  # fmt: skip
    row = needs_of(records)["a"]
    assert (row["end_day"], row["return_day"]) == (25, 40)


def test_an_answer_stays_with_its_need_where_a_late_record_moves_its_start():
    said = {"outcome": [answered("b", 15, "met", met_on=12)]}
    assert needs_of(told(demand("b", 10), **said))["b"]["end_kind"] == "met"
    late = needs_of(told(demand("a", 5), demand("b", 10), **said))
    assert {name: (row["end_kind"], row["end_day"]) for name, row in late.items()} == {"a": ("met", 12)}
    named = told(demand("a", 5, need_id="n"), demand("b", 10, need_id="n"), source_needs=[owned("n", 5)], **said)
    assert needs_of(named)["n"]["end_kind"] == "met"


def test_of_answers_under_an_old_and_a_new_name_the_newest_counts():
    said = [answered("b", 15, "met", met_on=12), answered("a", 30, "not")]
    assert needs_of(told(demand("a", 5), demand("b", 10), outcome=said))["a"]["end_kind"] == "open"


@pytest.mark.parametrize(
    ("person", "issues"), [(None, ("roof", "roof")), ("ann", ("roof", "rent"))], ids=["nobody known", "two issues"]
)
def test_returns_after_an_answer_are_told_as_after_the_sources_own_end(person, issues):
    asked = [demand(name, day, person, issue, need_id="n")
             for name, day, issue in zip("ab", (0, 20), issues, strict=True)]  # fmt: skip
    by_source = told(*asked, source_needs=[owned("n", 0, 10, "met", met_basis="asked", person_id=person)])
    by_answer = told(
        *asked, source_needs=[owned("n", 0, person_id=person)], outcome=[answered("n", 15, "met", met_on=10)]
    )
    columns = ("end_kind", "end_day", "return_day", "early_day", "held_day", "met", "days", "inferred")
    one, other = ({name: needs_of(records)["n"][name] for name in columns} for records in (by_source, by_answer))
    assert one == other
    assert one["return_day"] == 20


def test_a_young_closure_is_not_yet_known():
    told_young = told(demand("a", 0), activities=[closed(10)], seen=189)
    assert needs_of(told_young)["a"]["provisional"] is True  # ann may still come back on day 190
    assert needs_of(told(demand("a", 0), activities=[closed(10)], seen=190))["a"]["provisional"] is False


def test_waiting_is_counted_to_the_end_of_what_the_source_sees():
    assert needs_of(told(demand("a", 0), seen=30))["a"]["days"] == 30


def test_where_moments_are_known_a_wait_is_counted_in_parts_of_a_day():
    from hand_tables import MONDAY

    from measures.model.time import DAY

    nine, noon = MONDAY * DAY + DAY * 9 // 24, MONDAY * DAY + DAY // 2
    records = told(
        {"demand_id": "a", "received_at": nine, "person_id": "ann", "issue": "roof"},
        activities=[
            {"activity_id": "x", "kind": "close", "started_at": noon, "person_id": "ann", "issue": "roof"},
        ],
    )
    assert needs_of(records)["a"]["days"] == pytest.approx(3 / 24)


def test_an_answer_taken_back_counts_no_more():
    records = told(demand("a", 0), activities=[closed(20)], outcome=[answered("a", 40, "not", withdrawn=True)])
    assert (needs_of(records)["a"]["end_kind"], needs_of(records)["a"]["inferred"]) == ("met", True)
