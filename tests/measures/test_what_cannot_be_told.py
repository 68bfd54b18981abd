"""What records cannot tell is no zero, no closure is "met", and whoever is not looked for any more is said not to be seen."""

import polars as pl
from hand_tables import LONG, at, closed, coded, demand, needs_of, reading, told

from measures.capability import Chart, limits, sentence
from measures.capability.words import day_words

WEEKS = [(f"d{week}", 7 * week) for week in range(12)]


def test_a_week_of_which_nobody_classified_anything_is_unknown_and_no_zero():
    rows = [demand(name, day, person=name) for name, day in WEEKS]
    nobody = reading("value_demand", told(*rows))
    assert nobody.table["value"].null_count() == nobody.table.height
    assert nobody.sentence == (
        "None of 12 could be told apart (not classified, or not linked to a person): nothing can be said yet."
    )
    some = reading("value_demand", told(*rows, classification=[coded("d0", "value"), coded("d1", "failure")]))
    # the first week holds one value demand, the second none: only a failure demand; of the others nobody knows
    assert some.table["value"].to_list()[:3] == [1.0, 0.0, None]


def test_a_week_in_which_nobody_asked_is_a_zero():
    rows = told(
        demand("a", 0), demand("b", 14, person="bob"), classification=[coded("a", "value"), coded("b", "value")]
    )
    assert reading("value_demand", rows).table["value"].to_list()[:3] == [1.0, 0.0, 1.0]


def test_what_is_too_young_is_not_said_to_be_missing():
    young = reading("stayed_met", told(demand("a", 0), seen=20))
    assert young.sentence == "It is too early to say: nothing on record is old enough to be judged."


def test_nobody_waiting_is_good_news_and_no_missing_record():
    done = told(demand("a", 0), activities=[closed(3)])
    assert reading("age_of_open", done).sentence == "Nobody is known to be still waiting."


def test_how_needs_ended_is_not_called_met_where_nobody_asked():
    rows = told(*(demand(name, 0, person=name) for name in "abcd"),
                activities=[closed(3, "a"), closed(3, "b"), closed(5, "c", outcome="refused")])  # fmt: skip
    assert reading("end_to_end_time", rows, shape="breakdown").sentence == (
        "Of 100 who asked, 50 were closed for good, and 25 are still waiting; for 25 it ended otherwise."
    )


def test_closures_long_after_the_last_demand_say_that_returns_are_not_seen():
    rows = [demand(name, day, person=name) for name, day in WEEKS]
    said = [
        caveat.text
        for caveat in reading("first_contact_resolution", told(*rows)).caveats
        if caveat.code == "asking_ended"
    ]
    assert said == [(
        "The last demand on record was made on 23 March 2026, though the records see to 1 October 2028: whoever came back after "
        "it is not seen, so that what was begun last looks better than it is."
    )]  # fmt: skip
    assert LONG > 77 + 28
    fresh = reading("first_contact_resolution", told(*rows, seen=77 + 28))
    assert "asking_ended" not in {caveat.code for caveat in fresh.caveats}
    earlier = reading("first_contact_resolution", told(*rows), as_of=at(30))
    assert "asking_ended" not in {caveat.code for caveat in earlier.caveats}


def test_a_need_has_the_team_of_its_first_activity_whichever_of_its_demands_it_answers():
    rows = told(
        demand("a", 0), demand("a2", 5), demand("b", 0, person="bob"),
        activities=[closed(9, None, None, demand_id="a", team="late"), closed(6, None, None, demand_id="a2", team="first")],
    )  # fmt: skip
    held = needs_of(rows, columns=("team",))
    assert {name: need["team"] for name, need in held.items()} == {"a": "first", "b": None}


def points(shares: list[float], below: list[int]) -> pl.DataFrame:
    return pl.DataFrame({
        "at": [20577 + 7 * week for week in range(len(shares))],
        "value": [share * n for share, n in zip(shares, below, strict=True)],
        "of": [float(n) for n in below], "denominator": [float(n) for n in below],
    })  # fmt: skip


def test_half_a_week_at_the_end_is_not_any_week():
    steady = [0.50, 0.52, 0.48, 0.51, 0.49, 0.50, 0.52, 0.48, 0.51, 0.49, 0.50, 0.51]
    whole = points(steady, [400] * 12)
    half = points([*steady, 0.53], [400] * 12 + [20])

    def said(rows: pl.DataFrame) -> str:
        judged = limits(rows, Chart("p")).points
        return sentence(judged, title="Failure", unit="of demand", kind="share").partition(", as the system")[0]

    assert said(half) == said(whole)


def test_the_last_signal_is_where_the_pattern_completes():
    # three of four near the upper limit complete with the third; the harmless point after it is marked with them
    rows = limits(
        pl.DataFrame({"at": [20577 + 7 * i for i in range(20)], "value": [10.0, 12.0] * 7 + [14.4, 14.4, 14.4, 10.0, 11.0, 12.0]}),
        Chart(),
    ).points  # fmt: skip
    completed = rows.filter(pl.col("completes").list.len() > 0)["at"].to_list()
    marked = rows.filter(pl.col("signals").list.len() > 0)["at"].to_list()
    assert completed
    assert marked[-1] >= completed[-1]
    text = sentence(rows, title="Demand", unit="demands", kind="count")
    assert f"in the week from {day_words(completed[-1])}" in text
