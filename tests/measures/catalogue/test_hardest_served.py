"""Needs met within 90 days, for those whose first rating was lowest and highest, and how far they lie apart."""

from datetime import date

import pytest
from hand_tables import answered, closed, demand, figures, matures, observed, owned, reading, told


def need(name: str, rating: int | None, met: int | None, first: int = 0, on: int = 1):
    """A need first asked about on a day, rated `on` days later by the person, and met so many days after it began."""
    ended = {} if met is None else {"met_basis": "asked"}
    return (
        demand(f"{name} asks", first, person=name, need_id=name),
        owned(name, first, None if met is None else first + met, "met", **ended),
        [] if rating is None else [answered(name, first + on, "met" if met is not None and met <= on else "not", rating=rating)],
    )  # fmt: skip


def served(*needs, **more):
    return told(
        *(row for row, _, _ in needs), source_needs=[row for _, row, _ in needs],
        outcome=[row for _, _, rows in needs for row in rows], **more,
    )  # fmt: skip


def people():
    """Nine rated needs: three of each third. An answer "not" on the first day stands until a later one says met."""
    return [
        need(f"{third}{n}", rating, None) for third, rating in (("hard", 1), ("mid", 3), ("easy", 5)) for n in range(3)
    ]


def later(name: str, on: int, met_on: int, rating: int | None = None) -> dict:
    return answered(name, on, "met", met_on, rating=rating)


def told_later(*answers: dict):
    rows = [*people(), need("unrated", None, None), need("late", 4, None, on=60)]
    first = [row for _, _, said in rows for row in said]
    return told(
        *(row for row, _, _ in rows), source_needs=[row for _, row, _ in rows],
        outcome=[*first, *answers],
    )  # fmt: skip


MET = [
    later("hard0", 95, 90),  # on the last day of the window
    later("hard1", 95, 91),  # a day too late
    later("mid0", 20, 10), later("easy0", 20, 10), later("easy1", 20, 10, rating=1),  # a later rating changes nothing
    later("easy2", 20, 10),
    later("late", 70, 30),  # first rated only after it was met
    later("unrated", 20, 10),  # nobody asked how it was
]  # fmt: skip


def test_by_hand():
    assert figures("hardest_served", told_later(*MET)) == {
        "hard0": 1, "hard1": 0, "hard2": 0, "mid0": 1, "mid1": 0, "mid2": 0, "easy0": 1, "easy1": 1, "easy2": 1,
    }  # fmt: skip
    rows = observed("hardest_served", told_later(*MET))
    assert {name for name, row in rows.items() if row["unknown"]} == {"late", "unrated"}
    assert {row["difficulty"] for name, row in rows.items() if name.startswith("hard")} == {"hardest third"}


def test_the_gap_stands_beside_the_thirds():
    table = reading("hardest_served", told_later(*MET)).table
    assert table.select("year_and_difficulty", "value", "n").rows() == [
        ("2026: hardest third", pytest.approx(1 / 3), 3), ("2026: middle third", pytest.approx(1 / 3), 3),
        ("2026: easiest third", 1.0, 3), ("2026: easiest less hardest", pytest.approx(2 / 3), 6),
    ]  # fmt: skip


def test_equal_ratings_are_never_torn_apart():
    rows = observed("hardest_served", served(*(need(f"n{n}", 3, None) for n in range(6))))
    assert {row["difficulty"] for row in rows.values()} == {"middle third"}


def test_by_third_over_time():
    table = reading("hardest_served", told_later(*MET), shape="series", period="year", split="difficulty").table
    told_by = {row["series"]: row["value"] for row in table.to_dicts() if row["period_start"] == date(2026, 1, 1)}
    assert told_by["easiest third"] == 1.0
    assert told_by["hardest third"] == pytest.approx(1 / 3)


def test_an_end_before_the_beginning_is_no_help():
    records = told(
        demand("a asks", 10, person="a", need_id="a"), source_needs=[owned("a", 10, 5, "met", met_basis="asked")],
        outcome=[answered("a", 3, "met", 5, rating=2)],
    )  # fmt: skip
    assert figures("hardest_served", records) == {"a": 0}


def test_a_closure_waits_until_nobody_came_back():
    records = told(demand("a", 0), demand("b", 0, person="b"), activities=[closed(20)])
    assert matures("hardest_served", records) == {"a": 270, "b": 90}


def test_unlinked_people_count_and_who_is_not_old_enough_waits():
    row, own, said = need("a", 2, None)
    records = told({**row, "person_id": None}, source_needs=[own], outcome=said, seen=50)
    assert figures("hardest_served", records) == {"a": 0}
    assert reading("hardest_served", records).table.is_empty()


def test_thirds_as_a_loop_says():
    ratings = [1, 1, 2, 2, 2, 3, 4, 4, 5, 5, 5, 5]
    rows = observed("hardest_served", served(*(need(f"n{n:02}", rating, None) for n, rating in enumerate(ratings))))
    for n, rating in enumerate(ratings):
        below, ties = sum(other < rating for other in ratings), ratings.count(rating)
        middle = (below + ties / 2) / len(ratings)
        expected = "hardest third" if middle < 1 / 3 else "easiest third" if middle > 2 / 3 else "middle third"
        assert rows[f"n{n:02}"]["difficulty"] == expected
