"""Households that asked at two agencies or more in a calendar year, out of all, those that asked nobody included."""

from hand_tables import MONDAY, at, demand, observed, reading, told
from hypothesis import given, settings
from hypothesis import strategies as st

NEXT = 361  # 1 January 2027; day 0 is Monday 5 January 2026: the year is covered from its first week


def living(person: str, household: str | None, **more) -> dict:
    return {"person_id": person, "household_id": household, "area": "north", **more}


def street():
    return told(
        demand("a1", 2, person="ann", household_id="h1", agency="council"),
        demand("a2", 9, person="ann", household_id="h1", agency="council"),
        demand("b1", 300, person="bob", household_id="h1", agency="clinic"),  # of the same household: two agencies
        demand("c1", 20, person="cyd", household_id="h2", agency="clinic"),
        demand("c2", NEXT + 1, person="cyd", household_id="h2", agency="council"),  # the other agency a year later
        demand("d1", 30, person="dee", household_id="h3", agency=None),  # nobody knows where
        demand("n1", 40, person=None, household_id=None, agency="police"),  # nobody knows whose household
        people=[
            living("ann", "h1"), living("cyd", "h2"), living("eve", "h4"),  # h4 asked nobody; h3 is in no register
            living("fay", "h5", to_day=MONDAY + 100),  # left in April 2026: not there in 2027
            living("gus", None),
        ],
        seen=NEXT + 400,
    )  # fmt: skip


def by_year(records, **request) -> dict:
    rows = reading("multi_service_households", records, shape="series", **request).table
    return {row["period_start"].year: (row["numerator"], row["denominator"], row["mature"]) for row in rows.to_dicts()}


def test_by_hand():
    found = by_year(street())
    assert found[2026] == (1, 5, True)  # h1, of h1 to h5
    assert found[2027][:2] == (0, 3)  # h1, h2, h4
    assert not found[2028][2]


def test_who_belongs_to_no_household_is_unknown():
    rows = observed("multi_service_households", street())
    assert [name for name, row in rows.items() if row["unknown"]] == ["n1"]


def test_at_how_many_agencies():
    rows = reading("multi_service_households", street(), shape="breakdown", as_of=at(NEXT - 1)).table
    assert rows.select("households_that_asked", "n").rows() == [
        ("nobody", 3), ("1 agency", 1), ("2 agencies", 1), ("3 agencies", 0), ("4 agencies or more", 0),
    ]  # fmt: skip
    assert rows["value"].sum() == 1


def test_a_year_in_which_records_begin_is_left_out():
    records = told(
        demand("a", 30, household_id="h1", agency="x"), demand("b", NEXT + 3, household_id="h1", agency="x"),
        seen=NEXT + 364,
    )  # fmt: skip
    assert by_year(records) == {2027: (0, 1, True)}


asking = st.tuples(
    st.integers(0, 720), st.sampled_from(("h1", "h2", "h3", None)), st.sampled_from(("x", "y", "z", None))
)


@settings(max_examples=25, deadline=None)
@given(st.lists(asking, max_size=20))
def test_against_a_loop(asked):
    records = told(
        demand("first", 0, person="zoe", household_id="h0", agency="x"),
        *(demand(f"d{n}", day, household_id=home, agency=where) for n, (day, home, where) in enumerate(asked)),
        people=[living("zoe", "h0"), living("yan", "h1")],
        seen=NEXT + 364,
    )
    expected = {}
    for year, first in ((2026, 0), (2027, NEXT)):
        homes = {"h0": {"x"} if year == 2026 else set(), "h1": set()}
        for day, home, where in asked:
            if home and first <= day < first + 365 - (4 if year == 2026 else 0):
                homes.setdefault(home, set()).update({where} - {None})
        expected[year] = (sum(len(agencies) >= 2 for agencies in homes.values()), len(homes), True)
    assert by_year(records) == expected
