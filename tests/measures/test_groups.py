"""Told apart by protected groups: every measure of people, by what the register says of each person, with its warnings."""

from random import Random

import polars as pl
import pytest
from hand_tables import demand, reading, told

from measures.catalogue import MEASURES
from measures.disclosure import policy_for
from measures.groups import groups_recorded, groups_sentence, in_order
from measures.model.measure import GROUPS
from measures.model.principal import Principal
from measures.reading import read
from measures.request import ReadingError, Request

REGULATOR = Principal(role="regulator", subject="regulator")


def person(name, **told_of):
    return {"person_id": name, "source": "memory", **told_of}


def shares(found):
    return {row[found.request.split]: (row["value"], row["n"]) for row in found.table.iter_rows(named=True)}


def asked(*people):
    """So many demands a person, within the week; and somebody much later, so that all of it is known."""
    rows = []
    for name, times in people:
        rows += [demand(f"{name}{time}", time * 3, person=name, source="memory") for time in range(times)]
    return [*rows, demand("late", 400, person="somebody", source="memory")]


def test_a_measure_is_told_apart_by_what_the_register_says_of_the_person():
    people = [person("a", sex="woman"), person("b", sex="man"), person("c", sex="man"), person("d")]
    records = told(*asked(("a", 2), ("b", 1), ("c", 1), ("d", 1), ("e", 1)), people=people)
    found = reading("structural_failure_share", records, shape="breakdown", split="sex")
    assert shares(found) == {"woman": (0.5, 2), "man": (0.0, 2), "not recorded": (0.0, 3)}


def test_where_sources_disagree_nobody_decides():
    people = [person("a", sex="woman"), {**person("a", sex="man"), "source": "another"}, person("b", sex="man")]
    records = told(*asked(("a", 2), ("b", 1)), people=people)
    found = reading("structural_failure_share", records, shape="breakdown", split="sex")
    assert shares(found)["recorded differently"] == (0.5, 2)


def test_a_group_is_a_filter_too():
    people = [person("a", age_band="65 and over"), person("b", age_band="under 25")]
    records = told(*asked(("a", 2), ("b", 1)), people=people)
    rows = reading("structural_failure_share", records, where=(("age_band", "65 and over"),)).table
    assert rows["n"].sum() == 2


def test_small_groups_are_warned_of_by_name_and_number():
    people = [person("a", ethnicity="Roma"), *(person(f"p{n}", ethnicity="White British") for n in range(90))]
    records = told(*asked(("a", 2), *((f"p{n}", 1) for n in range(90))), people=people)
    found = reading("structural_failure_share", records, shape="breakdown", split="ethnicity")
    text = next(caveat.text for caveat in found.caveats if caveat.code == "groups")
    assert "Roma (1)" in text
    assert "White British" not in text


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_tells_people_apart(group):
    records = told(*asked(("a", 2), ("b", 1)), people=[person("a", **{group: "this"}), person("b", **{group: "that"})])
    found = reading("structural_failure_share", records, shape="breakdown", split=group)
    assert shares(found)["this"] == (0.5, 2)


OFFERED = [(name, shape) for name, measure in MEASURES.items() for shape in measure.readings]


@pytest.mark.parametrize(("name", "shape"), OFFERED)
def test_every_measure_of_people_can_be_told_apart_by_a_group(name, shape):
    group = "sex"
    records = told(*asked(("a", 2), ("b", 1)), people=[person("a", **{group: "this"}), person("b", **{group: "that"})])
    if not MEASURES[name].of_people:
        with pytest.raises(ReadingError, match="cannot be split"):
            reading(name, records, shape=shape, split=group)
        return
    found = reading(name, records, shape=shape, split=group)
    assert "groups" in {caveat.code for caveat in found.caveats}


def test_the_parts_of_a_count_are_the_whole():
    people = [person("a", sex="woman"), person("b", sex="man")]
    records = told(*asked(("a", 2), ("b", 1), ("c", 3)), people=people)
    whole = reading("demand_by_front_door", records, shape="series")
    parts = reading("demand_by_front_door", records, shape="series", split="sex")
    assert parts.table["value"].sum() == whole.table["value"].sum()


