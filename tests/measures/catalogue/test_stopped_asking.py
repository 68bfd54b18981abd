"""Who gave up: unmet, alive, still living here, and nobody has asked for 12 months. 2027 and 2028 begin on days 361 and 726."""

from datetime import date
from random import Random

from hand_tables import MONDAY, closed, demand, figures, gone, matures, observed, owned, reading, told
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from measures.model.time import day_number


def silent():
    """Records begin on day 0 and are seen to day 1200; sources say how needs ended, as people told them."""
    return told(
        demand("a", 10, person="a"),  # never met; 12 months of silence on day 375
        demand("b", 100, person="b", need_id="B"),  # silent on day 465, met only on day 500
        demand("c", 100, person="c", need_id="C"),  # met on the very day 465: not given up
        demand("d", 300, person="d"), demand("d2", 600, person="d"),  # asked again after 300 days; silent on day 965
        demand("e", 10, person="e"),  # died on day 200: nobody stops asking by dying
        demand("f", 10, person="f"),  # screened out on day 20 and never heard of again
        demand("g", 400, person=None),  # nobody knows who: nobody can be seen falling silent
        demand("h", 1000, person="h"),  # too young: silent at the earliest on day 1365
        demand("i", 10, person="i", need_id="I"),  # long-term care
        demand("j", 400, person="j"),  # moved, nobody wrote down when
        demand("k", 10, person="k"), demand("k2", 300, person="k", issue="rent"),  # two matters: silent on 375, on 665
        demand("l", 380, person="l", need_id="L"), demand("l2", 790, person="l", need_id="L"),  # silent between: counts once
        source_needs=[
            owned("B", 100, 500, "met", met_basis="asked"), owned("C", 100, 465, "met", met_basis="asked"),
            owned("I", 10, lifelong=True),
        ],
        activities=[closed(20, person="f", outcome="screened_out")],
        people=[gone("e", 200), {"person_id": "j", "end_kind": "moved"}],
        seen=1200,
    )  # fmt: skip


def test_by_hand():
    assert figures("stopped_asking", silent()) == {
        "a/2027": 1, "B/2027": 1, "C/2027": 0, "d/2027": 0, "d/2028": 1, "d2": 0, "d2/2028": 1,
        "f/2027": 1, "h": 0, "h/2029": 0, "k/2027": 1, "k2/2027": 1, "L": 0, "L/2028": 1,
    }  # fmt: skip


def test_asking_again_about_a_need_in_other_words_breaks_its_silence():
    records = told(
        demand("z", 0, person="z"),
        demand("a", 10, person="a", need_id="A", issue="rent"),
        demand("a2", 370, person="a", need_id="A", issue="debt"),  # of the same need: silent on day 735, not on day 375
        demand("b", 10, person="b", issue="rent"), demand("b2", 370, person="b", issue="debt"),  # another matter: silent on 375
        seen=1200,
    )  # fmt: skip
    rows = figures("stopped_asking", records)
    assert (rows["A/2027"], rows["A/2028"], rows["b/2027"]) == (0, 1, 1)


def test_who_is_unknown():
    rows = observed("stopped_asking", silent())
    assert {name for name, row in rows.items() if row["unknown"]} == {"g", "j"}


def test_a_year_stands_when_it_is_over():
    assert matures("stopped_asking", silent())["a/2027"] == day_number(date(2027, 12, 31)) - MONDAY


def test_what_only_a_closure_tells_may_still_move():
    records = told(demand("z", 0, person="z"), demand("a", 400, person="a"), activities=[closed(700, person="a")])
    assert matures("stopped_asking", records)["a"] == 880


def test_where_nobody_was_asked_the_title_says_so():
    records = told(demand("z", 0, person="z"), demand("a", 400, person="a"), activities=[closed(500, person="a")])
    assert reading("stopped_asking", records).title == "Never closed, and stopped asking"


def test_only_calendar_years_with_their_records_before_them():
    table = reading("stopped_asking", silent()).table
    assert table.filter("mature").select("period_start", "numerator", "denominator").rows() == [
        (date(2027, 1, 1), 5, 9), (date(2028, 1, 1), 3, 4),
    ]  # fmt: skip


@settings(max_examples=3, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(seed=st.integers(0, 10**6))
def test_as_a_loop_over_days_says(seed):
    """Each demand a need of its own, so that a strand has several needs; thirty people a history."""
    chance = Random(seed)
    people = [f"p{n}" for n in range(30)]
    asked = [(chance.choice(people), chance.randint(0, 900)) for _ in range(90)]
    ends = [chance.choice((None, None, chance.randint(0, 900))) for _ in asked]
    left = {who: chance.randint(0, 900) for who in people[:5]}
    seen, begins = 1100, {day_number(date(year, 1, 1)) - MONDAY: year for year in (2027, 2028, 2029)}
    met = {n: end for n, end in enumerate(ends) if end is not None and end >= asked[n][1]}
    records = told(
        demand("z", 0, person="z", need_id="Z"),
        *(demand(f"d{n}", day, person=who, need_id=f"N{n}") for n, (who, day) in enumerate(asked)),
        source_needs=[owned("Z", 0, lifelong=True)]
        + [owned(f"N{n}", asked[n][1], end, "met", met_basis="asked") for n, end in met.items()],
        people=[gone(who, day) for who, day in left.items()],
        seen=seen,
    )
    expected = {}
    for n, (who, day) in enumerate(asked):
        days = [other for name, other in asked if name == who]
        over = min(met.get(n, 10**6), left.get(who, 10**6))
        silent_on = next(
            (t for t in range(day, min(over, seen + 1)) if max(d for d in days if d <= t) <= t - 365), None
        )
        last = min(over, silent_on if silent_on is not None else 10**6, seen)
        for start, year in begins.items():
            end = day_number(date(year, 12, 31)) - MONDAY
            if start <= max(last, day) and end >= day:
                name = f"N{n}" if start <= day <= end else f"N{n}/{year}"
                expected[name] = float(silent_on is not None and start <= silent_on <= end)
    told_by = {name: value for name, value in figures("stopped_asking", records).items() if not name.startswith("Z")}
    assert told_by == expected
