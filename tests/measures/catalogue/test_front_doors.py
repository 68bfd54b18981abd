"""Different doors in a calendar year, and how many doors one person comes to."""

from datetime import date

from hand_tables import at, demand, observed, reading, told
from hypothesis import given, settings
from hypothesis import strategies as st

LAST_DAY = 360  # 31 December 2026; day 0 is Monday 5 January 2026


def asking():
    """Two years of a small town."""
    return told(
        demand("a1", 0, person="ann", front_door="desk", service="housing"),
        demand("a2", 9, person="ann", front_door="desk", service="housing"),  # the same door again: still one
        demand("a3", 20, person="ann", front_door="clinic", service="health"),
        demand("b1", 30, person="bob", front_door="desk", service="health"),  # a door of two services
        demand("n1", 40, person=None, front_door="web", service="housing"),  # nobody knows who: the door is used all the same
        demand("n2", 41, person=None, front_door="web", service="housing"),
        demand("u1", 50, person="bob", front_door=None, service="housing"),  # nobody knows where
        demand("a4", LAST_DAY, person="ann", front_door="clinic", service="health"),
        demand("a5", LAST_DAY + 1, person="ann", front_door="clinic", service="health"),  # New Year's Day: counted anew
        seen=LAST_DAY + 400,
    )  # fmt: skip


def doors(records, **request) -> dict:
    rows = reading("front_doors", records, shape="series", **request).table
    return {(row["series"], row["period_start"].year): row["value"] for row in rows.to_dicts()}


def test_by_hand():
    assert doors(asking()) == {("all", 2026): 3, ("all", 2027): 1}


def test_a_row_a_person_and_door_of_which_the_first_counts_the_door():
    rows = observed("front_doors", asking())
    assert {name: row["numerator"] for name, row in rows.items() if row["denominator"]} == {
        "a1": 1, "a3": 1, "b1": 0, "n1": 1, "a5": 1,
    }  # fmt: skip
    assert [name for name, row in rows.items() if row["unknown"]] == ["u1"]


def test_a_door_of_two_services_is_a_door_of_each_and_one_of_both():
    split = doors(asking(), split="service")
    assert split["housing", 2026] == 2  # desk and web
    assert split["health", 2026] == 2  # clinic and desk
    assert doors(asking(), where=(("service", "housing"),))["all", 2026] == 2


def test_a_year_is_judged_when_it_is_over():
    rows = reading("front_doors", asking(), shape="series", as_of=at(LAST_DAY - 1)).table
    assert rows["mature"].to_list() == [False]
    begun_late = told(
        demand("a", 200, front_door="desk"), demand("b", LAST_DAY + 360, front_door="desk"), seen=LAST_DAY + 366
    )
    rows = reading("front_doors", begun_late, shape="series").table
    assert rows.select("period_start", "mature").rows() == [(date(2026, 1, 1), False), (date(2027, 1, 1), True)]


def test_doors_a_person_each_person_once_a_year():
    rows = reading("front_doors", asking(), shape="breakdown").table
    assert rows.select("doors_a_person", "value", "people").rows() == [
        ("1 door", 2.0, 2), ("2 doors", 1.0, 1), ("3 doors", 0.0, 0), ("4 doors", 0.0, 0), ("5 doors or more", 0.0, 0),
    ]  # fmt: skip


def test_many_doors_stand_together():
    rows = told(*(demand(f"d{n}", n, front_door=f"door {n}") for n in range(9)))
    assert reading("front_doors", rows, shape="breakdown").table["n"].to_list() == [0, 0, 0, 0, 1]


def test_there_is_no_figure_by_week_and_at_an_earlier_date_fewer_doors_were_known():
    assert reading("front_doors", asking()).request.period == "year"
    assert doors(asking(), as_of=at(25)) == {("all", 2026): 2}


asked = st.tuples(
    st.integers(0, 800), st.sampled_from((None, "ann", "bob", "cyd")), st.sampled_from((None, "a", "b", "c", "d")),
    st.sampled_from(("housing", "health")),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(asked, min_size=1, max_size=25))
def test_against_a_loop(history):
    records = told(
        *(
            demand(f"d{n}", day, person=who, front_door=door, service=what)
            for n, (day, who, door, what) in enumerate(history)
        )
    )
    seen: dict[tuple[str, int], set] = {}
    for day, _, door, what in history:
        year = 2026 + (day > LAST_DAY) + (day > LAST_DAY + 365)
        if door:
            seen.setdefault(("all", year), set()).add(door)
            seen.setdefault((what, year), set()).add(door)
    found = {key: value for key, value in {**doors(records), **doors(records, split="service")}.items() if value}
    assert found == {key: len(used) for key, used in seen.items()}