def test_who_is_protected_learns_neither_of_small_groups_nor_that_all_or_none_were():
    people = [
        *(person(f"w{n}", sex="woman") for n in range(100)), *(person(f"m{n}", sex="man") for n in range(100)),
        *(person(f"x{n}", sex="another") for n in range(20)),
    ]  # fmt: skip
    asking = [*((f"w{n}", 2) for n in range(100)), *((f"m{n}", 1 + (n < 50)) for n in range(100)),
              *((f"x{n}", 1) for n in range(20))]  # fmt: skip
    records = told(*asked(*asking), people=people)
    assert policy_for(REGULATOR).protects
    found = read(records, Request("structural_failure_share", shape="breakdown", split="sex"), REGULATOR)
    values = dict(found.table.select("sex", "value").rows())
    assert values["woman"] is None  # every one of them asked twice
    assert values["another"] is None
    assert values["man"] == pytest.approx(1 / 3, abs=0.02)  # 50 of 150 demands, as for the service itself
    assert "another (" not in " ".join(caveat.text for caveat in found.caveats)


def compared(**groups):
    """A breakdown of so many people a group, each with one row."""
    rows = [(name, share, people, people) for name, (share, people) in groups.items()]
    return pl.DataFrame(rows, schema=["sex", "value", "n", "people"], orient="row")


def test_groups_stand_in_the_order_people_expect():
    ages = ("not recorded", "65 and over", "under 25", "25 to 44", "recorded differently", "100+")
    table = pl.DataFrame({"age_band": ages})
    assert in_order(table, "age_band")["age_band"].to_list() == [
        "under 25", "25 to 44", "65 and over", "100+", "not recorded", "recorded differently",
    ]  # fmt: skip
    sexes = pl.DataFrame({"sex": ["woman", "not recorded", "man"]})
    assert in_order(sexes, "sex")["sex"].to_list() == ["man", "woman", "not recorded"]


def test_a_group_is_named_only_where_chance_would_not_put_it():
    near = compared(women=(0.52, 200), men=(0.48, 200))
    assert groups_sentence(near, "sex", "share", "of needs") == (
        "No group lies further from all, 50% of needs, than chance would put so many people."
    )
    far = compared(women=(0.60, 2000), men=(0.40, 2000), others=(0.9, 4))
    said = groups_sentence(far, "sex", "share", "of needs")
    assert said.endswith("women (60%), men (40%).")
    assert "others" not in said  # four people tell nothing
    assert (
        groups_sentence(compared(women=(0.5, 9)), "sex", "share", "") == "There are too few people to compare by sex."
    )
    assert groups_sentence(near, "sex", "rate", "") == "Of 2 groups, lowest for men and highest for women."


def test_of_groups_that_do_not_differ_one_in_twenty_comparisons_names_one():
    chance = Random(20140301)
    said = 0
    for _ in range(400):
        table = compared(**{f"g{n}": (sum(chance.random() < 0.3 for _ in range(150)) / 150, 150) for n in range(5)})
        said += "Further" in groups_sentence(table, "sex", "share", "")
    assert said / 400 < 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5


def test_only_groups_that_anybody_recorded_are_offered():
    records = told(*asked(("a", 1)), people=[person("a", sex="woman", age_band=None)])
    assert groups_recorded(records) == ("sex",)
    assert groups_recorded(told(*asked(("a", 1)))) == ()


def test_observations_are_neither_lost_nor_doubled_by_a_register_that_names_a_person_twice():
    people = [person("a", sex="woman"), {**person("a", sex="woman"), "source": "another"}]
    records = told(*asked(("a", 2)), people=people)
    found = reading("structural_failure_share", records, shape="breakdown", split="sex")
    assert found.table["n"].sum() == 3
    assert isinstance(found.table, pl.DataFrame)
