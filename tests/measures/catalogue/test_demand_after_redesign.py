"""Who asked before a change, and not after it: beside the year before, other places and other services."""

from random import Random

import pytest
from hand_tables import MONDAY, demand, gone, observed, reading, told
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from measures.reading import ReadingError


def changed(day: int, service: str | None = "housing", **more) -> dict:
    return {"change_id": f"c{day}", "service": service, "what": "listen first", "from_day": MONDAY + day, **more}


def asked(name: str, *days: int, service: str = "housing", **more) -> list[dict]:
    """One person's demands, on these days."""
    return [demand(f"{name}{day}", day, person=name, service=service, **more) for day in days]


CHANGED = 1000  # the day of the change; the year before begins on 635, the one before that on 270


def town(*extra: dict, **frames):
    """Records from day 0 to day 1400."""
    rows = [
        *asked("old", 0),  # so that records reach far enough back; in no cohort
        *asked("a", 999),  # asked on the last day before, never again: counts
        *asked("b", 700, 1000),  # asked again on the very day
        *asked("c", 635, 1364),  # first day of the 12 months before; again on the last of the 12 after
        *asked("d", 634, 1365),  # a day too early: of the year before; asks again only after 12 months
        *asked("e", 800),  # died within the 12 months after
        *asked("f", 800), *asked("f", 1100, service="health"),  # asks another service: not this one
        demand("u", 900, person=None, service="housing"),  # nobody knows who
        *asked("y", 300), *asked("z", 300, 640),  # the year before: y not again, z again
        *asked("x", 800, service="health"), *asked("w", 800, 1200, service="health"),  # where nothing changed
    ]  # fmt: skip
    kept = {"change": [changed(CHANGED)], "people": [gone("e", 1200)], **frames}
    return told(*rows, *extra, seen=1400, **kept)


def cohorts(records) -> dict[str, dict[str, float]]:
    """Who counts in each cohort, with 1 for those who did not ask again."""
    rows = observed("demand_after_redesign", records).values()
    asked_by = {str(row["person_key"]): name for name, row in names(records).items()}
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        if row["denominator"]:
            found.setdefault(row["cohort"], {})[asked_by[str(row["person_key"])]] = row["numerator"]
    return found


def names(records) -> dict[str, dict]:
    return {row["person_id"]: row for row in records.scan("demands").collect().to_dicts() if row["person_id"]}


def test_by_hand():
    assert cohorts(town()) == {
        "after the change": {"a": 1, "b": 0, "c": 0, "f": 1, "z": 1},
        "the year before": {"y": 1, "z": 0, "d": 1},
        "other services": {"x": 1, "w": 0},
    }


def test_who_died_and_who_is_not_known_count_nowhere_and_are_shown():
    rows = observed("demand_after_redesign", town())
    assert sum(row["unknown"] for row in rows.values()) == 2


def test_the_table_sets_the_difference_beside():
    table = reading("demand_after_redesign", town()).table
    told_by = {row["people_who_asked"].partition(": ")[2]: (row["value"], row["n"]) for row in table.to_dicts()}
    assert told_by == {
        "after the change": (pytest.approx(3 / 5), 5),
        "the year before": (pytest.approx(2 / 3), 3),
        "other services": (pytest.approx(1 / 2), 2),
        "more than the year before": (pytest.approx(3 / 5 - 2 / 3), 8),
        "more than in other services": (pytest.approx(1 / 10), 7),
    }


def test_newcombes_own_example():
    """56 of 70 against 48 of 80: a difference of 0.2, from 0.0524 to 0.3339 (Newcombe 1998, table II, method 10)."""
    rows = [
        *asked("old", 0), *asked("old2", 0, service="health"),
        *(row for n in range(70) for row in asked(f"a{n}", 900, *((1100,) if n >= 56 else ()))),
        *(row for n in range(80) for row in asked(f"b{n}", 900, *((1100,) if n >= 48 else ()), service="health")),
    ]  # fmt: skip
    table = reading("demand_after_redesign", told(*rows, change=[changed(CHANGED)], seen=1400)).table
    row = table.filter(table["people_who_asked"].str.contains("more than in other services")).row(0, named=True)
    assert [round(row[name], 4) for name in ("value", "lower", "upper")] == [0.2, 0.0524, 0.3339]


def test_other_places_of_the_service_are_a_comparison():
    records = told(
        *asked("a", 900, place="north"), *asked("b", 900, 1100, place="south"),
        change=[changed(CHANGED, where="north")], seen=1400,
    )  # fmt: skip
    assert cohorts(records) == {"after the change": {"a": 1}, "other places": {"b": 0}}


def test_a_service_that_changed_within_a_year_is_no_comparison():
    records = town(
        change=[changed(CHANGED), changed(1300, service="health"), changed(1400, service=None, withdrawn=True)]
    )
    assert "other services" not in {row["cohort"] for row in observed("demand_after_redesign", records).values()
                                    if row["record_id"].startswith("c1000/")}  # fmt: skip


def test_without_a_comparison_it_refuses_in_one_sentence():
    records = told(*asked("a", 900), change=[changed(CHANGED)], seen=1400)
    with pytest.raises(ReadingError, match=r"^there is nothing to compare housing, .* with"):
        reading("demand_after_redesign", records)


def test_a_change_too_young_says_nothing_yet():
    records = told(*asked("a", 900), *asked("old", 0), change=[changed(CHANGED)], seen=1363)
    assert reading("demand_after_redesign", records).table.is_empty()


def test_its_caveat_names_its_guard():
    assert any("stopped asking while" in caveat.text for caveat in reading("demand_after_redesign", town()).caveats)


@settings(max_examples=3, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(seed=st.integers(0, 10**6))
def test_as_a_loop_says(seed):
    chance = Random(seed)
    told_by = {f"p{n}": sorted({chance.randint(0, 1400) for _ in range(chance.randint(1, 4))}) for n in range(40)}
    rows = [row for name, days in told_by.items() for row in asked(name, *days)]
    expected = {}
    for cohort, cut in (("after the change", CHANGED), ("the year before", CHANGED - 365)):
        for name, days in told_by.items():
            if any(cut - 365 <= day < cut for day in days):
                expected.setdefault(cohort, {})[name] = float(not any(cut <= day < cut + 365 for day in days))
    records = told(*rows, *asked("old", 0), change=[changed(CHANGED)], seen=1400)
    assert cohorts(records) == expected
