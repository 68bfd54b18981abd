"""Through which doors people come, each demand once."""

from hand_tables import demand, reading, told


def doors():
    return told(
        demand("a", 0, front_door="phone", service="housing"),
        demand("b", 1, front_door="phone", service="housing"),
        demand("c", 2, front_door="desk", service="health"),
        demand("d", 8, front_door=None),
        demand("e", 8, person="bob", front_door="phone"),
    )


def test_by_door_the_busiest_first():
    rows = reading("demand_by_front_door", doors()).table
    assert rows.select("front_door", "value", "n", "people").rows() == [
        ("phone", 3.0, 3, 2),
        ("desk", 1.0, 1, 1),
        ("not recorded", 1.0, 1, 1),
    ]


def test_by_week_and_door():
    rows = reading("demand_by_front_door", doors(), shape="series", split="front_door").table
    assert rows.select("series", "value").rows() == [
        ("desk", 1.0), ("desk", 0.0), ("not recorded", 0.0), ("not recorded", 1.0), ("phone", 2.0), ("phone", 1.0),
    ]  # fmt: skip


def test_of_one_service():
    rows = reading("demand_by_front_door", doors(), where=(("service", "housing"),)).table
    assert rows.select("front_door", "value").rows() == [("phone", 2.0)]
