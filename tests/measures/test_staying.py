"""Of the few with most this year, how many were among them last year."""

from hand_tables import MONDAY, demand, told

from measures.model.principal import LOCAL, Principal
from measures.request import Request
from measures.staying import staying, staying_says

REQUEST = Request("concentration", period="year")


def records():
    """200 people live there; ann asks most in both years, bob only in 2026, cyd only in 2027; fifty others once each."""

    def year(first, times):
        return [
            demand(f"{name}{first + n}", first + n, person=name, source="memory")
            for name, often in times.items()
            for n in range(often)
        ]

    others = {f"p{n}": 1 for n in range(50)}
    counted = [
        {"area_period": f"a{n}", "area": "a", "people": 200, "period_day": MONDAY - 5 + 366 * n, "source": "memory"}
        for n in (0, 1)
    ]
    return told(
        *year(0, {"ann": 9, "bob": 8, **others}), *year(365, {"ann": 9, "cyd": 8, **others}),
        demand("late", 800, person="dee", source="memory"), population=counted, seen=900,
    )  # fmt: skip


def test_by_hand():
    table = staying(records(), REQUEST, LOCAL)
    assert table["people"].to_list() == [2.0]  # one in a hundred of 200
    assert table["stayed"].to_list() == [1.0]  # ann, and not bob
    assert staying_says(table) == "Of the 2 people with most in 2027, 1 were among them in 2026 too."


def test_a_protected_role_learns_nothing_of_two_people():
    hidden = staying(records(), REQUEST, Principal(role="regulator", subject="r"))
    assert hidden.select("people", "stayed", "value").row(0) == (None, None, None)
    assert staying_says(hidden) == ""


def test_one_year_says_nothing():
    table = staying(told(demand("a", 0, source="memory")), REQUEST, LOCAL)
    assert table.is_empty()
    assert staying_says(table) == ""
